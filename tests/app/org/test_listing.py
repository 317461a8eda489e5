"""What stands in a vault, told without a secret."""

from support.company import MEMBERS, PROFILE, RING, ROOT
from watchword.org.contents import Contents
from watchword.org.listing import key_lines, member_lines, profile_lines

ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))


def test_members_are_listed() -> None:
    found = member_lines(ACME)
    assert [line.split() for line in found.lines] == [
        ["account", "name"],
        ["ada", "Ada"],
        ["bo", "Bo"],
        ["陈", "陈"],
    ]


def test_keys_are_listed_with_place_and_use() -> None:
    found = key_lines(ACME)
    rows = [
        (one["name"], one["version"], one["state"], one["place"], one["use"]) for one in found.data["keys"]
    ]
    assert rows == [
        ("audit", 1, "active", "key ring", "auditor: Audit office"),
        ("hr", 2, "active", "key ring", "seals"),
        ("hr", 1, "retired", "key ring", "–"),
        ("own", 1, "active", "plugin acme (content)", "–"),
        ("token", 1, "active", "token  (wrap)", "–"),
    ]


def test_the_profile_is_shown_and_nothing_secret_of_it() -> None:
    found = profile_lines(ACME)
    text = "\n".join(found.lines)
    assert "Audit office (audit)" in text
    assert found.data["seals"] == ["hr"]
    secrets = [ROOT, *MEMBERS.values(), *(key.secret for key in RING.keys if key.secret)]
    every = text + str(found.data) + str(key_lines(ACME)) + str(member_lines(ACME))
    assert not [one for one in secrets if one.expose().hex() in every or str(one.expose()) in every]
