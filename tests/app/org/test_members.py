"""Who belongs to the company."""

import pytest

from support.company import MEMBERS, PROFILE, RING, ROOT
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.org import members
from watchword.org.contents import Contents, check
from watchword.org.naming import member_named
from watchword_wire.errors import Refused

ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))
SEED = Secret(b"\x55" * 32)


def test_a_member_has_a_key_of_their_own() -> None:
    after, member = members.add(ACME, "Cy", "Cy", SEED, alike=False)
    check(after)
    assert (member.account, member.key) == ("cy", ed25519_public(SEED.expose()))
    assert after.profile.member("cy") == member
    assert after.seeds["cy"] == SEED


def test_nobody_looks_like_somebody_else_unless_that_is_meant() -> None:
    with pytest.raises(Refused, match="looks like bo"):
        members.add(ACME, "b0", "Someone", SEED, alike=True)
    with pytest.raises(Refused, match="With --alike"):
        members.add(ACME, "cy", "Аda", SEED, alike=False)
    after, _ = members.add(ACME, "cy", "Ada", SEED, alike=True)
    with pytest.raises(Refused, match="ada, cy"):
        member_named(after.profile, "Ada")
    with pytest.raises(Refused, match="is no name"):
        members.add(ACME, "cy", "", SEED, alike=True)


def test_renaming_keeps_account_key_and_place() -> None:
    ada = PROFILE.directory[0]
    after = members.rename(ACME, ada, "Ada Byron", alike=False)
    renamed = after.profile.directory[0]
    assert (renamed.account, renamed.key, renamed.name) == (ada.account, ada.key, "Ada Byron")
    assert members.rename(ACME, ada, ada.name, alike=False) == ACME
    with pytest.raises(Refused, match=r"looks like|already"):
        members.rename(ACME, ada, "Bo", alike=False)


def test_who_is_removed_leaves_no_seed() -> None:
    after = members.remove(ACME, PROFILE.directory[0])
    assert after.profile.member("ada") is None
    assert set(after.seeds) == {"bo", "陈"}
