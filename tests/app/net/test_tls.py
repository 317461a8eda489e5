import ssl
import threading
import time
from pathlib import Path

import pytest

from support.relay import RelayProcess
from watchword.model.errors import Kind
from watchword.net import tls
from watchword.net.address import key_text, parse_address
from watchword.net.connection import Way
from watchword.net.visit import visit
from watchword.protocol.relaylink import ToAskAvailable

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
