"""A connection that waits for each answer."""

from types import TracebackType
from typing import Self

from jeepney.bus_messages import DBus

class DBusConnection:
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

class Proxy:
    def __init__(self, msggen: DBus, connection: DBusConnection, *, timeout: float | None = None) -> None: ...
    def NameHasOwner(self, name: str) -> tuple[int]: ...  # noqa: N802 - as the bus calls it

def open_dbus_connection(bus: str = "SESSION") -> DBusConnection: ...
