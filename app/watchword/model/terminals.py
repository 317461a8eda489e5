"""The desktops of the own account, and who waits to become one, as a window shows them."""

import msgspec


class OwnDesktop(msgspec.Struct, frozen=True):
    """One desktop of the account, as the relay tells."""

    device: int
    """Its number; it stays as long as the desktop does."""
    this: bool
    present: bool
    since: int
    """When it was added, ms since 1970."""
    by: int = 0
    """The desktop that added it; 0 for the first, and for one that came by a company file."""
    key: str = ""
    """Its key: another desktop may have its number later."""


class Newcomer(msgspec.Struct, frozen=True):
    """A computer that asks to be added. Nothing is known of it but its key, which its eight words mean."""

    id: str
    ends: float
    """When it stops asking, on the clock of `Client.now`; it may ask anew."""


class TerminalsShown(msgspec.Struct, frozen=True):
    """What is known of the account's desktops."""

    desktops: tuple[OwnDesktop, ...] | None = None
    """By number; None while the relay has not told."""
    newcomers: tuple[Newcomer, ...] = ()
