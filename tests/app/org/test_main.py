"""The program itself: exit codes, standard input, and that it talks to nobody."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from support.key_owner import PASSPHRASE, KeyOwner
from watchword.org.__main__ import main

NO_NETWORK = """
import sys
def hook(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"the tool uses the network: {event}")
sys.addaudithook(hook)
from watchword.org.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


DIES = """
import os, sys
from watchword.org import folder
left = int(sys.argv.pop(1))
def dying(real):
    def step(*arguments):
        global left
        if not left:
            os._exit(9)
        left -= 1
        return real(*arguments)
    return step
folder.write_whole = dying(folder.write_whole)
folder.VaultFolder._append = dying(folder.VaultFolder._append)
from watchword.org.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""Ends without a word before the step of this number: backup, vault, journal."""


@pytest.fixture
def owner(tmp_path: Path) -> KeyOwner:
    return KeyOwner(tmp_path)


def test_the_command_has_its_name() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["scripts"]["watchword-org"] == f"{main.__module__}:{main.__name__}"


def test_a_wrong_passphrase_is_one_sentence(owner: KeyOwner) -> None:
    owner.founds()
    owner.passphrase.write_text("four words are wrong")
    assert owner.is_refused("key", "list") == "watchword-org: The passphrase does not open this vault.\n"


def test_standard_input_is_read_once(owner: KeyOwner, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "u", "--vault", "v", "--passphrase-file", "-", "--phrase-file", "-"])
    assert ended.value.code == 2
    assert "standard input can be read once only" in capsys.readouterr().err


def test_unattended_it_takes_the_passphrase_from_standard_input(owner: KeyOwner) -> None:
    outcome = owner.process("init", "ACME", "--vault", "v", "--passphrase-file", "-", stdin=PASSPHRASE + "\n")
    assert (outcome.code, outcome.err) == (0, "")
    assert PASSPHRASE not in outcome.out
    nobody = owner.process("key", "list", "--vault", "v")
    assert (nobody.code, nobody.out) == (1, "")
    assert "no terminal" in nobody.err


def test_what_was_done_is_told_where_the_terminal_lacks_a_letter(owner: KeyOwner) -> None:
    owner.founds("ada")
    words = owner.words(("member", "rename", "ada", "陈"))
    done = subprocess.run(
        [sys.executable, "-m", "watchword.org", *words],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1:strict"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"ada is called \u9648." in done.stdout


def test_it_talks_to_nobody(owner: KeyOwner) -> None:
    owner.founds("ada")
    export = ("ring", "export", "update", "--out", "u")
    for command in (("key", "rotate", "hr-2026"), export):
        outcome = owner.process(*owner.words(command), program=NO_NETWORK)
        assert (outcome.code, outcome.err) == (0, ""), outcome


@pytest.mark.parametrize(("step", "versions"), [(0, 1), (1, 1), (2, 2)])
def test_a_run_that_dies_has_done_it_or_not(owner: KeyOwner, step: int, versions: int) -> None:
    owner.founds("ada")
    first = owner.contents.ring.keys[0]
    rotate = owner.words(("key", "rotate", "hr-2026"))
    assert owner.process(str(step), *rotate, program=DIES).code == 9
    assert len(owner.contents.ring.keys) == versions
    owner.does("key", "rotate", "hr-2026")
    keys = owner.contents.ring.keys
    assert [key.version for key in keys] == list(range(1, versions + 2))
    assert keys[0].secret == first.secret
    assert owner.runs("journal", secret=False).code == 0


def test_revoking_asks_where_there_is_nobody(owner: KeyOwner) -> None:
    owner.founds("ada")
    owner.does("key", "rotate", "hr-2026")
    before = owner.state()
    outcome = owner.process(*owner.words(("key", "revoke", "hr-2026", "--version", "1")))
    assert outcome.code == 1
    assert "--yes confirms beforehand" in outcome.err
    assert owner.state() == before
