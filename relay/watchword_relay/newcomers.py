"""New terminals, before they have signed in: registration, applications, joining by a certificate.

Who may not come in learns nothing of who is in: an account that does not exist, here or at all, is
answered as one whose door is shut. `docs/protocol/wire.md`, Registration and More terminals.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay import accounts, clock
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Door
from watchword_relay.store.contract import Added, Membership, Registered, StoreTrouble, Terminal
from watchword_relay.waiting import Waiting
from watchword_relay.writer import Writer
from watchword_wire import frames, login, looks
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import FullId, account_problem, parse_full_id

_NO_ROOM_SECONDS = 60.0
_REFUSED = {
    Registered.TAKEN: RefusalCode.ID_TAKEN,
    Registered.LOOKS_ALIKE: RefusalCode.ID_LOOKS_ALIKE,
    Registered.INVITE_WRONG: RefusalCode.INVITE_WRONG,
}


class Newcomers:
    """Makes new terminals, or lets them wait.

    Args:
        relay_key: the relay's public key, which newcomers sign.
        waiting: who may stay without signing in.
        admit: called with a connection and the terminal it turned out to be.
        spawn: runs a coroutine that belongs to one connection.
    """

    def __init__(
        self,
        writer: Writer,
        relay_key: bytes,
        waiting: Waiting,
        admit: Callable[[RelayConnection, Terminal], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._writer = writer
        self._relay_key = relay_key
        self._waiting = waiting
        self._admit = admit
        self._spawn = spawn
        self._nobody = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    # --- the first of an account --------------------------------------------------------

    def register(self, door: Door, frame: frames.Register) -> None:
        """Make an account with its first terminal."""
        if not door.fits(frame.version):
            return
        try:
            full_id = parse_full_id(frame.id)
        except PeerError:
            door.refuse(RefusalCode.ID_FORM)
            return
        if full_id.device != 1 or not accounts.may_be_registered(full_id.account):
            door.refuse(RefusalCode.ID_FORM)
            return
        if not self._holds_key(door, frame):
            return
        known = door.realm.store.terminal(full_id.account, 1)
        again = known is not None and known.key == frame.key
        invited = door.realm.registration is frames.Registration.INVITE
        if door.realm.registration is frames.Registration.CLOSED and not again:
            door.refuse(RefusalCode.CLOSED)
            return
        if invited and not again and not self._invited(door, frame.invite):
            # Before an id is judged: who may not register does not learn which are taken.
            return
        if not door.may_ask():
            return
        invite = accounts.invite_hash(frame.invite or "") if invited else None
        door.busy = True
        self._spawn(self._registering(door, full_id, frame, invite))

    async def _registering(
        self, door: Door, full_id: FullId, frame: frames.Register, invite: bytes | None
    ) -> None:
        account, store = full_id.account, door.realm.store
        skeleton = looks.skeleton(account)
        try:
            outcome, terminal = await self._writer.run(
                lambda: store.register(account, skeleton, frame.key, invite, clock.wall())
            )
        except StoreTrouble:
            door.refuse(RefusalCode.FULL)
            return
        finally:
            door.busy = False
        if terminal is not None:
            self._admit(door.connection, terminal)
        else:
            door.refuse(_REFUSED[outcome])

    def availability(self, door: Door, frame: frames.AskAvailable) -> None:
        """Answer whether an id can be registered, to who may register."""
        if door.realm.registration is frames.Registration.CLOSED:
            door.refuse(RefusalCode.CLOSED)
            return
        invited = door.realm.registration is frames.Registration.INVITE
        if (not invited or self._invited(door, frame.invite)) and door.may_ask():
            answer = accounts.availability(door.realm.store, frame.account)
            door.connection.push_frame(frames.Available(frame.account, answer))

    def _invited(self, door: Door, invite: str | None) -> bool:
        """Whether an invitation stands; if not, that is said. Guessing them is as guessing keys."""
        if not invite:
            door.refuse(RefusalCode.INVITE_NEEDED)
            return False
        if not door.failed_too_often():
            if door.realm.store.invite_stands(accounts.invite_hash(invite)):
                return True
            door.failed()
        door.refuse(RefusalCode.INVITE_WRONG)
        return False

    def _holds_key(self, door: Door, frame: frames.Register | frames.Join) -> bool:
        """Whether who names a new terminal's key has it; if not, that is said."""
        signed = login.register_bytes(self._relay_key, door.nonce, frame.id)
        return _signed_with(door, frame.key, frame.signature, signed)

    # --- another of an account ----------------------------------------------------------

    def apply(self, door: Door, frame: frames.Apply) -> None:
        """Let a new terminal wait for one of the account to approve it.

        Raises:
            PeerError: its proof has no form.
        """
        if not door.fits(frame.version):
            return
        if len(frame.proof) != wire_limits.PROOF_BYTES:
            raise PeerError("proof of a wrong length")
        if account_problem(frame.account) is not None:
            door.refuse(RefusalCode.ID_FORM)
            return
        signed = login.apply_bytes(self._relay_key, door.nonce, frame.account)
        if not _signed_with(door, frame.key, frame.signature, signed) or not door.may_ask():
            return
        if self._waiting.enter(door.connection, door.source, clock.monotonic()):
            door.realm.terminals.apply(door.connection, door.source, frame)
        else:
            door.refuse(RefusalCode.RETRY_LATER, _NO_ROOM_SECONDS)

    def join(self, door: Door, frame: frames.Join) -> None:
        """Make another terminal by the certificate of the account's member key."""
        if not door.fits(frame.version) or not door.may_try():
            return
        try:
            full_id = parse_full_id(frame.id)
        except PeerError:
            door.refuse(RefusalCode.ID_FORM)
            return
        if not self._holds_key(door, frame) or not door.may_ask():
            return
        membership = door.realm.store.membership(full_id.account)
        organisation, member_key = membership or (frame.organisation, self._nobody)
        signed = login.certificate_bytes(frame.organisation, frame.id, frame.key)
        good = login.signature_is_good(member_key, frame.certificate, signed)
        if membership is None or not good or organisation != frame.organisation:
            door.turn_away()
            return
        door.busy = True
        self._spawn(self._joining(door, full_id, frame.key, membership))

    async def _joining(self, door: Door, full_id: FullId, key: bytes, membership: Membership) -> None:
        store = door.realm.store
        try:
            outcome, terminal = await self._writer.run(
                lambda: store.join(full_id.account, full_id.device, key, membership, clock.wall())
            )
        except StoreTrouble:
            door.refuse(RefusalCode.FULL)
            return
        finally:
            door.busy = False
        if terminal is not None:
            self._admit(door.connection, terminal)
        elif outcome is Added.NOT_FREE:
            door.refuse(RefusalCode.ID_TAKEN)
        else:
            door.refuse(RefusalCode.UNKNOWN_TERMINAL)


def _signed_with(door: Door, key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether a new key's own signature is good; if not, that is said."""
    if len(key) == wire_limits.KEY_BYTES and login.signature_is_good(key, signature, signed):
        return True
    door.refuse(RefusalCode.SIGNATURE)
    return False
