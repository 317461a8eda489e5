"""What a try to open message data comes to: texts, receipts, and what is passed over."""

from pathlib import Path

from support import company
from support.logged import LoggedWarnings
from support.staff import renewed
from support.waiting import until, until_found
from support.way_in import TOO_OLD, bo, text
from watchword.crypto.secret import Secret
from watchword.model.events import TroubleMet
from watchword.protocol import content
from watchword.protocol.company import message_data, receipt
from watchword.protocol.company.receipt import Drawn
from watchword.store import contacts, received
from watchword_wire import message_data as wire


async def test_another_member_cannot_take_a_message_s_id(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("mine", "陈"))
        await desk.brings(text("hers", "ada"))
        await desk.reads(("陈", "mine"), ("ada", "hers"))


async def test_another_copy_of_what_was_read_does_not_wait(tmp_path: Path) -> None:
    """Sealed by two company files, of which this desktop has one."""
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi"))
        await desk.reads(("ada", "hi"))
        assert desk.member is not None
        desk.member = renewed(desk.member, ring=TOO_OLD)
        other = text("hi, sealed otherwise")
        await desk.brings(other)

        async def known() -> bool:
            waiting = await desk.place.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))
            return not waiting and await desk.place.db.read(lambda tx: received.known(tx, wire.digest(other)))

        await until_found(known, "it was looked at")
        assert (await desk.chat()).withheld == ()
        assert desk.texts == [("ada", "hi")]


async def test_whom_this_user_blocked_is_not_heard_and_gets_no_receipt(tmp_path: Path) -> None:
    async with bo(tmp_path) as desk:
        await desk.place.db.write(lambda tx: contacts.block(tx, "ada", blocked=True))
        await desk.brings(text("hi"))
        await desk.brings(text("hello", "陈", key=b"n" * 16))
        await desk.reads(("陈", "hello"))
        assert await desk.answers() == [("陈", content.Receipt((b"n" * 16,)))]


async def test_a_text_under_another_id_is_passed_over(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with bo(tmp_path) as desk:
        await desk.brings(text("hi", inner=bytes(16)))
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
    logged_warnings.take("content passed over")


async def test_under_the_key_of_a_receipt_no_text_is_taken(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    """Nobody gets around the company's keys by calling a text a receipt, nor around receipts by a text's."""
    answer = receipt.answer_key(company.MEMBERS["bo"], company.ORGANISATION, company.MESSAGE)
    asked = content.Text(company.MESSAGE, 5, "hi", answer)
    async with bo(tmp_path) as desk:
        others: tuple[content.Known, ...] = (content.Text(bytes(16), 5, "weaker"), content.Empty())
        for number, said in enumerate(others):
            drawn = Drawn(bytes([number]) * 16, company.KEY, bytes(12))
            good = receipt.seal(company.author("ada"), company.ORGANISATION, "bo", (asked,), drawn)
            assert good is not None
            head = wire.decode(good).head
            await desk.brings(
                message_data.seal(company.author("ada"), head, head.tags, company.KEY, content.encode(said))
            )
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
    logged_warnings.take("content passed over")


async def test_a_receipt_under_a_key_of_somebody_else_is_passed_over(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    asked = content.Text(company.MESSAGE, 5, "hi", Secret(bytes(32)))
    async with bo(tmp_path) as desk:
        drawn = Drawn(bytes(16), company.KEY, bytes(12))
        data = receipt.seal(company.author("ada"), company.ORGANISATION, "bo", (asked,), drawn)
        assert data is not None
        await desk.brings(data)
        await desk.brings(text("next", key=b"n" * 16))
        await desk.reads(("ada", "next"))
        assert not [event for event in desk.place.events if isinstance(event, TroubleMet)]
        assert await desk.place.db.read(received.withheld) == ()
    logged_warnings.take("message data refused")


async def test_a_key_that_opens_nothing_is_altered(tmp_path: Path, logged_warnings: LoggedWarnings) -> None:
    async with bo(tmp_path) as desk:
        author = company.author("ada")
        head = message_data.draft(author, company.ORGANISATION, wire.MODE_WRAP, company.MESSAGE, ["bo"])
        other = Secret(bytes(32))
        data = message_data.seal(author, head, company.ring_tags(head), other, b"\x91\x04")
        await desk.brings(data)
        await until(lambda: any(isinstance(one, TroubleMet) for one in desk.place.events), "the alarm")
        assert await desk.place.db.read(received.withheld) == ()
    logged_warnings.take("message data refused")
