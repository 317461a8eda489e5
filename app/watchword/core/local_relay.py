"""*Run a relay on this computer*: the bundled relay as a child process.

The child is this same program with a switch that is read before Qt is imported (`__main__`); its standard
input is our pipe, and it stops at EOF unless told to stay. Of a relay that stays, a note beside its data
folder says where it is, so that the next start finds it. See `docs/operate/relay.md`.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from watchword import log, settings
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.setup import LocalRelay
from watchword.model.setup import LocalRelayCause as Cause
from watchword.net.address import parse_address
from watchword_wire.exits import Exit

CHILD_SWITCH = "--relay-child"
START_DEADLINE = 20.0
STOP_DEADLINE = 10.0
_LEAST_ROOM = 65_536
_TOUCH_DEADLINE = 0.5
_EVERYWHERE, _HERE = "0.0.0.0", "127.0.0.1"  # noqa: S104 - people on this network are meant
_NOT_RUNNING = LocalRelay(running=False)
_ENDED: dict[int, Cause] = {
    Exit.PORT_TAKEN: Cause.PORT_TAKEN,
    Exit.PORT_FORBIDDEN: Cause.PORT_FORBIDDEN,
    Exit.FOLDER_UNWRITABLE: Cause.FOLDER_UNWRITABLE,
    Exit.FOLDER_FOREIGN: Cause.FOLDER_FOREIGN,
    Exit.FOLDER_IN_USE: Cause.FOLDER_IN_USE,
    Exit.DISK_FULL: Cause.DISK_FULL,
    Exit.DATA_UNFIT: Cause.DATA_UNFIT,
}
"""What the relay's own exit status says."""


class _Note(msgspec.Struct, frozen=True):
    """What the next start must know of a relay that stays."""

    pid: int
    address: str


class LocalRelayRunner:
    """Starts, watches and stops the bundled relay of one profile."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._note = data.with_name(data.name + ".running")
        self._log = data.with_name(data.name + ".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._stays: _Note | None = self._find()
        self._state = _NOT_RUNNING
        if self._stays is not None:
            self._state = LocalRelay(running=True, address=self._stays.address, keep=True)

    @property
    def state(self) -> LocalRelay:
        """Whether it runs, and the address to give to others."""
        if self._process is not None and self._process.poll() is not None:
            say = log.trouble if self._process.returncode else log.note
            say("local relay ended", exit=self._process.returncode)
            self._forget()
        return self._state

    async def start(self, *, keep: bool, port: int = 0, this_computer_only: bool = False) -> LocalRelay:
        """Start it for the people on this network, or only for this computer; returns once it answers.

        One that runs with another `keep` is started anew, on the same port.

        Raises:
            TroubleWith: LOCAL_RELAY, with its cause.
        """
        if self.state.running:
            if self._state.keep is keep:
                return self._state
            port = parse_address(self._state.address).port
            await self.stop()
        listen = f"{_HERE if this_computer_only else _EVERYWHERE}:{port}"
        self._state = await asyncio.to_thread(self._start, listen, keep)
        return self._state

    async def stop(self) -> None:
        """Stop it cleanly; with `keep` it is left running when the program ends."""
        await asyncio.to_thread(self._stop)

    # --- in a thread ----------------------------------------------------------------------

    def _start(self, listen: str, keep: bool) -> LocalRelay:
        words = [*_program(), "serve", "--data", str(self._data), "--listen", listen]
        words += ["--registration", "open"] if keep else ["--registration", "open", "--stop-at-eof"]
        self._process = process = self._launch(words, keep=keep)
        try:
            address = self._first_line(process)
            parse_address(address)
        except (RefusedBy, TimeoutError) as error:
            process.kill()
            self._stop()
            cause = _ENDED.get(process.returncode, Cause.ENDED)
            if isinstance(error, TimeoutError):
                cause = Cause.SILENT
            elif cause is Cause.ENDED and shutil.disk_usage(self._data.parent).free < _LEAST_ROOM:
                cause = Cause.DISK_FULL  # it could not even say so
            port = int(listen.rpartition(":")[2])
            raise self._not_started(cause, port, process.returncode) from error
        if keep:
            self._stays = _Note(process.pid, address)
            with contextlib.suppress(OSError):
                settings.write_whole(self._note, msgspec.json.encode(self._stays))
        log.note("local relay started", port=parse_address(address).port)
        return LocalRelay(running=True, address=address, keep=keep)

    def _launch(self, words: list[str], *, keep: bool) -> subprocess.Popen[bytes]:
        try:
            self._data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            errors = self._log.open("wb")
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise self._not_started(Cause.DISK_FULL if full else Cause.FOLDER_UNWRITABLE) from error
        with errors:
            try:
                return subprocess.Popen(  # noqa: S603 - this very program
                    words,
                    stdin=subprocess.DEVNULL if keep else subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=keep,
                )
            except OSError as error:
                raise self._not_started(Cause.PROGRAM_MISSING) from error

    def _not_started(self, cause: Cause, port: int = 0, code: int = 0) -> TroubleWith:
        folder, said = str(self._data), str(self._log)
        return TroubleWith(Kind.LOCAL_RELAY, cause=cause.value, port=port, code=code, folder=folder, log=said)

    def _first_line(self, process: subprocess.Popen[bytes]) -> str:
        """The address that the relay prints once it answers; empty if it ended.

        Raises:
            TimeoutError: it says nothing.
        """
        found: list[bytes] = []
        pipe = process.stdout
        if pipe is None:
            return ""
        reader = threading.Thread(target=lambda: found.append(pipe.readline()), daemon=True)
        reader.start()
        reader.join(START_DEADLINE)
        silent = reader.is_alive()
        if silent:
            process.kill()
            reader.join()
        elif found == [b""]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_DEADLINE)
        pipe.close()
        if silent:
            raise TimeoutError
        return b"".join(found).decode(errors="replace").strip()

    def _stop(self) -> None:
        process, stays = self._process, self._stays
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            else:
                process.terminate()
            try:
                process.wait(STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        elif stays is not None:
            _end(stays)
        self._forget()

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None
        self._stays = None
        self._state = _NOT_RUNNING
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)

    def _find(self) -> _Note | None:
        """A relay that an earlier start left running."""
        try:
            note = msgspec.json.decode(self._note.read_bytes(), type=_Note)
        except (OSError, msgspec.DecodeError):
            return None
        return note if _answers(note) else None


def _program() -> list[str]:
    """This program as the relay: by its module in a checkout, by itself when frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_SWITCH]
    return [sys.executable, "-m", "watchword", CHILD_SWITCH]


def _answers(note: _Note) -> bool:
    try:
        address = parse_address(note.address)
        with socket.create_connection((address.host, address.port), _TOUCH_DEADLINE):
            return True
    except (OSError, RefusedBy):
        return False


def _end(note: _Note) -> None:
    """Stop a relay that an earlier start left running, as long as it is the one that answers."""
    if not _answers(note):
        return
    deadline = threading.Event()
    with contextlib.suppress(OSError):
        os.kill(note.pid, signal.SIGTERM)
        for _ in range(int(STOP_DEADLINE * 10)):
            if not _answers(note):
                return
            deadline.wait(0.1)
