"""Fetching by a link: what comes, what it costs, and each way in which it fails (RFC 9110)."""

import asyncio
import concurrent.futures
import contextlib
import datetime
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.authority import Authority
from support.ports import free_port
from support.proxies import Microsocks, Tinyproxy
from support.waiting import until
from support.web import WebServer
from watchword.model.company import LinkReason
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.net import download as module
from watchword.net.address import Address
from watchword.net.download import Download, download, is_link, parse_link
from watchword.net.proxy import ProxyAddress, parse_proxy

LIMIT = 1000
FILE = bytes(range(250)) * 4
DAY = datetime.timedelta(days=1)


async def directly(_address: Address) -> ProxyAddress | None:
    return None


async def fetched(link: str, *, mark: str = "") -> Download:
    return await download(parse_link(link), directly, limit=LIMIT, mark=mark)


async def fails(link: str, through: module.Through = directly) -> dict[str, str | int]:
    with pytest.raises((TroubleWith, RefusedBy)) as raised:
        await download(parse_link(link), through, limit=LIMIT)
    assert isinstance(raised.value, TroubleWith | RefusedBy)
    situation = raised.value.situation
    assert situation.kind is Kind.COMPANY_LINK
    return situation.facts


async def reason(link: str, through: module.Through = directly) -> LinkReason:
    return LinkReason(str((await fails(link, through))["reason"]))


# --- links --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "target", "authority"),
    [
        ("https://acme.example/a.company", "/a.company", "acme.example"),
        ("  https://acme.example  ", "/", "acme.example"),
        ("https://acme.example:8443/x?key=a&b=c#there", "/x?key=a&b=c", "acme.example:8443"),
        ("https://acme.example:443/", "/", "acme.example"),
        ("https://acme.example/two words/%20é", "/two%20words/%20%C3%A9", "acme.example"),
        ("http://127.0.0.1:80/a", "/a", "127.0.0.1"),
        ("http://[::1]:8000/a", "/a", "[::1]:8000"),
        ("HTTPS://bücher.example/", "/", "xn--bcher-kva.example"),
    ],
)
def test_links_that_can_be_followed(typed: str, target: str, authority: str) -> None:
    link = parse_link(typed)
    assert (link.target, link.authority) == (target, authority)
    assert is_link(typed)
    assert str(parse_link(str(link))) == str(link)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("http://acme.example/a", LinkReason.PLAIN),
        ("http://localhost.acme.example/a", LinkReason.PLAIN),
        ("http://10.0.0.1/a", LinkReason.PLAIN),
        ("ftp://acme.example/a", LinkReason.FORM),
        ("file:///etc/passwd", LinkReason.FORM),
        ("https://", LinkReason.FORM),
        ("https://ada:secret@acme.example/", LinkReason.FORM),
        ("https://acme.example:0/", LinkReason.FORM),
        ("https://acme.example:99999/", LinkReason.FORM),
        ("https://[::1/", LinkReason.FORM),
        ("https://acme.example/\r\nHost: other", LinkReason.FORM),
        ("https://acme.example/\u202eynapmoc", LinkReason.FORM),
        ("", LinkReason.FORM),
    ],
)
def test_links_that_cannot(typed: str, why: LinkReason) -> None:
    with pytest.raises(RefusedBy) as refused:
        parse_link(typed)
    assert refused.value.situation.facts["reason"] == why.value


@pytest.mark.parametrize("name", ["ada.company", "/home/ada.company", "C:\\ada.company", "a:b", "", "//x"])
def test_names_of_files_are_no_links(name: str) -> None:
    assert not is_link(name)


# --- what comes -----------------------------------------------------------------------


async def test_a_file_comes_and_nothing_is_told_but_what_is_fetched() -> None:
    with WebServer() as web:
        link = web.gives("/acme.company?a=1", FILE)
        assert await fetched(link) == Download(FILE, "")
        [(path, headers)] = web.asked
        assert path == "/acme.company?a=1"
        assert headers == {
            "Host": f"127.0.0.1:{web.port}",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


async def test_a_file_in_chunks() -> None:
    with WebServer() as web:
        body = (
            b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (FILE[:400], FILE[400:])) + b"0\r\n\r\n"
        )
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert (await fetched(web.answers("/a", raw=head + body))).data == FILE
        assert await reason(web.answers("/b", raw=head + body[:500])) is LinkReason.NONSENSE
        too_long = (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + bytes(1001) + b"\r\n0\r\n\r\n"
        )
        assert await reason(web.answers("/c", raw=too_long)) is LinkReason.LONG


