"""Bad input at first start, as a person meets it: names, ids, invites, where the key is kept.

Each thing is said where it can be mended, and what was typed stays in its field.
"""

from pathlib import Path

from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.play import Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from watchword_wire.ids import ACCOUNT_BYTES

MASTER = "amber violin tide lantern"

NAME_EMPTY = "Type a name."
ID_EMPTY = "Type an id."
ID_LONG = "This id is too long. Check it, or choose a shorter one."
ID_SLASH = "An id has no slash in it."
ID_SPACE = "An id has no spaces in it."
ID_CONTROL = "This id contains a character that cannot be seen."
ID_TAKEN = "Somebody else has this id already. Choose another one."
ID_LOOKS_ALIKE = "This id looks too much like one that somebody else has. Choose another one."
KEYRING_MISSING = "This computer has no keyring. Install one, or protect the profile by a master passphrase."
KEYRING_LOCKED = "The keyring of this computer is locked. Unlock it and try again."
MASTER_SHORT = "A master passphrase needs at least four words."
MASTER_DIFFER = "The two are not the same."

BAD_IDS = [
    ("", ID_EMPTY),
    ("ada/2", ID_SLASH),
    ("ada byron", ID_SPACE),
    ("a\u200bda", ID_CONTROL),
    ("a" * (ACCOUNT_BYTES + 1), ID_LONG),
    ("天" * (ACCOUNT_BYTES // 3 + 1), ID_LONG),
    ("x" * 10_000, ID_LONG),
    ("ada", ID_TAKEN),
    ("ADA", ID_TAKEN),
    ("\uff41da", ID_TAKEN),
    ("аda", ID_LOOKS_ALIKE),  # a Cyrillic a
    ("αda", ID_LOOKS_ALIKE),  # a Greek alpha
]


def retype(window: Driver, field: str, text: str) -> None:
    """Take out what stands in a field, and put something else there."""
    window.key("Ctrl+A", field)
    window.key("Delete", field)
    if text:
        window.paste(field, text)


def test_names_ids_and_keyrings_that_do_not_do(screen: Screen, tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay") as relay:
        with Aside() as aside:
            aside.does(Person("ada", tmp_path / "taken", relay.address).registers())
        eve = Desktop("eve", tmp_path, relay.address, screen.environment)
        try:
            eve.opens()
            _names(eve.window, tmp_path)
            eve.window.wait("relayField", visible=True)
            eve.window.click("nextStep")
            _ids(eve.window, tmp_path)
            eve.window.click("nextStep")
            _keeping(eve, screen, tmp_path)
            eve.is_online()
            assert eve.window.quit() == 0
        finally:
            eve.stops()
            screen.keyring.restore()


def _names(window: Driver, pictures: Path) -> None:
    window.wait("nameField", visible=True)
    for typed in ("", "   "):
        retype(window, "nameField", typed)
        window.click("nextStep")
        window.wait("nameField", text=typed, described=NAME_EMPTY, focused=True)
    window.shot(pictures / "name.png", "firstStart")
    retype(window, "nameField", "Eve")
    window.wait("nameField", described="")
    window.click("nextStep")


def _ids(window: Driver, pictures: Path) -> None:
    window.wait("idState", visible=True, contains="free", patience=2 * PATIENCE)
    for number, (typed, said) in enumerate(BAD_IDS):
        retype(window, "idField", typed)
        window.click("nextStep")
        window.wait("idField", visible=True, described=said)
        assert window.text("idField") == typed
        window.shot(pictures / f"id-{number}.png", "firstStart")
    retype(window, "idField", "eve")
    window.wait("idState", visible=True, contains="free")


def _keeping(eve: Desktop, screen: Screen, pictures: Path) -> None:
    window = eve.window
    window.wait("keyringState", visible=True)
    screen.keyring.lock()
    window.click("stepBack")
    window.click("nextStep")
    window.wait("keyringState", visible=True, text=KEYRING_LOCKED)
    window.wait("nextStep", enabled=False)
    window.wait("tryAgain", focused=True)
    window.shot(pictures / "keyring-locked.png", "firstStart")
    screen.keyring.remove()
    window.click("tryAgain")
    window.wait("keyringState", visible=True, text=KEYRING_MISSING)
    window.wait("nextStep", enabled=False)
    window.wait("tryAgain", focused=True)
    window.shot(pictures / "keyring-missing.png", "firstStart")
    window.click("otherKeeping")
    for first, second, field, said in (
        ("", "", "masterField", MASTER_SHORT),
        ("   ", "   ", "masterField", MASTER_SHORT),
        ("two words", "two words", "masterField", MASTER_SHORT),
        (MASTER, MASTER + "s", "masterRepeat", MASTER_DIFFER),
    ):
        retype(window, "masterField", first)
        retype(window, "masterRepeat", second)
        window.click("nextStep")
        window.wait(field, described=said)
        window.shot(pictures / f"{field}-{len(first)}.png", "firstStart")
        assert (window.text("masterField"), window.text("masterRepeat")) == (first, second)
        assert not (eve.profile / "profile.json").exists()
    retype(window, "masterRepeat", MASTER)
    window.click("nextStep")
    window.wait(WINDOW, visible=True)
