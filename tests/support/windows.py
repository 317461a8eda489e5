"""Windows of the product in the test's own process: run on the product's loop, looked at, typed into.

    def test_it(qapp, tmp_path):
        async def play() -> None:
            ...
        played(qapp, play())

Conditions are waited for by `support.waiting.until`, which leaves the loop to the windows.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from support.processes import Late
from support.screen import keyboard_owner
from support.waiting import until
from watchword.core.client import Client
from watchword.crypto.secret import Secret
from watchword.settings import Language, Theme
from watchword.store import account
from watchword.store.database import Database
from watchword.ui.i18n import Languages
from watchword.ui.run import run
from watchword.ui.theme import Theme as Look
from watchword_wire.ids import FullId

Result = TypeVar("Result")
_ASK_AGAIN = 2.0
"""Seconds after which a window asks for the keyboard once more, as a person clicks again."""

Wanted = TypeVar("Wanted", bound=QWidget)


def played(application: QApplication, work: Coroutine[object, object, Result]) -> Result:
    """Run a play on the one loop, in the product's look, in English."""
    application.setQuitOnLastWindowClosed(False)
    Look(application, Theme.LIGHT)
    _Tongue.languages = Languages(application, Language.ENGLISH)
    try:
        return run(application, work)
    finally:
        speak(Language.ENGLISH)
        # What a closing window takes with it must not be touched again: one at a time, and only what is seen.
        for window in [window for window in application.topLevelWidgets() if window.isVisible()]:
            if isValid(window):
                window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class _Tongue:
    """The languages of the play that runs."""

    languages: Languages


def speak(language: Language) -> None:
    """Switch the language of every window, as the settings do; Qt posts the news, here it is delivered."""
    _Tongue.languages.choose(language)
    QCoreApplication.sendPostedEvents()


async def offline_client(folder: Path, name: str = "bo") -> Client:
    """A real client on a real store that has never met a relay: for windows that are shown data."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    key = os.urandom(32)
    db = await Database.create(folder / "watchword.db", key)
    seed = Secret(os.urandom(32))
    who, relay = FullId(name, 1), "ws://127.0.0.1:9"
    await db.write(lambda tx: account.make(tx, who=who, identity_seed=seed, relay=relay, name=name))
    mine = await db.read(account.get)
    assert mine is not None
    return Client(db, mine, lambda: None)


def find(inside: QWidget, name: str, kind: type[Wanted]) -> Wanted:
    """The widget of this name inside another; a visible one before a hidden one."""
    found = [widget for widget in inside.findChildren(kind) if widget.objectName() == name]
    assert found, f"nothing is called {name}"
    return min(found, key=lambda widget: not widget.isVisible())


def window_named(name: str) -> QWidget | None:
    """The visible window of this name."""
    shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return next((window for window in shown if window.objectName() == name), None)


async def active(window: QWidget) -> None:
    """Show a window and wait until the window manager has given it the keyboard."""
    window.show()
    asked = 0.0

    def has_it() -> bool:
        nonlocal asked
        if not window.isActiveWindow() and time.monotonic() - asked > _ASK_AGAIN:
            asked = time.monotonic()
            window.activateWindow()
        return window.isActiveWindow()

    await _has_keyboard(has_it)


async def regains(window: QWidget) -> None:
    """Wait until a window has the keyboard again that something in front of it had; nobody asks for it."""
    await _has_keyboard(window.isActiveWindow)


async def _has_keyboard(has_it: Callable[[], bool]) -> None:
    """Where it does not come, whether the display gave it or Qt did not notice is told: they may differ."""
    try:
        await until(has_it, "the window has the keyboard")
    except Late as late:
        shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        windows = ", ".join(f"{window.objectName()} {window.winId():#x}" for window in shown)
        owner = keyboard_owner(os.environ.get("DISPLAY", ""))
        active = QApplication.activeWindow()
        modal = QApplication.activeModalWidget()
        raise Late(f"{late}; display: {owner:#x}; Qt: {active}, modal {modal}; shown: {windows}") from None


def compose(field: QWidget, letters: str, commit: str = "") -> None:
    """Let an input method hold letters in a field, or commit some."""
    event = QInputMethodEvent(letters, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(field, event)
