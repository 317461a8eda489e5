"""The company file: who opens it, what is pinned, what is older, and that no byte of it may differ."""

from typing import Any

import pytest
from msgspec.structs import replace

from support.company import (
    BROKEN_TOOLS_KEY,
    HR,
    MEMBERS,
    PROFILE,
    RING,
    ROOT,
    ring_key,
    signed_anyhow,
    with_key,
)
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.sealed_box import seal_to
from watchword.crypto.secret import Secret
from watchword.model.company import FileReason
from watchword.protocol.company import company_file
from watchword.protocol.company import profile as profiles
from watchword.protocol.company import ring as rings
from watchword.protocol.company.company_file import Drawn, FileRefused, Membership
from watchword.protocol.company.profile import Profile
from watchword.protocol.company.ring import Ring
from watchword_wire.errors import PeerError
from watchword_wire.message_data import organisation_id

FILE_KEY = Secret(bytes(range(32)))
DRAWN = Drawn(FILE_KEY, bytes(16), bytes(12))
PHRASE = "four words to join"
NEWER = replace(with_key(ring_key(HR, 3)), serial=2)
OTHER_ROOT = Secret(b"\x71" * 32)
FOREIGN = replace(PROFILE, organisation=organisation_id(ed25519_public(OTHER_ROOT.expose())))
FOREIGN_RING = replace(NEWER, organisation=FOREIGN.organisation)


def member(account: str = "ada", serial: int = 1) -> Membership:
    root_key = ed25519_public(ROOT.expose())
    return Membership(1, root_key, serial, account, MEMBERS[account], PROFILE, RING)


def update(serial: int = 2, profile: Profile = PROFILE, ring: Ring = NEWER, root: Secret = ROOT) -> bytes:
    return company_file.make_update(root, serial, profile, ring, FILE_KEY)


def join_file(serial: int = 1, account: str = "ada") -> bytes:
    return company_file.make_join(ROOT, serial, PROFILE, RING, account, MEMBERS[account], PHRASE, DRAWN)


def refusal(held: Membership, data: bytes) -> FileReason:
    with pytest.raises(FileRefused) as refused:
        company_file.renew(held, data)
    return refused.value.reason


def join_refusal(data: bytes, phrase: str = PHRASE, held: Membership | None = None) -> FileReason:
    with pytest.raises(FileRefused) as refused:
        company_file.join(data, phrase, held)
    return refused.value.reason


def foreign_profile(root: Secret) -> dict[str, Any]:
    """Profile and ring of another organisation, with the same people."""
    organisation = organisation_id(ed25519_public(root.expose()))
    profile, ring = replace(PROFILE, organisation=organisation), replace(RING, organisation=organisation)
    return {"profile": profile, "ring": ring, "root": root}


def test_a_join_file_shows_whose_it_is_and_opens_by_its_phrase() -> None:
    outside = company_file.look(join_file())
    assert (outside.root_key, outside.serial, outside.joins) == (ed25519_public(ROOT.expose()), 1, "ada")
    assert outside.members == ()
    assert outside.organisation == PROFILE.organisation
    assert company_file.join(join_file(), f"  {PHRASE.replace(' ', '   ')} ", None) == member()
    assert join_refusal(join_file(), "four words to guess") is FileReason.PHRASE_WRONG


@pytest.mark.parametrize("account", list(MEMBERS))
def test_an_update_opens_for_every_member(account: str) -> None:
    renewed = company_file.renew(member(account), update())
    assert renewed == replace(member(account), serial=2, ring=NEWER)
    outside = company_file.look(update())
    assert (outside.joins, outside.members) == ("", tuple(MEMBERS))


def test_what_is_held_already_is_nothing() -> None:
    assert company_file.renew(member(serial=2), update(ring=RING)) is None


def test_an_older_file_is_refused() -> None:
    held = replace(member(), serial=3, ring=replace(NEWER, serial=2))
    assert refusal(held, update(2)) is FileReason.OLDER
    assert refusal(held, update(3, ring=RING)) is FileReason.OLDER, "another content of the same serial"
    assert refusal(held, update(4, ring=RING)) is FileReason.OLDER, "a ring that goes back"
    renamed = replace(PROFILE, serial=2, name="ACME Ltd")
    assert refusal(replace(held, profile=renamed), update(4)) is FileReason.OLDER, "a profile that goes back"
    assert join_refusal(join_file(2), held=held) is FileReason.OLDER


def test_another_root_key_is_another_company() -> None:
    foreign = update(**foreign_profile(OTHER_ROOT))
    assert refusal(member(), foreign) is FileReason.OTHER_COMPANY
    held = replace(member(), root_key=ed25519_public(OTHER_ROOT.expose()))
    assert join_refusal(join_file(), held=held) is FileReason.OTHER_COMPANY


