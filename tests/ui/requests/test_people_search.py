"""Whom a conversation is for, where this desktop belongs to a company: found, picked, taken back, opened."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListView, QWidget
from shiboken6 import isValid

from support.employed import employed_client, firm, hands_out
from support.waiting import until
from support.widgets import model_rows
from support.windows import active, compose, find, played, speak, window_named
from watchword.core.client import Client
from watchword.model.chat import Chat, Contact
from watchword.protocol.company.profile import Outsiders
from watchword.settings import Language
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.new_conversation import NewConversation
from watchword.ui.requests.picked import PersonChip

Play = Callable[[NewConversation, Client, list[int]], Coroutine[object, object, None]]
STAFF = {"bo": "Bo Larsen", "cy": "Cy Young", "dee": "Dee Dee", "林小雨": "林小雨"}


def rows(window: QWidget) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(index.data(role)) for index in model_rows(find(window, "contactList", QListView))]


def picked(window: QWidget) -> list[str]:
    chips = [chip for chip in window.findChildren(PersonChip) if chip.isVisible()]
    return [chip.person.account for chip in sorted(chips, key=lambda one: (one.y(), one.x()))]


def said(window: QWidget, name: str) -> str:
    return find(window, name, QLabel).text()


def keys(window: QWidget, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(find(window, "idField", QLineEdit), key)


def write(window: QWidget, text: str) -> None:
    find(window, "idField", QLineEdit).setText(text)


def press(window: QWidget, name: str) -> None:
    button = find(window, name, QAbstractButton)
    assert button.isVisible(), f"{name} is hidden"
    button.click()


def click(window: QWidget, text: str, *, double: bool = False) -> None:
    people = find(window, "contactList", QListView)
    index = next(one for one in model_rows(people) if text in str(one.data()))
    people.scrollTo(index)
    at = people.visualRect(index).center()
    QTest.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    if double:
        QTest.mouseDClick(people.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def among_colleagues(qapp: QApplication, folder: Path, play: Play, *, least: int = 0) -> None:
    """Play with the window of one of five at ACME, who knows Bo by another name, and Zoe from outside."""

    async def whole() -> None:
        profile = firm(**STAFF)
        profile = replace(profile, policy=replace(profile.policy, phrase=least))
        client = await employed_client(folder / "ada", profile)
        await client.add_contact("bo", "Bo at work")
        await client.add_contact("zoe")
        window = NewConversation(client)
        opened: list[int] = []
        window.chat_opened.connect(opened.append)
        window.begin()
        await active(window)
        await until(lambda: len(rows(window)) == 5, "everybody is there")
        await play(window, client, opened)
        if isValid(window):
            window.close()
        await client.close()

    played(qapp, whole())


async def chats(client: Client) -> list[Chat]:
    return [chat for chat in await client.chats() if chat.members]


def members(chat: Chat) -> list[str]:
    return [one.account for one in chat.members]


def test_contacts_and_the_directory_are_one_list_with_one_search(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client, _opened: list[int]) -> None:
        assert rows(window) == [
            "Bo at work, bo · ACME",
            "Cy Young, cy · ACME",
            "Dee Dee, dee · ACME",
            "zoe, zoe · outside ACME",
            "林小雨, 林小雨 · ACME",
        ]
        for typed, found in {
            "LARSEN": ["Bo at work, bo · ACME"],
            "at work": ["Bo at work, bo · ACME"],
            "ＤＥＥ": ["Dee Dee, dee · ACME"],
            "小雨": ["林小雨, 林小雨 · ACME", "小雨, Ask this id, which is outside ACME"],
        }.items():
            write(window, typed)
            assert rows(window)[: len(found)] == found, typed

    among_colleagues(qapp, tmp_path, play)


def test_one_colleague_is_opened_by_two_strokes(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, opened: list[int]) -> None:
        write(window, "cy")
        assert find(window, "nextStep", QAbstractButton).text() == "Open chat"
        keys(window, Qt.Key.Key_Return)
        assert picked(window) == ["cy"]
        assert find(window, "idField", QLineEdit).text() == ""
        keys(window, Qt.Key.Key_Return)
        await until(lambda: opened, "the chat opens")
        assert [members(chat) for chat in await chats(client)] == [["cy"]]
        assert window_named("newConversationWindow") is None

    among_colleagues(qapp, tmp_path, play)


def test_a_double_click_opens_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, opened: list[int]) -> None:
        click(window, "Dee", double=True)
        await until(lambda: opened, "the chat opens")
        assert [members(chat) for chat in await chats(client)] == [["dee"]]

    among_colleagues(qapp, tmp_path, play)


def test_the_button_opens_who_is_marked(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, opened: list[int]) -> None:
        write(window, "cy")
        press(window, "nextStep")
        await until(lambda: opened, "the chat opens")
        assert [members(chat) for chat in await chats(client)] == [["cy"]]

    among_colleagues(qapp, tmp_path, play)


def test_several_are_picked_and_taken_back_by_keys_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, opened: list[int]) -> None:
        field = find(window, "idField", QLineEdit)
        keys(window, Qt.Key.Key_Return)
        keys(window, Qt.Key.Key_Down, Qt.Key.Key_Return)
        keys(window, Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert picked(window) == ["bo", "cy", "dee"]
        assert rows(window)[:2] == ["Bo at work, bo · ACME, picked", "Cy Young, cy · ACME, picked"]
        assert field.accessibleDescription() == "Picked: Bo at work, Cy Young, Dee Dee"
        compose(field, "ni")
        keys(window, Qt.Key.Key_Backspace)
        compose(field, "")
        assert picked(window) == ["bo", "cy", "dee"], "Backspace belongs to the input method"
        write(window, "x")
        keys(window, Qt.Key.Key_Backspace)
        assert picked(window) == ["bo", "cy", "dee"], "it took the letter"
        keys(window, Qt.Key.Key_Backspace)
        assert picked(window) == ["bo", "cy"]
        chip = find(window, "picked-bo", PersonChip)
        assert chip.accessibleName() == "Take Bo at work back"
        chip.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(chip, Qt.Key.Key_Delete)
        assert picked(window) == ["cy"]
        assert field.hasFocus()
        write(window, "林")
        keys(window, Qt.Key.Key_Return, Qt.Key.Key_Return)
        await until(lambda: opened, "the chat opens")
        assert [members(chat) for chat in await chats(client)] == [["cy", "林小雨"]]

    among_colleagues(qapp, tmp_path, play)


def test_the_same_people_are_the_same_chat(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, opened: list[int]) -> None:
        before = await client.company.open_chat(["dee", "cy"])
        for name in ("Cy", "Dee"):
            click(window, name)
        assert picked(window) == ["cy", "dee"]
        press(window, "nextStep")
        await until(lambda: opened, "the chat opens")
        assert opened == [before.id]

    among_colleagues(qapp, tmp_path, play)


def test_a_click_takes_a_picked_one_back(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client, _opened: list[int]) -> None:
        for _ in range(2):
            click(window, "Cy")
        assert picked(window) == []
        click(window, "Cy")
        press(window, "picked-cy")
        assert picked(window) == []

    among_colleagues(qapp, tmp_path, play)


def test_somebody_outside_is_marked_and_goes_the_way_of_the_phrase(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, _client: Client, _opened: list[int]) -> None:
        write(window, "zoe")
        assert find(window, "nextStep", QAbstractButton).text() == "Next"
        keys(window, Qt.Key.Key_Return)
        assert said(window, "requestFrom") == "A phrase for zoe"
        assert find(window, "notInDirectory", QWidget).isVisible()
        assert not find(window, "notInContacts", QWidget).isVisible()
        press(window, "stepBack")
        write(window, "stranger")
        assert rows(window) == ["stranger, Ask this id, which is outside ACME"]
        keys(window, Qt.Key.Key_Return)
        assert find(window, "notInDirectory", QWidget).isVisible()
        assert find(window, "notInContacts", QWidget).isVisible()

    among_colleagues(qapp, tmp_path, play)


def test_nobody_outside_is_picked_with_colleagues(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client, _opened: list[int]) -> None:
        click(window, "Cy")
        click(window, "zoe")
        why = (
            "zoe is outside ACME and cannot be in one conversation with colleagues. "
            "Take the others back to talk with zoe alone, by a phrase."
        )
        assert said(window, "idProblem") == why
        assert picked(window) == ["cy"]
        speak(Language.CHINESE)
        assert "ACME 以外" in said(window, "idProblem")
        speak(Language.ENGLISH)
        keys(window, Qt.Key.Key_Backspace)
        assert not find(window, "idProblem", QLabel).isVisible()
        click(window, "zoe")
        assert said(window, "requestFrom") == "A phrase for zoe"

    among_colleagues(qapp, tmp_path, play)


def test_a_blocked_colleague_is_not_picked(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        await client.block("cy", blocked=True)
        await until(lambda: "Cy Young, blocked" in rows(window), "the block is shown")
        write(window, "cy")
        keys(window, Qt.Key.Key_Return)
        assert said(window, "idProblem") == "You blocked this person. Unblock them first."
        assert picked(window) == []

    among_colleagues(qapp, tmp_path, play)


def test_the_list_follows_the_company_while_it_is_open(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        click(window, "Cy")
        await hands_out(client, replace(firm(bo="Bo Larsen", eve="Eve Adams"), serial=2))
        await until(lambda: "Eve Adams, eve · ACME" in rows(window), "the new one is there")
        assert picked(window) == [], "who has left cannot be picked"
        assert rows(window) == [
            "Bo at work, bo · ACME",
            "Eve Adams, eve · ACME",
            "zoe, zoe · outside ACME",
        ]

    among_colleagues(qapp, tmp_path, play)


def test_a_phrase_for_a_colleague_is_as_strong_as_the_company_wants(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        window.ask(Contact("cy", "Cy Young", listed=False))
        assert len(window.phrase.chips.words) >= 8
        assert not find(window, "notInContacts", QWidget).isVisible(), "the directory knows them"
        press(window, "typePhrase")
        field = find(window, "phraseField", QLineEdit)
        field.setText("purple bicycle thunder")
        press(window, "sendRequest")
        why = (
            "ACME asks its members for stronger phrases than this one. "
            "Add words that do not belong together, or take a generated phrase."
        )
        await until(lambda: field.accessibleDescription() == why, "it is refused")
        assert not await client.requests()
        window.ask(Contact("zoe", "zoe"))
        assert len(window.phrase.chips.words) == 5
        press(window, "typePhrase")
        field.setText("purple bicycle thunder")
        press(window, "sendRequest")
        await until(lambda: window.key != "", "the company says nothing about people outside")

    among_colleagues(qapp, tmp_path, play, least=82)


def test_whoever_asks_for_an_account_means_the_phrase_also_of_a_colleague(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        window.close()
        requests = Requests(client)
        requests.new_conversation("cy")
        await until(lambda: window_named("newConversationWindow") is not None, "the window is there")
        shown = window_named("newConversationWindow")
        assert shown is not None
        assert said(shown, "requestFrom") == "A phrase for cy"
        requests.stop()

    among_colleagues(qapp, tmp_path, play)


def test_what_it_means_to_be_outside_is_said_before_the_next_step(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        meaning, onward = (
            find(window.whom, "outsideMeaning", QLabel),
            find(window, "nextStep", QAbstractButton),
        )
        write(window, "cy")
        assert not meaning.isVisible(), "a colleague is nobody outside"
        for typed in ("zoe", "stranger"):
            write(window, typed)
            assert meaning.text() == (
                "ACME's encryption is not for people outside it: a passphrase session protects this "
                "conversation."
            )
            assert onward.isEnabled()
        profile = firm(**STAFF)
        refuses = replace(profile.policy, outsiders=Outsiders.REFUSE)
        await hands_out(client, replace(profile, policy=refuses, serial=2))
        await until(lambda: not onward.isEnabled(), "the policy refuses")
        assert meaning.text() == "ACME allows no conversations with people outside it."
        keys(window, Qt.Key.Key_Return)
        why = "stranger is outside ACME, which allows no conversations with people outside it."
        assert said(window, "idProblem") == why
        assert not meaning.isVisible(), "the reason is said once"
        assert window.pages.currentWidget() is window.whom
        write(window, "cy")
        assert onward.isEnabled()
        assert not meaning.isVisible()
        keys(window, Qt.Key.Key_Return)
        click(window, "zoe")
        assert said(window, "idProblem").startswith("zoe is outside ACME")

    among_colleagues(qapp, tmp_path, play)


def test_who_left_while_picked_is_named(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        for name in ("Cy", "Dee"):
            click(window, name)
        left = {account: name for account, name in STAFF.items() if account != "cy"}
        await hands_out(client, replace(firm(**left), serial=2))
        await until(lambda: picked(window) == ["dee"], "Cy is picked no more")
        assert said(window, "idProblem") == (
            f"Not picked any more, because ACME's directory lists them no longer: {STAFF['cy']}."
        )

    among_colleagues(qapp, tmp_path, play)


def test_a_phrase_page_that_is_open_follows_the_policy(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client, _opened: list[int]) -> None:
        window.ask(Contact("zoe", "zoe"))
        send = find(window.phrase, "sendRequest", QAbstractButton)
        meaning = find(window.phrase, "outsideMeaning", QLabel)
        assert send.isEnabled()
        assert "a passphrase session protects this conversation" in meaning.text()
        requests = Requests(client)
        requests._new.append(window)
        profile = firm(**STAFF)
        refuses = replace(profile.policy, outsiders=Outsiders.REFUSE)
        await hands_out(client, replace(profile, policy=refuses, serial=2))
        await until(lambda: not send.isEnabled(), "the policy refuses")
        assert meaning.text() == "ACME allows no conversations with people outside it."
        await hands_out(client, replace(profile, serial=3))
        await until(send.isEnabled, "it allows it again")
        requests.stop()

    among_colleagues(qapp, tmp_path, play)
