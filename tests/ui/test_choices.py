"""Choices: applied at once, told, and kept in their order without holding the loop."""

import asyncio
import threading

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from support.windows import played
from watchword.settings import Language, Notifications, Settings, Theme
from watchword.ui.choices import Choices
from watchword.ui.colours import DARK, LIGHT, tokens

ENGLISH_LIGHT = Settings(language=Language.ENGLISH, theme=Theme.LIGHT)


def test_a_choice_is_applied_at_once_told_once_and_kept(qapp: QApplication) -> None:
    async def play() -> None:
        kept: list[Settings] = []
        told: list[Settings] = []
        choices = Choices(qapp, kept.append, ENGLISH_LIGHT)
        choices.changed.connect(told.append)
        assert tokens() is LIGHT
        dark = replace(ENGLISH_LIGHT, theme=Theme.DARK)
        choices.change(dark)
        assert tokens() is DARK
        chinese = replace(dark, language=Language.CHINESE)
        choices.change(chinese)
        assert QCoreApplication.translate("Words", "Connected") == "已连接"
        choices.change(chinese)
        await choices.saved()
        assert told == [dark, chinese]
        assert kept[-1] == choices.settings == chinese
        choices.change(ENGLISH_LIGHT)
        await choices.saved()

    played(qapp, play())


def test_what_changes_no_look_is_kept_all_the_same(qapp: QApplication) -> None:
    async def play() -> None:
        kept: list[Settings] = []
        choices = Choices(qapp, kept.append, ENGLISH_LIGHT)
        quiet = replace(ENGLISH_LIGHT, notifications=Notifications.NOTHING)
        assert quiet != ENGLISH_LIGHT
        choices.change(quiet)
        await choices.saved()
        assert kept == [quiet]
        assert tokens() is LIGHT

    played(qapp, play())


def test_a_slow_disk_holds_nothing_and_the_last_choice_is_the_one_that_stays(qapp: QApplication) -> None:
    async def play() -> None:
        kept: list[Settings] = []
        go = threading.Event()

        def slowly(chosen: Settings) -> None:
            assert threading.current_thread() is not threading.main_thread()
            assert go.wait(10)
            kept.append(chosen)

        choices = Choices(qapp, slowly, ENGLISH_LIGHT)
        several = [replace(ENGLISH_LIGHT, notifications=choice) for choice in Notifications]
        for chosen in [*several, ENGLISH_LIGHT, several[-1]]:
            choices.change(chosen)
            await asyncio.sleep(0)
        assert kept == []
        assert choices.settings == several[-1]
        go.set()
        await choices.saved()
        assert kept[-1] == several[-1]

    played(qapp, play())
