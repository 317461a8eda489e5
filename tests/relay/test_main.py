"""The relay's command line, as an operator meets it: real processes."""

import asyncio
import base64
import hashlib
import io
import json
import logging
import os
import resource
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import apsw
import pytest

from support.disks import read_only, tiny_disk
from support.posts import message_data
from support.relay import PATIENCE, RelayProcess, relay
from support.terminal import Terminal
from watchword_relay import folder
from watchword_relay.__main__ import main
from watchword_relay.commands.serve import public
from watchword_relay.config import Address, Config
from watchword_relay.store.migrate import SCHEMA_VERSION
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames, login
from watchword_wire.exchange import AbortCode
from watchword_wire.exits import Exit

__all__ = ["relay"]


@contextmanager
def logging_put_back() -> Iterator[None]:
    """A relay that starts sets up the log of its whole process, which here is the tests'."""
    loggers = [logging.getLogger(name) for name in ("watchword_relay", "websockets")]
    kept = [(logger.handlers[:], logger.propagate, logger.level) for logger in loggers]
    yield
    for logger, (handlers, propagate, level) in zip(loggers, kept, strict=True):
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


def refused(data: Path, *options: str, listen: str = "127.0.0.1:0", exit_status: Exit = Exit.UNFIT) -> str:
    """Start a relay that cannot start, in this process; return what it says."""
    mask = os.umask(0o022)
    out, err = io.StringIO(), io.StringIO()
    try:
        with logging_put_back(), redirect_stdout(out), redirect_stderr(err):
            status = main(["serve", "--data", str(data), "--listen", listen, *options])
    finally:
        os.umask(mask)
    assert (status, out.getvalue()) == (exit_status, "")
    said = err.getvalue().splitlines()
    assert said[-1].startswith("watchword-relay: ")
    return said[-1]


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


# --- starting -----------------------------------------------------------------------------


async def test_the_first_line_is_the_address_to_give(relay: RelayProcess) -> None:
    scheme, _, rest = relay.address.partition("://")
    host, _, key = rest.partition("#")
    assert (scheme, host) == ("ws", f"127.0.0.1:{relay.port}")
    async with Terminal(relay.url, "ada") as ada:
        hello = await ada.open()
        assert hello.versions == [1]
        assert hello.registration == frames.Registration.OPEN
        signed = login.relay_bytes(bytes(32), hello.nonce)
        assert login.signature_is_good(hello.relay_key, hello.signature, signed)
        assert login.signature_is_good(decoded(key), hello.signature, signed)


def decoded(key: str) -> bytes:
    assert "=" not in key
    return base64.urlsafe_b64decode(key + "=")


def test_the_key_stays_and_private_files_are_private(relay: RelayProcess) -> None:
    before = relay.address
    relay.stop()
    relay.start()
    assert relay.address == before
    assert stat.S_IMODE(relay.data.stat().st_mode) == 0o700
    found = modes(relay.data)
    assert {found["relay.key"], found["relay.sqlite3"]} == {0o600}
    assert not [name for name, mode in found.items() if mode & 0o077]


def test_it_leaves_no_core_behind(relay: RelayProcess) -> None:
    assert resource.prlimit(relay.pid, resource.RLIMIT_CORE) == (0, 0)


async def test_off_loopback_it_makes_its_own_certificate_for_tls_13(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0") as relay:
        assert relay.address.startswith("wss://")
        assert "0.0.0.0" not in relay.address  # noqa: S104 - nothing listens there
        url = f"wss://127.0.0.1:{relay.port}"
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        async with Terminal(url, "ada") as ada:
            hello = await ada.open(trusting)
            channel = ada.socket.transport.get_extra_info("ssl_object")
            assert channel.version() == "TLSv1.3"
            served = hashlib.sha256(channel.getpeercert(binary_form=True)).digest()
            signed = login.relay_bytes(served, hello.nonce)
            assert login.signature_is_good(decoded(relay.address.partition("#")[2]), hello.signature, signed)
            assert hello.registration == frames.Registration.INVITE
        assert {modes(relay.data)["certificate.pem"], modes(relay.data)["certificate.key"]} == {0o600}
        trusting.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            await Terminal(url, "ada").open(trusting)


async def test_a_given_certificate_is_served_and_vouched_for(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "first", listen="0.0.0.0:0") as first:
        pair = first.data / "certificate.pem", first.data / "certificate.key"
    options = ["--cert", str(pair[0]), "--key", str(pair[1])]
    with RelayProcess(tmp_path / "relay", options=options) as relay:
        assert relay.address.startswith("wss://127.0.0.1:")
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        async with Terminal(relay.url, "ada") as ada:
            hello = await ada.open(trusting)
            served = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pair[0].read_text())).digest()
            assert login.signature_is_good(
                hello.relay_key, hello.signature, login.relay_bytes(served, hello.nonce)
            )


