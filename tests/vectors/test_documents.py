"""The worked examples in docs/protocol are those of the vectors, and content.md's are real."""

import re
from pathlib import Path

import pytest

from support.vectors import suite1
from watchword.protocol import content

FOLDER = Path(__file__).parents[2] / "docs" / "protocol"
EVERYTHING = " ".join(suite1()["runs"][0].values())


@pytest.mark.parametrize("name", ["exchange.md", "session.md"])
def test_examples_are_cut_from_the_vectors(name: str) -> None:
    example = (FOLDER / name).read_text().partition("## Worked example")[2].partition("## Vectors")[0]
    values = re.findall(r"^    .*? = ([0-9a-f …]+)$", example, re.MULTILINE)
    assert len(values) > 20
    for value in values:
        for part in value.split(" … "):
            assert part in EVERYTHING


def test_examples_of_content() -> None:
    examples = (FOLDER / "content.md").read_text().partition("## Examples")[2]
    lines = re.findall(r"^    ([0-9a-f ]+)$", examples, re.MULTILINE)
    kinds = [type(content.decode(bytes.fromhex(line))).__name__ for line in lines]
    assert kinds == [
        "Text",
        "Receipt",
        "End",
        "Empty",
        "Data",
        "Statements",
        "Asked",
        "RoomMessage",
        "Recalled",
    ]
