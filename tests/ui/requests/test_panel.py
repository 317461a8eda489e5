"""The list of requests: running, missed, earlier, and what can be done about each."""

import asyncio
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from support.logged import LoggedWarnings
from support.play import Stage
from support.waiting import until
from support.windows import find, offline_client, played, speak
from watchword.model.chat import Contact
from watchword.model.errors import Kind, Situation
from watchword.model.events import Event, RequestChanged, TroubleMet
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.settings import Language
from watchword.ui.requests.controller import Requests
from watchword.ui.requests.panel import RequestRow, RequestsWindow


def rows(window: RequestsWindow) -> list[tuple[str, str]]:
    """Who, and the button beside them."""
    shown = sorted((row for row in window.findChildren(RequestRow) if row.isVisible()), key=QWidget.y)
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


def test_what_was_settled_by_a_later_request_is_not_asked_again(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        window = RequestsWindow(client)
        window.come_forward()
        first = SessionRequest("a", Role.ASKING, "ada", "Ada", known=True, phase=Phase.ENDED, at=1)
        client._desk.tell(RequestChanged(replace(first, ending=Ending.DIFFER)))
        await until(lambda: rows(window) == [("ada", "Ask again")], "it failed")
        client._desk.tell(RequestChanged(replace(first, key="b", at=2, ending=Ending.ACCEPTED)))
        await until(lambda: rows(window) == [("ada", ""), ("ada", "")], "they met")
        client._desk.tell(RequestChanged(replace(first, key="c", at=3, ending=Ending.DIFFER)))
        await until(lambda: rows(window)[0] == ("ada", "Ask again"), "a newer one failed")
        assert rows(window)[1:] == [("ada", ""), ("ada", "")]
        window.close()
        await client.close()

    played(qapp, play())


def test_a_long_list_is_made_a_few_rows_at_a_time_and_keeps_what_is_right(
    qapp: QApplication, tmp_path: Path
) -> None:
    def request(number: int, at: int) -> SessionRequest:
        key, who = f"key{number}", f"person{number}"
        ended, how = Phase.ENDED, Ending.DECLINED
        return SessionRequest(key, Role.ASKED, who, who, known=True, phase=ended, ending=how, at=at)

    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        tell = client._desk.tell
        window = RequestsWindow(client)
        window.come_forward()
        window.panel._requests = {f"key{number}": request(number, 1_000 - number) for number in range(31)}
        tell(RequestChanged(request(30, 970)))
        wanted = [f"person{number}" for number in range(31)]
        seen: list[int] = []
        while [name for name, _ in rows(window)] != wanted:
            await asyncio.sleep(0)
            now = [name for name, _ in rows(window)]
            seen.append(len(now))
            assert now == wanted[: len(now)]
        assert any(0 < count < len(wanted) for count in seen), "not all in one turn"
        before = window.findChildren(RequestRow)
        tell(RequestChanged(request(17, 2_000)))
        await until(lambda: rows(window)[0][0] == "person17", "who asked again stands first")
        after = window.findChildren(RequestRow)
        assert sum(row in before for row in after if row.isVisible()) == 30, "nobody else is made anew"
        speak(Language.CHINESE)
        await until(lambda: len(rows(window)) == 31, "everybody is there in Chinese")
        assert all(button == "回请" for _, button in rows(window)), rows(window)
        window.close()
        await client.close()

    played(qapp, play())


def test_the_list_promises_no_retry_and_its_times_stand_below_each_other(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        window = RequestsWindow(client)
        window.come_forward()
        ended = SessionRequest("a", Role.ASKED, "ada", "Ada", known=True, phase=Phase.ENDED, at=1)
        for key, ending in (("a", Ending.DIFFER), ("b", Ending.ACCEPTED)):
            client._desk.tell(RequestChanged(replace(ended, key=key, ending=ending, may_retry=True)))
        said = [label.text() for label in window.findChildren(QLabel)]
        assert not any("may try again" in text for text in said)
        found = window.findChildren(RequestRow)
        await until(lambda: all(row.action.x() > 0 for row in found), "the rows stand")
        assert len(found) == 2
        assert len({row.action.x() for row in found}) == 1
        window.close()
        await client.close()

    played(qapp, play())


def test_what_fails_in_the_list_is_told_like_anywhere_else(
    qapp: QApplication, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        told: list[Event] = []
        client.listen(told.append)
        await client._desk.db.write(lambda tx: tx.execute("drop table requests"))
        window = RequestsWindow(client)
        window.come_forward()
        await until(lambda: told, "the failure is told")
        assert told == [TroubleMet(Situation(Kind.UNEXPECTED))]
        logged_warnings.take("load requests")
        window.close()
        await client.close()

    played(qapp, play())
