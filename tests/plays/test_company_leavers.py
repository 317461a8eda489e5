"""Who left, or joined anew: what had come opens after, what the old key writes later does not."""

from pathlib import Path

import pytest

from support.firm import PHRASE, Firm, company_chat, reads, texts, waits, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage
from support.waiting import until, until_found
from watchword.crypto.secret import Secret
from watchword.model.chat import Notice
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


async def test_a_lost_computer_s_key_opens_what_had_come_and_nothing_later(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
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
        for text in ("by the finder", "and once more"):
            await writes(bo, ("ada",), text)
        await until(lambda: len(logged_warnings.records) == 2, "both were put away")
        await says_once(ada, ("bo",), Notice.FORMER_KEY)
        assert await texts(ada, "bo") == [("bo", "before the loss")]
    logged_warnings.take("message data refused")


@pytest.mark.parametrize("files", [1, 2])
async def test_what_comes_after_its_writer_joined_anew_elsewhere_is_to_be_written_again(
    tmp_path: Path, files: int, logged_warnings: LoggedWarnings
) -> None:
    """No newer company file can help: none is waited for, and the chat says what to do."""
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(ada, bo)
        await writes(ada, ("bo",), "hello")
        await reads(bo, ("ada",), ("ada", "hello"))
        if files == 2:
            firm.directory("ada")
            await firm.hands_out(ada)
        firm.seeds["bo"] = Secret(bytes(range(32)))
        firm.directory("ada", "bo")
        await firm.hands_out(ada)
        await writes(bo, ("ada",), "under the key from before")
        await says_once(ada, ("bo",), Notice.FORMER_KEY)
        await bo.client.company.join(firm.join_file("bo"), PHRASE)
        await writes(bo, ("ada",), "again")
        await reads(ada, ("bo",), ("bo", "again"))
    logged_warnings.take("message data refused")


async def says_once(person: Person, others: tuple[str, ...], notice: Notice) -> None:
    """A line of the chat says it, and nothing waits."""

    async def said() -> list[Notice]:
        chat = await company_chat(person, *others)
        rows = (await person.client.page(chat.id)).messages
        return [row.notice for row in rows if row.notice is not None]

    async def there() -> bool:
        return bool(await said())

    await until_found(there, f"{person.name} is told {notice}")
    assert await said() == [notice]
    found = await person.client.company.organisation()
    assert found is not None
    assert found.waiting == ()


async def unheard(person: Person, reason: Reason) -> None:
    """Something came that no chat shows; what waits stands in the settings."""

    async def there() -> bool:
        found = await person.client.company.organisation()
        return found is not None and [one.closed.reason for one in found.waiting] == [reason]

    await until_found(there, f"{person.name} has something that waits for {reason}")
