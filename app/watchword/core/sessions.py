"""Sessions in the store: begun, used, held, ended; each function is part of somebody's transaction.

The ratchet's state is read, stepped and written back inside one transaction of the one thread that writes,
so no second copy of it exists: a failed commit leaves the old state, and nothing can seal or open beside
it. What has been sealed leaves only after the commit (write, then speak). See `docs/protocol/session.md`.
"""

import secrets

import msgspec
from msgspec.structs import replace

from watchword.model.chat import Notice, SessionState
from watchword.model.events import ChatChanged, ContactChanged, Event, MessageAdded, MessageChanged
from watchword.model.requests import Ending, Role
from watchword.protocol import ratchet
from watchword.protocol.content import Empty, encode
from watchword.protocol.handshake import pinning
from watchword.protocol.handshake.effects import OpenSession
from watchword.store import chats, contacts, messages, outbox, pins, runs, sealings, sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx
from watchword_wire.limits import MESSAGE_ID_BYTES

MOST_LOOSE = 64
"""So many envelopes at most that may be taken back stand one behind the other."""

_NOTHING = encode(Empty())


def role_of(session: Session) -> Role:
    """Which side of the exchange this desktop was."""
    return ratchet.unpack(session.packed).role


def begin(tx: Tx, opened: OpenSession, at: int) -> list[Event]:
    """Keep a session that stands by its own check and by the verdict; it may have to be held."""
    account = opened.peer.account
    runs.drop(tx, opened.h)
    contact = contacts.enlist(tx, account)
    chat = chats.meet(tx, account, at)
    events: list[Event] = [ContactChanged(contact)]
    older = sessions.of_device(tx, opened.peer)
    if older is not None:
        events += end(tx, older, Notice.REPLACED, at)
    standing = pinning.standing(opened.peer, opened.peer_key, pins.of_account(tx, account))
    held = standing in (pinning.Standing.NEW_DEVICE, pinning.Standing.OTHER_KEY)
    if standing is pinning.Standing.FIRST:
        pins.keep(tx, opened.peer, opened.peer_key, at)
    sessions.begin(
        tx,
        Session(
            opened.h,
            opened.peer,
            SessionState.HELD if held else SessionState.OPEN,
            opened.peer_key,
            at,
            opened.session,
        ),
    )
    if not held:
        events.append(noticed(tx, chat, Notice.ACCEPTED, at))
    return [*events, *changed(tx, chat), *_of_company(tx, account)]


def release(tx: Tx, session: Session, at: int) -> list[Event]:
    """The user takes the other key for this person: the held session opens and the key is pinned."""
    sessions.release(tx, session.h)
    pins.keep(tx, session.peer, session.identity, at)
    chat = chats.meet(tx, session.peer.account, at)
    lines = [noticed(tx, chat, notice, at) for notice in (Notice.IDENTITY_ACCEPTED, Notice.ACCEPTED)]
    return [*lines, *changed(tx, chat), *_of_company(tx, session.peer.account)]


def end(tx: Tx, session: Session, notice: Notice, at: int) -> list[Event]:
    """Erase a session's keys; what the peer did not acknowledge is offered as *Send again* later."""
    sessions.end(tx, session.h, at)
    runs.end(tx, session.h, Ending.ACCEPTED, at)
    outbox.drop_session(tx, session.h)
    chat = chats.meet(tx, session.peer.account, at)
    stranded = [MessageChanged(message) for message in messages.strand(tx, chat)]
    stranded += [MessageChanged(message) for message in sealings.strand(tx, session.h)]
    mine = [*stranded, noticed(tx, chat, notice, at), *changed(tx, chat)]
    return [*mine, *_of_company(tx, session.peer.account)]


def leave(tx: Tx, session: Session, content: bytes, notice: Notice, at: int) -> list[Event]:
    """End a session with a sealed goodbye, which outlasts the keys it was sealed with."""
    _, envelope = ratchet.seal(ratchet.unpack(session.packed), content)
    events = end(tx, session, notice, at)
    send_id = secrets.token_bytes(MESSAGE_ID_BYTES)
    outbox.put_sealed(tx, send_id, h=session.h, target=session.peer, sealed=envelope)
    return events


