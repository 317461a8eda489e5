"""A text of a company's conversation becomes a bubble: somebody else's, or an own one of another desktop.

It is news, or of the past, fetched from the relay's history: then it stands above what is there, counts as
read, and nobody is told that it came. See `docs/protocol/desktops.md`, What each desktop has, and
`docs/protocol/wire.md`, History.
"""

import msgspec

from watchword.core import sessions
from watchword.core.company import choice
from watchword.model.chat import Delivery, Message, Notice
from watchword.model.company import Sealing
from watchword.model.events import Event, MessageAdded, PastAdded
from watchword.model.roaming import TakenBack
from watchword.protocol import content
from watchword.store import chats, histories, messages, recalls, sealings
from watchword.store.histories import RecallTold
from watchword.store.transaction import Tx
from watchword_wire.frames import DeliverData
from watchword_wire.ids import parse_full_id


class Written(msgspec.Struct, frozen=True):
    """A text that was opened, and all that is known of it."""

    text: content.Text
    sealing: Sealing
    """Its sender, a full id, among the rest."""
    targets: tuple[str, ...]
    """Accounts that it went to."""
    me: str
    """The own account."""
    notice: Notice | None = None
    past: bool = False

    @property
    def account(self) -> str:
        """Who wrote it."""
        return parse_full_id(self.sealing.sender).account

    @property
    def mine(self) -> bool:
        """Whether another desktop of the own account wrote it."""
        return self.account == self.me


def put(tx: Tx, chat: int, written: Written, at: int) -> list[Event]:
    """Put a text into its chat at time `at` (ms); nothing if it stands there already.

    News that stands there as the past, fetched while it waited at the relay, comes forward to the end.
    """
    message = _add(tx, chat, written, at)
    if message is None:
        return [] if written.past else _forward(tx, chat, written, at)
    sealings.keep(tx, message.id, written.sealing)
    if written.mine:
        message = _answered(tx, message, written)
    if written.past:
        return [PastAdded(chat)]
    return [MessageAdded(message, notify=not written.mine)]


def is_there(tx: Tx, chat: int, key: bytes, account: str, me: str) -> bool:
    """Whether the text of this 16-byte key stands in a chat, written by this account."""
    return _found(tx, chat, key, account, me) is not None


def is_past(tx: Tx, me: str, frame: DeliverData) -> bool:
    """Whether a text that comes by itself stands in its chat already, fetched from the relay's history."""
    place = choice.place(frame.data)
    chat = chats.find_company(tx, place.conversation)
    if chat is None or place.message is None:
        return False
    account = parse_full_id(frame.sender).account
    found = _found(tx, chat, place.message, account, me)
    return found is not None and messages.is_past(tx, found.id)


def receipt(tx: Tx, account: str, key: bytes) -> Message | None:
    """Somebody has an own text. Returns it as it is now; None if that was known, or it is not here yet."""
    moved = sealings.delivered(tx, account, key)
    if moved is None and not sealings.is_addressed(tx, account, key):
        histories.early(tx, account, key)
    return moved


def taken_back(tx: Tx, said: content.Recalled, device: int) -> Message | None:
    """Another desktop of the own account, of this device, took a text back. Returns it as it is now.

    None if it is not here yet, or is not that desktop's, or everybody has it.
    """
    chat = chats.find_company(tx, said.conversation)
    found = None if chat is None else messages.by_key(tx, chat, said.id, mine=True)
    told = RecallTold(device, TakenBack(said.taken, said.left), said.some)
    if found is None:
        histories.early_recall(tx, said.id, told)
        return None
    return _taken_back(tx, found, said.id, told)


def _taken_back(tx: Tx, message: Message, key: bytes, told: RecallTold) -> Message | None:
    if message.device != told.device:
        return None
    some = told.some or any(one.delivered for one in sealings.recipients(tx, message.id))
    new = Delivery.PARTLY_TAKEN_BACK if some else Delivery.TAKEN_BACK
    moved = messages.move(tx, message.id, new, among=(Delivery.RELAYED, Delivery.FETCHED))
    if moved is not None:
        recalls.ask(tx, key, message.id, waited=False)
        recalls.answer(tx, key, told.counted)
    return moved


def _found(tx: Tx, chat: int, key: bytes, account: str, me: str) -> Message | None:
    sender = "" if account == me else account
    return messages.by_key(tx, chat, key, mine=account == me, sender=sender)


def _forward(tx: Tx, chat: int, written: Written, at: int) -> list[Event]:
    found = _found(tx, chat, written.text.id, written.account, written.me)
    if found is None or not messages.is_past(tx, found.id):
        return []
    moved = messages.bring_forward(tx, found, min(written.text.at, at))
    moved = messages.move(tx, moved.id, Delivery.RELAYED, among=(Delivery.FETCHED,)) or moved
    return [PastAdded(chat), MessageAdded(moved, notify=not written.mine)]


def _add(tx: Tx, chat: int, written: Written, at: int) -> Message | None:
    said = written.text
    if is_there(tx, chat, said.id, written.account, written.me):
        return None
    sent_at = min(said.at, at)
    if written.past:
        moment = histories.moment(tx, chat, sent_at, at)
    else:
        moment = sessions.next_moment(tx, chat, sent_at)
    return messages.add_text(
        tx,
        chat,
        said.text,
        mine=written.mine,
        at=moment,
        key=said.id,
        sender="" if written.mine else written.account,
        delivery=_delivery(written),
        notice=written.notice,
        device=parse_full_id(written.sealing.sender).device if written.mine else 0,
        past=written.past,
    )


def _delivery(written: Written) -> Delivery:
    if not written.mine:
        return Delivery.WAITING
    return Delivery.FETCHED if written.past else Delivery.RELAYED


def _answered(tx: Tx, message: Message, written: Written) -> Message:
    """Own texts of another desktop have receipts too, some of which were here first."""
    sealings.address(tx, message.id, written.text.id, written.targets)
    for account in histories.take_early(tx, written.text.id):
        message = sealings.delivered(tx, account, written.text.id) or message
    early = histories.take_early_recall(tx, written.text.id)
    return message if early is None else _taken_back(tx, message, written.text.id, early) or message
