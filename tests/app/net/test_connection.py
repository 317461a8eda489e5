import asyncio
import time

import pytest

from support.hostile import HostileRelay, Visit
from support.proxy import Proxy
from support.waiting import until
from watchword.model.errors import Kind, Situation
from watchword.net import connection as module
from watchword.net.address import parse_address
from watchword.net.connection import Connection, Way
from watchword.protocol import relaylink
from watchword_wire import codec
from watchword_wire.frames import Deliver, FromDesktop, Presence, Send
from watchword_wire.limits import FRAME_BYTES


def to(address: str, key: bytes | None = None) -> Connection:
    return Connection(
        Way(parse_address(address), key), relaylink.ToSignIn("ada/1"), lambda _data: b"s" * 64, time.monotonic
    )


async def run(connection: Connection) -> tuple[Situation | None, list[relaylink.Effect]]:
    seen: list[relaylink.Effect] = []

    async def handler(effect: relaylink.Effect) -> None:
        seen.append(effect)

    return await connection.run(handler), seen


async def problem_of(script: "object", **relay: str | None) -> Kind | None:
    async with HostileRelay(script, **relay) as hostile:  # type: ignore[arg-type]  # the scripts below
        situation, _seen = await run(to(hostile.address))
    return None if situation is None else situation.kind


async def test_frames_arrive_in_order() -> None:
    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        for number in range(1, 101):
            await visit.says(Deliver(number, bytes(16), "bo/1", b""))
        await visit.connection.close(1001)

    async with HostileRelay(script) as hostile:
        situation, seen = await run(to(hostile.address))
    assert situation == Situation(Kind.RELAY_STOPPING)
    frames = [effect.frame for effect in seen if isinstance(effect, relaylink.Arrived)]
    assert [frame.seq for frame in frames if isinstance(frame, Deliver)] == [*range(1, 101)]


async def test_frames_leave_in_order() -> None:
    heard: list[FromDesktop] = []

    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        heard.extend([await visit.hears() for _ in range(50)])

    async with HostileRelay(script) as hostile:
        connection = to(hostile.address)

        async def handler(effect: relaylink.Effect) -> None:
            if isinstance(effect, relaylink.WentOnline):
                for number in range(50):
                    connection.send(Send(number.to_bytes(16), ["bo/1"], b""))

        await connection.run(handler)
    assert [int.from_bytes(frame.id) for frame in heard if isinstance(frame, Send)] == [*range(50)]


async def test_a_server_of_another_kind() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        situation, _seen = await run(to(f"ws://127.0.0.1:{port}"))
    assert situation == Situation(Kind.RELAY_PROTOCOL)


async def test_a_server_that_sends_elsewhere_is_not_followed() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        situation, _seen = await run(to(f"ws://127.0.0.1:{port}"))
    assert situation == Situation(Kind.RELAY_PROTOCOL)
    assert len(asked) == 1


async def test_another_subprotocol() -> None:
    async def script(visit: Visit) -> None:
        await visit.connection.wait_closed()

    async with HostileRelay(script, subprotocol=None) as hostile:
        situation, _seen = await run(to(hostile.address))
    assert situation == Situation(Kind.RELAY_PROTOCOL)


async def test_nobody_listens() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    situation, _seen = await run(to(f"ws://127.0.0.1:{port}"))
    assert situation == Situation(Kind.RELAY_TCP, {"host": "127.0.0.1", "port": port})


async def test_a_name_that_nobody_knows() -> None:
    situation, _seen = await run(to("wss://no-such-relay.invalid"))
    assert situation == Situation(Kind.RELAY_DNS, {"host": "no-such-relay.invalid"})


async def test_no_tls_where_tls_should_be() -> None:
    async def script(visit: Visit) -> None:
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile:
        situation, _seen = await run(to(f"wss://127.0.0.1:{hostile.port}"))
    assert situation == Situation(Kind.RELAY_TLS)