async def test_what_did_not_change_is_not_sent_again() -> None:
    with WebServer() as web:
        link = web.gives("/a", FILE, ETag='"v1"')
        first = await fetched(link)
        assert first == Download(FILE, '"v1"')
        assert await fetched(link, mark=first.mark) == Download(None, '"v1"')
        web.gives("/a", FILE[:10], ETag='"v2"')
        assert await fetched(link, mark=first.mark) == Download(FILE[:10], '"v2"')
        web.gives("/a", FILE, ETag="x" * 5000)
        assert (await fetched(link)).mark == "", "nobody has to remember that"
        assert await reason(web.answers("/b", status=304)) is LinkReason.FAILED, "nothing was held"


# --- what does not come ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (404, LinkReason.MISSING),
        (410, LinkReason.MISSING),
        (401, LinkReason.CLOSED),
        (403, LinkReason.CLOSED),
        (500, LinkReason.FAILED),
        (503, LinkReason.FAILED),
        (204, LinkReason.FAILED),
        (302, LinkReason.NONSENSE),
    ],
)
async def test_each_status_has_its_reason(status: int, why: LinkReason) -> None:
    with WebServer() as web:
        facts = await fails(web.answers("/a", status=status))
        assert facts["reason"] == why.value
        assert facts["host"] == "127.0.0.1"
        assert facts.get("status") == (status if why is LinkReason.FAILED else None)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", LinkReason.LONG),
        (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1001), LinkReason.LONG),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", LinkReason.LONG),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort", LinkReason.NONSENSE),
        (b"SSH-2.0-OpenSSH\r\n", LinkReason.NONSENSE),
        (b"", LinkReason.NONSENSE),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", LinkReason.NONSENSE),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", LinkReason.NONSENSE),
        (b"HTTP/1.1 999999999 OK\r\n\r\n", LinkReason.NONSENSE),
        (b"\x00" * 500, LinkReason.NONSENSE),
    ],
)
async def test_answers_that_break_the_rules_or_the_limit(raw: bytes, why: LinkReason) -> None:
    with WebServer() as web:
        assert await reason(web.answers("/a", raw=raw)) is why


async def test_nobody_there_and_no_such_name() -> None:
    assert await reason(f"http://127.0.0.1:{free_port()}/a") is LinkReason.UNREACHABLE
    assert await reason("https://acme.invalid/a") is LinkReason.NAME


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_S", 0.2)
    with WebServer() as web:
        assert await reason(web.says_nothing("/a")) is LinkReason.SLOW


