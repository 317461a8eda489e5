import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from support.hostile import HostileRelay, Visit
from support.logged import LoggedWarnings
from support.proxies import odd_proxy
from support.waiting import until
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.net import backoff
from watchword.net.address import parse_address
from watchword.net.connection import Way
from watchword.net.link import Link
from watchword.net.proxy import parse_proxy
from watchword_wire.frames import FromRelay, Hello, Presence, Refusal, RefusalCode, Watch, Welcome


class Listener:
    def __init__(self) -> None:
        self.states: list[LinkChanged] = []
        self.frames: list[FromRelay] = []
        self.welcomes = 0

    async def met(self, hello: Hello) -> None:
        assert len(hello.relay_key) == 32

    async def online(self, _welcome: Welcome) -> None:
        self.welcomes += 1

    async def arrived(self, frame: FromRelay) -> None:
        self.frames.append(frame)

    def link_changed(self, changed: LinkChanged) -> None:
        self.states.append(changed)

    @property
    def words(self) -> list[LinkState]:
        return [changed.state for changed in self.states]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "LEAST_CEILING", 0.02)


@asynccontextmanager
async def linked(address: str | Callable[[], str], listener: Listener) -> AsyncIterator[Link]:
    async def way() -> Way:
        return Way(parse_address(address if isinstance(address, str) else address()), None)

    link = Link(way, "ada/1", lambda _data: bytes(64), listener, time.monotonic)
    running = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        await link.close()
        await asyncio.wait_for(running, 5)


def stays(then: Callable[[Visit], Awaitable[None]] | None = None) -> Callable[[Visit], Awaitable[None]]:
    async def script(visit: Visit) -> None:
        await visit.signs_in("ada/1")
        if then is not None:
            await then(visit)
        await visit.connection.wait_closed()

    return script


async def test_signs_in_and_passes_frames_both_ways() -> None:
    heard: list[object] = []

    async def greet(visit: Visit) -> None:
        await visit.says(Presence("bo", True))
        heard.append(await visit.hears())

    listener = Listener()
    async with HostileRelay(stays(greet)) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: listener.frames, "a frame arrived")
        assert link.send(Watch(["bo"]))
        await until(lambda: heard, "the relay heard")
    assert listener.states == [LinkChanged(LinkState.ONLINE)]
    assert listener.frames == [Presence("bo", True)]
    assert heard == [Watch(["bo"])]


async def test_comes_back_after_every_loss() -> None:
    async def leave(visit: Visit) -> None:
        if hostile.visits < 4:
            visit.connection.transport.abort()

    listener = Listener()
    async with HostileRelay(stays(leave)) as hostile, linked(hostile.address, listener):
        await until(lambda: listener.welcomes == 4, "signed in four times")
    assert listener.words[:4] == [LinkState.ONLINE, LinkState.OFFLINE, LinkState.ONLINE, LinkState.OFFLINE]


async def test_nothing_is_sent_while_away() -> None:
    listener = Listener()
    async with linked("ws://127.0.0.1:9", listener) as link:
        await until(lambda: listener.states, "something happened")
        assert not link.is_online
        assert not link.send(Watch([]))
    problem = listener.states[0].problem
    assert problem is not None
    assert problem.kind is Kind.RELAY_TCP


async def test_replaced_by_another_program_it_stays_away_until_told() -> None:
    async def replaced(visit: Visit) -> None:
        if hostile.visits == 1:
            await visit.says(Refusal(RefusalCode.REPLACED))

    listener = Listener()
    async with HostileRelay(stays(replaced)) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: LinkState.REFUSED in listener.words, "refused")
        await asyncio.sleep(0.2)  # long enough for ten tries of one that would not stay away
        assert hostile.visits == 1
        link.reconnect()
        await until(lambda: listener.welcomes == 2, "signed in again")
    problem = listener.states[1].problem
    assert problem is not None
    assert problem.kind is Kind.SIGNED_IN_ELSEWHERE


async def test_a_click_does_not_wait_for_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "LEAST_CEILING", 1_000.0)
    monkeypatch.setattr(backoff, "MOST_CEILING", 1_000.0)
    listener = Listener()
    where = ["ws://127.0.0.1:9"]
    async with HostileRelay(stays()) as hostile, linked(lambda: where[0], listener) as link:
        await until(lambda: LinkState.OFFLINE in listener.words, "offline")
        where[0] = hostile.address
        link.reconnect()
        await until(lambda: link.is_online, "online at once")


async def test_after_sleep_a_connection_is_made_anew() -> None:
    listener = Listener()
    async with HostileRelay(stays()) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: link.is_online, "online")
        link.reconnect(renew=True)
        await until(lambda: listener.welcomes == 2, "signed in anew")


async def test_an_address_that_cannot_be_read_does_not_end_the_trying() -> None:
    listener = Listener()
    addresses = ["ftp://nowhere"]
    async with HostileRelay(stays()) as hostile, linked(lambda: addresses[0], listener):
        await until(lambda: listener.states, "it is told")
        told = Situation(Kind.ADDRESS_SCHEME, {"scheme": "ftp"})
        assert listener.states[0] == LinkChanged(LinkState.OFFLINE, told)
        addresses[0] = hostile.address
        await until(lambda: listener.welcomes, "signed in")


