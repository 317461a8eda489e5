"""Which window shows which request: put away and found again, asked again when somebody is online."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.play import Stage
from support.waiting import until
from support.windows import find, offline_client, played, window_named
from watchword.model.chat import Contact
from watchword.model.events import RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.new_conversation import NewConversation


def press(window: QWidget, name: str) -> None:
    button = find(window, name, QAbstractButton)
    assert button.isVisible(), f"{name} is hidden"
    button.click()


def test_not_now_puts_the_pop_up_away_and_the_list_brings_it_back(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            requests = Requests(bo.client)
            popped: list[SessionRequest] = []
            requests.popped_up.connect(popped.append)
            await ada.asks("bo", "our words")
            await until(lambda: window_named("requestDialog") is not None, "the dialog pops up")
            prompt = window_named("requestDialog")
            assert prompt is not None
            press(prompt, "notNow")
            assert window_named("requestDialog") is None
            assert ada.request("bo").ending is None, "nobody is told"
            assert [request.account for request in popped] == ["ada"]
            requests.show_request(requests.pending[0].key)
            again = window_named("requestDialog")
            assert again is not None
            find(again, "phraseField", QLineEdit).setText("our words")
            press(again, "openConversation")
            again.close()
            await ada.sees_ending("bo", Ending.ACCEPTED)
            await bo.sees_ending("ada", Ending.ACCEPTED)
            assert not requests.pending
            requests.stop()

    played(qapp, play())


def test_block_asks_once_and_is_silent(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            requests = Requests(bo.client)
            await ada.asks("bo", "our words")
            await until(lambda: window_named("requestDialog") is not None, "the dialog pops up")
            prompt = window_named("requestDialog")
            assert prompt is not None
            press(prompt, "blockContact")
            await until(lambda: window_named("question") is not None, "it is asked")
            question = window_named("question")
            assert question is not None
            press(question, "confirm")
            await until(lambda: window_named("requestDialog") is None, "the dialog goes")
            assert [one.account for one in await bo.client.contacts() if one.blocked] == ["ada"]
            assert ada.request("bo").ending is None, "the asker hears nothing"
            await until(lambda: requests.waiting == 0, "what was blocked was not missed")
            requests.stop()

    played(qapp, play())


def test_after_no_answer_one_is_told_when_the_other_is_online(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=2, t2=3) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await ada.client.add_contact("bo")
            await bo.client.add_contact("ada")
            await bo.leaves()
            requests = Requests(ada.client)
            online: list[SessionRequest] = []
            requests.online.connect(online.append)
            requests.new_conversation("bo")
            window = window_named("newConversationWindow")
            assert isinstance(window, NewConversation)
            press(window, "nextStep")
            press(window, "sendRequest")
            await ada.sees_ending("bo", Ending.NO_ANSWER, patience=30)
            said = "bo did not answer in time. No harm done. Check the id, or try again."
            assert find(window, "requestEnding", QLabel).text() == said
            press(window, "askWhenOnline")
            note = find(window, "requestNotice", QLabel)
            told = "You will be told when bo is online, if each of you has the other in the contacts."
            await until(lambda: note.text() == told, "it is watched for")
            key = window.key
            window.close()
            await bo.returns()
            await until(lambda: [request.account for request in online] == ["bo"], "bo is online")
            requests.show_request(key)
            again = window_named("newConversationWindow")
            assert isinstance(again, NewConversation)
            assert find(again, "requestFrom", QLabel).text() == "A phrase for bo"
            requests.stop()

    played(qapp, play())


def test_one_window_a_person_and_what_was_typed_in_it_stays(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            requests = Requests(ada.client)
            requests.new_conversation("bo")
            [window] = requests._new
            press(window, "nextStep")
            press(window, "typePhrase")
            find(window, "phraseField", QLineEdit).setText("half a phr")
            requests.new_conversation()
            requests.new_conversation("bo")
            requests.ask(Contact("bo", "bo"))
            assert requests._new == [window]
            assert find(window, "phraseField", QLineEdit).text() == "half a phr"
            requests.new_conversation("cy")
            assert len(requests._new) == 2, "another person, another window"
            press(window, "sendRequest")
            await bo.sees_prompt_of("ada")
            requests.ask(Contact("bo", "bo"))
            assert len(requests._new) == 2, "a request that runs is shown, not begun again"
            requests.stop()

    played(qapp, play())


def test_whoever_is_asked_back_while_asking_again_is_answered(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            requests = Requests(bo.client)
            await ada.asks("bo", "our words")
            await until(lambda: window_named("requestDialog") is not None, "the dialog pops up")
            prompt = window_named("requestDialog")
            assert prompt is not None
            press(prompt, "notNow")
            requests.ask(Contact("ada", "ada"))
            assert window_named("newConversationWindow") is None
            assert window_named("requestDialog") is not None, "there can be no second request beside it"
            requests.stop()

    played(qapp, play())


def test_pop_ups_do_not_hide_each_other(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        requests = Requests(client)
        waiting = SessionRequest("a", Role.ASKED, "ada", "Ada", known=True, phase=Phase.WAITING)
        for name in ("a", "b"):
            client._desk.tell(RequestChanged(replace(waiting, key=name, account=name)))
        first = requests._prompts["a"]
        press(first, "notNow")
        client._desk.tell(RequestChanged(replace(waiting, key="c", account="c")))
        places = [prompt.pos() for prompt in requests._prompts.values()]
        assert len(places) == len(set(map(QPoint.toTuple, places))) == 2
        requests.stop()
        await client.close()

    played(qapp, play())


def test_what_a_window_says_of_a_person_follows_the_contacts(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            asked, asking = Requests(bo.client), Requests(ada.client)
            asking.new_conversation("bo")
            [window] = asking._new
            press(window, "nextStep")
            press(window, "sendRequest")
            await until(lambda: window_named("requestDialog") is not None, "the dialog pops up")
            prompt = window_named("requestDialog")
            assert prompt is not None
            assert find(prompt, "notInContacts", QWidget).isVisible()
            await bo.client.add_contact("ada", "Ada Byron")
            named = "Ada Byron asks for a conversation"
            await until(lambda: find(prompt, "requestFrom", QLabel).text() == named, "by the new name")
            assert not find(prompt, "notInContacts", QWidget).isVisible()
            await bo.declines("ada")
            await ada.sees_ending("bo", Ending.DECLINED)
            told: list[SessionRequest] = []
            asking.online.connect(told.append)
            await ada.client.add_contact("bo", "Bo Larsen")
            declined = "Bo Larsen did not want to open a conversation now."
            await until(lambda: find(window, "requestEnding", QLabel).text() == declined, "here too")
            assert told == [], "another name is no word of being online"
            asked.stop()
            asking.stop()

    played(qapp, play())


def test_a_member_of_a_chat_is_asked_by_their_id_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "ada", "ada")
        await client.add_contact("bo", "Bo Larsen")
        requests = Requests(client)
        requests.ask_member("bo")
        await until(lambda: window_named("newConversationWindow") is not None, "the phrase is asked for")
        window = window_named("newConversationWindow")
        assert window is not None
        assert find(window, "requestFrom", QLabel).text() == "A phrase for Bo Larsen"
        requests.stop()
        await client.close()

    played(qapp, play())
