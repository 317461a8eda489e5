"""A room's details: what stands there, what an owner changes and a member may not; live in both languages."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from support.blocking import Block
from support.employed import crowd, employed_client
from support.firm import Firm
from support.play import Person, Stage
from support.rooming import founds, has_part, joins, room, sees_in
from support.waiting import until
from support.widgets import model_rows
from support.windows import find, played, speak, window_named
from watchword.model.room import Part, RoomKind
from watchword.settings import Language
from watchword.ui.company.standing import Standing
from watchword.ui.errands import Errands
from watchword.ui.rooms.details import RoomDetails
from watchword.ui.rooms.inviting import InvitePeople

ROOM = "Harvest"


async def details_of(person: Person) -> RoomDetails:
    """The window, filled."""
    chat, company = await room(person, ROOM), Standing(person.client, Errands())
    company.load()
    window = RoomDetails(person.client, company, chat)
    window.show()
    await until(lambda: window.line.text() != "", "the room is shown")
    return window


def rows(window: RoomDetails) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(row.data(role)) for row in model_rows(window.members.people)]


def choose(window: RoomDetails, account: str, deed: str) -> None:
    menu = window.members.menu(account)
    assert menu is not None
    action = next(action for action in menu.actions() if action.text().startswith(deed))
    action.trigger()
    menu.close()


def keeps(window: RoomDetails) -> int:
    room = window._standing.shown
    return -1 if room is None else room.keep_s


async def confirm(name: str = "question") -> None:
    await until(lambda: window_named(name) is not None, "it is asked first")
    asked: QWidget | None = window_named(name)
    assert asked is not None
    find(asked, "confirm", QAbstractButton).click()


def test_an_owner_changes_a_room_and_sees_it(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            firm = Firm()
            await firm.takes_in(ada, bo, cy)
            await firm.hands_out(ada, bo, cy)
            chat = await founds(ada, ROOM, [bo])
            window = await details_of(ada)
            assert rows(window) == ["Ada, You · Owner · ada", "Bo, bo · invited, has not answered"]
            assert window.line.text() == "1 person · 1 yet to answer"
            await joins(bo, ROOM)
            await until(lambda: rows(window)[1] == "Bo, bo", "bo is in")
            choose(window, "bo", "Make owner")
            await confirm()
            await until(lambda: rows(window)[1] == "Bo, Owner · bo", "bo is an owner")

            invite = InvitePeople(ada.client, chat, RoomKind.COMPANY)
            invite.show()
            await until(lambda: invite.picking.offered == 1, "cy can be invited")
            assert invite.told.text().endswith("reads what is written after they have joined.")
            firm.policy(roaming=86_400, late=True)
            await firm.hands_out(ada)
            given = InvitePeople(ada.client, chat, RoomKind.COMPANY)
            assert given.told.text().endswith("what the relay still keeps of what was written before.")
            given.close()
            invite.picking.pick(["cy"])
            invite.invite.click()
            await has_part(cy, ROOM, Part.INVITED)
            await until(lambda: len(rows(window)) == 3, "cy is listed")

            window.edit.click()
            await until(lambda: window_named("renameRoom") is not None, "the name is asked for")
            rename = window_named("renameRoom")
            assert rename is not None
            rename.field.set_text("Orchard")  # type: ignore[attr-defined]  # a RenameRoom
            await confirm("renameRoom")
            await until(lambda: window.name.text() == "Orchard", "it has another name")

            window.about.keep.setCurrentIndex(2)
            window.about.keep.activated.emit(2)
            await until(lambda: keeps(window) == 7 * 86_400, "it is kept 7 days")
            speak(Language.CHINESE)
            assert rows(window)[0] == "Ada, 你 · 群主 · ada"
            assert window.about.keep.currentText() == "7 天"
            window.close()

    played(qapp, play())


def test_a_member_may_look_and_leave(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            await firm.hands_out(ada, bo)
            await founds(ada, ROOM, [bo])
            await joins(bo, ROOM)
            await sees_in(bo, ROOM, "ada", "bo")
            window = await details_of(bo)
            assert not window.edit.isVisible()
            assert not window.invite.isVisible()
            assert not window.about.keep.isVisibleTo(window.about)
            menu = window.members.menu("ada")
            assert menu is not None
            assert [action.text() for action in menu.actions()] == ["Write to Ada"]
            menu.close()
            window.leave.click()
            await confirm()
            await until(lambda: not window.leave.isVisible(), "bo has left")
            window.close()

    played(qapp, play())


def test_the_last_who_leaves_is_told_that_the_room_ends(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            await firm.hands_out(ada, bo)
            await founds(ada, ROOM, [bo])
            await has_part(bo, ROOM, Part.INVITED)
            window = await details_of(ada)
            window.leave.click()
            await until(lambda: window_named("question") is not None, "it is asked first")
            asked = window_named("question")
            assert asked is not None
            assert any("the room ends" in label.text() for label in asked.findChildren(QLabel))
            await confirm()
            await has_part(bo, ROOM, Part.OUT)
            window.close()

    played(qapp, play())


def test_what_is_refused_is_said(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage, stage.proxy() as proxy:
            ada = await stage.person("ada", address=stage.through(proxy))
            (bo,) = await stage.enter("bo")
            firm = Firm()
            await firm.takes_in(ada, bo)
            await firm.hands_out(ada, bo)
            await founds(ada, ROOM, [bo])
            await joins(bo, ROOM)
            window = await details_of(ada)
            await until(lambda: rows(window)[1] == "Bo, bo", "bo is in")
            proxy.cut()
            await ada.is_offline()
            choose(window, "bo", "Take out")
            await confirm()
            await until(window.problem.isVisible, "it is refused")
            assert "Not connected to the relay" in window.problem.text()
            assert len(rows(window)) == 2
            window.about.keep.setCurrentIndex(2)
            window.about.keep.activated.emit(2)
            await until(
                lambda: window.about.keep.currentIndex() == 0, "what was refused is not shown as chosen"
            )
            window.close()

    played(qapp, play())


def test_a_room_of_a_thousand_opens_without_a_stop(
    qapp: QApplication, tmp_path: Path, quick_loop: list[Block]
) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", crowd(999))
        await client.rooms.start()
        chat = await client.rooms.found(ROOM, [f"p{number}" for number in range(999)], RoomKind.COMPANY)
        company = Standing(client, Errands())
        window = RoomDetails(client, company, chat)
        quick_loop.clear()  # the window is looked at here, not the making of the room
        window.appear()
        await until(lambda: window.line.text() == "1 person · 999 yet to answer", "all are shown")
        window.members.search.setText("person 00500")
        await until(lambda: len(rows(window)) == 1, "one is found")
        assert rows(window) == ["Person 00500, p500 · invited, has not answered"]
        window.close()
        await client.close()

    played(qapp, play())
