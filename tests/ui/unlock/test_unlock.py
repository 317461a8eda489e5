"""Unlocking: by the keyring without a word, by the master passphrase, and every cause that keeps it shut."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from support.keyring import SecretService
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.session_bus import SessionBus
from support.waiting import until
from support.windows import active, find, played, speak
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.model.errors import Kind, Situation
from watchword.paths import Paths
from watchword.settings import Language
from watchword.ui.controls.settled import settle
from watchword.ui.unlock.unlock import Unlock

MASTER = "amber violin tide lantern"

SCREENS = {
    Kind.KEYRING_MISSING: ("There is no keyring", "没有密钥环"),
    Kind.KEYRING_LOCKED: ("The keyring is locked", "密钥环已锁定"),
    Kind.KEYRING_REFUSED: ("The keyring refused", "密钥环拒绝了请求"),
    Kind.KEYRING_EMPTIED: ("The key of this profile is gone", "此配置的密钥不见了"),
    Kind.KEYRING_SLOW: ("The keyring does not answer", "密钥环没有回应"),
    Kind.PROFILE_DAMAGED: ("A file of this profile is damaged", "此配置的一个文件已损坏"),
    Kind.PROFILE_NEWER: ("This profile needs a newer Watchword", "此配置需要更新版本的 Watchword"),
    Kind.PROFILE_READ_ONLY: ("The profile cannot be written", "此配置无法写入"),
    Kind.DISK_FULL: ("The disk is full", "磁盘已满"),
}


async def make(paths: Paths, relay: RelayProcess, master: str | None) -> None:
    """A profile as first start leaves it."""
    client = await Profile(paths).create(
        name="Ada", address=relay.address, account="ada", invite=None, master=master
    )
    await client.close()


def heading(window: Unlock) -> str:
    return find(window, "unlockHeading", QLabel).text()


def test_the_master_passphrase(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, session_bus: SessionBus
) -> None:
    async def play() -> None:
        paths = Paths.of(tmp_path / "profile")
        await make(paths, relay, MASTER)
        window, opened = Unlock(Profile(paths)), list[Client]()
        window.opened.connect(opened.append)
        window.begin()
        await active(window)
        field = find(window, "masterField", QLineEdit)
        await until(field.hasFocus, "the field has the keyboard")
        place = field.mapTo(window, QPoint())
        field.setText("not this one at all")
        QTest.keyClick(field, Qt.Key.Key_Return)
        for _ in range(5):
            settle()
        assert window.open.text() == "Unlocking…"
        assert field.mapTo(window, QPoint()) == place, "nothing moves while the passphrase is tried"
        wrong = "This is not the master passphrase of this profile."
        await until(lambda: window.field.note.text() == wrong, "it is told in place")
        for _ in range(5):
            settle()
        assert field.mapTo(window, QPoint()) == place
        assert window.open.text() == "Unlock"
        assert field.selectedText() == field.text()
        field.setText(MASTER)
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: opened, "the profile is open")
        assert field.text() == "", "the passphrase does not stay in the window"
        window.close()
        await opened[0].close()

    played(qapp, play())


def test_the_keyring_locked_emptied_and_gone_and_try_again(
    qapp: QApplication, tmp_path: Path, relay: RelayProcess, secret_service: SecretService
) -> None:
    async def play() -> None:
        paths = Paths.of(tmp_path / "watchword-demo-tests")
        await make(paths, relay, None)
        window, opened = Unlock(Profile(paths)), list[Client]()
        window.opened.connect(opened.append)
        secret_service.empty()
        window.begin()
        await active(window)
        await until(lambda: heading(window) == "The key of this profile is gone", "emptied is told")
        assert paths.database.exists()
        window.close()
        assert not opened

    played(qapp, play())


@pytest.mark.parametrize("kind", SCREENS)
def test_each_cause_has_its_own_screen(qapp: QApplication, tmp_path: Path, kind: Kind) -> None:
    async def play() -> None:
        english, chinese = SCREENS[kind]
        window, left = Unlock(Profile(Paths.of(tmp_path))), list[bool]()
        window.left.connect(lambda: left.append(True))
        window._refused(Situation(kind, {"file": "watchword.db", "folder": "/home/ada"}))
        await active(window)
        assert heading(window) == english
        speak(Language.CHINESE)
        assert heading(window) == chinese
        again = find(window, "tryAgain", QAbstractButton)
        assert again.isVisible() is (kind is not Kind.PROFILE_NEWER)
        find(window, "quit", QAbstractButton).click()
        assert left == [True]

    played(qapp, play())


def test_a_damaged_profile_is_told_before_anything_is_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        paths = Paths.of(tmp_path / "profile")
        paths.make()
        paths.description.write_bytes(b"{ this is no description")
        window = Unlock(Profile(paths))
        window.begin()
        await active(window)
        assert heading(window) == "A file of this profile is damaged"
        assert "Nothing was overwritten" in find(window, "unlockProblem", QLabel).text()
        window.close()
        assert paths.description.read_bytes() == b"{ this is no description"

    played(qapp, play())
