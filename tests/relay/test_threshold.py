"""What every connection passes first: a balancer's header, TLS, how many there are of one network.

Tried on both loops that a relay may have (conftest.py): they do not begin to read at the same moment.
"""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from support.raw_peer import PATIENCE, upgrade
from support.relay_here import relaying
from support.terminal import Terminal
from watchword_relay import certificate, clock
from watchword_relay.config import Address, Config, Proxy
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Limits
from watchword_relay.proxy import SIGNATURE
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.threshold import STRANGERS_SECONDS, Strangers
from watchword_relay.tls import Tls
from watchword_wire import frames, timing

LOOPBACK = ("127.0.0.0/8",)


def header(source: str, version: int) -> bytes:
    """What a balancer says of somebody."""
    if version == 1:
        return f"PROXY TCP4 {source} 192.0.2.1 1024 443\r\n".encode()
    address = bytes(map(int, source.split(".")))
    return SIGNATURE + b"\x21\x11\x00\x0c" + address + bytes(4) + struct.pack(">HH", 1024, 443)


@asynccontextmanager
async def behind(
    folder: Path, limits: Limits | None = None, *, tls: bool = False, trusted: tuple[str, ...] = LOOPBACK
) -> AsyncIterator[int]:
    """A relay behind a balancer on this computer; gives its port."""
    pair = None
    if tls:
        pair = Tls(*(folder / name for name in certificate_files(folder)))
    config = Config(
        data=folder,
        listen=Address("127.0.0.1", 0),
        proxy=Proxy(trusted),
        limits=limits or Limits(),
    )
    store = SqliteStore(folder / "relay.sqlite3")
    async with relaying(config, store, pair) as port:
        yield port
    store.close()


def certificate_files(folder: Path) -> tuple[str, str]:
    certificate.make(folder / "c.pem", folder / "c.key")
    return "c.pem", "c.key"


async def raw(port: int, *pieces: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and say something, piece by piece."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    return reader, writer


class Passing:
    """A balancer for one test: passes TCP on and says of whom, in one piece with the first that they say."""

    def __init__(self, port: int, said: bytes) -> None:
        self._to, self._said = port, said
        self._ways: list[asyncio.Task[None]] = []
        self.port = 0

    async def __aenter__(self) -> "Passing":
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await asyncio.gather(*self._ways)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", self._to)
        outer.write(self._said + await reader.read(65_536))
        for one in (pumped(reader, outer), pumped(inner, writer)):
            self._ways.append(asyncio.create_task(one))


async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("version", [1, 2])
async def test_who_comes_by_a_balancer_is_who_it_says(tmp_path: Path, version: int, tls: bool) -> None:
    """The limit of failures is the named address's, another's is its own."""
    async with behind(tmp_path, Limits(failed_sign_ins=(1, 0.001)), tls=tls) as port:
        answers = []
        for source in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
            async with Passing(port, header(source, version)) as balancer:
                scheme = "wss" if tls else "ws"
                async with Terminal(f"{scheme}://127.0.0.1:{balancer.port}", "nobody") as stranger:
                    await stranger.open(trusting() if tls else None)
                    await stranger.send(stranger.signature())
                    answer = await stranger.read()
                    assert isinstance(answer, frames.Refusal)
                    answers.append(answer.code)
        unknown, later = frames.RefusalCode.UNKNOWN_TERMINAL, frames.RefusalCode.RETRY_LATER
        assert answers == [unknown, later, unknown]


@pytest.mark.parametrize("piece", [1, 5, 200])
async def test_a_header_may_come_in_pieces(tmp_path: Path, piece: int) -> None:
    said = header("192.0.2.7", 2) + b"GET /a/b HTTP/1.1\r\nHost: x\r\n\r\n"
    async with behind(tmp_path) as port:
        reader, writer = await raw(port, *(said[at : at + piece] for at in range(0, len(said), piece)))
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
        writer.close()


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01" + bytes(20)])
async def test_from_a_balancer_nothing_comes_without_a_header(tmp_path: Path, said: bytes) -> None:
    async with behind(tmp_path) as port:
        reader, writer = await raw(port, said)
        assert await refused(reader)
        writer.close()


async def test_from_nowhere_else_a_header_is_read(tmp_path: Path) -> None:
    async with behind(tmp_path, trusted=("192.0.2.0/24",)) as port:
        reader, writer = await raw(port, header("192.0.2.7", 1) + b"GET / HTTP/1.1\r\n\r\n")
        assert b"101" not in await reader.read()
        writer.close()
        await (await Terminal(f"ws://127.0.0.1:{port}", "ada").register()).close()


async def test_a_balancer_that_says_nothing_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "SIGN_IN_DEADLINE", 0.05)
    async with behind(tmp_path) as port:
        reader, writer = await raw(port, b"PROXY TC")
        assert await refused(reader)
        writer.close()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("late", ["header", "request"])
