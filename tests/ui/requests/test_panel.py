"""The list of requests: running, missed, earlier, and what can be done about each."""

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from support.play import Stage
from support.waiting import until
from support.windows import find, played, speak
from watchword.model.chat import Contact
from watchword.model.requests import Ending, Phase, Role
from watchword.settings import Language
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.panel import RequestRow, RequestsWindow


def rows(window: RequestsWindow) -> list[tuple[str, str]]:
    """Who, and the button beside them."""
    shown = [row for row in window.findChildren(RequestRow) if row.isVisible()]
    return [(row.request.account, row.action.text()) for row in shown]


def test_missed_requests_can_be_asked_back_and_are_seen_once(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.enter("ada", "bo")
            requests = Requests(bo.client)
            window = RequestsWindow(bo.client)
            asked: list[Contact] = []
            shown: list[str] = []
            window.panel.ask.connect(lambda contact, _key: asked.append(contact))
            window.panel.show_request.connect(shown.append)
            window.come_forward()
            assert find(window, "noRequests", QLabel).isVisible()
            await ada.asks("bo")
            await bo.sees_prompt_of("ada")
            await until(lambda: rows(window) == [("ada", "Answer")], "it waits in the list")
            assert requests.waiting == 1
            find(window, "requestAction", QAbstractButton).click()
            assert shown == [bo.request("ada").key]
            await ada.cancels("bo")
            await until(lambda: rows(window) == [("ada", "Ask back")], "it was missed")
            labels = [label.text() for label in window.findChildren(QLabel)]
            assert "Missed" in labels
            assert "ada withdrew the request." in labels
            speak(Language.CHINESE)
            await until(lambda: rows(window) == [("ada", "回请")], "the list speaks Chinese")
            assert requests.waiting == 1
            window.close()
            await until(lambda: requests.waiting == 0, "looked at, it is missed no longer")
            assert [request.seen for request in await bo.client.requests()] == [True]
            requests.stop()

    played(qapp, play())


def test_quiet_requests_collect_in_the_list_without_a_pop_up(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            bo, *others = await stage.enter("bo", "ada", "cy")
            requests, window = Requests(bo.client), RequestsWindow(bo.client)
            window.come_forward()
            for other in others:
                await other.asks("bo")
            # One stranger at a time pops up; the second is quiet (limits of the pop-up).
            await until(
                lambda: sum(1 for one in requests._requests.values() if one.quiet) == 1, "one is quiet"
            )
            await until(
                lambda: [button for _, button in rows(window)] == ["Answer", "Answer"], "both are listed"
            )
            assert len(requests._prompts) == 1
            [quiet] = [one for one in requests._requests.values() if one.quiet]
            requests.show_request(quiet.key)
            assert len(requests._prompts) == 2
            assert quiet.role is Role.ASKED
            assert quiet.phase is Phase.WAITING
            requests.stop()
            window.close()

    played(qapp, play())


def test_how_earlier_requests_ended_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path, t1=60, t2=70) as stage:
            ada, bo = await stage.couple()
            window = RequestsWindow(ada.client)
            window.come_forward()
            await until(lambda: rows(window) == [("bo", "")], "nothing is left to do")
            assert ada.request("bo").ending is Ending.ACCEPTED
            assert bo.request("ada").ending is Ending.ACCEPTED
            window.close()

    played(qapp, play())
