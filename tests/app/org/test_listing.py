"""What stands in a vault, told without a secret."""

from msgspec.structs import replace

from support.company import AUDIT, HR, MEMBERS, NOW, PROFILE, RING, ROOT, ring_key
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
    found = key_lines(ACME, NOW)
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


def test_only_the_version_that_seals_now_is_said_to_seal() -> None:
    later, over = int(NOW) + 86_400, int(NOW) - 86_400
    keys = (
        ring_key(HR, 1, ends=later),
        ring_key(HR, 2, ends=over),
        ring_key(HR, 3, begins=later),
        ring_key(AUDIT, 1, ends=later),
    )
    found = key_lines(replace(ACME, ring=replace(RING, keys=keys)), NOW)
    uses = {(one["name"], one["version"]): one["use"] for one in found.data["keys"]}
    assert uses == {
        ("hr", 1): "seals",
        ("hr", 2): "–",
        ("hr", 3): "seals, later",
        ("audit", 1): "auditor: Audit office",
    }
    assert [one["key"] for one in found.data["warnings"]] == ["audit"]
    assert found.lines[-1].startswith("WARNING: “audit” seals until")


def test_the_profile_is_shown_and_nothing_secret_of_it() -> None:
    found = profile_lines(ACME)
    text = "\n".join(found.lines)
    assert "Audit office (audit)" in text
    assert found.data["seals"] == ["hr"]
    secrets = [ROOT, *MEMBERS.values(), *(key.secret for key in RING.keys if key.secret)]
    every = text + str(found.data) + str(key_lines(ACME, NOW)) + str(member_lines(ACME))
    assert not [one for one in secrets if one.expose().hex() in every or str(one.expose()) in every]
