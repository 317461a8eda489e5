"""`watchword --join FILE-OR-LINK` through the windows: set up in one step, and all that may go wrong."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from plays.test_bad_input_chinese import Judge
from support.authority import Authority
from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.firm import PHRASE, Firm, writes
from support.key_owner import KeyOwner
from support.meeting import has_account
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from support.web import WebServer
from watchword.protocol.company.company_file import FILE_BYTES
from watchword.ui.main_window import LEAST_HIGH, LEAST_WIDE

GATE = "joinWindow"
MASTER = "amber violin tide lantern"
UPDATES = "/watchword/update"

MISSING = "There is no file at this address of 127.0.0.1."
NO_COMPANY_FILE = "This is no company file, or it was damaged on its way."
PHRASE_WRONG = "This is not the phrase of this file. Nothing is lost"
OTHER_ID = "This file lets bo join, and your id is ada."


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with RelayProcess(tmp_path / "relay") as running:
        yield running


@pytest.fixture
def firm(relay: RelayProcess) -> Firm:
    """ACME: ada and bo, at this relay."""
    made = Firm()
    made.knows("ada", "bo")
    made.profile = replace(made.profile, name="ACME Ltd", relay=relay.address)
    return made


class Newcomer(Desktop):
    """Somebody who starts the program with a company file."""

    def starts(self, source: Path | str) -> None:
        """Start the program with `--join`."""
        words = ["--profile", str(self.profile), "--join", str(source)]
        self.drives(Driver(words, self._environment, self._output))

    def joins(self, source: Path | str) -> None:
        """The same, where no program runs with this profile: its first window stands."""
        self.starts(source)
        self.window.wait(WINDOW if (self.profile / "profile.json").exists() else "firstStart", visible=True)

    def downloads(self, file: Path) -> None:
        """Have it where the dialog for files looks first."""
        folder = Path(self._environment["HOME"]) / "Downloads"
        folder.mkdir()
        shutil.copy(file, folder)

    def names(self, source: Path | str, inside: str = "firstStart") -> None:
        """Type another file or link, and go on."""
        field = f"{inside}/companySource"
        self.window.wait(field, visible=True)
        self.window.wait(f"{inside}/joinCompany", enabled=True)
        self.window.key("Ctrl+A", field)
        self.window.paste(field, str(source))
        self.window.click(f"{inside}/joinCompany")

    def is_refused(self, said: str, inside: str = "firstStart") -> None:
        """The file is not taken: said at its field, which keeps what was typed."""
        self.window.wait(f"{inside}/companySourceNote", visible=True, contains=said)

    def sees_outside(self, account: str, inside: str = "firstStart") -> None:
        """Id and digits stand there, to be compared by voice."""
        self.window.wait(f"{inside}/companyAccount", visible=True, contains=account)
        digits = str(self.window.look(f"{inside}/companyDigits")["text"])
        assert [len(part) for part in digits.split(" ")] == [5, 5, 5, 5]
        self.window.wait(f"{inside}/joinPhrase", focused=True)

    def types(self, phrase: str, inside: str = "firstStart") -> None:
        """The join phrase, and Enter."""
        field = f"{inside}/joinPhrase"
        self.window.key("Ctrl+A", field)
        self.window.write(field, phrase)
        self.window.key("Return", field)

    def keeps_it_in_the_keyring(self) -> None:
        """The last question; then the main window."""
        self.window.wait("keyringName", visible=True, patience=2 * PATIENCE)
        self.window.wait("nextStep", enabled=True)
        self.window.click("nextStep")
        self.window.wait("firstStart", visible=False)
        self.is_online()


@pytest.fixture
def ada(screen: Screen, tmp_path: Path) -> Iterator[Newcomer]:
    made = Newcomer("ada", tmp_path, "", screen.environment)
    try:
        yield made
    finally:
        made.stops()


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


# --- a fresh profile -------------------------------------------------------------------


def test_one_step_from_the_file_to_the_main_window(
    ada: Newcomer, firm: Firm, relay: RelayProcess, tmp_path: Path, aside: Aside
) -> None:
    """Also: bo writes under a key that ada does not have yet, and it opens by itself once the file comes."""
    with WebServer() as web:
        firm.profile = replace(firm.profile, updates=web.link(UPDATES))
        web.says_nothing(UPDATES)
        file = written(tmp_path, "ada.company", firm.join_file("ada"))
        bo = Person("bo", tmp_path / "bo", relay.address)
        aside.does(bo.registers())
        aside.does(bo.returns())
        aside.does(joined(bo, firm))
        ada.joins(file)
        ada.sees_outside("ada")
        ada.types(PHRASE)
        ada.keeps_it_in_the_keyring()
        assert web.asked, "it looks for newer files at once"
        firm.rotates()
        aside.does(firm.hands_out(bo))
        aside.does(writes(bo, ("ada",), "under the new key"))
        ada.window.wait("chatList", contains="Bo")
        ada.window.choose("chatList", "Bo")
        ada.window.wait("withheldBanner", visible=True)
        ada.shot(tmp_path / "waits.png")
        web.gives(UPDATES, firm.update())
        ada.reads("under the new key")
        ada.window.wait("withheldBanner", visible=False)
        ada.closes()
        aside.does(bo.leaves())


async def joined(person: Person, firm: Firm) -> None:
    await person.client.company.join(firm.join_file(person.name), PHRASE)


def test_every_refusal_of_a_file_is_said_and_the_next_one_is_tried(
    ada: Newcomer, firm: Firm, tmp_path: Path
) -> None:
    join_file = firm.join_file("ada")
    with WebServer() as web:
        ada.joins(web.link("/gone"))
        ada.is_refused(MISSING)
        ada.window.wait("joinCompany", text="Try again", enabled=True)
        web.gives("/gone", b"<html>not yet</html>")
        ada.window.click("joinCompany")
        ada.is_refused(NO_COMPANY_FILE)
        long = tmp_path / "long"
        long.touch()
        os.truncate(long, FILE_BYTES + 1)
        for source, said in (
            (tmp_path / "none.company", "There is no file none.company on this computer."),
            (tmp_path, "cannot be read"),
            (long, "far too large"),
            (written(tmp_path, "empty", b""), NO_COMPANY_FILE),
            (written(tmp_path, "half", join_file[:-40]), NO_COMPANY_FILE),
            (written(tmp_path, "update", firm.update()), "for people who have joined already"),
            ("http://acme.example/ada", "over https:// only"),
            ("ftp://acme.example/ada", "This is no link to a company file."),
            ("https://acme.invalid/ada", "Nobody knows the name acme.invalid."),
            ("http://127.0.0.1:9/ada", "127.0.0.1 does not answer."),
            (web.link("/ada").replace("http:", "https:"), "does not protect the way"),
            (web.answers("/busy", status=503), "status 503"),
            (web.answers("/closed", status=403), "only to people who sign in there"),
            (web.answers("/far", status=302, headers={"Location": "http://acme.example/"}), "https:// only"),
            (web.answers("/round", status=302, headers={"Location": "/round"}), "sends on and on"),
            (web.answers("/large", headers={"Content-Length": str(FILE_BYTES + 1)}), "far too large"),
            (web.answers("/odd", raw=b"SSH-2.0\r\n"), "is no web server"),
        ):
            ada.names(source)
            ada.is_refused(said)
            assert ada.window.text("companySource") == str(source)
        ada.names(web.gives("/ada", join_file))
        ada.sees_outside("ada")
        ada.window.click("joinCompany")
        ada.window.wait(
            "joinPhrase", visible=True, described="Type the join phrase that belongs to this file."
        )
        ada.types("wrong words altogether")
        ada.window.wait("joinPhraseNote", visible=True, contains=PHRASE_WRONG, patience=2 * PATIENCE)
        ada.types("wrong again and again")
        ada.window.wait("joinCompany", enabled=False)
        ada.window.wait("joinPhraseNote", visible=True, contains=PHRASE_WRONG, patience=2 * PATIENCE)
        ada.types(PHRASE)
        ada.keeps_it_in_the_keyring()
        ada.closes()


def test_by_a_link_of_the_companys_own_server_and_an_invite(screen: Screen, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    screen_with = {**screen.environment, "SSL_CERT_FILE": str(authority.certificate)}
    ada = Newcomer("ada", tmp_path, "", screen_with)
    with RelayProcess(tmp_path / "relay", options=["--registration", "invite"]) as relay:
        firm = Firm()
        firm.knows("ada", "bo")
        firm.profile = replace(firm.profile, name="ACME Ltd", relay=relay.address)
        with WebServer(authority.issue("web")) as web:
            try:
                ada.joins(web.gives("/ada.company", firm.join_file("ada")))
                ada.sees_outside("ada")
                ada.types(PHRASE)
                ada.window.wait("joinProblem", visible=True, contains="invited people only")
                ada.window.wait("inviteField", visible=True, focused=True)
                ada.window.write("inviteField", "not-an-invite")
                ada.window.click("joinCompany")
                ada.window.wait("joinProblem", visible=True, contains="invite")
                ada.window.key("Ctrl+A", "inviteField")
                ada.window.write("inviteField", relay.run("invite").stdout.strip())
                ada.window.click("joinCompany")
                ada.keeps_it_in_the_keyring()
                ada.closes()
            finally:
                ada.stops()


def test_first_start_offers_it_and_lets_go_of_it(ada: Newcomer, firm: Firm, tmp_path: Path) -> None:
    """Without a word on the command line; *Back* loses nothing; a second start names a file."""
    ada.opens()
    window = ada.window
    window.wait("nameField", visible=True)
    window.write("nameField", "Somebody")
    window.click("companyFileButton")
    window.wait("companySource", visible=True, focused=True)
    window.click("cancelJoin")
    window.wait("nameField", visible=True, text="Somebody")
    window.click("companyFileButton")
    ada.names(written(tmp_path, "ada.company", firm.join_file("ada")))
    ada.sees_outside("ada")
    window.click("otherCompanyFile")
    window.wait("companySource", visible=True, focused=True)
    window.click("cancelJoin")
    window.wait("nameField", visible=True)
    window.click("nextStep")
    window.wait("relayField", visible=True)
    again = Newcomer("ada", tmp_path / "again", "", ada._environment)
    again.profile = ada.profile
    (tmp_path / "again").mkdir()
    again.starts(tmp_path / "ada.company")
    assert again.window.program.ended() == 0, "the program that runs does it"
    again.stops()
    ada.sees_outside("ada")
    ada.types(PHRASE)
    window.wait("keyringName", visible=True, patience=2 * PATIENCE)
    window.click("stepBack")
    window.wait("joinPhrase", visible=True, text="")
    ada.types(PHRASE)
    ada.keeps_it_in_the_keyring()
    ada.closes()


def test_an_id_that_another_computer_has(
    ada: Newcomer, firm: Firm, relay: RelayProcess, tmp_path: Path, aside: Aside
) -> None:
    aside.does(Person("ada", tmp_path / "other", relay.address).registers())
    ada.joins(written(tmp_path, "ada.company", firm.join_file("ada")))
    ada.sees_outside("ada")
    ada.types(PHRASE)
    ada.window.wait("keyringName", visible=True, patience=2 * PATIENCE)
    ada.window.wait("nextStep", enabled=True)
    ada.window.click("nextStep")
    told = "lets nobody in by this file"
    ada.window.wait("joinProblem", visible=True, contains=told, patience=2 * PATIENCE)
    assert not json.loads((ada.profile / "profile.json").read_text())["made"]
    ada.closes()


def test_the_companys_relay_is_away(ada: Newcomer, firm: Firm, relay: RelayProcess, tmp_path: Path) -> None:
    relay.stop()
    ada.joins(written(tmp_path, "ada.company", firm.join_file("ada")))
    ada.sees_outside("ada")
    ada.types(PHRASE)
    ada.window.wait("joinProblem", visible=True, patience=2 * PATIENCE)
    ada.window.wait("proxyButton", visible=True)
    relay.start()
    ada.window.wait("joinCompany", enabled=True)
    ada.types(PHRASE)
    ada.keeps_it_in_the_keyring()
    ada.closes()


def test_what_the_key_owners_tool_hands_out(ada: Newcomer, relay: RelayProcess, tmp_path: Path) -> None:
    """The file as `watchword-org` makes it, chosen in the system's dialog, and the phrase that it drew."""
    owner = KeyOwner(tmp_path)
    owner.founds("ada", "bo")
    owner.does("profile", "set", "--relay", relay.address)
    _data, phrase = owner.joins("ada")
    ada.downloads(tmp_path / "ada.company")
    ada.opens()
    window = ada.window
    window.wait("companyFileButton", visible=True)
    window.click("companyFileButton")
    window.wait("companySource", visible=True)
    window.click("chooseCompanyFile")
    window.wait("companyFileDialog", visible=True)
    # By its name: of a whole path Qt's own dialog lists every folder on the way, however much there is.
    window.write("companyFileDialog/fileNameEdit", "ada.company")
    window.key("Return", "companyFileDialog/fileNameEdit")
    ada.sees_outside("ada")
    ada.types(phrase.upper().replace(" ", "  "))
    ada.keeps_it_in_the_keyring()
    ada.closes()


