"""What happens on a connection before its terminal is known: Hello, sign-in, registration, checks.

An id that does not exist, in this realm or at all, and a key that does not fit get the same answer after the
same work; what one address may ask is counted for all realms together, so that made-up names give nobody more.
`docs/protocol/wire.md`, Sign-in.
"""

import secrets
from collections.abc import Callable, Coroutine
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay import accounts, clock
from watchword_relay.connection import RelayConnection
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import THIS_COMPUTER, Buckets, Limits, source_of
from watchword_relay.realm import Realm
from watchword_relay.store.contract import Added, Membership, Registered, Store, StoreTrouble, Terminal
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Writer
from watchword_wire import codec, frames, login, looks
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import FullId, account_problem, parse_full_id
from watchword_wire.version import WIRE_VERSION

_MOST_QUESTIONS = 64
"""Frames that one connection may spend before it signs in."""

_NO_ROOM_SECONDS = 60.0


class Door:
    """One connection before sign-in."""

    __slots__ = ("busy", "nonce", "questions", "realm", "source")

    def __init__(self, realm: Realm, source: str) -> None:
        self.realm = realm
        self.nonce = secrets.token_bytes(wire_limits.NONCE_BYTES)
        self.source = source
        self.busy = False
        """Whether an answer is being worked out."""
        self.questions = 0


