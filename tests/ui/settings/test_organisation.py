"""The section of the company: joining by a file, newer files, every refusal, *Test*; without a network."""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from support.firm import PHRASE, RING, Firm
from support.waiting import until
from support.web import WebServer
from support.windows import active, find, offline_client, played, speak
from watchword.core.client import Client
from watchword.protocol.company import company_file
from watchword.protocol.company.ring import State
from watchword.settings import Language
from watchword.store import member_keys
from watchword.store.member_keys import MemberKeys
from watchword.ui.settings.organisation import OrganisationSection

WRONG = (
    "This is not the phrase of this file. Nothing is lost: compare each word with what you were given, "
    "and try again."
)
Play = Callable[["Desk"], Coroutine[object, object, None]]


class Desk:
    """Bo's section, and the company whose files lie in his folder."""

    def __init__(self, folder: Path, client: Client) -> None:
        self._folder = folder
        self.client = client
        self.firm = Firm()
        self.firm.knows("ada", "bo")
        self.section = OrganisationSection(client)

    def file(self, name: str, data: bytes) -> str:
        path = self._folder / name
        path.write_bytes(data)
        return str(path)

    def press(self, name: str) -> None:
        find(self.section, name, QPushButton).click()

    def says(self, name: str) -> str:
        return find(self.section, name, QLabel).text()

    def shows(self, name: str) -> bool:
        return any(one.isVisible() for one in self.section.findChildren(QWidget, name))

    def source_says(self, words: str) -> bool:
        return find(self.section, "companySource", QLineEdit).accessibleDescription().startswith(words)

    async def joins(self, phrase: str = PHRASE) -> None:
        """By a join file for bo and a phrase, through the form."""
        await self.gives(self.file("bo.company", self.firm.join_file("bo")))
        await until(lambda: self.shows("joinPhrase"), "the phrase is asked for")
        find(self.section, "joinPhrase", QLineEdit).setText(phrase)
        self.press("joinCompany")

    async def gives(self, source: str) -> None:
        """Name a file in the form."""
        if not self.shows("companySource"):
            await until(lambda: self.shows("beginJoining"), "the section stands")
            self.press("beginJoining")
        find(self.section, "companySource", QLineEdit).setText(source)
        self.press("joinCompany")

    async def belongs(self) -> None:
        await until(lambda: self.shows("organisationName"), "the company is shown")

    async def is_told(self, words: str) -> None:
        await until(lambda: words in self.says("updateOutcome"), words)

    async def updates(self, name: str, data: bytes) -> None:
        """*Update from file…*, answered in the dialog."""
        path = self.file(name, data)
        self.press("updateFile")
        dialog = find(self.section, "companyFileDialog", QFileDialog)
        assert not self.section.window().isModal()
        dialog.selectFile(path)
        dialog.fileSelected.emit(path)
        dialog.close()


def desk(qapp: QApplication, folder: Path, play: Play) -> None:
    async def whole() -> None:
        client = await offline_client(folder / "bo")
        there = Desk(folder, client)
        await active(there.section)
        await play(there)
        there.section.stop()
        there.section.close()
        await client.close()

    played(qapp, whole())


