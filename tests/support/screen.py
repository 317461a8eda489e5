"""A virtual screen with what a desktop has: window manager, tray, notifications, session bus, open keyring.

    python -m support.screen COMMAND...      runs a command on a screen of its own and ends with its exit code

Each screen has its own display, bus and fresh home folder, so several run side by side; everything started
here is ended by its id, also when the command fails.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from support.home import environment_of
from support.keyring import SecretService
from support.processes import Program
from support.session_bus import SessionBus

SIZE = "1600x1000x24"
NOTIFICATIONS = "org.freedesktop.Notifications"
WINDOW_MANAGER_SELECTION = b"WM_S0"
TRAY_SELECTION = b"_NET_SYSTEM_TRAY_S0"
FOREIGN_SCREEN = ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY")


def selection_owned(display: str, selection: bytes) -> bool:
    """Whether a program holds the selection by which a window manager or a tray makes itself known."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XGetSelectionOwner.restype = ctypes.c_ulong
    connection = x11.XOpenDisplay(display.encode())
    if not connection:
        return False
    handle = ctypes.c_void_p(connection)
    atom = ctypes.c_ulong(x11.XInternAtom(handle, selection, 0))
    owner = x11.XGetSelectionOwner(handle, atom)
    x11.XCloseDisplay(handle)
    return bool(owner)


def keyboard_owner(display: str) -> int:
    """The window that has the keyboard, by the display itself; 0 is none, 1 the one under the mouse."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    connection = x11.XOpenDisplay(display.encode())
    if not connection:
        return 0
    handle, owner, reverts_to = ctypes.c_void_p(connection), ctypes.c_ulong(), ctypes.c_int()
    x11.XGetInputFocus(handle, ctypes.byref(owner), ctypes.byref(reverts_to))
    x11.XCloseDisplay(handle)
    return owner.value


class Screen:
    """One virtual screen; `environment` is what a program needs to appear on it."""

    def __init__(self, *, tray: bool = True) -> None:
        with ExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix="screen-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.environment = environment_of(self.folder)
            self.bus = SessionBus(self.environment, self.folder)
            stack.callback(self.bus.stop)
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.bus.address
            self.keyring = SecretService(self.bus, self.environment, self.folder)
            stack.callback(self.keyring.remove)
            display = self._start_display(stack)
            self.environment["DISPLAY"] = display
            self.environment["QT_QPA_PLATFORM"] = "xcb"
            manager = self._start(stack, "openbox", "--sm-disable")
            manager.wait_until(lambda: selection_owned(display, WINDOW_MANAGER_SELECTION), "a window manager")
            notifier = self._start(stack, "dunst")
            notifier.wait_until(lambda: self.bus.has(NOTIFICATIONS), "notifications")
            if tray:
                panel = self._start(stack, "trayer", "--edge", "bottom", "--widthtype", "request")
                panel.wait_until(lambda: selection_owned(display, TRAY_SELECTION), "a tray")
            self._stack = stack.pop_all()

    def _start(self, stack: ExitStack, *command: str) -> Program:
        program = Program(command, self.environment, self.folder)
        stack.callback(program.stop)
        return program

    def _start_display(self, stack: ExitStack) -> str:
        """Start Xvfb, which finds a free number itself and writes it into the pipe once it listens."""
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"]
        try:
            program = Program(command, self.environment, self.folder, hand_over=[writer])
        finally:
            os.close(writer)
        stack.callback(program.stop)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb did not start\n{program.last_words()}")
        return f":{number}"

    def stop(self) -> None:
        """End everything and remove the home folder."""
        self._stack.close()


def main(command: list[str]) -> int:
    """Run the command on a fresh screen; a signal to this program ends the command first, then the screen."""

    # An interrupt unwinds through `stop`, as the terminal's own does.
    def interrupted(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
    screen = Screen()
    try:
        foreign = {name: value for name, value in os.environ.items() if name not in FOREIGN_SCREEN}
        child = subprocess.Popen(command, env=foreign | screen.environment, stdin=subprocess.DEVNULL)
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            return child.wait(30)
    finally:
        screen.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