class Doorman:
    """Decides who comes in.

    Args:
        store: for checks of the relay; what belongs to a realm is asked of that realm's.
        waiting: who may stay without signing in.
        admit: called with a connection and the terminal it turned out to be.
        spawn: runs a coroutine that belongs to one connection.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        identity: RelayIdentity,
        limits: Limits,
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
        self._waiting = waiting
        self._times = (int(t1 * 1_000), int(t2 * 1_000))
        self._admit = admit
        self._spawn = spawn
        self._failed = Buckets(limits.failed_sign_ins)
        self._new = Buckets(limits.registrations)
        self._nobody = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    def greet(self, connection: RelayConnection, realm: Realm, address: str) -> Door:
        """Send Hello on a new connection."""
        door = Door(realm, source_of(address))
        connection.push_frame(
            frames.Hello(
                [WIRE_VERSION],
                self._identity.public,
                door.nonce,
                self._identity.sign(login.relay_bytes(self._identity.certificate_sha256, door.nonce)),
                realm.registration,
                *self._times,
            )
        )
        return door

    def received(self, connection: RelayConnection, door: Door, payload: bytes) -> None:
        """Take a frame of somebody who has not signed in.

        Raises:
            PeerError: it is malformed, or none that may be sent now.
        """
        frame = codec.decode_from_desktop(payload)
        door.questions += 1
        if door.busy or door.questions > _MOST_QUESTIONS:
            raise PeerError("too many frames before sign-in")
        match frame:
            case frames.SignIn():
                self._sign_in(connection, door, frame)
            case frames.Register():
                self._register(connection, door, frame)
            case frames.Probe():
                self._probe(connection, door, frame)
            case frames.AskAvailable():
                self._availability(connection, door, frame)
            case frames.Apply():
                self._apply(connection, door, frame)
            case frames.Join():
                self._join(connection, door, frame)
            case _:
                raise PeerError("not before sign-in")

    # --- sign-in ------------------------------------------------------------------------

    def _sign_in(self, connection: RelayConnection, door: Door, frame: frames.SignIn) -> None:
        if not self._version_fits(connection, frame.version):
            return
        if not self._may_try(connection, door):
            return
        full_id = parse_full_id(frame.id)
        terminal = door.realm.store.terminal(full_id.account, full_id.device)
        key = self._nobody if terminal is None else terminal.key
        signed = login.sign_in_bytes(self._identity.public, door.nonce, frame.id)
        good = login.signature_is_good(key, frame.signature, signed)
        if terminal is None or not good:
            self._failed_again(door)
            _refuse(connection, RefusalCode.UNKNOWN_TERMINAL)
            return
        self._admit(connection, terminal)

    def _may_try(self, connection: RelayConnection, door: Door) -> bool:
        """Whether its address has not failed too often."""
        now = clock.monotonic()
        wait = self._failed.of(door.source, now).is_empty(now)
        if wait:
            _refuse(connection, RefusalCode.RETRY_LATER, wait)
        return not wait

    def _failed_again(self, door: Door) -> None:
        now = clock.monotonic()
        self._failed.of(door.source, now).take(1, now)

    # --- registration -------------------------------------------------------------------

    def _register(self, connection: RelayConnection, door: Door, frame: frames.Register) -> None:
        if not self._version_fits(connection, frame.version):
            return
        try:
            full_id = parse_full_id(frame.id)
        except PeerError:
            _refuse(connection, RefusalCode.ID_FORM)
            return
        if full_id.device != 1 or not accounts.may_be_registered(full_id.account):
            _refuse(connection, RefusalCode.ID_FORM)
            return
        if not self._holds_key(connection, door, frame):
            return
        known = door.realm.store.terminal(full_id.account, 1)
        again = known is not None and known.key == frame.key
        invited = door.realm.registration is frames.Registration.INVITE
        if invited and not again and not self._invited(door, frame.invite):
            # Before anything is looked up: who may not register does not learn which ids are taken.
            _refuse(connection, RefusalCode.INVITE_WRONG if frame.invite else RefusalCode.INVITE_NEEDED)
            return
        if not self._may_ask(connection, door):
            return
        invite = accounts.invite_hash(frame.invite or "") if invited else None
        door.busy = True
        self._spawn(self._registering(connection, door, full_id, frame, invite))

    def _holds_key(
        self, connection: RelayConnection, door: Door, frame: frames.Register | frames.Join
    ) -> bool:
        """Whether who names a new terminal's key has it."""
        signed = login.register_bytes(self._identity.public, door.nonce, frame.id)
        if len(frame.key) == wire_limits.KEY_BYTES and login.signature_is_good(
            frame.key, frame.signature, signed
        ):
            return True
        _refuse(connection, RefusalCode.SIGNATURE)
        return False

    async def _registering(
        self,
        connection: RelayConnection,
        door: Door,
        full_id: FullId,
        frame: frames.Register,
        invite: bytes | None,
    ) -> None:
        account, store = full_id.account, door.realm.store
        skeleton = looks.skeleton(account)
        try:
            outcome, terminal = await self._writer.run(
                lambda: store.register(account, skeleton, frame.key, invite, clock.wall())
            )
        except StoreTrouble:
            _refuse(connection, RefusalCode.FULL)
            return
        finally:
            door.busy = False
        if terminal is not None:
            self._admit(connection, terminal)
        else:
            _refuse(connection, _REFUSED[outcome])

    def _availability(self, connection: RelayConnection, door: Door, frame: frames.AskAvailable) -> None:
        invited = door.realm.registration is frames.Registration.INVITE
        if invited and not self._invited(door, frame.invite):
            _refuse(connection, RefusalCode.INVITE_WRONG if frame.invite else RefusalCode.INVITE_NEEDED)
            return
        if self._may_ask(connection, door):
            connection.push_frame(
                frames.Available(frame.account, accounts.availability(door.realm.store, frame.account))
            )

    def _invited(self, door: Door, invite: str | None) -> bool:
        """Whether an invite stands; a wrong one counts as a failed sign-in."""
        if not invite:
            return False
        now = clock.monotonic()
        failed = self._failed.of(door.source, now)
        if failed.is_empty(now):
            return False
        if door.realm.store.invite_stands(accounts.invite_hash(invite)):
            return True
        failed.take(1, now)
        return False

    def _may_ask(self, connection: RelayConnection, door: Door) -> bool:
        if door.source == THIS_COMPUTER:
            return True
        now = clock.monotonic()
        wait = self._new.of(door.source, now).take(1, now)
        if wait:
            _refuse(connection, RefusalCode.RETRY_LATER, wait)
        return not wait

    # --- another terminal of an account -------------------------------------------------

    def _apply(self, connection: RelayConnection, door: Door, frame: frames.Apply) -> None:
        if not self._version_fits(connection, frame.version):
            return
        if account_problem(frame.account) is not None:
            _refuse(connection, RefusalCode.ID_FORM)
            return
        signed = login.apply_bytes(self._identity.public, door.nonce, frame.account)
        if len(frame.key) != wire_limits.KEY_BYTES or not login.signature_is_good(
            frame.key, frame.signature, signed
        ):
            _refuse(connection, RefusalCode.SIGNATURE)
        elif not self._may_ask(connection, door):
            return
        elif self._waiting.enter(connection, door.source, clock.monotonic()):
            door.realm.terminals.apply(connection, door.source, frame)
        else:
            _refuse(connection, RefusalCode.RETRY_LATER, _NO_ROOM_SECONDS)

    def _join(self, connection: RelayConnection, door: Door, frame: frames.Join) -> None:
        if not self._version_fits(connection, frame.version) or not self._may_try(connection, door):
            return
        try:
            full_id = parse_full_id(frame.id)
        except PeerError:
            _refuse(connection, RefusalCode.ID_FORM)
            return
        if not self._holds_key(connection, door, frame) or not self._may_ask(connection, door):
            return
        membership = door.realm.store.membership(full_id.account)
        organisation, member_key = membership or (frame.organisation, self._nobody)
        signed = login.certificate_bytes(frame.organisation, frame.id, frame.key)
        good = login.signature_is_good(member_key, frame.certificate, signed)
        if membership is None or not good or organisation != frame.organisation:
            self._failed_again(door)
            _refuse(connection, RefusalCode.UNKNOWN_TERMINAL)
            return
        door.busy = True
        self._spawn(self._joining(connection, door, full_id, frame.key, membership))

    async def _joining(
        self, connection: RelayConnection, door: Door, full_id: FullId, key: bytes, membership: Membership
    ) -> None:
        store = door.realm.store
        try:
            outcome, terminal = await self._writer.run(
                lambda: store.join(full_id.account, full_id.device, key, membership, clock.wall())
            )
        except StoreTrouble:
            _refuse(connection, RefusalCode.FULL)
            return
        finally:
            door.busy = False
        if terminal is not None:
            self._admit(connection, terminal)
        elif outcome is Added.NOT_FREE:
            _refuse(connection, RefusalCode.ID_TAKEN)
        else:
            _refuse(connection, RefusalCode.UNKNOWN_TERMINAL)

    # --- the check of a relay -----------------------------------------------------------

    def _probe(self, connection: RelayConnection, door: Door, frame: frames.Probe) -> None:
        if not self._version_fits(connection, frame.version):
            return
        signed = login.probe_bytes(self._identity.public, door.nonce)
        if not login.signature_is_good(frame.key, frame.signature, signed):
            _refuse(connection, RefusalCode.SIGNATURE)
            return
        if self._may_ask(connection, door):
            door.busy = True
            self._spawn(self._probing(connection, door, frame.data))

    async def _probing(self, connection: RelayConnection, door: Door, data: bytes) -> None:
        try:
            read = await self._writer.run(lambda: self._store.probe(data))
        except StoreTrouble:
            connection.push_frame(frames.Probed("sign-in", b""))
        else:
            connection.push_frame(frames.Probed("read" if read == data else "write", read))
        finally:
            door.busy = False

    @staticmethod
    def _version_fits(connection: RelayConnection, version: int) -> bool:
        if version == WIRE_VERSION:
            return True
        _refuse(connection, RefusalCode.VERSION)
        return False


_REFUSED = {
    Registered.TAKEN: RefusalCode.ID_TAKEN,
    Registered.LOOKS_ALIKE: RefusalCode.ID_LOOKS_ALIKE,
    Registered.INVITE_WRONG: RefusalCode.INVITE_WRONG,
}


def _refuse(connection: RelayConnection, code: RefusalCode, wait: float = 0.0) -> None:
    connection.push_frame(frames.Refusal(code, b"", int(wait * 1_000)))
