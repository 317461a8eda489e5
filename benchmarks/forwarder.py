"""The limit to compare with: a bare asyncio forwarder over TCP that checks, stores and acknowledges nothing.

A frame is a big-endian length of four bytes and a body: L and a name of eight bytes signs in (answer: K), M
and a name and the rest goes to that name as D, the sender's name and the rest.
"""

import asyncio
import sys
from typing import cast

NAME = 8
HEAD = 4


class Connection(asyncio.Protocol):
    """One connection."""

    users: dict[bytes, "Connection"]

    def __init__(self, users: dict[bytes, "Connection"]) -> None:
        self.users = users
        self.rest = b""
        self.name = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data if self.rest else data
        size, at = len(data), 0
        while size - at >= HEAD:
            end = at + HEAD + int.from_bytes(data[at : at + HEAD], "big")
            if end > size:
                break
            body = at + HEAD
            if data[body] == ord("M"):
                target = self.users.get(data[body + 1 : body + 1 + NAME])
                if target is not None:
                    target.transport.write(data[at:body] + b"D" + self.name + data[body + 1 + NAME : end])
            elif data[body] == ord("L"):
                self.name = data[body + 1 : body + 1 + NAME]
                self.users[self.name] = self
                self.transport.write(b"\0\0\0\1K")
            at = end
        self.rest = data[at:]

    def connection_lost(self, error: Exception | None) -> None:
        if self.users.get(self.name) is self:
            del self.users[self.name]


async def serve(port: int) -> None:
    """Forward until the process is ended."""
    users: dict[bytes, Connection] = {}
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(users), "127.0.0.1", port, backlog=4096
    )
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(int(sys.argv[1])))