# --- a profile that exists -------------------------------------------------------------


def test_on_a_profile_that_exists_a_small_window_offers_it(
    ada: Newcomer, firm: Firm, relay: RelayProcess, screen: Screen, tmp_path: Path
) -> None:
    ada.address = relay.address
    has_account(ada, screen.environment)
    ada.joins(written(tmp_path, "bo.company", firm.join_file("bo")))
    ada.is_refused(OTHER_ID, GATE)
    ada.names(written(tmp_path, "ada.company", firm.join_file("ada")), GATE)
    ada.sees_outside("ada", GATE)
    ada.types("not this one", GATE)
    ada.window.wait(f"{GATE}/joinPhraseNote", visible=True, contains=PHRASE_WRONG, patience=2 * PATIENCE)
    ada.types(PHRASE, GATE)
    ada.window.wait("joinWelcome", visible=True, contains="ACME Ltd", patience=2 * PATIENCE)
    ada.window.wait("joinElsewhere", visible=False)
    ada.window.click("joinDone")
    ada.window.wait(GATE, visible=False)
    ada.is_online()

    old = tmp_path / "ada.company"
    firm.rotates()
    newer = written(tmp_path, "newer.company", firm.join_file("ada"))
    other = Firm()
    other.knows("ada")
    elsewhere = written(tmp_path, "other.company", other.join_file("ada"))
    again(ada, tmp_path, newer)
    ada.sees_outside("ada", GATE)
    ada.types(PHRASE, GATE)
    ada.window.wait("joinWelcome", visible=True, patience=2 * PATIENCE)
    for source, said in ((old, "older than what this computer holds"), (elsewhere, "of another company")):
        again(ada, tmp_path, source)
        ada.sees_outside("ada", GATE)
        ada.types(PHRASE, GATE)
        ada.window.wait(f"{GATE}/joinProblem", visible=True, contains=said, patience=2 * PATIENCE)
    ada.window.key("Escape", GATE)
    ada.window.wait(GATE, visible=False)
    ada.closes()


