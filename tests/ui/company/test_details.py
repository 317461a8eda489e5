"""The details of a company's conversation: what protects it, everybody who can read it, keys, what waits."""

import os
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from support.firm import Firm, company_chat, reads, waits, writes
from support.play import Person, Stage
from support.waiting import until
from support.windows import find, played, speak
from watchword.crypto.secret import Secret
from watchword.model.chat import Contact
from watchword.model.company import Reason
from watchword.protocol.company.profile import Auditor
from watchword.protocol.company.ring import RingKey, State
from watchword.settings import Language
from watchword.ui.company.details import ConversationDetails
from watchword.ui.company.sheet import People
from watchword.ui.company.standing import Standing
from watchword.ui.errands import Errands

AUDIT = b"audit---"


def audited() -> Firm:
    """A company with an auditor, whose key every member has."""
    firm = Firm()
    key = RingKey(AUDIT, "audit-2026", 1, State.ACTIVE, 0, 0, firm.method.id, Secret(os.urandom(32)))
    firm.ring = replace(firm.ring, keys=(*firm.ring.keys, key))
    firm.policy(auditors=(Auditor(AUDIT, "Audit office"),), retention=30 * 86_400)
    return firm


def words_of(window: QWidget) -> list[str]:
    """Every sentence that stands in a window, and what is said of each person."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisibleTo(window)]
    said = [label.text() for label in labels]
    for people in window.findChildren(People):
        rows = (people.model().index(row, 0) for row in range(people.model().rowCount()))
        said += [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]
    return said


async def details_of(person: Person, *others: str) -> tuple[ConversationDetails, Standing]:
    """The window, once the company is known to it."""
    standing = Standing(person.client, Errands())
    chat = person.client._desk.chat(await company_chat(person, *others))
    standing.look(chat)
    await until(lambda: standing.organisation is not None, "the company is known")
    window = ConversationDetails(person.client, standing, chat)
    window.show()
    return window, standing


def test_auditors_stand_among_those_who_can_read(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await audited().takes_in(ada, bo)
            await writes(ada, ("bo",), "hello")
            window, standing = await details_of(ada, "bo")
            said = words_of(window)
            assert "Audit office, Auditor: every message is sealed to them, too" in said
            assert "audit-2026, version 1" in said
            assert "Staff, version 1" in said
            assert any(text.startswith("By ACME's own encryption") for text in said)
            assert any("for 30 days" in text for text in said)
            await until(lambda: "Bo, bo · online" in words_of(window), "bo is seen to be there")
            await bo.leaves()
            await until(lambda: "Bo, bo · offline" in words_of(window), "bo is seen to have gone")
            speak(Language.CHINESE)
            assert "谁可以阅读" in words_of(window)
            window.close()
            standing.stop()

    played(qapp, play())


def test_what_waits_is_said_until_it_opens(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            firm = Firm()
            await firm.takes_in(ada, bo, cy)
            firm.rotates()
            await firm.hands_out(ada)
            await writes(ada, ("bo", "cy"), "under 2")
            await waits(bo, ("ada", "cy"), Reason.RING_TOO_OLD)
            window, standing = await details_of(bo, "ada", "cy")
            waiting = find(window, "withheldReason", QLabel)
            assert waiting.text().startswith("One message. Encrypted with ACME's key Staff, version 2.")
            chosen: list[str] = []
            window.chosen.connect(chosen.append)
            readers = find(window, "conversationReaders", People)
            for person in (Contact("bo", "bo"), *window._chat.members):
                readers.person_chosen.emit(person)
            assert chosen == ["ada", "cy"]
            await firm.hands_out(bo)
            await reads(bo, ("ada", "cy"), ("ada", "under 2"))
            await until(lambda: "What waits" not in words_of(window), "nothing waits any more")
            firm.directory("ada", "bo")
            await firm.hands_out(bo)
            gone = "Cy, cy · not in ACME's directory any more: nothing can be sent"
            await until(lambda: gone in words_of(window), "cy is seen to have left")
            await bo.client.company.open_chat(["ada"])
            standing.look(await company_chat(bo, "ada"))
            window.tell()
            assert gone in words_of(window), "also while another chat is open in the main window"
            window.close()
            standing.stop()

    played(qapp, play())


def test_many_people_are_all_named(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            (ada,) = await stage.enter("ada")
            firm = Firm()
            firm.knows("ada", *(f"p{number:03}" for number in range(60)))
            await firm.takes_in(ada)
            firm.directory(*firm.seeds)
            await firm.hands_out(ada)
            others = sorted(account for account in firm.seeds if account != "ada")
            await ada.client.company.open_chat(others)
            window, standing = await details_of(ada, *others)
            said = " ".join(words_of(window))
            assert all(account.title() in said for account in others)
            window.close()
            standing.stop()

    played(qapp, play())
