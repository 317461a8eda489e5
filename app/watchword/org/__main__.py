"""`watchword-org`: one command, its sentences, an exit code. See `docs/operate/company.md`."""

import io
import json
import os
import sys

from watchword.org.command_line import parser
from watchword.org.desk import Desk
from watchword.org.report import Report, shown
from watchword.org.typed import STDIN
from watchword_wire.errors import PeerError, Refused, Trouble

_DONE, _NOT_DONE = 0, 1
_FROM_STDIN = ("passphrase_file", "new_passphrase_file", "phrase_file", "pin_file", "message")


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns 0 if it is done and holds, 1 if not; argparse ends with 2 if it is misused."""
    known = parser()
    options = known.parse_args(arguments)
    if sum(getattr(options, name, None) == STDIN for name in _FROM_STDIN) > 1:
        known.error("standard input can be read once only")
    os.umask(0o077)
    _no_core_dumps()
    _take_any_letter()
    try:
        report: Report = options.run(options, Desk(_complain))
    except (Refused, Trouble, PeerError) as error:
        _complain(str(error))
        return _NOT_DONE
    except KeyboardInterrupt:
        _complain("Interrupted.")
        return _NOT_DONE
    sys.stdout.write(
        (json.dumps(report.data) if options.json else "\n".join(map(shown, report.lines))) + "\n"
    )
    return _DONE if report.holds else _NOT_DONE


def _complain(sentence: str) -> None:
    sys.stderr.write(f"watchword-org: {shown(sentence)}\n")


def _take_any_letter() -> None:
    """A terminal or file that has no place for a letter is given its number: what was done is told anyhow."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _no_core_dumps() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:  # Windows writes none by default
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