async def test_a_server_that_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never silent for long, and never done."""
    monkeypatch.setattr(module, "WHOLE_S", 0.5)
    gone = asyncio.Event()

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        gone.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await reason(f"http://127.0.0.1:{port}/a") is LinkReason.SLOW
        await until(gone.is_set, "the connection is cut")


async def test_who_gives_up_leaves_no_connection() -> None:
    with WebServer() as web:
        link = web.says_nothing("/a")
        task = asyncio.get_running_loop().create_task(fetched(link))
        await until(lambda: web.asked, "the server was asked")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


# --- redirects ------------------------------------------------------------------------


async def test_redirects_are_followed_on_this_computer_and_to_https_only() -> None:
    with WebServer() as web:
        web.gives("/there", FILE)
        assert (await fetched(web.answers("/a", status=302, headers={"Location": "/there"}))).data == FILE
        link = web.answers("/b", status=308, headers={"Location": web.link("/there")})
        assert (await fetched(link)).data == FILE
        link = web.answers("/c", status=302, headers={"Location": "http://acme.example/there"})
        assert await fails(link) == {"reason": LinkReason.PLAIN.value, "host": "acme.example"}
        link = web.answers("/d", status=302, headers={"Location": "ftp://acme.example/there"})
        assert await reason(link) is LinkReason.FORM
        link = web.answers("/e", status=302, headers={"Location": "/e"})
        assert await reason(link) is LinkReason.REDIRECTS
        assert [path for path, _ in web.asked].count("/e") == module.REDIRECTS + 1


# --- TLS ------------------------------------------------------------------------------


@contextlib.contextmanager
def company(folder: Path, monkeypatch: pytest.MonkeyPatch, **how: object) -> Iterator[WebServer]:
    """A server with a certificate of the company's own authority, which this computer trusts."""
    folder.mkdir(exist_ok=True)
    authority = Authority(folder / "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with WebServer(authority.issue("web", **how)) as web:  # type: ignore[arg-type] # as the test says
        yield web


async def test_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with company(tmp_path, monkeypatch) as web:
        assert (await fetched(web.gives("/a", FILE))).data == FILE
        with WebServer() as plain:
            down = web.answers("/b", status=302, headers={"Location": plain.gives("/a", FILE)})
            assert await reason(down) is LinkReason.REDIRECTS, "never to what is less protected"
            up = plain.answers("/c", status=302, headers={"Location": web.link("/a")})
            assert (await fetched(up)).data == FILE


async def test_certificates_that_do_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with company(tmp_path, monkeypatch) as web:
        monkeypatch.delenv("SSL_CERT_FILE")
        assert await reason(web.gives("/a", FILE)) is LinkReason.CERTIFICATE
        assert not web.asked
    with company(tmp_path / "old", monkeypatch, since=-2 * DAY, until=-DAY) as web:
        assert await reason(web.gives("/a", FILE)) is LinkReason.CERTIFICATE_DATE
    with company(tmp_path / "other", monkeypatch, host="acme.example") as web:
        assert await reason(web.gives("/a", FILE)) is LinkReason.CERTIFICATE_NAME
    with WebServer() as plain:
        assert await reason(plain.gives("/a", FILE).replace("http:", "https:")) is LinkReason.TLS


# --- proxies --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Tinyproxy, Microsocks])
async def test_through_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Tinyproxy] | type[Microsocks]
) -> None:
    with kind(tmp_path) as proxy:
        asked: list[str] = []

        async def through(address: Address) -> ProxyAddress | None:
            asked.append(address.host)
            return parse_proxy(proxy.url)

        with company(tmp_path, monkeypatch) as web:
            found = await download(parse_link(web.gives("/a", FILE)), through, limit=LIMIT)
            assert found.data == FILE
            assert asked == ["127.0.0.1"]
            nobody = f"https://127.0.0.1:{free_port()}/a"
            facts = await fails(nobody, through)
            assert facts == {"reason": LinkReason.PROXY.value, "host": "127.0.0.1", "proxy": "127.0.0.1"}
        proxy.kill()
        with pytest.raises(TroubleWith) as trouble:
            await download(parse_link(nobody), through, limit=LIMIT)
        assert trouble.value.situation.kind is Kind.PROXY_UNREACHABLE


async def test_a_proxy_that_forbids_the_way_is_not_said_to_keep_us_from_the_relay(tmp_path: Path) -> None:
    with Tinyproxy(tmp_path, only_port=443) as proxy:

        async def through(_address: Address) -> ProxyAddress | None:
            return parse_proxy(proxy.url)

        facts = await fails(f"https://127.0.0.1:{free_port()}/a", through)
        assert facts == {"reason": LinkReason.PROXY.value, "host": "127.0.0.1", "proxy": "127.0.0.1"}


async def test_sockets_are_closed(recwarn: pytest.WarningsRecorder) -> None:
    with WebServer() as web, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        for path in ("/a", "/b"):
            await fails(web.answers(path, raw=b"nonsense"))
        await fails(f"http://127.0.0.1:{nobody.getsockname()[1]}/a")
    assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]


async def test_one_that_is_given_up_before_a_thread_had_time_for_it_leaves_nothing_open() -> None:
    loop, busy, free = asyncio.get_running_loop(), threading.Event(), threading.Event()

    def hold() -> None:
        busy.set()
        free.wait()

    pool = concurrent.futures.ThreadPoolExecutor(1)
    loop.set_default_executor(pool)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        link = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        fetching = asyncio.create_task(fetched(link))
        await asyncio.sleep(0)  # now the one thread there is looks the name up
        blocked = pool.submit(hold)
        try:
            peer, _ = await loop.sock_accept(server)
            await until(busy.is_set, "the thread has something else to do")
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
            with peer:
                assert await asyncio.wait_for(loop.sock_recv(peer, 1), 5) == b""
        finally:
            free.set()
            blocked.result()
