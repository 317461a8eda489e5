"""The whole script of the demo, without windows."""

from pathlib import Path

from support.play import PHRASE, Stage, meet
from watchword.model.chat import Delivery, Notice
from watchword.model.requests import Ending

TEXTS = ["你好，世界。", "👩‍👩‍👧‍👦 🎉", "https://example.org/a?b=c#d", "x" * 4_000]


async def test_the_script(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=6, t2=8) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")

        # A wrong phrase: both see the same, nobody is told who erred.
        await ada.asks("bo", PHRASE)
        prompt = await bo.sees_prompt_of("ada")
        assert not prompt.known
        assert prompt.ring_ends > bo.client.now()
        await bo.answers("ada", "something else entirely")
        first = await ada.sees_ending("bo", Ending.DIFFER)
        second = await bo.sees_ending("ada", Ending.DIFFER)
        assert first.may_retry
        assert second.may_retry
        assert not await ada.has_chat("bo")

        # The right phrase.
        await ada.asks("bo", PHRASE, retry=True)
        again = await bo.sees_prompt_of("ada")
        assert again.replaces == prompt.key
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)

        # Messages both ways.
        for text in TEXTS:
            await ada.sends("bo", text)
            await bo.sends("ada", text[::-1])
        await bo.sees_texts("ada", TEXTS)
        await ada.sees_texts("bo", [text[::-1] for text in TEXTS])
        await ada.sees_ticks("bo", Delivery.DELIVERED)
        await bo.sees_ticks("ada", Delivery.DELIVERED)

        # The relay is killed and comes back: nothing lost, nothing doubled.
        stage.relay.kill()
        await ada.is_offline()
        await bo.is_offline()
        await ada.sends("bo", "written while the relay is away")
        await ada.sees_ticks("bo", Delivery.DELIVERED, Delivery.WAITING)
        stage.relay.start()
        await ada.is_online()
        await bo.is_online()
        await bo.sees_texts("ada", [*TEXTS, "written while the relay is away"])
        await ada.sees_ticks("bo", Delivery.DELIVERED)

        # bo closes the program; three messages wait; bo is back.
        await bo.leaves()
        for number in range(3):
            await ada.sends("bo", f"waiting {number}")
        await ada.sees_ticks("bo", Delivery.DELIVERED, Delivery.RELAYED)
        await bo.returns()
        await bo.sees_texts(
            "ada", [*TEXTS, "written while the relay is away", "waiting 0", "waiting 1", "waiting 2"]
        )
        await ada.sees_ticks("bo", Delivery.DELIVERED)

        # cy does not answer.
        await ada.asks("cy", PHRASE)
        await cy.sees_prompt_of("ada")
        await ada.sees_ending("cy", Ending.NO_ANSWER)
        await cy.sees_ending("ada", Ending.NO_ANSWER)

        # cy says no.
        await ada.asks("cy", PHRASE)
        await cy.sees_prompt_of("ada")
        await cy.declines("ada")
        await ada.sees_ending("cy", Ending.DECLINED)
        await cy.sees_ending("ada", Ending.DECLINED)

        # The session ended: the other is told, and a new one needs the whole exchange.
        await ada.ends_session("bo")
        await bo.sees_notice("ada", Notice.ENDED_BY_PEER)
        assert not await bo.has_session("ada")
        assert not await ada.has_session("bo")
        await meet(ada, bo)
        await bo.sends("ada", "and on it goes")
        await ada.sees_texts("bo", [*[text[::-1] for text in TEXTS], "and on it goes"])
