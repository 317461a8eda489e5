"""The company as the window is told of it: policy in plain values, every version of every key, no secret."""

from pathlib import Path

import msgspec

from support.company import with_policy
from support.staff import employed, renewed
from watchword.core.company import view
from watchword.model.company import KeyState, Lookout
from watchword.protocol.company.profile import Outsiders, Pin, Revoked
from watchword.store import chats, contacts, messages
from watchword.store.transaction import Tx


async def test_each_version_of_a_key_says_what_becomes_of_it(tmp_path: Path) -> None:
    async with employed(tmp_path) as (_, member):
        shown = view.describe(member, [], (), Lookout())
    ring = member.ring
    assert [(one.name, one.version) for one in shown.keys] == [(one.name, one.version) for one in ring.keys]
    assert {one.state for one in shown.keys} <= {"active", "retired", "revoked"}
    sealing = [one for one in shown.keys if one.seals]
    assert {one.name for one in sealing} == {ring.name(key) for key in member.profile.policy.seals} | {
        one.name for one in shown.keys if one.auditor
    }
    assert all(one.state == "active" for one in sealing)
    names = {field.name for field in msgspec.structs.fields(KeyState)}
    assert "secret" not in names


async def test_the_policy_is_told_as_it_is(tmp_path: Path) -> None:
    async with employed(tmp_path) as (_, member):
        for session, revoked, pin, outsiders in (
            (True, Revoked.OPEN, Pin.SESSION, Outsiders.REFUSE),
            (False, Revoked.REFUSE, Pin.ASK, Outsiders.SESSION),
        ):
            policy = with_policy(session=session, revoked=revoked, pin=pin, outsiders=outsiders)
            told = view.describe(renewed(member, profile=policy), [], (), Lookout()).policy
            assert told.session is session
            assert told.revoked_opens is (revoked is Revoked.OPEN)
            assert told.pin_remembered is (pin is Pin.SESSION)
            assert told.refuses_outsiders is (outsiders is Outsiders.REFUSE)


async def test_a_text_of_a_passphrase_chat_was_sealed_by_no_company(tmp_path: Path) -> None:
    def written(tx: Tx) -> int:
        contacts.meet(tx, "bo")
        text = messages.add_text(tx, chats.meet(tx, "bo", 5), "hi", mine=False, at=5, key=bytes(16))
        assert text is not None
        return text.id

    async with employed(tmp_path) as (place, member):
        text = await place.db.write(written)
        assert await place.db.read(lambda tx: view.info(member, "ada", text, tx)) is None
