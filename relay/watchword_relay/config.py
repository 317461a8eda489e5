"""What a relay is started with, and what is wrong with it, in words for its operator."""

import ipaddress
from pathlib import Path

import msgspec

from watchword_wire.errors import Trouble
from watchword_wire.exits import Exit
from watchword_wire.frames import Registration


class Unfit(Trouble):
    """The relay cannot start like this; the text says why and what to do."""

    def __init__(self, said: str, exit_status: Exit = Exit.UNFIT) -> None:
        super().__init__(said)
        self.exit_status = exit_status


class Address(msgspec.Struct, frozen=True):
    """Where to listen."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def everywhere(self) -> bool:
        """Whether it stands for every address of this computer."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False

    def __str__(self) -> str:
        """As it stands in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class History(msgspec.Struct, frozen=True):
    """What a relay keeps of the past for terminals that come later."""

    days: float = 90
    """For how many days at most that the relay runs; 0 for none."""
    account_mib: int = 256
    """Of the entries of one account, each counted with all its bytes."""
    mib: int = 8_192
    """Of all bodies, each once."""

    @property
    def seconds(self) -> int:
        """For how many seconds at most."""
        return int(self.days * 24 * 3_600)


_HISTORY = History()


class Config(msgspec.Struct, frozen=True):
    """One relay's settings."""

    data: Path
    listen: Address
    cert: Path | None
    key: Path | None
    t1: float
    t2: float
    registration: Registration
    stop_at_eof: bool = False
    history: History = _HISTORY

    @property
    def tls(self) -> bool:
        """Off loopback always; on loopback only with a certificate that was given."""
        return not self.listen.loopback or self.cert is not None


_MOST_PORT = 65_535
_MOST_DAYS = 36_500
_MOST_MIB = 2**30


def parse_listen(text: str) -> Address:
    """Read HOST:PORT; an IPv6 host stands in brackets.

    Raises:
        Unfit: it is not that.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > _MOST_PORT:
        raise Unfit(f"--listen wants HOST:PORT, for example 127.0.0.1:8470, not {text!r}")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise Unfit(f"--listen wants an IPv6 address in brackets, for example [::1]:8470, not {text!r}")
    return Address(host, int(port))


def make_config(
    *,
    data: Path,
    listen: str,
    cert: Path | None,
    key: Path | None,
    t1: float,
    t2: float,
    registration: str | None,
    stop_at_eof: bool,
    history: History = _HISTORY,
) -> Config:
    """Check the settings together.

    Raises:
        Unfit: two of them do not go together.
    """
    address = parse_listen(listen)
    if (cert is None) != (key is None):
        raise Unfit("--cert and --key belong together: give both or neither")
    if not 0 < t1 < t2:
        raise Unfit("--t1 must be more than 0 and less than --t2")
    if not 0 <= history.days <= _MOST_DAYS:
        raise Unfit(f"--history-days must be 0 to {_MOST_DAYS}")
    if not (0 <= history.account_mib <= _MOST_MIB and 0 <= history.mib <= _MOST_MIB):
        raise Unfit(f"--history-account-mib and --history-mib must be 0 to {_MOST_MIB}")
    if registration is None:
        # Who reaches a relay on loopback uses this computer anyway; any other wants an invitation.
        chosen = Registration.OPEN if address.loopback else Registration.INVITE
    else:
        chosen = Registration(registration)
    return Config(data, address, cert, key, t1, t2, chosen, stop_at_eof, history)
