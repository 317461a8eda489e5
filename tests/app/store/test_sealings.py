"""Who has an own text of a company's conversation, and what Message info shows."""

from watchword.model.chat import Delivery, Message
from watchword.model.company import ReaderKey, Recipient, Sealing
from watchword.store import chats, contacts, messages, sealings
from watchword.store.transaction import Tx

KEY, H = b"k" * 16, b"h" * 32
SEALING = Sealing("ada/1", "wrap", (ReaderKey("Staff", 1, "ring"),), session=False, size=900)


def text(tx: Tx) -> Message:
    """A text of this account to bo and cy."""
    for account in ("bo", "cy"):
        contacts.introduce(tx, account, account.title())
    chat = chats.meet_company(tx, b"c" * 16, ("bo", "cy"), 1)
    message = messages.add_text(tx, chat, "hi", mine=True, at=1, key=KEY)
    assert message is not None
    sealings.address(tx, message.id, KEY, ("bo", "cy"))
    return message


def delivery(tx: Tx, message: Message) -> Delivery:
    found = messages.get(tx, message.id)
    assert found is not None
    return found.delivery


def test_two_ticks_when_all_have_it(tx: Tx) -> None:
    message = text(tx)
    first = sealings.delivered(tx, "bo", KEY)
    assert first is not None
    assert first.delivery is Delivery.WAITING
    assert sealings.delivered(tx, "bo", KEY) is None
    assert sealings.recipients(tx, message.id) == (Recipient("bo", "Bo", True), Recipient("cy", "Cy", False))
    assert delivery(tx, message) is Delivery.WAITING
    last = sealings.delivered(tx, "cy", KEY)
    assert last is not None
    assert last.delivery is Delivery.DELIVERED
    assert sealings.delivered(tx, "cy", KEY) is None


def test_only_a_recipient_can_say_that_it_came(tx: Tx) -> None:
    message = text(tx)
    for account in ("eve", "ada"):
        assert sealings.delivered(tx, account, KEY) is None
    assert not any(one.delivered for one in sealings.recipients(tx, message.id))


def test_a_session_s_end_strands_what_it_carried(tx: Tx) -> None:
    message = text(tx)
    assert sealings.strand(tx, H) == []
    sealings.inside(tx, message.id, "bo", H)
    [stranded] = sealings.strand(tx, H)
    assert stranded.delivery is Delivery.UNDELIVERED
    assert sealings.strand(tx, H) == []


def test_a_session_s_end_leaves_what_came(tx: Tx) -> None:
    message = text(tx)
    sealings.inside(tx, message.id, "bo", H)
    sealings.delivered(tx, "bo", KEY)
    assert sealings.strand(tx, H) == []


def test_how_it_was_sealed_is_kept(tx: Tx) -> None:
    message = text(tx)
    assert sealings.get(tx, message.id) is None
    sealings.keep(tx, message.id, SEALING)
    assert sealings.get(tx, message.id) == SEALING


def test_what_is_to_be_sealed_anew_is_not_sealed_and_in_no_session(tx: Tx) -> None:
    message = text(tx)
    sealings.keep(tx, message.id, SEALING)
    sealings.inside(tx, message.id, "bo", H)
    sealings.forget(tx, message.id)
    assert sealings.get(tx, message.id) is None
    assert sealings.strand(tx, H) == []
    assert len(sealings.recipients(tx, message.id)) == 2
