"""F7, message data: whole or not at all, by the newest profile and ring."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.staff import employed, renewed
from watchword.core.company import message_data
from watchword.core.company.message_data import Sealed
from watchword.core.company.providers import Providers
from watchword.model.company import Closed, ReaderKey, Reason
from watchword.protocol.company import message_data as format_of
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.ring import Ring, State
from watchword_wire import message_data as wire

CONTENT = b"\x91\x04"


@pytest.fixture
def providers() -> Providers:
    async def needed(_methods: frozenset[bytes]) -> bool:
        return True

    return Providers(lambda _: None, lambda _: None, lambda _name, _work: None, needed)


async def test_every_key_of_the_policy_has_its_tag(tmp_path: Path, providers: Providers) -> None:
    async with employed(tmp_path) as (_, member):
        made = await message_data.assemble(
            member, providers, company.MESSAGE, ("bo", "陈"), CONTENT, company.NOW
        )
    assert isinstance(made, Sealed)
    head = wire.decode(made.data).head
    assert [(tag.key, tag.version) for tag in head.tags] == [(company.HR, 2), (company.AUDIT, 1)]
    assert (head.id, head.targets) == (company.MESSAGE, ("bo", "陈"))
    assert made.sealing.readers == (
        ReaderKey("hr", 2, "ring"),
        ReaderKey("audit", 1, "ring", "Audit office"),
    )
    assert not isinstance(format_of.examine(made.data, "bo", company.PROFILE, None), Closed)


async def test_inside_a_session_its_tag_is_the_last_and_each_data_have_a_key_of_their_own(
    tmp_path: Path, providers: Providers
) -> None:
    async with employed(tmp_path) as (_, member):
        one, other = [
            await message_data.assemble(
                member, providers, company.MESSAGE, ("bo",), CONTENT, company.NOW, h=h
            )
            for h in (company.H, bytes(32))
        ]
    assert isinstance(one, Sealed)
    assert isinstance(other, Sealed)
    heads = [wire.decode(sealed.data).head for sealed in (one, other)]
    assert [head.session and head.session.key for head in heads] == [company.H[:8], bytes(8)]
    assert heads[0].commitment != heads[1].commitment
    assert one.sealing.session


NOT_AUDITED = company.with_key(company.ring_key(company.AUDIT, 1, State.REVOKED))
NOT_BEGUN = company.with_key(company.ring_key(company.AUDIT, 1, begins=int(company.NOW) + 9))
NO_MEMBER = replace(company.PROFILE, directory=company.PROFILE.directory[:1])


@pytest.mark.parametrize(
    ("profile", "ring", "reason"),
    [
        (company.PROFILE, NOT_AUDITED, Reason.REVOKED),
        (company.PROFILE, NOT_BEGUN, Reason.KEY_NOT_VALID),
        (NO_MEMBER, company.RING, Reason.MEMBER_GONE),
        (company.with_policy(seals=(company.TOKEN,)), company.RING, Reason.PROVIDER_MISSING),
    ],
)
async def test_one_key_that_cannot_seal_stops_it(
    tmp_path: Path, providers: Providers, profile: Profile, ring: Ring, reason: Reason
) -> None:
    async with employed(tmp_path) as (_, before):
        member = renewed(before, profile=profile, ring=ring)
        made = await message_data.assemble(member, providers, company.MESSAGE, ("bo",), CONTENT, company.NOW)
    assert isinstance(made, Closed)
    assert made.reason is reason


async def test_what_no_envelope_takes_is_told_as_too_long(tmp_path: Path, providers: Providers) -> None:
    async with employed(tmp_path) as (_, member):
        made = await message_data.assemble(
            member, providers, company.MESSAGE, ("bo",), bytes(98_000), company.NOW, h=company.H
        )
    assert made == Closed(Reason.TOO_LONG)
