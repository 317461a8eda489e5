"""*New conversation* with a real client: whom, the phrase, the hint, and what happens after *Send*."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QListView,
    QWidget,
)

from support.play import Person, Stage
from support.waiting import until
from support.widgets import model_rows
from support.windows import find, offline_client, played, speak, window_named
from watchword.core import phrase
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.events import Event, RequestChanged
from watchword.model.requests import Ending, GuessLimit, Phase
from watchword.settings import Language
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.new_conversation import NewConversation

Play = Callable[[NewConversation, Client], Coroutine[object, object, None]]


def said(window: QWidget, name: str) -> str:
    return find(window, name, QLabel).text()


def press(window: QWidget, name: str) -> None:
    button = find(window, name, QAbstractButton)
    assert button.isVisible(), f"{name} is hidden"
    button.click()


def write(window: QWidget, name: str, text: str) -> None:
    find(window, name, QLineEdit).setText(text)


def rows(window: QWidget) -> list[str]:
    people = find(window, "contactList", QListView)
    role = Qt.ItemDataRole.AccessibleTextRole
    return [index.data(role) for index in model_rows(people)]


def alone(qapp: QApplication, folder: Path, play: Play) -> None:
    """Play with one window and a client that has two contacts and no relay."""

    async def whole() -> None:
        client = await offline_client(folder / "ada", "ada")
        await client.add_contact("bo", "Bo Larsen")
        await client.add_contact("林小雨")
        window = NewConversation(client)

        def heard(event: Event) -> None:
            if isinstance(event, RequestChanged):
                window.follow(event.request)

        stop = client.listen(heard)
        window.begin()
        window.come_forward()
        await until(lambda: len(rows(window)) == 2, "the contacts are there")
        await play(window, client)
        stop()
        window.close()
        await client.close()

    played(qapp, whole())


def test_contacts_are_found_by_name_and_id(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        assert rows(window) == ["Bo Larsen, bo", "林小雨, 林小雨"]
        write(window, "idField", "LARS")
        assert rows(window)[:1] == ["Bo Larsen, bo"] or "Bo Larsen, bo" in rows(window)
        write(window, "idField", "小雨")
        assert "林小雨, 林小雨" in rows(window)
        write(window, "idField", "ＢＯ")
        assert rows(window)[0] == "Bo Larsen, bo"
        QTest.keyClick(find(window, "idField", QLineEdit), Qt.Key.Key_Return)
        assert said(window, "requestFrom") == "A phrase for Bo Larsen"
        assert not find(window, "addContact", QCheckBox).isVisible()

    alone(qapp, tmp_path, play)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("ADA", "This is your own id. Type the id of the other person."),
        ("a b", "An id has no spaces in it."),
        ("a/b", "An id has no slash in it."),
        ("x" * 119, "This id is too long. Check it, or choose a shorter one."),
    ],
)
def test_an_id_that_cannot_be_asked_is_told_in_place(
    qapp: QApplication, tmp_path: Path, typed: str, complaint: str
) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        write(window, "idField", typed)
        assert said(window, "idProblem") == complaint
        assert not find(window, "nextStep", QAbstractButton).isEnabled()
        assert find(window, "idField", QLineEdit).text() == typed

    alone(qapp, tmp_path, play)


def test_a_stranger_is_marked_and_can_be_added(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client) -> None:
        write(window, "idField", " Cy ")
        assert rows(window) == ["cy, Ask this id, which is not in your contacts"]
        press(window, "nextStep")
        assert find(window, "notInContacts", QWidget).isVisible()
        find(window, "addContact", QCheckBox).setChecked(True)
        press(window, "sendRequest")
        await until(lambda: window.key != "", "the request is on its way")
        assert [one.account for one in await client.contacts() if one.listed] == ["bo", "cy", "林小雨"]

    alone(qapp, tmp_path, play)


def test_a_phrase_is_generated_copied_and_drawn_anew(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        press(window, "nextStep")
        first = window.phrase.chips.words
        assert len(first) == 5
        assert set(first) <= set(phrase.word_list("en").words)
        press(window, "copyPhrase")
        assert QGuiApplication.clipboard().text() == " ".join(first)
        hint = QGuiApplication.clipboard().mimeData().data("x-kde-passwordManagerHint")
        assert hint.data() == b"secret", "no history of the clipboard shall keep it"
        press(window, "regeneratePhrase")
        assert window.phrase.chips.words != first
        note = "A guesser gets one live try, and you would see it fail."
        assert said(window, "guessNote") == note
        advice = [label.text() for label in find(window, "phraseAdvice", QWidget).findChildren(QLabel)]
        assert advice[1:] == ["In person", "On a call", "Another encrypted channel"]
        assert advice[0].endswith("Use it only once.")
        speak(Language.CHINESE)
        assert said(window, "guessNote") == "猜测者只有一次当场尝试的机会，而且你会看到它失败。"
        press(window, "regeneratePhrase")
        assert set(window.phrase.chips.words) <= set(phrase.word_list("zh_CN").words)
        assert len(window.phrase.chips.words) == 4

    alone(qapp, tmp_path, play)


def test_bad_phrases_and_hints_are_told_in_place_and_nothing_is_lost(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        press(window, "nextStep")
        press(window, "typePhrase")
        entry = window.phrase.entry
        for typed in ("", "    "):
            write(window, "phraseField", typed)
            press(window, "sendRequest")
            assert entry.note.text() == "The phrase is empty. Type the words you agreed on."
        write(window, "phraseField", "x" * 10_000)
        press(window, "sendRequest")
        long = "The phrase is too long. A few words are enough."
        await until(lambda: entry.note.text() == long, "10,000 characters are refused")
        assert entry.text() == "x" * 10_000
        write(window, "phraseField", "the blue lantern")
        press(window, "addHint")
        hint = find(window, "hintField", QLineEdit)
        assert hint.accessibleName() == "Hint (not encrypted)"
        assert hint.maxLength() == 80
        hint.setText("it is the BLUE lantern")
        press(window, "sendRequest")
        shows = "The hint contains the phrase, and hints are not encrypted. Write something else."
        await until(lambda: window.phrase.hint.note.text() == shows, "the hint is refused")
        assert (entry.text(), hint.text()) == ("the blue lantern", "it is the BLUE lantern")

    alone(qapp, tmp_path, play)


def test_back_keeps_what_was_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        write(window, "idField", "cy")
        press(window, "nextStep")
        press(window, "stepBack")
        assert find(window, "idField", QLineEdit).text() == "cy"

    alone(qapp, tmp_path, play)


def test_back_keeps_the_phrase_for_the_same_person_and_offers_it_to_nobody_else(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, client: Client) -> None:
        press(window, "nextStep")
        first = window.phrase.chips.words
        press(window, "addHint")
        write(window, "hintField", "the lake")
        press(window, "stepBack")
        press(window, "nextStep")
        assert window.phrase.chips.words == first, "it may have been passed on already"
        assert find(window, "hintField", QLineEdit).text() == "the lake"
        press(window, "sendRequest")
        await until(lambda: window.key != "", "the request is on its way")
        press(window, "cancelRequest")
        await until(lambda: there(window, "requestEnding") != "", "it is withdrawn")
        ended = window.run.request
        assert ended is not None
        kept_until = client.now() + 60
        window.follow(replace(ended, ending=Ending.DIFFER, phrase_kept=True, kept_until=kept_until))
        window._phrase = "the words for bo"
        press(window, "tryAgain")
        assert window.phrase.entry.text() == "the words for bo"
        press(window, "stepBack")
        write(window, "idField", "林小雨")
        press(window, "nextStep")
        assert said(window, "requestFrom") == "A phrase for 林小雨"
        assert window.phrase.entry.text() == "", "it was for bo alone"
        assert find(window, "hintField", QLineEdit).text() == ""
        assert window._retry_of == "", "and this is no retry of that"

    alone(qapp, tmp_path, play)


def test_the_list_follows_the_contacts_while_it_is_open(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client) -> None:
        QTest.keyClick(find(window, "idField", QLineEdit), Qt.Key.Key_Down)
        await client.add_contact("cy", "Aaron")
        await until(lambda: len(rows(window)) == 3, "a new one is there")
        assert rows(window)[0] == "Aaron, cy"
        assert window.whom.who.people.marked == Contact("林小雨", "林小雨"), "who was marked stays marked"
        await client.rename_contact("bo", "Bo at work")
        await client.remove_contact("cy")
        await until(
            lambda: rows(window) == ["Bo at work, bo", "林小雨, 林小雨"], "and what changed of others"
        )

    alone(qapp, tmp_path, play)


def there(window: NewConversation, name: str) -> str:
    """What is said once the page is made."""
    return said(window, name) if window.findChild(QWidget, name) is not None else ""


def test_without_a_relay_that_is_said_and_the_request_can_be_cancelled(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        press(window, "nextStep")
        press(window, "sendRequest")
        lost = "The relay cannot be reached. Watchword keeps trying."
        await until(lambda: there(window, "requestState") == lost, "it is told")
        sent = window.run.request
        assert sent is not None
        window.follow(replace(sent, phase=Phase.RELAY_LOST, ring_ends=1e9))
        assert said(window, "requestState") == lost
        assert find(window, "cancelRequest", QAbstractButton).isVisible(), "nobody has answered yet"
        window.follow(replace(sent, phase=Phase.RELAY_LOST, ring_ends=0.0))
        assert not find(window, "cancelRequest", QAbstractButton).isVisible(), "somebody has"
        window.follow(sent)
        press(window, "cancelRequest")
        await until(lambda: there(window, "requestEnding") == "You withdrew your request.", "it is over")

    alone(qapp, tmp_path, play)


def test_the_phrase_is_forgotten_unless_it_may_be_corrected(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, client: Client) -> None:
        press(window, "nextStep")
        words = " ".join(window.phrase.chips.words)
        press(window, "sendRequest")
        await until(lambda: window.key != "", "the request is on its way")
        sent = window.run.request
        assert sent is not None
        assert window._phrase == words
        ended = replace(sent, phase=Phase.ENDED, ending=Ending.DIFFER)
        window.follow(replace(ended, phrase_kept=True, kept_until=client.now() + 60))
        assert window._phrase == words
        window.follow(replace(ended, phrase_kept=True, kept_until=client.now() + 0.01))
        await until(lambda: window._phrase == "", "after T2 of the first run it is typed anew")
        window._phrase = words
        window.follow(replace(ended, ending=Ending.ACCEPTED))
        for page in (window, window.run, window.phrase):
            assert words not in repr(vars(page))
        assert window.phrase.chips.words == ()
        window.follow(replace(ended, phrase_kept=False))
        press(window, "tryAgain")
        assert find(window, "phraseAnew", QLabel).isVisible(), "the phrase that is shown is another one"

    alone(qapp, tmp_path, play)


def test_what_is_wrong_is_said_in_the_language_just_chosen(qapp: QApplication, tmp_path: Path) -> None:
    async def play(window: NewConversation, _client: Client) -> None:
        press(window, "nextStep")
        page = window.phrase
        page.show_limit(GuessLimit("bo", 10, 0, blocked=True))
        speak(Language.CHINESE)
        assert said(window, "requestProblem").startswith("与 bo 的不确定尝试过多")
        speak(Language.ENGLISH)
        press(window, "typePhrase")
        press(window, "sendRequest")
        assert page.entry.note.text() == "The phrase is empty. Type the words you agreed on."
        speak(Language.CHINESE)
        assert page.entry.note.text() == "口令是空的。请输入你们约定的词。"
        assert not find(window, "agreedNewPhrase", QAbstractButton).isVisible()
        write(window, "phraseField", "words")
        speak(Language.ENGLISH)
        assert page.entry.note.text() == "", "what was mended is not said again"

    alone(qapp, tmp_path, play)


# --- after Send, with a relay -------------------------------------------------------------


async def ask(requests: Requests, whom: str, typed: str) -> NewConversation:
    requests.new_conversation(whom)
    window = window_named("newConversationWindow")
    assert isinstance(window, NewConversation)
    press(window, "nextStep")
    press(window, "typePhrase")
    write(window, "phraseField", typed)
    press(window, "sendRequest")
    await until(lambda: window.key != "", "the request is on its way")
    return window


def with_relay(
    qapp: QApplication,
    folder: Path,
    play: Callable[[Requests, Person, Stage], Coroutine[object, object, None]],
) -> None:
    async def whole() -> None:
        async with Stage(folder, t1=60, t2=70) as stage:
            ada = await stage.person("ada")
            requests = Requests(ada.client)
            await play(requests, ada, stage)
            requests.stop()

    played(qapp, whole())


def test_waiting_shows_the_ring_and_the_phrase_and_can_be_cancelled(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(requests: Requests, ada: Person, _stage: Stage) -> None:
        window = await ask(requests, "nobody", "our own words")
        await ada.sees_phase("nobody", Phase.WAITING)
        await until(
            lambda: said(window, "requestState") == "Waiting for nobody to type the phrase…", "it waits"
        )
        assert 50 <= window.run.progress.ring.seconds_left <= 60
        assert window.run.typed.text() == "our own words"
        press(window, "hidePhrase")
        assert not window.run.typed.isVisible()
        press(window, "cancelRequest")
        await ada.sees_ending("nobody", Ending.WITHDRAWN)
        await until(lambda: said(window, "requestEnding") == "You withdrew your request.", "it is told")

    with_relay(qapp, tmp_path, play)


def test_declined_is_told_and_a_closed_window_comes_back_from_the_list(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(requests: Requests, ada: Person, stage: Stage) -> None:
        bo = await stage.person("bo")
        window = await ask(requests, "bo", "our own words")
        key = window.key
        window.close()
        await bo.sees_prompt_of("ada")
        assert ada.request("bo").phase is Phase.WAITING, "closing the window sends nothing"
        requests.show_request(key)
        again = window_named("newConversationWindow")
        assert isinstance(again, NewConversation)
        assert again.key == key
        await bo.declines("ada")
        declined = "bo did not want to open a conversation now."
        await until(lambda: said(again, "requestEnding") == declined, "it is told")

    with_relay(qapp, tmp_path, play)


def test_when_both_dial_one_window_becomes_the_prompt_and_one_click_opens(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(asking: Requests, ada: Person, stage: Stage) -> None:
        bo = await stage.person("bo")
        sides = asking, Requests(bo.client)
        for requests, whom in zip(sides, ("bo", "ada"), strict=True):
            requests.new_conversation(whom)
            window = requests._new[0]
            press(window, "nextStep")
            press(window, "typePhrase")
            write(window, "phraseField", "the same words")
        windows = [requests._new[0] for requests in sides]
        for window in windows:
            press(window, "sendRequest")
        prompts: list[NewConversation] = []

        def one_is_asked() -> bool:
            prompts[:] = [window for window in windows if window.prompt.isVisible()]
            return bool(prompts)

        await until(one_is_asked, "the withdrawn side's window is the prompt")
        [prompt] = prompts
        assert window_named("requestDialog") is None
        assert prompt.prompt.entry.text() == "the same words"
        side = sides[windows.index(prompt)]
        side.show_request(side.pending[0].key)  # from the tray
        assert window_named("requestDialog") is None, "it has its window already"
        assert prompt.windowTitle().endswith(" asks for a conversation")
        press(prompt, "openConversation")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)
        await until(
            lambda: all("proved" in said(window, "requestEnding") for window in windows), "both say so"
        )
        sides[1].stop()

    with_relay(qapp, tmp_path, play)
