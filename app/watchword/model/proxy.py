"""Which proxy stands between this desktop and its relay, as the window shows and asks it."""

import enum

import msgspec


class ProxyChoice(enum.StrEnum):
    """How the relay is reached."""

    NONE = "none"
    """Directly."""
    SYSTEM = "system"
    """As the system says."""
    THIS = "this"
    """Through the one that is named here."""


class ProxyShown(msgspec.Struct, frozen=True):
    """What is chosen now."""

    choice: ProxyChoice = ProxyChoice.SYSTEM
    address: str = ""
    """`http://HOST:PORT` or `socks5h://HOST:PORT`."""
    user: str = ""
    has_password: bool = False


class ProxyTyped(msgspec.Struct, frozen=True):
    """What a person chose and typed."""

    choice: ProxyChoice
    address: str = ""
    """May hold user and password too: `http://USER:PASSWORD@HOST:PORT`."""
    user: str = ""
    password: str | None = None
    """None: the one that is kept for the same proxy and user, if any."""

    def __repr__(self) -> str:
        return f"ProxyTyped({self.choice.value})"
