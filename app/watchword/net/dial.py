"""A plain TCP connection as a socket that does not block: to a proxy, or to a web server.

The relay's own connections are opened by `connection`; what comes out here is for whoever speaks by hand.
"""

import asyncio
import socket


async def dial(host: str, port: int) -> socket.socket:
    """Connect to the first address of a host that answers.

    Raises:
        OSError: `socket.gaierror` where the name is not known; nobody answers.
    """
    loop = asyncio.get_running_loop()
    problem: OSError | None = None
    for family, kind, protocol, _name, where in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        channel = socket.socket(family, kind, protocol)
        try:
            channel.setblocking(False)
            await loop.sock_connect(channel, where)
        except OSError as error:
            channel.close()
            problem = error
        except BaseException:
            channel.close()
            raise
        else:
            return channel
    raise problem or OSError("the host has no address")