def test_a_wildcard_address_is_not_given_to_people() -> None:
    for wildcard in ("0.0.0.0", "::"):  # noqa: S104 - nothing listens there
        shown = str(public(Config(data=Path(), listen=Address(wildcard, 0)), 8470))
        assert shown.endswith(":8470")
        assert not shown.startswith((wildcard + ":", "[::]"))
    assert str(public(Config(data=Path(), listen=Address("::1", 0)), 8470)) == "[::1]:8470"
    told = Config(data=Path(), listen=Address("::", 1), public=Address("relay.example", 443))
    assert str(public(told, 8470)) == "relay.example:443"


# --- what does not work, and why -------------------------------------------------------------


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        said = refused(tmp_path / "relay", listen=listen, exit_status=Exit.PORT_TAKEN)
        assert "another program uses this port" in said


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    said = refused(tmp_path / "relay", listen="192.0.2.1:8470")
    assert "not an address of this computer" in said
    assert "no address of that name" in refused(tmp_path / "relay", listen="nowhere.invalid:8470")


@pytest.mark.parametrize(
    "listen", ["8470", "127.0.0.1", "127.0.0.1:x", ":8470", "127.0.0.1:70000", "::1:8470"]
)
def test_an_address_of_no_form(tmp_path: Path, listen: str) -> None:
    assert "listen wants" in refused(tmp_path / "relay", listen=listen)


