"""The servers under load: ours, the bare forwarder, and what people run today, each with the same face.

A server runs alone on the first core; the load engine has the second. Accounts are s0000000… who send and
r0000000… who receive.
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.engine import LENGTH4, MQTT, PLACE, XML, Answer, Wire, body
from benchmarks.results import FOLDER, LeftOut

HERE = Path(__file__).parent
CORE = "0"
ACCOUNTS = 1_000
Steps = list[tuple[bytes | None, bytes]]


class Server:
    """One server: how it is started, signed in to, and what a message to it looks like."""

    name = ""
    program = ""
    port = 0
    wire = Wire(LENGTH4)
    stores = False
    """Whether it keeps messages for whoever is away."""

    def __init__(self) -> None:
        self.folder = FOLDER / "run" / self.name
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> None:
        """Whether it can run here.

        Raises:
            LeftOut: its program is not installed.
        """
        if self.program and shutil.which(self.program) is None:
            raise LeftOut(f"{self.program} is not installed")

    def command(self) -> list[str]:
        """What starts it, after writing what it needs into its folder."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What it needs beside the environment that there is."""
        return {}

    def provision(self, users: Sequence[str]) -> list[Steps]:
        """The steps that make each account, where that is done over the wire."""
        return []

    def steps(self, users: Sequence[str]) -> tuple[list[Steps], Answer | None]:
        """The steps that sign each account in."""
        raise NotImplementedError

    def ready_to_drain(self, user: str) -> tuple[socket.socket, bytes]:
        """A connection that lacks only these bytes until the server delivers what waits."""
        (script,), answer = self.steps([user])
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        seen = b""
        for place, (send, expect) in enumerate(script):
            data = send if send is not None else (answer or no_answer)(0, seen)
            if place == len(script) - 1:
                return connection, data
            connection.sendall(data)
            seen = b""
            while expect not in seen:
                more = connection.recv(65536)
                if not more:
                    raise ConnectionError(f"{self.name} closed before {expect!r}")
                seen += more
        raise AssertionError("a script has a last step")

    def message(self, sender: str, recipient: str) -> bytes:
        """One message as it stands on the wire, with PLACE for its id."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The running server's process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it in an empty folder and wait until it listens.

        Raises:
            LeftOut: it ended, or did not listen within 40 seconds.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.go_on()

    def go_on(self) -> None:
        """Start it in the folder as it is; see `start`."""
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["taskset", "-c", CORE, *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment()},
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.3):
                return
            time.sleep(0.05)
        self.stop()
        raise LeftOut(
            f"{self.name} did not start: {(self.folder / 'log').read_text(errors='replace')[-300:]}"
        )

    def stop(self) -> None:
        """End it and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def no_answer(_connection: int, _received: bytes) -> bytes:
    """For servers whose sign-in needs no computing."""
    raise AssertionError("nothing to compute")


class Forwarder(Server):
    """The limit of what asyncio can pass on."""

    name = "raw forwarder"
    port = 27101

    def check(self) -> None:
        try:
            import uvloop  # noqa: F401, PLC0415 - only to see whether it is there
        except ImportError:
            raise LeftOut("uvloop is not there for this system") from None

    def command(self) -> list[str]:
        return [sys.executable, str(HERE / "forwarder.py"), str(self.port)]

    def steps(self, users: Sequence[str]) -> tuple[list[Steps], Answer | None]:
        return [[(b"\0\0\0\x09L" + user.encode(), b"K")] for user in users], None

    def message(self, sender: str, recipient: str) -> bytes:
        text = b"M" + recipient.encode() + PLACE + body()
        return len(text).to_bytes(4, "big") + text


class Xmpp(Server):
    """What Prosody and ejabberd have in common. With stream management they acknowledge and keep messages."""

    def __init__(self, *, managed: bool = False) -> None:
        self.managed = self.stores = managed
        self.wire = Wire(XML, has_ack=managed, stream_management=managed)
        if managed:
            self.name += " with acks"
        super().__init__()

    def configuration(self, name: str) -> Path:
        """A configuration of conf/ with this run's folder and port."""
        text = (
            (HERE / "conf" / name)
            .read_text()
            .replace("@DIR@", str(self.folder))
            .replace("@PORT@", str(self.port))
        )
        path = self.folder / name
        path.write_text(text)
        return path

    def steps(self, users: Sequence[str]) -> tuple[list[Steps], Answer | None]:
        return [self._script(user) for user in users], None

    def _script(self, user: str) -> Steps:
        opening = opening_of_stream()
        plain = base64.b64encode(b"\0" + user.encode() + b"\0pw")
        bind = (
            b"<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            b"<resource>x</resource></bind></iq>"
        )
        script: Steps = [
            (opening, b"</stream:features>"),
            (
                b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + plain + b"</auth>",
                b"<success",
            ),
            (opening, b"</stream:features>"),
            (bind, b"</iq>"),
            (b"<presence/><iq type='get' id='p1'><ping xmlns='urn:xmpp:ping'/></iq>", b"p1"),
        ]
        if user.startswith("s") and self.managed:
            script.append((b"<enable xmlns='urn:xmpp:sm:3'/>", b"<enabled"))
        return script

    def message(self, sender: str, recipient: str) -> bytes:
        opening = f"<message to='{recipient}@localhost' type='chat' id='".encode()
        stanza = opening + PLACE + b"'><body>" + body() + b"</body></message>"
        return stanza + (b"<r xmlns='urn:xmpp:sm:3'/>" if self.managed else b"")


