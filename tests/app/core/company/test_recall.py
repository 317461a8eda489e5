"""F7, sending: what a newer company file would seal otherwise does not leave as it was sealed."""

from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.staff import renewed
from support.waiting import until_found
from support.way_out import Desk, ada
from watchword.core.company import message_data, recall, receipts
from watchword.core.company.membership import Member
from watchword.core.company.message_data import Sealed
from watchword.crypto.secret import Secret
from watchword.model.company import Sealing
from watchword.model.events import ChatChanged, Event
from watchword.protocol import content
from watchword.protocol.company import receipt
from watchword.protocol.company.ring import State
from watchword.store import posts, sealings
from watchword.store.posts import Post
from watchword.store.transaction import Tx

REVOKED = tuple(
    replace(key, state=State.REVOKED) if (key.id, key.version) == (company.HR, 2) else key
    for key in company.RING.keys
)
ROTATED = replace(company.RING, keys=(*REVOKED, company.ring_key(company.HR, 3)))
LEFT = replace(company.PROFILE, directory=company.PROFILE.directory[::2])


async def made(desk: Desk) -> list[Post]:
    return await desk.place.db.read(lambda tx: posts.made(tx, 99))


async def waiting(desk: Desk) -> list[str]:
    """What waits to be sealed, by the texts that name it."""
    found = await desk.place.db.read(lambda tx: posts.unsealed(tx, 99))
    return [post.id.decode().strip() for post in found]


async def seals(desk: Desk, *texts: str, whom: tuple[str, ...] = ("bo",)) -> None:
    """Write while there is no connection, until all is sealed."""
    desk.place.relay.is_online = False
    before = len(await made(desk))
    for text in texts:
        await desk.write(text, *whom)

    async def sealed() -> bool:
        return len(await made(desk)) == before + len(texts)

    await until_found(sealed, "it is sealed")


async def take_back(desk: Desk, member: Member) -> list[Event]:
    return await desk.place.db.write(lambda tx: recall.take_back(tx, member, company.NOW))


async def test_what_would_be_sealed_in_the_same_way_stays(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await seals(desk, "one")
        before = await made(desk)
        newer = replace(company.RING, keys=(*company.RING.keys, company.ring_key(b"another-", 1)))
        assert await take_back(desk, renewed(desk.member, ring=newer)) == []
        assert await made(desk) == before


@pytest.mark.parametrize("newer", ["ring", "auditors", "nothing seals", "certificate"])
async def test_under_other_keys_or_as_another_it_is_sealed_anew(tmp_path: Path, newer: str) -> None:
    async with ada(tmp_path) as desk:
        await seals(desk, "one", "two")
        member = desk.member
        if newer == "ring":
            member = renewed(member, ring=ROTATED)
        elif newer == "auditors":
            member = renewed(member, profile=company.with_policy(auditors=()))
        elif newer == "nothing seals":
            member = renewed(member, ring=replace(company.RING, keys=REVOKED))
        else:
            member = replace(member, author=replace(member.author, certificate=bytes(64)))
        [event] = await take_back(desk, member)
        assert isinstance(event, ChatChanged)
        assert await waiting(desk) == ["one", "two"]
        found = await desk.place.db.read(lambda tx: posts.unsealed(tx, 9))
        for post in found:
            assert post.message is not None
            assert await desk.place.db.read(partial(_sealing, post.message)) is None
            sealed = await message_data.assemble(
                desk.member, desk.providers, post.id, post.targets, post.content or b"", company.NOW
            )
            assert isinstance(sealed, Sealed)


async def test_a_note_to_the_own_desktops_stays_whoever_is_named_in_it(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        said = content.Recalled(bytes(16), b"r" * 16, 1, 0, False)
        assert await desk.place.db.write(
            lambda tx: receipts.tell_own(tx, desk.member, said, ("nobody", "bo"))
        )
        [note] = await made(desk)
        assert (note.targets, note.missing) == (("bo",), ("ada",))
        gone = replace(company.PROFILE, directory=company.PROFILE.directory[:1])
        await take_back(desk, renewed(desk.member, profile=gone))
        assert await made(desk) == [note]
        assert not await desk.place.db.write(lambda tx: receipts.tell_own(tx, desk.member, said, ("nobody",)))


async def test_its_content_is_what_it_was(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        desk.member = renewed(desk.member, ring=replace(company.RING, keys=REVOKED))
        await desk.write("one")

        async def closed() -> bool:
            return await desk.unsent() is not None

        await until_found(closed, "it waits")
        [before] = await desk.place.db.read(lambda tx: posts.unsealed(tx, 9))
        desk.member = renewed(desk.member, ring=company.RING)
        await seals(desk)
        desk.sending.wake()

        async def sealed() -> bool:
            return len(await made(desk)) == 1

        await until_found(sealed, "it is sealed")
        await take_back(desk, renewed(desk.member, ring=ROTATED))
        [after] = await desk.place.db.read(lambda tx: posts.unsealed(tx, 9))
        assert (after.seq, after.id, after.content) == (before.seq, before.id, before.content)


async def test_behind_what_is_sealed_anew_nothing_leaves_sooner_and_others_stay(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        older = desk.member
        await seals(desk, "one")
        desk.member = renewed(older, ring=ROTATED)
        await seals(desk, "two")
        await seals(desk, "three", whom=("陈",))
        await take_back(desk, desk.member)
        assert await waiting(desk) == ["one", "two"]
        assert [post.id.decode().strip() for post in await made(desk)] == ["three"]


async def test_a_receipt_goes_to_whoever_is_a_member(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        for number, whom in enumerate(("bo", "陈")):
            await desk.place.db.write(partial(_receipt, number.to_bytes(16), whom))
        await take_back(desk, renewed(desk.member, ring=ROTATED, profile=LEFT))
        assert [post.targets for post in await made(desk)] == [("陈",)]


async def test_who_joined_anew_can_open_the_receipts(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await seals(desk, "one")
        seed = Secret(b"\x99" * 32)
        held = replace(desk.member.membership, member=seed)
        author = replace(desk.member.author, certificate=bytes(64))
        await take_back(desk, replace(desk.member, membership=held, author=author))
        [post] = await desk.place.db.read(lambda tx: posts.unsealed(tx, 9))
        said = content.decode(post.content or b"")
        assert isinstance(said, content.Text)
        assert said.answer is not None
        wanted = receipt.answer_key(seed, company.ORGANISATION, post.id)
        assert said.answer.expose() == wanted.expose()


def _sealing(message: int, tx: Tx) -> Sealing | None:
    return sealings.get(tx, message)


def _receipt(post: bytes, whom: str, tx: Tx) -> None:
    posts.put_sealed(tx, post, post, (whom,), b"data")
