"""Taking back, in words; and where it is offered."""

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from watchword.model.chat import Delivery, Message, MessageKind, Protection
from watchword.model.errors import Kind, Situation
from watchword.model.roaming import TakenBack
from watchword.ui import words
from watchword.ui.roaming import recall_words

OWN = Message(1, 1, MessageKind.TEXT, True, "hi", 5, Delivery.RELAYED)


@pytest.mark.parametrize(
    ("message", "protection", "offered"),
    [
        (OWN, Protection.COMPANY, True),
        (replace(OWN, delivery=Delivery.WAITING), Protection.COMPANY, True),
        (OWN, Protection.SESSION, False),
        (OWN, Protection.BOTH, False),
        (replace(OWN, mine=False), Protection.COMPANY, False),
        (replace(OWN, device=2), Protection.COMPANY, False),
        *((replace(OWN, delivery=one), Protection.COMPANY, False) for one in [*Delivery][2:]),
    ],
)
def test_it_is_offered_only_where_it_can_work(
    message: Message, protection: Protection, offered: bool
) -> None:
    assert recall_words.can_be(message, protection) is offered


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
    said = {words.sentence(Situation(kind)) for kind in (Kind.RECALL_LATE, Kind.RECALL_NOT_HERE)}
    assert len(said) == 2
