"""Taking back against delivery, commits that fail, acknowledgements and the relay's death, in random stories.

What was told to have been taken back is delivered to nobody from then on; what was not, nobody loses; what is
on its way to so many can still reach so many. The sender does as `docs/protocol/wire.md` says: a message
without its Ok comes again until it is taken back, a recall without its answer comes again as well.
"""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from support.office import Line, Office
from support.posts import post
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import Batch, Level, StoreTrouble
from watchword_relay.writer import Outcome
from watchword_wire import frames
from watchword_wire.message_data import decode

MESSAGES, STEPS = 14, 500
LIMITS = Limits(sends=(1e12, 1e12), recalls=(1e9, 1e9))
TERMINALS = ("bo/1", "bo/2", "cy/1")


class Message:
    """One message, and what became of it."""

    def __init__(self, dice: random.Random) -> None:
        self.frame: frames.Send | frames.Post
        if dice.random() < 0.5:
            self.roams = dice.random() < 0.5
            self.frame = post("ada/1", "bo", "cy", roam_s=1_000 * self.roams)
            self.id = decode(self.frame.data).head.id
        else:
            self.roams = False
            self.id = os.urandom(16)
            self.frame = frames.Send(self.id, list(TERMINALS), b"sealed")
        self.sent = self.asked = self.ok = self.ok_before = False
        self.answer: frames.Recalled | None = None
        self.given_since: set[str] = set()
        """Terminals that were given it after the answer, and had not acknowledged it before."""
        self.took: set[str] = set()
        """Terminals that acknowledged it."""
        self.deleted: set[str] = set()
        """Those of whose acknowledgement the relay's disk knows."""