def lose(tx: Tx, session: Session, at: int) -> list[Event]:
    """Take note of the peer's word (code 04) that it no longer holds the session.

    Keys stay, because a relay can forge that word; what was not acknowledged is offered as *Send again*.
    """
    chat = chats.meet(tx, session.peer.account, at)
    outbox.drop_session(tx, session.h)
    stranded = [*messages.strand(tx, chat), *sealings.strand(tx, session.h)]
    events: list[Event] = [MessageChanged(message) for message in stranded]
    last = messages.last(tx, chat)
    if last is None or last.notice is not Notice.SESSION_LOST:
        events.append(noticed(tx, chat, Notice.SESSION_LOST, at))
    return [*events, *changed(tx, chat), *_of_company(tx, session.peer.account)]


def seal(tx: Tx, session: Session, content: bytes, *, message: int | None = None) -> Session:
    """Seal one content and put the envelope into the outbox; returns the session after it."""
    after, envelope = ratchet.seal(ratchet.unpack(session.packed), content)
    packed = ratchet.pack(after)
    sessions.save(tx, session.h, packed)
    send_id = secrets.token_bytes(MESSAGE_ID_BYTES)
    outbox.put_sealed(tx, send_id, h=session.h, target=session.peer, sealed=envelope, message=message)
    return replace(session, packed=packed)


def seal_loosely(tx: Tx, session: Session, content: bytes, *, message: int) -> Session:
    """Seal what may be taken back before it leaves, as often as people come and go; as `seal`.

    Over 256 numbers that are left out a ratchet does not go, so some envelopes that say nothing stay between.
    """
    if sessions.loosen(tx, session.h) > MOST_LOOSE:
        session = seal(tx, session, _NOTHING)
        sessions.fasten(tx, session.h)
    return seal(tx, session, content, message=message)


class Unsealed(msgspec.Struct, frozen=True):
    """An opened envelope: the session after it, the content, and how many messages can never be opened."""

    session: Session
    content: bytes
    lost: int


def unseal(tx: Tx, session: Session, envelope: bytes) -> Unsealed | ratchet.TooFar:
    """Open one envelope and keep the state after it.

    Raises:
        PeerError: it is none of this session's; nothing has changed.
    """
    opened = ratchet.unseal(ratchet.unpack(session.packed), envelope)
    if isinstance(opened, ratchet.TooFar):
        return opened
    packed = ratchet.pack(opened.session)
    sessions.save(tx, session.h, packed)
    return Unsealed(replace(session, packed=packed), opened.text, opened.lost)


def open_with(tx: Tx, account: str) -> Session | None:
    """The session in which messages to an account are sealed now."""
    alive = sessions.of_account(tx, account)
    return next((session for session in alive if session.state is SessionState.OPEN), None)


def held_with(tx: Tx, account: str) -> Session | None:
    """The session with an account that waits for the user's yes or no."""
    alive = sessions.of_account(tx, account)
    return next((session for session in alive if session.state is SessionState.HELD), None)


def next_moment(tx: Tx, chat: int, at: int) -> int:
    """When a new row of a chat happened: not before the row above it, whatever the wall clock says."""
    last = messages.last(tx, chat)
    return at if last is None else max(at, last.at)


def changed(tx: Tx, chat: int) -> list[Event]:
    """The chat as it is now, for whoever shows it."""
    found = chats.get(tx, chat)
    return [] if found is None else [ChatChanged(found)]


def _of_company(tx: Tx, account: str) -> list[Event]:
    """The company's conversations with somebody whose session is another now."""
    return [event for chat in chats.of_member(tx, account) for event in changed(tx, chat)]


def noticed(tx: Tx, chat: int, notice: Notice, at: int) -> Event:
    """Put a line of the program's own under a chat."""
    return MessageAdded(messages.add_notice(tx, chat, notice, next_moment(tx, chat, at)), notify=False)
