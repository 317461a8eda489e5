"""What waits in memory for the disk: how much, in which batch, and what becomes of it when that fails."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Office
from support.waiting import until
from watchword_relay import unwritten
from watchword_relay.letters import Letter
from watchword_relay.limits import Limits, TokenBucket
from watchword_relay.mailbox import Copy, Mail, Mailbox
from watchword_relay.store.contract import Batch, StoreFull, StoreTrouble
from watchword_relay.unwritten import Unwritten
from watchword_wire import frames
from watchword_wire.frames import RefusalCode


class Case:
    """Unwritten copies over a real store, and what their senders were told."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.refused: list[tuple[str, bytes, RefusalCode]] = []
        self.full = 0
        self.wanted = 0
        self.unwritten = Unwritten(
            office.boxes, self.want, self.refuse, self.fill, office.metrics, lambda: 100
        )

    def want(self, things: int) -> None:
        self.wanted += things

    def refuse(self, me: Mailbox, message_id: bytes, code: RefusalCode, _: int) -> None:
        self.refused.append((me.name, message_id, code))

    def fill(self) -> None:
        self.full += 1

    def place(self, sender: str, number: int, *targets: str, roam: int = 0, queue: bool = True) -> list[Copy]:
        """A message from somebody to some, in memory and to be written."""
        organisation, conversation = b"acme" * 4, b"room" * 4
        letter = Letter(
            bytes([number]) * 16,
            targets,
            b"sealed",
            organisation,
            0,
            too_large=False,
            conversation=conversation,
            roam=roam,
        )
        boxes = [self.office.boxes.of(f"{name}/1") for name in targets]
        me = self.office.boxes.of(f"{sender}/1")
        me.writes = TokenBucket(100, 1, 0.0)
        mail = Mail(letter, me, boxes)
        copies = [Copy(mail, box, early=False) for box in boxes]
        for copy in copies:
            self.unwritten.bytes += copy.enter()
        if queue:
            self.unwritten.queue(copies)
        return copies


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    office = Office(tmp_path, Limits())
    for name in ("ada", "bo", "cy", "eve"):
        office.account(name)
    yield Case(office)
    office.store.close()


async def test_a_body_counts_once_until_its_last_copy_is_written(case: Case) -> None:
    case.place("ada", 1, "bo", "cy")
    assert case.unwritten.bytes == 6
    batch = Batch()
    settle = case.unwritten.collect(batch)
    case.place("ada", 2, "bo")
    assert case.unwritten.bytes == 12
    settle(case.office.store.commit(batch))
    assert case.unwritten.bytes == 6
    assert case.office.waiting("bo") == case.office.waiting("cy") == [bytes([1]) * 16]


async def test_history_gets_a_message_once_with_all_its_mailboxes(case: Case) -> None:
    case.place("ada", 1, "bo", "cy", "nobody", roam=50)
    case.place("ada", 2, "bo")
    batch = Batch()
    case.unwritten.collect(batch)
    (past,) = batch.pasts
    keys = {case.office.boxes.of(f"{name}/1").key for name in ("ada", "bo", "cy")}
    assert (past.at, past.until, set(past.mailboxes)) == (100, 150, keys)


@pytest.mark.parametrize(
    ("trouble", "code", "full"),
    [(StoreTrouble("?"), RefusalCode.RETRY_LATER, 0), (StoreFull("?"), RefusalCode.FULL, 1)],
)
async def test_a_failed_commit_refuses_its_senders_all_that_came_after(
    case: Case, trouble: StoreTrouble, code: RefusalCode, full: int
) -> None:
    case.place("ada", 1, "bo")
    settle = case.unwritten.collect(Batch())
    case.place("eve", 2, "bo")
    case.place("ada", 3, "cy")
    settle(trouble)
    assert case.refused == [("ada/1", bytes([1]) * 16, code), ("ada/1", bytes([3]) * 16, code)]
    assert case.full == full
    batch = Batch()
    case.unwritten.collect(batch)
    assert [put.id for put in batch.puts] == [bytes([2]) * 16]


async def test_acknowledgements_wait_for_a_commit_that_works(case: Case) -> None:
    bo = case.office.boxes.of("bo/1")
    bo.gave(frames.Deliver(1, bytes(16), "ada/1", b""), 7)
    case.unwritten.acknowledged(bo, [bytes(16)])
    case.unwritten.collect(Batch())(StoreTrouble("?"))
    assert case.unwritten.acked == {(bo.key, bytes(16), 7)}
    batch = Batch()
    settle = case.unwritten.collect(batch)
    assert batch.acks == [(bo.key, bytes(16), 7)]
    settle({})
    assert case.unwritten.acked == set()


async def test_acknowledgements_are_written_again_though_nothing_else_is(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unwritten, "RETRY_SECONDS", 0.01)
    bo = case.office.boxes.of("bo/1")
    bo.gave(frames.Deliver(1, bytes(16), "ada/1", b""), 7)
    case.unwritten.acknowledged(bo, [bytes(16)])
    case.wanted = 0
    case.unwritten.collect(Batch())(StoreFull("?"))
    await until(lambda: case.wanted, "the writer is asked again")


async def test_what_was_acknowledged_and_is_for_history_is_refused_when_it_was_not_written(
    case: Case,
) -> None:
    bo = case.office.boxes.of("bo/1")
    for number, roam in ((1, 0), (2, 60)):
        (copy,) = case.place("ada", number, "bo", roam=roam)
        bo.gave(copy.delivery(), copy.mail.origin.key)
        case.unwritten.acknowledged(bo, [bytes([number]) * 16])
    case.unwritten.collect(Batch())(StoreTrouble("?"))
    assert [message_id for _, message_id, _ in case.refused] == [bytes([2]) * 16]
