"""A page of history becomes message data that wait to be opened, as if they had come by themselves.

What is here already, came live or was refused for good, is passed over; what there is no room for stays with
the relay, and the page is taken up to there. See `docs/protocol/wire.md`, History.
"""

import asyncio

import msgspec

from watchword.core.company import choice
from watchword.core.company.keeping import put_away
from watchword.core.company.membership import Member
from watchword.model.company import Closed, Reason
from watchword.store import histories, inbox, received, rooms
from watchword.store.histories import Fetched
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.frames import Entry, History
from watchword_wire.limits import PAGE_ENTRIES

MOST_ENTRIES = 2**31 - 1
"""No account's history has more; a progress bar could not count them."""


class Judged(msgspec.Struct, frozen=True):
    """An entry, and what is known of it before it is kept; None if it can be opened, as far as that goes."""

    place: int
    sender: str
    data: bytes
    closed: Closed | None
    own_receipt: bool


def check(asked: Fetched, answer: History) -> None:
    """Hold an answer against its question.

    Raises:
        PeerError: it is the answer to no question of this desktop, or would have it ask for ever.
    """
    places = [entry.place for entry in answer.entries]
    grows = all(one < other for one, other in zip([asked.place, *places], places, strict=False))
    if answer.after != asked.place or not grows or len(places) > PAGE_ENTRIES:
        raise PeerError("a page of history that was not asked for")
    if answer.total > MOST_ENTRIES:
        raise PeerError("a page of a history that nobody can have")
    if answer.rest < 0 or answer.total < answer.rest or (answer.rest and not places):
        raise PeerError("a page of history that leads nowhere")


async def judge(member: Member, entries: list[Entry]) -> list[Judged]:
    """Look at each entry; the windows have their turn in between."""
    found = []
    for entry in entries:
        examined = choice.examine(member, entry.data, entry.sender, None, from_history=True)
        closed = examined if isinstance(examined, Closed) else None
        own_receipt = choice.is_own_receipt(member, entry.data, entry.sender)
        found.append(Judged(entry.place, entry.sender, entry.data, closed, own_receipt))
        await asyncio.sleep(0)
    return found


def keep(tx: Tx, fetched: Fetched, page: History, judged: list[Judged], at: int) -> bool:
    """Keep a page and how far it goes, at time `at` (ms); False if there was no room for all of it."""
    place, rest = fetched.place, page.rest + len(judged)
    for one in judged:
        if not _keep(tx, one, at, past=not fetched.news):
            histories.advance(tx, fetched, place=place, total=page.total, rest=rest)
            return False
        place, rest = one.place, rest - 1
    histories.advance(tx, fetched, place=place, total=page.total, rest=rest)
    return True


def _keep(tx: Tx, one: Judged, at: int, *, past: bool) -> bool:
    digest = wire.digest(one.data)
    if one.own_receipt or received.known(tx, digest) or inbox.seen(tx, digest):
        received.stands_at(tx, digest, one.place)
        rooms.stands_at(tx, digest, one.place)
        return True
    if one.closed is not None and one.closed.reason is Reason.NOT_FOR_ME:
        return True  # what this very desktop wrote
    if one.closed is not None and one.closed.reason in choice.FINAL:
        put_away(tx, digest, one.closed, at)
        return True
    vouched = one.closed is None
    if not received.has_room(tx, one.sender, len(one.data), vouched=vouched):
        return not vouched  # of strangers no more is kept
    place, message = choice.place(one.data)
    kept = digest, one.sender, place, message, one.data
    received.put(tx, *kept, vouched=vouched, at=at, past=past, place=one.place)
    return True
