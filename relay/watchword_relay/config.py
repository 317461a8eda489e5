"""What a relay is set to: one structure, whose fields are the configuration file's keys.

The sample file, the names in the environment and the refusal of what is unknown are made from these fields
(`settings`); what is wrong with them is said in words for the operator. See `docs/operate/relay.md`.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

import msgspec

from watchword_relay.addresses import Networks
from watchword_relay.limits import MOST_DAYS, Limits
from watchword_wire import timing
from watchword_wire.errors import Trouble
from watchword_wire.exits import Exit
from watchword_wire.frames import Registration


class Unfit(Trouble):
    """The relay cannot start like this; the text says why and what to do."""

    def __init__(self, said: str, exit_status: Exit = Exit.UNFIT) -> None:
        super().__init__(said)
        self.exit_status = exit_status


class Address:
    """A place to listen at, or to be reached at."""

    __slots__ = ("host", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and (self.host, self.port) == (other.host, other.port)

    def __hash__(self) -> int:
        return hash((self.host, self.port))

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

    @property
    def bind_host(self) -> str:
        """What to listen on: one name for two addresses would have two ports where the port is a free one."""
        return "127.0.0.1" if self.host == "localhost" else self.host

    def __str__(self) -> str:
        """As it stands in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


_MOST_PORT = 65_535
_NAME = re.compile(r"[\w.-]+")


def parse_address(text: str) -> Address:
    """Read HOST:PORT; an IPv6 host stands in brackets.

    Raises:
        ValueError: it is not that; the text says what is wanted.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > _MOST_PORT:
        raise ValueError(f"wants HOST:PORT, for example 127.0.0.1:8470, not {text!r}")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        possible = _is_ipv6(host)
    elif _is_ipv6(host):
        raise ValueError(f"wants an IPv6 address in brackets, for example [::1]:8470, not {text!r}")
    else:
        possible = _NAME.fullmatch(host) is not None
    if not possible:
        raise ValueError(f"wants a name or an address and a port, for example 127.0.0.1:8470, not {text!r}")
    return Address(host, int(port))


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _said(text: str, least: float | None = None, most: float | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=text, ge=least, le=most)


_MOST_MIB = 2**30


class Tls(msgspec.Struct, frozen=True):
    """The certificate that is served."""

    certificate: Annotated[
        Path | None,
        _said(
            "PEM file with your certificate and its chain; without one the relay makes its own.\n"
            "Both files are read again when they change, and on SIGHUP; connections stay."
        ),
    ] = None
    key: Annotated[Path | None, _said("PEM file with its private key, without a password.")] = None


class Proxy(msgspec.Struct, frozen=True):
    """A balancer in front that passes TCP through."""

    trusted: Annotated[
        tuple[str, ...],
        _said(
            "Addresses or networks of balancers that send the PROXY protocol, version 1 or 2; whoever comes\n"
            "from there must send it, and from nowhere else is it read. Empty: nobody."
        ),
    ] = ()


class Handshake(msgspec.Struct, frozen=True):
    """The two time limits."""

    t1: Annotated[
        float,
        _said(
            "Seconds that a person has to answer a passphrase request. Desktops count on 10 at least.",
            most=timing.MOST_LIMIT,
        ),
    ] = timing.T1_DEFAULT
    t2: Annotated[
        float,
        _said(
            "Seconds that the whole exchange may take; more than t1. Desktops wait for 900 at most.",
            most=timing.MOST_LIMIT,
        ),
    ] = timing.T2_DEFAULT


class History(msgspec.Struct, frozen=True):
    """What a relay keeps of the past for terminals that come later."""

    days: Annotated[
        float, _said("Days that the relay runs for which history is kept at most; 0 for none.", 0, MOST_DAYS)
    ] = 90
    account_mib: Annotated[
        int, _said("MiB of one account's history, each entry counted with all its bytes.", 0, _MOST_MIB)
    ] = 256
    mib: Annotated[int, _said("MiB of all history, each body once.", 0, _MOST_MIB)] = 8_192

    @property
    def seconds(self) -> int:
        """For how many seconds at most."""
        return int(self.days * 24 * 3_600)


class Database(msgspec.Struct, frozen=True):
    """Where the relay keeps what it remembers."""

    url: Annotated[
        str | None,
        _said(
            "A PostgreSQL database for several nodes of one relay, as libpq reads it, such as\n"
            "postgresql://relay@db1:5432,db2:5432/watchword. Empty: a file in the data folder, for one relay."
        ),
    ] = None
    standbys: Annotated[
        int,
        _said(
            "How many standbys of PostgreSQL must have what is acknowledged; a database that waits for\n"
            "fewer is refused. 0 trusts the disk of one server alone.",
            0,
            100,
        ),
    ] = 1


class Watch(msgspec.Struct, frozen=True):
    """What is told to the programs that look after the relay."""

    listen: Annotated[
        Address | None,
        _said(
            "HOST:PORT of /healthz, /readyz, /metrics and /suspects, plain HTTP: an address that only\n"
            "your own programs reach. Empty: none."
        ),
    ] = None


class Log(msgspec.Struct, frozen=True):
    """What is written to standard error."""

    json: Annotated[bool, _said("Each line as one JSON object, for programs that collect logs.")] = False


_TLS = Tls()
_LOG = Log()
_PROXY = Proxy()
_HANDSHAKE = Handshake()
_HISTORY = History()
_STORE = Database()
_WATCH = Watch()
_LIMITS = Limits()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """One relay's settings, checked."""

    data: Annotated[
        Path,
        _said(
            "The relay's own folder, made on the first start. If it is not said: the folder that systemd\n"
            "gives, else /var/lib/watchword-relay for root, ~/.local/share/watchword-relay for others."
        ),
    ]
    listen: Annotated[
        Address,
        _said("HOST:PORT, an IPv6 host in brackets. Anything but loopback speaks TLS 1.3 only."),
    ] = Address("0.0.0.0", 8470)  # noqa: S104 - a relay is there to be reached; it speaks TLS
    public: Annotated[
        Address | None,
        _said("HOST:PORT by which people reach it, for the links that it prints, if that is another."),
    ] = None
    registration: Annotated[
        Registration | None,
        _said(
            "Who may make an account: open, invite or closed. If it is not said: open on loopback, by\n"
            "invitation elsewhere."
        ),
    ] = None
    tls: Tls = _TLS
    proxy: Proxy = _PROXY
    handshake: Handshake = _HANDSHAKE
    history: History = _HISTORY
    store: Database = _STORE
    watch: Watch = _WATCH
    log: Log = _LOG
    limits: Limits = _LIMITS

    @property
    def encrypted(self) -> bool:
        """Off loopback always; on loopback only with a certificate that was given."""
        return not self.listen.loopback or self.tls.certificate is not None

    @property
    def admits(self) -> Registration:
        """Who may make an account in the relay's own realm."""
        if self.registration is not None:
            return self.registration
        # Who reaches a relay on loopback uses this computer anyway; any other wants an invitation.
        return Registration.OPEN if self.listen.loopback else Registration.INVITE

    def check(self) -> None:
        """See that the settings go together.

        Raises:
            ValueError: two of them do not; the text names them.
        """
        if (self.tls.certificate is None) != (self.tls.key is None):
            raise ValueError("tls.certificate and tls.key belong together: give both or neither")
        if not 0 < self.handshake.t1 < self.handshake.t2:
            raise ValueError("handshake.t1 must be more than 0 and less than handshake.t2")
        try:
            Networks(self.proxy.trusted)
        except ValueError as error:
            raise ValueError(f"proxy.trusted: {error}") from error
