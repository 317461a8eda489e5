"""What the company's page says beyond its parts: addresses, numbers, what came of the last file."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from support.windows import active, find, played, speak
from watchword.model.company import CompanyPolicy, KeyState, MethodState, Organisation
from watchword.settings import Language
from watchword.ui.company.organisation_member import MemberPage
from watchword.ui.controls.label import Role

POLICY = CompanyPolicy(False, 0, 0, True, False, ("Audit office",))
KEY = KeyState("hr-2026", 1, "active", b"by-ring-", 0, 0, seals=True)
ACME = Organisation(
    "ACME",
    "12345678901234567890",
    3,
    2,
    1,
    "wss://relay.example:7300",
    "",
    (KEY,),
    (MethodState(b"by-ring-", "ring", "wrap"),),
    POLICY,
)


def test_everything_of_the_company_stands_on_its_page(qapp: QApplication) -> None:
    async def play() -> None:
        page = MemberPage()
        page.show_organisation(ACME)
        await active(page)
        assert find(page, "organisationDigits", QLineEdit).text() == "12345 67890 12345 67890"
        for name, said in (("relay", ACME.relay), ("file", "no. 3"), ("ring", "no. 2"), ("profile", "no. 1")):
            assert find(page, f"company-{name}", QLabel).text() == said
        assert page.auditors.sentences() == ["Audit office can read every message."]
        assert page.look.isHidden(), "the company has no address for newer files"
        assert find(page, "company-updates", QLabel).isHidden()
        find(page, "copyDigits", QPushButton).click()
        assert QApplication.clipboard().text() == "12345 67890 12345 67890"
        page.show_organisation(replace(ACME, updates="https://acme.example/watchword"))
        assert not page.look.isHidden()
        speak(Language.CHINESE)
        assert page.auditors.sentences() == ["Audit office 可以阅读每条消息。"]
        assert find(page, "company-file", QLabel).text() == "编号 3"
        assert find(page, "updateFile", QPushButton).text() == "用文件更新…"

    played(qapp, play())


def test_what_came_of_a_file_is_said_until_the_next(qapp: QApplication) -> None:
    async def play() -> None:
        page = MemberPage()
        page.show_organisation(ACME)
        outcome = find(page, "updateOutcome", QLabel)
        assert outcome.isHidden()
        page.say("This file is older.", Role.DANGER)
        assert (outcome.isHidden(), outcome.text()) == (False, "This file is older.")
        page.say("", Role.GOOD)
        assert outcome.isHidden()

    played(qapp, play())
