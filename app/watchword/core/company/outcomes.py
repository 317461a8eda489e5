"""What a try to open message data comes to: they wait, are put away, or do what they say (row F4).

A whole batch is one transaction. See `docs/protocol/company.md`, Opening.
"""

import msgspec
from msgspec.structs import replace

from watchword import log
from watchword.core import sessions
from watchword.core.company import acquisition, bubbles, choice, keeping, message_data, receipts
from watchword.core.company.bubbles import Written
from watchword.core.company.membership import Member
from watchword.model.chat import Delivery, Notice
from watchword.model.company import Closed, Reason
from watchword.model.events import Event, MessageChanged
from watchword.protocol import content
from watchword.protocol.company import receipt
from watchword.protocol.company.message_data import Examined, placed
from watchword.store import chats, contacts, posts, received, rooms
from watchword.store.received import Received
from watchword.store.rooms import Origin
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError
from watchword_wire.ids import parse_full_id

UNVOUCHED = frozenset({Reason.UNKNOWN_SENDER, Reason.UNVOUCHED, Reason.NOT_JOINED})
"""Reasons that leave open who the sender is: little of it is kept, and no chat is made for it."""


class Outcome(msgspec.Struct, frozen=True):
    """Message data after a try to open them: `said` is their content, or why they stay closed."""

    row: Received
    said: bytes | Closed
    examined: Examined | None

    @property
    def opened(self) -> bytes:
        """The content, of what was opened."""
        return b"" if isinstance(self.said, Closed) else self.said


class Saved(msgspec.Struct):
    """What one transaction made of a batch that was tried."""

    events: list[Event] = []
    opened: bool = False
    waits: bool = False
    answered: bool = False
    for_rooms: bool = False
    heard: dict[str, list[content.Text]] = {}
    """By writer, the texts that get a receipt."""


def save(member: Member | None, answers_as: Member | None, outcomes: list[Outcome], at: int, tx: Tx) -> Saved:
    """Save what was tried: closed data with their reason, opened ones as what they say, receipts for them.

    Args:
        member: as whom they were tried, by the company file of then.
        answers_as: as whom receipts are written, by the newest one.
        outcomes: what was tried, in the order in which it came.
        at: now, in milliseconds since 1970.
        tx: the transaction.
    """
    saved = Saved()
    touched: set[int] = set()
    for tried in outcomes:
        outcome = tried
        if tried.row.past and not received.is_past(tx, tried.row.digest):  # it came by itself meanwhile
            outcome = replace(tried, row=replace(tried.row, past=False))
        row, said, examined = outcome.row, outcome.said, outcome.examined
        if isinstance(said, Closed) and said.reason in choice.FINAL:
            if row.past and said.reason is not Reason.ALTERED:  # of the past nobody is asked to write anew
                keeping.put_away(tx, row.digest, said, at)
            else:
                saved.events += keeping.refuse(tx, member, row.digest, row.conversation, row.sender, said, at)
        elif isinstance(said, Closed) and _is_here(tx, member, row, examined):
            received.take(tx, row.digest)
            touched |= _chat_of(tx, member, examined, at)
        elif isinstance(said, Closed):
            if received.close(tx, row, said, vouched=said.reason not in UNVOUCHED):
                saved.waits = True
                touched |= _chat_of(tx, member, examined, at)
        elif received.take(tx, row.digest) and member is not None and examined is not None:
            saved.opened = True
            touched |= _act(tx, member, outcome, examined, said, at, saved)
    for writer, texts in saved.heard.items():
        saved.answered = receipts.put(tx, _present(answers_as), writer, tuple(texts)) or saved.answered
    for chat in sorted(touched):
        saved.events += sessions.changed(tx, chat)
    return saved


def _present(member: Member | None) -> Member:
    assert member is not None  # noqa: S101 - nothing opens without a company
    return member


def _is_here(tx: Tx, member: Member | None, row: Received, examined: Examined | None) -> bool:
    """Whether the same text was opened before, sealed by another company file (store.md, Outbox)."""
    chat = None if examined is None else chats.find_company(tx, row.conversation)
    if chat is None or examined is None:
        return False
    account = parse_full_id(examined.head.sender).account
    return bubbles.is_there(tx, chat, examined.head.id, account, _present(member).account)


