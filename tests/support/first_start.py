"""First start in the test's own process: its window over a real profile, typed into."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from support.waiting import until
from support.windows import active, find, played
from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.paths import Paths
from watchword.ui.unlock.conversation import Bubble
from watchword.ui.unlock.first_start import FirstStart


class Stage:
    """The window of one first start, and the client it ends with."""

    def __init__(self, folder: Path, address: str) -> None:
        self.paths = Paths.of(folder / "watchword-demo-tests")
        self.profile = Profile(self.paths)
        self.runner = LocalRelayRunner(self.paths.relay)
        self.window = FirstStart(self.profile, self.runner, address=address)
        self.clients: list[Client] = []
        self.window.opened.connect(self.clients.append)

    async def end(self) -> None:
        self.window.close()
        for client in self.clients:
            await client.close()
        await self.runner.stop()


Play = Callable[[Stage], Coroutine[object, object, None]]


def on_stage(qapp: QApplication, folder: Path, address: str, play: Play) -> None:
    async def whole() -> None:
        stage = Stage(folder, address)
        await active(stage.window)
        try:
            await play(stage)
        finally:
            await stage.end()

    played(qapp, whole())


def typed(text: str) -> None:
    """Type where the keyboard is, and press Enter."""
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit), focus
    focus.selectAll()
    focus.insert(text)
    QTest.keyClick(focus, Qt.Key.Key_Return)


def enter() -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Return)


def said(window: FirstStart) -> list[str]:
    return [bubble.words.text() for bubble in window.findChildren(Bubble) if bubble.isVisible()]


async def focused(window: FirstStart, name: str) -> None:
    def there() -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and focus.objectName() == name

    await until(there, f"{name} has the keyboard, not {QApplication.focusWidget()}")


def text(window: FirstStart, name: str) -> str:
    return find(window, name, QLabel).text()


def verdict_is(window: FirstStart, wanted: str) -> bool:
    return text(window, "checkVerdict") == wanted
