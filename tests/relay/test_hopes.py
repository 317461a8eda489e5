"""Which mail is written in the end, and in which order."""

from support.waiting import until
from watchword_relay.hopes import Hopes
from watchword_relay.letters import Letter
from watchword_relay.mailbox import Copy, Mail, Mailbox
from watchword_relay.store.contract import Level


def box(name: str, key: int) -> Mailbox:
    return Mailbox(key, f"{name}/1", 1, Level(0, 0))


def copy_for(target: Mailbox, origin: Mailbox) -> Copy:
    letter = Letter(target.next_seq.to_bytes(16), [target.name], b"sealed", None, 0, too_large=False)
    copy = Copy(Mail(letter, origin, [target]), target, early=True)
    copy.enter()
    return copy


async def test_what_is_not_acknowledged_is_written_in_its_order() -> None:
    written: list[Copy] = []
    ada, bo = box("ada", 1), box("bo", 2)
    hopes = Hopes(written.extend)
    copies = [copy_for(bo, ada) for _ in range(4)]
    for copy in copies:
        hopes.add(copy)
    hopes.end(copies[1])
    assert bo.hoped == 3
    await until(lambda: written, "they are written")
    assert written == [copies[0], copies[2], copies[3]]
    assert bo.hoped == 0


async def test_before_one_that_is_written_go_all_of_its_mailbox() -> None:
    written: list[Copy] = []
    ada, bo, cy = box("ada", 1), box("bo", 2), box("cy", 3)
    hopes = Hopes(written.extend)
    for_bo = [copy_for(bo, ada) for _ in range(3)]
    for_cy = copy_for(cy, ada)
    for copy in (*for_bo[:2], for_cy):
        hopes.add(copy)
    assert hopes.before(for_bo[2]) == for_bo[:2]
    assert hopes.before(for_bo[2]) == []
    hopes.end_all()
    assert written == [for_cy]
    assert (bo.hoped, cy.hoped) == (0, 0)


async def test_all_that_is_hoped_for_stands_in_its_order() -> None:
    ada, bo = box("ada", 1), box("bo", 2)
    hopes = Hopes(lambda _copies: None)
    copies = [copy_for(bo, ada) for _ in range(3)]
    for copy in copies:
        hopes.add(copy)
    hopes.end(copies[1])
    assert hopes.all() == [copies[0], copies[2]]
    hopes.end_all()
    assert hopes.all() == []
