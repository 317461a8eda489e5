"""A relay with a wall clock that can be set: `python -m chaos.jumpy FILE WORDS...`.

FILE holds by how many seconds its wall clock is wrong; it is read at each look at the clock. The clocks of
deadlines are the system's own.
"""

import sys
import time
from pathlib import Path
from unittest import mock

from watchword_relay import __main__ as product

_time, _time_ns = time.time, time.time_ns


def main(words: list[str]) -> int:
    """Run the relay's command line."""
    file, *rest = words
    shift = Path(file)

    def wrong() -> float:
        return float(shift.read_text() or "0")

    def wrong_time() -> float:
        return _time() + wrong()

    def wrong_time_ns() -> int:
        return _time_ns() + int(wrong() * 1e9)

    with mock.patch.object(time, "time", wrong_time), mock.patch.object(time, "time_ns", wrong_time_ns):
        return product.main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