class Story:
    """One sender, three terminals, a disk and a relay that fail."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        self.messages = {message.id: message for message in (Message(dice) for _ in range(MESSAGES))}
        self.office = Office(folder, LIMITS)
        for name in ("ada", "bo", "cy"):
            self.office.account(name)
        self.office.second_terminal("bo")
        self.names = {self.office.boxes.of(name).key: name for name in TERMINALS}
        self.begin()

    def begin(self) -> None:
        """A relay just started."""
        self.writing: tuple[Batch, Callable[[Outcome], None]] | None = None
        self.here: dict[str, tuple[Mailbox, Line]] = {}
        self.come_in()

    def come_in(self) -> None:
        self.ada, self.line = self.office.enter("ada")
        self.say_again()

    def say_again(self) -> None:
        """What a sender says on a new connection, and after a refusal."""
        for message in self.messages.values():
            if message.asked and message.answer is None:
                self.office.came(self.ada, frames.Recall(message.id))
            elif message.sent and not (message.ok or message.asked):
                self.office.came(self.ada, message.frame)

    # --- what happens -------------------------------------------------------------------------

    async def step(self) -> None:
        deeds = (
            (20, self.send),
            (8, self.recall),
            (25, self.write),
            (20, self.take),
            (10, self.come_or_go),
            (4, self.come_in_anew),
            (2, self.die),
            (2, self.befriend),
        )
        if self.dice.random() < 0.1:
            await asyncio.sleep(0.0005 if self.dice.random() < 0.2 else 0)
        weights, choices = zip(*deeds, strict=True)
        self.dice.choices(choices, weights)[0]()
        self.look()

    def send(self) -> None:
        new = [message for message in self.messages.values() if not message.sent]
        if new:
            new[0].sent = True
            self.office.came(self.ada, new[0].frame)

    def recall(self) -> None:
        sent = [message for message in self.messages.values() if message.sent and not message.asked]
        if sent:
            message = self.dice.choice(sent)
            message.asked, message.ok_before = True, message.ok
            self.office.came(self.ada, frames.Recall(message.id))

    def write(self) -> None:
        if self.writing is None:
            batch = Batch()
            self.writing = batch, self.office.room.collect(batch)
            return
        (batch, settle), self.writing = self.writing, None
        if self.dice.random() < 0.2:
            settle(StoreTrouble("?"))
        else:
            settle(self.commit(batch))

    def commit(self, batch: Batch) -> dict[int, Level]:
        levels = self.office.store.commit(batch)
        for box, message_id, _ in batch.acks:
            self.messages[message_id].deleted.add(self.names[box])
        return levels

    def take(self) -> None:
        if self.here:
            self.take_at(self.dice.choice(list(self.here)), self.dice.randint(1, 3))

    def take_at(self, name: str, count: int) -> None:
        box, line = self.here[name]
        taken, line.delivered = line.got[:count], line.delivered[count:]
        for message_id in taken:
            self.messages[message_id].took.add(name)
        self.office.room.ack(box, frames.Ack(taken))

    def come_or_go(self) -> None:
        name = self.dice.choice(TERMINALS)
        if name in self.here:
            self.office.leave(*self.here.pop(name))
        else:
            self.come(name)

    def come(self, name: str) -> None:
        account, _, device = name.partition("/")
        self.here[name] = self.office.enter(account, device=int(device))

    def come_in_anew(self) -> None:
        self.office.leave(self.ada, self.line)
        self.come_in()

    def die(self) -> None:
        """SIGKILL, at the moment before a commit or right after it, with nobody told."""
        if self.writing is not None and self.dice.random() < 0.5:
            self.commit(self.writing[0])
        self.office.store.close()
        self.office = Office(self.folder, LIMITS)
        self.begin()

    def befriend(self) -> None:
        if {"bo/1", "cy/1"} <= self.here.keys():
            self.office.friends("ada", "bo", "cy")

    # --- what is seen -------------------------------------------------------------------------

    def look(self) -> None:
        """Take in what everybody was given, in its order."""
        log, self.office.log[:] = self.office.log[:], []
        for name, frame in log:
            match frame:
                case frames.Deliver() | frames.DeliverData():
                    message = self.messages[frame.id]
                    if message.answer is not None and name not in message.took:
                        message.given_since.add(name)
                case frames.Recalled():
                    message = self.messages[frame.id]
                    assert message.answer in (None, frame)
                    message.answer = frame
        for message_id in self.line.oks:
            self.messages[message_id].ok = True
        self.line.oks.clear()
        if self.line.refusals:
            self.line.refusals.clear()
            self.office.hears(self.ada, self.line)
            self.say_again()

    def end(self) -> None:
        """All goes well until everybody has what there is for them."""
        self.writing = None
        self.office.store.close()
        self.office = Office(self.folder, LIMITS)
        self.begin()
        for name in TERMINALS:
            self.come(name)
        for _ in range(4):
            batch = Batch()
            self.office.room.collect(batch)(self.commit(batch))
            self.look()
            for name in TERMINALS:
                self.take_at(name, 1_000)

    def history(self, name: str) -> set[bytes]:
        box = self.office.boxes.of(name)
        page = self.office.store.page(box.key, 0, 256, 1_000_000, None)
        return {decode(entry.data).head.id for entry in page.entries}


@pytest.mark.parametrize("seed", range(80))
async def test_what_was_taken_back_is_delivered_to_nobody_and_all_else_to_everybody(
    seed: int, tmp_path: Path
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    story = Story(tmp_path, dice)
    for _ in range(STEPS):
        await story.step()
    story.end()
    kept = {name: story.history(name) for name in TERMINALS}
    for message in story.messages.values():
        if not message.sent:
            continue
        if not message.asked:
            assert message.took == set(TERMINALS)
            continue
        answer = message.answer
        assert answer is not None
        assert len(message.given_since) <= answer.left
        assert len(message.took) <= len(TERMINALS)
        if message.ok_before:
            assert len(message.took) >= len(TERMINALS) - answer.taken_back
        if message.roams:
            for name in TERMINALS:
                account = name.partition("/")[0]
                if message.id in kept[name]:
                    assert any(one.startswith(account) for one in message.took)
                elif message.ok_before:
                    assert not any(one.startswith(account) for one in message.deleted)
    story.office.room.hurry()
    story.office.store.close()
