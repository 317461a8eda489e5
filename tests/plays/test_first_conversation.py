from pathlib import Path

from support.play import PHRASE, Stage, meet
from watchword.model.chat import Delivery, Notice
from watchword.model.requests import Ending, Role


async def test_ask_answer_and_talk(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo", PHRASE, "the place by the sea")
        prompt = await bo.sees_prompt_of("ada")
        assert (prompt.role, prompt.known, prompt.hint) == (Role.ASKED, False, "the place by the sea")
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)
        assert await ada.notices("bo") == [Notice.ACCEPTED]
        await ada.sends("bo", "hello")
        await bo.sees_texts("ada", ["hello"])
        await bo.sends("ada", "你好 👋")
        await ada.sees_texts("bo", ["你好 👋"])
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        await bo.sees_ticks("ada", Delivery.DELIVERED)


async def test_a_new_session_needs_the_whole_exchange(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await ada.ends_session("bo")
        await bo.sees_notice("ada", Notice.ENDED_BY_PEER)
        assert not await bo.has_session("ada")
        await meet(bo, ada)
        await bo.sends("ada", "again")
        await ada.sees_texts("bo", ["again"])
