"""Row 20: schema and protocol one version back and forth: refused cleanly, or it works and loses nothing."""

import json
import os
from pathlib import Path

import apsw
import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from chaos.outcome import Outcome
from relay.store.test_sqlite import older
from support.relay import RelayProcess
from support.terminal import Terminal
from watchword_relay.store.migrate import SCHEMA_VERSION
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode
from watchword_wire.version import WIRE_VERSION


async def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The relay with older and newer data, and with desktops of other versions."""
    outcome = Outcome(20, "schema and protocol one version back and forth", seed, long)
    tried = 0
    for version in (1, 2):
        tried += 1
        data = folder / f"older-{version}"
        RelayProcess(data).stop()
        (data / "relay.sqlite3").unlink()
        waited = older(data / "relay.sqlite3", version)
        with apsw.Connection(str(data / "relay.sqlite3")) as db:
            # What waited for years of running would be expired, as it should.
            db.execute("UPDATE relay SET served = 1800000010" if version > 1 else "SELECT 1")
        db.close()
        with RelayProcess(data) as relay:
            [own] = json.loads(relay.run("status", "--json").stdout)["realms"]
            outcome.lost += len(waited) - own["messages"]
    data = folder / "newer"
    relay = RelayProcess(data)
    ada = await Terminal(relay.url, "ada").register()
    kept = await ada.message("ada")
    await ada.close()
    relay.stop()
    _becomes(data, SCHEMA_VERSION + 1)
    before = (data / "relay.sqlite3").read_bytes()
    tried += 1
    try:
        relay.start()
    except AssertionError as refused:
        outcome.wants("newer relay" in str(refused), f"a newer database is refused by name: {refused}")
    else:
        outcome.missed.append("a newer database is taken")
    outcome.wants((data / "relay.sqlite3").read_bytes() == before, "and nothing of it is changed")
    _becomes(data, SCHEMA_VERSION)
    with relay:
        relay.start()
        tried += await _other_desktops(relay, outcome)
        await ada.sign_in()
        outcome.lost += (await ada.sees(frames.Deliver)).id != kept
        # Fields of a later version are passed over, frames of one are refused.
        message_id = os.urandom(16)
        later = [*msgspec.msgpack.decode(codec.encode(frames.Send(message_id, ["ada/1"], b"x"))), "later", 7]
        await ada.socket.send(msgspec.msgpack.encode(later))
        outcome.lost += (await ada.sees(frames.Deliver)).id != message_id
        await ada.socket.send(msgspec.msgpack.encode([99, "later"]))
        outcome.wants(await ada.closed() == 1007, "a frame of a later version is refused")
        tried += 2
    outcome.counts = {"tried": tried}
    return outcome


def _becomes(data: Path, version: int) -> None:
    db = apsw.Connection(str(data / "relay.sqlite3"))
    db.execute("UPDATE relay SET schema_version = ?", (version,))
    db.close()


async def _other_desktops(relay: RelayProcess, outcome: Outcome) -> int:
    guest = Terminal(relay.url, "guest")
    await guest.open()
    signature = guest.signature()
    await guest.send(frames.SignIn(WIRE_VERSION + 1, signature.id, signature.signature))
    refusal = await guest.read()
    outcome.wants(
        isinstance(refusal, frames.Refusal) and refusal.code == RefusalCode.VERSION,
        f"a desktop of the next version is told: {refusal}",
    )
    guest.drop()
    try:
        await connect(relay.url, subprotocols=[Subprotocol("watchword.2")], proxy=None)
    except InvalidStatus as refused:
        outcome.wants(refused.response.status_code == 400, "the next subprotocol is refused")
    else:
        outcome.missed.append("the next subprotocol is taken")
    return 2
