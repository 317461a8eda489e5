"""A company's web server for tests, on loopback: gives files out, or whatever else it is told to answer.

with WebServer() as web:
link = web.gives("/acme.company", data)
web.answers("/gone", status=404)
"""

import http.server
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """What is said to whoever asks for one path."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    raw: bytes | None = None
    """Instead of all that, as it stands."""


class WebServer:
    """Serves until it is left; `asked` holds each request's path and headers."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._answers: dict[str, Answer] = {}
        self._changed = threading.Condition()
        self._held: set[str] = set()
        self._left = False
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def link(self, path: str, host: str = "127.0.0.1") -> str:
        """The link to a path."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def gives(self, path: str, data: bytes, **headers: str) -> str:
        """Give a file out from now on; its link."""
        return self.answers(path, body=data, headers=headers)

    def answers(
        self,
        path: str,
        *,
        status: int = 200,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> str:
        """Answer so from now on; the link."""
        with self._changed:
            self._answers[path] = Answer(status, body, headers or {}, raw)
            self._held.discard(path)
            self._changed.notify_all()
        return self.link(path)

    def says_nothing(self, path: str) -> str:
        """Take the request and say nothing until there is an answer, or the server is left; the link."""
        self._held.add(path)
        return self.link(path)

    def _may_answer(self, path: str) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._left or path not in self._held)
            return not self._left

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        with self._changed:
            self._left = True
            self._changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append((self.path, dict(self.headers.items())))
                if not web._may_answer(self.path):
                    self.close_connection = True
                    return
                answer = web._answers.get(self.path, Answer(404))
                if answer.raw is not None:
                    self.wfile.write(answer.raw)
                    self.close_connection = True
                    return
                same = answer.headers.get("ETag", "")
                if same and self.headers.get("If-None-Match") == same:
                    answer = Answer(304)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Nobody reads it."""

        return Handler