def test_who_was_removed_finds_nothing() -> None:
    fewer = replace(PROFILE, serial=2, directory=PROFILE.directory[1:])
    assert refusal(member("ada"), update(profile=fewer)) is FileReason.REMOVED
    assert company_file.renew(member("bo"), update(profile=fewer)) is not None


def test_that_a_member_was_removed_is_kept_until_a_newer_file_lists_them() -> None:
    fewer = replace(PROFILE, serial=2, directory=PROFILE.directory[1:])
    held = company_file.without(member("ada"), update(4, profile=fewer))
    assert held == replace(member("ada"), removed=4)
    assert company_file.without(held, update(3, profile=fewer)).removed == 4
    assert company_file.unpack(company_file.pack(held)) == held
    assert company_file.renew(held, update(1, ring=RING)) is None, "what is held already says nothing new"
    for serial in (3, 5):
        renewed = company_file.renew(held, update(serial))
        assert renewed is not None
        assert (renewed.serial, renewed.removed) == (serial, 4)


def test_a_file_of_the_other_kind_is_told_apart() -> None:
    assert refusal(member(), join_file(2)) is FileReason.TO_JOIN
    assert join_refusal(update()) is FileReason.NOT_TO_JOIN


def test_a_member_joins_anew_where_the_company_is_pinned() -> None:
    assert company_file.join(join_file(2), PHRASE, member()) == member(serial=2)


def test_no_byte_of_an_update_may_differ() -> None:
    data, held = update(), member()
    for at in range(len(data)):
        for spoiled in (
            data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
            data[:at],
            data[:at] + b"\x00" + data[at:],
        ):
            with pytest.raises(PeerError):
                company_file.renew(held, spoiled)


