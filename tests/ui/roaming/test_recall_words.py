"""Taking back, in words; and where it is offered."""

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from watchword.model.chat import Chat, Contact, Delivery, Message, MessageKind, Protection, SessionState
from watchword.model.errors import Situation
from watchword.model.roaming import TakenBack
from watchword.model.room import Part, RoomKind, RoomSummary
from watchword.ui import words
from watchword.ui.roaming import recall_words

OWN = Message(1, 1, MessageKind.TEXT, True, "hi", 5, Delivery.RELAYED)


@pytest.mark.parametrize(
    ("message", "offered"),
    [
        (OWN, True),
        (replace(OWN, delivery=Delivery.WAITING), True),
        (replace(OWN, mine=False), False),
        (replace(OWN, device=2), False),
        *((replace(OWN, delivery=one), False) for one in [*Delivery][2:]),
    ],
)
def test_it_is_offered_only_where_it_can_work(message: Message, offered: bool) -> None:
    assert recall_words.can_be(message) is offered


@pytest.mark.parametrize(
    ("protection", "room", "possible"),
    [
        (Protection.COMPANY, None, True),
        (Protection.COMPANY, RoomSummary(RoomKind.COMPANY, Part.IN, False, 2), True),
        (Protection.SESSION, None, True),
        (Protection.SESSION, RoomSummary(RoomKind.PHRASE, Part.IN, False, 2), False),
        (Protection.BOTH, None, False),
    ],
)
def test_where_several_envelopes_carry_a_message_it_is_not(
    protection: Protection, room: RoomSummary | None, possible: bool
) -> None:
    chat = Chat(1, Contact("bo", "Bo"), SessionState.OPEN, None, 0, protection=protection, room=room)
    assert recall_words.possible_in(chat) is possible


@pytest.mark.parametrize(
    ("taken_back", "said"),
    [
        (TakenBack(0, 0), "You took it back before it had left this computer."),
        (TakenBack(1, 0), "You took it back: the relay had it for one computer."),
        (
            TakenBack(5, 2),
            "You took it back: the relay had it for 5 computers. 2 more were being given it just then.",
        ),
    ],
)
def test_what_the_relay_counted(qapp: QApplication, taken_back: TakenBack, said: str) -> None:
    assert recall_words.counted(taken_back) == said


def test_every_refusal_has_a_sentence_of_its_own(qapp: QApplication) -> None:
    said = {words.sentence(Situation(kind)) for kind in recall_words.KINDS}
    assert len(said) == 3
