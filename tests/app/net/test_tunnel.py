"""The way through proxies: real ones, and such as break the rules (RFC 9110, RFC 1928, RFC 1929)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.ports import free_port
from support.proxies import Microsocks, Tinyproxy, odd_proxy
from watchword.model.errors import Kind, TroubleWith
from watchword.net import tunnel as module
from watchword.net.proxy import parse_proxy
from watchword.net.tunnel import open_tunnel

USER = ("ada", "pa55-w0rd")
REAL = [Tinyproxy, Microsocks]


@contextlib.asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """Something to reach."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def says(url: str, port: int, host: str = "127.0.0.1") -> bytes:
    loop = asyncio.get_running_loop()
    with await open_tunnel(parse_proxy(url), host, port) as channel:
        await loop.sock_sendall(channel, b"hello")
        return await loop.sock_recv(channel, 100)


async def fails(url: str, port: int = 443, host: str = "127.0.0.1") -> Kind:
    with pytest.raises(TroubleWith) as trouble:
        await open_tunnel(parse_proxy(url), host, port)
    return trouble.value.situation.kind


def signed(url: str, user: str, password: str) -> str:
    return url.replace("://", f"://{user}:{password}@")


# --- real proxies ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", REAL)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_through(tmp_path: Path, kind: type[Tinyproxy] | type[Microsocks], host: str) -> None:
    with kind(tmp_path) as proxy:
        async with echo() as port:
            assert await says(proxy.url, port, host) == b"hello"
            assert await says(signed(proxy.url, *USER), port, host) == b"hello", "it asks for no sign-in"


@pytest.mark.parametrize("kind", REAL)
async def test_sign_in(tmp_path: Path, kind: type[Tinyproxy] | type[Microsocks]) -> None:
    with kind(tmp_path, USER) as proxy:
        async with echo() as port:
            assert await says(signed(proxy.url, *USER), port) == b"hello"
            assert await fails(proxy.url, port) is Kind.PROXY_SIGN_IN
            assert await fails(signed(proxy.url, "ada", "wrong"), port) is Kind.PROXY_SIGN_IN_WRONG
            assert await fails(signed(proxy.url, "bo", USER[1]), port) is Kind.PROXY_SIGN_IN_WRONG


@pytest.mark.parametrize("kind", REAL)
async def test_what_lies_behind_cannot_be_reached(
    tmp_path: Path, kind: type[Tinyproxy] | type[Microsocks]
) -> None:
    with kind(tmp_path) as proxy:
        port = free_port()
        with pytest.raises(TroubleWith) as trouble:
            await open_tunnel(parse_proxy(proxy.url), "127.0.0.1", port)
        assert trouble.value.situation.kind is Kind.PROXY_RELAY
        assert trouble.value.situation.facts == {"proxy": "127.0.0.1", "host": "127.0.0.1", "port": port}
        assert await fails(proxy.url, 443, "no-such-relay.invalid") is Kind.PROXY_RELAY


async def test_a_rule_of_the_proxy(tmp_path: Path) -> None:
    with Tinyproxy(tmp_path, only_port=443) as proxy:
        assert await fails(proxy.url, 8765) is Kind.PROXY_REFUSED


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
async def test_nobody_is_there(scheme: str) -> None:
    assert await fails(f"{scheme}://127.0.0.1:{free_port()}") is Kind.PROXY_UNREACHABLE
    assert await fails(f"{scheme}://no-such-proxy.invalid:3128") is Kind.PROXY_UNREACHABLE


async def test_one_taken_for_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Microsocks(tmp_path) as proxy:
        assert await fails(f"http://127.0.0.1:{proxy.port}") is Kind.PROXY_NONSENSE
    monkeypatch.setattr(module, "DEADLINE", 0.5)
    with Tinyproxy(tmp_path) as proxy:  # it waits for a line that SOCKS does not have
        assert await fails(f"socks5h://127.0.0.1:{proxy.port}") is Kind.PROXY_SLOW


# --- proxies that break the rules -----------------------------------------------------


