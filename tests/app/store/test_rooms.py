"""Rooms in the store: what was signed, what came, what waits."""

from watchword.model.chat import SessionState
from watchword.model.company import Missed, Sealing
from watchword.model.room import Part, RoomKind, RoomSummary, Unreached
from watchword.protocol.rooms.past import UNKNOWN, Evidence
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.statement import Founds, room_id
from watchword.store import chats, contacts, messages, rooms
from watchword.store.rooms import Origin, Shown
from watchword.store.transaction import Tx

FOUNDING = Founds(b"", "ada", bytes(32), bytes(16))
ROOM = room_id(FOUNDING)
SHOWN = Shown("Harvest", RoomSummary(RoomKind.PHRASE, Part.IN, True, 1))
STANDING = b"s" * 32
BO = Entry("bo", b"k" * 32, 1)


def begin(tx: Tx) -> int:
    return rooms.begin(tx, FOUNDING, SHOWN, STANDING, 5)


def test_a_room_is_a_chat_and_no_company_s_conversation(tx: Tx) -> None:
    chat = begin(tx)
    found = chats.get(tx, chat)
    assert found is not None
    assert (found.contact.account, found.contact.name, found.room) == ("", "Harvest", SHOWN.summary)
    assert found.session is SessionState.OPEN
    assert chats.company_chats(tx) == set()
    assert chats.find_company(tx, ROOM) == chat


def test_who_is_not_in_cannot_write(tx: Tx) -> None:
    chat = begin(tx)
    rooms.show(tx, chat, Shown("Autumn", RoomSummary(RoomKind.PHRASE, Part.OUT, False, 1)), b"t" * 32)
    found = chats.get(tx, chat)
    assert found is not None
    assert (found.session, found.contact.name) == (SessionState.NONE, "Autumn")


def test_changes_and_the_last_answer_of_each_entry_are_kept(tx: Tx) -> None:
    chat = begin(tx)
    rooms.keep(tx, chat, b"change", b"1" * 32, None, late=True)
    rooms.keep(tx, chat, b"void", b"2" * 32, None, late=False)
    rooms.keep(tx, chat, b"joins", b"3" * 32, BO, late=False)
    rooms.keep(tx, chat, b"leaves", b"4" * 32, BO, late=False)
    rooms.forget(tx, chat, b"2" * 32)
    [kept] = rooms.every(tx)
    assert sorted(kept.statements) == [b"change", b"leaves"]
    assert (kept.chat, kept.founding, kept.late) == (chat, FOUNDING, frozenset({b"1" * 32}))
    assert (kept.shown, kept.standing) == (SHOWN, STANDING)


def test_heads_that_are_not_known_are_kept_until_others_are(tx: Tx) -> None:
    chat = begin(tx)
    rooms.lack(tx, chat, {"bo": b"1" * 32, "cy": b"2" * 32})
    assert rooms.every(tx)[0].unknown == {"bo": b"1" * 32, "cy": b"2" * 32}
    rooms.lack(tx, chat, {"cy": b"3" * 32})
    assert rooms.every(tx)[0].unknown == {"cy": b"3" * 32}
    rooms.lack(tx, chat, {})
    assert rooms.every(tx)[0].unknown == {}


def test_a_standing_holds_until_it_is_another(tx: Tx) -> None:
    chat = begin(tx)
    assert rooms.stands(tx, ROOM, STANDING)
    rooms.show(tx, chat, SHOWN, b"t" * 32)
    assert not rooms.stands(tx, ROOM, STANDING)
    assert rooms.stands(tx, ROOM, b"t" * 32)


def test_what_came_stays_in_its_order_until_it_is_taken(tx: Tx) -> None:
    origin = Origin(Sealing("bo/1", "wrap", (), False, 9), ("ada",), revoked=True, past=False)
    assert rooms.arrive(tx, ROOM, "bo", b"one", 7, origin=origin)
    assert rooms.arrive(tx, bytes(16), "bo", b"two", 8, key=b"k" * 32)
    first, second = rooms.arrivals(tx, 0, 9)
    assert (first.room, first.content, first.origin, first.key) == (ROOM, b"one", origin, None)
    assert (second.content, second.origin, second.key, second.at) == (b"two", None, b"k" * 32, 8)
    assert rooms.arrivals(tx, first.seq, 9) == [second]
    assert rooms.arrivals_of(tx, ROOM) == [first]
    assert rooms.arrival(tx, first.seq) == first
    rooms.taken(tx, first.seq)
    assert rooms.arrivals(tx, 0, 9) == [second]


