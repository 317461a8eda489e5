"""What arrived, in the store: kept before it is acknowledged, known again by its digest, or put away.

Nothing is opened here. See `docs/protocol/company.md`, Opening.
"""

import msgspec

from watchword import log
from watchword.core import sessions
from watchword.core.company import bubbles, choice
from watchword.core.company.membership import Member
from watchword.model.chat import Notice
from watchword.model.company import Closed, Reason
from watchword.model.errors import Kind, Situation
from watchword.model.events import Event, TroubleMet
from watchword.store import chats, inbox, messages, received
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.frames import DeliverData
from watchword_wire.ids import account_of

_TOLD = {Reason.ALTERED: Notice.ALTERED, Reason.FORMER_KEY: Notice.FORMER_KEY}
"""What is said in a chat of message data that are put away for good."""


class Kept(msgspec.Struct):
    """What one transaction made of frames that arrived."""

    events: list[Event] = []
    acknowledge: list[bytes] = []
    left: bool = False
    """Whether something was left with the relay, for want of room here."""


def keep(member: Member | None, judged: list[tuple[DeliverData, Closed | None]], at: int, tx: Tx) -> Kept:
    """Keep each frame that was judged; what a member sent and there is no room for stays with the relay."""
    kept = Kept()
    for frame, closed in judged:
        digest, (place, message) = wire.digest(frame.data), choice.place(frame.data)
        if received.known(tx, digest) or inbox.seen(tx, digest):
            kept.acknowledge.append(frame.id)
            received.came_live(tx, digest)
            if closed is None and member is not None and bubbles.is_past(tx, member.account, frame):
                # Fetched before its turn came: it is opened once more, as the news that it is.
                received.put(tx, digest, frame.sender, place, message, frame.data, vouched=True, at=at)
        elif choice.is_own_receipt(member, frame.data, frame.sender):
            kept.acknowledge.append(frame.id)
        elif closed is not None and closed.reason in choice.FINAL:
            kept.acknowledge.append(frame.id)
            kept.events += refuse(tx, member, digest, place, frame.sender, closed, at)
        elif received.has_room(tx, frame.sender, len(frame.data), vouched=closed is None):
            kept.acknowledge.append(frame.id)
            received.put(tx, digest, frame.sender, place, message, frame.data, vouched=closed is None, at=at)
        elif closed is None:
            kept.left = True
        else:
            kept.acknowledge.append(frame.id)
            log.trouble("no room for message data of strangers", bytes=len(frame.data))
    return kept


def keep_inside(tx: Tx, data: bytes, sender: str, h: bytes, at: int) -> bool:
    """Keep message data that an envelope of a session brought; False if there is no room for more."""
    digest = wire.digest(data)
    if received.known(tx, digest) or inbox.seen(tx, digest):
        return True
    if not received.has_room(tx, sender, len(data), vouched=True):
        return False
    received.put(tx, digest, sender, *choice.place(data), data, vouched=True, at=at, h=h)
    return True


def refuse(
    tx: Tx, member: Member | None, digest: bytes, place: bytes, sender: str, closed: Closed, at: int
) -> list[Event]:
    """Put message data away for good; what was altered, or is under a former key, is told once in a row.

    Nothing is told of what comes from outside the company: anybody with an account can send nonsense.
    """
    put_away(tx, digest, closed, at)
    account = account_of(sender)
    notice = _TOLD.get(closed.reason)
    if notice is None or member is None or member.profile.member(account) is None:
        return []
    chat = chats.find_company(tx, place) if place else None
    found = None if chat is None else chats.get(tx, chat)
    if found is None or all(one.account != account for one in found.members):
        altered = TroubleMet(Situation(Kind.COMPANY_ALTERED, {"account": account}))
        return [altered] if notice is Notice.ALTERED else []
    last = messages.last(tx, found.id)
    if last is not None and last.notice is notice:
        return sessions.changed(tx, found.id)
    return [sessions.noticed(tx, found.id, notice, at), *sessions.changed(tx, found.id)]


def put_away(tx: Tx, digest: bytes, closed: Closed, at: int) -> None:
    """Keep no more of message data than that they came, and were refused for good."""
    received.drop(tx, digest)
    inbox.keep(tx, digest, at)
    log.trouble("message data refused", reason=closed.reason.value)
