"""Commands of an open client about people: contacts, session requests, presence (law 1).

A part of `core.client`, which is the whole surface. Commands raise RefusedBy or TroubleWith and nothing else.
"""

import functools
from collections.abc import Callable, Coroutine
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from watchword.core.contacts import Contacts
from watchword.core.desk import Desk
from watchword.core.presence import Presence
from watchword.core.requests import Requests
from watchword.model.chat import Contact
from watchword.model.requests import GuessLimit, SessionRequest

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Finishing(Protocol):
    async def finish(self, command: Coroutine[object, object, _T]) -> _T:
        """Carry a command out whole."""
        ...


_Client = TypeVar("_Client", bound=_Finishing)
_Command = Callable[Concatenate[_Client, _P], Coroutine[object, object, _T]]


def whole(command: "_Command[_Client, _P, _T]") -> "_Command[_Client, _P, _T]":
    """Make a command one that is carried out whole, also when its caller is cancelled meanwhile."""

    @functools.wraps(command)
    async def carried_out(client: _Client, /, *given: _P.args, **named: _P.kwargs) -> _T:
        return await client.finish(command(client, *given, **named))

    return carried_out


class PeopleCommands:
    """What the window asks for about people."""

    _desk: Desk
    _contacts: Contacts
    _requests: Requests
    _presence: Presence

    async def finish(self, command: Coroutine[object, object, _T]) -> _T:
        """Carry a command out whole."""
        return await self._desk.tasks.finish(command)

    # --- contacts ---------------------------------------------------------------------
    async def contacts(self) -> list[Contact]:
        """Every contact, listed or blocked, by name."""
        return await self._contacts.every()

    @whole
    async def add_contact(self, account: str, name: str = "") -> Contact:
        """Put an account into the contact list; `account` is folded as typed."""
        return await self._contacts.add(account, name)

    @whole
    async def rename_contact(self, account: str, name: str) -> Contact:
        """Give a contact another name; empty falls back to the id."""
        return await self._contacts.rename(account, name)

    @whole
    async def remove_contact(self, account: str) -> None:
        """Take an account out of the contact list; chats and pinned identity stay."""
        await self._contacts.remove(account)

    @whole
    async def block(self, account: str, *, blocked: bool) -> None:
        """Block: nothing is sent, and the asker sees *no answer*; or stop blocking."""
        await self._contacts.block(account, blocked=blocked)
        if blocked:
            await self._requests.hush(account)

    # --- requests ---------------------------------------------------------------------
    async def requests(self) -> list[SessionRequest]:
        """Every request that runs, and those of the last 30 days that ended, latest first."""
        return await self._requests.every()

    @whole
    async def ask(self, account: str, phrase: str, hint: str = "", *, retry_of: str = "") -> SessionRequest:
        """P1: ask an account (folded as typed) for a session; `retry_of` is an ended own request."""
        return await self._requests.ask(account, phrase, hint, retry_of)

    @whole
    async def cancel(self, key: str) -> None:
        """Withdraw an own request (code 02), until `proof` leaves."""
        await self._requests.cancel(key)

    @whole
    async def answer(self, key: str, phrase: str | None) -> None:
        """P2: answer a prompt with what the user typed; None uses the phrase kept when both dialled."""
        await self._requests.answer(key, phrase)

    @whole
    async def decline(self, key: str) -> None:
        """Refuse (code 01), until the phrase is typed."""
        await self._requests.decline(key)

    @whole
    async def mark_request_seen(self, key: str) -> None:
        """The user has looked at a missed request."""
        await self._requests.mark_seen(key)

    async def guess_limit(self, account: str) -> GuessLimit | None:
        """Why this account cannot be asked now, or None."""
        return await self._requests.limit(account)

    @whole
    async def agreed_new_phrase(self, account: str) -> None:
        """The user says a new phrase was agreed: the count goes to 0 (from 3 on)."""
        await self._requests.agreed_new_phrase(account)

    @whole
    async def notify_when_present(self, account: str) -> None:
        """*Ask again when {contact} is online*: watch, and tell once by RequestChanged.may_retry."""
        await self._presence.notify(account)

    @property
    def contacts_only(self) -> bool:
        """Whether requests from unknown ids are met with silence."""
        return self._desk.contacts_only

    @whole
    async def set_contacts_only(self, value: bool) -> None:
        """Choose it."""
        await self._contacts.set_contacts_only(value)
