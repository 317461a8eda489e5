"""What a vault holds: founded, advanced, encoded."""

import pytest
from msgspec.structs import replace

from support.company import ORGANISATION, PROFILE, RING, RING_METHOD, ROOT, with_policy
from watchword.org import contents as insides
from watchword.org.contents import Contents
from watchword_wire.errors import PeerError, Refused

ACME = Contents(1, ROOT, PROFILE, RING, {})


def test_a_new_organisation_is_its_root_keys_and_empty() -> None:
    made = insides.found(ROOT, "ACME", RING_METHOD, 7)
    assert made.profile.organisation == made.ring.organisation == ORGANISATION
    assert (made.profile.directory, made.ring.keys, made.serial) == ((), (), 7)
    assert insides.decode(insides.encode(made)) == made


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "two\nlines"])
def test_what_is_no_name_names_no_organisation(name: str) -> None:
    with pytest.raises(Refused, match="is no name"):
        insides.found(ROOT, name, RING_METHOD, 1)


def test_a_serial_is_the_time_and_never_goes_back() -> None:
    at = insides.advanced(ACME, 1_780_000_000.9)
    assert at.profile.serial == at.ring.serial == at.serial == 1_780_000_000
    assert insides.advanced(at, 5.0).serial == 1_780_000_001


def test_what_no_desktop_would_take_is_refused_in_a_sentence() -> None:
    insides.check(ACME)
    with pytest.raises(Refused, match="seals under a key that the ring lacks"):
        insides.check(replace(ACME, profile=with_policy(seals=(b"unknown-",))))


@pytest.mark.parametrize("data", [b"", b"\x01", insides.encode(replace(ACME, format=2))])
def test_what_is_no_contents_is_not_read(data: bytes) -> None:
    with pytest.raises(PeerError):
        insides.decode(data)


def test_nothing_secret_shows() -> None:
    assert repr(ROOT.expose())[2:-1] not in repr(insides.found(ROOT, "ACME", RING_METHOD, 1))
