"""What an operator lists and takes out of a relay's folder; message data go on waiting as they are."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from support.disks import tiny_disk
from support.posts import ACME, message_data
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_relay import clock, folder
from watchword_relay.commands import queues
from watchword_relay.commands.queues import Asked
from watchword_relay.config import Unfit
from watchword_relay.store.contract import Batch, Put
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames

__all__ = ["relay"]

FIRST, SECOND = b"\xf1" * 16, b"\xf2" * 16
HOUR, DAYS = 3_600, 10 * 86_400


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
        said = json.loads((await asyncio.to_thread(relay.run, "messages", "bo", "--json")).stdout)
        assert [(row["id"], row["bytes"], row["organisation"]) for row in said[1:]] == [
            (FIRST.hex(), len(first), ACME.hex()),
            (SECOND.hex(), len(second), ACME.hex()),
        ]
        assert (len(said), said[0]["bytes"], said[0]["organisation"]) == (3, len(b"an envelope"), None)
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


def kept(data: Path, *puts: Put, realm: str = "") -> None:
    """A relay's folder with mailboxes of ada and bo, as it stands after the relay ran for ten days."""
    folder.prepare(data)
    store = SqliteStore(data / folder.DATABASE)
    if realm:
        store.add_realm(realm, clock.wall())
    for account in ("ada", "bo"):
        store.of(store.realm(realm)).register(account, account, account.encode() * 8, None, 1)
    batch = Batch()
    batch.puts = [*puts]
    store.commit(batch)
    store.keep_served(DAYS)
    store.close()


def sealed(box: int, seq: int, at: int = 5, until: int | None = None) -> Put:
    return Put(box, seq, bytes([seq]) * 16, "ada/1", b"sealed", at, until=until, organisation=ACME)


def told(asked: Asked) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(queues.messages(asked._replace(json=True)))
    return found


def test_it_says_how_long_each_waits(tmp_path: Path) -> None:
    young, old = DAYS - HOUR, DAYS - 3 * 86_400
    kept(tmp_path, sealed(2, 1, old), sealed(2, 2, young, DAYS + 60), sealed(2, 3, until=DAYS))
    rows = told(Asked(tmp_path, account="bo"))
    assert [(row["id"], row["waits"], row["expires"]) for row in rows] == [
        ("01" * 16, 3 * 86_400, None),
        ("02" * 16, HOUR, 60),  # the third is over
    ]
    lines = queues.messages(Asked(tmp_path, account="bo")).splitlines()
    assert " ".join(lines[0].split()) == "account device id sender organisation room bytes waits expires"
    assert [line.split()[-4:] for line in lines[1:]] == [
        ["bytes", "3", "d", "-"],
        ["60", "m", "60", "s"],
    ]


def test_what_waits_for_an_id_that_nobody_has_is_shown_like_any_other(tmp_path: Path) -> None:
    data, out = tmp_path / "relay", tmp_path / "message.bin"
    kept(data, sealed(0, 1)._replace(target="cy/1"))
    asked = Asked(data, account="cy")
    assert [(row["account"], row["id"]) for row in told(asked)] == [("cy", "01" * 16)]
    queues.save(asked, "01" * 16, str(out))
    assert out.read_bytes() == b"sealed"
    (row,) = json.loads(queues.queues(Asked(data, json=True)))
    assert (row["account"], row["terminals"], row["messages"]) == ("cy", 0, 1)
    assert queues.expire(asked, waiting=True, history=False).startswith("expired: 1 messages")
    with pytest.raises(Unfit, match="no account cy"):
        queues.messages(asked)


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    data, out = tmp_path / "relay", tmp_path / "message.bin"
    kept(data, Put(1, 1, FIRST, "bo/1", b"an envelope", 5), sealed(1, 2, until=DAYS))
    assert queues.messages(Asked(data, account="bo")) == "nothing"
    assert [row["organisation"] for row in told(Asked(data, account="ada"))] == [None]
    for nobody, why in (("cy", "no account cy"), ("", "another form"), ("a/b", "another form")):
        for command in (queues.messages, lambda asked: queues.save(asked, FIRST.hex(), str(out))):
            with pytest.raises(Unfit, match=why):
                command(Asked(data, account=nobody))
    # An envelope is no message data; what is over is as good as gone.
    for message in (FIRST.hex(), "02" * 16, SECOND.hex(), "", "nonsense"):
        with pytest.raises(Unfit, match="no message data"):
            queues.save(Asked(data, account="ada"), message, str(out))
    assert not out.exists()


def test_each_realm_is_by_itself(tmp_path: Path) -> None:
    data, out = tmp_path / "relay", tmp_path / "message.bin"
    kept(data, sealed(2, 1), realm="acme")
    there, here = Asked(data, account="bo", realm="acme"), Asked(data, account="bo")
    assert [row["id"] for row in told(there)] == ["01" * 16]
    with pytest.raises(Unfit, match="no account bo"):
        queues.messages(here)
    with pytest.raises(Unfit, match="no account bo"):
        queues.save(here, "01" * 16, str(out))
    with pytest.raises(Unfit, match="no realm 'other'"):
        queues.save(there._replace(realm="other"), "01" * 16, str(out))
    assert not out.exists()
    assert queues.save(there, "01" * 16, str(out)) == f"{out}: 6 bytes, as they wait for bo"
    assert out.read_bytes() == b"sealed"


def test_a_file_is_never_written_over_and_never_left_half(tmp_path: Path) -> None:
    data, out = tmp_path / "relay", tmp_path / "message.bin"
    kept(data, Put(2, 1, FIRST, "ada/1", bytes(100_000), 5, organisation=ACME))
    asked = Asked(data, account="bo")
    out.write_bytes(b"mine")
    with pytest.raises(Unfit, match="is there already"):
        queues.save(asked, FIRST.hex(), str(out))
    assert out.read_bytes() == b"mine"
    with pytest.raises(Unfit, match="No such file"):
        queues.save(asked, FIRST.hex(), str(tmp_path / "nowhere" / "message.bin"))
    with tiny_disk(tmp_path / "disk", 64) as disk:
        with pytest.raises(Unfit, match="No space left"):
            queues.save(asked, FIRST.hex(), str(disk.folder / "message.bin"))
        assert not (disk.folder / "message.bin").exists()
