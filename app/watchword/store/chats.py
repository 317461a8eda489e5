"""Which conversations are there, and what does the sidebar show of each?"""

from msgspec.structs import replace

from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.room import Part, RoomKind
from watchword.store import messages, posts, received, rooms, transaction
from watchword.store.contacts import contact_from
from watchword.store.transaction import Tx

_SELECT = """
select c.id, p.account, p.name, p.listed, p.blocked, c.draft,
       (select count(*) from messages m
         where m.chat = c.id and m.id > c.read_to and m.mine = 0 and m.kind = 'text' and m.past = 0),
       (select count(*) from messages m
         where m.chat = c.id and m.delivery in ('undelivered', 'unfetched') and m.mine = 1
           and m.delivery <> 'delivered'),
       (select count(*) from messages m
         where m.chat = c.id and m.delivery = 'unfetched' and m.mine = 1 and m.delivery <> 'delivered'),
       (select min(s.state) from sessions s where s.account = c.account and s.state in ('held', 'open')),
       c.conversation, c.moved_at, r.shown
  from chats c left join contacts p using (account) left join rooms r on r.chat = c.id
"""
_MEMBERS = """
select p.account, p.name, p.listed, p.blocked,
       (select min(s.state) from sessions s where s.account = p.account and s.state in ('held', 'open'))
  from members m join contacts p using (account) where m.chat = ? order by p.account
"""
_LACK = (SessionState.NONE, SessionState.HELD)
"""What keeps a conversation closed that asks for a session with every member, the worst first."""


def meet(tx: Tx, account: str, at: int) -> int:
    """The id of the chat with a known contact; made at time `at` (ms) where there is none."""
    tx.execute(
        "insert into chats (account, moved_at) values (?, ?) on conflict do nothing",
        (account, at),
    )
    found: int = tx.execute("select id from chats where account = ?", (account,)).get
    return found


def meet_company(tx: Tx, conversation: bytes, others: tuple[str, ...], at: int) -> int:
    """The id of a company's conversation; made at time `at` (ms) where there is none.

    `others` are its members but this account, known contacts all of them.
    """
    tx.execute(
        "insert into chats (conversation, moved_at) values (?, ?) on conflict do nothing", (conversation, at)
    )
    found = find_company(tx, conversation)
    assert found is not None  # noqa: S101 - written in this transaction
    for account in others:
        tx.execute(
            "insert into members (chat, account) values (?, ?) on conflict do nothing", (found, account)
        )
    return found


def find_company(tx: Tx, conversation: bytes) -> int | None:
    """The id of the chat of a company's conversation, or of a room."""
    row = transaction.one(tx, "select id from chats where conversation = ?", (conversation,))
    return None if row is None else row[0]


def conversation_of(tx: Tx, chat: int) -> bytes | None:
    """The company's conversation, or the room, that a chat is; None for a passphrase chat."""
    row = transaction.one(tx, "select conversation from chats where id = ?", (chat,))
    return None if row is None else row[0]


def of_member(tx: Tx, account: str) -> list[int]:
    """The company's conversations that somebody is in."""
    return [
        chat for (chat,) in transaction.every(tx, "select chat from members where account = ?", (account,))
    ]


def company_chats(tx: Tx) -> set[int]:
    """The ids of all chats that are a company's conversations; rooms are none."""
    unroomed = "conversation is not null and id not in (select chat from rooms)"
    rows = transaction.every(tx, f"select id from chats where {unroomed}")  # noqa: S608 - words of this module
    return {chat for (chat,) in rows}


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


def _chat(  # noqa: PLR0917 - a row
    tx: Tx,
    chat: int,
    account: str | None,
    name: str | None,
    listed: int | None,
    blocked: int | None,
    draft: str,
    unread: int,
    undelivered: int,
    unfetched: int,
    session: str | None,
    conversation: bytes | None,
    moved: int,
    shown: bytes | None,
) -> Chat:
    if conversation is not None and shown is not None:
        room = rooms.shown_from(shown)
        return replace(_room(tx, chat, draft, unread, undelivered, conversation, room), moved=moved)
    if conversation is not None:
        return replace(_company_chat(tx, chat, draft, unread, undelivered, conversation), moved=moved)
    return Chat(
        id=chat,
        contact=contact_from(account or "", name or "", listed or 0, blocked or 0),
        session=SessionState(session or "none"),
        last=messages.last(tx, chat),
        unread=unread,
        draft=draft,
        undelivered=undelivered,
        unfetched=unfetched,
        moved=moved,
    )


def _room(
    tx: Tx, chat: int, draft: str, unread: int, undelivered: int, conversation: bytes, shown: rooms.Shown
) -> Chat:
    of_company = shown.summary.kind is RoomKind.COMPANY
    is_in = shown.summary.part is Part.IN
    return Chat(
        id=chat,
        contact=Contact("", shown.name),
        session=SessionState.OPEN if is_in else SessionState.NONE,
        last=messages.last(tx, chat),
        unread=unread,
        draft=draft,
        undelivered=undelivered,
        protection=_protection(tx) if of_company else Protection.SESSION,
        unsent=posts.reason(tx, conversation),
        withheld=received.withheld(tx, conversation),
        room=shown.summary,
    )


def _protection(tx: Tx) -> Protection:
    policy = transaction.one(tx, "select session from membership")
    return Protection.BOTH if policy is not None and policy[0] else Protection.COMPANY


def _company_chat(tx: Tx, chat: int, draft: str, unread: int, undelivered: int, conversation: bytes) -> Chat:
    rows = transaction.every(tx, _MEMBERS, (chat,))
    members = tuple(contact_from(*row[:4]) for row in rows)
    policy = transaction.one(tx, "select session from membership")
    both = policy is not None and bool(policy[0])
    sessions = {SessionState(row[4] or "none") for row in rows} if both else set()
    lack = next((state for state in _LACK if state in sessions), SessionState.OPEN)
    return Chat(
        id=chat,
        contact=Contact("", ", ".join(member.name for member in members)),
        session=SessionState.NONE if policy is None else lack,
        last=messages.last(tx, chat),
        unread=unread,
        draft=draft,
        undelivered=undelivered,
        protection=Protection.BOTH if both else Protection.COMPANY,
        members=members,
        unsent=posts.reason(tx, conversation),
        withheld=received.withheld(tx, conversation),
    )
