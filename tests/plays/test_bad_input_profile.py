"""Bad input from disk and keyring at start, as a person meets it: each cause has its own screen.

Nothing is overwritten: what the profile holds stays byte for byte, and opens again once the cause is gone.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest

from support.desktop import WINDOW, Desktop
from support.disks import read_only, tiny_disk
from support.driver import Driver
from support.meeting import has_account, meets
from support.play import Person
from support.processes import PATIENCE, Program, wait_until
from support.prompter import Dismissing
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from watchword.core import unlock
from watchword.store import cipher, description
from watchword.system import keyring

MASTER = "amber violin tide lantern"
DISK_KILOBYTES = 1_600

READ_ONLY = (
    "The folder {} cannot be written. Change its permissions, "
    "or start with another one: watchword --profile FOLDER"
)
FULL = "The disk that holds {} is full. Make room; nothing that was saved is lost."
NEWER = "The file {} was written by a newer version of Watchword. Update this program."
DAMAGED = (
    "The file {} is damaged and cannot be read. Nothing was overwritten; "
    "put back a backup, or start with another profile: watchword --profile FOLDER"
)
MISSING = (
    "The key of this profile lies in a keyring, and no keyring runs on this computer now. "
    "Start it and try again."
)
LOCKED = "The keyring of this computer is locked. Unlock it and try again."
REFUSED = "The keyring of this computer refused. Allow Watchword to use it and try again."
EMPTIED = (
    "The keyring no longer holds the key of this profile. Without it nobody can read the profile: "
    "put the keyring back from a backup, or start with another profile: watchword --profile FOLDER"
)
MASTER_WRONG = "This is not the master passphrase of this profile."
EMPTY = "Type the master passphrase of this profile."

UNTOUCHED = {"watchword.lock", "log", "settings.json"}
"""What a start may change in a folder: the rest stays as it is."""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """One relay for all of these."""
    with RelayProcess(tmp_path_factory.mktemp("relay") / "relay") as process:
        yield process


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


def bytes_of(profile: Path) -> dict[str, bytes]:
    """Everything in a profile folder that must not change."""
    files = [path for path in profile.rglob("*") if path.is_file()]
    inside = {str(path.relative_to(profile)): path for path in files}
    return {name: path.read_bytes() for name, path in inside.items() if name.split("/")[0] not in UNTOUCHED}


def assert_kept(profile: Path, before: dict[str, bytes]) -> None:
    """What was there is there, byte for byte; SQLite may have put an empty log and index beside it."""
    now = bytes_of(profile)
    assert {name: now.get(name) for name in before} == before
    assert now.keys() - before.keys() <= {"watchword.db-wal", "watchword.db-shm"}


@contextmanager
def program(person: Desktop, screen: Screen) -> Iterator[Driver]:
    """The program on the person's profile, whatever it shows first; ended in the end."""
    words = ["--profile", str(person.profile), "--relay", person.address]
    with TemporaryDirectory() as output:
        driver = Driver(words, screen.environment, Path(output))
        try:
            yield driver
        finally:
            driver.stop()


def shut(window: Driver, heading: str, said: str, picture: Path) -> None:
    """The screen of a profile that does not open."""
    window.wait("unlockProblem", visible=True, text=said, patience=2 * PATIENCE)
    window.wait("unlockHeading", visible=True, text=heading)
    window.shot(picture, "unlockProblem")


def opens(window: Driver) -> None:
    """The profile is open and signed in."""
    window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True, patience=2 * PATIENCE)
    window.wait("linkStatus", visible=False, patience=2 * PATIENCE)


