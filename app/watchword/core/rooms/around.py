"""What this desktop knows of the people a room may have: their keys, by the directory or by sessions.

And as whom it speaks in a room of either kind. See `docs/protocol/rooms.md`, Statements; When a company
renews a member's key.
"""

from collections.abc import Callable

from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.crypto.primitives import ed25519_public
from watchword.model.chat import SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.room import RoomKind
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import roster
from watchword.protocol.rooms.events import Around
from watchword.protocol.rooms.statement import Founds
from watchword.protocol.rooms.states import Room
from watchword.store import contacts
from watchword.store import sessions as kept_sessions
from watchword.store.sessions import Session
from watchword.store.transaction import Tx

SEED_KINDS = {True: RoomKind.COMPANY, False: RoomKind.PHRASE}


def kind_of(founding: Founds) -> RoomKind:
    """Which kind a room is of."""
    return SEED_KINDS[bool(founding.organisation)]


def of_company(member: Member | None, organisation: bytes) -> Around:
    """What the directory says; nobody where this desktop does not belong to that company."""
    if member is None or member.profile.organisation != organisation:
        return Around({}, 0)
    most = roster.MOST_PHRASE if member.profile.policy.session else roster.MOST_COMPANY
    return Around({one.account: one.key for one in member.profile.directory}, most)


def of_sessions(tx: Tx, desk: Desk, room: Room | None, barred: Callable[[str], RefusedBy | None]) -> Around:
    """The keys of those with whom a session stands, who are not blocked, and not `barred` by the company.

    Of somebody with several desktops the one that the room lists.
    """
    keys: dict[str, bytes] = {}
    for session in kept_sessions.every_open(tx):
        account = session.peer.account
        entry = None if room is None else room.roster.entry(account)
        if account not in keys or (entry is not None and session.identity == entry.key):
            keys[account] = session.identity
    for account in [one for one in keys if is_blocked(tx, one) or barred(one) is not None]:
        del keys[account]
    keys[desk.me.account] = ed25519_public(desk.identity.expose())
    return Around(keys, roster.MOST_PHRASE)


def is_blocked(tx: Tx, account: str) -> bool:
    """Whether this user blocks somebody."""
    contact = contacts.get(tx, account)
    return contact is not None and contact.blocked


def session_with(tx: Tx, account: str, key: bytes) -> Session | None:
    """The open session with the desktop of this key."""
    alive = kept_sessions.of_account(tx, account)
    fitting = (one for one in alive if one.state is SessionState.OPEN and one.identity == key)
    return next(fitting, None)


def author(desk: Desk, member: Member | None, founding: Founds) -> Author:
    """As whom this desktop speaks in a room.

    Raises:
        RefusedBy: COMPANY_MISSING: it does not belong to the room's company.
    """
    if not founding.organisation:
        return Author(str(desk.me), b"", desk.identity)
    if member is None or member.profile.organisation != founding.organisation:
        raise RefusedBy(Kind.COMPANY_MISSING)
    return member.author
