"""The dialog by which gnome-keyring asks for a password, without a screen: answered by a test.

Speaks `org.gnome.keyring.internal.Prompter`: the daemon registers a callback, is told that the prompt is
ready, asks for a password, and is answered. This one is a person who says no, after a while.
"""

import threading
from types import TracebackType
from typing import Self

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy

from support.session_bus import SessionBus

NAME = "org.gnome.keyring.SystemPrompter"
_CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"


class Dismissing:
    """Says no to every prompt, `after` seconds later."""

    def __init__(self, bus: SessionBus, after: float) -> None:
        self._connection = bus.connect()
        Proxy(message_bus, self._connection).RequestName(NAME)
        self._after = after
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="prompter", daemon=True)
        self.asked = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._connection.receive(timeout=0.1)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._answer(message)

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        sender, member = fields[HeaderFields.sender], fields[HeaderFields.member]
        if message.body:
            callback = DBusAddress(message.body[0], bus_name=sender, interface=_CALLBACK)
        self._connection.send(new_method_return(message))
        match member:
            case "BeginPrompting":
                self._ready(callback, "")
            case "PerformPrompt":
                self.asked += 1
                self._stop.wait(self._after)
                self._ready(callback, "no")
            case "StopPrompting":
                self._connection.send(new_method_call(callback, "PromptDone"))

    def _ready(self, callback: DBusAddress, reply: str) -> None:
        self._connection.send(new_method_call(callback, "PromptReady", "sa{sv}s", (reply, {}, "")))
