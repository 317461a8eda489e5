"""One chat with a real client: writing, ticks, drafts, sessions that end, what is told to the core."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.play import Person, Stage, meet
from support.rooming import founds, has_part, joins, room, sees_in
from support.waiting import until, until_found
from support.windows import active, find, played, window_named
from watchword.core import upkeep
from watchword.model.chat import Delivery, SessionState
from watchword.model.events import ChatChanged
from watchword.model.room import Part, RoomKind
from watchword.store.transaction import Tx
from watchword.ui.chat.composer import LIMIT
from watchword.ui.chat.page import ChatPage
from watchword.ui.chat.rows import RowKind
from watchword.ui.errands import Errands
from watchword.ui.listen import Listener


class Window:
    """The chat page of one person, fed by their client as the program feeds it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = ChatPage(person.client, Errands())
        self.listener = Listener(person.client)
        self.listener.message_added.connect(self.page.added)
        self.listener.message_changed.connect(self.page.changed)
        self.listener.chat_changed.connect(self._chat_changed)
        self.begun: list[str] = []
        self.said: list[str] = []
        self.page.begin.connect(self.begun.append)
        self.page.said.connect(self.said.append)
        self.page.resize(760, 620)

    def _chat_changed(self, event: ChatChanged) -> None:
        if self.page.chat is not None and self.page.chat.id == event.chat.id:
            self.page.show_chat(event.chat)

    async def opens(self, whom: str) -> "Window":
        self.page.open(await self.person.chat(whom))
        await active(self.page)
        await until(lambda: self.page.history.loaded, "the history is there")
        return self

    def writes(self, text: str) -> None:
        self.page.composer.set_text(text)
        QTest.keyClick(self.page.composer.writing, Qt.Key.Key_Return)

    def texts(self) -> list[str]:
        return [row.message.text for row in self.page.view.rows if row.kind is RowKind.TEXT and row.first]

    def ticks(self) -> list[Delivery]:
        rows = self.page.view.rows
        return [
            row.message.delivery
            for row in rows
            if row.kind is RowKind.TEXT and row.first and row.message.mine
        ]

    async def close(self) -> None:
        await self.page.stop()
        self.listener.stop()
        self.page.close()


def press(inside: QWidget, name: str) -> None:
    button = find(inside, name, QAbstractButton)
    assert button.isVisible(), f"{name} is hidden"
    button.click()


