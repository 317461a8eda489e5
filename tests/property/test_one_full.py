"""One full mailbox and all others: the desktop's posting against the relay's mail room, whatever fails.

In random stories mailboxes of two or three places fill and are emptied, commits fail, connections break, the
relay dies with all that it had not written. In the end everybody has had everything, once and in order; one
of several desktops of an account may lack what another of them has, and is told so.
"""

import asyncio
import random
from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.office import Line, Office
from support.way_out import Desk, ada
from watchword.core.company import posting
from watchword.model.chat import Message
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import Batch, StoreTrouble
from watchword_wire import frames

TEXTS, STORM, SECONDS = 14, 150, 40
READERS = (("bo", 1), ("陈", 1), ("陈", 2), ("ada", 2))
ALONE = READERS[0]
"""Whose account has no other: the others may be passed over while they have no room, and are told so."""


class Relay:
    """The relay, which one desk sends to, and whom it delivers to."""

    def __init__(self, folder: Path, desk: Desk, dice: random.Random) -> None:
        self.folder, self.desk, self.dice = folder, desk, dice
        self.limits = Limits(sends=(1e9, 1e9), mailbox_messages=dice.choice((2, 3)))
        self.took: dict[tuple[str, int], list[bytes]] = {reader: [] for reader in READERS}
        self.told: set[tuple[str, int]] = set()
        """Who was told of a gap."""
        self.open()
        for name in ("ada", "bo", "陈"):
            self.office.account(name)
        for name in ("陈", "ada"):
            self.office.second_terminal(name)
        self.connect()

    def open(self) -> None:
        self.office = Office(self.folder, self.limits)
        self.there: dict[tuple[str, int], tuple[Mailbox, Line]] = {}

    def connect(self) -> None:
        self.desk.place.relay.sent.clear()
        self.office.log.clear()
        self.box, self.line = self.office.enter("ada")
        self.heard = 0
        self.desk.sending.posting.online()

    def disconnect(self) -> None:
        self.desk.sending.posting.disconnected()
        self.office.leave(self.box, self.line)
        self.connect()

    def die(self) -> None:
        """All that was not written is lost."""
        self.desk.sending.posting.disconnected()
        self.office.room.hurry()
        self.office.store.close()
        self.open()
        self.connect()

    def take(self) -> None:
        """Take some of what the desk sent, in order."""
        sent = self.desk.place.relay.sent
        for _ in range(min(len(sent), self.dice.randint(1, 4))):
            match sent.pop(0):
                case frames.Post() as post:
                    self.office.came(self.box, post)
                case frames.Heard(refusals):
                    self.box.turns.heard(refusals)

    def write(self, *, fails: bool) -> None:
        batch = Batch()
        settle = self.office.room.collect(batch)
        settle(StoreTrouble("?") if fails else self.office.store.commit(batch))

    def answer(self) -> None:
        """Have the desk hear what the relay said, in order; after each refusal it says so."""
        told = [frame for name, frame in self.office.log if name == self.box.name]
        self.office.log.clear()
        for frame in told:
            match frame:
                case frames.Partly():
                    self.desk.sending.posting.taken_for_some(frame)
                case frames.Refusal():
                    self.desk.sending.posting.refused(frame)
            self.heard += 1
            self.desk.place.relay.send(frames.Heard(self.heard))
        oks, self.line.oks = self.line.oks, []
        self.desk.sending.posting.acknowledged(oks)

    def come_or_go(self, reader: tuple[str, int]) -> None:
        if reader in self.there:
            self.office.leave(*self.there.pop(reader))
        else:
            self.there[reader] = self.office.enter(reader[0], device=reader[1])
            if self.there[reader][0].gap:
                self.told.add(reader)

    def read(self, reader: tuple[str, int], most: int) -> None:
        if reader in self.there:
            box, line = self.there[reader]
            new, line.delivered = line.got[:most], line.delivered[most:]
            self.took[reader] += new
            self.office.room.ack(box, frames.Ack(new))

    def had(self, account: str) -> set[bytes]:
        """What some desktop of an account took."""
        return {one for reader, took in self.took.items() for one in took if reader[0] == account}

    def step(self, *, storm: bool) -> None:
        reader = self.dice.choice(READERS)
        self.take()
        match self.dice.randint(0, 40 if storm else 9):
            case 0 | 1 | 2:
                self.write(fails=storm and self.dice.random() < 0.3)
            case 3 | 4:
                self.answer()
            case 5 | 6 if reader not in self.there or storm:
                self.come_or_go(reader)
            case 7 | 8 | 9:
                self.read(reader, self.dice.randint(1, 3))
            case 40:
                self.die() if self.dice.random() < 0.5 else self.disconnect()


@pytest.mark.parametrize("seed", range(8))
async def test_everybody_has_everything_once_and_in_order(
    seed: int, tmp_path: Path, logged_warnings: LoggedWarnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "RETRY", 0.02)
    monkeypatch.setattr(posting, "LEAST_PAUSE", 0.02)
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    (tmp_path / "relay").mkdir()
    async with ada(tmp_path) as desk:
        relay = Relay(tmp_path / "relay", desk, dice)
        whom = [dice.choice((("bo",), ("陈",), ("bo", "陈"))) for _ in range(TEXTS)]
        texts: list[Message] = []
        loop = asyncio.get_running_loop()
        end, steps = loop.time() + SECONDS, 0
        wanted = {
            reader: [
                str(place).encode().rjust(16) for place in range(TEXTS) if reader[0] in (*whom[place], "ada")
            ]
            for reader in READERS
        }
        while len(set(relay.took[ALONE])) < len(wanted[ALONE]) or len(relay.had("陈")) < len(wanted["陈", 1]):
            assert loop.time() < end, "the story takes too long"
            steps += 1
            if len(texts) < TEXTS and (dice.random() < 0.2 or steps > STORM):
                texts.append(await desk.write(str(len(texts)), *whom[len(texts)]))
            relay.step(storm=steps < STORM)
            await asyncio.sleep(0.001)
        assert list(dict.fromkeys(relay.took[ALONE])) == wanted[ALONE]
        assert relay.had("陈") == set(wanted["陈", 1])
        for reader in READERS:
            relay.disconnect()
            relay.write(fails=False)
            for _ in range(2):
                relay.come_or_go(reader)
                relay.read(reader, 99)
            if reader not in relay.told:
                assert list(dict.fromkeys(relay.took[reader])) == wanted[reader]
        relay.office.room.hurry()
        relay.office.store.close()
    logged_warnings.take("message data refused")
