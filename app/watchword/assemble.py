"""The one place that joins the parts: command line, folders, log, settings, the event loop, the windows.

What is only needed after the first paint is imported in `bring`, which runs in a thread.
"""

import argparse
import errno
import functools
import gc
import importlib
import linecache
import os
import re
import sys
from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtGui import QGuiApplication

from watchword import log, settings
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.paths import Paths
from watchword.settings import Settings
from watchword.ui.application import Application, Core, Desktop, catch_what_nobody_catches
from watchword.ui.choices import Choices
from watchword.ui.run import run
from watchword_wire.errors import Trouble

DESKTOP_FILE = "watchword"
_SWITCH_S = 0.001
"""So soon another thread gives the windows their turn; Python waits 5 ms, in each painting again."""

_NEVER = (0, 0, 0)
_COLLECTED = (5_000, 10, 10)
"""Python would look for cycles after 700 new things, several times a second while a chat is scrolled."""

_LINK = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_NO_SCREEN = (
    "watchword: there is no screen here (DISPLAY and WAYLAND_DISPLAY are empty); start it on a desktop"
)

_LATER = (
    "watchword.ui.chats.list",
    "watchword.ui.instance",
    "watchword.ui.unlock.unlock",
    "watchword.ui.opened",
)
"""All that is needed from the start: an import in a thread of its own, while somebody already works with
the windows, makes each of Qt's calls wait for Python, and a turn of 50 ms takes 200. What may never be needed
comes when it is: windows whose modules take a few milliseconds, the ratchet (`core.ratchet_library`)."""
_AT_FIRST = "watchword.ui.unlock.first_start"
"""Needed where nobody was ever here."""


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="watchword", description="Private conversations, opened by a passphrase."
    )
    parser.add_argument("--profile", type=Path, metavar="DIR", help="folder of the profile to use")
    parser.add_argument(
        "--relay", default="", metavar="URL", help="address of the relay that first start suggests"
    )
    parser.add_argument(
        "--join",
        type=_source,
        default="",
        metavar="FILE-OR-LINK",
        help="join a company by the file that it gave you",
    )
    return parser.parse_args(words)


def _source(typed: str) -> str:
    """A link as it is; a file by its whole name, which means the same to a program that runs elsewhere."""
    return typed if not typed or _LINK.match(typed) else str(Path(typed).absolute())


def has_screen() -> bool:
    """Whether windows can appear; without a screen Qt ends the program by an abort."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in _SCREENS)


def program(words: list[str]) -> int:
    """Run the desktop program; returns its exit code."""
    gc.disable()  # the loop does it, in this thread (`ui.run`); and not before all is imported: see `bring`
    gc.set_threshold(*_NEVER)
    sys.setswitchinterval(_SWITCH_S)
    chosen = arguments(words)
    if not has_screen():
        sys.stderr.write(f"{_NO_SCREEN}\n")
        return 1
    paths = Paths.of(chosen.profile)
    QGuiApplication.setDesktopFileName(DESKTOP_FILE)
    QGuiApplication.setApplicationDisplayName("Watchword")
    application = Desktop([words[0] if words else "watchword"])
    application.setApplicationName("watchword")
    if _raised_other(paths, chosen.join):
        return 0
    refused = _start_log(paths)
    catch_what_nobody_catches()
    choices = Choices(application, lambda kept: _save(paths.settings, kept), _load(paths.settings))
    brings = functools.partial(bring if refused is None else bring_after_all, paths)
    run(application, Application(application, paths, choices, brings, chosen.relay, chosen.join).live())
    log.stop()
    return 0


def bring_after_all(paths: Paths) -> Core:
    """As `bring`, where the folder could not be used at the start: perhaps it can by now.

    Raises:
        TroubleWith: PROFILE_READ_ONLY, DISK_FULL; CRYPTO_SELF_TEST.
    """
    refused = _start_log(paths)
    if refused is not None:
        raise TroubleWith(refused.kind, **refused.facts)
    return bring(paths)


def bring(paths: Paths) -> Core:
    """Import what the first paint did not need, and test the cryptography.

    Raises:
        TroubleWith: CRYPTO_SELF_TEST.
    """
    selftest = importlib.import_module("watchword.crypto.selftest")
    try:
        selftest.run()
    except selftest.SelfTestFailed as failed:
        log.trouble("self-test failed", failed)
        raise TroubleWith(Kind.CRYPTO_SELF_TEST) from failed
    for name in _LATER if paths.description.exists() else (*_LATER, _AT_FIRST):
        importlib.import_module(name)
        # PySide reads the source of every module that is imported and keeps it; nobody looks at it again.
        linecache.clearcache()
    for name in dir(QtWidgets):
        # Qt's types are made when they are first touched; the first widget that Qt hands out would make every
        # kind of widget at once, and hold the loop.
        getattr(QtWidgets, name)
    # A collection of all that was imported would hold the loop for 50 ms or more, each time; it stays anyway.
    gc.freeze()
    gc.set_threshold(*_COLLECTED)
    from watchword.core.local_relay import LocalRelayRunner  # noqa: PLC0415 - after the first paint
    from watchword.core.profile import Profile  # noqa: PLC0415 - after the first paint

    return Core(Profile(paths), LocalRelayRunner(paths.relay))


def _raised_other(paths: Paths, join: str) -> bool:
    """Whether another program has this profile open; its window is raised then, and offers to join."""
    if not paths.folder.exists():
        return False  # nobody was ever here: the most common first window need not wait
    from watchword.ui.instance import raise_other  # noqa: PLC0415 - costs a library that is rarely needed

    return raise_other(paths.socket, join)


def _start_log(paths: Paths) -> Situation | None:
    """Open the log; what is wrong with the folder, if anything."""
    try:
        paths.make()
        log.start(paths.log)
    except OSError as error:
        log.start(None)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        kind = Kind.DISK_FULL if full else Kind.PROFILE_READ_ONLY
        return Situation(kind, {"folder": str(paths.folder)})
    return None


def _load(path: Path) -> Settings:
    try:
        loaded = settings.load(path)
    except Trouble as trouble:
        log.trouble("settings not read", trouble)
        return Settings()
    if loaded.set_aside is not None:
        log.trouble("settings set aside", file=loaded.set_aside.name)
    return loaded.settings


def _save(path: Path, kept: Settings) -> None:
    """A full disk costs the choice, not the program."""
    try:
        settings.save(path, kept)
    except Trouble as trouble:
        log.trouble("settings not saved", trouble)
