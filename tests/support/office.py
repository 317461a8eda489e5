"""A relay's mail room on a real store, with the writer and the connections in the hands of the test."""

import asyncio
import os
from pathlib import Path
from typing import cast

from watchword_relay import hopes
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.mailroom import MailRoom
from watchword_relay.metrics import Metrics
from watchword_relay.presence import Presence
from watchword_relay.store.contract import OWN, Added, Admission, Batch, StoreTrouble
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import codec, frames


class Line:
    """What a connection was given."""

    def __init__(self, name: str, log: list[tuple[str, frames.FromRelay]]) -> None:
        self._name = name
        self._log = log
        self.loop = asyncio.get_running_loop()
        self.choked = False
        self.delivered: list[frames.Deliver | frames.DeliverData] = []
        self.oks: list[bytes] = []
        self.refusals: list[frames.Refusal] = []
        self.recalled: list[frames.Recalled] = []
        self.partly: list[frames.Partly] = []
        self.turns_ended = 0
        self.held = False
        self.rests = 0.0
        self.told = 0
        """How many refusals there were, those for some counted."""
        self.most = 1_000_000
        """Deliveries until it is choked."""

    def push(self, payload: bytes) -> None:
        frame = codec.decode_from_relay(payload)
        assert isinstance(frame, frames.Deliver | frames.DeliverData)
        self._log.append((self._name, frame))
        self.delivered.append(frame)
        self.choked = len(self.delivered) >= self.most

    def end_turn(self) -> None:
        self.turns_ended += 1

    def hold(self, held: bool) -> None:
        self.held = held

    def rest(self, seconds: float) -> None:
        self.rests = seconds

    def push_ok(self, message_id: bytes) -> None:
        self.oks.append(message_id)

    def push_frame(self, frame: frames.FromRelay) -> None:
        self._log.append((self._name, frame))
        if isinstance(frame, frames.Recalled):
            self.recalled.append(frame)
            return
        self.told += 1
        if isinstance(frame, frames.Partly):
            self.partly.append(frame)
            return
        assert isinstance(frame, frames.Refusal)
        self.refusals.append(frame)

    @property
    def got(self) -> list[bytes]:
        return [deliver.id for deliver in self.delivered]


class Office:
    """A mail room with the writer's part in the hands of the test."""

    def __init__(self, folder: Path, given: Limits) -> None:
        self.store = SqliteStore(folder / "relay.sqlite3")
        self.presence = Presence()
        self.metrics = Metrics()
        self.disk = DiskWatch(folder, given)
        self.wanted = 0
        self.log: list[tuple[str, frames.FromRelay]] = []
        """Every frame but OKs that anybody was given, in order, with the full id."""
        self.lines: dict[str, Line] = {}
        """The newest of each."""
        self.realm = self.store.of(OWN)
        self.boxes = Mailboxes(self.realm, given.sends, given.writes)
        self.time = 100
        """Seconds served."""
        self.room = MailRoom(
            self.realm,
            self.boxes,
            self._want,
            self.presence,
            self.disk,
            given,
            self.metrics,
            lambda: self.time,
            roam=10_000,
        )

    def _want(self, things: int) -> None:
        self.wanted += things

    def account(self, name: str) -> None:
        self.realm.register(name, name, b"k" * 32, None, 1)

    def second_terminal(self, name: str) -> None:
        """Give an account a second terminal."""
        first = self.realm.terminal(name, 1)
        assert first is not None
        admission = Admission(first.key, bytes(64), b"")
        outcome, _ = self.realm.admit(first.mailbox, 2, b"2" * 32, admission, 1, asked=True)
        assert outcome is Added.DONE

    def enter(self, name: str, *, device: int = 1, most: int = 1_000_000) -> tuple[Mailbox, Line]:
        terminal = self.realm.terminal(name, device)
        assert terminal is not None
        line = self.lines[name] = Line(terminal.full_id, self.log)
        line.most = most
        box, _ = self.boxes.enter(terminal, cast("RelayConnection", line))
        self.presence.enter(name, box.name)
        self.room.drain(box)
        return box, line

    def leave(self, box: Mailbox, line: Line) -> None:
        assert self.boxes.leave(box, cast("RelayConnection", line))
        self.presence.leave(box.account, box.name)

    def hears(self, box: Mailbox, line: Line) -> None:
        """A sender has read every refusal, says so and starts over."""
        box.turns.heard(line.told)

    def came(self, me: Mailbox, frame: frames.Send | frames.Post | frames.Recall) -> None:
        """Somebody sends something, or takes it back."""
        match frame:
            case frames.Send():
                self.room.send(me, frame)
            case frames.Post():
                self.room.post(me, frame)
            case frames.Recall():
                self.room.recall(me, frame)

    def commit(self) -> Batch:
        batch = Batch()
        settle = self.room.collect(batch)
        settle(self.store.commit(batch))
        return batch

    def fail(self, trouble: StoreTrouble) -> None:
        self.room.collect(Batch())(trouble)

    def friends(self, *names: str) -> None:
        for name in names:
            self.presence.watch(name, f"{name}/1", [other for other in names if other != name])

    async def rounds(self, count: int) -> None:
        """Let messages ripen."""
        for _ in range(count):
            await asyncio.sleep(hopes.RIPE_SECONDS * 1.5)

    def waiting(self, name: str, device: int = 1) -> list[bytes]:
        """What is stored for somebody, in order."""
        terminal = self.realm.terminal(name, device)
        assert terminal is not None
        return [message.id for message in self.store.waiting(terminal.mailbox, 0, 100, self.time)]


def send(*targets: str, body: bytes = b"sealed", message_id: bytes | None = None) -> frames.Send:
    return frames.Send(message_id or os.urandom(16), [f"{name}/1" for name in targets], body)