def test_it_needs_nothing_that_only_several_nodes_need() -> None:
    """Whoever installs a relay alone has no driver of PostgreSQL's."""
    script = "import sys; sys.modules['psycopg'] = None; from watchword_relay.__main__ import main"
    words = [sys.executable, "-c", f"{script}; main(['config'])"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "#standbys = 1" in done.stdout


def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    assert "not a relay's data folder" in refused(tmp_path, exit_status=Exit.FOLDER_FOREIGN)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "is a file" in refused(tmp_path / "file", exit_status=Exit.FOLDER_FOREIGN)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with read_only(tmp_path):
        said = refused(tmp_path / "relay", exit_status=Exit.FOLDER_UNWRITABLE)
    assert "cannot be written" in said


def test_a_disk_without_room(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 64) as disk:
        (data := disk.folder / "relay").mkdir()
        disk.fill()
        assert "No space left" in refused(data, exit_status=Exit.DISK_FULL)


def test_a_folder_in_use(relay: RelayProcess) -> None:
    assert "another relay runs" in refused(relay.data, exit_status=Exit.FOLDER_IN_USE)


def prepared(data: Path) -> None:
    """A data folder as a relay leaves it."""
    folder.prepare(data)
    SqliteStore(data / folder.DATABASE).close()


def test_a_newer_database(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    prepared(data)
    db = apsw.Connection(str(data / "relay.sqlite3"))
    db.execute("UPDATE relay SET schema_version = 99")
    db.close()
    assert "newer relay" in refused(data, exit_status=Exit.DATA_UNFIT)


def test_a_damaged_database(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    prepared(data)
    (data / "relay.sqlite3").write_bytes(b"\0" * 8_192)
    assert "damaged" in refused(data, exit_status=Exit.DATA_UNFIT)


def test_a_relay_key_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Every desktop would take the relay for another."""
    with RelayProcess(tmp_path / "relay") as relay:
        key = (relay.data / "relay.key").read_bytes()
    (tmp_path / "relay" / "relay.key").unlink()
    assert "relay.key is gone: put it back" in refused(tmp_path / "relay")
    assert not (tmp_path / "relay" / "relay.key").exists()
    (tmp_path / "relay" / "relay.key").write_bytes(key)
    with RelayProcess(tmp_path / "relay") as again:
        assert again.address.partition("#")[2] == relay.address.partition("#")[2]


def test_a_broken_relay_key(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    prepared(data)
    (data / "relay.key").write_bytes(b"short")
    assert "key" in refused(data)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    with RelayProcess(tmp_path / "other", listen="0.0.0.0:0") as other:
        yield other.data / "certificate.pem", other.data / "certificate.key"


def test_a_broken_certificate(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    good, key = pair
    data, broken = tmp_path / "relay", tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    assert "cannot be used" in refused(data, "--cert", str(broken), "--key", str(key))
    assert "cannot be used" in refused(data, "--cert", str(good), "--key", str(broken))
    missing = str(tmp_path / "missing.pem")
    assert "No such file" in refused(data, "--cert", missing, "--key", str(key))
    assert "belong together" in refused(data, "--cert", str(good))


def test_a_certificate_with_another_key(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    with RelayProcess(tmp_path / "second", listen="0.0.0.0:0") as second:
        other_key = second.data / "certificate.key"
    said = refused(tmp_path / "relay", "--cert", str(pair[0]), "--key", str(other_key))
    assert "do not belong together" in said


def test_limits_that_make_no_sense(tmp_path: Path) -> None:
    for t1, t2 in (("10", "10"), ("0", "10"), ("-1", "5"), ("20", "10")):
        assert "handshake.t1" in refused(tmp_path / "relay", f"--t1={t1}", f"--t2={t2}")


# --- stopping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(relay: RelayProcess, number: signal.Signals) -> None:
    assert relay._end(number) == 0
    assert not (relay.data / "relay.sqlite3-wal").exists()
    assert "Traceback" not in relay.log.read_text()


def test_it_stops_with_the_program_that_started_it(tmp_path: Path) -> None:
    relay = RelayProcess(tmp_path / "relay", options=["--stop-at-eof"])
    process = relay._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_without_that_it_does_not_mind_the_end_of_its_input(relay: RelayProcess) -> None:
    assert relay._process is not None
    assert relay._process.stdin is not None
    relay._process.stdin.close()
    time.sleep(0.2)
    assert relay._process.poll() is None


# --- invite, status -----------------------------------------------------------------------------


async def test_an_invite_made_while_it_runs_works_once(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay", options=["--registration", "invite"]) as relay:
        link = (await asyncio.to_thread(relay.run, "invite")).stdout
        address, _, invite = link.strip().rpartition(".")
        assert address == relay.address
        assert len(invite) == 20
        assert invite.encode() not in b"".join(path.read_bytes() for path in relay.data.iterdir())
        async with Terminal(relay.url, "eve") as eve:
            await eve.open()
            await eve.send(eve.registration())
            assert await eve.read() == frames.Refusal(frames.RefusalCode.INVITE_NEEDED)
            await eve.send(eve.registration("x" * 20))
            assert await eve.read() == frames.Refusal(frames.RefusalCode.INVITE_WRONG)
        async with await Terminal(relay.url, "ada").register(invite):
            pass
        async with Terminal(relay.url, "bo") as bo:
            await bo.open()
            await bo.send(bo.registration(invite))
            assert await bo.read() == frames.Refusal(frames.RefusalCode.INVITE_WRONG)


# --- realms --------------------------------------------------------------------------------------


def said(relay: RelayProcess, *words: str) -> str:
    """What a command said that went well."""
    done = relay.run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


async def test_realms_are_made_listed_and_taken_away_while_it_runs(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay") as relay:
        assert await asyncio.to_thread(said, relay, "realm", "list") == "\n"
        assert "/acme" in await asyncio.to_thread(said, relay, "realm", "add", "acme")
        await asyncio.to_thread(said, relay, "realm", "add", "beta-2")
        assert await asyncio.to_thread(said, relay, "realm", "list") == "acme\nbeta-2\n"
        link = (await asyncio.to_thread(said, relay, "invite", "--realm", "acme")).strip()
        address, _, invite = link.rpartition(".")
        assert address == relay.address.replace("#", "/acme#")
        for path, code in (
            ("/beta-2", frames.RefusalCode.INVITE_WRONG),
            ("/none", frames.RefusalCode.INVITE_WRONG),
        ):
            async with Terminal(relay.url + path, "ada") as elsewhere:
                await elsewhere.open()
                await elsewhere.send(elsewhere.registration(invite))
                assert await elsewhere.read() == frames.Refusal(code)
        ada = await Terminal(relay.url + "/acme", "ada").register(invite)
        await ada.message("bo")
        lines = (await asyncio.to_thread(said, relay, "status")).splitlines()
        assert lines[0] == "relay: running"
        assert lines.count("accounts: 0") == 1
        assert lines[lines.index("realm acme:") + 1] == "  accounts: 1"
        assert lines[lines.index("realm beta-2:") + 1] == "  accounts: 0"
        assert "acme" in await asyncio.to_thread(said, relay, "realm", "remove", "acme")
        assert await ada.sees(frames.Refusal) == frames.Refusal(frames.RefusalCode.REALM_GONE)
        assert await asyncio.to_thread(said, relay, "realm", "list") == "beta-2\n"
        relay.stop()
        assert "erased" in said(relay, "realm", "remove", "beta-2")
        assert said(relay, "realm", "list") == "\n"
        relay.start()


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("realm", "add", "Acme"), "1 to 32 characters"),
        (("realm", "add", ""), "1 to 32 characters"),
        (("realm", "add", "acme"), "already"),
        (("realm", "remove", "none"), "no realm 'none'"),
        (("realm", "remove", ""), "no realm"),
        (("invite", "--realm", "none"), "no realm 'none'"),
    ],
)
def test_what_no_realm_can_be_asked(tmp_path: Path, words: tuple[str, ...], because: str) -> None:
    with RelayProcess(tmp_path / "relay") as relay:
        said(relay, "realm", "add", "acme")
        done = relay.run(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert because in done.stderr


async def test_status_is_for_people(relay: RelayProcess) -> None:
    async with await Terminal(relay.url, "ada").register() as ada:
        await ada.message("ada", body=bytes(2_048))
        await ada.sees(frames.Deliver)
        bo = await Terminal(relay.url, "bo").register()
        await bo.close()
        await ada.message("bo", body=bytes(2_048))
        for code in (AbortCode.WITHDRAWN, AbortCode.DIFFER, AbortCode.BROKEN_OFF):
            request = ada.request("bo")
            await ada.send(frames.Step("bo/1", request))
            await ada.send(frames.Step("bo/1", b"\x07" + hashlib.sha256(request).digest() + bytes([code])))
            await ada.sees(frames.StepFrom)
            ada.got.clear()
        said = (await asyncio.to_thread(relay.run, "status")).stdout
        plain = json.loads((await asyncio.to_thread(relay.run, "status", "--json")).stdout)
    counted = {"accepted": 0, "declined": 1, "no_answer": 0, "not_finished": 1, "differ": 1}
    assert plain["realms"][0]["endings"] == counted
    assert said.splitlines() == [
        "relay: running",
        "accounts: 2",
        "terminals: 2",
        "open invitations: 0",
        "waiting messages: 1 (2.0 KiB)",
        "- envelopes: 1 (2.0 KiB)",
        "- message data: 0 (0 bytes)",
        "waiting for ids that nobody has: 0 (0 bytes)",
        "handshakes now: 0",
        "handshakes of the last 24 hours:"
        " 0 accepted, 1 declined, 0 no answer, 1 not finished, 1 phrases differ",
        "history of all: 0 messages (0 bytes)",
    ]
    await asyncio.to_thread(relay.stop)
    said = (await asyncio.to_thread(relay.run, "status")).stdout
    assert said.startswith("relay: not running\naccounts: 2\n")
    relay.start()


async def test_status_tells_kinds_and_organisations_apart(relay: RelayProcess) -> None:
    organisations = [number.to_bytes(16) for number in range(1, 23)]
    await (await Terminal(relay.url, "bo").register()).close()
    await (await Terminal(relay.url, "cy").register()).close()
    async with await Terminal(relay.url, "ada").register() as ada:
        await ada.message("bo", body=bytes(1_024))
        data = [message_data("ada/1", "bo", organisation=organisation) for organisation in organisations]
        data.append(message_data("ada/1", "bo", "cy", "nobody", organisation=organisations[7]))
        await ada.send(*map(frames.Post, data))
        said: list[str] = []
        while "- message data: 24" not in "".join(said):
            said = (await asyncio.to_thread(relay.run, "status")).stdout.splitlines(keepends=True)
    size = sum(map(len, data)) + len(data[-1])
    assert said[4:9] == [
        f"waiting messages: 25 ({(size + 1_024) / 1_024:.1f} KiB)\n",
        "- envelopes: 1 (1.0 KiB)\n",
        f"- message data: 24 ({size / 1_024:.1f} KiB)\n",
        f"  - organisation {8:032x}: 3 ({len(data[0]) + 2 * len(data[-1])} bytes)\n",
        f"  - organisation {1:032x}: 1 ({len(data[0])} bytes)\n",
    ]
    assert said[27] == "  - other organisations: 2\n"
    assert said[28].startswith("waiting for ids that nobody has: ")
    assert said[29].startswith("handshakes now")


def test_an_older_relay_that_runs_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    with RelayProcess(data) as relay:
        relay.stop()
        db = apsw.Connection(str(data / "relay.sqlite3"))
        db.execute("UPDATE relay SET schema_version = 2")
        db.close()
        lock = folder.Lock(data)
        for command in (("status",), ("invite",), ("messages", "ada")):
            done = relay.run(*command)
            assert (done.returncode, done.stdout) == (Exit.DATA_UNFIT, "")
            assert "older relay" in done.stderr
        lock.release()
        db = apsw.Connection(str(data / "relay.sqlite3"))
        db.execute("UPDATE relay SET schema_version = ?", (SCHEMA_VERSION,))
        db.close()
        relay.start()


@pytest.mark.parametrize(
    "command", ["invite", "status", "messages ada", "realm list", "realm add x", "realm remove x"]
)
def test_they_want_a_relays_folder(tmp_path: Path, command: str) -> None:
    done = RelayProcess(tmp_path, start=False).run(*command.split())
    assert (done.returncode, done.stdout) == (1, "")
    assert "not a relay's data folder" in done.stderr
    assert not list(tmp_path.iterdir())
