"""Light and dark as the desktop has it: the program follows while it runs, unless a person chose for it."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from support.desktop import WINDOW, Desktop
from support.driver import Driver
from support.meeting import has_account
from support.portal import ASKING, DARK, LIGHT, NO_PREFERENCE, Portal
from support.processes import wait_until
from support.relay import RelayProcess
from support.screen import Screen

DIM, BRIGHT = 90, 200
"""Lightness of a whole window, of 255: below it is dark, above it is light."""


@pytest.fixture
def ada(screen: Screen, tmp_path: Path) -> Iterator[Desktop]:
    """Ada has a profile, and a desktop that knows light and dark."""
    with RelayProcess(tmp_path / "relay") as relay:
        person = Desktop("ada", tmp_path, relay.address, {**screen.environment, **ASKING})
        has_account(person, screen.environment)
        try:
            yield person
        finally:
            person.stops()
            person.forget_secret()


def lightness(window: Driver, target: str, picture: Path) -> int:
    """How light a window is on the whole."""
    window.shot(picture, target)
    seen = QImage(str(picture)).scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation)
    return QColor(seen.pixel(0, 0)).lightness()


def is_dark(window: Driver, picture: Path, *targets: str) -> None:
    for target in targets:
        wait_until(partial(_is_below, window, target, picture, DIM), f"{target} is dark")


def is_light(window: Driver, picture: Path, *targets: str) -> None:
    for target in targets:
        wait_until(partial(_is_above, window, target, picture, BRIGHT), f"{target} is light")


def _is_below(window: Driver, target: str, picture: Path, limit: int) -> bool:
    return lightness(window, target, picture) < limit


def _is_above(window: Driver, target: str, picture: Path, limit: int) -> bool:
    return lightness(window, target, picture) > limit


def test_the_windows_follow_the_system_while_they_are_open(
    ada: Desktop, screen: Screen, tmp_path: Path
) -> None:
    picture = tmp_path / "seen.png"
    with Portal(screen.bus, DARK) as portal:
        ada.opens_again()
        assert portal.asked
        window = ada.window
        is_dark(window, picture, WINDOW)
        window.click(f"{WINDOW}/openSettings")
        window.wait("theme-system", visible=True, checked=True)
        both = (WINDOW, "settingsWindow")
        is_dark(window, picture, *both)
        portal.turn(LIGHT)
        is_light(window, picture, *both)
        portal.turn(DARK)
        is_dark(window, picture, *both)
        portal.turn(NO_PREFERENCE)
        is_light(window, picture, *both)

        window.click("theme-dark")
        is_dark(window, picture, *both)
        portal.turn(LIGHT)
        _took_in(window)
        is_dark(window, picture, *both)
        window.click("theme-light")
        is_light(window, picture, *both)
        portal.turn(DARK)
        _took_in(window)
        is_light(window, picture, *both)
        window.click("theme-system")
        is_dark(window, picture, *both)
        ada.closes()


def _took_in(window: Driver) -> None:
    """What the program's bus had is through its loop: a few turns were made after it."""
    for _ in range(3):
        window.windows()


def test_what_was_chosen_holds_from_the_first_frame_on(ada: Desktop, screen: Screen, tmp_path: Path) -> None:
    picture = tmp_path / "seen.png"
    with Portal(screen.bus, DARK):
        for chosen, seen in (("light", is_light), ("dark", is_dark)):
            (ada.profile / "settings.json").write_text(json.dumps({"theme": chosen}))
            ada.opens()
            seen(ada.window, picture, WINDOW)
            ada.is_online()
            seen(ada.window, picture, WINDOW)
            ada.closes()