def again(ada: Newcomer, folder: Path, source: Path) -> None:
    """A second start on the profile that runs: it ends at once, and the first one takes the file."""
    second = Newcomer("ada", folder, "", ada._environment)
    second._output = folder / "second.out"
    second.starts(source)
    assert second.window.program.ended() == 0
    second.stops()


def test_a_company_at_another_relay_is_told(
    ada: Newcomer, firm: Firm, relay: RelayProcess, screen: Screen, tmp_path: Path
) -> None:
    ada.address = relay.address
    has_account(ada, screen.environment)
    firm.profile = replace(firm.profile, relay="wss://relay.example:7300")
    ada.joins(written(tmp_path, "ada.company", firm.join_file("ada")))
    ada.sees_outside("ada", GATE)
    ada.types(PHRASE, GATE)
    ada.window.wait("joinElsewhere", visible=True, contains="another relay", patience=2 * PATIENCE)
    ada.closes()


def test_a_profile_under_a_master_passphrase_is_unlocked_first(
    ada: Newcomer, firm: Firm, relay: RelayProcess, screen: Screen, tmp_path: Path
) -> None:
    ada.address = relay.address
    has_account(ada, screen.environment, MASTER)
    ada.joins(written(tmp_path, "ada.company", firm.join_file("ada")))
    ada.window.wait("masterField", visible=True)
    ada.window.wait(GATE, visible=False)
    ada.window.write("masterField", MASTER)
    ada.window.key("Return", "masterField")
    ada.sees_outside("ada", GATE)
    ada.types(PHRASE, GATE)
    ada.window.wait("joinWelcome", visible=True, patience=2 * PATIENCE)
    ada.closes()


