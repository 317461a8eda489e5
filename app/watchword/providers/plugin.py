"""Any external program as a provider (rows F1, F4, F7): started when it is needed, asked over its pipes.

What it does with content and keys is its own affair; what it answers is checked here for form and size only.
A program that ends, hangs or answers nonsense is ended and started again, at growing distances. See
`docs/protocol/plugin.md`.
"""

import asyncio
import contextlib
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from watchword import log
from watchword.providers.child import Child
from watchword.providers.contract import (
    CALL_LIMIT,
    CONTENT_KEY_BYTES,
    SEALED_GROWTH,
    WRAPPED_BYTES,
    Cause,
    Context,
    Fault,
    Health,
    KeyName,
    Mode,
)
from watchword.providers.framing import (
    KEYS,
    MODES,
    VERSION,
    Answer,
    DataAnswer,
    HealthAnswer,
    HelloAnswer,
    answer,
    bare,
    check_strange,
    hello,
    strange,
    work,
)
from watchword_wire.errors import PeerError

PREFIX = "watchword-plugin-"
MOST_PAUSE = 60.0
"""Seconds between two starts of a program that never works. The first new start comes at once."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SHOWN = 80

Request = Callable[[int, str], bytes]
"""Makes a request of its number and operation."""


def is_plugin_name(name: str) -> bool:
    """Whether a profile can name a plugin so: lower case letters, digits and -, at most 64."""
    return _NAME.fullmatch(name) is not None


def find_program(name: str) -> Path | None:
    """The program of a plugin that the profile names: `watchword-plugin-NAME` on this user's PATH.

    A profile chooses among the programs that were installed to be plugins; it can start no other one.
    """
    if not is_plugin_name(name):
        return None
    found = shutil.which(PREFIX + name)
    return None if found is None else Path(found)


class Plugin:
    """A provider of both modes, as far as the program has them. One call at a time is under way."""

    def __init__(
        self,
        command: Sequence[str],
        settings: Mapping[str, str],
        mode: Mode,
        *,
        limit: float = CALL_LIMIT,
        errors: int = subprocess.DEVNULL,
    ) -> None:
        """Start nothing yet.

        Args:
            command: the program and its arguments.
            settings: what the profile says for it; told in *hello*.
            mode: which of the program's modes is used.
            limit: seconds of one call; another in tests only.
            errors: where its standard error goes, as `subprocess` says it.
        """
        self._command = command
        self._settings = settings
        self._mode = mode
        self._limit = limit
        self._errors = errors
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._lost: Child | None = None
        self._said: HelloAnswer | None = None
        self.problem = ""
        """What was wrong with the last answer that ended the program; for whoever writes it."""
        self._number = 0
        self._failures = 0
        self.not_before = 0.0
        """The loop's time before which it is not started again."""

    @property
    def pid(self) -> int | None:
        """The running program's id."""
        return None if self._child is None else self._child.pid

    @property
    def modes(self) -> frozenset[Mode]:
        """What the program said that it can do; nothing before it was started."""
        said = () if self._said is None else self._said.modes
        return frozenset(MODES[name] for name in said if name in MODES)

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return self._turn.locked()

    async def wrap(self, key: bytes, context: Context, under: KeyName) -> bytes:
        """Seal a content key of 32 bytes; see `contract.Wrapping`."""
        return await self._work("wrap", key, context, under, least=1, most=WRAPPED_BYTES)

    async def unwrap(self, wrapped: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `wrap` returned; see `contract.Wrapping`."""
        size = CONTENT_KEY_BYTES
        return await self._work("unwrap", wrapped, context, under, least=size, most=size)

    async def seal(self, content: bytes, context: Context, under: KeyName) -> bytes:
        """Seal content; see `contract.Sealing`."""
        return await self._work("seal", content, context, under, least=1, most=len(content) + SEALED_GROWTH)

    async def open(self, sealed: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `seal` returned; see `contract.Sealing`."""
        return await self._work("open", sealed, context, under, least=0, most=len(sealed))

    async def health(self) -> Health:
        """Start it if need be, and ask how it is."""
        try:
            async with self._program() as child:
                said = await self._asked(child, "health", bare, HealthAnswer)
        except Fault as fault:
            return Health(fault.cause, self._detail())
        keys = tuple(KeyName(key.id, key.version) for key in said.keys[:KEYS])
        return Health(None, self._detail(said.detail), keys)

    async def close(self) -> None:
        """End the program; a call that is under way is given up with PROVIDER_DOWN."""
        if self.busy and self._child is not None:
            self._child.kill()
        async with self._turn:
            child, self._child = self._child or self._lost, None
            self._failures, self.not_before = 0, 0.0
            if child is not None:
                await child.close()

    async def _work(
        self, operation: str, data: bytes, context: Context, under: KeyName, *, least: int, most: int
    ) -> bytes:
        def request(number: int, name: str) -> bytes:
            return work(number, name, data, context, under)

        async with self._program() as child:
            said = await self._asked(child, operation, request, DataAnswer)
            with _judged():
                if not least <= len(said.data) <= most:
                    raise PeerError(f"{len(said.data)} bytes in answer to {operation}, not {least} to {most}")
            return said.data

    # --- the program ----------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _program(self) -> AsyncIterator[Child]:
        """One call's turn with the running program."""
        async with self._turn:
            if self._child is not None and self._child.ended:
                self._child.kill()
                self._child = None
            child = self._child or await self._started()
            try:
                yield child
            except _Broken as broken:
                self._lose(child, broken)
                raise
            except Fault:
                self._failures = 0
                raise
            self._failures = 0

    async def _started(self) -> Child:
        if asyncio.get_running_loop().time() < self.not_before:
            raise Fault(Cause.PROVIDER_DOWN)
        child = Child(Path(self._command[0]).name)
        try:
            with _judged():
                await self._start(child)
            await self._greet(child)
        except Fault as fault:
            self._lose(child, fault)
            raise
        except BaseException:  # the caller gave up: a half greeted program is of no use
            child.kill()
            raise
        self._child = child
        return child

    async def _start(self, child: Child) -> None:
        try:
            await child.start(self._command, self._limit, self._errors)
        except TimeoutError:
            raise
        except OSError as error:
            raise Fault(Cause.PROVIDER_MISSING) from error

    async def _greet(self, child: Child) -> None:
        """Say hello, and see that it lives with what it does not know."""
        said = await self._asked(child, "hello", lambda number, _: hello(number, self._settings), HelloAnswer)
        self._said = said
        self._number += 1
        with _judged():
            if said.version != VERSION:
                raise PeerError("a version that was not offered")
            if self._mode not in self.modes:
                raise PeerError("it does not have the mode that it is used in")
            body = await child.ask(bare(self._number, strange()), self._limit)
            check_strange(body, self._number)

    async def _asked(self, child: Child, operation: str, request: Request, kind: type[Answer]) -> Answer:
        self._number += 1
        with _judged():
            body = await child.ask(request(self._number, operation), self._limit)
            return answer(body, self._number, operation, kind)

    def _lose(self, child: Child, fault: Fault) -> None:
        child.kill()
        self._child, self._lost = None, child
        pause = min(MOST_PAUSE, 2.0 ** (self._failures - 1)) if self._failures else 0.0
        self._failures += 1
        self.not_before = asyncio.get_running_loop().time() + pause
        self.problem = str(fault.__cause__) if isinstance(fault.__cause__, PeerError) else ""
        log.trouble("plugin lost", reason=fault.cause.value, attempt=self._failures)

    def _detail(self, more: str = "") -> str:
        said = self._said
        words = ([] if said is None else [said.name, said.release]) + [more]
        text = " ".join(word[:_SHOWN] for word in words if word)
        return "".join(letter if letter.isprintable() else "?" for letter in text)


class _Broken(Fault):
    """A fault after which nothing that the program says can be relied on."""


@contextlib.contextmanager
def _judged() -> Iterator[None]:
    """Say by cause how a program failed."""
    try:
        yield
    except TimeoutError as error:
        raise _Broken(Cause.PROVIDER_SLOW) from error
    except (EOFError, OSError) as error:
        raise _Broken(Cause.PROVIDER_DOWN) from error
    except PeerError as error:
        raise _Broken(Cause.PROVIDER_WRONG) from error
