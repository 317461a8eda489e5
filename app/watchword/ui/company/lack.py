"""Who keeps a company's conversation from being written in: by the directory, by the sessions with each."""

from collections.abc import Container, Iterable

import msgspec

from watchword.model.chat import Chat, Contact, Protection, SessionState


class Lack(msgspec.Struct, frozen=True):
    """People of one conversation, each in the order of its members."""

    without: tuple[Contact, ...] = ()
    """No passphrase session stands, and the company asks for one."""
    held: tuple[Contact, ...] = ()
    """A session stands with another key than the pinned one, and waits for this user's answer."""
    gone: tuple[Contact, ...] = ()
    """Not in the company's directory any more."""


def of(chat: Chat, chats: Iterable[Chat], staff: Container[str] | None, *, sessions: bool = True) -> Lack:
    """What a conversation lacks, by all chats and the accounts of the directory (None before it is known).

    Without `sessions` only the directory counts.
    """
    gone = () if staff is None else tuple(one for one in chat.members if one.account not in staff)
    if chat.protection is not Protection.BOTH or not sessions:
        return Lack(gone=gone)
    states = {one.contact.account: one.session for one in chats if one.protection is Protection.SESSION}
    here = [one for one in chat.members if one not in gone]

    def those(state: SessionState) -> tuple[Contact, ...]:
        return tuple(one for one in here if states.get(one.account, SessionState.NONE) is state)

    return Lack(those(SessionState.NONE), those(SessionState.HELD), gone)
