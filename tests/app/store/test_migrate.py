"""From an older file to the newest schema, with a backup; never back, never over a newer one."""

from pathlib import Path

import apsw
import pytest

from watchword.crypto.secret import Secret
from watchword.model.chat import Protection
from watchword.model.errors import Kind, TroubleWith
from watchword.store import account, application, chats, cipher, messages, migrate, posts, received
from watchword.store.database import Database
from watchword.store.transaction import Tx

KEY = bytes(range(32))
NEWEST = max(migrate.steps())


def connect(path: Path) -> Tx:
    connection = apsw.Connection(str(path))
    cipher.unseal(connection, KEY)
    return connection


def names(tx: Tx) -> set[str]:
    return {name for (name,) in tx.execute("select name from sqlite_schema where type = 'table'")}


@pytest.fixture
def one_step_more(monkeypatch: pytest.MonkeyPatch) -> int:
    """A program of the next version: its step adds a table and changes rows."""
    newer = {
        **migrate.steps(),
        NEWEST + 1: "create table later (x) strict; update contacts set name = name || '!';",
    }
    newer[NEWEST + 1] = newer[NEWEST + 1].replace("(x)", "(x text)")
    monkeypatch.setattr(migrate, "steps", lambda: newer)
    return NEWEST + 1


async def older_file(path: Path) -> None:
    """A real file of today's version, with a row."""
    db = await Database.create(path, KEY)
    await db.write(lambda tx: tx.execute("insert into contacts values ('bo', 'Bo', 1, 0)").fetchall())
    await db.close()


def test_the_steps_are_numbered_without_a_gap() -> None:
    assert list(migrate.steps()) == list(range(1, NEWEST + 1))


