"""Every refusal about rooms has a sentence, and nothing else has one here."""

from PySide6.QtWidgets import QApplication

from watchword.model.errors import Kind, Situation
from watchword.ui import words
from watchword.ui.rooms import refusals


def test_each_refusal_of_rooms_and_no_other(qapp: QApplication) -> None:
    told = {kind for kind in Kind if refusals.sentence(kind)}
    assert told == {kind for kind in Kind if kind.value.startswith("room-")}


def test_facts_stand_in_the_sentence(qapp: QApplication) -> None:
    said = words.sentence(Situation(Kind.ROOM_MANY, {"limit": 1000}))
    assert "at most 1,000 people" in said
    assert words.sentence(Situation(Kind.ROOM_TWICE, {"account": "bo"})).startswith("bo is in the list")
