"""First start and unlocking, as the window shows them."""

import enum

import msgspec

from watchword.model.errors import Situation
from watchword_wire.frames import Availability

__all__ = [
    "Availability",
    "CheckResult",
    "CheckStep",
    "KeyringState",
    "LocalRelay",
    "LocalRelayCause",
    "ProfileState",
]


class ProfileState(enum.StrEnum):
    """What a profile folder holds."""

    NEW = "new"
    KEYRING = "keyring"
    """Sealed under the secret in the OS keyring."""
    PASSPHRASE = "passphrase"
    """Sealed under a master passphrase."""


class KeyringState(msgspec.Struct, frozen=True):
    """The OS keyring: its name for people, and what is wrong with it, if anything."""

    name: str
    problem: Situation | None = None


class CheckStep(enum.StrEnum):
    """The steps of *Check*, in order. PROXY comes only where one is on the way; it then looks names up."""

    PROXY = "proxy"
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    VERSION = "version"
    SIGN_IN = "sign-in"
    WRITE = "write"
    READ = "read"


class CheckResult(msgspec.Struct, frozen=True):
    """One step done: fine, left out (no TLS on loopback), or the reason why it failed."""

    step: CheckStep
    milliseconds: float
    left_out: bool = False
    problem: Situation | None = None


class LocalRelayCause(enum.StrEnum):
    """Why the bundled relay did not start; the facts of LOCAL_RELAY name port, folder, log and code."""

    PORT_TAKEN = "port-taken"
    PORT_FORBIDDEN = "port-forbidden"
    """This user may not listen there."""
    FOLDER_UNWRITABLE = "folder-unwritable"
    FOLDER_FOREIGN = "folder-foreign"
    """Its folder holds something else, or is none."""
    FOLDER_IN_USE = "folder-in-use"
    """Another relay runs with it."""
    DISK_FULL = "disk-full"
    DATA_UNFIT = "data-unfit"
    """Its database is damaged, or a newer version's."""
    PROGRAM_MISSING = "program-missing"
    SILENT = "silent"
    """It did not say in time that it runs."""
    ENDED = "ended"
    """With a code that says no more; its last words stand in its log."""


class LocalRelay(msgspec.Struct, frozen=True):
    """The bundled relay that runs on this computer."""

    running: bool
    address: str = ""
    """What to give to the people on this network."""
    keep: bool = False
    """Stays when the program ends."""
