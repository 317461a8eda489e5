"""What a command line can be told, command by command."""

import argparse
from collections.abc import Iterator


def options_of(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every option and argument of a command and of those below it."""
    for one in command._actions:
        if isinstance(one, argparse._SubParsersAction):
            for below in one.choices.values():
                yield from options_of(below)
        else:
            yield one
