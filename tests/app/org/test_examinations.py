"""The commands that look: files, messages, leaks, the journal."""

from pathlib import Path

import pytest

from support.company import MESSAGE
from support.key_owner import KeyOwner, message


@pytest.fixture
def owner(tmp_path: Path) -> KeyOwner:
    made = KeyOwner(tmp_path)
    made.founds("ada", "bo")
    return made


def test_a_message_is_inspected_and_opened_on_request_only(owner: KeyOwner, tmp_path: Path) -> None:
    file = tmp_path / "message"
    file.write_bytes(message(owner.contents, "the plan"))
    owner.does("key", "rotate", "hr-2026")
    seen = owner.does("inspect", str(file), "--json").data
    assert seen["holds"]
    assert (seen["sender"], seen["targets"], seen["certificate"]) == ("ada/1", ["bo"], True)
    key = owner.contents.ring.keys[0]
    assert seen["tags"] == [
        {
            "key": "hr-2026",
            "id": key.id.hex(),
            "version": 1,
            "state": "retired",
            "kind": "ring",
            "method": "key ring",
            "auditor": "",
        }
    ]
    assert seen["size"] == file.stat().st_size
    assert seen["opens"] == "hr-2026, version 1"
    before = len(owner.opened.lines())
    looked = owner.does("inspect", str(file)).out
    assert "opens          by hr-2026, version 1" in looked
    assert "the plan" not in looked
    assert len(owner.opened.lines()) == before
    assert "It says: the plan" in owner.does("inspect", str(file), "--open").out
    record = owner.opened.lines()
    assert len(record) == before + 1
    assert MESSAGE.hex().encode() in record[-1]
    assert b"the plan" not in record[-1]


def test_what_a_message_says_can_neither_move_the_cursor_nor_forge_a_line(
    owner: KeyOwner, tmp_path: Path
) -> None:
    file, says = tmp_path / "message", "hi\x1b[2J\nsignature      fits\u202e"
    file.write_bytes(message(owner.contents, says))
    lines = owner.does("inspect", str(file), "--open").out.splitlines()
    assert lines[-2:] == ["It says: hi\\x1b[2J", "         signature      fits\\u202e"]
    outcome = owner.does("inspect", str(file), "--open", "--json")
    assert outcome.data["content"] == says
    assert outcome.out.isascii()


def test_an_altered_message_is_said_by_words_and_exit_code(owner: KeyOwner, tmp_path: Path) -> None:
    data = bytearray(message(owner.contents, "the plan"))
    data[-1] ^= 1
    file = tmp_path / "message"
    file.write_bytes(data)
    outcome = owner.runs("inspect", str(file))
    assert outcome.code == 1
    assert "does not fit: ALTERED" in outcome.out
    assert owner.runs("inspect", str(file), "--open").code == 1
    file.write_bytes(b"hello")
    assert "no message data" in owner.is_refused("inspect", str(file))
    assert "no file" in owner.is_refused("inspect", str(tmp_path / "missing"))


def test_without_a_vault_ids_are_shown(owner: KeyOwner, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(message(owner.contents, "the plan"))
    outcome = owner.process("inspect", "message")
    assert outcome.code == 0
    assert "not checked without --vault" in outcome.out
    assert "hr-2026" not in outcome.out
    assert owner.process("inspect", "message", "--open").code == 1


def test_a_file_is_verified(owner: KeyOwner, tmp_path: Path) -> None:
    data, _phrase = owner.joins("ada")
    owner.updates()
    update = tmp_path / "update.company"
    assert owner.does("verify", str(update), "--json").data["keys"][0]["name"] == "hr-2026"
    owner.does("profile", "set", "--outsiders", "refuse")
    owner.does("ring", "export", "update", "--out", str(tmp_path / "strict.company"))
    strict = owner.does("verify", str(tmp_path / "strict.company")).out
    assert "sends nothing to anybody who is not in the directory" in strict
    assert "keep every message" not in strict
    owner.does("profile", "set", "--roaming", "12h")
    owner.does("ring", "export", "update", "--out", str(tmp_path / "kept.company"))
    assert "keep every message for 12h" in owner.does("verify", str(tmp_path / "kept.company")).out
    assert "sends nothing" not in owner.does("verify", str(update)).out
    phrase = ("--phrase-file", str(tmp_path / "ada.phrase"))
    assert owner.does("verify", str(tmp_path / "ada.company"), *phrase, "--json").data["opened"]
    anybody = owner.process("verify", "update.company", "--json")
    assert (anybody.code, anybody.data["members"], anybody.data["opened"]) == (0, ["ada", "bo"], False)
    update.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    outcome = owner.runs("verify", str(update))
    assert outcome.code == 1
    assert "damaged or altered" in outcome.out
    update.write_bytes(message(owner.contents, "the plan"))
    assert "message data: `watchword-org inspect`" in owner.runs("verify", str(update)).out


def test_another_organisations_file_is_told_by_words_and_exit_code(owner: KeyOwner, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = KeyOwner(tmp_path / "other")
    other.founds("eve")
    other.updates()
    outcome = owner.runs("verify", str(tmp_path / "other" / "update.company"))
    assert outcome.code == 1
    assert "another organisation's" in outcome.out


def test_secrets_are_searched_for(owner: KeyOwner, tmp_path: Path) -> None:
    place = tmp_path / "relay"
    place.mkdir()
    assert "nothing in it" in owner.is_refused("search", str(place))
    (place / "log").touch()
    assert "nothing in it" in owner.is_refused("search", str(place))
    (place / "log").write_text("nothing")
    assert "none stands in them" in owner.does("search", str(place)).out
    secret = owner.contents.ring.keys[0].secret.expose()
    (place / "log").write_text(secret.hex())
    outcome = owner.runs("search", str(place))
    assert outcome.code == 1
    assert "log: key hr-2026, version 1 stands in it" in outcome.out
    assert secret.hex() not in outcome.out


def test_the_journal_needs_no_passphrase_and_shows_what_was_bent(owner: KeyOwner) -> None:
    outcome = owner.runs("journal", "--json", secret=False)
    assert outcome.code == 0
    assert [one["did"] for one in outcome.data["entries"]] == [
        "init",
        "member add",
        "member add",
        "key new",
        "profile set",
    ]
    path = owner.opened.journal
    path.write_bytes(path.read_bytes().replace(b'"ada"', b'"eve"'))
    outcome = owner.runs("journal", secret=False)
    assert outcome.code == 1
    assert "line 2: is not as it was signed" in outcome.out