async def test_an_older_file_is_brought_up_to_date(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "s.db"
    await older_file(path)
    before = path.read_bytes()
    number: int = request.getfixturevalue("one_step_more")
    db = await Database.open(path, KEY)
    assert await db.read(migrate.version) == number
    assert await db.read(lambda tx: tx.execute("select name from contacts").fetchall()) == [("Bo!",)]
    await db.close()

    backup = migrate.backup_path(path, number)
    content = backup.read_bytes()
    assert content[: cipher.SALT_BYTES] == before[: cipher.SALT_BYTES]
    assert b"SQLite format" not in content
    kept = connect(backup)
    assert migrate.version(kept) == NEWEST
    assert "later" not in names(kept)
    assert kept.execute("select name from contacts").fetchall() == [("Bo",)]
    assert kept.pragma("integrity_check") == "ok"
    kept.close()


async def test_the_backup_opens_with_the_older_program(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await older_file(path)
    with pytest.MonkeyPatch.context() as patch:
        newer = {**migrate.steps(), NEWEST + 1: "create table later (x text) strict;"}
        patch.setattr(migrate, "steps", lambda: newer)
        await (await Database.open(path, KEY)).close()
    backup = migrate.backup_path(path, NEWEST + 1)
    backup.replace(path)
    db = await Database.open(path, KEY)
    assert await db.read(lambda tx: tx.execute("select name from contacts").fetchall()) == [("Bo",)]
    await db.close()


async def test_a_file_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await older_file(path)
    later = connect(path)
    later.pragma("user_version", NEWEST + 1)
    later.close()
    before = path.read_bytes()
    with pytest.raises(TroubleWith) as raised:
        await Database.open(path, KEY)
    assert raised.value.situation.kind is Kind.PROFILE_NEWER
    assert raised.value.situation.facts == {"file": "s.db"}
    assert path.read_bytes() == before


async def test_a_file_without_a_schema_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    empty = connect(path)
    empty.execute("create table t (x)")
    empty.close()
    with pytest.raises(TroubleWith) as raised:
        await Database.open(path, KEY)
    assert raised.value.situation.kind is Kind.PROFILE_DAMAGED


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.db"
    tx = connect(path)
    migrate.bring_up_to_date(tx, path)
    broken = {
        **migrate.steps(),
        NEWEST + 1: "create table later (x text) strict; insert into nowhere values (1);",
    }
    monkeypatch.setattr(migrate, "steps", lambda: broken)
    with pytest.raises(apsw.SQLError):
        migrate.bring_up_to_date(tx, path)
    assert migrate.version(tx) == NEWEST
    assert "later" not in names(tx)
    tx.close()


def test_a_backup_that_was_begun_before_is_made_anew(tmp_path: Path, one_step_more: int) -> None:
    path = tmp_path / "s.db"
    tx = connect(path)
    tx.execute(migrate.steps()[1])
    tx.pragma("user_version", 1)
    half = migrate.backup_path(path, one_step_more).with_name(
        migrate.backup_path(path, one_step_more).name + ".new"
    )
    half.write_bytes(b"half a backup")
    migrate.bring_up_to_date(tx, path)
    tx.close()
    assert not half.exists()
    assert migrate.backup_path(path, one_step_more).exists()


def test_every_table_is_strict_and_nothing_secret_is_indexed(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    tx = connect(path)
    migrate.bring_up_to_date(tx, path)
    loose = [
        name
        for (name, sql) in tx.execute("select name, sql from sqlite_schema where type = 'table'")
        if not name.startswith("sqlite_") and ") strict" not in sql
    ]
    assert loose == []
    tx.close()


OLDER = """
insert into contacts values ('bo', 'Bo', 1, 0), ('cy', '', 0, 0);
insert into chats (id, account, draft, read_to, moved_at) values (3, 'bo', 'half', 1, 9), (7, 'cy', '', 0, 5);
insert into messages (id, chat, kind, mine, text, at, delivery, notice, key) values
    (1, 3, 'text', 1, 'hello', 5, 'relayed', null, x'00000000000000000000000000000001'),
    (2, 3, 'text', 0, 'hi', 9, 'waiting', null, x'00000000000000000000000000000002'),
    (4, 7, 'notice', 0, '', 5, 'waiting', 'accepted', null);
insert into outbox (id, account, message, h, target, sealed)
    values (x'000000000000000000000000000000aa', 'bo', 1, zeroblob(32), 'bo/1', x'00');
"""


async def test_a_file_of_the_first_version_keeps_chats_and_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    first = migrate.steps()[1]
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: {1: first})
        db = await Database.create(path, KEY)
        await db.write(lambda tx: tx.execute(OLDER).fetchall())
        await db.close()
    db = await Database.open(path, KEY)
    assert await db.read(migrate.version) == NEWEST
    found = {chat.id: chat for chat in await db.read(chats.every)}
    assert {number: (chat.contact.account, chat.draft, chat.unread) for number, chat in found.items()} == {
        3: ("bo", "half", 1),
        7: ("cy", "", 0),
    }
    assert found[3].protection is Protection.SESSION
    rows = (await db.read(lambda tx: messages.latest(tx, 3, 9))).messages
    assert [(row.id, row.text, row.sender) for row in rows] == [(1, "hello", ""), (2, "hi", "")]
    assert await db.read(lambda tx: tx.execute("pragma foreign_key_check").fetchall()) == []
    assert await db.write(lambda tx: chats.meet(tx, "bo", 20)) == 3
    assert await db.write(lambda tx: chats.meet_company(tx, b"c" * 16, ("bo", "cy"), 20)) > 7
    await db.close()
    kept = connect(migrate.backup_path(path, 2))
    assert migrate.version(kept) == 1
    kept.close()


ON_ITS_WAY = """
insert into posts (id, conversation, targets, content)
    values (x'000000000000000000000000000000aa', zeroblob(16), '["bo"]', x'01');
insert into posts (id, conversation, targets, data)
    values (x'000000000000000000000000000000bb', zeroblob(16), '["bo"]', x'02');
insert into received (digest, sender, conversation, vouched, data, at)
    values (zeroblob(32), 'bo/1', zeroblob(16), 1, x'03', 5);
"""


async def test_what_was_on_its_way_in_the_third_version_still_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    until_then = {number: sql for number, sql in migrate.steps().items() if number <= 3}
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: until_then)
        db = await Database.create(path, KEY)
        await db.write(lambda tx: tx.execute(ON_ITS_WAY).fetchall())
        await db.close()
    db = await Database.open(path, KEY)
    [waits] = await db.read(lambda tx: posts.unsealed(tx, 9))
    [leaves] = await db.read(posts.sealed)
    [came] = await db.read(lambda tx: received.waiting(tx, 0, 9, tried=False))
    assert (waits.content, leaves.data, leaves.inside, came.data) == (b"\1", b"\2", False, b"\3")
    await db.close()


async def test_who_waited_before_has_words_of_their_own_from_now_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until_then = {number: sql for number, sql in migrate.steps().items() if number <= 7}
    found = []
    for name in ("one", "other"):
        path = tmp_path / name
        with monkeypatch.context() as patch:
            patch.setattr(migrate, "steps", lambda: until_then)
            db = await Database.create(path, KEY)
            await db.write(
                lambda tx: tx.execute(
                    "insert into application values (1, 'ada', zeroblob(32), 'ws://127.0.0.1', null)"
                ).fetchall()
            )
            await db.close()
        db = await Database.open(path, KEY)
        waits = await db.read(application.get)
        assert waits is not None
        assert (waits.account, waits.identity_seed, len(waits.opening)) == ("ada", Secret(bytes(32)), 32)
        found.append(waits.opening)
        await db.close()
    assert found[0] != found[1]


REMOVED = """
insert into account (one, account, device, identity_seed, relay, name, removed)
    values (1, 'ada', 2, zeroblob(32), 'ws://localhost:1', 'Ada', 1);
"""


async def test_a_desktop_that_was_removed_in_the_thirteenth_version_is_told_so_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    until_then = {number: sql for number, sql in migrate.steps().items() if number <= 13}
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: until_then)
        db = await Database.create(path, KEY)
        await db.write(lambda tx: tx.execute(REMOVED).fetchall())
        await db.close()
    db = await Database.open(path, KEY)
    found = await db.read(account.get)
    assert found is not None
    assert found.cut_off is Kind.DESKTOP_REMOVED
    await db.close()
