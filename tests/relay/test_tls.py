"""TLS of the relay: its version, and a certificate that is exchanged while people are there."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import ssl
from pathlib import Path

import pytest

from support.relay import RelayProcess
from support.terminal import Terminal
from support.waiting import until
from watchword_relay import certificate
from watchword_relay.config import Unfit
from watchword_relay.tls import Tls
from watchword_wire import login


def made(folder: Path, name: str) -> tuple[Path, Path]:
    pair = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.make(*pair)
    return pair


def sha256(pem: Path) -> bytes:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.read_text())).digest()


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_tls_is_13_and_the_hash_is_of_the_first_certificate(tmp_path: Path) -> None:
    pem, key = made(tmp_path, "one")
    first, (other, _) = sha256(pem), made(tmp_path, "other")
    pem.write_text(pem.read_text() + other.read_text())
    tls = Tls(pem, key)
    assert (tls.context.minimum_version, tls.context.maximum_version) == (ssl.TLSVersion.TLSv1_3,) * 2
    assert tls._now.sha256 == first
    assert tls.ends > 2_000_000_000


def test_only_files_that_changed_are_read_again_and_only_a_pair_that_fits_is_taken(tmp_path: Path) -> None:
    pem, key = made(tmp_path, "one")
    tls = Tls(pem, key)
    assert not tls.reload()
    assert not tls.reload(always=True)
    new, new_key = made(tmp_path, "new")
    shutil.copy(new, pem)
    with pytest.raises(Unfit, match="do not belong together"):
        tls.reload()
    # It is said once, and what was served goes on.
    assert not tls.reload()
    assert tls._now.sha256 != sha256(new)
    shutil.copy(new_key, key)
    assert tls.reload()
    assert tls._now.sha256 == sha256(new)


async def served(relay: RelayProcess) -> tuple[Terminal, bytes]:
    """A new terminal, and the certificate that it was served and that its Hello speaks of."""
    terminal = Terminal(relay.url, f"t{os.urandom(4).hex()}")
    hello = await terminal.open(trusting())
    channel = terminal.socket.transport.get_extra_info("ssl_object")
    seen = hashlib.sha256(channel.getpeercert(binary_form=True)).digest()
    assert login.signature_is_good(hello.relay_key, hello.signature, login.relay_bytes(seen, hello.nonce))
    return terminal, seen


async def exchanged(relay: RelayProcess, source: Path, target: Path, said: str) -> None:
    """Put a file in another's place, and wait until the relay says what it makes of it."""
    shutil.copy(source, target)
    line = f"certificate-{said}"
    before = relay.log.read_text().count(line)
    os.kill(relay.pid, signal.SIGHUP)
    await until(lambda: relay.log.read_text().count(line) > before, line)


async def test_a_new_certificate_drops_nobody(tmp_path: Path) -> None:
    """Who comes gets the new one, with a Hello that speaks of it; a pair that does not fit harms nobody."""
    pem, key = made(tmp_path, "one")
    first = sha256(pem)
    options = ["--cert", str(pem), "--key", str(key), "--registration", "open"]
    with RelayProcess(tmp_path / "relay", options=options) as relay:
        ada, seen = await served(relay)
        assert seen == first
        await ada.send(ada.registration())
        await ada._welcomed()
        new_pem, new_key = made(tmp_path, "new")
        await exchanged(relay, new_pem, pem, "unfit")
        between, seen = await served(relay)
        assert seen == first
        await between.close()
        await exchanged(relay, new_key, key, "read")
        other, seen = await served(relay)
        assert seen == sha256(new_pem) != first
        await other.close()
        await ada.message("ada")
        await ada.close()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello"])
async def test_whoever_does_not_get_through_tls_is_no_mistake_of_the_relays(
    tmp_path: Path, said: bytes
) -> None:
    pem, key = made(tmp_path, "one")
    with RelayProcess(tmp_path / "relay", options=["--cert", str(pem), "--key", str(key)]) as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(said)
        writer.write_eof()
        await reader.read()
        writer.close()
        other, _ = await served(relay)
        await other.close()
    assert "bug" not in relay.log.read_text().replace("bugs=0", "")


async def test_who_did_tls_and_says_nothing_keeps_no_relay_from_stopping(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0") as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port, ssl=trusting())
        await asyncio.to_thread(relay.stop)
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
