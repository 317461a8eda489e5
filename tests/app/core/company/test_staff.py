"""The directory as the window asks for it."""

from msgspec.structs import replace

from support import company
from support.staff import membership
from watchword.core.company.membership import Member
from watchword.core.company.staff import Staff
from watchword.core.phrase import Rule
from watchword.model.company import DirectoryMember
from watchword.model.errors import Kind, Situation
from watchword.protocol.company.profile import Outsiders


def staff(serial: int = 1, **policy: object) -> Staff:
    held = membership(profile=replace(company.with_policy(**policy), serial=serial))
    member = Member(held, company.author("ada"))
    return Staff(lambda: member)


def test_nobody_before_this_desktop_joined() -> None:
    nobody = Staff(lambda: None)
    assert (nobody.company, nobody.has("bo"), nobody.everybody()) == ("", False, [])
    assert nobody.edition == (b"", 0)
    assert nobody.phrase_rule("bo") is None
    assert not nobody.outside("bo")


def test_everybody_but_this_user_by_name() -> None:
    acme = staff()
    assert acme.company == "ACME"
    assert acme.edition not in ((b"", 0), staff(serial=2).edition)
    assert acme.everybody() == [DirectoryMember("bo", "Bo"), DirectoryMember("陈", "陈")]
    assert [acme.has(account) for account in ("bo", "ada", "cy")] == [True, True, False]
    assert [acme.outside(account) for account in ("bo", "cy")] == ["", "ACME"]


def test_the_rule_of_a_phrase_is_for_members_where_the_policy_has_one() -> None:
    assert staff(phrase=52).phrase_rule("bo") == Rule("ACME", 52, ("ada", "bo", "Ada", "Bo"))
    assert staff(phrase=52).phrase_rule("cy") is None
    assert staff(phrase=0).phrase_rule("bo") is None


def test_who_joins_reads_the_past_where_the_policy_keeps_it_and_gives_it() -> None:
    assert staff(roaming=60, late=True).gives_the_past
    for other in (staff(late=True), staff(roaming=60), Staff(lambda: None)):
        assert not other.gives_the_past


def test_nobody_is_barred_but_who_is_outside_a_company_that_says_so() -> None:
    strict = staff(outsiders=Outsiders.REFUSE)
    assert strict.refuses_outsiders
    assert [strict.barred(account) for account in ("bo", "ada")] == [None, None]
    why = strict.barred("cy")
    assert why is not None
    assert why.situation == Situation(Kind.COMPANY_OUTSIDER, {"account": "cy", "company": "ACME"})
    for other in (staff(), Staff(lambda: None)):
        assert (other.refuses_outsiders, other.barred("cy")) == (False, None)
