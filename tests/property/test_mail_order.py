"""Order in a relay's mail room, whatever fails: two who send without waiting, in 90 random stories.

A sender does as `docs/protocol/wire.md`, Order, says: after a refusal, which it reads some time later, it
says so and starts over with the first message that has no OK; a new connection starts over as well. Of
message data it keeps who lacks them, and repeats them for these alone, before anything later for them.
"""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from support.office import Line, Office, send
from support.posts import lacking, only, post
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import Batch, StoreTrouble
from watchword_relay.writer import Outcome
from watchword_wire import frames

MESSAGES, STORM, STEPS = 25, 400, 3_000
"""For so many steps things fail; then they go well until all is out, or the story took too long."""


class Sender:
    """Somebody who sends to two people, by turns and to both at once."""

    def __init__(self, office: Office, name: str, dice: random.Random) -> None:
        self.office, self.name, self.dice = office, name, dice
        self.ids = [os.urandom(16) for _ in range(MESSAGES)]
        self.whom = [dice.choice((("bo",), ("cy",), ("bo", "cy"))) for _ in self.ids]
        self.has_ok: set[bytes] = set()
        self.come_in()

    def come_in(self) -> None:
        self.box, self.line = self.office.enter(self.name)
        self.next = 0

    def read(self) -> None:
        self.has_ok.update(self.line.oks)
        if self.line.refusals:
            self.next = 0
            self.office.hears(self.box, self.line)
        self.line.oks.clear()
        self.line.refusals.clear()

    def send(self) -> None:
        for _ in range(self.dice.randint(0, 5)):
            while self.next < MESSAGES and self.ids[self.next] in self.has_ok:
                self.next += 1
            if self.next < MESSAGES:
                place = self.next
                self.next += 1
                self.put_out(place)

    def put_out(self, place: int) -> None:
        self.office.room.send(self.box, send(*self.whom[place], message_id=self.ids[place]))

    def sent_to(self, name: str) -> list[bytes]:
        return [one for one, whom in zip(self.ids, self.whom, strict=True) if name in whom]


class Poster(Sender):
    """Somebody who sends message data, and keeps who lacks them."""

    def __init__(self, office: Office, name: str, dice: random.Random) -> None:
        self.lack: dict[int, set[str]] = {}
        """Of what some have, who has it not."""
        self.under_way: dict[int, set[str]] = {}
        """Of what was sent on this connection and not answered, whom it was for."""
        super().__init__(office, name, dice)
        self.frames = [
            post(f"{name}/1", *whom, message_id=one) for one, whom in zip(self.ids, self.whom, strict=True)
        ]

    def come_in(self) -> None:
        super().come_in()
        self.under_way.clear()

    def read(self) -> None:
        for partly in self.line.partly:
            place = self.ids.index(partly.id)
            self.lack[place] = self.left(place) & lacking(self.frames[place], partly)
            self.under_way.pop(place, None)
            if not self.lack[place]:
                self.has_ok.add(partly.id)
            self.next = 0
        for answered in [*self.line.oks, *(refusal.about for refusal in self.line.refusals)]:
            self.under_way.pop(self.ids.index(answered), None)
        if self.line.partly:
            self.office.hears(self.box, self.line)
            self.line.partly.clear()
        super().read()

    def left(self, place: int) -> set[str]:
        return self.lack.get(place, {*self.whom[place], self.name})

    def put_out(self, place: int) -> None:
        """Send it to whom it lacks, but for those who lack an earlier one that is not on its way to them."""
        if place in self.under_way:
            return
        before = [one for one in range(place) if self.ids[one] not in self.has_ok]
        waiting = set[str]().union(*(self.left(one) - self.under_way.get(one, set()) for one in before))
        meant = self.left(place) - waiting
        if meant:
            self.under_way[place] = meant
            everybody = meant == {*self.whom[place], self.name}
            frame = self.frames[place]
            self.office.room.post(self.box, frame if everybody else only(frame, *meant))


class Receiver:
    """Somebody who comes and goes."""

    def __init__(self, office: Office, name: str) -> None:
        self.office, self.name = office, name
        self.took: list[bytes] = []
        self.at: tuple[Mailbox, Line] | None = None

    def come_or_go(self) -> None:
        if self.at is None:
            self.at = self.office.enter(self.name)
        else:
            self.office.leave(*self.at)
            self.at = None

    def take(self, count: int) -> None:
        if self.at is not None:
            box, line = self.at
            new, line.delivered = line.got[:count], line.delivered[count:]
            self.took += new
            self.office.room.ack(box, frames.Ack(new))


class Story:
    """What happens by turns, and what the disk makes of it."""

    def __init__(self, office: Office, dice: random.Random) -> None:
        self.office, self.dice = office, dice
        kinds = dice.choice(((Sender, Sender), (Sender, Poster), (Poster, Poster)))
        self.senders = [kind(office, name, dice) for kind, name in zip(kinds, ("ada", "eve"), strict=True)]
        self.receivers = [Receiver(office, name) for name in ("bo", "cy")]
        self.writing: tuple[Batch, Callable[[Outcome], None]] | None = None
        self.storm = True

    @property
    def is_over(self) -> bool:
        return all(len(sender.has_ok) == MESSAGES for sender in self.senders)

    async def step(self) -> None:
        deeds = (
            (45, lambda: self.dice.choice(self.senders).send()),
            (15, lambda: self.dice.choice(self.senders).read()),
            (15, self.write),
            (15, lambda: self.dice.choice(self.receivers).take(self.dice.randint(1, 4))),
            (4, self.come_or_go),
            (1, self.come_in_anew),
        )
        if self.dice.random() < 0.05:
            await asyncio.sleep(0.0005 if self.dice.random() < 0.2 else 0)
        weights, choices = zip(*deeds, strict=True)
        self.dice.choices(choices, weights)[0]()

    def write(self) -> None:
        if self.writing is None:
            batch = Batch()
            self.writing = batch, self.office.room.collect(batch)
            return
        (batch, settle), self.writing = self.writing, None
        fails = self.storm and self.dice.random() < 0.4
        settle(StoreTrouble("?") if fails else self.office.store.commit(batch))

    def come_or_go(self) -> None:
        receiver = self.dice.choice(self.receivers)
        if self.storm or receiver.at is None:
            receiver.come_or_go()

    def come_in_anew(self) -> None:
        sender = self.dice.choice(self.senders)
        if self.storm:
            self.office.leave(sender.box, sender.line)
            sender.come_in()


@pytest.mark.parametrize("seed", range(90))
async def test_nothing_is_lost_and_nothing_overtakes(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    room = dice.choice((4, 10_000))
    office = Office(tmp_path, Limits(sends=(1e9, 1e9), mailbox_messages=room))
    for name in ("ada", "eve", "bo", "cy"):
        office.account(name)
    story = Story(office, dice)
    for receiver in story.receivers:
        receiver.come_or_go()
    if dice.random() < 0.7:
        office.friends("ada", "bo")
    for step in range(STEPS):
        story.storm = step < STORM
        await story.step()
        if story.is_over:
            break
    assert story.is_over
    for receiver in story.receivers:
        if receiver.at is None:
            receiver.come_or_go()
        receiver.take(10_000)
        first = list(dict.fromkeys(receiver.took))
        for sender in story.senders:
            sent = sender.sent_to(receiver.name)
            assert [message_id for message_id in first if message_id in sent] == sent
    office.room.hurry()
    office.store.close()
