import asyncio
import contextlib
import ssl
import threading
import time
from pathlib import Path

import msgspec
import pytest

from support.relay import RelayProcess
from watchword.model.errors import Kind
from watchword.net import tls
from watchword.net.address import key_text, parse_address
from watchword.net.connection import Way
from watchword.net.visit import visit
from watchword.protocol.relaylink import ToAskAvailable
from watchword_relay import certificate

KEY = key_text(bytes(range(32)))


async def test_plain_loopback_has_none() -> None:
    assert await tls.context_for(parse_address("ws://127.0.0.1:9")) is None


async def test_with_a_key_any_certificate_will_do_and_the_key_decides() -> None:
    context = await tls.context_for(parse_address(f"wss://relay.example.org#{KEY}"))
    assert context is not None
    assert context.verify_mode is ssl.CERT_NONE
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    assert context.cert_store_stats()["x509"] == 0, "nobody's word is asked for, so nobody's is read"


async def test_without_a_key_the_authorities_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    read, readers = ssl.create_default_context, []

    def noted() -> ssl.SSLContext:
        readers.append(threading.current_thread())
        return read()

    monkeypatch.setattr(ssl, "create_default_context", noted)
    context = await tls.context_for(parse_address("wss://relay.example.org"))
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    assert threading.main_thread() not in readers, "reading them holds the loop for 50 ms"


@pytest.mark.parametrize(
    ("fragment", "kind"), [("", Kind.RELAY_CERTIFICATE), (f"#{KEY}", Kind.RELAY_KEY), ("#its own", None)]
)
async def test_a_relay_s_own_certificate(tmp_path: Path, fragment: str, kind: Kind | None) -> None:
    """Trusted under the relay's key only: by nobody's word, and by no other key."""
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=["--registration", "open"]) as relay:
        own = "#" + relay.address.partition("#")[2]
        typed = f"wss://127.0.0.1:{relay.port}{own if fragment == '#its own' else fragment}"
        address = parse_address(typed)
        way = Way(address, address.key)
        visited = await visit(way, ToAskAvailable("ada"), lambda _data: b"", time.monotonic)
    assert (None if visited.problem is None else visited.problem.kind) is kind


class Between:
    """Somebody in the middle whom every authority vouches for: ends TLS, and passes on whatever is said."""

    def __init__(self, folder: Path, port: int) -> None:
        pair = folder / "between.pem", folder / "between.key"
        certificate.make(*pair)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*pair)
        self._to = port
        self._ways: list[asyncio.Task[None]] = []
        self.heard = b""
        """What the desktop said."""
        self.port = 0

    async def __aenter__(self) -> "Between":
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await asyncio.gather(*self._ways)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        inner, outer = await asyncio.open_connection("127.0.0.1", self._to, ssl=trusting)
        for one in (self._pump(reader, outer, heard=True), self._pump(inner, writer, heard=False)):
            self._ways.append(asyncio.create_task(one))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, heard: bool) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while data := await reader.read(65_536):
                self.heard += data if heard else b""
                writer.write(data)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


async def test_who_stands_in_between_with_any_certificate_can_cut_the_line_alone(
    tmp_path: Path,
) -> None:
    """The relay's own Hello is passed on, and speaks of another certificate: nothing is said to it."""
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0") as relay:
        link = relay.run("invite").stdout.strip()
        invitation = link.rpartition(".")[2]
        async with Between(tmp_path, relay.port) as between:
            address = parse_address(link.replace(str(relay.port), str(between.port)))
            address = msgspec.structs.replace(address, host="127.0.0.1")
            assert address.invite == invitation
            way = Way(address, address.key)
            asked = ToAskAvailable("ada", address.invite)
            visited = await visit(way, asked, lambda _data: b"", time.monotonic)
            assert visited.problem is not None
            assert visited.problem.kind is Kind.RELAY_KEY
            head, _, frames = between.heard.partition(b"\r\n\r\n")
            assert head.startswith(b"GET / HTTP/1.1")
            assert invitation.encode() not in between.heard
            # A close frame at most.
            assert len(frames) < 64
        # On the way itself the same goes through.
        there = msgspec.structs.replace(address, port=relay.port)
        visited = await visit(Way(there, there.key), asked, lambda _data: b"", time.monotonic)
        assert visited.problem is None