async def test_nonsense_before_and_after_sign_in() -> None:
    async def at_once(visit: Visit) -> None:
        await visit.says(b"\xc1")
        await visit.connection.wait_closed()

    async def later(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.says("text")
        await visit.connection.wait_closed()

    assert await problem_of(at_once) is Kind.RELAY_NONSENSE
    assert await problem_of(later) is Kind.RELAY_NONSENSE


async def test_a_frame_that_is_too_long() -> None:
    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.says(bytes(FRAME_BYTES + 1))
        await visit.connection.wait_closed()

    assert await problem_of(script) is Kind.RELAY_NONSENSE


async def test_another_version() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello(versions=[2]))
        await visit.connection.wait_closed()

    assert await problem_of(script) is Kind.RELAY_VERSION


async def test_a_relay_that_cannot_show_its_key() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello(signature=bytes(64)))
        await visit.connection.wait_closed()

    assert await problem_of(script) is Kind.RELAY_KEY


async def test_a_relay_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaylink, "SIGN_IN_DEADLINE", 0.1)

    async def script(visit: Visit) -> None:
        await visit.connection.wait_closed()

    assert await problem_of(script) is Kind.RELAY_SLOW


async def test_a_relay_that_stops_reading_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_DEADLINE", 0.2)

    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile, Proxy("127.0.0.1", hostile.port) as proxy:
        connection = to(f"ws://127.0.0.1:{proxy.port}")

        async def handler(effect: relaylink.Effect) -> None:
            if isinstance(effect, relaylink.WentOnline):
                proxy.stall()
                for _ in range(200):
                    connection.send(Send(bytes(16), ["bo/1"], bytes(96_000)))

        situation = await connection.run(handler)
    assert situation == Situation(Kind.RELAY_SLOW)


async def test_a_silent_relay_is_found_out_by_a_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_INTERVAL", 0.05)
    monkeypatch.setattr(module, "PING_DEADLINE", 0.1)

    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile, Proxy("127.0.0.1", hostile.port) as proxy:
        connection = to(f"ws://127.0.0.1:{proxy.port}")

        async def handler(effect: relaylink.Effect) -> None:
            if isinstance(effect, relaylink.WentOnline):
                proxy.stall()

        situation = await connection.run(handler)
    assert situation == Situation(Kind.RELAY_SLOW)


async def test_closing_ends_it_without_a_problem() -> None:
    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.connection.wait_closed()

    online = asyncio.Event()
    async with HostileRelay(script) as hostile:
        connection = to(hostile.address)

        async def handler(effect: relaylink.Effect) -> None:
            if isinstance(effect, relaylink.WentOnline):
                online.set()

        running = asyncio.create_task(connection.run(handler))
        await online.wait()
        await connection.close()
        assert await running is None


async def test_no_task_stays_behind() -> None:
    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        await visit.says(Presence("bo", True))

    before = len(asyncio.all_tasks())
    async with HostileRelay(script) as hostile:
        await run(to(hostile.address))
    await until(lambda: len(asyncio.all_tasks()) <= before, "every task has ended")


def test_a_frame_is_one_message() -> None:
    assert codec.decode_from_relay(codec.encode(Presence("bo", True))) == Presence("bo", True)


async def test_a_slow_line_is_no_dead_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Less than all of it takes, and more than a busy machine may stand still.
    monkeypatch.setattr(module, "SEND_DEADLINE", 1.2)
    count, heard = 128, []

    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        for _ in range(count):
            await asyncio.sleep(0.02)
            heard.append(await visit.hears())

    async with HostileRelay(script) as hostile:
        connection = to(hostile.address)

        async def handler(effect: relaylink.Effect) -> None:
            if isinstance(effect, relaylink.WentOnline):
                for number in range(count):
                    connection.send(Send(number.to_bytes(16), ["bo/1"], bytes(250_000)))

        await connection.run(handler)
    assert len(heard) == count
