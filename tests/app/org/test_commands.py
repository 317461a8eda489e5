"""The commands that change the vault, as a key owner types them."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.company import ROOT
from support.key_owner import PASSPHRASE, KeyOwner
from support.softhsm import PIN, SoftHsm
from watchword.org import exports
from watchword.protocol.company import company_file
from watchword.protocol.company.profile import Kind, Revoked
from watchword.protocol.company.ring import State


@pytest.fixture
def owner(tmp_path: Path) -> KeyOwner:
    return KeyOwner(tmp_path)


def test_init_says_digits_and_organisation(owner: KeyOwner) -> None:
    said = owner.does("init", "ACME", "--json").data
    contents = owner.contents
    assert said["digits"] == company_file.digits(contents.root_key)
    assert said["organisation"] == contents.profile.organisation.hex()
    assert contents.root != ROOT
    assert "holds a vault already" in owner.is_refused("init", "ACME")


def test_a_short_passphrase_makes_no_vault(owner: KeyOwner) -> None:
    owner.passphrase.write_text("short")
    assert "too short" in owner.is_refused("init", "ACME")
    assert not owner.vault.exists()


def test_members_come_go_and_change_names(owner: KeyOwner) -> None:
    owner.founds("ada", "bo")
    owner.does("member", "rename", "ada", "Ada Byron")
    said = owner.does("member", "remove", "Bo").out
    assert "key rotate hr-2026" in said
    assert [one["name"] for one in owner.does("member", "list", "--json").data["members"]] == ["Ada Byron"]
    assert "Did you mean “ada”" in owner.is_refused("member", "remove", "adda")
    assert "looks like ada" in owner.is_refused("member", "add", "аda", "Other")


def test_keys_turn(owner: KeyOwner) -> None:
    owner.founds("ada")
    assert owner.does("key", "rotate", "hr-2026", "--json").data["version"] == 2
    owner.does("key", "new", "audit", "--auditor", "Audit office")
    assert "profile set --seals hr-2026,spare" in owner.does("key", "new", "spare").out
    owner.does("key", "retire", "spare")
    owner.does("key", "revoke", "hr-2026", "--version", "1", "--yes")
    states = {(one.name, one.version): one.state for one in owner.contents.ring.keys}
    assert states == {
        ("hr-2026", 1): State.REVOKED,
        ("hr-2026", 2): State.ACTIVE,
        ("audit", 1): State.ACTIVE,
        ("spare", 1): State.RETIRED,
    }
    owner.does("key", "revoke", "spare", "--all", "--yes")
    assert "revoked already" in owner.is_refused("key", "revoke", "spare", "--all", "--yes")
    assert "First `watchword-org key rotate hr-2026`" in owner.is_refused("key", "retire", "hr-2026")
    assert "nobody could write" in owner.is_refused("key", "revoke", "hr-2026", "--version", "2", "--yes")
    assert "name the versions before it with --version" in owner.is_refused(
        "key", "revoke", "hr-2026", "--all", "--yes"
    )
    assert "over already" in owner.is_refused("key", "new", "brief", "--until", "2020-01-01")
    assert "--pin-file belongs to --generate" in owner.is_refused("key", "new", "b", "--pin-file", "p")
    assert "Did you mean “hr-2026”" in owner.is_refused("key", "rotate", "hr-2025")
    assert "looks like" in owner.is_refused("key", "new", "hr-2O26")


def test_who_sets_an_end_is_told_what_comes_after_it(owner: KeyOwner, tmp_path: Path) -> None:
    owner.founds("ada")
    assert "WARNING" not in owner.does("key", "rotate", "hr-2026").out
    ends = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%MZ")
    said = owner.does("key", "rotate", "hr-2026", "--until", ends)
    assert f"WARNING: “hr-2026” seals until {ends}, 3 days from now" in said.out
    for command in (["key", "list"], ["ring", "export", "update", "--out", str(tmp_path / "u.company")]):
        assert "3 days from now" in owner.does(*command).out
        [warned] = owner.does(*command, "--json").data["warnings"]
        assert (warned["key"], warned["until"]) == ("hr-2026", 0)
    seen = owner.does("verify", str(tmp_path / "u.company"))
    assert "3 days from now" in seen.out
    again = re.search(r"`watchword-org (key rotate .*?)`", seen.out)
    assert again
    assert "WARNING" not in owner.does(*shlex.split(again[1])).out
    assert [one["use"] for one in owner.does("key", "list", "--json").data["keys"]] == [
        "seals, later",
        "seals",
        "–",
        "–",
    ]


def test_a_planned_version_that_never_seals_is_told(owner: KeyOwner) -> None:
    owner.founds("ada")
    planned = owner.does(
        "key", "rotate", "hr-2026", "--from", "2099-01-01", "--until", "2100-01-01", "--json"
    )
    assert planned.data["never_seals"] == []
    said = owner.does("key", "rotate", "hr-2026").out
    assert "Version 2, planned from 2099-01-01 on, is retired by this and never seals." in said
    again = re.search(r"To plan another: watchword-org (key rotate .*)", said)
    assert again
    assert "retired by this" not in owner.does(*shlex.split(again[1])).out
    [lost] = owner.does("key", "rotate", "hr-2026", "--from", "2098-01-01", "--json").data["never_seals"]
    assert lost["version"] == 4
    assert "retired by this" not in owner.does("key", "rotate", "hr-2026", "--from", "2099-01-01").out


def test_a_key_that_seals_only_later_is_told(owner: KeyOwner) -> None:
    owner.does("init", "ACME")
    assert (
        "WARNING: Nobody can write before 2099-01-01"
        in owner.does("key", "new", "hr", "--from", "2099-01-01").out
    )
    assert "WARNING" not in owner.does("key", "rotate", "hr").out
    owner.does("key", "new", "later", "--from", "2099-01-01")
    assert "“later” seals only from then on" in owner.does("profile", "set", "--seals", "hr,later").out


def test_a_key_moves_to_a_token_and_its_versions_before_stay(
    owner: KeyOwner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.founds("ada")
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    hsm.make_token("acme")
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    place = ("--token", "acme", "--module", "libsofthsm2.so")
    assert (
        "PIN is wrong"
        not in owner.does("key", "rotate", "hr-2026", *place, "--generate", "--pin-file", str(pin)).out
    )
    first, second = owner.contents.ring.keys
    assert (first.state, len(first.secret), len(second.secret)) == (State.RETIRED, 32, 0)
    pin.write_text("0000")
    assert "PIN is wrong" in owner.is_refused(
        "key", "rotate", "hr-2026", "--generate", "--pin-file", str(pin)
    )
    assert "--module" in owner.is_refused("key", "new", "other", "--token", "acme")
    said = owner.does("key", "rotate", "hr-2026").out
    identity = owner.contents.ring.keys[0].id.hex() + "00000003"
    assert f"CKA_ID {identity}" in said
    exports.update(owner.contents)


def test_a_plugins_key_seals_alone_in_mode_content(owner: KeyOwner) -> None:
    owner.founds("ada")
    owner.does("key", "new", "own", "--plugin", "acme", "--mode", "content", "--set", "site=north")
    assert "seals alone" in owner.is_refused("profile", "set", "--seals", "hr-2026,own")
    owner.does("profile", "set", "--seals", "own")
    method = owner.contents.profile.methods[-1]
    assert (method.kind, method.where) == (Kind.PLUGIN, {"plugin": "acme", "site": "north"})
    owner.does("key", "rotate", "own")
    assert len(owner.contents.profile.methods) == 2


def test_the_profile_is_set_and_shown(owner: KeyOwner) -> None:
    owner.founds("ada")
    owner.does("key", "new", "audit")
    owner.does(
        *("profile", "set", "--session", "required", "--phrase", "60", "--retention", "30d"),
        *("--revoked", "refuse", "--pin", "session", "--auditor", "audit=Audit office"),
        *("--outsiders", "refuse"),
    )
    shown = owner.does("profile", "show", "--json").data
    assert (shown["session"], shown["phrase"], shown["retention"]) == (True, 60, 2_592_000)
    assert shown["auditors"] == {"audit": "Audit office"}
    assert shown["outsiders"] == "refuse"
    assert "no conversations with people who are not members" in owner.does("profile", "show").out
    assert "not kept for new desktops" in owner.does("profile", "show").out
    set_ = owner.does("profile", "set", "--session", "no", "--roaming", "90d", "--late", "yes")
    assert "keep every message for 90d, sealed" in set_.out
    assert "reads what was written before" in set_.out
    shown = owner.does("profile", "show", "--json").data
    assert (shown["roaming"], shown["late"]) == (7_776_000, True)
    owner.does("profile", "set", "--session", "required", "--roaming", "0", "--late", "no")
    shown = owner.does("profile", "show", "--json").data
    assert (shown["roaming"], shown["late"]) == (0, False)
    assert owner.contents.profile.policy.revoked is Revoked.REFUSE
    assert (
        "no desktop opens"
        in owner.does("key", "rotate", "audit").out
        + owner.does("key", "revoke", "audit", "--version", "1", "--yes").out
    )
    owner.does("profile", "set", "--no-auditors", "--session", "no")
    policy = owner.contents.profile.policy
    assert (policy.auditors, policy.session) == ((), False)
    before = owner.state()
    assert "stands already" in owner.does("profile", "set", "--session", "no").out
    assert owner.state() == before
    assert "Nothing was said" in owner.is_refused("profile", "set")


def test_files_are_written_over_by_files_only(owner: KeyOwner, tmp_path: Path) -> None:
    owner.founds("ada")
    out = tmp_path / "letter"
    out.write_text("dear")
    assert "is no company file" in owner.is_refused("ring", "export", "update", "--out", str(out))
    assert out.read_text() == "dear"
    assert owner.updates() != owner.updates()
    outcome = owner.runs("ring", "export", "update", "--out", str(tmp_path / "missing" / "u"))
    assert (outcome.code, outcome.out) == (1, "")
    assert "The file was not written" in outcome.err


def test_a_join_phrase_is_drawn_or_typed_and_never_on_standard_output(
    owner: KeyOwner, tmp_path: Path
) -> None:
    owner.founds("ada")
    data, phrase = owner.joins("ada")
    assert company_file.join(data, phrase, None).account == "ada"
    mine = tmp_path / "mine"
    mine.write_text("six words of my own choice")
    mine.chmod(0o600)
    out = tmp_path / "join"
    said = owner.does("ring", "export", "join", "Ada", "--out", str(out), "--phrase-file", str(mine))
    assert "six words" not in said.out
    assert company_file.join(out.read_bytes(), "six words of my own choice", None).account == "ada"
    mine.write_text("something else")
    assert "holds no join phrase" in owner.is_refused(
        "ring", "export", "join", "ada", "--out", str(out), "--phrase-to", str(mine)
    )
    assert mine.read_text() == "something else"
    journal = owner.opened.journal.read_text()
    assert phrase not in journal
    assert '"phrase":"drawn"' in journal
    assert '"phrase":"typed"' in journal


def test_a_join_file_for_nobody_is_refused_for_that_before_anything_else(
    owner: KeyOwner, tmp_path: Path
) -> None:
    owner.founds("ada")
    taken = tmp_path / "taken"
    taken.write_text("something else")
    said = owner.is_refused("ring", "export", "join", "zed", "--out", str(taken), "--phrase-to", str(taken))
    assert said.count("watchword-org: ") == 1
    assert "There is no member “zed”" in said


def test_another_passphrase(owner: KeyOwner, tmp_path: Path) -> None:
    owner.founds()
    new = tmp_path / "new"
    new.write_text("four other words now")
    new.chmod(0o600)
    owner.does("passphrase", "--new-passphrase-file", str(new))
    assert "does not open this vault" in owner.is_refused("key", "list")
    owner.passphrase.write_text("four other words now")
    owner.does("key", "list")
    new.write_text(PASSPHRASE[:4])
    assert "too short" in owner.is_refused("passphrase", "--new-passphrase-file", str(new))
