"""The contacts with a real client: found, added, renamed, removed, blocked and unblocked, by keys alone."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListView, QWidget

from support.employed import employed_client, firm, hands_out
from support.play import Stage
from support.waiting import until
from support.widgets import model_rows
from support.windows import active, find, offline_client, played, regains, speak, window_named
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind, Situation
from watchword.settings import Language
from watchword.ui.contacts.window import ContactsWindow

Play = Callable[[ContactsWindow, Client], Coroutine[object, object, None]]


def rows(window: QWidget) -> list[str]:
    people = find(window, "people", QListView)
    role = Qt.ItemDataRole.AccessibleTextRole
    return [index.data(role) or index.data() for index in model_rows(people)]


def press(window: QWidget | None, name: str) -> None:
    assert window is not None
    button = find(window, name, QAbstractButton)
    assert button.isVisible(), f"{name} is hidden"
    button.click()


def said(window: QWidget, name: str) -> str:
    return find(window, name, QLabel).text()


def keys(*pressed: Qt.Key) -> None:
    for key in pressed:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


async def dialog(name: str) -> QWidget:
    await until(lambda: window_named(name) is not None, f"{name} is there")
    found = window_named(name)
    assert found is not None
    return found


def no_dialog() -> bool:
    return not any(window_named(name) for name in ("addContactDialog", "renameContact", "question"))


def contacts(qapp: QApplication, folder: Path, play: Play, *known: str) -> None:
    """Play with the window of a client without a relay that knows these accounts."""

    async def whole() -> None:
        client = await offline_client(folder / "ada", "ada")
        for account in known:
            await client.add_contact(account)
        window = ContactsWindow(client)
        await active(window)
        await until(lambda: len(rows(window)) == len(known), "the contacts are there")
        await play(window, client)
        window.close()
        await client.close()

    played(qapp, whole())


def test_somebody_is_added_by_the_keyboard_alone_folded_as_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        assert said(window, "nobody").startswith("Nobody in your contacts yet.")
        await until(find(window, "addToContacts", QAbstractButton).hasFocus, "adding is at hand")
        keys(Qt.Key.Key_Return)
        asked = await dialog("addContactDialog")
        field = find(asked, "addContactId", QLineEdit)
        await until(field.hasFocus, "the id can be typed")
        QTest.keyClicks(field, "BO")
        assert field.accessibleDescription() == "This is the id bo."
        keys(Qt.Key.Key_Tab)
        name = find(asked, "addContactName", QLineEdit)
        await until(name.hasFocus, "the name comes next")
        QTest.keyClicks(name, "Bo Larsen")
        keys(Qt.Key.Key_Return)
        await until(lambda: said(window, "personName") == "Bo Larsen", "the new contact is shown")
        assert [(one.account, one.name, one.listed) for one in await client.contacts()] == [
            ("bo", "Bo Larsen", True)
        ]
        await regains(window)
        keys(Qt.Key.Key_Escape)
        assert rows(window) == ["Bo Larsen, bo"]
        keys(Qt.Key.Key_Escape)
        assert not window.isVisible()

    contacts(qapp, tmp_path, play)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Type an id."),
        ("a b", "An id has no spaces in it."),
        ("a/b", "An id has no slash in it."),
        ("Ada", "This is your own id. Type the id of the other person."),
        ("x" * 119, "This id is too long. Check it, or choose a shorter one."),
        ("Bo", "bo is in your contacts already."),
    ],
)
def test_an_id_that_cannot_be_added_is_told_in_place(
    qapp: QApplication, tmp_path: Path, typed: str, complaint: str
) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        press(window, "addToContacts")
        asked = await dialog("addContactDialog")
        field = find(asked, "addContactId", QLineEdit)
        field.setText(typed)
        press(asked, "confirmAdd")
        assert field.accessibleDescription() == complaint
        assert field.text() == typed, "nothing is lost"
        press(asked, "cancelAdd")
        assert len(await client.contacts()) == 1

    contacts(qapp, tmp_path, play, "bo")


def test_search_finds_by_name_and_id_and_arrows_choose(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        await client.rename_contact("bo", "Bo Larsen")
        await client.block("mallory", blocked=True)
        everybody = ["Bo Larsen, bo", "cy, cy", "林小雨, 林小雨", "Blocked", "mallory, mallory"]
        await until(lambda: rows(window) == everybody, "everybody is there")
        field = find(window, "contactSearch", QLineEdit)
        for typed, found in (("LARS", ["Bo Larsen, bo"]), ("小雨", ["林小雨, 林小雨"]), ("ＣＹ", ["cy, cy"])):
            field.setText(typed)
            assert rows(window) == found
        field.setText("nobody like this")
        assert said(window, "nobody") == "Nobody matches."
        field.clear()
        field.setFocus()
        keys(*[Qt.Key.Key_Down] * 3, Qt.Key.Key_Return)
        assert said(window, "personName") == "mallory", "arrows step over the heading"

    contacts(qapp, tmp_path, play, "bo", "cy", "林小雨")


def test_one_person_is_renamed_copied_removed_and_put_back(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        window.show_person(Contact("bo", "bo"))
        press(window, "copyPersonId")
        assert QGuiApplication.clipboard().text() == "bo"
        press(window, "renamePerson")
        asked = await dialog("renameContact")
        find(asked, "contactNameField", QLineEdit).setText("Bo at work")
        press(asked, "confirm")
        await until(lambda: said(window, "personName") == "Bo at work", "the name is another")
        press(window, "removePerson")
        asked = await dialog("question")
        assert asked.windowTitle() == "Remove Bo at work from your contacts?"
        press(asked, "confirm")
        await until(lambda: said(window, "personState") == "not in your contacts", "removed")
        assert await client.contacts() == []
        press(window, "addPerson")
        await until(lambda: said(window, "personState") == "offline", "and back")
        assert [one.name for one in await client.contacts()] == ["Bo at work"]

    contacts(qapp, tmp_path, play, "bo")


def test_who_was_blocked_before_any_chat_is_found_and_unblocked(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        await client.block("mallory", blocked=True)
        await until(lambda: rows(window) == ["Blocked", "mallory, mallory"], "it stands under its heading")
        find(window, "contactSearch", QLineEdit).setFocus()
        keys(Qt.Key.Key_Return)
        assert said(window, "personState") == "Blocked. Requests of mallory are met with silence."
        assert not find(window, "conversePerson", QWidget).isVisible()
        await until(find(window, "unblockPerson", QAbstractButton).hasFocus, "one key unblocks")
        keys(Qt.Key.Key_Return)
        await until(lambda: said(window, "personState") == "not in your contacts", "unblocked")
        assert await client.contacts() == []
        window.show_list()
        assert rows(window) == []

    contacts(qapp, tmp_path, play)


def test_blocking_asks_first(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        window.show_person(Contact("bo", "bo"))
        for answer, blocked in (("cancel", False), ("confirm", True)):
            press(window, "blockPerson")
            asked = await dialog("question")
            press(asked, answer)
            await until(lambda: window_named("question") is None, "it went away")
            wanted = "unblockPerson" if blocked else "blockPerson"
            await until(find(window, wanted, QWidget).isVisible, "the page says so")
            assert [one.blocked for one in await client.contacts()] == [blocked]

    contacts(qapp, tmp_path, play, "bo")


def test_the_window_speaks_the_other_language_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        await client.block("cy", blocked=True)
        await until(lambda: "Blocked" in rows(window), "cy is blocked")
        window.show_person(Contact("bo", "bo"))
        speak(Language.CHINESE)
        assert window.windowTitle() == "联系人"
        assert rows(window) == ["bo, bo", "已屏蔽", "cy, cy"]
        assert find(window, "conversePerson", QAbstractButton).text() == "新对话"
        assert said(window, "personState") == "离线"
        assert find(window, "contactSearch", QLineEdit).accessibleName() == "搜索联系人"

    contacts(qapp, tmp_path, play, "bo", "cy")


def test_who_is_there_is_shown_and_the_open_chat_is_offered(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, _bo = await stage.couple()
            await ada.client.add_contact("bo", "Bo")
            window = ContactsWindow(ada.client)
            asked: list[Contact] = []
            window.converse.connect(asked.append)
            await active(window)
            await until(lambda: rows(window) == ["Bo, online · bo"], "bo is there")
            window.list.people.clicked.emit(window.list.people.model().index(0, 0))
            assert find(window, "conversePerson", QAbstractButton).text() == "Open chat"
            press(window, "conversePerson")
            assert [person.account for person in asked] == ["bo"]
            window.close()

    played(qapp, play())


def test_the_dialogs_follow_the_language_while_they_are_open(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, _client: Client) -> None:
        press(window, "addToContacts")
        asked = await dialog("addContactDialog")
        find(asked, "addContactId", QLineEdit).setText("Bo")
        press(asked, "confirmAdd")
        speak(Language.CHINESE)
        assert asked.windowTitle() == "添加联系人"
        assert find(asked, "addContactId", QLineEdit).accessibleDescription() == "bo 已在你的联系人中。"
        assert find(asked, "addContactName", QLineEdit).accessibleName() == "名字"
        buttons = [find(asked, name, QAbstractButton).text() for name in ("cancelAdd", "confirmAdd")]
        assert buttons == ["取消", "添加"]
        assert find(asked, "addContactId", QLineEdit).text() == "Bo"
        speak(Language.ENGLISH)
        press(asked, "cancelAdd")
        await until(lambda: window_named("addContactDialog") is None, "it went away")
        window.show_person(Contact("bo", "bo"))
        for button, name, title in (
            ("renamePerson", "renameContact", "重命名 bo"),
            ("removePerson", "question", "把 bo 从联系人中移除？"),
            ("blockPerson", "question", "屏蔽 bo？"),
        ):
            press(window, button)
            asked = await dialog(name)
            speak(Language.CHINESE)
            assert asked.windowTitle() == title
            assert find(asked, "cancel", QAbstractButton).text() == "取消"
            speak(Language.ENGLISH)
            press(asked, "cancel")
            await until(no_dialog, "it went away")

    contacts(qapp, tmp_path, play, "bo")


def test_the_keyboard_goes_to_the_next_thing_to_do(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, _client: Client) -> None:
        window.show_person(Contact("bo", "bo"))
        find(window, "blockPerson", QAbstractButton).setFocus()
        keys(Qt.Key.Key_Return)
        asked = await dialog("question")
        await until(find(asked, "cancel", QAbstractButton).hasFocus, "what cannot be taken back asks first")
        keys(Qt.Key.Key_Tab, Qt.Key.Key_Return)
        await until(lambda: window_named("question") is None, "it is answered")
        await regains(window)
        await until(find(window, "unblockPerson", QAbstractButton).hasFocus, "blocked, it can be undone")
        keys(Qt.Key.Key_Return)
        await until(find(window, "conversePerson", QAbstractButton).hasFocus, "unblocked, one can talk")

    contacts(qapp, tmp_path, play, "bo")


def test_a_window_that_goes_away_takes_its_question_along_without_a_word(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "ada", "ada")
        window = ContactsWindow(client)
        await active(window)
        window.show_person(Contact("bo", "bo"))
        press(window, "blockPerson")
        await dialog("question")
        window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        await until(lambda: window_named("question") is None, "it went away")
        assert not [one for one in await client.contacts() if one.blocked]
        await client.close()

    played(qapp, play())


def test_what_went_wrong_is_said_in_the_language_just_chosen(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, _client: Client) -> None:
        window.show_person(Contact("bo", "bo"))
        window._refused(Situation(Kind.CONTACT_BLOCKED))
        assert said(window, "contactProblem") == "You blocked this person. Unblock them first."
        speak(Language.CHINESE)
        assert said(window, "contactProblem") == "你屏蔽了此人。请先取消屏蔽。"

    contacts(qapp, tmp_path, play, "bo")


def at_acme(qapp: QApplication, folder: Path, play: Play) -> None:
    """Play with the contacts of somebody at ACME who knows Bo by another name, and Zoe from outside."""

    async def whole() -> None:
        client = await employed_client(folder / "ada", firm(bo="Bo Larsen", cy="Cy Young"))
        await client.add_contact("bo", "Bo at work")
        await client.add_contact("zoe")
        window = ContactsWindow(client)
        await active(window)
        await until(lambda: len(rows(window)) == 2, "the contacts are there")
        await play(window, client)
        window.close()
        await client.close()

    played(qapp, whole())


def test_the_directory_stands_beside_the_contacts(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        assert rows(window) == ["Bo at work, bo · ACME", "zoe, zoe"]
        directory = find(window, "showDirectory", QAbstractButton)
        assert directory.text() == "ACME"
        directory.click()
        assert rows(window) == ["Bo at work, bo", "Cy Young, cy"]
        assert find(window, "contactSearch", QLineEdit).accessibleName() == "Search the directory"
        find(window, "contactSearch", QLineEdit).setText("larsen")
        assert rows(window) == ["Bo at work, bo"]
        await hands_out(client, replace(firm(dee="Dee"), serial=2))
        find(window, "contactSearch", QLineEdit).clear()
        await until(lambda: rows(window) == ["Dee, dee"], "the list follows the company")
        find(window, "showContacts", QAbstractButton).click()
        assert rows(window) == ["Bo at work, bo", "zoe, zoe"]

    at_acme(qapp, tmp_path, play)


def test_a_colleague_is_shown_as_one_and_written_to_without_a_phrase(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: ContactsWindow, client: Client) -> None:
        opened: list[int] = []
        window.chat_opened.connect(opened.append)
        keys(Qt.Key.Key_Return)
        assert said(window, "personCompany") == "Colleague at ACME, as Bo Larsen in its directory"
        assert find(window, "personId", QLineEdit).text() == "bo"
        button = find(window, "conversePerson", QAbstractButton)
        assert button.text() == "Write"
        button.click()
        await until(lambda: opened, "the chat opens")
        chat = next(one for one in await client.chats() if one.members)
        assert (chat.id, [one.account for one in chat.members]) == (opened[0], ["bo"])
        window.show_list()
        find(window, "showDirectory", QAbstractButton).click()
        keys(Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert said(window, "personCompany") == "Colleague at ACME"
        assert said(window, "personState") == "not in your contacts"

    at_acme(qapp, tmp_path, play)


def test_somebody_outside_is_said_to_be_and_is_asked_for_a_phrase(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: ContactsWindow, _client: Client) -> None:
        asked: list[Contact] = []
        window.converse.connect(asked.append)
        keys(Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert said(window, "personCompany") == "not in ACME's directory"
        button = find(window, "conversePerson", QAbstractButton)
        assert button.text() == "New conversation"
        button.click()
        assert [person.account for person in asked] == ["zoe"]
        speak(Language.CHINESE)
        assert said(window, "personCompany") == "不在 ACME 的名录中"

    at_acme(qapp, tmp_path, play)


def test_without_a_contact_the_directory_comes_first(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", firm(bo="Bo"))
        window = ContactsWindow(client)
        await active(window)
        await until(lambda: rows(window) == ["Bo, bo"], "the directory is there")
        window.close()
        await client.close()

    played(qapp, play())
