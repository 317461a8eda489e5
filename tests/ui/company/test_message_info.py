"""Message info: tags, keys, readers, how far it came, why it is unsent; little of a passphrase chat's."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from support.firm import Firm, company_chat, keeps_back, reads, ticks, writes
from support.play import Person, Stage
from support.waiting import until
from support.windows import find, played
from watchword.model.chat import Chat, Delivery, Message
from watchword.model.company import Reason
from watchword.protocol.company.ring import State
from watchword.ui.company.message_info import MessageInfoWindow
from watchword.ui.company.sheet import Pair, People


def facts(window: QWidget) -> dict[str, str]:
    """Each fact by what it is called, and how far it came to each person."""
    pairs = [pair.accessibleName().partition(": ") for pair in window.findChildren(Pair)]
    for people in window.findChildren(People):
        rows = (people.model().index(row, 0) for row in range(people.model().rowCount()))
        pairs += [row.data(Qt.ItemDataRole.AccessibleTextRole).partition(", ") for row in rows]
    return {called: said for called, _, said in pairs}


def words_of(window: QWidget) -> list[str]:
    return [
        label.text() for label in window.findChildren(QLabel) if label.isVisibleTo(window) and label.text()
    ]


def info_of(person: Person, chat: Chat, message: Message) -> MessageInfoWindow:
    window = MessageInfoWindow(person.client, chat, message)
    window.show()
    return window


def test_an_own_message_says_keys_and_who_has_it(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            await Firm().takes_in(ada, bo, cy)
            await cy.leaves()
            await writes(ada, ("bo", "cy"), "to both")
            await reads(bo, ("ada", "cy"), ("ada", "to both"))
            await ticks(ada, ("bo", "cy"), Delivery.RELAYED)
            chat = await company_chat(ada, "bo", "cy")
            (sent,) = (await ada.client.page(chat.id)).messages
            window = info_of(ada, chat, sent)
            await until(lambda: facts(window).get("Cy") == "At the relay", "cy does not have it yet")
            await until(lambda: "Staff, version 1" in words_of(window), "the keys are there")
            assert facts(window)["From"] == "You · ada/1"
            assert facts(window)["Size, sealed"].endswith("bytes")
            assert "You and the people of this conversation: Bo, Cy." in words_of(window)
            await cy.returns()
            await until(lambda: facts(window).get("Cy") == "Delivered", "cy has it")
            assert facts(window)["Bo"] == "Delivered"
            window.close()

    played(qapp, play())


def test_what_came_says_who_sealed_it(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await Firm().takes_in(ada, bo)
            await writes(ada, ("bo",), "hello")
            await reads(bo, ("ada",), ("ada", "hello"))
            chat = await company_chat(bo, "ada")
            (came,) = (await bo.client.page(chat.id)).messages
            window = info_of(bo, chat, came)
            await until(lambda: facts(window)["From"] == "Ada · ada/1", "the sender's full id")
            assert any(text.startswith("By ACME's own encryption: under a key") for text in words_of(window))
            window.close()

    played(qapp, play())


def test_an_unsent_message_says_why_and_then_how_it_went(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            firm.marks(1, State.REVOKED)
            await firm.hands_out(ada, bo)
            sent = await writes(ada, ("bo",), "not yet")
            await keeps_back(ada, ("bo",), Reason.REVOKED)
            window = info_of(ada, await company_chat(ada, "bo"), sent)
            problem = find(window, "infoUnsent", QLabel)
            await until(lambda: "was revoked" in problem.text(), "why it waits")
            assert "Not sealed yet: nothing of it has left this computer." in words_of(window)
            assert facts(window)["Bo"] == "Waiting to be sent"
            firm.rotates(State.REVOKED)
            await firm.hands_out(ada, bo)
            await until(lambda: facts(window).get("Bo") == "Delivered", "bo has it")
            assert problem.isHidden()
            await until(lambda: "Staff, version 2" in words_of(window), "the key it was sealed under")
            window.close()

    played(qapp, play())


def test_a_passphrase_chat_tells_what_there_is(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            sent = await ada.sends("bo", "hello")
            await bo.sees_texts("ada", ["hello"])
            await ada.sees_ticks("bo", Delivery.DELIVERED)
            chat = await ada.chat("bo")
            (now,) = [row for row in await ada.rows("bo") if row.id == sent.id]
            window = info_of(ada, chat, now)
            assert facts(window)["State"] == "Delivered"
            assert any(text.startswith("By the passphrase session with bo") for text in words_of(window))
            assert "Under these keys" not in words_of(window)
            window.close()

    played(qapp, play())


def test_a_key_that_was_revoked_since_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            await writes(ada, ("bo",), "hello")
            await reads(bo, ("ada",), ("ada", "hello"))
            firm.rotates(State.REVOKED)
            await firm.hands_out(bo)
            chat = await company_chat(bo, "ada")
            (came,) = (await bo.client.page(chat.id)).messages
            window = info_of(bo, chat, came)
            said = "Key ring · revoked: whoever took it can read this message, too"
            await until(lambda: said in words_of(window), "the key's state is told")
            window.close()

    played(qapp, play())
