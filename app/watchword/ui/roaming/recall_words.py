"""Taking a message back, in sentences: what came of it, why it cannot be done."""

from PySide6.QtCore import QCoreApplication

from watchword.model.chat import Delivery, Message, Protection
from watchword.model.errors import Kind, Situation
from watchword.model.events import RecallEnded
from watchword.model.roaming import RecallOutcome, TakenBack

KINDS = frozenset({Kind.RECALL_LATE, Kind.RECALL_NOT_HERE})


def can_be(message: Message, protection: Protection) -> bool:
    """Whether taking back is offered: written here, by the company's method alone, not with everybody."""
    way = (Delivery.WAITING, Delivery.RELAYED)
    own = message.mine and not message.device
    return own and protection is Protection.COMPANY and message.delivery in way


def sentence(situation: Situation) -> str:
    """Why a message cannot be taken back."""
    translate = QCoreApplication.translate
    if situation.kind is Kind.RECALL_LATE:
        return translate("Recall", "Too late: the message was delivered, or taken back, already.")
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
