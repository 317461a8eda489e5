"""A company for plays: its key owner makes files by the functions of the format, its staff join by them.

firm = Firm()
await firm.takes_in(ada, bo, cy)          each by a join file and a phrase
firm.rotates()
await firm.hands_out(ada, bo)             the newest company file
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from support.play import Person, Stage, Witness
from support.plugins.samples import PERL
from support.processes import PATIENCE
from support.waiting import until_found
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.chat import Chat, Delivery, Message, MessageKind
from watchword.model.company import Reason
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import Drawn
from watchword.protocol.company.profile import Kind, Member, Method, Pin, Policy, Profile, Revoked
from watchword.protocol.company.ring import Ring, RingKey, State
from watchword_wire.message_data import MODE_WRAP, organisation_id

PHRASE = "six words that nobody would guess"
SALT = bytes(range(16))
"""Of every join file here: its phrase is stretched once in a process (`support.remembered`)."""

RING, PLUGIN = b"by-ring-", b"by-plug-"
KEY = b"staff---"
POLICY = Policy((KEY,), (), session=False, phrase=0, retention=0, revoked=Revoked.OPEN, pin=Pin.ASK)


class Firm:
    """A company and its files."""

    def __init__(self, *, method: Method | None = None, policy: Policy = POLICY) -> None:
        self.root = Secret(os.urandom(32))
        self.seeds: dict[str, Secret] = {}
        self.serial = 1
        organisation = organisation_id(ed25519_public(self.root.expose()))
        self.method = method or Method(RING, Kind.RING, MODE_WRAP, {})
        self.ring = Ring(1, organisation, 1, (self._key(1),))
        self.profile = Profile(1, organisation, "ACME", 1, "ws://relay", "", (self.method,), policy, ())

    def _key(self, version: int) -> RingKey:
        secret = Secret(os.urandom(32) if self.method.kind is Kind.RING else b"")
        return RingKey(KEY, "Staff", version, State.ACTIVE, 0, 0, self.method.id, secret)

    # --- the key owner --------------------------------------------------------------------

    def knows(self, *accounts: str) -> None:
        """Put people into the directory."""
        for account in accounts:
            self.seeds[account] = Secret(os.urandom(32))
        self.directory(*self.seeds)

    def directory(self, *accounts: str) -> None:
        """These are the staff now."""
        members = tuple(
            Member(account, account.title(), ed25519_public(self.seeds[account].expose()))
            for account in sorted(accounts)
        )
        self.profile = replace(self.profile, serial=self.profile.serial + 1, directory=members)
        self.serial += 1

    def policy(self, **changes: object) -> None:
        """Change the policy."""
        policy = replace(self.profile.policy, **changes)
        self.profile = replace(self.profile, serial=self.profile.serial + 1, policy=policy)
        self.serial += 1

    def rotates(self, before: State = State.RETIRED) -> None:
        """A new version of the key; the one before is retired, or revoked."""
        newest = max(key.version for key in self.ring.keys if key.id == KEY)
        current = (KEY, newest)
        old = tuple(
            replace(key, state=before) if (key.id, key.version) == current else key for key in self.ring.keys
        )
        self.ring = replace(self.ring, serial=self.ring.serial + 1, keys=(*old, self._key(newest + 1)))
        self.serial += 1

    def marks(self, version: int, state: State) -> None:
        """One version of the key has another state."""
        marked = (KEY, version)
        keys = tuple(
            replace(key, state=state) if (key.id, key.version) == marked else key for key in self.ring.keys
        )
        self.ring = replace(self.ring, serial=self.ring.serial + 1, keys=keys)
        self.serial += 1

    def join_file(self, account: str, phrase: str = PHRASE) -> bytes:
        """What one member joins by."""
        drawn = Drawn(Secret(os.urandom(32)), SALT, os.urandom(12))
        seed = self.seeds[account]
        return company_file.make_join(
            self.root, self.serial, self.profile, self.ring, account, seed, phrase, drawn
        )

    def update(self) -> bytes:
        """The newest company file."""
        file_key = Secret(os.urandom(32))
        return company_file.make_update(self.root, self.serial, self.profile, self.ring, file_key)

    # --- the staff ------------------------------------------------------------------------

    async def takes_in(self, *people: Person) -> None:
        """People join."""
        self.knows(*(person.name for person in people))
        for person in people:
            await person.client.company.join(self.join_file(person.name), PHRASE)

    async def hands_out(self, *people: Person) -> None:
        """People take the newest file."""
        data = self.update()
        for person in people:
            await person.client.company.update(data)


@asynccontextmanager
async def staff(folder: Path, firm: Firm) -> AsyncIterator[tuple[Stage, Person, Person]]:
    """A relay with ada and bo, who work there."""
    async with Stage(folder) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        yield stage, ada, bo


def title(*accounts: str) -> str:
    """The title of a chat with these."""
    return ", ".join(account.title() for account in sorted(accounts))


async def company_chat(person: Witness, *accounts: str) -> Chat:
    """The company chat with exactly these, by the store."""
    wanted = tuple(sorted(accounts))
    found = [c for c in await person.client.chats() if tuple(m.account for m in c.members) == wanted]
    assert found, f"{person.name} has no company chat with {accounts}"
    return found[0]


def install_plugin(folder: Path, *, sealing: str = "", opening: str = "", also: str = "") -> None:
    """Put the Perl sample into a folder that stands on PATH, as the plugin acme.

    Args:
        folder: there it lies afterwards.
        sealing: what it does in Perl before each sealing.
        opening: the same before each opening.
        also: functions that these call.
    """
    source = PERL.read_text("utf-8").split("\n", 1)[1]
    for name, first in (("shut", sealing), ("disclose", opening)):
        source = source.replace(f"sub {name} {{", f"sub {name} {{ {first}")
    program = folder / "watchword-plugin-acme"
    program.write_text(f"#!/usr/bin/perl\n{source.replace('sub shut {', also + 'sub shut {')}")
    program.chmod(0o755)


def killed_by(note: Path) -> str:
    """What a plugin does that dies in mid-call while this file is there."""
    return f"kill 9, $$ if -e '{note}';"


# --- what is done and seen -----------------------------------------------------------


async def texts(person: Witness, *others: str, mine: bool | None = None) -> list[tuple[str, str]]:
    """Who wrote what in a company chat, in the order in which it is shown."""
    chat = await company_chat(person, *others)
    rows = (await person.client.page(chat.id, limit=100_000)).messages
    found = [row for row in rows if row.kind is MessageKind.TEXT]
    return [(row.sender, row.text) for row in found if mine is None or row.mine is mine]


async def reads(
    person: Witness, others: tuple[str, ...], *wanted: tuple[str, str], patience: float = PATIENCE
) -> None:
    """What others wrote in a company chat is this, each once."""

    async def there() -> bool:
        held = [c for c in await person.client.chats() if tuple(m.account for m in c.members) == others]
        return bool(held) and len(await texts(person, *others, mine=False)) >= len(wanted)

    await until_found(there, f"{person.name} reads {len(wanted)} texts", patience)
    assert await texts(person, *others, mine=False) == [*wanted]


async def writes(person: Witness, others: tuple[str, ...], text: str) -> Message:
    """Write a text to others, in the chat with exactly these."""
    chat = await person.client.company.open_chat([*others])
    return await person.client.send_text(chat.id, text)


async def ticks(person: Witness, others: tuple[str, ...], delivery: Delivery) -> None:
    """Every own text has come so far."""

    async def there() -> bool:
        chat = await company_chat(person, *others)
        rows = (await person.client.page(chat.id, limit=100_000)).messages
        own = [row for row in rows if row.mine]
        return bool(own) and all(row.delivery is delivery for row in own)

    await until_found(there, f"{person.name} sees {delivery}")


async def waits(person: Witness, others: tuple[str, ...], reason: Reason, count: int = 1) -> Chat:
    """Messages came that stay closed, for this reason."""

    async def there() -> bool:
        held = [c for c in await person.client.chats() if tuple(m.account for m in c.members) == others]
        return bool(held) and [(one.closed.reason, one.count) for one in held[0].withheld] == [
            (reason, count)
        ]

    await until_found(there, f"{person.name} is told {reason}")
    return await company_chat(person, *others)


async def keeps_back(person: Witness, others: tuple[str, ...], reason: Reason) -> None:
    """Own messages wait, and why."""

    async def there() -> bool:
        unsent = (await company_chat(person, *others)).unsent
        return unsent is not None and unsent.reason is reason

    await until_found(there, f"{person.name} keeps back for {reason}")


async def has_it(person: Witness, message: Message, whom: str) -> bool:
    """Whether a recipient's receipt is here."""
    info = await person.client.company.message_info(message.id)
    assert info is not None
    return {one.account: one.delivered for one in info.recipients}[whom]