async def test_all_that_comes_before_sign_in_has_its_time_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: str, tls: bool
) -> None:
    """Whoever takes most of it for one step has no more of it for the next."""
    monkeypatch.setattr(timing, "SIGN_IN_DEADLINE", 1.2)
    loop = asyncio.get_running_loop()
    async with behind(tmp_path, tls=tls) as port:
        began = loop.time()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = header("192.0.2.7", 1)
        if late == "header":
            await after(0.9, writer.write, said)
        else:
            writer.write(said)
        if tls:
            await writer.start_tls(trusting())
        if late == "request":
            await after(0.9, writer.write, upgrade())
        else:
            writer.write(upgrade())
        heard = await asyncio.wait_for(gone(reader), 5)
        assert heard.startswith(b"HTTP/1.1 101 ")
        assert 1.1 < loop.time() - began < 1.9
        writer.close()


async def after(seconds: float, say: Callable[[bytes], None], what: bytes) -> None:
    """Say something late."""
    due = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, due.set)
    await due.wait()
    say(what)


async def gone(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection ends."""
    heard = b""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(4_096):
            heard += data
    return heard


# --- how many ---------------------------------------------------------------------------------------


async def opened(port: int, source: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await raw(port, header(source, 2) + b"GET / HTTP/1.1\r\n")


async def refused(reader: asyncio.StreamReader) -> bool:
    try:
        return not await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


async def test_so_many_of_a_network_wait_before_sign_in_and_no_more(tmp_path: Path) -> None:
    async with behind(tmp_path, Limits(strangers=2)) as port:
        held = [await opened(port, "192.0.2.7") for _ in range(2)]
        one_more = await opened(port, "192.0.2.7")
        assert await refused(one_more[0])
        elsewhere = await opened(port, "192.0.2.8")
        # One goes, and there is room again.
        held[0][1].close()
        await held[0][1].wait_closed()
        async with Passing(port, header("192.0.2.7", 2)) as balancer:
            ada = await Terminal(f"ws://127.0.0.1:{balancer.port}", "ada").register()
            # Who has signed in counts no more.
            bo = await Terminal(f"ws://127.0.0.1:{balancer.port}", "bo").register()
            await ada.close()
            await bo.close()
        for _, writer in (*held[1:], one_more, elsewhere):
            writer.close()


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("trusted", [(), LOOPBACK])
async def test_who_is_on_the_way_when_the_relay_stops_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: bool, trusted: tuple[str, ...]
) -> None:
    accepted = asyncio.Event()
    begin = Strangers.begin

    def begun(strangers: Strangers, connection: RelayConnection) -> None:
        begin(strangers, connection)
        accepted.set()

    monkeypatch.setattr(Strangers, "begin", begun)
    async with behind(tmp_path, tls=tls, trusted=trusted) as port:
        reader, writer = await raw(port)
        await accepted.wait()
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
    writer.close()


def test_nobodys_time_runs_while_the_relay_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two looks no more of it passes than is meant to."""
    moment = 0.0
    monkeypatch.setattr(clock, "monotonic", lambda: moment)
    strangers = Strangers(1)
    first, second = (cast("RelayConnection", object()) for _ in range(2))
    strangers.begin(first)
    for _ in range(19):
        moment += STRANGERS_SECONDS
        assert strangers.over() == []
    moment += 10.0
    assert strangers.over() == [first]
    strangers.begin(second)
    for _ in range(19):
        moment += 10.0
        assert strangers.over() == []
    moment += 10.0
    assert strangers.over() == [second]
    assert strangers.over() == []


def test_each_network_has_its_own_count_and_this_computer_none() -> None:
    strangers = Strangers(1)
    people = [cast("RelayConnection", object()) for _ in range(6)]
    places = ["192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8::2", "127.0.0.1", "::1"]
    entered = [strangers.enter(*one) for one in zip(people, places, strict=True)]
    assert entered == [True, True, True, False, True, True]
    assert strangers.refused == 1
    for one in (people[3], people[2], people[2]):
        strangers.leave(one)
    assert strangers.enter(people[3], "2001:db8::2")