def test_joining_by_file_and_phrase(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        await there.joins("some other words")
        phrase = find(there.section, "joinPhrase", QLineEdit)
        await until(lambda: phrase.accessibleDescription() == WRONG, "a wrong phrase is said")
        assert phrase.text() == "some other words", "it stays for correction"
        assert await there.client.company.organisation() is None
        phrase.setText(PHRASE)
        there.press("joinCompany")
        await there.belongs()
        held = await there.client.company.organisation()
        assert held is not None
        assert there.says("organisationName") == "ACME"
        assert there.says("updateOutcome") == "You belong to ACME now."
        digits = find(there.section, "organisationDigits", QLineEdit).text()
        assert digits.replace(" ", "") == held.digits
        assert phrase.text() == "", "the phrase is forgotten"
        there.press("copyDigits")
        assert QApplication.clipboard().text() == digits
        speak(Language.CHINESE)
        assert there.section.heading.text() == "组织"
        assert there.says("updateOutcome") == "你现在属于 ACME。"

    desk(qapp, tmp_path, play)


def test_a_file_that_is_none_for_here_is_refused_before_a_phrase_is_asked(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(there: Desk) -> None:
        for name, data, said in (
            ("ada.company", there.firm.join_file("ada"), "This file lets ada join, and your id is bo."),
            ("update.company", there.firm.update(), "This file is for people who have joined already."),
            ("letter.company", b"Dear Bo,", "This is no company file, or it was damaged on its way."),
        ):
            await there.gives(there.file(name, data))
            await until(partial(there.source_says, said), said)
            assert not there.shows("joinPhrase")
        there.press("cancelJoin")
        await until(lambda: there.shows("beginJoining"), "the offer is back")

    desk(qapp, tmp_path, play)


def test_newer_files_are_taken_and_others_change_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        older = there.firm.update()
        there.firm.rotates()
        await there.joins()
        await there.belongs()
        serial = there.firm.serial
        same = there.firm.update()
        await there.updates("same.company", same)
        await there.is_told("This computer had this file already.")
        there.firm.rotates(State.REVOKED)
        await there.updates("newer.company", there.firm.update())
        await there.is_told("This computer has the newer file now.")
        assert there.says("company-file") == f"no. {serial + 1}"
        assert there.firm.serial == serial + 1
        for name, data, said in (
            ("older.company", older, "This file is older than what this computer holds already."),
            ("other.company", _other_firm(), "This file is of another company"),
            ("ada.company", there.firm.join_file("ada"), "This file lets ada join"),
            ("letter.company", b"Dear Bo,", "This is no company file"),
        ):
            await there.updates(name, data)
            await there.is_told(said)
            assert there.says("company-file") == f"no. {serial + 1}"
        there.firm.directory("ada")
        await there.updates("without-bo.company", there.firm.update())
        await there.is_told("Nothing in this file is for you")
        speak(Language.CHINESE)
        assert there.says("updateOutcome").startswith("这个文件里没有给你的内容")
        speak(Language.ENGLISH)
        there.section.stop()
        again = OrganisationSection(there.client)
        await until(lambda: bool(again.page and again.page.outcome.text()), "it is said whenever one looks")
        assert again.page is not None
        assert again.page.outcome.text().startswith("ACME's newest company file does not list you any more")
        again.stop()
        again.close()

    desk(qapp, tmp_path, play)


def test_a_member_whose_key_is_new_joins_again(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        await there.joins()
        await there.belongs()
        there.firm.knows("bo")
        await there.updates("again.company", there.firm.join_file("bo"))
        await until(lambda: there.shows("joinPhrase"), "the phrase is asked for")
        find(there.section, "joinPhrase", QLineEdit).setText(PHRASE)
        there.press("joinCompany")
        await until(lambda: there.shows("updateOutcome"), "the company is shown again")
        assert there.says("company-file") == f"no. {there.firm.serial}"

    desk(qapp, tmp_path, play)


def test_a_method_is_tested(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        await there.joins()
        await there.belongs()
        state = f"methodState-{RING.hex()}"
        assert there.says(state) == "Not tried yet."
        there.press(f"testMethod-{RING.hex()}")
        await until(lambda: there.says(state).startswith("Works. Tested at "), "the ring works")

    desk(qapp, tmp_path, play)


def test_what_happens_elsewhere_is_followed(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        await until(lambda: there.shows("beginJoining"), "the section stands")
        await there.client.company.join(there.firm.join_file("bo"), PHRASE)
        await there.belongs()
        there.firm.policy(session=True)
        await there.client.company.update(there.firm.update())
        policy = there.section.page
        assert policy is not None
        needs = "Conversations need a passphrase session besides the company's key."
        await until(lambda: needs in policy.policy.sentences(), "the new policy is shown")

    desk(qapp, tmp_path, play)


def test_a_file_is_taken_while_a_slow_server_is_asked_for_one(qapp: QApplication, tmp_path: Path) -> None:
    async def play(there: Desk) -> None:
        with WebServer() as web:
            there.firm.profile = replace(there.firm.profile, updates=web.says_nothing("/acme.company"))
            await there.joins()
            await there.belongs()
            look = find(there.section, "lookForUpdate", QPushButton)
            look.click()
            assert look.text() == "Looking…"
            await until(lambda: web.asked, "the server is asked")
            there.firm.rotates()
            await there.updates("newer.company", there.firm.update())
            await there.is_told("This computer has the newer file now.")
            web.gives("/acme.company", there.firm.update())
            await until(lambda: look.text() == "Look for a newer file now", "it was looked for")

    desk(qapp, tmp_path, play)


def _other_firm() -> bytes:
    other = Firm()
    other.knows("bo")
    return other.update()


def test_a_further_computer_of_a_member_lacks_nothing_but_the_newest_file(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def play(there: Desk) -> None:
        root_key = company_file.look(there.firm.update()).root_key
        keys = MemberKeys(root_key, there.firm.seeds["bo"], "")
        await there.client._desk.db.write(lambda tx: member_keys.put(tx, keys))
        await there.client.company.files.start()
        there.section.stop()
        section = OrganisationSection(there.client)
        there.section = section
        await active(section)
        await until(lambda: there.says("offerWords").startswith("Your other computer"), "it says so")
        other = Firm()
        other.knows("bo")
        takes(there, other.update())
        await until(lambda: "another company" in there.says("offerProblem"), "it is refused")
        takes(there, there.firm.update())
        await there.belongs()
        held = await there.client.company.organisation()
        assert held is not None
        assert (held.name, held.serial) == ("ACME", there.firm.serial)

    desk(qapp, tmp_path, play)


def takes(there: Desk, data: bytes) -> None:
    """*Take a company file…*, answered in the dialog."""
    there.press("beginJoining")
    dialog = find(there.section, "companyFileDialog", QFileDialog)
    path = there.file("newest.company", data)
    dialog.selectFile(path)
    dialog.fileSelected.emit(path)
    dialog.close()
