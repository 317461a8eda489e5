"""What says whether a desktop is light or dark: `org.freedesktop.portal.Settings`, on a test's bus.

A program learns the colour scheme when it asks (`ReadAll`, `ReadOne`, `Read`) and from the signal
`SettingChanged`: 0 no preference, 1 dark, 2 light. Qt asks where the platform theme is one of GNOME's.
"""

import contextlib
import threading
from types import TracebackType
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy

from support.processes import PATIENCE
from support.session_bus import SessionBus

NAME = "org.freedesktop.portal.Desktop"
ASKING = {"QT_QPA_PLATFORMTHEME": "gnome"}
"""Put into a program's environment: Qt asks the portal, whatever else is installed."""

_PLACE = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.Settings")
_SPACE, _KEY = "org.freedesktop.appearance", "color-scheme"
NO_PREFERENCE, DARK, LIGHT = 0, 1, 2


class Portal:
    """Answers whoever asks, until it is left."""

    def __init__(self, bus: SessionBus, scheme: int = NO_PREFERENCE) -> None:
        self._connection = bus.connect()
        Proxy(message_bus, self._connection).RequestName(NAME)
        self._scheme = scheme
        self._wanted: list[int] = []
        self._listeners: set[str] = set()
        self._not_heard: set[str] = set()
        self._heard = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="portal", daemon=True)

    @property
    def asked(self) -> bool:
        """Whether some program wanted to know."""
        return bool(self._listeners)

    def turn(self, scheme: int) -> None:
        """The person chooses another scheme; on return every program that ever asked has the news."""
        self._heard.clear()
        self._wanted.append(scheme)
        assert self._heard.wait(PATIENCE), "nobody heard of the other scheme"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        """One thread reads and writes: a connection of this library is for one."""
        while not self._over.is_set():
            if self._wanted:
                self._tell(self._wanted.pop(0))
            with contextlib.suppress(TimeoutError):
                self._take(self._connection.receive(timeout=0.02))

    def _tell(self, scheme: int) -> None:
        self._scheme = scheme
        self._connection.send(new_signal(_PLACE, "SettingChanged", "ssv", (_SPACE, _KEY, ("u", scheme))))
        # The bus keeps the order: whoever answers this has had the signal.
        for listener in self._listeners:
            peer = DBusAddress("/", bus_name=listener, interface="org.freedesktop.DBus.Peer")
            self._connection.send(new_method_call(peer, "Ping"))
            self._not_heard.add(listener)

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call:
            self._listeners.add(fields[HeaderFields.sender])
            self._connection.send(self._answer(message))
        elif message.header.message_type is MessageType.method_return:
            self._not_heard.discard(fields[HeaderFields.sender])
            if not self._not_heard:
                self._heard.set()

    def _answer(self, message: Message) -> Message:
        value: Any = ("u", self._scheme)
        match message.header.fields[HeaderFields.member]:
            case "ReadAll":
                return new_method_return(message, "a{sa{sv}}", ({_SPACE: {_KEY: value}},))
            case "ReadOne" if message.body == (_SPACE, _KEY):
                return new_method_return(message, "v", (value,))
            case "Read" if message.body == (_SPACE, _KEY):
                return new_method_return(message, "v", (("v", value),))
            case _:
                return new_error(message, "org.freedesktop.portal.Error.NotFound", "s", ("no such setting",))
