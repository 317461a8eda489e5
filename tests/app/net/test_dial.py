"""A plain connection: to the first address that answers, or the last one's failure."""

import asyncio
import socket

import pytest

from support.ports import free_port
from watchword.net.dial import dial


async def test_what_answers_is_reached() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with await dial("127.0.0.1", port) as channel:
            assert channel.getpeername() == ("127.0.0.1", port)
            assert channel.gettimeout() == 0


async def test_the_second_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        good, bad = server.sockets[0].getsockname(), ("127.0.0.1", free_port())
        stream = (socket.AF_INET, socket.SOCK_STREAM, 0, "")

        async def two(*_given: object, **_named: object) -> list[tuple[object, ...]]:
            return [(*stream, bad), (*stream, good)]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two)
        with await dial("two.example", good[1]) as channel:
            assert channel.getpeername() == good


async def test_nobody_and_no_such_name() -> None:
    with pytest.raises(ConnectionRefusedError):
        await dial("127.0.0.1", free_port())
    with pytest.raises(socket.gaierror):
        await dial("acme.invalid", 443)
