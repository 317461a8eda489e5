"""A long history in a moment: realistic messages for tests and benchmarks, the same for the same seed."""

import random

from support.dice import dice
from watchword.store import chats, contacts
from watchword.store.transaction import Tx

STORY = """
the train leaves at seven so I will be there around nine unless it is late again can you bring the blue
folder and maybe some bread thanks see you then no hurry it rained all day here we stayed inside and read
"""
CHINESE_STORY = "好的 明天见 我在路上 今天下雨了 一起吃饭吗 收到，谢谢 等一下 没问题，慢慢来"
EXTRAS = ["🙂", "👍", "🎉", "https://example.org/timetable?day=7", "¿qué tal?", "Grüße aus Köln"]
FIRST = 1_700_000_000_000
"""The time of the first message: milliseconds since 1970."""


def text(chance: random.Random) -> str:
    """One message: mostly short, some long, some Chinese, with emoji and links now and then."""
    kind = chance.random()
    if kind < 0.2:
        said = "".join(chance.choices(CHINESE_STORY.split(), k=chance.randint(1, 4)))
    elif kind < 0.97:
        said = " ".join(chance.choices(STORY.split(), k=chance.randint(1, 24)))
    else:
        said = "\n".join(" ".join(chance.choices(STORY.split(), k=60)) for _ in range(chance.randint(2, 6)))
    return f"{said} {chance.choice(EXTRAS)}" if chance.random() < 0.15 else said


def fill(tx: Tx, account: str, count: int, *, seed: int = 7, unread: int = 0) -> int:
    """Put `count` messages of a conversation over months into the store; returns the chat.

    The last `unread` ones are theirs and not read.
    """
    chance = dice(seed)
    contacts.enlist(tx, account)
    chat = chats.meet(tx, account, FIRST)
    at = FIRST

    def rows() -> list[tuple[int, int, str, int, str, bytes]]:
        nonlocal at
        made = []
        for number in range(count):
            at += chance.choice([900, 4_000, 30_000, 600_000, 20_000_000])
            mine = chance.random() < 0.5 and number < count - unread
            made.append(
                (chat, int(mine), text(chance), at, "delivered" if mine else "waiting", chance.randbytes(16))
            )
        return made

    tx.executemany(
        "insert into messages (chat, kind, mine, text, at, delivery, key) values (?, 'text', ?, ?, ?, ?, ?)",
        rows(),
    )
    tx.execute(
        "update chats set moved_at = ?1, read_to = (select max(id) - ?2 from messages where chat = ?3)"
        " where id = ?3",
        (at, unread, chat),
    )
    return chat
