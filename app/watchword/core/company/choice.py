"""F7, at the receiver, choice by tag: what came is examined, its tags say which method opens it (row F4)."""

from typing import NamedTuple

from watchword.core.company.membership import Member
from watchword.crypto.primitives import ed25519_public
from watchword.model.company import Closed, Reason
from watchword.protocol.company import message_data, profile, receipt
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import Choice
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.frames import DeliverData
from watchword_wire.ids import account_of

FINAL = frozenset({Reason.ALTERED, Reason.OTHER_ORGANISATION, Reason.NOT_FOR_ME, Reason.FORMER_KEY})
"""Reasons that nothing newer can change."""


class Place(NamedTuple):
    """What message data say of themselves; nothing of it is proved."""

    conversation: bytes
    """Empty where they are no message data."""
    message: bytes | None


def place(data: bytes) -> Place:
    """The conversation that message data say they are of, and their id."""
    try:
        head = wire.decode(data).head
    except PeerError:
        return Place(b"", None)
    return Place(head.conversation, head.id)


def examine(
    member: Member | None,
    data: bytes,
    sender: str,
    h: bytes | None,
    message: bytes | None = None,
    *,
    found_good: bool = False,
    from_history: bool = False,
) -> Examined | Closed:
    """Check all that can be checked before a key is asked for.

    `sender` and `message` are what the relay's frame says, `sender` the session's peer where an envelope
    brought the data; `h` is that session's. `found_good`: they were a member's when they came.
    `from_history`: they are of this account's history at the relay.
    """
    if member is None:
        return Closed(Reason.NOT_JOINED)
    found = message_data.examine(
        data,
        member.account,
        member.profile,
        h,
        ed25519_public(member.author.seed.expose()) if account_of(sender) == member.account else None,
        found_good=found_good,
        from_history=from_history,
    )
    if isinstance(found, Closed):
        former = found.reason is Reason.UNVOUCHED and member.is_former(wire.decode(data).head)
        return Closed(Reason.FORMER_KEY) if former else found
    if found.head.sender != sender or message not in (None, found.head.id):
        return Closed(Reason.ALTERED)
    return found


def judge(member: Member | None, frame: DeliverData) -> Closed | None:
    """What is known of a frame before it is kept; None if its sender is a member."""
    try:
        head = wire.decode(frame.data).head
    except PeerError:
        return Closed(Reason.ALTERED)
    if (head.id, head.sender) != (frame.id, frame.sender):
        return Closed(Reason.ALTERED)
    found = examine(member, frame.data, frame.sender, None, frame.id)
    return found if isinstance(found, Closed) else None


def is_own_receipt(member: Member | None, data: bytes, sender: str) -> bool:
    """Whether another desktop of this account told somebody that a text came: nothing for this one."""
    if member is None or account_of(sender) != member.account:
        return False
    try:
        head = wire.decode(data).head
    except PeerError:
        return False
    return receipt.is_one(head) and not receipt.is_note(head)


def choose(member: Member, examined: Examined) -> tuple[Choice | Closed, ...]:
    """For each tag in order the method that opens it, or why this desktop cannot."""
    return profile.choices(member.profile, member.ring, examined.head)
