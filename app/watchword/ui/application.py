"""The program from its first window to its last: paint, bring the core, unlock, work, quit.

What the first paint does not need is brought after it, in a thread (figures: start at most 2.5 times a bare
window). Whatever nobody caught ends in the log, never on the screen.
"""

import asyncio
import functools
import signal
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from watchword import log
from watchword.model.errors import Situation, TroubleWith
from watchword.model.setup import ProfileState
from watchword.paths import Paths
from watchword.settings import Language
from watchword.ui.choices import Choices
from watchword.ui.errands import Errands
from watchword.ui.main_window import MainWindow
from watchword.ui.workspace import Workspace

if TYPE_CHECKING:
    from watchword.core.client import Client
    from watchword.core.local_relay import LocalRelayRunner
    from watchword.core.profile import Profile
    from watchword.core.terminals.applying import Applying
    from watchword.ui.company.join_window import JoinWindow
    from watchword.ui.opened import Opened
    from watchword.ui.refusal import Refusal
    from watchword.ui.unlock.first_start import FirstStart
    from watchword.ui.unlock.unlock import Unlock
    from watchword.ui.unlock.waiting_page import WaitingPage

_PATIENCE_S = 0.8
"""A keyring that answers sooner needs no page of its own."""


class Core(Struct, frozen=True):
    """What is brought after the first paint."""

    profile: "Profile"
    runner: "LocalRelayRunner"


Bring = Callable[[], Core]
"""Imports and tests what is needed; blocks, so it runs in a thread. Raises TroubleWith."""


class Desktop(QApplication):
    """Qt's application; it is asked to quit rather than to close its windows.

    An event filter on the application would see every event of every widget, at some microseconds each.
    """

    quit_wanted = Signal()

    def event(self, event: QEvent) -> bool:
        """The desktop wants the program to end: the same way as everybody."""
        if event.type() == QEvent.Type.Quit:
            self.quit_wanted.emit()
            return True
        return super().event(event)


