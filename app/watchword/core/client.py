"""The open profile: everything the window can ask for, and the events it hears (law 1).

Made by `core.profile`. Commands raise RefusedBy or TroubleWith (`model.errors`) and nothing else;
what nobody waits for comes as an event. All methods run on the one event loop and never hold it.
"""

from collections.abc import Callable

from watchword.model.chat import Chat, Contact, Message, Page
from watchword.model.events import Event, LinkChanged
from watchword.model.requests import GuessLimit, SessionRequest

Listener = Callable[[Event], None]


class Client:
    """One account on one desktop, unlocked. Not made directly: see `core.profile.Profile`."""

    # --- who and where ----------------------------------------------------------------
    account: str
    device: int
    name: str
    """The display name given at first start; stays on this computer."""
    relay: str
    """The relay's address as given, with its key."""
    link: LinkChanged
    """The latest state of the connection."""

    def now(self) -> float:
        """Seconds on the clock that `SessionRequest.ring_ends` uses; counts suspend."""
        raise NotImplementedError

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event, on the loop, in order; returns how to stop it."""
        raise NotImplementedError

    async def start(self) -> None:
        """Connect and keep connected; returns at once."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop the connection and close the store; nothing that was saved is lost."""
        raise NotImplementedError

    async def use_relay(self, address: str) -> None:
        """Move this profile to another address of its relay (same relay key), and reconnect."""
        raise NotImplementedError

    def reconnect(self) -> None:
        """Try now instead of waiting for the next turn (after sleep, or a click)."""
        raise NotImplementedError

    # --- chats ------------------------------------------------------------------------
    async def chats(self) -> list[Chat]:
        """Every chat, latest first."""
        raise NotImplementedError

    async def page(
        self,
        chat: int,
        *,
        before: Message | None = None,
        after: Message | None = None,
        around_unread: bool = False,
        limit: int = 60,
    ) -> Page:
        """A run of messages of one chat: the latest, or those before or after a message."""
        raise NotImplementedError

    async def count(self, chat: int) -> int:
        """How many rows a chat has."""
        raise NotImplementedError

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text and queue it; the bubble is there when this returns, whatever the network does."""
        raise NotImplementedError

    async def send_again(self, chat: int) -> int:
        """Queue every UNDELIVERED message of a chat anew, in order; returns how many."""
        raise NotImplementedError

    async def mark_read(self, chat: int) -> None:
        """The user has seen the chat's last message."""
        raise NotImplementedError

    async def save_draft(self, chat: int, text: str) -> None:
        """Keep what stands unsent in the composer."""
        raise NotImplementedError

    async def end_session(self, chat: int) -> None:
        """End the session by a sealed `end`; history and pinned identity stay (handshake, Flow 7)."""
        raise NotImplementedError

    async def answer_held(self, chat: int, *, accept: bool) -> None:
        """Answer the question of a held session: take the other key for this person, or not."""
        raise NotImplementedError

    # --- contacts ---------------------------------------------------------------------
    async def contacts(self) -> list[Contact]:
        """Every contact, listed or blocked, by name."""
        raise NotImplementedError

    async def add_contact(self, account: str, name: str = "") -> Contact:
        """Put an account into the contact list; `account` is folded as typed."""
        raise NotImplementedError

    async def rename_contact(self, account: str, name: str) -> Contact:
        """Give a contact another name; empty falls back to the id."""
        raise NotImplementedError

    async def remove_contact(self, account: str) -> None:
        """Take an account out of the contact list; chats and pinned identity stay."""
        raise NotImplementedError

    async def block(self, account: str, *, blocked: bool) -> None:
        """Block: nothing is sent, and the asker sees *no answer*; or stop blocking."""
        raise NotImplementedError

    # --- requests ---------------------------------------------------------------------
    async def requests(self) -> list[SessionRequest]:
        """Every request that runs, and those of the last 30 days that ended, latest first."""
        raise NotImplementedError

    async def ask(self, account: str, phrase: str, hint: str = "", *, retry_of: str = "") -> SessionRequest:
        """P1: ask an account (folded as typed) for a session; `retry_of` is an ended own request."""
        raise NotImplementedError

    async def cancel(self, key: str) -> None:
        """Withdraw an own request (code 02), until `proof` leaves."""
        raise NotImplementedError

    async def answer(self, key: str, phrase: str | None) -> None:
        """P2: answer a prompt with what the user typed; None uses the phrase kept when both dialled."""
        raise NotImplementedError

    async def decline(self, key: str) -> None:
        """Refuse (code 01), until the phrase is typed."""
        raise NotImplementedError

    async def mark_request_seen(self, key: str) -> None:
        """The user has looked at a missed request."""
        raise NotImplementedError

    async def guess_limit(self, account: str) -> GuessLimit | None:
        """Why this account cannot be asked now, or None."""
        raise NotImplementedError

    async def agreed_new_phrase(self, account: str) -> None:
        """The user says a new phrase was agreed: the count goes to 0 (from 3 on)."""
        raise NotImplementedError

    async def notify_when_present(self, account: str) -> None:
        """*Ask again when {contact} is online*: watch, and tell once by RequestChanged.may_retry."""
        raise NotImplementedError

    @property
    def contacts_only(self) -> bool:
        """Whether requests from unknown ids are met with silence."""
        raise NotImplementedError

    async def set_contacts_only(self, value: bool) -> None:
        """Choose it."""
        raise NotImplementedError
