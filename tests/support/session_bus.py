"""A session bus of one's own.

Nothing is started on demand on it: a test that has no keyring, or no notifications, really has none.
"""

import socket
from collections.abc import Mapping
from pathlib import Path

from jeepney import DBusErrorResponse
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from support.processes import Late, Program

CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SessionBus:
    """A dbus-daemon whose socket lives in the folder."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        path = folder / "bus"
        configuration = folder / "bus.conf"
        configuration.write_text(CONFIGURATION.format(path=path), encoding="utf-8")
        self.address = f"unix:path={path}"
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        self._program = Program(command, environment, folder)
        try:
            self._program.wait_until(lambda: _listens(path), "the session bus listens")
        except Late:
            self.stop()
            raise

    def connect(self) -> DBusConnection:
        """A connection of the test's own; the caller closes it."""
        return open_dbus_connection(bus=self.address)

    def has(self, name: str) -> bool:
        """Whether a program owns this well-known name."""
        with self.connect() as connection:
            try:
                (owned,) = Proxy(message_bus, connection).NameHasOwner(name)
            except DBusErrorResponse:
                return False
        return bool(owned)

    def stop(self) -> None:
        """End the daemon; all its clients lose the bus."""
        self._program.stop()


def _listens(path: Path) -> bool:
    """Whether somebody takes connections: the socket's file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
