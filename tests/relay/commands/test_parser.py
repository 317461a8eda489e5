"""The command line as a whole: every command answers programs in JSON, and people in words."""

import argparse
import json
import shlex
from pathlib import Path

import pytest

from support.options import options_of
from watchword_relay import folder
from watchword_relay.__main__ import main
from watchword_relay.commands.parser import SETTINGS, parser
from watchword_relay.settings import fields
from watchword_relay.store.contract import OWN
from watchword_relay.store.sqlite import SqliteStore

COMMANDS = (
    "check-config",
    "realm add acme",
    "realm list",
    "realm remove acme",
    "invite",
    "invite --uses 3 --expires 2d",
    "accounts",
    "block ada",
    "blocked",
    "unblock ada",
    "status",
    "queues",
    "queue",
    "rooms",
    "messages ada",
    "expire --older 1d",
    "backup {copy}",
    "restore {copy} --data {new}",
)
NOT_TOLD = {"serve", "config", "migrate"}
"""They run, print a file, or need a database; `migrate` has tests of its own."""


def named() -> set[str]:
    """Every command that there is."""
    (commands,) = (one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return set(commands.choices)


def test_every_command_is_tried_here() -> None:
    assert named() - NOT_TOLD == {command.split()[0] for command in COMMANDS}


def test_every_option_says_what_it_is() -> None:
    assert not [one.option_strings or one.dest for one in options_of(parser()) if not one.help]


def test_every_option_of_a_setting_names_one_that_there_is() -> None:
    assert set(SETTINGS.values()) <= {field.name for field in fields()}


@pytest.mark.parametrize("for_programs", [True, False], ids=["json", "words"])
def test_every_command_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], for_programs: bool
) -> None:
    data = tmp_path / "relay"
    folder.prepare(data)
    (data / "relay.key").write_bytes(b"k" * 32)
    store = SqliteStore(data / folder.DATABASE)
    store.of(OWN).register("ada", "ada", b"k" * 32, None, 1)
    store.close()
    for command in COMMANDS:
        said = command.format(copy=tmp_path / "copy", new=tmp_path / "new")
        words = shlex.split(said) if "--data" in said else [*shlex.split(said), "--data", str(data)]
        assert main([*words, "--json"] if for_programs else words) == 0, command
        out, err = capsys.readouterr()
        assert err == ""
        assert out.endswith("\n")
        if for_programs:
            json.loads(out)
        else:
            assert not out.startswith(("{", "["))
