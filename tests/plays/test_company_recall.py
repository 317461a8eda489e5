"""Plays of a newer company file that comes while messages are sealed and have not left (store.md, Outbox).

A wire between desktop and relay keeps all that crosses: of what the newer file would not seal so, nothing
leaves. What the relay had already, because only its OK was lost, is neither doubled nor told as altered.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.firm import Firm, company_chat, keeps_back, reads, texts, ticks, waits, writes
from support.play import Person, Stage, meet
from support.recorder import Recorder, frames
from support.waiting import until, until_found
from watchword.core.company import membership, receipts
from watchword.model.chat import Delivery, Notice
from watchword.model.company import Reason
from watchword.model.errors import Kind
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import State
from watchword.store import outbox, posts
from watchword.store.posts import Post
from watchword.store.transaction import Tx
from watchword_wire import codec
from watchword_wire import frames as wire_frames
from watchword_wire.errors import PeerError
from watchword_wire.message_data import Head, decode


class Ada:
    """Ada behind a wire that can be cut."""

    def __init__(self, person: Person, wire: Recorder) -> None:
        self.person = person
        self.wire = wire

    async def writes_unheard(self, others: tuple[str, ...], *said: str) -> None:
        """Write while the wire is cut, until it is sealed."""
        self.wire.cut()
        await self.person.is_offline()
        for text in said:
            await writes(self.person, others, text)

        async def sealed() -> bool:
            return len(await self.made()) == len(said)

        await until_found(sealed, "all of it is sealed")

    async def made(self) -> list[Post]:
        return await self.read(lambda tx: posts.made(tx, 99))

    async def read(self, work: Callable[[Tx], list[Post]]) -> list[Post]:
        return await self.person.client._desk.db.read(work)

    async def is_back(self) -> None:
        self.wire.restore()
        self.person.client.reconnect()
        await self.person.is_online()

    @property
    def left(self) -> list[Head]:
        """The heads of the message data that left for the relay, in order."""
        found = []
        for stream in self.wire.streams():
            for payload in frames(stream):
                try:
                    frame = codec.decode_from_desktop(payload)
                except PeerError:
                    continue
                if isinstance(frame, wire_frames.Post):
                    found.append(decode(frame.data).head)
        return found

    @property
    def versions(self) -> list[int]:
        """Under which version of the key each of them was sealed."""
        return [head.tags[0].version for head in self.left]


class Scene:
    """A stage on which ada stands behind a wire."""

    def __init__(self, tmp_path: Path) -> None:
        self.stage = Stage(tmp_path)
        self.firm = Firm()

    async def __aenter__(self) -> "Scene":
        await self.stage.__aenter__()
        self._wire = Recorder("127.0.0.1", self.stage.relay.port)
        await self._wire.__aenter__()
        person = await self.stage.person("ada", address=self.stage.through(self._wire))
        self.ada = Ada(person, self._wire)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stage.__aexit__(None, None, None)
        await self._wire.__aexit__(*exc)

    async def enter(self, *names: str) -> list[Person]:
        people = await self.stage.enter(*names)
        await self.firm.takes_in(self.ada.person, *people)
        return people


@pytest.mark.parametrize("restart", ["none", "before", "after", "between"])
async def test_under_a_key_that_was_revoked_meanwhile_nothing_leaves(tmp_path: Path, restart: str) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        firm.policy(revoked=Revoked.REFUSE)
        await firm.hands_out(ada.person, bo)
        await ada.writes_unheard(("bo",), "one", "two")
        ids = [post.id for post in await ada.made()]
        if restart == "before":
            await ada.person.leaves()
            await ada.person.returns(online=False)
        firm.rotates(before=State.REVOKED)
        if restart == "between":  # the file is kept, and the program dies before anything follows it
            held = ada.person.client.company._member
            kept = await membership.update(ada.person.client._desk, held, firm.update())
            assert kept is not None
            await firm.hands_out(bo)
        else:
            await firm.hands_out(ada.person, bo)
        if restart in {"after", "between"}:
            await ada.person.leaves()
            await ada.person.returns(online=False)
        await ada.is_back()
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert ada.versions == [2, 2]
        assert [head.id for head in ada.left] == ids
        assert (await company_chat(bo, "ada")).withheld == ()
        assert await ada.made() == []


async def test_to_somebody_who_was_removed_nothing_leaves(tmp_path: Path) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        bo, cy = await scene.enter("bo", "cy")
        await ada.writes_unheard(("bo", "cy"), "to both")
        await ada.person.client.company.open_chat(["bo"])
        firm.directory("ada", "bo")
        await firm.hands_out(ada.person, bo)
        await keeps_back(ada.person, ("bo", "cy"), Reason.MEMBER_GONE)
        await ada.is_back()
        await writes(ada.person, ("bo",), "to bo")
        await reads(bo, ("ada",), ("ada", "to bo"))
        assert [head.targets for head in ada.left] == [("bo",)]
        assert not [chat for chat in await cy.client.chats() if chat.members]
        chat = await company_chat(ada.person, "bo", "cy")
        [row] = (await ada.person.client.page(chat.id)).messages
        info = await ada.person.client.company.message_info(row.id)
        assert info is not None
        assert (row.delivery, info.sealing) == (Delivery.WAITING, None)
        assert info.unsent is not None
        assert info.unsent.reason is Reason.MEMBER_GONE
        firm.directory("ada", "bo", "cy")
        await firm.hands_out(ada.person, bo, cy)
        await reads(cy, ("ada", "bo"), ("ada", "to both"))
        await reads(bo, ("ada", "cy"), ("ada", "to both"))
        await ticks(ada.person, ("bo", "cy"), Delivery.DELIVERED)


async def test_without_the_session_that_is_asked_for_by_now_nothing_leaves(tmp_path: Path) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        await ada.writes_unheard(("bo",), "one", "two")
        firm.policy(session=True)
        await firm.hands_out(ada.person, bo)
        await keeps_back(ada.person, ("bo",), Reason.SESSION_WANTED)
        await ada.is_back()
        await meet(ada.person, bo)
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert ada.left == []


async def test_what_envelopes_of_a_session_carry_is_taken_back_too(tmp_path: Path) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        firm.policy(session=True, revoked=Revoked.REFUSE)
        [bo] = await scene.enter("bo")
        await meet(ada.person, bo)
        await writes(ada.person, ("bo",), "zero")
        await reads(bo, ("ada",), ("ada", "zero"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        await ada.writes_unheard(("bo",), "one", "two")
        before = await ada.person.client._desk.db.read(outbox.unacknowledged)
        assert len(before) == 2
        firm.rotates(before=State.REVOKED)
        await firm.hands_out(ada.person, bo)

        async def anew() -> bool:
            rows = await ada.person.client._desk.db.read(outbox.unacknowledged)
            return len(rows) == 2 and {row.id for row in rows}.isdisjoint(row.id for row in before)

        await until_found(anew, "both are in new envelopes")
        await writes(ada.person, ("bo",), "three")
        await ada.is_back()
        said = ("zero", "one", "two", "three")
        await reads(bo, ("ada",), *(("ada", text) for text in said))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert Notice.MESSAGES_LOST not in await bo.notices("ada")
        assert await ada.made() == []


async def test_what_the_newer_file_would_seal_in_the_same_way_stays(tmp_path: Path) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        await ada.writes_unheard(("bo",), "one")
        before = await ada.made()
        firm.knows("cy")
        await firm.hands_out(ada.person, bo)
        assert await ada.made() == before
        await ada.is_back()
        await reads(bo, ("ada",), ("ada", "one"))


# --- the relay had it already ------------------------------------------------------------------


async def loses_the_ok(
    ada: Ada,
    others: tuple[str, ...],
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    answered: bool = False,
) -> None:
    """The relay takes a message; the wire breaks before ada hears of that."""
    posting = ada.person.client.company.sending.posting
    heard: list[bytes] = []

    def lost(ids: list[bytes]) -> list[bytes]:
        heard.extend(ids)
        return []

    with monkeypatch.context() as patch:
        patch.setattr(posting, "acknowledged", lost)
        await writes(ada.person, others, text)
        await until(lambda: heard, "the relay has it")
        if answered:
            await ticks(ada.person, others, Delivery.DELIVERED)
        ada.wire.cut()
        await ada.person.is_offline()


@pytest.mark.parametrize("bo_is", ["there", "away", "quick"])
async def test_what_the_relay_had_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bo_is: str
) -> None:
    """There, bo gets both copies; away, the relay keeps the first of an id; quick, a receipt says enough."""
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        if bo_is == "away":
            await bo.leaves()
        with monkeypatch.context() as patch:
            if bo_is == "there":
                patch.setattr(receipts, "put", lambda *_: False)
            await loses_the_ok(ada, ("bo",), "one", monkeypatch, answered=bo_is == "quick")
            if bo_is != "away":
                await reads(bo, ("ada",), ("ada", "one"))
        firm.rotates(before=State.REVOKED)
        await firm.hands_out(ada.person, *([] if bo_is == "away" else [bo]))
        await writes(ada.person, ("bo",), "two")
        await ada.is_back()
        if bo_is == "away":
            await bo.returns()
            await firm.hands_out(bo)
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert ada.versions == ([1, 2] if bo_is == "quick" else [1, 2, 2])
        assert await texts(bo, "ada") == [("ada", "one"), ("ada", "two")]
        assert (await company_chat(bo, "ada")).withheld == ()
        assert Kind.COMPANY_ALTERED not in [trouble.kind for trouble in bo.troubles()]


async def test_a_copy_that_stays_closed_waits_no_more_once_the_other_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        firm.policy(revoked=Revoked.REFUSE)
        await firm.hands_out(ada.person, bo)
        firm.rotates(before=State.REVOKED)
        await firm.hands_out(bo)
        await loses_the_ok(ada, ("bo",), "one", monkeypatch)
        await waits(bo, ("ada",), Reason.REVOKED)
        await firm.hands_out(ada.person)
        await ada.is_back()
        await reads(bo, ("ada",), ("ada", "one"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert (await company_chat(bo, "ada")).withheld == ()
        await bo.restarts()
        assert await texts(bo, "ada") == [("ada", "one")]
        assert (await company_chat(bo, "ada")).withheld == ()


async def test_somebody_removed_keeps_what_the_relay_had_and_no_more_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        bo, cy = await scene.enter("bo", "cy")
        with monkeypatch.context() as patch:
            patch.setattr(receipts, "put", lambda *_: False)
            await loses_the_ok(ada, ("cy",), "one", monkeypatch)
            await reads(cy, ("ada",), ("ada", "one"))
        firm.directory("ada", "bo")
        await firm.hands_out(ada.person, bo)
        await keeps_back(ada.person, ("cy",), Reason.MEMBER_GONE)
        await ada.is_back()
        await writes(ada.person, ("bo",), "to bo")
        await reads(bo, ("ada",), ("ada", "to bo"))
        assert [head.targets for head in ada.left] == [("cy",), ("bo",)]


async def test_before_a_session_and_inside_it_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Scene(tmp_path) as scene:
        ada, firm = scene.ada, scene.firm
        [bo] = await scene.enter("bo")
        await loses_the_ok(ada, ("bo",), "one", monkeypatch)
        await reads(bo, ("ada",), ("ada", "one"))
        firm.policy(session=True)
        await firm.hands_out(ada.person, bo)
        await ada.is_back()
        await meet(ada.person, bo)
        await writes(ada.person, ("bo",), "two")
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada.person, ("bo",), Delivery.DELIVERED)
        assert await texts(bo, "ada") == [("ada", "one"), ("ada", "two")]
