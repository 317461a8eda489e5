"""The files that are handed out open where they should, and nowhere else."""

import pytest
from msgspec.structs import replace

from support.company import MEMBERS, PROFILE, RING, ROOT, with_policy
from watchword.crypto.secret import Secret
from watchword.org import exports, members
from watchword.org.contents import Contents, found
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import Membership
from watchword_wire.errors import PeerError, Refused

ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))
ADA = PROFILE.directory[0]
PHRASE = "six words that nobody would guess"
OTHER = found(Secret(b"\x71" * 32), "Other", b"by-ring-", 1)


def member(account: str) -> Membership:
    return Membership(1, ACME.root_key, 1, account, MEMBERS[account], PROFILE, replace(RING, serial=1))


def test_a_join_file_makes_a_member_and_an_update_keeps_one() -> None:
    joined = company_file.join(exports.join(ACME, ADA, PHRASE), PHRASE, None)
    assert joined == member("ada")
    newer = replace(ACME, profile=replace(PROFILE, serial=2), ring=replace(RING, serial=2))
    for account in MEMBERS:
        renewed = company_file.renew(member(account), exports.update(newer))
        assert renewed is not None
        assert (renewed.profile, renewed.ring) == (newer.profile, newer.ring)


def test_no_two_files_share_a_key_or_a_salt() -> None:
    assert exports.update(ACME) != exports.update(ACME)
    assert exports.join(ACME, ADA, PHRASE) != exports.join(ACME, ADA, PHRASE)


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        (replace(ACME, profile=with_policy(seals=(), auditors=())), "no key yet"),
        (replace(ACME, profile=replace(PROFILE, relay="")), "No relay is set"),
        (replace(ACME, profile=replace(PROFILE, directory=())), "no member yet"),
    ],
)
def test_without_what_a_desktop_needs_no_file_is_made(contents: Contents, says: str) -> None:
    with pytest.raises(Refused, match=says):
        exports.update(contents)


def test_a_file_tells_what_it_is_to_anybody_and_opens_for_the_vault() -> None:
    update = exports.update(ACME)
    seen = exports.verify(update, None, None)
    assert (seen.outside.members, seen.inside) == (("ada", "bo", "陈"), None)
    inside = exports.verify(update, ACME, None).inside
    assert inside is not None
    assert (inside.profile, inside.ring) == (PROFILE, RING)


def test_an_old_update_opens_by_whoever_is_left() -> None:
    update = exports.update(ACME)
    fewer, _ = members.add(members.remove(ACME, ADA), "ada", "Ada", Secret(b"\x66" * 32), alike=True)
    assert exports.verify(update, fewer, None).inside is not None
    alone = members.remove(members.remove(fewer, PROFILE.directory[1]), PROFILE.directory[2])
    assert "none of today's members" in exports.verify(update, alone, None).closed


def test_a_join_file_opens_by_its_phrase() -> None:
    data = exports.join(ACME, ADA, PHRASE)
    assert exports.verify(data, None, PHRASE).inside == member("ada")
    assert "--phrase-file" in exports.verify(data, ACME, None).closed
    assert "phrase does not open it" in exports.verify(data, ACME, PHRASE + "x").closed


def test_another_organisations_file_is_told_apart() -> None:
    assert "another organisation's" in exports.verify(exports.update(ACME), OTHER, None).closed


def test_a_file_that_was_altered_is_none() -> None:
    update = bytearray(exports.update(ACME))
    update[len(update) // 2] ^= 1
    with pytest.raises(PeerError):
        exports.verify(bytes(update), ACME, None)
