"""Messages for very many, for the sender's own other terminals, and for history, in the mail room."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Line, Office, send
from support.posts import post
from watchword_relay.limits import MESSAGE_COST, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.rounds import AT_ONCE
from watchword_relay.store.contract import StoreTrouble
from watchword_wire import frames, limits
from watchword_wire.message_data import decode

MANY = [f"m{number:03}" for number in range(3 * AT_ONCE)]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office of ada, who has two terminals, bo and many others."""
    office = Office(tmp_path, Limits())
    for name in ("ada", "bo", *MANY):
        office.account(name)
    office.second_terminal("ada")
    yield office
    office.room.hurry()
    office.store.close()


def id_of(frame: frames.Post) -> bytes:
    return decode(frame.data).head.id


def acknowledge(office: Office, box: Mailbox, message_id: bytes) -> None:
    office.room.ack(box, frames.Ack([message_id]))


def history(office: Office, box: Mailbox) -> list[bytes]:
    office.store.expire_history(office.time, 256)
    page = office.store.page(box.key, 0, 256, 1_000_000, None)
    return [entry.data for entry in page.entries]


# --- very many ------------------------------------------------------------------------------


async def test_no_turn_of_the_loop_delivers_to_all(office: Office) -> None:
    ada, _ = office.enter("ada")
    lines = [office.enter(name)[1] for name in MANY]
    office.came(ada, post("ada/1", *MANY))
    had = [sum(len(line.got) for line in lines)]
    while had[-1] < len(MANY):
        await asyncio.sleep(0)
        had.append(sum(len(line.got) for line in lines))
    assert had == [0, AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE]


async def test_only_what_goes_to_very_many_ends_the_turn_of_its_sender(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, post("ada/1", *MANY[:10]))
    assert line.turns_ended == 0
    office.came(ada, post("ada/1", *MANY))
    assert line.turns_ended == 1


async def test_nothing_overtakes_what_goes_to_very_many(office: Office) -> None:
    ada, _ = office.enter("ada")
    people: list[tuple[Mailbox, Line]] = [office.enter(name) for name in MANY]
    sent: list[bytes] = []
    for number in range(4):
        office.came(ada, large := post("ada/1", *MANY))
        office.came(ada, small := send(MANY[-1], MANY[0]))
        sent += [id_of(large), small.id]
        if number == 1:
            office.commit()
            await asyncio.sleep(0)
    office.commit()
    for _ in range(20):
        await asyncio.sleep(0)
    for place in (0, -1):
        assert people[place][1].got == sent
    assert all(line.got == sent[::2] for _, line in people[1:-1])
    assert all(box.live for box, _ in people)


async def test_all_of_it_is_written_in_one_transaction(office: Office) -> None:
    """Between friends, too: nobody waits for very many acks."""
    ada, line = office.enter("ada")
    for name in MANY:
        office.enter(name)
    office.friends("ada", *MANY)
    office.came(ada, sent := post("ada/1", *MANY))
    batch = office.commit()
    # And one for ada's other terminal.
    assert len(batch.puts) == len(MANY) + 1
    for _ in range(5):
        await asyncio.sleep(0)
    assert line.oks == [id_of(sent)]


async def test_the_longest_for_the_most_may_be_sent_at_once() -> None:
    burst, _ = Limits().sends
    assert burst >= limits.DATA_TARGETS * (limits.DATA_BYTES + MESSAGE_COST)


async def test_one_that_leaves_in_between_finds_it_later(office: Office) -> None:
    ada, _ = office.enter("ada")
    people = [office.enter(name) for name in MANY]
    office.came(ada, sent := post("ada/1", *MANY))
    office.leave(*people[-1])
    for _ in range(5):
        await asyncio.sleep(0)
    assert people[-1][1].got == []
    _, again = office.enter(MANY[-1])
    assert again.got == [id_of(sent)]


# --- the sender's own -----------------------------------------------------------------------


async def test_message_data_go_to_the_senders_other_terminals_and_envelopes_do_not(office: Office) -> None:
    ada, line = office.enter("ada")
    second, other = office.enter("ada", device=2)
    office.came(ada, sent := post("ada/1", "bo"))
    office.came(ada, send("bo"))
    assert (other.got, line.got) == ([id_of(sent)], [])
    office.commit()
    assert office.waiting("ada", 2) == [id_of(sent)]
    acknowledge(office, second, id_of(sent))
    office.commit()
    assert office.waiting("ada", 2) == []


# --- history --------------------------------------------------------------------------------


async def test_history_is_written_with_the_message_and_acks_do_not_spare_it(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    second, _ = office.enter("ada", device=2)
    office.friends("ada", "bo")
    office.came(ada, sent := post("ada/1", "bo", roam_s=60))
    for box in (bo, second):
        acknowledge(office, box, id_of(sent))
    assert line.oks == []
    office.commit()
    assert line.oks == [id_of(sent)]
    office.commit()
    assert office.waiting("bo") == office.waiting("ada", 2) == []
    assert history(office, bo) == history(office, ada) == [sent.data]
    office.time += 60
    assert history(office, bo) == []


async def test_without_a_word_of_history_none_is_kept(office: Office) -> None:
    ada, _ = office.enter("ada")
    office.came(ada, post("ada/1", "bo"))
    assert office.commit().pasts == []


async def test_what_was_acknowledged_and_not_written_to_history_comes_again(office: Office) -> None:
    ada, line = office.enter("ada")
    bo, _ = office.enter("bo")
    office.came(ada, sent := post("ada/1", "bo", roam_s=60))
    acknowledge(office, bo, id_of(sent))
    office.fail(StoreTrouble("?"))
    assert (line.oks, [refusal.about for refusal in line.refusals]) == ([], [id_of(sent)])
    office.hears(ada, line)
    office.came(ada, sent)
    office.commit()
    assert line.oks == [id_of(sent)]
    assert history(office, bo) == [sent.data]


async def test_a_repeat_after_its_acknowledgement_has_one_entry(office: Office) -> None:
    ada, _ = office.enter("ada")
    bo, _ = office.enter("bo")
    for _ in range(2):
        office.came(ada, sent := post("ada/1", "bo", message_id=b"same" * 4, roam_s=60))
        office.commit()
        acknowledge(office, bo, id_of(sent))
        office.commit()
    assert history(office, bo) == [sent.data]


async def test_who_does_not_exist_has_no_history(office: Office) -> None:
    ada, line = office.enter("ada")
    office.came(ada, sent := post("ada/1", "nobody", roam_s=60))
    office.commit()
    assert line.oks == [id_of(sent)]
    assert history(office, ada) == [sent.data]
    assert office.store._reader.execute("SELECT count(*) FROM history").get == 1
