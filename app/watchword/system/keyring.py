"""The one 32-byte secret in the operating system's keyring, through the `keyring` library.

A call may last until a person has answered the system's own dialog, so each runs in a thread of its own,
with a time limit. Only keyrings of the system are used: the library's plaintext, null and third-party
backends are refused, never fallen back to. See `docs/protocol/store.md`, The secret.
"""

import asyncio
import base64
import binascii
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from watchword import log
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, TroubleWith
from watchword.model.setup import KeyringState

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "Watchword"
SECRET_BYTES = 32
LIMIT = 60.0
"""Seconds for one call: long enough for a person to find the password of their keyring."""

SEEN = 0.5
"""A dialog that ended sooner than this (seconds) was never shown: nobody refuses so fast."""

_NAMES = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
"""The system's keyrings and what people call them; any other backend counts as no keyring."""

_GONE = {"NoKeyringError", "SecretServiceNotAvailableException", "RuntimeError"}
"""RuntimeError is how a backend says that it cannot work here."""
_CLOSED = {"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"}


class Keyring:
    """The entry of one profile: service "Watchword", its user name "<folder's name> <profile id>"."""

    def __init__(self, entry: str, *, limit: float = LIMIT) -> None:
        self._entry = entry
        self._limit = limit

    async def look(self) -> KeyringState:
        """Say which keyring there is and whether it answers; the system may ask the user to unlock it."""
        try:
            name = await self._call(
                lambda keyring: (keyring.get_password(SERVICE, self._entry), _name(keyring))[1]
            )
        except TroubleWith as trouble:
            return KeyringState(await self._known_name(), trouble.situation)
        return KeyringState(name)

    async def fetch(self) -> Secret:
        """Return the profile's secret.

        Raises:
            TroubleWith: KEYRING_MISSING, KEYRING_LOCKED, KEYRING_REFUSED, KEYRING_SLOW; KEYRING_EMPTIED when
                it answers and the entry is gone; PROFILE_WRONG_SECRET when the entry is something else.
        """
        found = await self._call(lambda keyring: keyring.get_password(SERVICE, self._entry))
        if found is None:
            raise TroubleWith(Kind.KEYRING_EMPTIED)
        try:
            secret = base64.b64decode(found, validate=True)
        except (binascii.Error, ValueError) as error:
            raise TroubleWith(Kind.PROFILE_WRONG_SECRET) from error
        if len(secret) != SECRET_BYTES:
            raise TroubleWith(Kind.PROFILE_WRONG_SECRET)
        return Secret(secret)

    async def keep(self, secret: Secret) -> None:
        """Keep the profile's secret, and see that it is there.

        Raises:
            TroubleWith: as `fetch`; KEYRING_REFUSED when the keyring takes it and does not give it back.
        """
        text = base64.b64encode(secret.expose()).decode()

        def keep_and_look(keyring: "KeyringBackend") -> str | None:
            keyring.set_password(SERVICE, self._entry, text)
            return keyring.get_password(SERVICE, self._entry)

        if await self._call(keep_and_look) != text:
            raise TroubleWith(Kind.KEYRING_REFUSED)

    async def remove(self) -> None:
        """Take the entry out; one that is not there is fine.

        Raises:
            TroubleWith: KEYRING_MISSING, KEYRING_LOCKED, KEYRING_REFUSED, KEYRING_SLOW.
        """

        def remove_if_there(keyring: "KeyringBackend") -> None:
            if keyring.get_password(SERVICE, self._entry) is not None:
                keyring.delete_password(SERVICE, self._entry)

        await self._call(remove_if_there)

    async def _known_name(self) -> str:
        try:
            return await self._call(_name)
        except TroubleWith:
            return ""

    async def _call(self, ask: Callable[["KeyringBackend"], T]) -> T:
        """Ask in a thread of its own; one that never comes back is left to itself."""
        answer: Future[T] = Future()
        threading.Thread(target=_ask, args=(ask, answer), name="keyring", daemon=True).start()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), self._limit)
        except TimeoutError as error:
            raise TroubleWith(Kind.KEYRING_SLOW) from error


def _ask(ask: Callable[["KeyringBackend"], T], answer: "Future[T]") -> None:
    if not answer.set_running_or_notify_cancel():
        return
    began = math.inf
    try:
        keyring = _system_keyring()
        began = time.monotonic()  # finding the keyring takes long the first time, and asks nobody
        answer.set_result(ask(keyring))
    except TroubleWith as error:
        answer.set_exception(error)
    except Exception as error:  # noqa: BLE001 - the library's border: every backend raises its own kinds
        trouble = TroubleWith(_kind(error, time.monotonic() - began))
        log.trouble("keyring failed", trouble, reason=type(error).__name__)
        answer.set_exception(trouble)


def _kind(error: Exception, seconds: float) -> Kind:
    """Which of the situations an error of the library or a backend stands for."""
    names = {type(error).__name__, type(error.__cause__).__name__, type(error.__context__).__name__}
    if names & _GONE or isinstance(error, OSError):
        return Kind.KEYRING_MISSING
    if names & _CLOSED and seconds < SEEN:
        return Kind.KEYRING_LOCKED
    return Kind.KEYRING_REFUSED


def _system_keyring() -> "KeyringBackend":
    """The system's keyring that the library prefers.

    Raises:
        TroubleWith: KEYRING_MISSING, there is none, or another kind of backend is set up.
    """
    import keyring  # noqa: PLC0415 - slow: it looks through all installed packages, so not at start

    found = keyring.get_keyring()
    chained: list[KeyringBackend] = getattr(found, "backends", [found])  # where several could be used
    for candidate in chained:
        if _module(candidate) in _NAMES:
            return candidate
    raise TroubleWith(Kind.KEYRING_MISSING)


def _name(keyring: "KeyringBackend") -> str:
    return _NAMES[_module(keyring)]


def _module(keyring: "KeyringBackend") -> str:
    return ".".join(type(keyring).__module__.split(".")[:3])
