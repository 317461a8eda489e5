"""What the fuzzer found worth keeping still raises nothing but what it may."""

from pathlib import Path

import pytest

from chaos import fuzz
from chaos.decoders import DECODERS


def test_the_corpus(tmp_path: Path) -> None:
    outcome = fuzz.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome


@pytest.mark.parametrize("name", DECODERS)
def test_seeds_are_good(name: str) -> None:
    """What a decoder refuses at once would lead the fuzzer nowhere."""
    for seed in DECODERS[name].seeds:
        if name != "plugin":  # no answer fits every operation
            DECODERS[name].decode(seed)
