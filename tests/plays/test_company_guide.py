"""Every command line of `docs/operate/company.md`, typed at a terminal as it stands there, in its order."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from support.key_owner import PASSPHRASE, message
from support.keyboard import at_terminal
from support.softhsm import PIN, SoftHsm
from watchword.org.folder import VaultFolder
from watchword.protocol.company.profile import Kind

GUIDE = Path(__file__).parents[2] / "docs" / "operate" / "company.md"
BLOCK = re.compile(r"^ *```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def lines() -> list[str]:
    text = GUIDE.read_text()
    found = [line.strip() for block in BLOCK.findall(text) for line in block.splitlines() if line.strip()]
    assert len(re.findall(r"^ *watchword-org ", text, re.MULTILINE)) == len(found)
    return found


def answer(line: str) -> str:
    """What the key owner types."""
    confirmation = re.search(r"Type (\S+) to go on", line)
    if confirmation:
        return confirmation[1]
    return PIN if line.startswith("PIN of") else PASSPHRASE


def test_the_guide_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_token("acme")
    (tmp_path / "relay-folder").mkdir()
    (tmp_path / "relay-folder" / "relay.sqlite3").write_bytes(bytes(100))
    (tmp_path / "capture.pcap").write_bytes(bytes(100))
    vault = VaultFolder(tmp_path / "acme", print)
    shown = said = ""
    for line in lines():
        program, *words = shlex.split(line)
        assert program == "watchword-org"
        seen = at_terminal([sys.executable, "-m", "watchword.org", *words], answer, tmp_path)
        assert seen.code == 0, (line, seen)
        if words[:2] == ["profile", "set"] and not (tmp_path / "message.bin").exists():
            (tmp_path / "message.bin").write_bytes(message(vault.open_(PASSPHRASE).contents, "the plan"))
        assert PASSPHRASE not in seen.shown + seen.out
        shown += seen.shown
        said += seen.out
    assert shown.count("The join phrase of") == 3

    assert "It says: the plan" in said
    contents = vault.open_(PASSPHRASE).contents
    assert [member.account for member in contents.profile.directory] == ["ada", "cy"]
    kinds = {contents.ring.name(key.id): contents.profile.method(key.method) for key in contents.ring.keys}
    assert {name: method and method.kind for name, method in kinds.items()} == {
        "hr-2026": Kind.PKCS11,
        "audit-2026": Kind.RING,
        "north": Kind.PLUGIN,
    }


def test_every_command_is_in_the_guide_or_needs_no_word() -> None:
    named = {" ".join(shlex.split(line)[1:3]) for line in lines()}
    asked = {"init ACME Ltd", "member add", "member remove", "member rename", "member list", "key new"}
    asked |= {"key rotate", "key revoke", "key list", "profile show", "profile set", "ring export"}
    assert asked <= named
