"""A client without a window as a process of its own, for tests that kill it.

    python -m support.headless FOLDER KEY CHAT TOTAL OTHERS PAUSE

Opens the store, sends numbered texts to CHAT, an account or a room's name, until it holds TOTAL own ones,
with a PAUSE of so many seconds between them. After a restart it goes on from there: numbers come from the
store, so a text that was saved is never written again. It prints `done` once all of them are delivered, and
as many of each of the OTHERS are here, and ends when standard input does. Once there is a file `enough` in
FOLDER it writes no more, and is done when what it wrote is delivered.
"""

import asyncio
import sys
import threading
from pathlib import Path

from watchword.core.client import Client
from watchword.model.chat import Delivery, Message, MessageKind
from watchword.store import account
from watchword.store.database import Database

ENOUGH = "enough"


async def own_and_theirs(client: Client, chat: int) -> tuple[list[Message], list[Message]]:
    """The texts of a chat by who wrote them."""
    rows = (await client.page(chat, limit=100_000)).messages
    texts = [row for row in rows if row.kind is MessageKind.TEXT]
    return [row for row in texts if row.mine], [row for row in texts if not row.mine]


async def run(
    folder: Path, key: bytes, peer: str, total: int, others: int, pause: float, over: asyncio.Event
) -> None:
    """Play one side."""
    db = await Database.open(folder / "watchword.db", key)
    mine = await db.read(account.get)
    assert mine is not None
    client = Client(db, mine, lambda: None)
    await client.start()
    [chat] = [chat.id for chat in await client.chats() if peer in {chat.contact.account, chat.contact.name}]
    own, _theirs = await own_and_theirs(client, chat)
    enough = folder / ENOUGH
    for number in range(len(own), total):
        if enough.exists():
            break
        await client.send_text(chat, str(number))
        await asyncio.sleep(pause)
    while True:
        own, theirs = await own_and_theirs(client, chat)
        if (enough.exists() or len(theirs) >= total * others) and all(
            row.delivery is Delivery.DELIVERED for row in own
        ):
            break
        await asyncio.sleep(0.05)
    print("done", flush=True)  # noqa: T201 - the word that the test waits for
    await over.wait()
    await client.close()


async def _watched(words: list[str]) -> None:
    folder, key, peer, total, others, pause = words
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_eof() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait_for_eof, daemon=True).start()
    await run(Path(folder), bytes.fromhex(key), peer, int(total), int(others), float(pause), over)


def main(words: list[str]) -> None:
    """Read the command line; watch standard input."""
    asyncio.run(_watched(words))


if __name__ == "__main__":
    main(sys.argv[1:])