# --- by day and by night, in Chinese ---------------------------------------------------


@pytest.mark.parametrize(("theme", "narrow"), [("light", True), ("dark", False)])
def test_in_chinese_all_of_it_can_be_read(
    ada: Newcomer, firm: Firm, tmp_path: Path, theme: str, narrow: bool
) -> None:
    ada.profile.mkdir()
    (ada.profile / "settings.json").write_text(json.dumps({"theme": theme, "language": "zh_CN"}))
    join_file = firm.join_file("ada")
    with WebServer() as web:
        ada.joins(web.link("/gone"))
        window = ada.window
        window.wait("companySourceNote", visible=True)
        if narrow:
            window.resize(WINDOW, LEAST_WIDE, LEAST_HIGH)
        judge = Judge(window, tmp_path / "pictures")
        for source in (
            web.link("/gone"),
            str(tmp_path / "none.company"),
            str(tmp_path),
            str(written(tmp_path, "empty", b"")),
            str(written(tmp_path, "update", firm.update())),
            "http://acme.example/ada",
            "https://acme.invalid/ada",
            web.answers("/busy", status=503),
            web.answers("/closed", status=403),
            web.answers("/large", headers={"Content-Length": str(FILE_BYTES + 1)}),
        ):
            ada.names(source)
            window.wait("joinCompany", enabled=True)
            window.wait("companySourceNote", visible=True, whole=True)
            window.wait("companySource", focused=True, whole=True)
            judge.looks("firstStart", source, Path(source).name, "acme.example", "acme.invalid", "127.0.0.1")
        ada.names(web.gives("/ada", join_file))
        ada.sees_outside("ada")
        judge.looks("firstStart", "ada")
        ada.types("wrong words altogether")
        window.wait("joinPhraseNote", visible=True, contains="这不是这个文件的口令", patience=2 * PATIENCE)
        window.wait("joinPhrase", focused=True, whole=True)
        window.wait("otherCompanyFile", whole=True)
        judge.looks("firstStart", "ada", "wrong words altogether")
        ada.types(PHRASE)
        window.wait("keyringName", visible=True, patience=2 * PATIENCE)
        judge.looks("firstStart", "Ada", "ada", "ACME Ltd")
        ada.closes()