def test_keyring_locked_refused_missing_emptied_and_a_read_only_profile(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    ada = Desktop("ada", tmp_path, relay.address, screen.environment)
    has_account(ada, screen.environment)
    before = bytes_of(ada.profile)
    secret_service = screen.keyring
    try:
        secret_service.lock()
        with program(ada, screen) as window:
            shut(window, "The keyring is locked", LOCKED, tmp_path / "locked.png")
            with Dismissing(screen.bus, keyring.SEEN * 2):
                window.click("tryAgain")
                shut(window, "The keyring refused", REFUSED, tmp_path / "refused.png")
            secret_service.remove()
            window.click("tryAgain")
            shut(window, "There is no keyring", MISSING, tmp_path / "missing.png")
            assert_kept(ada.profile, before)
            secret_service.restore()
            for name, locked in (("folder", ada.profile), ("file", ada.profile / "watchword.db")):
                with read_only(locked):
                    window.click("tryAgain")
                    said = READ_ONLY.format(ada.profile)
                    shut(window, "The profile cannot be written", said, tmp_path / f"read-only-{name}.png")
                    assert_kept(ada.profile, before)
            window.click("tryAgain")
            opens(window)
            assert window.quit() == 0
        secret_service.empty()
        before = bytes_of(ada.profile)
        with program(ada, screen) as window:
            shut(window, "The key of this profile is gone", EMPTIED, tmp_path / "emptied.png")
            window.click("unlock/quit")
            assert window.program.ended() == 0
        assert_kept(ada.profile, before)
    finally:
        secret_service.restore()


def test_wrong_master_passphrase_damage_and_a_newer_version(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    eve = Desktop("eve", tmp_path, relay.address, screen.environment)
    has_account(eve, screen.environment, MASTER)
    before = bytes_of(eve.profile)
    with program(eve, screen) as window:
        window.wait("masterField", visible=True)
        for typed, said in (("", EMPTY), ("   ", EMPTY), ("wrong words here too", MASTER_WRONG)):
            window.key("Ctrl+A", "masterField")
            window.key("Delete", "masterField")
            window.paste("masterField", typed)
            window.click("unlockProfile")
            window.wait("masterField", visible=True, described=said, text=typed)
            window.shot(tmp_path / f"master-{len(typed)}.png", "masterField")
        window.key("Ctrl+A", "masterField")
        window.paste("masterField", "x" * 10_000)
        window.click("unlockProfile")
        window.wait("masterField", described=MASTER_WRONG)
        assert_kept(eve.profile, before)

        database = eve.profile / "watchword.db"
        whole = database.read_bytes()
        for place in (0, len(whole) // 2):
            _flip(database, place)
            broken = bytes_of(eve.profile)
            _unlocks(window)
            shut(
                window,
                "A file of this profile is damaged",
                DAMAGED.format("watchword.db"),
                tmp_path / f"damaged-{place}.png",
            )
            assert_kept(eve.profile, broken)
            database.write_bytes(whole)
            window.click("tryAgain")
        window.wait("masterField", visible=True)

        _bump(eve.profile)
        newer = bytes_of(eve.profile)
        _unlocks(window)
        shut(
            window,
            "This profile needs a newer Watchword",
            NEWER.format("watchword.db"),
            tmp_path / "newer.png",
        )
        window.wait("tryAgain", visible=False)
        window.click("unlock/quit")
        assert window.program.ended() == 0
        assert_kept(eve.profile, newer)

    database.write_bytes(whole)
    about = eve.profile / "profile.json"
    right = about.read_bytes()
    for wrong, name, heading, sentence in (
        (b"{ this is no description", "broken", "A file of this profile is damaged", DAMAGED),
        (_later(right), "later", "This profile needs a newer Watchword", NEWER),
    ):
        about.write_bytes(wrong)
        with program(eve, screen) as window:
            shut(window, heading, sentence.format("profile.json"), tmp_path / f"description-{name}.png")
            window.click("unlock/quit")
            assert window.program.ended() == 0
        assert about.read_bytes() == wrong
    about.write_bytes(right)
    with program(eve, screen) as window:
        window.wait("masterField", visible=True)
        _unlocks(window)
        opens(window)
        assert window.quit() == 0


def _unlocks(window: Driver) -> None:
    """Type the right master passphrase."""
    window.wait("masterField", visible=True)
    window.key("Ctrl+A", "masterField")
    window.paste("masterField", MASTER)
    window.click("unlockProfile")


def _flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def _later(content: bytes) -> bytes:
    fields = json.loads(content)
    fields["format"] += 1
    return json.dumps(fields).encode()


def _bump(profile: Path) -> None:
    """Give the database the number of a later version, as that version would."""
    found = description.load(profile / "profile.json")
    assert found is not None
    assert found.sealed is not None
    secret = asyncio.run(unlock.unseal(found.sealed, MASTER))
    tx = apsw.Connection(str(profile / "watchword.db"))
    cipher.unseal(tx, unlock.database_key(secret).expose())
    tx.pragma("user_version", tx.pragma("user_version") + 1)
    tx.close()


def test_a_new_profile_in_a_folder_that_cannot_be_written(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    ada = Desktop("ada", tmp_path, relay.address, screen.environment)
    ada.profile.mkdir()
    with read_only(ada.profile), program(ada, screen) as window:
        window.wait("refusalWords", visible=True, text=READ_ONLY.format(ada.profile))
        window.shot(tmp_path / "new-read-only.png", "refusalWords")
        window.click("refusal/tryAgain")
        window.wait("refusalWords", visible=True, text=READ_ONLY.format(ada.profile))
        window.click("refusal/quit")
        assert window.program.ended() == 0
    assert not list(ada.profile.iterdir())


def test_a_full_disk_at_first_start_at_start_and_while_writing(
    screen: Screen, tmp_path: Path, relay: RelayProcess, aside: Aside
) -> None:
    bo = Person("bo", tmp_path / "bo", relay.address)
    aside.does(bo.registers())
    aside.does(bo.returns())
    with tiny_disk(tmp_path / "disk", DISK_KILOBYTES) as disk:
        di = Desktop("di", disk.folder, relay.address, screen.environment)
        said = FULL.format(di.profile)
        with program(di, screen) as window:
            di.drives(window)
            di.sets_up()
            window.click("nextStep")
            window.wait("idField", visible=True, text="di")
            window.wait("nextStep", enabled=True)
            window.click("nextStep")
            window.wait("keyringName", visible=True)
            window.wait("nextStep", enabled=True)
            disk.fill()
            window.click("nextStep")
            window.wait("stepProblem", visible=True, text=said)
            window.shot(tmp_path / "full-first.png", "firstStart")
            disk.clear()
            window.click("nextStep")
            opens(window)

            meets(di, bo, aside)
            disk.fill()
            window.write("composer", "written on a full disk")
            window.key("Return", "composer")
            window.write("composer", "and on")
            window.wait("composer", contains="written on a full disk")
            kept = window.text("composer")
            assert kept.replace("\n", "") == "written on a full diskand on"
            window.key("Return", "composer")
            window.wait("composerNote", visible=True, text=said)
            window.wait("composer", text=kept)
            window.shot(tmp_path / "full-writing.png", WINDOW)
            aside.does(bo.sends("di", "does this arrive?"))
            window.wait("troubleBanner", visible=True, text=said)
            disk.clear()
            window.key("Return", "composer")
            aside.does(bo.sees_texts("di", [kept]))
            di.reads("does this arrive?", patience=2 * PATIENCE)
            window.wait("troubleBanner", visible=False)
            assert window.quit() == 0

        before = bytes_of(di.profile)
        disk.fill()
        with program(di, screen) as window:
            di.drives(window)
            opens(window)
            window.choose("chatList", "bo")
            di.reads("does this arrive?")
            aside.does(bo.sends("di", "and this?"))
            window.wait("troubleBanner", visible=True, text=said, patience=2 * PATIENCE)
            assert_kept(di.profile, before)
            window.shot(tmp_path / "full-start.png", WINDOW)
            disk.clear()
            di.reads("and this?", patience=2 * PATIENCE)
            window.wait("troubleBanner", visible=False)
            disk.fill()
            window.write("composer", "a draft that finds no room")
            assert window.quit() == 0, "it ends all the same"
    aside.does(bo.leaves())


def test_a_second_program_raises_the_first_ones_window(
    screen: Screen, tmp_path: Path, relay: RelayProcess
) -> None:
    ed = Desktop("ed", tmp_path, relay.address, screen.environment)
    words = [sys.executable, "-m", "watchword", "--profile", str(ed.profile)]
    with program(ed, screen) as window:
        window.wait("firstStart", visible=True)
        window.write("nameField", "Ed")
        with Program(words, screen.environment, tmp_path) as second:
            assert second.ended() == 0, second.last_words()
        window.wait("nameField", visible=True, text="Ed")
        window.wait(WINDOW, active=True)
    with (
        Program(words, screen.environment, tmp_path) as one,
        Program(words, screen.environment, tmp_path) as other,
    ):
        # Clicked twice within a moment: neither can know of the other when it starts.
        wait_until(lambda: {one.exit_code, other.exit_code} == {0, None}, "one of the two steps back")
    has_account(ed, screen.environment)
    with program(ed, screen) as window:
        opens(window)
        window.close(WINDOW)
        window.wait(WINDOW, visible=False)
        before = bytes_of(ed.profile)
        with Program(words, screen.environment, tmp_path) as second:
            assert second.ended() == 0, second.last_words()
        window.wait(WINDOW, visible=True, active=True)
        assert_kept(ed.profile, before)
        assert window.quit() == 0
