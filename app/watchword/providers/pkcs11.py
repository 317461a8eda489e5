"""An HSM or smart card over PKCS#11 as a provider (rows F1, F4): the wrapping key never leaves the token.

All talk with the token is in one thread per module (`token`, which imports the library only there); a call
has a time limit, a person who types a PIN has not. The PIN is asked for through `AskPin` and erased once the
token has seen it: what lasts for a session is the token's own login. See `docs/protocol/company.md`, Keys on
a token.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from watchword import log
from watchword.protocol.company.ring import wrap_data
from watchword.providers.contract import (
    CALL_LIMIT,
    CONTENT_KEY_BYTES,
    AskPin,
    Cause,
    Context,
    Fault,
    Health,
    KeyName,
    PinWanted,
)
from watchword.providers.lane import Held, Lane
from watchword.providers.token_state import Gone, Standing

if TYPE_CHECKING:
    from watchword.providers.token import Card

Result = TypeVar("Result")

_ASK_AGAIN = {Cause.PIN_WRONG, Cause.PIN_WRONG_FEW_LEFT, Cause.PIN_WRONG_LAST_TRY}
_LANES: dict[str, Lane] = {}
"""The thread of each module; a module is spoken to by one thread only."""

_MACHINES = ("x86_64-linux-gnu", "aarch64-linux-gnu")
_ROOTS = ("/usr/lib", "/usr/local/lib", "/usr/lib64", *(f"/usr/lib/{machine}" for machine in _MACHINES))
_FOLDERS = ("", "pkcs11", "softhsm")


def find_module(name: str) -> Path | None:
    """The module that the profile names by its file name, in the system's folders for such modules.

    A profile chooses among what the computer's administrator installed; it cannot name any other file.
    """
    if Path(name).name != name or not name:
        return None
    if sys.platform == "win32":
        places = [Path(r"C:\Windows\System32") / name]
    else:
        places = [Path(root) / folder / name for root in _ROOTS for folder in _FOLDERS]
    return next((place for place in places if place.is_file()), None)


class Pkcs11:
    """A provider of both modes; one call at a time is under way."""

    def __init__(
        self,
        module: Path,
        label: str,
        serial: str,
        ask: AskPin,
        *,
        remember: bool,
        limit: float = CALL_LIMIT,
    ) -> None:
        """Touch nothing yet.

        Args:
            module: the PKCS#11 module's file.
            label: the token's label.
            serial: its serial number; empty if the label is enough.
            ask: asks a person for the PIN; the bytearray it gives is erased here.
            remember: whether one PIN lasts until `close` or the token is pulled out (policy *session*), and
                not only until `rest`.
            limit: seconds of one call to the token; another in tests only.
        """
        self._module = module
        self._label = label
        self._serial = serial
        self._ask = ask
        self._remember = remember
        self._limit = limit
        self._lane = _LANES.setdefault(str(module), Lane("token"))
        self._turn = asyncio.Lock()
        self._card: Card | None = None
        self._refusals = 0
        self._seen: Standing | None = None
        self._rests = False

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return self._turn.locked()

    @property
    def hangs(self) -> bool:
        """Whether the module has not come back from a call that was given up; until it does nothing works."""
        return self._lane.hangs

    async def wrap(self, key: bytes, context: Context, under: KeyName) -> bytes:
        """Seal a content key of 32 bytes: 60 bytes; see `contract.Wrapping`."""
        return await self.seal(key, context, under)

    async def unwrap(self, wrapped: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `wrap` returned; see `contract.Wrapping`."""
        key = await self.open(wrapped, context, under)
        if len(key) != CONTENT_KEY_BYTES:
            raise Fault(Cause.ALTERED)
        return key

    async def seal(self, content: bytes, context: Context, under: KeyName) -> bytes:
        """Seal content: 28 bytes more; see `contract.Sealing`."""
        place = wrap_data(context.digest, under.id, under.version)
        return await self._use(lambda card: card.encrypt(content, place, under))

    async def open(self, sealed: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `seal` returned; see `contract.Sealing`."""
        place = wrap_data(context.digest, under.id, under.version)
        return await self._use(lambda card: card.decrypt(sealed, place, under))

    async def health(self) -> Health:
        """Open the token, asking for the PIN if need be, and look which keys are fit."""
        try:
            keys = await self._use(lambda card: card.keys())
        except Fault as fault:
            return Health(fault.cause, self._detail())
        return Health(None, self._detail(), tuple(keys))

    async def rest(self) -> bool:
        """Log out where each use wants a PIN: what it was typed for is done; while the token hangs, later.

        Returns whether the token was open until now.
        """
        if self._remember:
            return self._is_open
        self._rests = True
        async with self._turn:
            card, was_open = self._card, self._is_open
            if card is not None and was_open:
                with contextlib.suppress(Fault):
                    await self._run(card.close)
            return was_open

    @property
    def _is_open(self) -> bool:
        return self._card is not None and self._card.open

    async def close(self) -> None:
        """Log out and let the module go; while the token hangs, as soon as it comes back."""
        async with self._turn:
            card, self._card = self._card, None
            if card is not None:
                try:
                    await self._lane.run(card.leave, self._limit)
                except Held:
                    self._lane.afterwards(card.leave)
                except TimeoutError:
                    log.trouble("token hangs", reason=Cause.PROVIDER_SLOW.value)

    # --- one call -------------------------------------------------------------------------

    async def _use(self, work: "Callable[[Card], Result]") -> Result:
        refusals = self._refusals
        async with self._turn:
            if self._card is None:
                self._card = await self._run(self._load)
            card = self._card
            if card.open and self._rests:  # what hung when it was to rest has come back since
                await self._run(card.close)
            self._rests = False
            if card.open:
                with contextlib.suppress(Gone):  # the session was lost: a new one may help
                    return await self._run(partial(work, card))
                await self._run(card.close)
            await self._log_in(card, refusals)
            try:
                return await self._run(partial(work, card))
            except Gone as error:  # nobody types a PIN twice for one call
                await self._run(card.close)
                raise Fault(Cause.PROVIDER_DOWN) from error

    def _load(self) -> "Card":
        """In the thread: import the library and load the module."""
        try:
            from watchword.providers.token import Card  # noqa: PLC0415 - slow, and an extra
        except ImportError as error:
            raise Fault(Cause.PROVIDER_MISSING) from error
        return Card(self._module, self._label, self._serial)

    async def _log_in(self, card: "Card", refusals: int) -> None:
        """Ask until the PIN is right, or the person or the token has had enough."""
        standing = self._seen = await self._run(card.look)
        before = standing.warning
        while True:
            pin = None
            if before is Cause.PIN_LOCKED:
                raise Fault(Cause.PIN_LOCKED)
            if standing.wants_pin:
                pin = await self._typed(PinWanted(standing.label, before), refusals)
            try:
                return await self._lane.run(partial(card.log_in, pin), self._limit)
            except TimeoutError as error:
                if pin is not None and isinstance(
                    error, Held
                ):  # else the thread erases it once it is through
                    pin[:] = bytes(len(pin))
                raise Fault(Cause.PROVIDER_SLOW) from error
            except Fault as fault:
                if pin is None or fault.cause not in _ASK_AGAIN:
                    raise
                before = fault.cause

    async def _typed(self, wanted: PinWanted, refusals: int) -> bytearray:
        # Who was waiting for their turn while the person said no is not asked about once more.
        pin = None if refusals != self._refusals else await self._ask(wanted)
        if pin is None:
            self._refusals += 1
            raise Fault(wanted.before or Cause.PIN_WANTED)
        return pin

    async def _run(self, function: Callable[[], Result]) -> Result:
        try:
            return await self._lane.run(function, self._limit)
        except TimeoutError as error:
            raise Fault(Cause.PROVIDER_SLOW) from error

    def _detail(self) -> str:
        seen = self._seen
        return self._label if seen is None else f"{seen.label} {seen.serial}".strip()
