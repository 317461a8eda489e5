"""A model of mailboxes against each store, with restarts: what waits, in which order, what was taken back.

The model says what the contract says and knows nothing of tables. Whatever Hypothesis makes of commits,
repeats, acknowledgements, recalls, expiry and removals, the store shows the same, and leaves no body that
nobody needs.
"""

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from support.postgres import Server
from support.relay_stores import fresh, postgres
from watchword_relay.store.contract import OWN, Batch, Level, Put, Store, Terminal
from watchword_relay.store.history import TakeBack, TakenBack
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

__all__ = ["postgres"]

PEOPLE = 4
IDS = [bytes([number]) * 16 for number in range(1, 7)]
BODIES = [b"", b"short", b"long " * 300]
_names = itertools.count()

people = st.integers(0, PEOPLE - 1)
ids = st.sampled_from(IDS)
letters = st.tuples(
    people, ids, st.sampled_from(BODIES), st.lists(people, min_size=1, max_size=3, unique=True), st.booleans()
)
acks = st.tuples(people, people, ids)


class Kept:
    """One message as the model has it."""

    def __init__(self, seq: int, body: bytes, until: int | None) -> None:
        self.seq = seq
        self.body = body
        self.until = until


class Mailboxes(RuleBasedStateMachine):
    """The model beside the real thing. Messages are named by the sender's mailbox and the id."""

    def __init__(self, opened: Callable[[], Store]) -> None:
        super().__init__()
        self.opened = opened
        self.store = opened()
        self.now = 100

    @initialize()
    def enter(self) -> None:
        """People that no other example has met."""
        self.terminals: list[Terminal] = []
        for _ in range(PEOPLE):
            self.terminals.append(self._register(f"p{next(_names)}"))
        self.boxes: dict[int, dict[tuple[int, bytes], Kept]] = {one.mailbox: {} for one in self.terminals}
        self.next_seq = dict.fromkeys(self.boxes, 1)
        self.answers: dict[tuple[int, bytes], TakenBack] = {}

    def _register(self, name: str) -> Terminal:
        _, terminal = self.store.of(OWN).register(name, name, b"k" * 32, None, 1)
        assert terminal is not None
        return terminal

    # --- what happens ---------------------------------------------------------------------------

    @rule(sent=st.lists(letters, max_size=4), had=st.lists(acks, max_size=4))
    def commit(
        self, sent: list[tuple[int, bytes, bytes, list[int], bool]], had: list[tuple[int, int, bytes]]
    ) -> None:
        """One transaction of messages and acknowledgements; the same ids come again and again."""
        batch = Batch()
        touched: set[int] = set()
        for sender, message_id, body, targets, short in sent:
            origin = self.terminals[sender]
            key = origin.mailbox, message_id
            if key in self.answers:
                continue  # the relay takes no message again that was taken back
            until = self.now + 5 if short else None
            for target in targets:
                box = self.terminals[target].mailbox
                seq = self.next_seq[box]
                self.next_seq[box] += 1
                put = Put(box, seq, message_id, origin.full_id, body, self.now, until)
                put = put._replace(shared=len(targets) > 1, origin=origin.mailbox)
                batch.puts.append(put)
                self.boxes[box].setdefault(key, Kept(seq, body, until))
                touched.add(box)
        for who, sender, message_id in had:
            box, origin_box = self.terminals[who].mailbox, self.terminals[sender].mailbox
            batch.acks.append((box, message_id, origin_box))
            if self.boxes[box].pop((origin_box, message_id), None) is not None:
                touched.add(box)
        found = self.store.commit(batch)
        assert found == {box: self._level(box) for box in touched}

    @rule(sender=people, message_id=ids, stays=st.sets(people, max_size=2))
    def take_back(self, sender: int, message_id: bytes, stays: set[int]) -> None:
        """A sender wants a message back that some are just being given."""
        origin = self.terminals[sender].mailbox
        key = origin, message_id
        on_its_way = frozenset(self.terminals[one].mailbox for one in stays)
        batch = Batch()
        batch.recalls = [TakeBack(origin, message_id, on_its_way, frozenset(), self.now)]
        self.store.commit(batch)
        if key not in self.answers:
            waits = [box for box, messages in self.boxes.items() if key in messages]
            for box in waits:
                if box not in on_its_way:
                    del self.boxes[box][key]
            left = sum(box in on_its_way for box in waits)
            self.answers[key] = TakenBack(len(waits) - left, left)
        assert batch.taken_back[key] == self.answers[key]

    @rule(seconds=st.integers(1, 4))
    def time_passes(self, seconds: int) -> None:
        """What has a time of its own is over one day, deleted or not."""
        self.now += seconds

    @rule(most=st.integers(1, 50))
    def expire(self, most: int) -> None:
        """Housekeeping, to its end."""
        while self.store.expire(0, self.now, most):
            pass
        for messages in self.boxes.values():
            for key in [key for key, one in messages.items() if one.until and one.until <= self.now]:
                del messages[key]

    @rule(who=people)
    def leave(self, who: int) -> None:
        """A terminal is removed by itself; another person takes its place in this story."""
        gone = self.terminals[who]
        assert self.store.of(OWN).remove(gone.mailbox, 1, self.now) == gone
        del self.boxes[gone.mailbox], self.next_seq[gone.mailbox]
        self.answers = {key: answer for key, answer in self.answers.items() if key[0] != gone.mailbox}
        self.terminals[who] = self._register(f"p{next(_names)}")
        assert self.terminals[who].mailbox not in self.next_seq
        self.boxes[self.terminals[who].mailbox] = {}
        self.next_seq[self.terminals[who].mailbox] = 1

    @rule()
    def restart(self) -> None:
        """The relay stops and starts."""
        self.store.close()
        self.store = self.opened()

    # --- what is seen ---------------------------------------------------------------------------

    def _level(self, box: int) -> Level:
        bodies = [one.body for one in self.boxes[box].values()]
        return Level(len(bodies), sum(map(len, bodies)))

    @invariant()
    def shows_what_waits(self) -> None:
        """Each mailbox, from the start and from the middle."""
        for box, messages in self.boxes.items():
            expected = sorted(
                (one.seq, message_id, one.body, origin)
                for (origin, message_id), one in messages.items()
                if one.until is None or one.until > self.now
            )
            found = [
                (one.seq, one.id, one.body, one.origin) for one in self.store.waiting(box, 0, 99, self.now)
            ]
            assert found == expected
            middle = len(expected) // 2
            above = expected[middle][0] if expected else 0
            after = [one.seq for one in self.store.waiting(box, above, 99, self.now)]
            assert after == [seq for seq, *_ in expected if seq > above]
            next_seq, level = self.store.mailbox(box)
            assert level == self._level(box)
            assert next_seq <= self.next_seq[box]
            assert next_seq > max((one.seq for one in messages.values()), default=0)

    def teardown(self) -> None:
        """Nothing waits any more in the end, and no body is left of it."""
        if hasattr(self, "boxes"):
            batch = Batch()
            batch.acks = [(box, name, origin) for box, kept in self.boxes.items() for origin, name in kept]
            self.store.commit(batch)
            counted = rows(self.store, "SELECT count(*) FROM body")
            assert counted == [(0,)]
        self.store.close()


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    """What stands in the tables."""
    if isinstance(store, SqliteStore):
        return store._reader.execute(sql).fetchall()
    assert isinstance(store, PostgresStore)
    return store._reader.rows(sql)