async def answered(answer: bytes, scheme: str = "http", user: str = "", *, piecewise: bool = False) -> Kind:
    """What is made of this answer to whatever is asked."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4_096)
        if piecewise:
            for place in range(len(answer)):
                writer.write(answer[place : place + 1])
                await writer.drain()
        else:
            writer.write(answer)
        writer.write_eof()
        await reader.read()

    async with odd_proxy(script) as port:
        return await fails(f"{scheme}://{user}127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("answer", "user", "kind"),
    [
        (b"", "", Kind.PROXY_NONSENSE),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.1 200 OK\r\n", "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.1 200 OK\r\n\r\nsurplus", "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n", "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.1 999 Odd\r\n\r\n", "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 10_000, "", Kind.PROXY_NONSENSE),
        (b"\x00" * 100_000, "", Kind.PROXY_NONSENSE),
        (b"HTTP/1.0 403 Forbidden\r\n\r\n", "", Kind.PROXY_REFUSED),
        (b"HTTP/1.1 405 \r\n\r\n", "", Kind.PROXY_REFUSED),
        (b"HTTP/1.1 407\r\n\r\n", "", Kind.PROXY_SIGN_IN),
        (b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=x\r\n\r\nlong text", "", Kind.PROXY_SIGN_IN),
        (b"HTTP/1.1 407 x\r\nproxy-authenticate:basic\r\n\r\n", "ada:x@", Kind.PROXY_SIGN_IN_WRONG),
        (
            b"HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
            "ada:x@",
            Kind.PROXY_SIGN_IN_OTHER,
        ),
        (
            b"HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
            "ada:x@",
            Kind.PROXY_SIGN_IN_WRONG,
        ),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "", Kind.PROXY_RELAY),
        (b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", "", Kind.PROXY_RELAY),
    ],
)
async def test_answers_over_http(answer: bytes, user: str, kind: Kind) -> None:
    assert await answered(answer, user=user) is kind
    if len(answer) < 1_000:
        assert await answered(answer, user=user, piecewise=True) is kind


@pytest.mark.parametrize(
    ("answer", "user", "kind"),
    [
        (b"", "", Kind.PROXY_NONSENSE),
        (b"\x05", "", Kind.PROXY_NONSENSE),
        (b"\x04\x00", "", Kind.PROXY_NONSENSE),
        (b"\x05\x01", "", Kind.PROXY_NONSENSE),
        (b"\x05\x02", "", Kind.PROXY_NONSENSE),
        (b"\x05\xff", "", Kind.PROXY_SIGN_IN),
        (b"\x05\xff", "ada:x@", Kind.PROXY_SIGN_IN_OTHER),
        (b"\x05\x02\x01\x01", "ada:x@", Kind.PROXY_SIGN_IN_WRONG),
        (b"\x05\x02\x05\x00", "ada:x@", Kind.PROXY_NONSENSE),
        (b"\x05\x00\x05\x02", "", Kind.PROXY_REFUSED),
        *[(b"\x05\x00\x05" + bytes([code]), "", Kind.PROXY_RELAY) for code in (1, 3, 4, 5, 6, 8)],
        (b"\x05\x00\x05\x09\x00\x01" + bytes(6), "", Kind.PROXY_NONSENSE),
        (b"\x05\x00\x05\x00\x00\x02" + bytes(6), "", Kind.PROXY_NONSENSE),
        (b"\x05\x00\x05\x00\x00\x01" + bytes(5), "", Kind.PROXY_NONSENSE),
        (b"\x05\x00\x04\x00\x00\x01" + bytes(6), "", Kind.PROXY_NONSENSE),
    ],
)
async def test_answers_over_socks(answer: bytes, user: str, kind: Kind) -> None:
    assert await answered(answer, "socks5h", user) is kind
    assert await answered(answer, "socks5h", user, piecewise=True) is kind


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
async def test_one_that_never_answers(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.2)
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while await reader.read(4_096):
            pass
        gone.set()

    async with odd_proxy(silent) as port:
        assert await fails(f"{scheme}://127.0.0.1:{port}") is Kind.PROXY_SLOW
        await asyncio.wait_for(gone.wait(), 5)  # and its connection is not left behind


async def asked_by(url: str, answers: list[bytes], host: str) -> list[bytes]:
    """What a proxy is asked, for its whole part of the talk."""
    heard: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            heard.append(await reader.read(4_096))
            writer.write(answer)
        await reader.read()

    async with odd_proxy(script) as port:
        (await open_tunnel(parse_proxy(url.format(port=port)), host, 8765)).close()
    return heard


async def test_http_asks_by_name_and_in_utf8() -> None:
    ok = b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"
    [asked] = await asked_by("http://ada:p%C3%BC@127.0.0.1:{port}", [ok], "relay.example")
    assert asked == (
        b"CONNECT relay.example:8765 HTTP/1.1\r\nHost: relay.example:8765\r\n"
        b"Proxy-Authorization: Basic YWRhOnDDvA==\r\n\r\n"
    )
    [asked] = await asked_by("http://127.0.0.1:{port}", [ok], "fd00::1")
    assert asked == b"CONNECT [fd00::1]:8765 HTTP/1.1\r\nHost: [fd00::1]:8765\r\n\r\n"


async def test_socks_asks_by_name_and_in_utf8() -> None:
    answers = [b"\x05\x02", b"\x01\x00", b"\x05\x00\x00\x03\x03abc\x00\x01"]
    heard = await asked_by("socks5h://ada:p%C3%BC@127.0.0.1:{port}", answers, "relay.example")
    assert heard == [
        b"\x05\x02\x00\x02",
        b"\x01\x03ada\x03p\xc3\xbc",
        b"\x05\x01\x00\x03\x0drelay.example\x22\x3d",
    ]
    answers = [b"\x05\x00", b"\x05\x00\x00\x04" + bytes(18)]
    heard = await asked_by("socks5h://127.0.0.1:{port}", answers, "fd00::1")
    assert heard == [b"\x05\x01\x00", b"\x05\x01\x00\x04\xfd" + bytes(14) + b"\x01\x22\x3d"]