def test_of_one_person_only_so_much_waits(tx: Tx) -> None:
    for number in range(rooms.SENDER_ROWS):
        assert rooms.arrive(tx, ROOM, "bo", b"x", number)
    assert not rooms.arrive(tx, ROOM, "bo", b"x", 0)
    assert rooms.arrive(tx, ROOM, "cy", b"x", 0)


def test_what_the_history_held_takes_no_place_of_news_and_is_forgotten(tx: Tx) -> None:
    origin = Origin(Sealing("bo/1", "wrap", (), False, 9), ("ada",), revoked=False, past=True)
    for number in range(rooms.SENDER_ROWS):
        assert rooms.arrive(tx, ROOM, "bo", b"x", number, origin=origin)
    assert not rooms.arrive(tx, ROOM, "bo", b"x", 0, origin=origin)
    assert rooms.arrive(tx, ROOM, "bo", b"news", rooms.SENDER_ROWS)
    assert rooms.news(tx, ROOM, "bo") == 1
    assert rooms.news(tx, ROOM, "cy") == rooms.news(tx, bytes(16), "bo") == 0
    rooms.forget_arrivals(tx, rooms.SENDER_ROWS - 1)
    assert [row.content for row in rooms.arrivals(tx, 0, 9)] == [b"x", b"news"]


def test_own_texts_wait_in_order_and_tell_whom_they_missed(tx: Tx) -> None:
    chat = begin(tx)
    contacts.enlist(tx, "cy", "Cyrus")
    numbers = []
    for number in range(2):
        message = messages.add_text(tx, chat, "hi", mine=True, at=number, key=number.to_bytes(16))
        assert message is not None
        rooms.wait(tx, chat, message.id)
        numbers.append(message.id)
    assert rooms.waiting(tx, chat) == numbers
    rooms.went(tx, numbers[0])
    assert rooms.waiting(tx, chat) == numbers[1:]
    rooms.miss(tx, numbers[0], {"cy": Unreached.NO_SESSION, "dee": Unreached.BLOCKED})
    assert rooms.missed(tx, numbers[0]) == (
        Missed("cy", "Cyrus", Unreached.NO_SESSION),
        Missed("dee", "dee", Unreached.BLOCKED),
    )
    rooms.miss(tx, numbers[0], {})
    assert rooms.missed(tx, numbers[0]) == ()


def test_the_first_place_that_tells_of_a_statement_counts(tx: Tx) -> None:
    said, other = b"d" * 32, b"e" * 32

    def tell(place: int, data: bytes) -> list[Evidence]:
        rooms.tell(tx, ROOM, Evidence(said, shared=False, place=place), data)
        return rooms.told(tx, ROOM)

    assert tell(UNKNOWN, b"live") == [Evidence(said, shared=False, place=UNKNOWN)]
    rooms.stands_at(tx, b"another", 3)
    assert rooms.told(tx, ROOM) == [Evidence(said, shared=False, place=UNKNOWN)]
    rooms.stands_at(tx, b"live", 30)
    assert tell(UNKNOWN, b"again") == [Evidence(said, shared=False, place=30)]
    assert tell(40, b"later") == [Evidence(said, shared=False, place=30)]
    assert tell(20, b"earlier") == [Evidence(said, shared=False, place=20)]
    rooms.stands_at(tx, b"earlier", 50)
    rooms.tell(tx, bytes(16), Evidence(other, shared=True, place=1), b"of another room")
    rooms.tell(tx, ROOM, Evidence(said, shared=True, place=60), b"shared")
    assert rooms.told(tx, ROOM) == [
        Evidence(said, shared=False, place=20),
        Evidence(said, shared=True, place=60),
    ]
