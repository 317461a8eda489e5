"""Plays of company encryption with a real relay and real stores: F1, F2, F4, F6, F7."""

import asyncio
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

from support.firm import (
    KEY,
    PHRASE,
    PLUGIN,
    Firm,
    company_chat,
    has_it,
    install_plugin,
    keeps_back,
    killed_by,
    reads,
    texts,
    ticks,
    waits,
    writes,
)
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.waiting import until, until_found
from watchword.crypto.secret import Secret
from watchword.model.chat import Chat, Delivery, MessageKind, Notice, Protection, SessionState
from watchword.model.company import FileReason, Reason
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged
from watchword.protocol.company import message_data
from watchword.protocol.company.profile import Kind as MethodKind
from watchword.protocol.company.profile import Method, Revoked
from watchword.protocol.company.ring import RingKey, State
from watchword.store.transaction import Work
from watchword_wire import message_data as wire
from watchword_wire.frames import DeliverData

_T = TypeVar("_T")


async def test_a_message_to_one(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await Firm().takes_in(ada, bo)
        await writes(ada, ("bo",), "hello")
        await reads(bo, ("ada",), ("ada", "hello"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)


async def test_a_message_to_two(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await Firm().takes_in(ada, bo, cy)
        assert [one.account for one in ada.client.company.directory()] == ["bo", "cy"]
        await cy.leaves()
        sent = await writes(ada, ("bo", "cy"), "to both")
        await reads(bo, ("ada", "cy"), ("ada", "to both"))
        await writes(bo, ("ada", "cy"), "from bo")
        await reads(ada, ("bo", "cy"), ("bo", "from bo"))
        info = await ada.client.company.message_info(sent.id)
        assert info is not None
        assert info.sealing is not None
        assert [(one.name, one.version) for one in info.sealing.readers] == [("Staff", 1)]
        await until_found(lambda: has_it(ada, sent, "bo"), "bo's receipt")
        assert not await has_it(ada, sent, "cy")
        await ticks(ada, ("bo", "cy"), Delivery.RELAYED)
        await cy.returns()
        await reads(cy, ("ada", "bo"), ("ada", "to both"), ("bo", "from bo"))
        await ticks(ada, ("bo", "cy"), Delivery.DELIVERED)
        chat = await company_chat(cy, "ada", "bo")
        assert (chat.contact.account, chat.contact.name) == ("", "Ada, Bo")
        assert (chat.protection, chat.session) == (Protection.COMPANY, SessionState.OPEN)


async def test_who_missed_two_rotations_loses_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        firm = Firm()
        await firm.takes_in(ada, bo, cy)
        await cy.leaves()
        for versions in ((2,), (2, 3)):
            firm.rotates()
            await firm.hands_out(ada, bo)
            await writes(ada, ("bo", "cy"), f"under {versions[-1]}")
            # Written, it is sealed in a moment, under the version that is used by then.
            await reads(bo, ("ada", "cy"), *(("ada", f"under {version}") for version in versions))
        await cy.returns()
        chat = await until_two_wait(cy)
        assert {(one.closed.key, one.closed.version, one.closed.held) for one in chat.withheld} == {
            ("Staff", 2, (1,)),
            ("Staff", 3, (1,)),
        }
        await cy.restarts()
        assert (await company_chat(cy, "ada", "bo")).withheld == chat.withheld
        await firm.hands_out(cy)
        await reads(cy, ("ada", "bo"), ("ada", "under 2"), ("ada", "under 3"))
        assert (await company_chat(cy, "ada", "bo")).withheld == ()
        await ticks(ada, ("bo", "cy"), Delivery.DELIVERED)


async def until_two_wait(person: Person) -> Chat:
    async def there() -> bool:
        held = [c for c in await person.client.chats() if c.members]
        return bool(held) and len(held[0].withheld) == 2

    await until_found(there, "two wait")
    return (await person.client.chats())[0]


async def test_what_opens_by_a_newer_file_is_not_said_to_wait_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it opens while the chats are looked at because of that file."""
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(ada, bo)
        firm.rotates()
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "under 2")
        await waits(bo, ("ada",), Reason.RING_TOO_OLD)
        db = bo.client._desk.db
        read = db.read

        def opened() -> bool:
            return [one.chat.withheld for one in bo.events if isinstance(one, ChatChanged)][-1] == ()

        async def slowly(work: Work[_T]) -> _T:
            found = await read(work)
            if isinstance(found, list) and any(isinstance(one, ChatChanged) for one in found):
                await until(opened, "it opens")
            return found

        monkeypatch.setattr(db, "read", slowly)
        await firm.hands_out(bo)
        await reads(bo, ("ada",), ("ada", "under 2"))
        assert opened(), "nothing older was told after it"


async def test_from_one_key_to_another_both_seal_and_nobody_waits(tmp_path: Path) -> None:
    """The old key and the new one, until everybody has the new: who has it not yet reads by the old tag."""
    new = b"staff-2-"
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        firm = Firm()
        await firm.takes_in(ada, bo, cy)
        secret = Secret(bytes(range(32)))
        added = RingKey(new, "Staff 2", 1, State.ACTIVE, 0, 0, firm.method.id, secret)
        firm.ring = replace(firm.ring, serial=firm.ring.serial + 1, keys=(*firm.ring.keys, added))
        firm.policy(seals=(KEY, new))
        await firm.hands_out(ada, bo)
        sent = await writes(ada, ("bo", "cy"), "under both")
        await reads(bo, ("ada", "cy"), ("ada", "under both"))
        await reads(cy, ("ada", "bo"), ("ada", "under both"))
        info = await ada.client.company.message_info(sent.id)
        assert info is not None
        assert info.sealing is not None
        assert [(one.name, one.version) for one in info.sealing.readers] == [("Staff", 1), ("Staff 2", 1)]
        await writes(cy, ("ada", "bo"), "by the old key alone")
        await reads(bo, ("ada", "cy"), ("ada", "under both"), ("cy", "by the old key alone"))
        firm.policy(seals=(new,))
        firm.marks(1, State.RETIRED)
        await firm.hands_out(ada, bo)
        await writes(ada, ("bo", "cy"), "by the new key alone")
        await waits(cy, ("ada", "bo"), Reason.KEY_UNKNOWN)
        await firm.hands_out(cy)
        await reads(cy, ("ada", "bo"), ("ada", "under both"), ("ada", "by the new key alone"))


async def test_nothing_is_sealed_under_a_revoked_key_and_what_was_waits(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(ada, bo)
        firm.marks(1, State.REVOKED)
        firm.policy(revoked=Revoked.REFUSE)
        await firm.hands_out(bo)
        await writes(ada, ("bo",), "by the old ring")
        await waits(bo, ("ada",), Reason.REVOKED)
        assert not await texts(bo, "ada")
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "waits for a key")
        await keeps_back(ada, ("bo",), Reason.REVOKED)
        await ada.restarts()
        firm.rotates(State.REVOKED)
        await firm.hands_out(ada, bo)
        await reads(bo, ("ada",), ("ada", "waits for a key"))
        firm.policy(revoked=Revoked.OPEN)
        await firm.hands_out(bo)
        await reads(bo, ("ada",), ("ada", "waits for a key"), ("ada", "by the old ring"))
        assert await notes(bo) == {"waits for a key": None, "by the old ring": Notice.REVOKED}
        assert (await company_chat(ada, "bo")).unsent is None


async def test_another_key_opens_what_a_revoked_one_sealed_too_and_it_is_said(tmp_path: Path) -> None:
    """Refused is opening by the revoked key: a rotation loses nothing, whatever becomes of the older key."""
    new = b"staff-2-"
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(ada, bo)
        secret = Secret(bytes(range(32)))
        added = RingKey(new, "Staff 2", 1, State.ACTIVE, 0, 0, firm.method.id, secret)
        firm.ring = replace(firm.ring, serial=firm.ring.serial + 1, keys=(*firm.ring.keys, added))
        firm.policy(seals=(KEY, new), revoked=Revoked.REFUSE)
        await firm.hands_out(ada, bo)
        await writes(ada, ("bo",), "before")
        await reads(bo, ("ada",), ("ada", "before"))
        firm.policy(seals=(new,))
        firm.marks(1, State.REVOKED)
        await firm.hands_out(bo)
        await writes(ada, ("bo",), "under both")
        await reads(bo, ("ada",), ("ada", "before"), ("ada", "under both"))
        assert await notes(bo) == {"before": None, "under both": Notice.REVOKED}
        await bo.restarts()
        assert await notes(bo) == {"before": None, "under both": Notice.REVOKED}
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "under the new one")
        await reads(bo, ("ada",), ("ada", "before"), ("ada", "under both"), ("ada", "under the new one"))
        assert (await notes(bo))["under the new one"] is None


async def notes(person: Person) -> dict[str, Notice | None]:
    """What is said under each text of the one chat."""
    [found] = await person.client.chats()
    page = await person.client.page(found.id)
    return {message.text: message.notice for message in page.messages if message.kind is MessageKind.TEXT}


@pytest.mark.parametrize("mode", [wire.MODE_WRAP, wire.MODE_CONTENT])
async def test_a_plugin_killed_in_mid_call_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings, mode: int
) -> None:
    seals, opens = tmp_path / "dies-sealing", tmp_path / "dies-opening"
    programs = tmp_path / "programs"
    programs.mkdir()
    install_plugin(programs, sealing=killed_by(seals), opening=killed_by(opens))
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    keys = tmp_path / "keys"
    keys.write_text(f"{KEY.hex()} 1 {'07' * 32}\n")
    method = Method(PLUGIN, MethodKind.PLUGIN, mode, {"plugin": "acme", "keys": str(keys)})
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await Firm(method=method).takes_in(ada, bo)
        seals.touch()
        await writes(ada, ("bo",), "one")
        await keeps_back(ada, ("bo",), Reason.PROVIDER_DOWN)
        await writes(ada, ("bo",), "two")
        await ada.restarts()
        await keeps_back(ada, ("bo",), Reason.PROVIDER_DOWN)
        opens.touch()
        seals.unlink()
        await waits(bo, ("ada",), Reason.PROVIDER_DOWN, 2)
        assert not await texts(bo, "ada")
        await bo.restarts()
        opens.unlink()
        await reads(bo, ("ada",), ("ada", "one"), ("ada", "two"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        state = await bo.client.company.test_method(PLUGIN)
        assert state.fault is None
    logged_warnings.take("plugin lost")


async def test_company_and_session_both(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=12, t2=14) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        firm.policy(session=True)
        await firm.takes_in(ada, bo)
        chat = await ada.client.company.open_chat(["bo"])
        assert (chat.protection, chat.session) == (Protection.BOTH, SessionState.NONE)
        with pytest.raises(RefusedBy) as refused:
            await ada.client.send_text(chat.id, "too early")
        assert refused.value.situation.kind is Kind.NO_SESSION
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await until_found(lambda: ada.has_session("bo"), "a session")
        await until_found(lambda: bo.has_session("ada"), "a session")
        sent = await ada.client.send_text(chat.id, "by both")
        await reads(bo, ("ada",), ("ada", "by both"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        info = await ada.client.company.message_info(sent.id)
        assert info is not None
        assert info.sealing is not None
        assert info.sealing.session
        await ada.restarts()
        await bo.restarts()
        await ada.client.send_text(chat.id, "again")
        await reads(bo, ("ada",), ("ada", "by both"), ("ada", "again"))
        await ada.ends_session("bo")
        assert (await company_chat(ada, "bo")).session is SessionState.NONE


def written(person: Person, h: bytes | None = None) -> bytes:
    """Message data of a member, made outside the program."""
    member = person.client.company._member
    assert member is not None
    key = Secret(bytes(32))
    head = message_data.draft(member.author, member.profile.organisation, 1, b"m" * 16, ["bo"])
    tags = [wire.Tag(member.profile.methods[0].id, head.organisation, KEY, 1, b"w" * 60)]
    tags += [] if h is None else [message_data.session_tag(head, h)]
    return message_data.seal(member.author, head, tags, key, b"\x91\x04")


async def brings(person: Person, data: bytes) -> None:
    """The relay brings message data, twice."""
    head = wire.decode(data).head
    for seq in (1, 2):
        await person.client.company.receiving.arrived(DeliverData(seq, head.id, head.sender, data))


async def test_the_session_s_layer_cannot_be_taken_off_and_altered_is_told_once(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await Firm().takes_in(ada, bo)
        await brings(bo, written(ada, bytes(32)))
        await until(bo.troubles, "an alarm")
        assert [one.kind for one in bo.troubles()] == [Kind.COMPANY_ALTERED]
        await writes(ada, ("bo",), "hello")
        await reads(bo, ("ada",), ("ada", "hello"))
        data = written(ada)
        await brings(bo, data[:-1] + bytes([data[-1] ^ 1]))
        chat = await company_chat(bo, "ada")

        async def told() -> bool:
            rows = (await bo.client.page(chat.id)).messages
            return any(row.notice is Notice.ALTERED for row in rows)

        await until_found(told, "the alarm in the chat")
        rows = (await bo.client.page(chat.id)).messages
        assert [row.notice for row in rows] == [None, Notice.ALTERED]
    logged_warnings.take("message data refused")


async def test_who_joined_later_reads_what_came_before(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        firm.knows("ada", "bo")
        await ada.client.company.join(firm.join_file("ada"), PHRASE)
        await writes(ada, ("bo",), "hello")
        await ticks(ada, ("bo",), Delivery.RELAYED)
        with pytest.raises(RefusedBy) as refused:
            await bo.client.company.join(firm.join_file("ada"), PHRASE)
        assert refused.value.situation.facts == {"reason": FileReason.OTHER_MEMBER.value}
        with pytest.raises(RefusedBy) as refused:
            await bo.client.company.join(firm.join_file("bo"), "another phrase")
        assert refused.value.situation.facts == {"reason": FileReason.PHRASE_WRONG.value}
        assert await bo.client.company.organisation() is None
        found = await bo.client.company.join(firm.join_file("bo"), PHRASE)
        assert (found.name, found.digits) == ("ACME", bo.client.company.look(firm.update()).digits)
        await reads(bo, ("ada",), ("ada", "hello"))
        await ticks(ada, ("bo",), Delivery.DELIVERED)


async def test_a_sender_nobody_vouches_for_waits_for_a_newer_directory(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        await firm.takes_in(bo)
        await firm.takes_in(ada)
        assert [one.name for one in bo.client.company.directory()] == []
        await ada.client.company.update(firm.update())
        await writes(ada, ("bo",), "I am new")

        async def told() -> bool:
            found = await bo.client.company.organisation()
            return found is not None and [o.closed.reason for o in found.waiting] == [Reason.UNKNOWN_SENDER]

        await until_found(told, "bo is told that something waits")
        assert not [chat for chat in await bo.client.chats() if chat.members]
        await firm.hands_out(bo)
        await reads(bo, ("ada",), ("ada", "I am new"))


async def test_many_messages_across_restarts_keep_their_order(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await Firm().takes_in(ada, bo)
        wanted = [("ada", str(number)) for number in range(60)]
        for _, text in wanted[:30]:
            await writes(ada, ("bo",), text)
        await asyncio.to_thread(stage.relay.restart)
        await bo.restarts()
        for _, text in wanted[30:]:
            await writes(ada, ("bo",), text)
        await ada.restarts()
        await reads(bo, ("ada",), *wanted)
        await ticks(ada, ("bo",), Delivery.DELIVERED)


async def test_four_rotations_and_a_thousand_messages(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        people = await stage.enter("ada", "bo", "cy")
        ada, bo, cy = people
        firm = Firm()
        await firm.takes_in(*people)
        wanted: list[tuple[str, str]] = []
        for turn in range(5):
            present = [person for person in people if not person.is_away]
            if turn:
                firm.rotates()
                await firm.hands_out(*present)
            chat = await ada.client.company.open_chat(["bo", "cy"])
            for number in range(turn * 200, turn * 200 + 200):
                await ada.client.send_text(chat.id, str(number))
                wanted.append(("ada", str(number)))
            if turn == 1:
                await reads(cy, ("ada", "bo"), *wanted)
                await cy.leaves()  # and misses two rotations
            if turn == 3:
                await cy.returns()
                await firm.hands_out(cy)
        await reads(bo, ("ada", "cy"), *wanted, patience=60)
        await reads(cy, ("ada", "bo"), *wanted, patience=60)
        await ticks(ada, ("bo", "cy"), Delivery.DELIVERED)
        assert (await company_chat(cy, "ada", "bo")).withheld == ()


async def test_a_colleague_with_a_full_mailbox_holds_up_only_what_goes_to_them(tmp_path: Path) -> None:
    async with Stage(tmp_path, limits={"mailbox_messages": 3}) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await Firm().takes_in(ada, bo, cy)
        await cy.leaves()
        for number in range(5):
            await writes(ada, ("bo", "cy"), str(number))
        await writes(ada, ("bo",), "only to bo")
        await reads(bo, ("ada",), ("ada", "only to bo"))
        whole = [("ada", str(number)) for number in range(5)]
        await reads(bo, ("ada", "cy"), *whole)
        await cy.returns()
        await reads(cy, ("ada", "bo"), *whole)
        await reads(bo, ("ada", "cy"), *whole)
        await ticks(ada, ("bo", "cy"), Delivery.DELIVERED)


@pytest.mark.parametrize("session_first", [False, True])
async def test_what_was_written_before_and_after_a_newer_policy_is_read_in_order(
    tmp_path: Path, *, session_first: bool
) -> None:
    """Message data by themselves and those in envelopes reach the store in the order of their coming."""
    firm = Firm()
    firm.policy(session=session_first)
    async with Stage(tmp_path) as stage:
        bo, cy = await stage.enter("bo", "cy")
        await firm.takes_in(bo, cy)
        await meet(bo, cy)
        await cy.leaves()
        written = [str(number) for number in range(12)]
        for text in written[:10]:
            await writes(bo, ("cy",), text)
        await ticks(bo, ("cy",), Delivery.RELAYED)
        firm.policy(session=not session_first)
        await firm.hands_out(bo)
        for text in written[10:]:
            await writes(bo, ("cy",), text)
        await ticks(bo, ("cy",), Delivery.RELAYED)
        await cy.returns(online=False)
        await firm.hands_out(cy)
        await reads(cy, ("bo",), *(("bo", text) for text in written))
        await ticks(bo, ("cy",), Delivery.DELIVERED)
