"""What windows know of the company: heard once, kept, and what the conversation looked at lacks."""

from pathlib import Path

from support.firm import Firm, company_chat
from support.play import Stage
from support.waiting import until
from watchword.model.chat import Chat, Protection, SessionState
from watchword.model.events import ChatChanged, Event
from watchword.ui.company.lack import Lack
from watchword.ui.company.standing import Standing
from watchword.ui.errands import Errands


async def test_the_directory_and_the_sessions_say_what_is_lacking(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=12, t2=14) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        firm = Firm()
        firm.policy(session=True)
        await firm.takes_in(ada, bo, cy)
        await firm.hands_out(ada, bo)
        await ada.client.company.open_chat(["bo", "cy"])
        standing = Standing(ada.client, Errands())
        chat = await company_chat(ada, "bo", "cy")
        assert (chat.protection, chat.session) == (Protection.BOTH, SessionState.NONE)
        standing.look(chat)

        def lacking() -> list[str]:
            return [one.account for one in standing.lack.without]

        await until(lambda: lacking() == ["bo", "cy"], "both lack a session")
        assert standing.organisation is not None
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await until(lambda: any(c.session is SessionState.OPEN for c in _chats(ada.events)), "a session")
        await until(lambda: lacking() == ["cy"], "cy lacks one, and the session with bo was heard of")
        firm.directory("ada", "bo")
        await firm.hands_out(ada)
        await until(lambda: [one.account for one in standing.lack.gone] == ["cy"], "cy has left")
        standing.look(await ada.chat("bo"))
        assert standing.lack == Lack()
        standing.stop()


def _chats(events: list[Event]) -> list[Chat]:
    return [event.chat for event in events if isinstance(event, ChatChanged)]
