"""Another language: every window hears it once, each in its own turn."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from support.waiting import until
from support.windows import active, played
from watchword.settings import Language, Settings
from watchword.ui.choices import Choices


class Listener(QWidget):
    """Writes down that it heard of another language."""

    def __init__(self, name: str, heard: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._name = name
        self._heard = heard

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._heard.append(self._name)


def _choices(qapp: QApplication) -> Choices:
    return Choices(qapp, lambda _kept: None, Settings(language=Language.ENGLISH))


def test_each_window_hears_of_a_language_once_and_the_one_in_use_at_once(qapp: QApplication) -> None:
    async def play() -> None:
        heard: list[str] = []
        main = Listener("main", heard)
        asked, settings = Listener("asked", heard, main), Listener("settings", heard, main)
        for window in (main, asked, settings):
            window.show()
        await active(settings)
        choices = _choices(qapp)
        choices.change(Settings(language=Language.CHINESE))
        assert heard == ["settings"], "the others have turns of their own"
        await until(lambda: len(heard) == 3, "all have heard")
        qapp.sendPostedEvents()
        assert sorted(heard) == ["asked", "main", "settings"]
        choices.change(Settings(language=Language.ENGLISH))
        await until(lambda: len(heard) == 6, "all have heard again")
        await choices.saved()
        main.close()

    played(qapp, play())


def test_a_window_that_goes_meanwhile_is_passed_over(qapp: QApplication) -> None:
    async def play() -> None:
        heard: list[str] = []
        main, other = Listener("main", heard), Listener("other", heard)
        main.show()
        await active(main)
        choices = _choices(qapp)
        choices.change(Settings(language=Language.CHINESE))
        other.deleteLater()
        qapp.sendPostedEvents(other, QEvent.Type.DeferredDelete)
        choices.change(Settings(language=Language.ENGLISH))
        await choices.saved()
        await until(lambda: heard.count("main") == 2, "the one that stayed has heard of both")
        assert not isValid(other)
        main.close()

    played(qapp, play())
