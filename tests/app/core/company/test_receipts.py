"""A receipt stands ready to go in the transaction that puts it out, sealed, by itself or inside a session."""

from pathlib import Path

from support import company
from support.desk import meet, place
from support.staff import employed, renewed
from watchword.core.company import receipts
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.message_data import Examined
from watchword.store import outbox, posts

ANSWER = receipt.answer_key(company.MEMBERS["bo"], company.ORGANISATION, company.MESSAGE)
TEXT = content.Text(company.MESSAGE, 5, "hi", ANSWER)


async def test_it_goes_to_the_writer_alone_and_needs_no_provider(tmp_path: Path) -> None:
    async with employed(tmp_path) as (desk, member):
        assert await desk.db.write(lambda tx: receipts.put(tx, member, "bo", (TEXT,)))
        [post] = await desk.db.read(posts.sealed)
        assert (post.targets, post.message, post.content, post.closed) == (("bo",), None, None, None)
        examined = message_data.examine(post.data or b"", "bo", company.PROFILE, None)
        assert isinstance(examined, Examined)
        assert examined.head.id == post.id
        said = receipt.unseal(examined, company.MEMBERS["bo"])
        assert said == content.encode(content.Receipt((company.MESSAGE,)))


async def test_two_are_sealed_under_keys_of_their_own(tmp_path: Path) -> None:
    async with employed(tmp_path) as (desk, member):
        for _ in range(2):
            await desk.db.write(lambda tx: receipts.put(tx, member, "bo", (TEXT,)))
        one, other = await desk.db.read(posts.sealed)
        assert one.id != other.id
        assert one.data != other.data


async def test_a_text_without_an_answer_key_gets_none(tmp_path: Path) -> None:
    bare = content.Text(company.MESSAGE, 5, "hi")
    async with employed(tmp_path) as (desk, member):
        assert not await desk.db.write(lambda tx: receipts.put(tx, member, "bo", (bare,)))
        assert await desk.db.read(posts.sealed) == []


async def test_where_the_policy_asks_for_both_it_goes_inside_the_session_or_not_at_all(
    tmp_path: Path,
) -> None:
    async with employed(tmp_path) as (desk, member), place(tmp_path, "bo") as bo:
        both = renewed(member, profile=company.with_policy(session=True))
        assert not await desk.db.write(lambda tx: receipts.put(tx, both, "bo", (TEXT,)))
        await meet(desk, bo)
        before = len(await desk.db.read(outbox.unacknowledged))
        assert await desk.db.write(lambda tx: receipts.put(tx, both, "bo", (TEXT,)))
        assert len(await desk.db.read(outbox.unacknowledged)) == before + 1
        assert await desk.db.read(posts.sealed) == []
