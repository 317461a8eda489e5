"""Two people at two sets of windows in one process, with a real relay between them."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from support.play import Person, Stage
from support.waiting import until
from support.windows import find, played, window_named
from watchword.ui.requests.controller import Requests

T1 = 15.0


def dialog_of(person: str) -> QWidget:
    """The visible window of a request, which each side has one of."""
    found = window_named({"ada": "newConversationWindow", "bo": "requestDialog"}[person])
    assert found is not None
    return found


def text(inside: QWidget, name: str) -> str:
    return find(inside, name, QLabel).text()


def there(window: QWidget, name: str) -> str:
    """The same once it is made; pages are made when they are needed."""
    return text(window, name) if window.findChild(QWidget, name) is not None else ""


def press(inside: QWidget, name: str) -> None:
    button = find(inside, name, QPushButton)
    assert button.isVisible(), f"{name} is hidden"
    assert button.isEnabled(), f"{name} is disabled"
    button.click()


async def shown(name: str) -> QWidget:
    await until(lambda: window_named(name) is not None, f"{name} is shown")
    window = window_named(name)
    assert window is not None
    return window


async def asks(requests: Requests, whom: str, phrase: str = "") -> QWidget:
    """Go through *New conversation*; with a typed phrase, or with a generated one."""
    requests.new_conversation()
    window = await shown("newConversationWindow")
    find(window, "idField", QLineEdit).setText(whom)
    press(window, "nextStep")
    if phrase:
        find(window, "typePhrase", QWidget).click()  # type: ignore[attr-defined] # a segment is a button
        find(window, "phraseField", QLineEdit).setText(phrase)
    press(window, "sendRequest")
    return window


async def stage(folder: Path) -> tuple[Stage, Person, Person]:
    made = Stage(folder, t1=T1, t2=T1 + 10)
    await made.__aenter__()
    ada, bo = await made.enter("ada", "bo")
    return made, ada, bo


def test_from_a_wrong_phrase_to_the_right_one(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=75) as made:
            ada, bo = await made.enter("ada", "bo")
            asking, asked = Requests(ada.client), Requests(bo.client)
            opened: list[str] = []
            asking.accepted.connect(opened.append)
            asked.accepted.connect(opened.append)
            window = await asks(asking, "BO", "our own phrase")
            await until(
                lambda: there(window, "requestState") == "Waiting for bo to type the phrase…", "ada waits"
            )
            prompt = await shown("requestDialog")
            assert text(prompt, "requestFrom") == "ada asks for a conversation"
            assert text(prompt, "requestId") == "id: ada"
            assert find(prompt, "notInContacts", QWidget).isVisible()
            assert asked.waiting == 1
            find(prompt, "phraseField", QLineEdit).setText("something else")
            press(prompt, "openConversation")
            differ = (
                "The phrases did not match. One of you may have mistyped it, or someone tried to guess it. "
                "Nothing was sent."
            )
            await until(lambda: text(window, "requestEnding") == differ, "ada reads how it ended")
            await until(lambda: text(prompt, "requestEnding").startswith(differ), "bo reads the same")
            press(window, "tryAgain")
            assert find(window, "phraseField", QLineEdit).text() == "our own phrase"
            press(window, "sendRequest")
            await until(lambda: find(prompt, "openConversation", QPushButton).isVisible(), "bo is asked anew")
            assert window_named("requestDialog") is prompt
            assert find(prompt, "phraseField", QLineEdit).text() == ""
            find(prompt, "phraseField", QLineEdit).setText("our own phrase")
            press(prompt, "openConversation")
            await until(lambda: sorted(opened) == ["ada", "bo"], "both chats open")
            accepted = (
                "You and {} proved that you know the same phrase. From now on this computer recognises {}."
            )
            assert text(window, "requestEnding") == accepted.format("bo", "bo")
            assert text(prompt, "requestEnding") == accepted.format("ada", "ada")
            asking.stop()
            asked.stop()

    played(qapp, play())