def opening_of_stream() -> bytes:
    """How an XMPP stream begins."""
    return (
        b"<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' "
        b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    )


class Prosody(Xmpp):
    """Debian's modules, without its limit of 10 kB/s and without TLS; a file per user, no fsync."""

    name = "Prosody"
    program = "prosody"
    port = 27222

    def command(self) -> list[str]:
        accounts = self.folder / "data/localhost/accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        for user in [f"{kind}{number:07d}" for kind in "sr" for number in range(ACCOUNTS)]:
            (accounts / f"{user}.dat").write_text('return { ["password"] = "pw"; };\n')
        return ["prosody", "--config", str(self.configuration("prosody.cfg.lua")), "-F"]


class Ejabberd(Xmpp):
    """Its default store: Mnesia with a log that is not synchronised for each message."""

    name = "ejabberd"
    program = "erl"
    port = 27322

    def check(self) -> None:
        super().check()
        if shutil.which("ejabberdctl", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            raise LeftOut("ejabberd is not installed")

    def command(self) -> list[str]:
        self.configuration("ejabberd.yml")
        (self.folder / "spool").mkdir(exist_ok=True)
        return [
            *("erl", "+K", "true", "+P", "250000", "+S", "1:1", "+sbwt", "none", "-noinput"),
            *("-mnesia", "dir", f'"{self.folder}/spool"', "-s", "ejabberd"),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "EJABBERD_CONFIG_PATH": f"{self.folder}/ejabberd.yml",
            "EJABBERD_LOG_PATH": f"{self.folder}/ejabberd.log",
            "ERL_LIBS": f"/usr/lib/{os.uname().machine}-linux-gnu",
            "ERL_MAX_PORTS": "32000",
            "ERL_CRASH_DUMP": f"{self.folder}/crash",
            "HOME": str(self.folder),
        }

    def provision(self, users: Sequence[str]) -> list[Steps]:
        return [
            [
                (opening_of_stream(), b"</stream:features>"),
                (
                    f"<iq type='set' id='r1'><query xmlns='jabber:iq:register'><username>{user}</username>"
                    f"<password>pw</password></query></iq>".encode(),
                    b"r1",
                ),
            ]
            for user in users
        ]


class Mosquitto(Server):
    """MQTT at QoS 1, in memory only."""

    name = "mosquitto"
    program = "mosquitto"
    port = 27401
    wire = Wire(MQTT, has_ack=True, receipt=b"\x40\x02\0\0", copies=((15, 2, 2),))
    stores = True

    def check(self) -> None:
        if shutil.which(self.program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            raise LeftOut("mosquitto is not installed")

    def command(self) -> list[str]:
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
            "set_tcp_nodelay true\nlog_type error\npersistence false\n"
            + ("user root\n" if os.geteuid() == 0 else "")
        )
        program = shutil.which(self.program, path=os.environ.get("PATH", "") + ":/usr/sbin")
        return [str(program), "-c", str(configuration)]

    def steps(self, users: Sequence[str]) -> tuple[list[Steps], Answer | None]:
        return [self._script(user) for user in users], None

    def _script(self, user: str) -> Steps:
        script: Steps = [
            (packet(0x10, text(b"MQTT") + b"\x04\x00\x00\x00" + text(user.encode())), b"\x20\x02")
        ]
        if user.startswith("r"):
            script.append((packet(0x82, b"\x00\x01" + text(b"u/" + user.encode()) + b"\x01"), b"\x90\x03"))
        else:
            script.append((b"\xc0\x00", b"\xd0\x00"))
        return script

    def ready_to_drain(self, user: str) -> tuple[socket.socket, bytes]:
        """The session is kept: signing in is enough."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, self._script(user)[0][0] or b""

    def message(self, sender: str, recipient: str) -> bytes:
        return packet(0x32, text(b"u/" + recipient.encode()) + b"\0\0" + body())


def packet(kind: int, content: bytes) -> bytes:
    """An MQTT packet (MQTT 3.1.1, section 2.2)."""
    length, size = b"", len(content)
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | (128 if size else 0)])
        if not size:
            return bytes([kind]) + length + content


def text(content: bytes) -> bytes:
    """An MQTT string (MQTT 3.1.1, section 1.5.3)."""
    return len(content).to_bytes(2, "big") + content
