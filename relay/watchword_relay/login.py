"""What happens on a connection before its terminal is known: Hello, sign-in, checks of the relay.

An id that does not exist, in this realm or at all, and a key that does not fit get the same answer after the
same work; who shows that they hold the key of a terminal that was removed is told that. How new terminals
come in is `newcomers`' business. `docs/protocol/wire.md`, Sign-in.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay.addresses import source_of
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Budgets, Door
from watchword_relay.identity import RelayIdentity
from watchword_relay.newcomers import Newcomers
from watchword_relay.realm import Realm, turn_out
from watchword_relay.store.contract import REMOVED_KEYS, Store, StoreTrouble, Terminal
from watchword_relay.tls import served_sha256
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Writer
from watchword_wire import codec, frames, login
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import FullId, parse_full_id
from watchword_wire.version import WIRE_VERSION

_MOST_QUESTIONS = 64
"""Frames that one connection may spend before it signs in."""


class Doorman:
    """Decides who comes in.

    Args:
        store: for checks of the relay; what belongs to a realm is asked of that realm's.
        budgets: what addresses may still try.
        waiting: who may stay without signing in.
        admit: called with a connection and the terminal it turned out to be.
        spawn: runs a coroutine that belongs to one connection.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        identity: RelayIdentity,
        budgets: Budgets,
        waiting: Waiting,
        *,
        t1: float,
        t2: float,
        admit: Callable[[RelayConnection, Terminal], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._store = store
        self._writer = writer
        self._identity = identity
        self._times = (int(t1 * 1_000), int(t2 * 1_000))
        self._admit = admit
        self._spawn = spawn
        self._budgets = budgets
        self._newcomers = Newcomers(writer, identity.public, waiting, admit, spawn)
        self._nobody = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    def greet(self, connection: RelayConnection, realm: Realm) -> Door:
        """Send Hello on a new connection."""
        door = Door(connection, realm, source_of(connection.address), self._budgets)
        connection.push_frame(
            frames.Hello(
                [WIRE_VERSION],
                self._identity.public,
                door.nonce,
                self._identity.sign(login.relay_bytes(served_sha256(connection.transport), door.nonce)),
                realm.registration,
                *self._times,
            )
        )
        return door

    def received(self, door: Door, payload: bytes) -> None:
        """Take a frame of somebody who has not signed in.

        Raises:
            PeerError: it is malformed, or none that may be sent now.
        """
        frame = codec.decode_from_desktop(payload)
        door.came = door.connection.loop.time()
        door.questions += 1
        if door.busy or door.questions > _MOST_QUESTIONS:
            raise PeerError("too many frames before sign-in")
        match frame:
            case frames.SignIn():
                self._sign_in(door, frame)
            case frames.Register():
                self._newcomers.register(door, frame)
            case frames.Probe():
                self._probe(door, frame)
            case frames.AskAvailable():
                self._newcomers.availability(door, frame)
            case frames.Apply():
                self._newcomers.apply(door, frame)
            case frames.Join():
                self._newcomers.join(door, frame)
            case _:
                raise PeerError("not before sign-in")

    # --- sign-in ------------------------------------------------------------------------

    def _sign_in(self, door: Door, frame: frames.SignIn) -> None:
        if not door.fits(frame.version) or not door.may_try():
            return
        full_id = parse_full_id(frame.id)
        terminal = door.realm.store.terminal(full_id.account, full_id.device)
        key = self._nobody if terminal is None else terminal.key
        signed = login.sign_in_bytes(self._identity.public, door.nonce, frame.id)
        good = login.signature_is_good(key, frame.signature, signed)
        if terminal is not None and good:
            self._admit(door.connection, terminal)
        elif self._was_removed(door, full_id, frame.signature, signed):
            turn_out(door.connection, RefusalCode.REMOVED)
        else:
            door.turn_away()

    def _was_removed(self, door: Door, full_id: FullId, signature: bytes, signed: bytes) -> bool:
        """Whether a terminal of this id that was removed signed this; the same work, whoever is asked for."""
        keys = door.realm.store.removed_keys(full_id.account, full_id.device)
        keys += [self._nobody] * (REMOVED_KEYS - len(keys))
        # All of them are tried: which one fits, and whether there is one, must not show in the time.
        return sum(login.signature_is_good(key, signature, signed) for key in keys) > 0

    # --- the check of a relay -----------------------------------------------------------

    def _probe(self, door: Door, frame: frames.Probe) -> None:
        if not door.fits(frame.version):
            return
        signed = login.probe_bytes(self._identity.public, door.nonce)
        if not login.signature_is_good(frame.key, frame.signature, signed):
            door.refuse(RefusalCode.SIGNATURE)
        elif door.may_ask():
            door.busy = True
            self._spawn(self._probing(door, frame.data))

    async def _probing(self, door: Door, data: bytes) -> None:
        try:
            read = await self._writer.run(lambda: self._store.probe(data))
        except StoreTrouble:
            door.connection.push_frame(frames.Probed("sign-in", b""))
        else:
            door.connection.push_frame(frames.Probed("read" if read == data else "write", read))
        finally:
            door.busy = False