class Application(QObject):
    """One run of the program."""

    def __init__(
        self, application: Desktop, paths: Paths, choices: Choices, bring: Bring, relay: str, join: str = ""
    ) -> None:
        """Show nothing yet. First start suggests `relay`; `join` is a company file or the link to it."""
        super().__init__(application)
        self._application = application
        self._paths = paths
        self._choices = choices
        self._bring = bring
        self._relay = relay
        self._join = join
        self._over: asyncio.Event = asyncio.Event()
        self._errands = Errands(self)
        self._errands.unheard.connect(self._refuse)
        self._beginning: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._page: FirstStart | Unlock | WaitingPage | None = None
        """What stands before an open profile."""
        self._opened: Opened | None = None
        self._client: Client | None = None
        self._join_by: Callable[[str], bool] | None = None
        """Who takes a company file now, unless it is too late there: first start, or the open profile."""
        self._joining: JoinWindow | None = None
        self._core: Core | None = None
        application.setQuitOnLastWindowClosed(False)
        application.quit_wanted.connect(self.quit)
        self.window = MainWindow(choices.settings.window)
        self.workspace = Workspace()
        self.window.show_page(self.workspace)
        self.window.close_asked.connect(self._close_asked)
        self.window.quit_asked.connect(self.quit)

    # --- from the first window to the last --------------------------------------------
    async def live(self) -> None:
        """Run until somebody quits."""
        self._catch()
        painted = asyncio.Event()
        self.window.painted.connect(painted.set)
        self.window.show_at_first(self._choices.settings.window)
        await painted.wait()
        self._beginning = self._errands.run("begin", self._begin())
        await self._over.wait()
        await self._end()

    async def _begin(self) -> None:
        try:
            self._core = core = await asyncio.to_thread(self._bring)
        except TroubleWith as trouble:
            log.trouble("not started", trouble)
            self._refuse(trouble.situation, mendable=True)
            return
        from watchword.ui.instance import Instance, raise_other  # noqa: PLC0415 - after the first paint

        if raise_other(self._paths.socket, self._join):
            self.quit()  # started twice within a moment: the other was not listening yet when we asked
            return
        instance = Instance(self._paths.socket, self.window.come_forward, self._join_asked, self)
        self._application.aboutToQuit.connect(instance.close)
        try:
            fresh = core.profile.state() is ProfileState.NEW
        except TroubleWith:
            fresh = False  # the page of unlocking says which trouble it is
        if fresh:
            await self._first_start(core)
        else:
            self._unlock(core)

    async def _first_start(self, core: Core) -> None:
        from watchword.ui.unlock.first_start import FirstStart  # noqa: PLC0415 - after the first paint

        page = FirstStart(
            core.profile,
            core.runner,
            address=self._relay,
            company=self._join,
            language=self._choices.settings.language,
        )
        self._join = ""
        self._join_by = page.join
        page.language_chosen.connect(self._speak)
        page.relay_here_changed.connect(self._keep_relay_here)
        page.opened.connect(functools.partial(self._open, core))
        await asyncio.sleep(0)  # building and showing it in two turns keeps each short
        self._turn_to(page)
        page.step.begin()  # what has the keyboard outside of a window does not keep it

    def _unlock(self, core: Core) -> None:
        """Open the profile; the page comes only if something has to be typed or said, or it takes long."""
        from watchword.ui.unlock.unlock import Unlock  # noqa: PLC0415 - after the first paint

        self._page = page = Unlock(core.profile)
        page.opened.connect(functools.partial(self._open, core))
        page.left.connect(self.quit)
        page.begin()
        asyncio.get_running_loop().call_later(_PATIENCE_S, self._show_unlock, page)

    def _show_unlock(self, page: "Unlock") -> None:
        if self._client is None:
            self.window.show_page(page)

    def _join_asked(self, source: str) -> None:
        """Another start of this profile named a company file."""
        if self._join_by is None or not self._join_by(source):
            self._join = source  # as soon as there is something to join with

    def _speak(self, language: Language) -> None:
        self._choices.change(replace(self._choices.settings, language=language))

    def _keep_relay_here(self, here: bool, keep: bool, port: int) -> None:
        settings = replace(self._choices.settings, relay_here=here, relay_keep=keep, relay_port=port)
        self._choices.change(settings)

    def _refuse(self, situation: Situation, *, mendable: bool = False) -> None:
        """Say why there is no way on; with `mendable` the way can be tried again."""
        from watchword.ui.refusal import Refusal  # noqa: PLC0415 - rarely needed

        page = Refusal(situation, mendable=mendable)
        page.left.connect(self.quit)
        page.again.connect(functools.partial(self._begin_again, page))
        self.window.show_page(page)

    def _begin_again(self, page: "Refusal") -> None:
        self.window.show_page(self.workspace)
        self.window.remove_page(page)
        self._beginning = self._errands.run("begin", self._begin())

    # --- an open profile --------------------------------------------------------------
    def _open(self, core: Core, opened: "Client | Applying") -> None:
        """What waits to be approved by another desktop of the account is no client yet."""
        from watchword.core.client import Client  # noqa: PLC0415 - after the first paint

        self._join_by = None
        if not isinstance(opened, Client):
            self._wait(core, opened)
            return
        self._client = client = opened
        self._opening = self._errands.run("open", self._show_client(core, client))

    def _wait(self, core: Core, applying: "Applying") -> None:
        from watchword.ui.unlock.waiting_page import WaitingPage  # noqa: PLC0415 - rarely needed

        page = WaitingPage(core.profile, applying)
        page.opened.connect(functools.partial(self._open, core))
        page.given_up.connect(lambda: self._errands.run("begin anew", self._first_start(core)))
        self._turn_to(page)
        page.take_keyboard()

    def _turn_to(self, page: "FirstStart | WaitingPage") -> None:
        """Show a page in the place of the one before."""
        self.window.show_page(page)
        self._put_page_away()
        self._page = page

    def _put_page_away(self) -> None:
        if self._page is not None:
            self._page.stop()
            self.window.remove_page(self._page)
            self._page = None

    async def _show_client(self, core: Core, client: "Client") -> None:
        """The profile is open: its windows take over."""
        from watchword.ui.opened import Opened  # noqa: PLC0415 - after the first paint
        from watchword.ui.side_windows import OpenProfile  # noqa: PLC0415 - the same

        of = OpenProfile(client, core.profile, core.runner, self.window, self._choices)
        self._opened = opened = Opened(of, self.workspace)
        opened.quit_asked.connect(self.quit)
        await opened.start()
        self.window.show_page(self.workspace)
        self.workspace.take_keyboard()
        self._put_page_away()
        self._join_by = functools.partial(self._join_here, client)
        if self._join:
            await asyncio.sleep(0)  # the window of a company file is made in a turn of its own
            source, self._join = self._join, ""
            self._join_by(source)

    def _join_here(self, client: "Client", source: str) -> bool:
        """Offer to join a company by a file that was named at a start of the program."""
        from watchword.ui.company.join_window import JoinWindow  # noqa: PLC0415 - rarely needed

        if self._joining is None:
            self._joining = JoinWindow(client, self.window)
            self._joining.put_away.connect(self._joined)
            self._joining.appear()
        else:
            self._joining.come_forward()
        self._joining.begin(source)
        return True

    def _joined(self) -> None:
        self._joining = None

    # --- quitting ---------------------------------------------------------------------
    def quit(self) -> None:
        """End the program; what was saved stays saved."""
        self._over.set()

    def _close_asked(self) -> None:
        """The window's cross: out of the way if that was chosen and a profile is open, else the end."""
        if self._opened is None or not self._opened.close_window():
            self.quit()

    async def _end(self) -> None:
        place = self.window.place()
        self.window.hide()
        await _finished(self._beginning)
        if self._page is not None:
            await self._page.end()  # a profile that is just being opened is opened no further
        await _finished(self._opening)  # but one that is open is closed in order
        if self._joining is not None:
            self._joining.close()
        if self._opened is not None:
            await self._opened.stop()
        if self._client is not None:
            await self._client.close()
        if self._core is not None and not self._core.runner.state.keep:
            await self._core.runner.stop()
        self._choices.change(replace(self._choices.settings, window=place))
        await self._choices.saved()

    # --- what nobody caught -----------------------------------------------------------
    def _catch(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_unhandled_in_loop)
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.quit)


async def _finished(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        await asyncio.wait([task])


def _unhandled(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    log.bug("exception nobody caught", error, kind=kind.__name__)


def _unhandled_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.bug("exception nobody caught", error, origin="loop")
    else:
        log.trouble("loop complains", origin="loop")


def catch_what_nobody_catches() -> None:
    """Send exceptions of slots and Qt's own warnings to the log; a traceback never reaches a screen."""
    sys.excepthook = _unhandled
    before = qInstallMessageHandler(None)

    def heard(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            log.trouble("qt complains", kind=str(context.category or "default"))
        if before is not None:
            before(kind, context, text)

    qInstallMessageHandler(heard)
