"""Starts the desktop program; or, by a switch that is read before Qt is imported, the bundled relay."""

import runpy
import sys

RELAY_CHILD = "--relay-child"
"""The hidden switch: in a frozen program the relay is this same program (see `core.local_relay`)."""


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    words = sys.argv[1:]
    if words[:1] == [RELAY_CHILD]:
        # By name: desktop and relay do not import each other.
        sys.argv = ["watchword-relay", *words[1:]]
        runpy.run_module("watchword_relay", run_name="__main__")
        return 0
    from watchword.assemble import program  # noqa: PLC0415 - no Qt in the relay

    return program(words)


if __name__ == "__main__":
    sys.exit(main())
