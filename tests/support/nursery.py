"""Programs of the product in processes of their own, without the second in which Python imports them.

    python -m support.nursery MODULE...

imports the modules and waits; for each program that it is asked for it forks one more process, which then is
that program: its own process group, environment, descriptors, memory from there on, exit code. What each of
them imports whenever it starts is imported here (`support.brought`); what comes when it is wanted, it imports
itself.

`make demo`, the play of its first act, that of the longest stretches, `make bench` and the tests of command
lines start without it.
"""

import contextlib
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from support.bound import bound, end_with
from support.home import beside_tests

_MOST = 200_000
"""Bytes of a request."""
_ASIDE = 300
"""Descriptors are kept from here on until they get their numbers."""
_STANDARD = (0, 1, 2)


class _Asked(NamedTuple):
    """What a process is to become."""

    module: str
    words: list[str]
    environment: dict[str, str]
    folder: str
    numbers: list[int]
    """Of the descriptors that come along, in their order; the last is where its end is told."""


def _told(line: socket.socket, descriptors: dict[int, int]) -> None:
    """Reap who has ended, and tell how."""
    while descriptors:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        where = descriptors.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(where, b"%d\n" % os.waitstatus_to_exitcode(status))
        os.close(where)


def _become(asked: _Asked, given: list[int], parent: int) -> int:
    """In the new process: take over descriptors and environment, and be the program."""
    end_with(parent)
    os.setsid()
    aside = [fcntl.fcntl(one, fcntl.F_DUPFD, _ASIDE) for one in given]
    for one in given:
        os.close(one)
    for one, number in zip(aside, asked.numbers, strict=True):
        os.dup2(one, number)
        os.close(one)
    _open_standard_files()
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    sys.argv = [asked.module, *asked.words]
    result: int | None = importlib.import_module(asked.module).main(asked.words)
    return result or 0


