"""F7, acquisition: the target users and the typed content, as they enter the method (row F1).

Everything is saved in the transaction that makes the bubble: who it is for, what it says, and that it has to
go out. What the content is sealed by is decided later, for each message anew.
"""

from watchword.core import sessions
from watchword.core.company.membership import Member
from watchword.model.chat import Chat, Message, SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol import content
from watchword.protocol.company import receipt
from watchword.store import chats, contacts, messages, posts, sealings
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.errors import Bug
from watchword_wire.limits import TARGETS


def conversation(member: Member, targets: tuple[str, ...]) -> bytes:
    """The conversation of this account with these: 16 bytes."""
    return wire.conversation_id(member.profile.organisation, (member.account, *targets))


def open_chat(tx: Tx, member: Member, accounts: tuple[str, ...], at: int) -> int:
    """The chat with one or several members of the company (F6); made where there is none.

    Raises:
        RefusedBy: COMPANY_MEMBER, with the account that cannot be picked; COMPANY_MANY.
    """
    targets = wire.in_order(accounts)
    if not 0 < len(targets) <= TARGETS:
        raise RefusedBy(Kind.COMPANY_MANY, limit=TARGETS)
    for account in targets:
        if account == member.account or member.profile.member(account) is None:
            raise RefusedBy(Kind.COMPANY_MEMBER, account=account)
    return meet(tx, member, targets, at)


def opened(tx: Tx, member: Member, accounts: tuple[str, ...], at: int) -> Chat:
    """What `open_chat` found or made, as the window shows it."""
    found = chats.get(tx, open_chat(tx, member, accounts, at))
    assert found is not None  # noqa: S101 - made in this transaction
    return found


def meet(tx: Tx, member: Member, others: tuple[str, ...], at: int) -> int:
    """The chat with these accounts, each known by the directory's name."""
    for account in others:
        contacts.introduce(tx, account, member.name_of(account))
    return chats.meet_company(tx, conversation(member, others), wire.in_order(others), at)


def acquire(tx: Tx, member: Member, chat: int, text: str, at: int, key: bytes) -> Message:
    """Save a text for everybody in a chat; `key` is its id and the message data's, 16 random bytes.

    Raises:
        RefusedBy: NO_SESSION, CONTACT_BLOCKED.
    """
    found = writable(tx, chat)
    at = sessions.next_moment(tx, chat, at)
    message = messages.add_text(tx, chat, text, mine=True, at=at, key=key)
    if message is None:
        raise Bug("a message id was drawn twice")
    put_out(tx, member, found, message, key)
    return message


def again(member: Member, chat: int, tx: Tx) -> list[Message]:
    """Let every undelivered text of a chat wait to be sealed anew, in order; returns them.

    Raises:
        RefusedBy: NO_SESSION, CONTACT_BLOCKED.
    """
    found = writable(tx, chat)
    waiting: list[Message] = []
    for message in messages.undelivered(tx, chat):
        key, moved = messages.key_of(tx, message.id), messages.wait_again(tx, message.id)
        if key is not None and moved is not None:
            posts.drop(tx, key)
            put_out(tx, member, found, moved, key)
            waiting.append(moved)
    return waiting


def put_out(tx: Tx, member: Member, chat: Chat, message: Message, key: bytes) -> None:
    """Let a text wait to be sealed."""
    targets = tuple(one.account for one in chat.members)
    sealings.address(tx, message.id, key, targets)
    posts.put(tx, key, conversation(member, targets), targets, said(member, message, key), message.id)


def said(member: Member, message: Message, key: bytes) -> bytes:
    """The content of a text, as it is sealed: the same each time while the member key is."""
    answer = receipt.answer_key(member.membership.member, member.profile.organisation, key)
    return content.encode(content.Text(key, message.at, message.text, answer))


def writable(tx: Tx, chat: int) -> Chat:
    """A company's chat that can be written to.

    Raises:
        RefusedBy: NO_SESSION: the policy asks for a session with each member. CONTACT_BLOCKED: all are.
    """
    found = chats.get(tx, chat)
    if found is None or not found.members or found.session is not SessionState.OPEN:
        raise RefusedBy(Kind.NO_SESSION)
    if all(member.blocked for member in found.members):
        raise RefusedBy(Kind.CONTACT_BLOCKED)
    return found
