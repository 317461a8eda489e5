"""What an operator takes out of a relay's folder: message data as they wait, and they go on waiting."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.disks import tiny_disk
from support.posts import ACME, message_data
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_relay import admin, folder
from watchword_relay.config import Unfit
from watchword_relay.store.contract import Batch, Put
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames

__all__ = ["relay"]

FIRST, SECOND = b"\xf1" * 16, b"\xf2" * 16


@asynccontextmanager
async def away(relay: RelayProcess, *data: bytes) -> AsyncIterator[Terminal]:
    """Message data that wait for bo, who is away, behind an envelope."""
    bo = await Terminal(relay.url, "bo").register()
    await bo.close()
    async with await Terminal(relay.url, "ada").register() as ada:
        await ada.message("bo", body=b"an envelope")
        for one in data:
            await ada.send(frames.Post(one))
        taken: set[bytes] = set()
        while not taken >= {FIRST, SECOND}:
            taken |= set((await ada.sees(frames.Ok)).ids)
    yield bo


async def test_what_waits_is_listed_and_saved_beside_a_relay_that_runs(
    relay: RelayProcess, tmp_path: Path
) -> None:
    first = message_data("ada/1", "bo", message_id=FIRST, sealed=b"short")
    second = message_data("ada/1", "bo", message_id=SECOND, sealed=b"somewhat longer")
    async with away(relay, first, second) as bo:
        said = (await asyncio.to_thread(relay.run, "messages", "bo")).stdout
        assert [line.split() for line in said.splitlines()] == [
            ["id", "bytes", "waits", "organisation"],
            [FIRST.hex(), str(len(first)), "under", "1", "h", ACME.hex()],
            [SECOND.hex(), str(len(second)), "under", "1", "h", ACME.hex()],
            ["envelopes", "of", "passphrase", "sessions:", "1"],
        ]
        out = tmp_path / "message.bin"
        done = await asyncio.to_thread(relay.run, "messages", "Bo", "--save", SECOND.hex().upper(), str(out))
        assert (done.returncode, done.stderr) == (0, "")
        assert (out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == (second, 0o600)
        # Nothing was marked as delivered: bo gets all of it, in order.
        await bo.sign_in()
        assert (await bo.sees(frames.Deliver)).body == b"an envelope"
        assert (await bo.sees(frames.DeliverData)).data == first
        assert (await bo.sees(frames.DeliverData)).data == second
        await bo.close()


def kept(data: Path, *puts: Put) -> None:
    """A relay's folder with mailboxes of ada and bo, as it stands after the relay ran for ten days."""
    folder.prepare(data)
    store = SqliteStore(data / folder.DATABASE)
    for account in ("ada", "bo"):
        store.register(account, account, account.encode() * 8, None, 1)
    batch = Batch()
    batch.puts = [*puts]
    store.commit(batch)
    store.keep_served(10 * 86_400)
    store.close()


def test_it_says_how_long_each_waits(tmp_path: Path) -> None:
    hours = (2, 0), (4, 24 * 10 - 23), (5, 24 * 10 - 1), (7, 24 * 10 + 1)
    puts = [
        Put(2, seq, bytes([seq]) * 16, "ada/1", b"sealed", at * 3_600, organisation=ACME) for seq, at in hours
    ]
    over = Put(2, 8, bytes([8]) * 16, "ada/1", b"sealed", 5, until=86_400, organisation=ACME)
    kept(tmp_path, *puts, over)
    lines = admin.messages(tmp_path, "bo").splitlines()
    assert [line[42:51].strip() for line in lines] == ["waits", "10 d", "23 h", "1 h", "under 1 h"]


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    kept(data, Put(1, 1, FIRST, "bo/1", b"an envelope", 5))
    assert admin.messages(data, "bo") == "message data: none"
    assert admin.messages(data, "ada") == "message data: none\nenvelopes of passphrase sessions: 1"
    for nobody in ("cy", "", "a/b"):
        with pytest.raises(Unfit, match="no account"):
            admin.messages(data, nobody)
    out = tmp_path / "message.bin"
    for message in (FIRST.hex(), SECOND.hex(), "", "nonsense"):  # an envelope is no message data
        with pytest.raises(Unfit, match="no message data"):
            admin.save(data, "ada", message, out)
    assert not out.exists()


def test_a_file_is_never_written_over_and_never_left_half(tmp_path: Path) -> None:
    data, out = tmp_path / "relay", tmp_path / "message.bin"
    kept(data, Put(2, 1, FIRST, "ada/1", bytes(100_000), 5, organisation=ACME))
    out.write_bytes(b"mine")
    with pytest.raises(Unfit, match="is there already"):
        admin.save(data, "bo", FIRST.hex(), out)
    assert out.read_bytes() == b"mine"
    with pytest.raises(Unfit, match="No such file"):
        admin.save(data, "bo", FIRST.hex(), tmp_path / "nowhere" / "message.bin")
    with tiny_disk(tmp_path / "disk", 64) as disk:
        with pytest.raises(Unfit, match="No space left"):
            admin.save(data, "bo", FIRST.hex(), disk.folder / "message.bin")
        assert not (disk.folder / "message.bin").exists()