def _open_standard_files() -> None:
    """What stood at these numbers when Python began were other kinds of files."""
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def serve(line: socket.socket) -> Callable[[], int]:
    """Fork what is asked for, until nobody asks; returns in each new process with what that is to do."""
    ends: dict[int, int] = {}
    woken, wakes = os.pipe()
    for one in (woken, wakes):
        os.set_blocking(one, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wakes)
    while True:
        ready, _, _ = select.select([line.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4_096)
            _told(line, ends)
        if line.fileno() not in ready:
            continue
        data, given, _, _ = socket.recv_fds(line, _MOST, 16)
        if not data:
            return lambda: 0
        asked = _Asked(*json.loads(data))
        nursery = os.getpid()
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close()
            for one in (woken, wakes, given[-1], *ends.values()):
                os.close(one)
            return lambda: _become(asked, given[:-1], nursery)
        ends[pid] = given[-1]
        for one in given[:-1]:
            os.close(one)
        line.send(b"%d" % pid)


class Child:
    """A program that was asked for; the part of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int, end: int, stdin: IO[bytes] | None, stdout: IO[bytes] | None) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.returncode: int | None = None
        self._end = end

    def poll(self) -> int | None:
        """How it ended, None while it runs; minus the signal's number where a signal ended it."""
        return self._look(0)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._end], [], [], timeout)[0]:
            self.returncode = int(os.read(self._end, 64))
            os.close(self._end)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        found = self._look(timeout)
        if found is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return found

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended, and its end has not been told yet
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """A process that has imported some modules; ended by `close`."""

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "support.nursery", str(theirs.fileno()), *modules],
                env=beside_tests(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(
        self,
        module: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        *,
        output: int,
        stdin: int | None = None,
        stdout: int | None = None,
        hand_over: Sequence[int] = (),
        folder: Path | None = None,
    ) -> Child:
        """Start `module.main(words)`, a module whose `main` takes words and returns an exit code.

        All else is as in `started`.
        """
        with contextlib.ExitStack() as theirs:
            writer: IO[bytes] | None = None
            if stdin is None:
                stdin, stdin_writer = os.pipe()
                theirs.callback(os.close, stdin)
                writer = os.fdopen(stdin_writer, "wb")
            reader: IO[bytes] | None = None
            if stdout is None:
                out_reader, stdout = os.pipe()
                theirs.callback(os.close, stdout)
                reader = os.fdopen(out_reader, "rb")
            end, tells = os.pipe()
            theirs.callback(os.close, tells)
            place = str(folder or Path.cwd())
            asked = _Asked(module, [*words], {**environment}, place, [*_STANDARD, *hand_over])
            given = [stdin, stdout, output, *hand_over, tells]
            with self._asking:
                socket.send_fds(self._line, [json.dumps(asked).encode()], given)
                pid = int(self._line.recv(64) or b"0")
            assert pid, "the nursery is gone"
        return Child(pid, end, writer, reader)

    def close(self) -> None:
        """Start no more, and end what still runs."""
        self._line.close()
        self._process.wait(10)


class _Kind(NamedTuple):
    """How a program that `python -m` starts is started here."""

    entry: str
    """The module with its `main`."""
    imports: tuple[str, ...]
    """What its nursery imports; those with the same share one."""


_RELAYS = ("watchword_relay.__main__", "chaos.jumpy")
_DESKTOPS = ("support.driven", "support.brought")
_WINDOWLESS = ("support.headless", "chaos.dying", "watchword_relay.__main__")
_KEY_OWNERS = ("watchword.org.__main__",)
_KINDS = {
    "watchword_relay": _Kind(_RELAYS[0], _RELAYS),
    "chaos.jumpy": _Kind(_RELAYS[1], _RELAYS),
    "support.driven": _Kind(_DESKTOPS[0], _DESKTOPS),
    "support.headless": _Kind(_WINDOWLESS[0], _WINDOWLESS),
    "chaos.dying": _Kind(_WINDOWLESS[1], _WINDOWLESS),
    "watchword.org": _Kind(_KEY_OWNERS[0], _KEY_OWNERS),
}


class _Nurseries:
    """Each begun with the first program that is started in it."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, ...], Nursery] = {}
        self._beginning = threading.Lock()

    def of(self, kind: _Kind, environment: Mapping[str, str]) -> Nursery:
        with self._beginning:
            if kind.imports not in self._begun:
                self._begun[kind.imports] = Nursery(kind.imports, environment)
            return self._begun[kind.imports]

    def close(self) -> None:
        for begun in self._begun.values():
            begun.close()


_used: list[_Nurseries | None] = [None]


@contextlib.contextmanager
def nurseries() -> Iterator[None]:
    """Until the end of this, programs that have a nursery start there."""
    opened = _Nurseries()
    _used.append(opened)
    try:
        yield
    finally:
        _used.remove(opened)
        opened.close()


@contextlib.contextmanager
def by_command_line() -> Iterator[None]:
    """Until the end of this, every program starts as a person starts it."""
    _used.append(None)
    try:
        yield
    finally:
        _used.pop()


def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    output: int,
    stdin: int | None = None,
    stdout: int | None = None,
    hand_over: Sequence[int] = (),
    folder: Path | None = None,
    own_group: bool = False,
) -> "subprocess.Popen[bytes] | Child":
    """Start a program by its command line, or where that is used, in its nursery (always in its own group).

    Args:
        command: its command line.
        environment: all of it.
        output: descriptor of the file for what it writes.
        stdin: None for a pipe, else a descriptor; a terminal becomes the one that it asks people at.
        stdout: None for a pipe of its own, else a descriptor.
        hand_over: descriptors that it gets under the same numbers.
        folder: where it runs; here, if that is not said.
        own_group: whether it leads a process group.
    """
    used = _used[-1]
    if used is not None and [*command[:2]] == [sys.executable, "-m"] and command[2] in _KINDS:
        kind = _KINDS[command[2]]
        place = used.of(kind, environment)
        return place.start(
            kind.entry,
            command[3:],
            environment,
            output=output,
            stdin=stdin,
            stdout=stdout,
            hand_over=hand_over,
            folder=folder,
        )
    at_terminal = stdin is not None and os.isatty(stdin)
    return subprocess.Popen(
        bound(["setsid", "--ctty", *command] if at_terminal else command),
        env={**environment},
        stdin=subprocess.PIPE if stdin is None else stdin,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=output,
        pass_fds=hand_over,
        cwd=folder,
        start_new_session=own_group and not at_terminal,
    )


def _main(words: list[str]) -> int:
    number, *modules = words
    for module in modules:
        importlib.import_module(module)
    # Nothing of it is ever given back: no program need look through it for cycles, and so copy it.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(number)) as line:
        become = serve(line)
    return become()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
