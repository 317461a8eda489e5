"""Copies of a relay's folder, made while people write, and what goes on with one that was put back."""

import asyncio
import json
import shutil
import stat
from pathlib import Path

import apsw
import pytest

from support.relay import RelayProcess
from support.terminal import Terminal
from watchword_relay import folder
from watchword_relay.commands import backups
from watchword_relay.config import Unfit
from watchword_relay.store.contract import OWN, StoreUnfit
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A relay's folder with an account and an invitation."""
    found = tmp_path / "relay"
    folder.prepare(found)
    (found / "relay.key").write_bytes(b"k" * 32)
    store = SqliteStore(found / folder.DATABASE)
    store.of(OWN).register("ada", "ada", b"k" * 32, None, 1)
    store.of(OWN).add_invite(b"hash" * 8, 1)
    store.close()
    return found


async def test_a_copy_made_while_people_write_is_a_relay_that_goes_on(tmp_path: Path) -> None:
    """It has all that was acknowledged before it began, in order; people sign in as they ever did."""
    with RelayProcess(tmp_path / "relay") as relay:
        ada, bo = Terminal(relay.url, "ada"), Terminal(relay.url, "bo")
        await ada.register()
        await (await bo.register()).close()
        before = [await ada.message("bo", body=b"before %d" % number) for number in range(20)]

        async def write() -> list[bytes]:
            ids = []
            while not copied.done():
                ids.append(await ada.message("bo"))
            return ids

        copied = asyncio.ensure_future(
            asyncio.to_thread(relay.run, "backup", str(tmp_path / "copy"), "--json")
        )
        meanwhile = await write()
        told = json.loads((await copied).stdout)
        assert told["folder"] == str(tmp_path / "copy")
        after = await ada.message("bo", body=b"after")
        await ada.close()
        address = relay.address
    copy = tmp_path / "copy"
    assert not [path.name for path in copy.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    restored = RelayProcess(tmp_path / "restored", start=False)
    done = restored.run("restore", str(copy))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 accounts" in done.stdout
    with restored:
        restored.start()
        # The same relay to whoever pinned its key, at another port.
        assert restored.address.partition("#")[2] == address.partition("#")[2]
        for one in (ada, bo):
            one.url = restored.url
            await one.sign_in()
        last = await ada.message("bo", body=b"last")
        await bo.sees(frames.Deliver, lambda frame: frame.id == last)
        got = [frame.id for frame in bo.all(frames.Deliver)]
        assert got[:20] == before
        assert got[20:] == meanwhile[: len(got) - 20]
        assert after not in got
        await ada.close()
        await bo.close()


def test_a_copy_is_put_back_without_invitations(data: Path, tmp_path: Path) -> None:
    """One that was used up since would let somebody in again."""
    assert "keep it as safe" in backups.backup(data, tmp_path / "copy")
    assert "1 accounts" in backups.restore(tmp_path / "copy", tmp_path / "back")
    store = SqliteStore(tmp_path / "back" / folder.DATABASE)
    assert not store.of(OWN).invite_stands(b"hash" * 8)
    assert store.of(OWN).terminal("ada", 1) is not None
    store.close()
    assert (tmp_path / "back" / "relay.key").read_bytes() == b"k" * 32
    # What was copied is as it was, and can be put back again.
    again = json.loads(backups.restore(tmp_path / "copy", tmp_path / "again", json=True))
    assert again == {"folder": str(tmp_path / "again"), "accounts": 1}


def test_nothing_is_written_over(data: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(Unfit, match="is there already"):
        backups.backup(data, tmp_path / "there")
    backups.backup(data, tmp_path / "copy")
    with pytest.raises(Unfit, match="is not empty"):
        backups.restore(tmp_path / "copy", data)
    backups.restore(tmp_path / "copy", tmp_path / "there")


def broken(copy: Path) -> None:
    database = copy / folder.DATABASE
    whole = bytearray(database.read_bytes())
    whole[5_000:20_000] = bytes(15_000)
    database.write_bytes(whole)


def foreign(copy: Path) -> None:
    change(copy, "PRAGMA application_id = 1")


def newer(copy: Path) -> None:
    change(copy, "UPDATE relay SET schema_version = 99")


def change(copy: Path, statement: str) -> None:
    db = apsw.Connection(str(copy / folder.DATABASE))
    db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(broken, "damaged"), (foreign, "another program"), (newer, "newer relay")],
)
def test_a_copy_that_is_none_is_not_put_back(data: Path, tmp_path: Path, spoil: object, said: str) -> None:
    assert callable(spoil)
    copy = tmp_path / "copy"
    backups.backup(data, copy)
    spoil(copy)
    with pytest.raises(StoreUnfit, match=said):
        backups.restore(copy, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_copy_without_the_relays_key_is_not_put_back(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backups.backup(data, copy)
    (copy / "relay.key").unlink()
    with pytest.raises(Unfit, match=r"no relay\.key"):
        backups.restore(copy, tmp_path / "back")
    shutil.rmtree(copy)
    with pytest.raises(Unfit, match="not a relay's data folder"):
        backups.restore(copy, tmp_path / "back")


def test_a_folder_that_cannot_be_written_is_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unfit, match="cannot be written"):
        backups.backup(data, tmp_path / "file" / "copy")
    backups.backup(data, tmp_path / "copy")
    with pytest.raises(Unfit, match="file cannot be written: Not a directory"):
        backups.restore(tmp_path / "copy", tmp_path / "file")
