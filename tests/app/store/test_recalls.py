"""Messages to be taken back: asked for until the relay has answered."""

from pathlib import Path

from support.staff import employed
from watchword.core.company import acquisition
from watchword.model.roaming import TakenBack
from watchword.store import recalls
from watchword.store.transaction import Tx

KEY = b"k" * 16


async def test_it_is_asked_for_until_it_is_answered(tmp_path: Path) -> None:
    async with employed(tmp_path) as (place, member):

        def work(tx: Tx) -> None:
            chat = acquisition.open_chat(tx, member, ("bo",), 1)
            message = acquisition.acquire(tx, member, chat, "hi", 1, KEY)
            recalls.ask(tx, KEY, message.id, waited=False)
            recalls.ask(tx, KEY, message.id, waited=True)
            [asked] = recalls.unanswered(tx)
            assert (asked.id, asked.message, asked.waited) == (KEY, message.id, False)
            assert recalls.of_message(tx, message.id) is None
            recalls.answer(tx, KEY, TakenBack(2, 1))
            assert recalls.unanswered(tx) == []
            assert recalls.get(tx, KEY) is None
            assert recalls.of_message(tx, message.id) == TakenBack(2, 1)
            recalls.forget(tx, KEY)
            assert recalls.of_message(tx, message.id) is None

        await place.db.write(work)
