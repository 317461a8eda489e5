"""What every provider of company encryption must do (rows F1, F4, F7), in two modes.

*Wrap*: the provider seals and opens a content key of 32 bytes; Watchword seals the content under it.
*Content*: the provider seals and opens the content by its own algorithm. Both are given the `Context` that
binds a message to its place, and the key they are to use. Here is no algorithm, no file and no Qt. See
`docs/protocol/company.md`.

Every call may take long or fail; none blocks the loop. What fails is a `Fault`, never another exception:
nothing is then sent in a weaker form, the message stays where it is, with the reason.
"""

import enum
from typing import Protocol

import msgspec

from watchword_wire.errors import Trouble
from watchword_wire.limits import SEALED_BYTES
from watchword_wire.message_data import Head, context

CONTENT_KEY_BYTES = 32
WRAPPED_BYTES = 1_024
"""The longest wrapped key."""

SEALED_GROWTH = 4_096
"""By how much sealed content may be longer than the content."""

CONTENT_BYTES = SEALED_BYTES - SEALED_GROWTH
"""The longest content that a provider of mode *content* is given: what is said to a room, padded."""

CALL_LIMIT = 5.0
"""Seconds after which a call counts as PROVIDER_SLOW."""


class Mode(enum.IntEnum):
    """What a provider seals. The numbers stand in message data."""

    WRAP = 1
    CONTENT = 2


class Context(msgspec.Struct, frozen=True):
    """What a wrapped key or sealed content is bound to. `digest` is company.md's *context*, 32 bytes."""

    organisation: bytes
    conversation: bytes
    sender: str
    """Full id."""
    targets: tuple[str, ...]
    """Every target account, in the order of the message data."""
    message: bytes
    """The message's id."""
    digest: bytes


def context_of(head: Head) -> Context:
    """The context that a message's head gives."""
    place = (head.organisation, head.conversation, head.sender, head.targets, head.id)
    return Context(*place, context(head))


class KeyName(msgspec.Struct, frozen=True):
    """Which key of the company: `id` is 8 bytes, `version` counts from 1."""

    id: bytes
    version: int


class Cause(enum.StrEnum):
    """Why a provider could not do what was asked; one sentence each in the window."""

    KEY_UNKNOWN = "key-unknown"
    """No key of this id."""
    VERSION_UNKNOWN = "version-unknown"
    """The key is known, this version of it is not: the ring is too old."""
    KEY_REVOKED = "key-revoked"
    KEY_NOT_VALID = "key-not-valid"
    """Outside its validity, or retired: it seals no more."""
    KEY_UNFIT = "key-unfit"
    """The key on the token lacks the attributes that this use needs."""
    TOKEN_MISSING = "token-missing"
    TOKEN_AMBIGUOUS = "token-ambiguous"
    """Several tokens answer to the label: the profile must name the serial number."""
    PIN_WANTED = "pin-wanted"
    """Nobody typed the PIN."""
    PIN_WRONG = "pin-wrong"
    PIN_WRONG_FEW_LEFT = "pin-wrong-few-left"
    PIN_WRONG_LAST_TRY = "pin-wrong-last-try"
    PIN_LOCKED = "pin-locked"
    PROVIDER_MISSING = "provider-missing"
    """The module or program is not installed here, or not allowed to run."""
    PROVIDER_DOWN = "provider-down"
    """It ended, or says that it cannot work now."""
    PROVIDER_SLOW = "provider-slow"
    """No answer in time."""
    PROVIDER_WRONG = "provider-wrong"
    """It answered what no provider may answer."""
    ALTERED = "altered"
    """The bytes are not what was sealed, or not for this context: the only alarming one."""


class Fault(Trouble):
    """A provider could not do it. The text names the cause only: no key, no content, no PIN."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class Health(msgspec.Struct, frozen=True):
    """What *Test* in the settings shows. `fault` is None when the provider works."""

    fault: Cause | None
    detail: str = ""
    """Name and version of a plugin, label of a token: for people, never a secret."""
    keys: tuple[KeyName, ...] = ()
    """The keys it can seal with, as far as it tells."""


class Wrapping(Protocol):
    """A provider in mode *wrap*."""

    async def wrap(self, key: bytes, context: Context, under: KeyName) -> bytes:
        """Seal a content key of 32 bytes under a company key; 1 to 1,024 bytes come back.

        Raises:
            Fault: any cause but ALTERED.
        """

    async def unwrap(self, wrapped: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `wrap` returned for the same context and key name: the 32 bytes.

        Raises:
            Fault: ALTERED if the bytes, the context or the key name are not those of `wrap`.
        """

    async def health(self) -> Health:
        """Try whether it works, without anything of a message; a token may ask for its PIN. Never raises."""

    async def close(self) -> None:
        """Let go of what is held: a session, a process. May be used again afterwards."""


class Sealing(Protocol):
    """A provider in mode *content*."""

    async def seal(self, content: bytes, context: Context, under: KeyName) -> bytes:
        """Seal content by the provider's own algorithm.

        Raises:
            Fault: any cause but ALTERED.
        """

    async def open(self, sealed: bytes, context: Context, under: KeyName) -> bytes:
        """Open what `seal` returned for the same context and key name.

        Raises:
            Fault: ALTERED if the bytes, the context or the key name are not those of `seal`.
        """

    async def health(self) -> Health:
        """Try whether it works, without anything of a message; a token may ask for its PIN. Never raises."""

    async def close(self) -> None:
        """Let go of what is held. May be used again afterwards."""


class PinWanted(msgspec.Struct, frozen=True):
    """What the dialog that asks for a PIN says."""

    token: str
    """The token's label."""
    before: Cause | None = None
    """Why it asks again: one of PIN_WRONG…"""


class AskPin(Protocol):
    """Asks a person for a token's PIN; None if they would not. The caller erases the bytearray."""

    async def __call__(self, wanted: PinWanted) -> bytearray | None:
        """Ask."""
