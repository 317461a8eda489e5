"""Fuzzes one decoder, guided by what its code does: `python -m chaos.fuzzing DECODER RUNS SEED FOLDER...`.

libFuzzer by way of atheris. New inputs that reach new code go to the first folder; all folders are begun
with. Ends with 0 when nothing was raised that may not be.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["watchword", "watchword_wire"]):
    from chaos.decoders import DECODERS, tries

MOST_BYTES = 2_048


def main(words: list[str]) -> None:
    """Run the fuzzer, which ends this program."""
    name, runs, seed, *folders = words
    for number, good in enumerate(DECODERS[name].seeds):
        (Path(folders[0]) / f"seed-{number}").write_bytes(good)
    options = [
        f"-runs={runs}",
        f"-seed={seed}",
        f"-max_len={MOST_BYTES}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, *folders], lambda data: tries(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
