"""The form for joining: where the file lies, what it shows, the phrase; typed into as a person would."""

import asyncio
import threading
from collections.abc import Callable, Coroutine

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from support.waiting import until
from support.windows import active, find, played, speak
from watchword.model.company import CompanyOutside, FileReason, LinkReason
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.settings import Language
from watchword.ui.company.join_form import Gate, JoinForm

OUTSIDE = CompanyOutside("12345678901234567890", 7, "ada")
PHRASE = "Six Words that nobody would Guess"


class Office:
    """What stands behind the gate: files by their names, and the phrase."""

    def __init__(self, account: str = "") -> None:
        self.files: dict[str, CompanyOutside | Exception] = {"ada.company": OUTSIDE}
        self.asked: list[str] = []
        self.looked_in: list[threading.Thread] = []
        self.phrases: list[str] = []
        self.refuses: Exception | None = None
        self.held = asyncio.Event()
        self.held.set()
        self.kept = asyncio.Event()
        self.kept.set()
        self.window = QWidget()
        self.form = JoinForm(Gate(self._obtain, self._look, self._join, account))
        QVBoxLayout(self.window).addWidget(self.form)
        self.joined: list[object] = []
        self.cancelled = 0
        self.form.joined.connect(self.joined.append)
        self.form.cancelled.connect(self._cancel)

    def _cancel(self) -> None:
        self.cancelled += 1

    async def _obtain(self, source: str) -> bytes:
        self.asked.append(source)
        await self.held.wait()
        found = self.files.get(source)
        if found is None:
            raise TroubleWith(Kind.COMPANY_LINK, reason=LinkReason.FILE_MISSING.value, file=source)
        if isinstance(found, Exception):
            raise found
        return source.encode()

    def _look(self, data: bytes) -> CompanyOutside:
        self.looked_in.append(threading.current_thread())
        found = self.files[data.decode()]
        assert isinstance(found, CompanyOutside)
        return found

    async def _join(self, data: bytes, phrase: str, keeping: Callable[[], None]) -> object:
        self.phrases.append(phrase)
        await self.held.wait()
        if self.refuses is not None:
            raise self.refuses
        if phrase != PHRASE:
            raise RefusedBy(Kind.COMPANY_FILE, reason=FileReason.PHRASE_WRONG.value)
        keeping()
        await self.kept.wait()
        return data.decode()

    # --- a person's hands and eyes ---------------------------------------------------

    def types(self, name: str, text: str) -> None:
        field = find(self.form, name, QLineEdit)
        assert field.isVisible()
        field.setFocus()
        field.selectAll()
        field.insert(text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def sees(self, name: str) -> bool:
        return find(self.form, name, QWidget).isVisible()

    def says(self, name: str) -> str:
        label = find(self.form, name, QLabel)
        return label.text() if label.isVisible() else ""

    def press(self, name: str) -> None:
        button = find(self.form, name, QAbstractButton)
        assert button.isVisible()
        assert button.isEnabled()
        button.click()

    def goes(self) -> str:
        return find(self.form, "joinCompany", QAbstractButton).text()


Play = Callable[[Office], Coroutine[object, object, None]]


def at(qapp: QApplication, play: Play, account: str = "") -> None:
    async def whole() -> None:
        office = Office(account)
        office.window.resize(520, 460)
        await active(office.window)
        try:
            await play(office)
        finally:
            office.form.stop()
            office.window.close()

    played(qapp, whole())


def test_from_the_file_to_the_company(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin()
        assert not office.sees("joinPhrase")
        office.types("companySource", " ada.company ")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        assert office.asked == ["ada.company"]
        assert office.looked_in[0] is not threading.main_thread(), "a large file would hold the windows"
        assert office.says("companyDigits") == "12345 67890 12345 67890"
        assert "ada" in office.says("companyAccount")
        assert not office.sees("companySource")
        assert find(office.form, "joinPhrase", QLineEdit).hasFocus()
        office.types("joinPhrase", PHRASE)
        await until(lambda: office.joined, "joined")
        assert office.joined == ["ada.company"]

    at(qapp, play)


def test_a_file_that_was_named_is_fetched_at_once(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.held.clear()
        office.form.begin("ada.company")
        await until(lambda: office.asked, "it is fetched")
        assert office.goes() == "Fetching…"
        assert not find(office.form, "joinCompany", QAbstractButton).isEnabled()
        office.held.set()
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")

    at(qapp, play)


@pytest.mark.parametrize(
    ("file", "account", "said"),
    [
        (
            TroubleWith(Kind.COMPANY_LINK, reason=LinkReason.NAME.value, host="acme.example"),
            "",
            "acme.example",
        ),
        (RefusedBy(Kind.COMPANY_FILE, reason=FileReason.DAMAGED.value), "", "no company file"),
        (TroubleWith(Kind.PROXY_UNREACHABLE, proxy="gate", port=1), "", "gate"),
        (CompanyOutside("1" * 20, 1, ""), "", "for people who have joined already"),
        (CompanyOutside("1" * 20, 1, "bo"), "ada", "lets bo join, and your id is ada"),
    ],
)
def test_a_file_that_does_not_do_is_said_at_its_field_and_tried_again(
    qapp: QApplication, file: CompanyOutside | Exception, account: str, said: str
) -> None:
    async def play(office: Office) -> None:
        office.files["it"] = file
        office.form.begin("it")
        await until(lambda: said in office.says("companySourceNote"), "it is said")
        field = find(office.form, "companySource", QLineEdit)
        assert field.text() == "it"
        assert field.hasFocus()
        assert not office.sees("joinPhrase")
        assert office.goes() == "Try again"
        office.files["it"] = OUTSIDE
        office.press("joinCompany")
        await until(lambda: office.sees("joinPhrase"), "now it does")

    at(qapp, play, account)


def test_a_wrong_phrase_is_tried_again_and_stays_for_correction(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.press("joinCompany")
        await until(lambda: "Type the join phrase" in office.says("joinPhraseNote"), "nothing was typed")
        assert not office.phrases
        office.types("joinPhrase", "Six Words")
        await until(lambda: "not the phrase of this file" in office.says("joinPhraseNote"), "it is wrong")
        field = find(office.form, "joinPhrase", QLineEdit)
        assert field.selectedText() == "Six Words"
        office.types("joinPhrase", PHRASE)
        await until(lambda: office.joined, "joined")

    at(qapp, play)


def test_a_drawn_phrase_is_split_and_folded_and_one_of_their_own_is_not(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.types("joinPhrase", "AardvarkAbandoned abbreviate")
        await until(lambda: len(office.phrases) == 2, "both readings are tried")
        assert office.phrases == ["aardvark abandoned abbreviate", "AardvarkAbandoned abbreviate"]

    at(qapp, play)


def test_what_else_goes_wrong_is_said_under_it(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.refuses = RefusedBy(Kind.COMPANY_FILE, reason=FileReason.OLDER.value)
        office.types("joinPhrase", PHRASE)
        await until(lambda: "older than" in office.says("joinProblem"), "it is said")
        speak(Language.CHINESE)
        assert "older" not in office.says("joinProblem")
        speak(Language.ENGLISH)
        office.press("otherCompanyFile")
        assert office.sees("companySource")
        assert not office.says("joinProblem")
        assert find(office.form, "joinPhrase", QLineEdit).text() == ""

    at(qapp, play)


def test_who_leaves_leaves_no_phrase_and_hears_no_more(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.held.clear()
        office.types("joinPhrase", PHRASE)
        await until(lambda: office.phrases, "it is being tried")
        office.press("cancelJoin")
        assert office.cancelled == 1
        office.form.stop()
        office.held.set()
        assert find(office.form, "joinPhrase", QLineEdit).text() == ""
        office.form.begin("ada.company")
        await until(lambda: office.asked[1:], "it begins anew")
        assert not office.joined

    at(qapp, play)


def test_cancel_is_there_until_it_is_too_late(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.held.clear()
        office.kept.clear()
        office.types("joinPhrase", PHRASE)
        await until(lambda: office.phrases, "the file is being opened")
        assert (office.goes(), office.form.cancel.isEnabled()) == ("Joining…", True)
        office.held.set()
        await until(lambda: not office.form.cancel.isEnabled(), "it is being kept")
        assert office.goes() == "Joining…"
        assert "too late" in office.form.cancel.toolTip()
        office.kept.set()
        await until(lambda: office.joined, "joined")

    at(qapp, play)


def test_the_keyboard_stays_in_the_form_while_it_works(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        other = QLineEdit(office.window)
        other.show()  # what comes after the form, as the choice of a language does at first start
        phrase = find(office.form, "joinPhrase", QLineEdit)
        office.form.begin("ada.company")
        await until(lambda: office.sees("joinPhrase"), "the phrase is asked for")
        office.held.clear()
        office.kept.clear()
        for pressed in ("joinCompany", "cancelJoin"):
            phrase.setText(PHRASE)
            button = find(office.form, pressed, QAbstractButton)
            button.setFocus()
            office.form.go_on()
            await until(lambda: office.goes() == "Joining…", "it is being joined")
            if pressed == "cancelJoin":
                office.held.set()
                await until(lambda: not office.form.cancel.isEnabled(), "it is too late")
            assert QApplication.focusWidget() is phrase, pressed
            assert phrase.isReadOnly(), "no key does anything there"
            if pressed == "joinCompany":
                office.form.stop()
        office.kept.set()
        await until(lambda: office.joined, "joined")

    at(qapp, play)


def test_continue_without_a_name_opens_the_systems_dialog(qapp: QApplication) -> None:
    async def play(office: Office) -> None:
        office.form.begin()
        office.press("joinCompany")
        dialog = find(office.form, "companyFileDialog", QWidget)
        assert dialog.isVisible()
        dialog.close()

    at(qapp, play)