def test_no_byte_of_a_join_file_may_differ() -> None:
    """The signature is checked before the phrase costs a second."""
    data = join_file()
    for at in range(len(data)):
        with pytest.raises(PeerError):
            company_file.look(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_nothing_that_breaks_the_rules_is_signed() -> None:
    wrong = [
        {"ring": replace(RING, serial=0)},
        {"profile": replace(PROFILE, name="")},
        {"ring": replace(RING, keys=())},
        {"root": OTHER_ROOT},
        {"serial": 0},
        {"profile": replace(PROFILE, directory=())},
        {"profile": replace(PROFILE, directory=(replace(PROFILE.directory[0], key=bytes(32)),))},
    ]
    for changes in wrong:
        with pytest.raises(PeerError):
            update(**changes)  # type: ignore[arg-type]  # each name has its own type
    with pytest.raises(PeerError):
        company_file.make_join(ROOT, 1, PROFILE, RING, "ada", MEMBERS["bo"], PHRASE, DRAWN)
    with pytest.raises(PeerError):
        company_file.make_join(ROOT, 1, PROFILE, RING, "eve", MEMBERS["bo"], PHRASE, DRAWN)


def test_a_file_that_gives_a_member_another_key_is_refused() -> None:
    """What opens for me says in its directory whose key I hold."""
    renewed = replace(PROFILE.directory[0], key=ed25519_public(b"\x33" * 32))
    profile = replace(PROFILE, directory=(renewed, *PROFILE.directory[1:]))
    stanza = company_file._MemberStanza("ada", seal_to(PROFILE.directory[0].key, FILE_KEY.expose()))
    data = company_file._made(ROOT, 2, (stanza,), profile, NEWER, FILE_KEY)
    with pytest.raises(PeerError, match="the directory does not have this member with this key"):
        company_file.renew(member("ada"), data)
    with pytest.raises(PeerError, match="sealed box does not open"):
        company_file.renew(replace(member("ada"), member=MEMBERS["bo"]), update())


def test_another_encoding_of_the_same_is_refused() -> None:
    """The signature covers what is read; that it is read from one encoding only is a rule of its own."""
    data = update()
    for other in (b"\xdc\x00\x06" + data[1:], b"\x97" + data[1:] + b"\x00", data + b"\x00"):
        with pytest.raises(PeerError):
            company_file.look(other)


def stanza(account: str) -> company_file._MemberStanza:
    return company_file._MemberStanza(account, bytes(80))


def join_stanza(account: str) -> company_file._PhraseStanza:
    return company_file._PhraseStanza(account, bytes(16), bytes(12), bytes(80))


@pytest.mark.parametrize(
    "stanzas",
    [
        (),
        (stanza("bo"), stanza("ada")),
        (stanza("ada"), stanza("ada")),
        (join_stanza("ada"), join_stanza("bo")),
        (join_stanza("ada"), stanza("bo")),
        (stanza("ada"), join_stanza("bo")),
        (stanza("a b"),),
        (replace(stanza("ada"), sealed=bytes(79)),),
        (replace(join_stanza("ada"), salt=bytes(15)),),
        (replace(join_stanza("ada"), nonce=bytes(13)),),
        (replace(join_stanza("ada"), sealed=bytes(81)),),
    ],
)
def test_stanzas_that_no_company_file_has(stanzas: tuple[company_file._Stanza, ...]) -> None:
    assert company_file._made(ROOT, 2, (stanza("ada"), stanza("bo")), PROFILE, NEWER, FILE_KEY)
    with pytest.raises(PeerError):
        company_file._made(ROOT, 2, stanzas, PROFILE, NEWER, FILE_KEY)


OTHERS = {"organisation": bytes(16)}


@pytest.mark.parametrize(
    ("profile", "ring"),
    [
        (replace(PROFILE, **OTHERS), replace(RING, **OTHERS)),
        (PROFILE, replace(RING, **OTHERS)),
        (PROFILE, replace(RING, keys=())),
        (replace(PROFILE, name=""), RING),
        (PROFILE, replace(RING, serial=0)),
    ],
    ids=["another organisation", "two organisations", "no keys", "no name", "no serial"],
)
def test_what_breaks_the_rules_is_refused_whoever_signed_it(profile: Profile, ring: Ring) -> None:
    good = company_file.make_update(ROOT, 2, PROFILE, RING, BROKEN_TOOLS_KEY)
    assert company_file.renew(member(), good) == member(serial=2)
    data = signed_anyhow(good, ROOT, profiles.encode(profile), rings.encode(ring))
    with pytest.raises(PeerError):
        company_file.renew(member(), data)


def test_members_and_phrase_alone_open_and_nothing_shows_inside() -> None:
    for data in (update(), join_file()):
        for secret in (RING.keys[0].secret.expose(), MEMBERS["ada"].expose(), FILE_KEY.expose()):
            assert secret not in data
        for name in (b"ACME", b"Audit office", HR):
            assert name not in data


def test_a_membership_comes_back_from_the_store_and_shows_no_secret() -> None:
    packed = company_file.pack(member())
    assert company_file.unpack(packed) == member()
    for shown in (repr(member()), repr(DRAWN), repr(packed)):
        for secret in (MEMBERS["ada"].expose(), RING.keys[0].secret.expose(), FILE_KEY.expose()):
            assert repr(secret)[2:-1] not in shown
            assert secret.hex() not in shown


def test_a_spoiled_membership_is_told() -> None:
    wrong = [
        replace(member(), format=2),
        replace(member(), account="bo"),
        replace(member(), member=Secret(bytes(31))),
        replace(member(), root_key=bytes(32)),
        replace(member(), ring=replace(RING, serial=0)),
    ]
    for spoiled in wrong:
        with pytest.raises(PeerError):
            company_file.unpack(company_file.pack(spoiled))
    with pytest.raises(PeerError):
        company_file.unpack(Secret(b"\x91\x01"))


def test_digits_are_twenty_and_differ() -> None:
    one, other = company_file.digits(bytes(32)), company_file.digits(b"\x01" + bytes(31))
    assert one != other
    assert len(one) == len(other) == 20
    assert (one + other).isdecimal()


def test_a_second_desktop_opens_an_update_with_the_member_key_that_it_was_given() -> None:
    root_key = ed25519_public(ROOT.expose())
    held = member(serial=2)
    foreign = update(root=OTHER_ROOT, profile=FOREIGN, ring=FOREIGN_RING)
    assert company_file.follow(update(), root_key, "ada", MEMBERS["ada"]) == replace(held, ring=NEWER)
    for data, key, account, reason in (
        (foreign, root_key, "ada", FileReason.OTHER_COMPANY),
        (update(), root_key, "eve", FileReason.REMOVED),
        (join_file(), root_key, "ada", FileReason.TO_JOIN),
    ):
        with pytest.raises(FileRefused) as refused:
            company_file.follow(data, key, account, MEMBERS["ada"])
        assert refused.value.reason is reason
    with pytest.raises(PeerError):
        company_file.follow(update(), root_key, "ada", MEMBERS["bo"])


def test_member_keys_that_newer_files_took_out_are_remembered() -> None:
    """Of who joined anew and of who was removed, across files, each once; and over joining again."""
    ada, bo = PROFILE.directory[0], PROFILE.directory[1]
    held = member("ada")
    gone = replace(PROFILE, serial=2, directory=(ada, *PROFILE.directory[2:]))
    first = company_file.renew(held, update(serial=2, profile=gone))
    assert first is not None
    assert first.former == (("bo", bo.key),)
    anew = replace(bo, key=ed25519_public(b"\x33" * 32))
    back = replace(PROFILE, serial=3, directory=(ada, anew, *PROFILE.directory[2:]))
    second = company_file.renew(first, update(serial=3, profile=back))
    assert second is not None
    assert second.former == (("bo", bo.key),)
    assert company_file.renew(second, update(serial=3, profile=back)) is None
    assert company_file.unpack(company_file.pack(second)) == second
