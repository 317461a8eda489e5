"""Which conversations are there, and what does the sidebar show of each?"""

from watchword.model.chat import Chat, SessionState
from watchword.store import messages, transaction
from watchword.store.contacts import contact_from
from watchword.store.transaction import Tx

_SELECT = """
select c.id, p.account, p.name, p.listed, p.blocked, c.draft,
       (select count(*) from messages m
         where m.chat = c.id and m.id > c.read_to and m.mine = 0 and m.kind = 'text'),
       (select count(*) from messages m
         where m.chat = c.id and m.delivery = 'undelivered' and m.mine = 1 and m.delivery <> 'delivered'),
       (select min(s.state) from sessions s where s.account = c.account and s.state in ('held', 'open'))
  from chats c join contacts p using (account)
"""


def meet(tx: Tx, account: str, at: int) -> int:
    """The id of the chat with a known contact; made at time `at` (ms) where there is none."""
    tx.execute(
        "insert into chats (account, moved_at) values (?, ?) on conflict do nothing",
        (account, at),
    )
    found: int = tx.execute("select id from chats where account = ?", (account,)).get
    return found


def find(tx: Tx, account: str) -> int | None:
    """The id of the chat with an account."""
    row = transaction.one(tx, "select id from chats where account = ?", (account,))
    return None if row is None else row[0]


def account_of(tx: Tx, chat: int) -> str | None:
    """The account a chat is with."""
    row = transaction.one(tx, "select account from chats where id = ?", (chat,))
    return None if row is None else row[0]


def get(tx: Tx, chat: int) -> Chat | None:
    """One chat as the sidebar shows it."""
    row = transaction.one(tx, _SELECT + "where c.id = ?", (chat,))
    return None if row is None else _chat(tx, *row)


def every(tx: Tx) -> list[Chat]:
    """Every chat, the one where something happened last first."""
    rows = transaction.every(tx, _SELECT + "order by c.moved_at desc, c.id desc")
    return [_chat(tx, *row) for row in rows]


def save_draft(tx: Tx, chat: int, text: str) -> None:
    """Keep what stands unsent in the composer."""
    tx.execute("update chats set draft = ? where id = ?", (text, chat))


def mark_read(tx: Tx, chat: int) -> None:
    """The user has seen everything that is in the chat now."""
    tx.execute(
        "update chats set read_to = coalesce((select max(id) from messages where chat = chats.id), 0)"
        " where id = ?",
        (chat,),
    )


def _chat(
    tx: Tx,
    chat: int,
    account: str,
    name: str,
    listed: int,
    blocked: int,
    draft: str,
    unread: int,
    undelivered: int,
    session: str | None,
) -> Chat:
    return Chat(
        id=chat,
        contact=contact_from(account, name, listed, blocked),
        session=SessionState(session or "none"),
        last=messages.last(tx, chat),
        unread=unread,
        draft=draft,
        undelivered=undelivered,
    )
