"""Taking a message back, in sentences: what came of it, why it cannot be done."""

from PySide6.QtCore import QCoreApplication

from watchword.model.chat import Chat, Delivery, Message, Protection
from watchword.model.errors import Kind, Situation
from watchword.model.events import RecallEnded
from watchword.model.roaming import RecallOutcome, TakenBack

KINDS = frozenset({Kind.RECALL_LATE, Kind.RECALL_NOT_HERE, Kind.RECALL_MANY})


def possible_in(chat: Chat) -> bool:
    """Whether messages of a chat go to the relay once: by the company's method, or in one session."""
    return chat.protection is Protection.COMPANY or (
        chat.protection is Protection.SESSION and chat.room is None
    )


def can_be(message: Message) -> bool:
    """Whether a message can be taken back, as far as its chat allows: written here, not with everybody."""
    way = (Delivery.WAITING, Delivery.RELAYED)
    return message.mine and not message.device and message.delivery in way


def sentence(situation: Situation) -> str:
    """Why a message cannot be taken back."""
    translate = QCoreApplication.translate
    if situation.kind is Kind.RECALL_LATE:
        return translate("Recall", "Too late: the message was delivered, or taken back, already.")
    if situation.kind is Kind.RECALL_MANY:
        return translate(
            "Recall",
            "Too many messages in a row were taken back. Once the other person has written, it works again.",
        )
    return translate(
        "Recall", "This message cannot be taken back from here. The desktop that wrote it can, if any can."
    )


def ended(event: RecallEnded) -> str:
    """What came of it."""
    translate = QCoreApplication.translate
    match event.outcome:
        case RecallOutcome.TAKEN_BACK:
            return translate("Recall", "The message was taken back. Nobody had it.")
        case RecallOutcome.PARTLY:
            return translate("Recall", "The message was taken back from some. Others have it already.")
        case RecallOutcome.LATE:
            return translate("Recall", "Too late: the message was delivered already.")


def line(delivery: Delivery) -> str:
    """What the list of chats says in place of an own text that was taken back; empty for any other."""
    translate = QCoreApplication.translate
    if delivery is Delivery.TAKEN_BACK:
        return translate("Recall", "You took a message back")
    if delivery is Delivery.PARTLY_TAKEN_BACK:
        return translate("Recall", "You took a message back from some")
    return ""


def counted(taken_back: TakenBack) -> str:
    """What the relay counted, for *Message info*."""
    translate = QCoreApplication.translate
    if taken_back.taken == 0:
        return translate("Recall", "You took it back before it had left this computer.")
    one = translate("Recall", "You took it back: the relay had it for one computer.")
    many = translate("Recall", "You took it back: the relay had it for {count} computers.")
    said = one if taken_back.taken == 1 else many.format(count=taken_back.taken)
    if taken_back.left == 0:
        return said
    late_one = translate("Recall", "One more was being given it just then.")
    late = translate("Recall", "{count} more were being given it just then.")
    rest = late_one if taken_back.left == 1 else late.format(count=taken_back.left)
    return translate("Recall", "{said} {more}").format(said=said, more=rest)
