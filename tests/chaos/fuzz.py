"""Row 9: bytes of all kinds for every decoder, guided by coverage (`chaos.fuzzing`), and the kept corpus.

`tests/corpus/DECODER` holds inputs that reached different code once; each run begins with them.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from chaos.decoders import DECODERS, tries
from chaos.outcome import Outcome
from support.killed import desktops_environment

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
RUNS = 100_000
"""For each decoder."""


def corpus(name: str) -> list[Path]:
    """What is kept of one decoder's inputs."""
    return sorted(path for path in (CORPUS / name).iterdir() if path.is_file())


def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """Replay the corpus; in the long form fuzz on from there."""
    outcome = Outcome(9, "fuzz of every decoder", seed, long)
    replayed = inputs = 0
    for name, decoder in DECODERS.items():
        for data in (*decoder.seeds, *(path.read_bytes() for path in corpus(name))):
            replayed += 1
            try:
                tries(name, data)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                outcome.wants(False, f"{name}: {type(error).__name__}: {error}")
    if long and importlib.util.find_spec("atheris") is None:
        outcome.left_out.append("fuzzing: atheris has no wheel for this machine")
    elif long:
        for name in DECODERS:
            inputs += _fuzzed(name, folder / name, seed, outcome)
        outcome.wants(inputs >= 1_000_000, "a million inputs")
    outcome.counts = {"decoders": len(DECODERS), "replayed": replayed, "inputs": inputs}
    return outcome


def _fuzzed(name: str, folder: Path, seed: int, outcome: Outcome) -> int:
    """How many inputs one decoder was given."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "chaos.fuzzing", name, str(RUNS), str(seed), str(folder), str(CORPUS / name)],
        cwd=folder,
        env=desktops_environment(),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    said = done.stdout + done.stderr
    outcome.wants(done.returncode == 0, f"{name}: {said[-1_500:]}" if done.returncode else name)
    found = re.search(r"number_of_executed_units: (\d+)", said)
    return int(found[1]) if found else 0