def _chat_of(tx: Tx, member: Member | None, examined: Examined | None, at: int) -> set[int]:
    """The chat in which it is said that something waits; made where the sender is a member."""
    if member is None or examined is None:
        return set()
    if examined.room is not None:
        room = chats.find_company(tx, examined.room)
        return set() if room is None else {room}
    return {acquisition.meet(tx, member, _others(member, examined), at)}


def _others(member: Member, examined: Examined) -> tuple[str, ...]:
    head = examined.head
    everybody = (parse_full_id(head.sender).account, *head.targets)
    return tuple(account for account in everybody if account != member.account)


def _act(
    tx: Tx,
    member: Member,
    outcome: Outcome,
    examined: Examined,
    said: bytes,
    at: int,
    saved: Saved,
) -> set[int]:
    """Do what the content says; returns the chats that look different then."""
    sender = parse_full_id(examined.head.sender).account
    before = chats.find_company(tx, outcome.row.conversation)
    touched = set() if before is None or outcome.row.closed is None else {before}
    try:
        opened = content.decode(said)
    except PeerError as error:
        log.trouble("content refused", error)
        return touched
    altered = placed(examined, opened)
    if altered is not None:
        saved.events += keeping.refuse(
            tx, member, outcome.row.digest, outcome.row.conversation, outcome.row.sender, altered, at
        )
        return touched
    contact = contacts.get(tx, sender)
    by_receipt = receipt.is_one(examined.head)  # under a key of a text's own nothing else is taken
    match opened:
        case content.Text(key, sent_at) if key == examined.head.id and not by_receipt:
            if received.supersede(tx, outcome.row.sender, key) and before is not None:
                touched.add(before)
            if contact is not None and contact.blocked:
                return touched
            if sender != member.account and not outcome.row.past:
                saved.heard.setdefault(sender, []).append(opened)
            begun = min(sent_at, at) if outcome.row.past else at
            chat = acquisition.meet(tx, member, _others(member, examined), begun)
            written = Written(
                opened,
                message_data.describe(member, examined.head, len(outcome.row.data)),
                examined.head.targets,
                member.account,
                Notice.REVOKED if member.has_revoked(examined.head) else None,
                outcome.row.past,
            )
            saved.events += [one for one in bubbles.put(tx, chat, written, at) if one not in saved.events]
            touched.add(chat)
        case content.Statements() | content.Asked() | content.RoomMessage() if not by_receipt:
            if received.supersede(tx, outcome.row.sender, examined.head.id) and before is not None:
                touched.add(before)
            saved.for_rooms = _for_room(tx, member, outcome, examined, opened, at) or saved.for_rooms
        case content.Receipt(keys) if by_receipt and not receipt.is_note(examined.head):
            for key in keys:
                touched |= _receipt(tx, sender, key, saved)
        case content.Recalled() if receipt.is_note(examined.head) and sender == member.account:
            taken_back = bubbles.taken_back(tx, opened, parse_full_id(examined.head.sender).device)
            saved.events += [] if taken_back is None else [MessageChanged(taken_back)]
            touched |= set() if taken_back is None else {taken_back.chat}
        case _:
            log.trouble("content passed over", kind=type(opened).__name__)
    return touched


def _for_room(
    tx: Tx, member: Member, outcome: Outcome, examined: Examined, said: content.OfRoom, at: int
) -> bool:
    """Give content to the room that it names; False if it is none for a room."""
    row, head = outcome.row, examined.head
    text = content.said_in(said) if isinstance(said, content.RoomMessage) else None
    if isinstance(text, content.Text) and text.id != head.id:
        log.trouble("a text of another id than its message data")
        return False
    if row.past and isinstance(said, content.Asked):
        return False
    sealing = message_data.describe(member, head, len(row.data))
    origin = Origin(sealing, head.targets, member.has_revoked(head), row.past, row.place, row.digest)
    sender = parse_full_id(head.sender).account
    return rooms.arrive(tx, said.room, sender, outcome.opened, at, origin=origin)


def _receipt(tx: Tx, sender: str, key: bytes, saved: Saved) -> set[int]:
    """Somebody has an own text; returns the chat in which it waits no more, if it did."""
    moved = bubbles.receipt(tx, sender, key)
    if moved is None:
        return set()
    saved.events.append(MessageChanged(moved))
    # All have it, by what was sealed before it was taken back: nothing more is to be sent.
    waited = posts.carried(tx, moved.id) if moved.delivery is Delivery.DELIVERED else None
    return set() if waited is None or waited.closed is None else {moved.chat}