def test_two_people_write_to_each_other_and_ticks_follow(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.writes("Hello 🎉")
            await until(lambda: one.texts() == ["Hello 🎉"], "the bubble is there")
            assert one.page.composer.text() == ""
            await until(lambda: one.ticks() == [Delivery.DELIVERED], "both ticks")
            await bo.sends("ada", "你好")
            await until(lambda: one.texts() == ["Hello 🎉", "你好"], "the answer is there")
            await one.close()

    played(qapp, play())


def test_what_is_read_counts_as_read_and_what_is_not_seen_does_not(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            for number in range(30):
                await bo.sends("ada", f"message {number}")
            await ada.sees_texts("bo", [f"message {number}" for number in range(30)])
            assert (await ada.chat("bo")).unread == 30
            one = await Window(ada).opens("bo")
            assert any(row.kind is RowKind.UNREAD for row in one.page.view.rows)
            assert (await ada.chat("bo")).unread == 30, "the end was not seen yet"
            assert one.page.jump.isVisible()
            one.page.jump.click()
            await until(lambda: one.page.chat is not None and one.page.chat.unread == 0, "it is read")
            assert (await ada.chat("bo")).unread == 0
            await one.close()

    played(qapp, play())


def test_a_message_that_comes_while_one_looks_is_read(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            await bo.sends("ada", "here I am")
            await until(lambda: one.texts() == ["here I am"], "it is on the screen")

            async def read() -> bool:
                return (await ada.chat("bo")).unread == 0

            await until_found(read, "it counts as read")
            await one.close()

    played(qapp, play())


def test_a_draft_survives_leaving_and_comes_back(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, _bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.page.composer.set_text("begun 漢字")
            await one.close()
            assert (await ada.chat("bo")).draft == "begun 漢字"
            await ada.restarts()
            two = await Window(ada).opens("bo")
            assert two.page.composer.text() == "begun 漢字"
            two.writes("begun 漢字")
            await until(lambda: two.texts() == ["begun 漢字"], "it was sent")
            await until(lambda: two.page.chat is not None and not two.page.chat.draft, "and is no draft")
            await two.close()

    played(qapp, play())


def test_a_draft_is_kept_however_soon_its_chat_is_left(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            await meet(ada, bo)
            await meet(ada, cy)
            with_bo, with_cy = await ada.chat("bo"), await ada.chat("cy")
            one = await Window(ada).opens("bo")
            one.page.composer.set_text("for bo")
            one.page.open(with_cy)
            assert one.page.composer.text() == ""
            one.page.composer.set_text("for cy")
            one.page.open(with_bo)
            assert one.page.composer.text() == "for bo", "although the store may not know it yet"
            one.page.composer.set_text("for bo, more")
            one.page.leave()

            async def kept() -> bool:
                drafts = [(await ada.chat(whom)).draft for whom in ("bo", "cy")]
                return drafts == ["for bo, more", "for cy"]

            await until_found(kept, "the store has both drafts")
            await one.close()

    played(qapp, play())


def test_a_text_of_the_greatest_length_is_sent_and_one_byte_more_is_not(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.writes("x" * (LIMIT + 1))
            assert "Too long" in one.page.composer.note.text()
            assert len(one.page.composer.text()) == LIMIT + 1, "nothing is lost"
            one.writes("y" * LIMIT)
            await bo.sees_texts("ada", ["y" * LIMIT])
            await one.close()

    played(qapp, play())


def test_ending_a_session_asks_first_and_offers_the_next_one(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.page.header.end.emit()
            await until(lambda: window_named("question") is not None, "it asks")
            question = window_named("question")
            assert question is not None
            press(question, "cancel")
            await until(lambda: window_named("question") is None, "and goes away")
            assert await ada.has_session("bo")
            one.page.header.end.emit()
            await until(lambda: window_named("question") is not None, "it asks again")
            again = window_named("question")
            assert again is not None
            press(again, "confirm")
            await until(one.page.closed.isVisible, "nothing can be written")
            assert not one.page.composer.isVisible()
            assert find(one.page, "noSession", QLabel).text() == "No session is open, so nothing can be sent."
            button = find(one.page, "reopenConversation", QAbstractButton)
            assert button.text() == "Start a new conversation with bo"
            button.click()
            assert one.begun == ["bo"]
            await meet(ada, bo, "another phrase of ours")
            await until(one.page.composer.isVisible, "the composer is back")
            await one.close()

    played(qapp, play())


def test_what_was_not_delivered_is_sent_again_after_the_next_exchange(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            await bo.leaves()
            one.writes("into the void")
            await until(lambda: one.ticks() == [Delivery.RELAYED], "the relay has it")
            await ada.ends_session("bo")
            await until(lambda: one.ticks() == [Delivery.UNDELIVERED], "it is marked")
            assert not one.page.bars.undelivered.isVisible(), "there is no session to send it in"
            await bo.returns()
            await meet(ada, bo, "another phrase of ours")
            await until(one.page.bars.undelivered.isVisible, "sending again is offered")
            press(one.page, "sendAgain")
            await bo.sees_texts("ada", ["into the void"])
            await until(lambda: not one.page.bars.undelivered.isVisible(), "the bar is gone")
            await one.close()

    played(qapp, play())


def test_a_text_of_which_no_word_came_says_so_and_is_sent_again(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.couple()
            one = await Window(ada).opens("bo")
            await bo.leaves()
            one.writes("into the void")
            await until(lambda: one.ticks() == [Delivery.RELAYED], "the relay has it")
            await ada.client._desk.db.write(_nobody_fetches)
            await upkeep._do(ada.client._desk, partial(upkeep._unfetched, 1))
            await until(lambda: one.ticks() == [Delivery.UNFETCHED], "it is marked")
            await until(one.page.bars.undelivered.isVisible, "sending again is offered")
            assert "computer has one message" in one.page.bars.undelivered.words.text()
            press(one.page, "sendAgain")
            await bo.returns()
            await bo.sees_texts("ada", ["into the void"])
            await until(lambda: not one.page.bars.undelivered.isVisible(), "the bar is gone")
            await one.close()

    played(qapp, play())


def _nobody_fetches(tx: Tx) -> None:
    """The relay has kept it for as long as it does."""
    tx.execute("update sends set due_at = 1")


def test_blocking_and_renaming_go_to_the_core(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, _bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.page.header.rename.emit()
            await until(lambda: window_named("renameContact") is not None, "a name is asked")
            dialog = window_named("renameContact")
            assert dialog is not None
            find(dialog, "contactNameField", QLineEdit).setText("Bo at work")
            press(dialog, "confirm")
            await until(lambda: one.page.header.name.text() == "Bo at work", "the name is another")
            one.page.header.block.emit(True)
            await until(lambda: window_named("question") is not None, "it asks")
            question = window_named("question")
            assert question is not None
            press(question, "confirm")
            await until(lambda: one.page.closed.words.text() == "You blocked Bo at work.", "it says so")
            press(one.page, "reopenConversation")
            await until(one.page.composer.isVisible, "unblocked")
            await one.close()

    played(qapp, play())


def test_the_details_say_how_the_session_is_protected(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, _bo = await stage.couple()
            one = await Window(ada).opens("bo")
            assert one.page.chat is not None
            assert one.page.chat.session is SessionState.OPEN
            one.page.header.details.emit()
            await until(lambda: window_named("chatDetails") is not None, "the details are there")
            details = window_named("chatDetails")
            assert details is not None
            said = " ".join(label.text() for label in details.findChildren(QLabel))
            assert "Both of you typed the same passphrase" in said
            assert find(details, "detailsId", QLabel).text() == "bo"
            press(details, "copyId")
            assert QApplication.clipboard().text() == "bo"
            press(details, "closeDetails")
            await one.close()

    played(qapp, play())


def test_a_link_shows_its_host_before_it_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, _bo = await stage.couple()
            one = await Window(ada).opens("bo")
            one.page.view.link_chosen.emit("https://user@evil.example/bank.example")
            await until(lambda: window_named("openLink") is not None, "it asks")
            dialog = window_named("openLink")
            assert dialog is not None
            assert dialog.windowTitle() == "Open evil.example?"
            press(dialog, "cancel")
            one.page.view.link_chosen.emit("file:///etc/passwd")
            await one.close()
            assert window_named("openLink") is None

    played(qapp, play())


def test_a_room_that_empties_while_somebody_types_keeps_the_text_and_gives_the_keyboard_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await meet(ada, bo)
            chat = await founds(ada, "Harvest", [bo], RoomKind.PHRASE)
            await joins(bo, "Harvest")
            await sees_in(ada, "Harvest", "ada", "bo")
            window = Window(ada)
            page = window.page
            page.open(await room(ada, "Harvest"))
            await active(page)
            page.composer.writing.setFocus()
            page.composer.set_text("half a sen")
            await bo.client.rooms.leave((await room(bo, "Harvest")).id)
            await until(page.composer.isHidden, "nobody is there to be written to")
            assert page.view.hasFocus(), "what is typed on lands nowhere else"
            assert page.closed.room.why.text().endswith("What you have typed is kept.")
            await ada.client.rooms.invite_anew(chat.id, "bo")
            await joins(bo, "Harvest")
            await until(page.composer.isVisible, "bo is back")
            assert page.composer.writing.hasFocus()
            assert page.composer.text() == "half a sen"
            await window.close()

    played(qapp, play())


def test_who_joins_writes_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await meet(ada, bo)
            await founds(ada, "Harvest", [bo], RoomKind.PHRASE)
            window = Window(bo)
            page = window.page
            page.open(await has_part(bo, "Harvest", Part.INVITED))
            await active(page)
            page.closed.room.join.setFocus()
            QTest.keyClick(page.closed.room.join, Qt.Key.Key_Space)
            await until(page.composer.isVisible, "bo is in")
            assert page.composer.writing.hasFocus()
            await window.close()

    played(qapp, play())