async def test_a_mistake_of_ours_does_not_end_the_trying(logged_warnings: LoggedWarnings) -> None:
    listener = Listener()
    addresses: list[str] = []
    async with HostileRelay(stays()) as hostile, linked(lambda: addresses[0], listener):
        await until(lambda: listener.states, "it is told")
        assert listener.states[0] == LinkChanged(LinkState.OFFLINE, Situation(Kind.UNEXPECTED))
        addresses.append(hostile.address)
        await until(lambda: listener.welcomes, "signed in")
    logged_warnings.take("connection failed")


async def test_a_relay_that_was_repaired_is_found_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "SELDOM", 0.02)

    async def not_known_at_first(visit: Visit) -> None:
        if hostile.visits < 3:
            await visit.says(visit.hello())
            await visit.hears()
            await visit.says(Refusal(RefusalCode.UNKNOWN_TERMINAL))
        else:
            await stays()(visit)

    listener = Listener()
    async with HostileRelay(not_known_at_first) as hostile, linked(hostile.address, listener):
        await until(lambda: listener.welcomes, "signed in after all")
    # It was said once, and not that anything is being tried.
    assert listener.words[:2] == [LinkState.REFUSED, LinkState.ONLINE]
    problem = listener.states[0].problem
    assert problem is not None
    assert problem.kind is Kind.RELAY_SIGN_IN


async def test_a_relay_that_does_not_know_us_is_asked_seldom() -> None:
    async def unknown(visit: Visit) -> None:
        await visit.says(visit.hello())
        await visit.hears()
        await visit.says(Refusal(RefusalCode.UNKNOWN_TERMINAL))

    listener = Listener()
    async with HostileRelay(unknown) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: LinkState.REFUSED in listener.words, "refused")
        await asyncio.sleep(0.2)  # long enough for ten tries at the usual pace
        assert hostile.visits == 1
        link.reconnect()
        await until(lambda: hostile.visits == 2, "tried at once when asked to")
        await until(lambda: listener.words[-1] is LinkState.REFUSED, "refused again")
    assert listener.words[:3] == [LinkState.REFUSED, LinkState.CONNECTING, LinkState.REFUSED]


async def test_a_relay_that_asks_for_a_pause_before_sign_in_gets_it_and_it_is_said_how_long() -> None:
    """Not even who clicks comes sooner; after sleep, or on another way, it is tried all the same."""
    came: list[float] = []

    async def puts_off(visit: Visit) -> None:
        came.append(time.monotonic())
        await visit.says(visit.hello())
        await visit.hears()
        link.reconnect()
        await visit.says(Refusal(RefusalCode.RETRY_LATER, b"", 1_200 if len(came) < 2 else 60_000))

    listener = Listener()
    async with HostileRelay(puts_off) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: listener.states, "it is told")
        assert listener.states == [LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_BUSY, {"seconds": 2}))]
        link.reconnect()
        await until(lambda: len(came) == 2, "asked again")
        assert came[1] - came[0] >= 1.2
        await until(lambda: len(listener.states) == 2, "put off again")
        assert listener.states[1].problem == Situation(Kind.RELAY_BUSY, {"seconds": 61})
        link.reconnect(renew=True)
        await until(lambda: len(came) == 3, "asked at once")


async def test_a_relay_with_too_many_connections_is_asked_again_soon_and_said_to_be_busy() -> None:
    async def full(visit: Visit) -> None:
        if hostile.visits == 1:
            await visit.connection.close(1013)
        else:
            await stays()(visit)

    listener = Listener()
    async with HostileRelay(full) as hostile, linked(hostile.address, listener) as link:
        await until(lambda: link.is_online, "signed in")
    assert listener.states[0].problem == Situation(Kind.RELAY_BUSY, {"seconds": 1})


@pytest.mark.parametrize(
    ("answer", "kind", "rest"),
    [
        (b"HTTP/1.1 407 x\r\n\r\n", Kind.PROXY_SIGN_IN_WRONG, "LOCKS_OUT"),
        (b"HTTP/1.1 403 x\r\n\r\n", Kind.PROXY_REFUSED, "SELDOM"),
    ],
)
async def test_a_proxy_that_says_no_is_not_asked_again_and_again(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, kind: Kind, rest: str
) -> None:
    """Told as a refusal; asked again after its own rest, and at once when somebody mends it."""
    asked: list[bytes] = []

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await reader.read()

    async with odd_proxy(refuses) as port:
        proxy = parse_proxy(f"http://ada:wrong@127.0.0.1:{port}")

        async def way() -> Way:
            return Way(parse_address("wss://relay.example:8765"), None, proxy)

        listener = Listener()
        link = Link(way, "ada/1", lambda _data: b"s" * 64, listener, time.monotonic)
        task = asyncio.create_task(link.run())
        await until(lambda: listener.states, "it is told")
        told = Situation(kind, {"proxy": "127.0.0.1", "port": port})
        assert listener.states == [LinkChanged(LinkState.REFUSED, told)]
        await asyncio.sleep(0.3)  # nothing to wait for: nothing may happen
        assert len(asked) == 1
        monkeypatch.setattr(backoff, rest, 0.05)
        link.reconnect()
        await until(lambda: len(asked) >= 3, "asked at once, and again after the rest")
        await link.close()
        await task
