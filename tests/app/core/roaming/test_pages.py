"""Pages of history: which answers are taken, and what becomes of their entries."""

from pathlib import Path

import pytest

from support import company
from support.logged import LoggedWarnings
from support.staff import employed
from watchword.core.roaming import pages
from watchword.protocol import content
from watchword.protocol.company import message_data
from watchword.store import histories, received
from watchword.store.histories import EVERYTHING, Fetched
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.frames import Entry, History

ASKED = Fetched(EVERYTHING, 5, 0, 0, 0)


def entry(place: int) -> Entry:
    return Entry(place, "ada/1", b"")


@pytest.mark.parametrize(
    "answer",
    [
        History(5, 9, 7, [entry(6), entry(9)]),
        History(5, 2, 0, [entry(6), entry(9)]),
        History(5, 2, 0, []),
    ],
)
def test_an_answer_that_leads_on_is_taken(answer: History) -> None:
    pages.check(ASKED, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (History(4, 9, 7, [entry(6), entry(9)]), "not asked for"),
        (History(5, 9, 7, [entry(5), entry(9)]), "not asked for"),
        (History(5, 9, 7, [entry(9), entry(6)]), "not asked for"),
        (History(5, 9, 7, [entry(6), entry(6)]), "not asked for"),
        (History(5, 999, 0, [entry(6 + number) for number in range(257)]), "not asked for"),
        (History(5, 9, 4, []), "leads nowhere"),
        (History(5, 9, -1, [entry(6)]), "leads nowhere"),
        (History(5, 1, 2, [entry(6)]), "leads nowhere"),
        (History(5, 2**31, 7, [entry(6)]), "nobody can have"),
        (History(5, 2**63 - 1, 2**63 - 1, [entry(6)]), "nobody can have"),
    ],
)
def test_any_other_is_not(answer: History, words: str) -> None:
    with pytest.raises(PeerError, match=words):
        pages.check(ASKED, answer)


def text(said: str, number: int) -> Entry:
    """An entry with a text of Ada's."""
    author = company.author("ada")
    key = bytes([number]) * 16
    targets = [one for one in company.MEMBERS if one != "ada"]
    head = message_data.draft(author, company.ORGANISATION, wire.MODE_WRAP, key, targets)
    whole = content.encode(content.Text(key, number, said))
    data = message_data.seal(author, head, company.ring_tags(head), company.KEY, whole)
    return Entry(number, author.full_id, data)


async def test_what_is_new_waits_and_the_rest_is_passed_over(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async with employed(tmp_path, "bo") as (place, member):
        new, known = text("new", 6), text("known", 7)
        author = member.author
        head = message_data.draft(author, company.ORGANISATION, wire.MODE_WRAP, b"o" * 16, ["ada"])
        data = message_data.seal(author, head, company.ring_tags(head), company.KEY, b"\x91\x04")
        own = Entry(8, author.full_id, data)
        altered = Entry(9, new.sender, new.data[:-1] + bytes([new.data[-1] ^ 1]))
        page = History(5, 20, 11, [new, known, own, altered])

        def before(tx: Tx) -> None:
            received.take(tx, wire.digest(known.data))
            histories.begin(tx, EVERYTHING, 1)

        await place.db.write(before)
        judged = await pages.judge(member, page.entries)
        [fetched] = await place.db.read(histories.unfinished)
        assert await place.db.write(lambda tx: pages.keep(tx, fetched, page, judged, 1))
        waiting = await place.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))
        assert [(row.data, row.past) for row in waiting] == [(new.data, True)]
        [fetched] = await place.db.read(histories.unfinished)
        assert (fetched.place, fetched.total, fetched.rest) == (9, 20, 11)
        await place.db.write(lambda tx: pages.keep(tx, fetched, page, judged, 1))
        assert len(await place.db.read(lambda tx: received.waiting(tx, 0, 9, tried=True))) == 1
    logged_warnings.take("message data refused")


async def test_what_there_is_no_room_for_stays_with_the_relay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(received, "SENDER_ROWS", 2)
    async with employed(tmp_path, "bo") as (place, member):
        page = History(0, 4, 0, [text(str(number), number) for number in range(1, 5)])
        await place.db.write(lambda tx: histories.begin(tx, EVERYTHING, 1))
        [fetched] = await place.db.read(histories.unfinished)
        judged = await pages.judge(member, page.entries)
        assert not await place.db.write(lambda tx: pages.keep(tx, fetched, page, judged, 1))
        [fetched] = await place.db.read(histories.unfinished)
        assert (fetched.place, fetched.total, fetched.rest) == (2, 4, 2)
