"""What is said of a room and of each who is in it: one sentence per state, in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from support.room_data import ADA, BO, CY, DEE, EVE, summary
from watchword.model.room import Part, RoomKind, Unreached
from watchword.settings import Language
from watchword.ui.i18n import Languages
from watchword.ui.rooms import words


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


def test_everything_has_a_sentence(language: Language) -> None:
    said = [words.unreached(why) for why in Unreached]
    said += [words.closed(summary(part=part, people=1)) for part in Part]
    said += [words.part(part) for part in Part if part is not Part.IN]
    for kind in RoomKind:
        said += [words.kind(kind, ""), words.meaning(kind, "", 1000)]
    for one in said:
        han = any("\u4e00" <= letter <= "\u9fff" for letter in one)
        assert one
        assert han == (language is Language.CHINESE), one
        assert "{" not in one


def test_a_member_is_told_by_what_is_out_of_the_ordinary(qapp: QApplication) -> None:
    assert words.remark(ADA) == "You · Owner · ada"
    assert words.remark(BO) == "bo"
    assert words.remark(CY) == "cy · invited, has not answered"
    assert words.remark(DEE) == "dee · not reached: no session with you"
    assert words.remark(EVE) == "eve · left"


def test_who_differs_is_named_and_the_rest_counted(qapp: QApplication) -> None:
    said = words.differs(summary(differing=("Bo",)))
    assert said.startswith("Your list of who is in this room differs from Bo's.")
    assert said.endswith("Nothing is sent until an owner sends the list again.")
    many = words.differs(summary(differing=tuple(f"P{number}" for number in range(9))))
    assert "P0, P1, P2 and 6 others's" in many


def test_numbers_are_written_as_the_language_writes_them(qapp: QApplication) -> None:
    assert words.count(1) == "1 person"
    assert words.count(1000) == "1,000 people"