def _sqlite(request: pytest.FixtureRequest) -> Callable[[], Store]:
    path: Path = request.getfixturevalue("tmp_path") / FILE_NAME
    return lambda: SqliteStore(path)


def _postgres(request: pytest.FixtureRequest) -> Callable[[], Store]:
    server: Server = request.getfixturevalue("postgres")
    where = Settings(fresh(server), standbys=0)
    return lambda: PostgresStore(where)


@pytest.mark.parametrize("kind", [_sqlite, _postgres])
def test_a_store_does_what_the_model_does(
    kind: Callable[[pytest.FixtureRequest], Callable[[], Store]], request: pytest.FixtureRequest
) -> None:
    opened = kind(request)
    run_state_machine_as_test(
        partial(Mailboxes, opened),  # type: ignore[arg-type]  # anything is asked for that makes one
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_messages_can_be_spread_by_mailbox(postgres: Server) -> None:
    """As a distributed PostgreSQL wants it of a table: no trigger, and its mailbox in each unique key."""
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    triggers = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'message'::regclass AND NOT tgisinternal"
    assert rows(store, triggers) == []
    unique = "FROM pg_index WHERE indrelid = 'message'::regclass AND indisunique"
    keys = rows(store, f"SELECT pg_get_indexdef(indexrelid) {unique}")
    assert len(keys) == 2
    assert all("(mailbox, " in str(key) for (key,) in keys)
    store.close()
