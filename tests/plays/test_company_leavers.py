"""Who left, or joined anew: what had come opens after, what the old key writes later does not."""

from pathlib import Path

from support.firm import Firm, company_chat, reads, texts, waits, writes
from support.play import Person, Stage
from support.waiting import until_found
from watchword.crypto.secret import Secret
from watchword.model.company import Reason


async def test_what_a_member_wrote_before_leaving_opens_after(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        firm = Firm()
        await firm.takes_in(ada, bo, cy)
        firm.rotates()
        await firm.hands_out(bo)
        await writes(bo, ("ada", "cy"), "under the new key")
        await waits(ada, ("bo", "cy"), Reason.RING_TOO_OLD)
        await waits(cy, ("ada", "bo"), Reason.RING_TOO_OLD)
        await cy.restarts()
        firm.directory("ada", "cy")
        firm.rotates()
        await firm.hands_out(ada, cy)  # one file: the key it waits for, and that bo has left
        await reads(cy, ("ada", "bo"), ("bo", "under the new key"))
        await reads(ada, ("bo", "cy"), ("bo", "under the new key"))
        # bo's desktop, or who has it now, knows nothing of that and writes on.
        await writes(bo, ("ada", "cy"), "who reads this?")
        await unheard(cy, Reason.UNKNOWN_SENDER)
        assert await texts(cy, "ada", "bo") == [("bo", "under the new key")]


async def test_a_lost_computer_s_key_opens_what_had_come_and_nothing_later(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(ada, bo)
        firm.rotates()
        await firm.hands_out(bo)
        await writes(bo, ("ada",), "before the loss")
        await waits(ada, ("bo",), Reason.RING_TOO_OLD)
        firm.seeds["bo"] = Secret(bytes(range(32)))  # removed, and added again
        firm.directory("ada", "bo")
        await firm.hands_out(ada)
        await reads(ada, ("bo",), ("bo", "before the loss"))
        await writes(bo, ("ada",), "by the finder")
        await unheard(ada, Reason.UNVOUCHED)
        assert await texts(ada, "bo") == [("bo", "before the loss")]
        assert (await company_chat(ada, "bo")).withheld == ()


async def unheard(person: Person, reason: Reason) -> None:
    """Something came that no chat shows; what waits stands in the settings."""

    async def there() -> bool:
        found = await person.client.company.organisation()
        return found is not None and [one.closed.reason for one in found.waiting] == [reason]

    await until_found(there, f"{person.name} has something that waits for {reason}")
