"""Plays of a policy that says how long the relay keeps what nobody fetches, with the real relay."""

import asyncio
from pathlib import Path

from support.firm import Firm, company_chat, reads, staff, texts, ticks, writes
from watchword.model.chat import Delivery, MessageKind


async def test_what_nobody_fetched_in_the_policy_s_time_is_gone_and_nobody_is_told(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(retention=60)
    async with staff(tmp_path, firm) as (stage, ada, bo):
        await bo.leaves()
        await writes(ada, ("bo",), "for a minute")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        firm.policy(retention=0)
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "for as long as the relay keeps it")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        await asyncio.to_thread(stage.relay.serve_from, 600)
        await bo.returns()
        await reads(bo, ("ada",), ("ada", "for as long as the relay keeps it"))
        await ada.restarts()
        await writes(bo, ("ada",), "what was the other one?")
        await reads(ada, ("bo",), ("bo", "what was the other one?"))
        assert await texts(bo, "ada", mine=False) == [("ada", "for as long as the relay keeps it")]
        chat = await company_chat(ada, "bo")
        own = [row for row in (await ada.client.page(chat.id)).messages if row.mine]
        assert [row.delivery for row in own] == [Delivery.RELAYED, Delivery.DELIVERED]
        rows = [*own, *(await bo.client.page((await company_chat(bo, "ada")).id)).messages]
        assert {row.kind for row in rows} == {MessageKind.TEXT}


async def test_what_is_fetched_in_time_is_read(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(retention=600)
    async with staff(tmp_path, firm) as (stage, ada, bo):
        await bo.leaves()
        await writes(ada, ("bo",), "in time")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        await asyncio.to_thread(stage.relay.serve_from, 500)
        await bo.returns()
        await reads(bo, ("ada",), ("ada", "in time"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
