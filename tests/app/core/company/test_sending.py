"""F7, sending: what waits keeps its reason and its order, and goes once, in no weaker form."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from support import company
from support.desk import meet, place
from support.firm import install_plugin
from support.staff import renewed
from support.waiting import until, until_found
from support.way_out import ada
from watchword.core import clock
from watchword.core.company import acquisition, sending
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company.profile import Kind as MethodKind
from watchword.protocol.company.profile import Method
from watchword.protocol.company.ring import RingKey, State
from watchword.store import chats, outbox, posts, sealings
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire

REVOKED = replace(company.RING, keys=tuple(replace(key, state=State.REVOKED) for key in company.RING.keys))


async def test_without_a_connection_it_is_sealed_and_waits(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        desk.place.relay.is_online = False
        await desk.write("one")

        async def sealed() -> bool:
            return bool(await desk.place.db.read(posts.sealed))

        await until_found(sealed, "it is sealed")
        assert desk.posted == []
        desk.place.relay.is_online = True
        desk.sending.posting.online()
        await desk.posts(1)


async def test_no_key_is_left_out_and_the_order_stays(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        whole = desk.member
        desk.member = renewed(whole, ring=REVOKED)
        for text in ("one", "two"):
            await desk.write(text)

        async def told() -> bool:
            closed = await desk.unsent()
            return closed is not None and closed.reason is Reason.REVOKED

        await until_found(told, "why it waits")
        assert desk.posted == []
        desk.member = whole
        desk.sending.wake()
        await desk.posts(2)
        assert desk.ids == ["one", "two"]
        assert await desk.unsent() is None


async def test_who_left_the_company_keeps_only_one_conversation_waiting(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        whole = desk.member
        await desk.write("one")
        await desk.posts(1)
        left = replace(company.PROFILE, directory=company.PROFILE.directory[::2])
        chat = (await desk.place.db.read(chats.every))[0].id
        desk.member = renewed(whole, profile=left)
        key = b"two".rjust(16)
        await desk.place.db.write(
            lambda tx: acquisition.acquire(tx, desk.member, chat, "two", clock.wall_ms(), key)
        )
        await desk.write("three", "陈")
        await desk.posts(2)
        assert desk.ids == ["one", "three"]
        found = {one.id: one.unsent for one in await desk.place.db.read(chats.every)}
        assert found[chat] == Closed(Reason.MEMBER_GONE)


@pytest.mark.parametrize("opens", ["before", "while it is looked for", "after"])
async def test_a_message_that_waits_for_a_session_goes_whenever_it_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opens: str
) -> None:
    """Also at the very moment between the look for a session and the note that there is none."""
    async with ada(tmp_path) as desk, place(tmp_path, "bo") as bo:
        whole, key = desk.member, b"one".rjust(16)
        message = await desk.place.db.write(
            lambda tx: acquisition.acquire(
                tx, whole, acquisition.open_chat(tx, whole, ("bo",), 1), "one", clock.wall_ms(), key
            )
        )
        desk.member = renewed(whole, profile=company.with_policy(session=True))
        reads, looks = desk.place.db.read, [0]

        async def session_opens() -> None:
            await meet(desk.place, bo)
            desk.sending.wake()  # as the company does when it hears of a session

        async def read(work: Callable[[Tx], Any]) -> Any:
            found = await reads(work)
            if getattr(work, "__qualname__", "").endswith("_seal_inside.<locals>.look"):
                looks[0] += 1
                if looks[0] == 1 and opens == "while it is looked for":
                    await session_opens()
            return found

        monkeypatch.setattr(desk.place.db, "read", read)
        if opens == "before":
            await session_opens()
        desk.sending.wake()
        if opens == "after":

            async def told() -> bool:
                closed = await desk.unsent()
                return closed is not None and closed.reason is Reason.SESSION_WANTED

            await until_found(told, "what it waits for")
            await session_opens()

        async def gone() -> bool:
            post = await desk.place.db.read(lambda tx: posts.get(tx, key))
            return post is not None and post.inside

        await until_found(gone, "it goes inside the session")
        sealing = await desk.place.db.read(lambda tx: sealings.get(tx, message.id))
        assert sealing is not None
        assert sealing.session
        assert desk.posted == []


async def test_only_so_much_is_sealed_ahead_in_a_session_and_in_order(tmp_path: Path) -> None:
    """What a newer file takes back leaves gaps in the ratchet, which does not bear many."""
    async with ada(tmp_path) as desk, place(tmp_path, "bo") as bo:
        await meet(desk.place, bo)
        desk.member = renewed(desk.member, profile=company.with_policy(session=True))
        texts = [f"{number}" for number in range(sending.AHEAD + 3)]
        for text in texts:
            await desk.write(text)

        async def inside() -> list[str]:
            made = await desk.place.db.read(lambda tx: posts.made(tx, 99))
            return [post.id.decode().strip() for post in made]

        async def full() -> bool:
            return len(await inside()) == sending.AHEAD

        await until_found(full, "as many as may be are sealed")
        desk.sending.wake()
        await until(lambda: not desk.sending.busy, "it has looked again")
        assert await inside() == texts[: sending.AHEAD]
        assert await desk.unsent() is None
        first, second = (await desk.place.db.read(outbox.unacknowledged))[:2]

        def ok(tx: Tx) -> None:
            for row in (first, second):
                outbox.acknowledged(tx, row.id)

        await desk.place.db.write(ok)
        desk.sending.stir()

        async def more() -> bool:
            return len(await inside()) == sending.AHEAD + 2

        await until_found(more, "there is room for two more")
        assert await inside() == texts[: sending.AHEAD + 2]


async def test_what_was_sealed_by_a_file_that_is_old_by_then_does_not_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider is still at it when a newer file revokes the key: it is sealed anew, under the new one."""
    gate, keys = tmp_path / "gate", tmp_path / "keys"
    begun = tmp_path / "begun"
    wait = f"open my $b, '>', '{begun}'; select undef, undef, undef, 0.01 while -e '{gate}';"
    install_plugin(tmp_path, sealing=wait)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    keys.write_text("".join(f"{company.HR.hex()} {version} {'07' * 32}\n" for version in (2, 3)))
    method = Method(
        company.RING_METHOD, MethodKind.PLUGIN, wire.MODE_WRAP, {"plugin": "acme", "keys": str(keys)}
    )
    profile = replace(company.with_policy(auditors=()), methods=(method,))

    def version(number: int, state: State) -> RingKey:
        return RingKey(company.HR, "hr", number, state, 0, 0, method.id, Secret(b""))

    async with ada(tmp_path) as desk:
        ring = replace(company.RING, keys=(version(2, State.ACTIVE),))
        desk.member = renewed(desk.member, profile=profile, ring=ring)
        gate.touch()
        await desk.write("one")
        await until(begun.exists, "the plugin is at it")
        newer = replace(ring, keys=(version(2, State.REVOKED), version(3, State.ACTIVE)))
        desk.member = renewed(desk.member, ring=newer)
        desk.sending.wake()
        gate.unlink()
        await desk.posts(1)
        assert [wire.decode(data).head.tags[0].version for data in desk.posted] == [3]
        await desk.providers.close()


async def test_a_newer_file_counts_for_what_is_sealed_after_it(tmp_path: Path) -> None:
    async with ada(tmp_path) as desk:
        await desk.write("one")
        await desk.posts(1)
        desk.member = renewed(desk.member, ring=company.with_key(company.ring_key(company.HR, 3)))
        await asyncio.gather(desk.write("two"), desk.write("three"))
        await desk.posts(3)
        versions = [wire.decode(data).head.tags[0].version for data in desk.posted]
        assert versions == [2, 3, 3]
