"""What every test stands on: no person's home, screen or keyring is touched, no warning passes unseen."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from PySide6.QtDBus import QDBusConnection
from PySide6.QtWidgets import QApplication

from support.blocking import Block, watched_callbacks
from support.environs import forget_keyring_backends
from support.home import environment_of
from support.keyring import SecretService
from support.nursery import nurseries
from support.remembered import remembered_stretching
from support.screen import Screen
from support.session_bus import SessionBus
from watchword.settings import Theme

# On a busy machine an example takes as long as it takes; pytest's own time limit remains.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

NO_BUS = "unix:path=/nonexistent/bus"
LONGEST = {Path(__file__).parent / name for name in ("plays", "chaos", "cluster")}
BEGUN_BY = 0.7
"""Which part of the other files has begun when the last of those does."""
own_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Leave the desktop on which the tests are started before anything is imported that looks at it."""
    folder = Path(tempfile.mkdtemp(prefix="tests-"))
    config.stash[own_home] = folder
    # Hundreds of programs are started: what Python compiles for one is kept for the others.
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    os.environ.update(environment_of(folder), DBUS_SESSION_BUS_ADDRESS=NO_BUS, QT_QPA_PLATFORM="offscreen")
    # From here on no passphrase is stretched twice with the same salt; some are while tests are collected.
    remembering = ExitStack()
    remembering.enter_context(remembered_stretching())
    config.add_cleanup(remembering.close)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: with one for each, they are idle a fourth of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers the files that take longest, and mostly wait, are dealt out among those that work.

    None of them is left over for one worker.
    """
    if hasattr(config, "workerinput"):
        files = {item.path: None for item in items}
        long = [path for path in files if not LONGEST.isdisjoint(path.parents)]
        others = [path for path in files if LONGEST.isdisjoint(path.parents)]
        turns = {path: number / len(others) for number, path in enumerate(others)}
        turns |= {path: BEGUN_BY * number / len(long) for number, path in enumerate(long)}
        items.sort(key=lambda item: (turns[item.path], item.path))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the home folder of the tests."""
    shutil.rmtree(config.stash[own_home], ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def begun_once() -> Iterator[None]:
    """What relays and desktops import is imported once in a process of tests."""
    with nurseries():
        yield


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual desktop for windows; each test process has its own, started with the first test that asks."""
    screen = Screen()
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("DISPLAY", "QT_QPA_PLATFORM"):
                patch.setenv(name, screen.environment[name])
            yield screen
    finally:
        screen.stop()


@pytest.fixture(autouse=True)
def bus_of_the_screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen's bus is there for tests with windows only; the others have none, until they ask for one."""
    if "screen" in request.fixturenames:
        address = request.getfixturevalue("screen").environment["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)


@pytest.fixture(autouse=True)
def cycles_of_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where a test has windows, no thread but theirs looks for cycles, as in the program (`ui.run`)."""
    windows = "qapp" in request.fixturenames
    if windows:
        gc.disable()
    yield
    if windows:
        gc.collect(1)
        gc.enable()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The class of Qt's application that pytest-qt makes: the product's own."""
    from watchword.ui.application import Desktop  # noqa: PLC0415 - only where a test has windows

    return Desktop


@pytest.fixture(scope="session")
def qapp(screen: Screen, qapp: QApplication) -> Iterator[QApplication]:
    """pytest-qt's application, on the virtual desktop, which it leaves before the desktop ends.

    It looks like the product from the first test on: how wide a word is must not hang on which one that is.
    """
    from watchword.ui.theme import Theme as Look  # noqa: PLC0415 - only where a test has windows

    Look(qapp, Theme.LIGHT)
    with pytest.MonkeyPatch.context() as patch:
        # Qt's D-Bus library reads the address once in a process: let it be the desktop's.
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", screen.environment["DBUS_SESSION_BUS_ADDRESS"])
        assert QDBusConnection.sessionBus().isConnected()
    yield qapp
    qapp.shutdown()


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    """A session bus without a Secret Service: the computer that has no keyring."""
    environment = environment_of(tmp_path / "bus")
    bus = SessionBus(environment, tmp_path / "bus")
    try:
        for name, value in {**environment, "DBUS_SESSION_BUS_ADDRESS": bus.address}.items():
            monkeypatch.setenv(name, value)
        forget_keyring_backends()
        yield bus
    finally:
        bus.stop()
        forget_keyring_backends()


@pytest.fixture
def secret_service(session_bus: SessionBus, tmp_path: Path) -> Iterator[SecretService]:
    """A real, unlocked Secret Service; `lock`, `empty`, `remove` and `restore` make the other situations."""
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": session_bus.address}
    service = SecretService(session_bus, environment, tmp_path / "bus")
    yield service
    service.remove()


@pytest.fixture
def quick_loop() -> Iterator[list[Block]]:
    """Fails the test when a callback keeps an event loop of this process for too long."""
    with watched_callbacks() as blocks:
        yield blocks
    assert not blocks, "\n".join(map(str, blocks))


class LoggedWarnings(logging.Handler):
    """Collects logged warnings; a test takes out those it means to cause."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(f"{record.levelname} {record.name}: {self.format(record)}")

    def take(self, part: str) -> None:
        """Expect at least one warning that contains this, and accept it."""
        taken = [line for line in self.records if part in line]
        assert taken, f"no warning with {part!r} among {self.records}"
        self.records = [line for line in self.records if part not in line]


@pytest.fixture(autouse=True)
def logged_warnings() -> Iterator[LoggedWarnings]:
    """Fails the test when something is logged as a warning or worse and not taken."""
    handler = LoggedWarnings()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    assert not handler.records, handler.records
