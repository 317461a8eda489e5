"""*New room…*: a name and people make a room; who is picked already comes along; what is refused is said."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from support.employed import crowd, employed_client
from support.firm import Firm
from support.play import Stage
from support.rooming import has_part
from support.waiting import until
from support.windows import active, played, speak
from watchword.model.room import Part
from watchword.settings import Language
from watchword.ui.controls.settled import settle
from watchword.ui.requests.new_conversation import NewConversation

ROOM = "Harvest"


def press(key: Qt.Key) -> None:
    """A key, wherever the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_those_who_are_picked_come_along_and_are_invited(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            firm = Firm()
            await firm.takes_in(ada, bo, cy)
            await firm.hands_out(ada, bo, cy)
            window = NewConversation(ada.client)
            opened: list[int] = []
            window.chat_opened.connect(opened.append)
            window.begin()
            window.show()
            who = window.whom.who
            await until(lambda: who.people.model().rowCount() == 2, "colleagues are shown")
            assert who.people.marked is not None
            who.choose(who.people.marked)
            window.whom.room.click()
            page = window.founding
            await until(lambda: page.picking.accounts == ["bo"], "bo was picked before")
            assert page.meaning.text().startswith("A room at ACME: sealed by ACME's own encryption")
            assert not page.found.isEnabled(), "it needs a name"
            page.name.set_text(ROOM)
            page.found.click()
            await until(lambda: opened, "the room's chat opens")
            invited = await has_part(bo, ROOM, Part.INVITED)
            assert invited.room is not None
            assert invited.room.invited_by == "Ada"

    played(qapp, play())


def test_who_has_no_session_reads_what_to_do(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            (ada,) = await stage.enter("ada")
            window = NewConversation(ada.client)
            window.begin()
            window.show()
            window.whom.room.click()
            page = window.founding
            assert page.kinds.isHidden(), "there is one kind without a company"
            assert page.meaning.text().startswith("A room by passphrases")
            await until(page.picking.nobody.isVisible, "nobody can be picked")
            assert "Agree on a passphrase" in page.picking.nobody.text()
            speak(Language.CHINESE)
            assert page.title.text() == "新建群聊"
            page.back_button.click()
            assert window.pages.currentWidget() is window.whom
            window.close()

    played(qapp, play())


def test_keys_alone_make_a_room(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            await firm.hands_out(ada, bo)
            window = NewConversation(ada.client)
            opened: list[int] = []
            window.chat_opened.connect(opened.append)
            window.begin()
            await active(window)
            window.whom.room.setFocus()
            press(Qt.Key.Key_Return)
            page = window.founding
            await until(lambda: page.picking.offered == 1, "bo can be picked")
            assert page.name.edit.hasFocus()
            QTest.keyClicks(page.name.edit, ROOM)
            press(Qt.Key.Key_Return)
            assert page.picking.search.hasFocus()
            QTest.keyClicks(page.picking.search, "bo")
            press(Qt.Key.Key_Return)
            assert page.picking.accounts == ["bo"]
            press(Qt.Key.Key_Return)
            await until(lambda: opened, "the room's chat opens")

    played(qapp, play())


def test_looking_at_the_other_kind_forgets_nobody(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", crowd(3))
        window = NewConversation(client)
        window.begin()
        window.show()
        window.whom.room.click()
        page = window.founding
        await until(lambda: page.picking.offered == 3, "colleagues can be picked")
        page.name.set_text(ROOM)
        page.picking.pick(["p0", "p2"])
        page.kinds.chosen.emit(1)
        await until(page.picking.nobody.isVisible, "nobody has a session")
        assert page.picking.accounts == []
        page.kinds.chosen.emit(0)
        await until(lambda: page.picking.accounts == ["p0", "p2"], "who was picked is picked again")
        assert page.name.text() == ROOM
        window.close()
        await client.close()

    played(qapp, play())


def test_nothing_moves_while_people_are_picked(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", crowd(40))
        window = NewConversation(client)
        window.begin()
        window.show()
        window.whom.room.click()
        page = window.founding
        await until(lambda: page.picking.offered == 40, "colleagues can be picked")
        await until(page.picking.people.isVisible, "and seen")
        high, foot = window.height(), page.found.mapTo(window, page.found.rect().topLeft())
        page.picking.pick([f"p{number}" for number in range(40)])
        await until(page.picking.plates.isVisible, "plates are there")
        settle()
        assert (window.height(), page.found.mapTo(window, page.found.rect().topLeft())) == (high, foot)
        assert page.picking.people.height() >= 2 * 58
        window.close()
        await client.close()

    played(qapp, play())


def test_too_many_are_refused_in_words(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", crowd(1000))
        window = NewConversation(client)
        window.begin()
        window.show()
        window.whom.room.click()
        page = window.founding
        await until(lambda: page.picking.offered == 1000, "everybody can be picked")
        page.picking.every.click()
        page.name.set_text(ROOM)
        page.found.click()
        await until(page.problem.isVisible, "it is refused")
        assert "at most 1,000 people, you included" in page.problem.text()
        assert page.found.isEnabled(), "once somebody is taken back it may go"
        page.picking.pick([])
        assert not page.problem.isVisible()
        window.close()
        await client.close()

    played(qapp, play())
