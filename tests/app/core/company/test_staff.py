"""The directory as the window asks for it."""

from support import company
from support.staff import membership
from watchword.core.company.membership import Member
from watchword.core.company.staff import Staff
from watchword.core.phrase import Rule
from watchword.model.company import DirectoryMember


def staff(**policy: object) -> Staff:
    held = membership(profile=company.with_policy(**policy))
    member = Member(held, company.author("ada"))
    return Staff(lambda: member)


def test_nobody_before_this_desktop_joined() -> None:
    nobody = Staff(lambda: None)
    assert (nobody.company, nobody.has("bo"), nobody.everybody()) == ("", False, [])
    assert nobody.phrase_rule("bo") is None


def test_everybody_but_this_user_by_name() -> None:
    acme = staff()
    assert acme.company == "ACME"
    assert acme.everybody() == [DirectoryMember("bo", "Bo"), DirectoryMember("陈", "陈")]
    assert [acme.has(account) for account in ("bo", "ada", "cy")] == [True, True, False]


def test_the_rule_of_a_phrase_is_for_members_where_the_policy_has_one() -> None:
    assert staff(phrase=52).phrase_rule("bo") == Rule("ACME", 52, ("ada", "bo", "Ada", "Bo"))
    assert staff(phrase=52).phrase_rule("cy") is None
    assert staff(phrase=0).phrase_rule("bo") is None
