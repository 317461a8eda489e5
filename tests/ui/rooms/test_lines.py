"""What changed in a room, as a line: who did what to whom; every deed has one, in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from watchword.model.room import RoomDeed, RoomLine
from watchword.settings import Language
from watchword.ui.i18n import Languages
from watchword.ui.rooms import lines

NAMES = {"bo": "Bo", "cy": "Cy", "dee": "Dee"}
INVITED, TOOK_OUT = RoomDeed.INVITED, RoomDeed.TOOK_OUT


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    made = Languages(qapp, Language.ENGLISH)
    yield made
    made.choose(Language.ENGLISH)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (RoomLine(INVITED, "", ("bo",)), "You invited Bo."),
        (RoomLine(INVITED, "bo", ("", "cy")), "Bo invited you and Cy."),
        (RoomLine(INVITED, "bo", ("cy", "dee", ""), more=1), "Bo invited Cy, Dee, you and one other."),
        (RoomLine(INVITED, "eve", ("cy",), more=1200), "eve invited Cy and 1,200 others."),
        (RoomLine(RoomDeed.FOUNDED, "", name="Harvest"), "You created the room “Harvest”."),
        (RoomLine(RoomDeed.NAMED, "bo", name="Autumn"), "Bo named the room “Autumn”."),
        (
            RoomLine(RoomDeed.KEEPS, "bo", seconds=7 * 86_400),
            "Bo asks the relay to keep messages for 7 days.",
        ),
        (RoomLine(RoomDeed.KEEPS, ""), "You leave it to the relay how long it keeps messages."),
        (RoomLine(TOOK_OUT, "bo", ("",)), "Bo took you out of the room."),
        (RoomLine(RoomDeed.MADE_OWNER, "bo", ("",)), "Bo made you an owner."),
        (RoomLine(RoomDeed.MADE_OWNER, "", ("bo", "cy")), "You made Bo and Cy owners."),
        (RoomLine(RoomDeed.MADE_MEMBER, "bo", ("cy",)), "Bo made Cy a member."),
        (RoomLine(RoomDeed.MADE_MEMBER, "bo", ("bo",)), "Bo gave up being an owner."),
        (RoomLine(RoomDeed.MADE_MEMBER, "", ("",)), "You gave up being an owner."),
        (RoomLine(RoomDeed.JOINED, ""), "You joined."),
        (RoomLine(RoomDeed.DECLINED, "cy"), "Cy declined the invitation."),
        (RoomLine(RoomDeed.LEFT, "cy"), "Cy left."),
        (RoomLine(RoomDeed.HANDED_OVER, "cy", ("",)), "Cy handed the room over to you and left."),
        (RoomLine(RoomDeed.HANDED_OVER, ""), "You gave up being an owner and left."),
        (
            RoomLine(RoomDeed.SHARED, "bo", ("",)),
            "Bo shared with you what was written here since the room was created.",
        ),
        (
            RoomLine(INVITED, "bo", ("cy",), void=True),
            "This does not hold, because another owner's change stands before it: Bo invited Cy.",
        ),
    ],
)
def test_who_did_what_to_whom(languages: Languages, line: RoomLine, said: str) -> None:
    assert lines.line(line, NAMES) == said


@pytest.mark.parametrize("deed", RoomDeed)
def test_every_deed_is_told_in_chinese_too(languages: Languages, deed: RoomDeed) -> None:
    for by in ("", "bo"):
        # Who shares is told with whom; of the others only who it was shared with is told.
        whom, more = (("",), 0) if deed is RoomDeed.SHARED and by else (("cy", ""), 2)
        line = RoomLine(deed, by, whom, more=more, name="Harvest", seconds=3600)
        english = lines.line(line, NAMES)
        languages.choose(Language.CHINESE)
        chinese = lines.line(line, NAMES)
        languages.choose(Language.ENGLISH)
        assert english.isascii() or "“" in english
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert "{" not in english + chinese
        assert ("you" in english.lower()) == ("你" in chinese)


def test_a_name_without_end_leaves_room_for_the_sentence(languages: Languages) -> None:
    said = lines.line(RoomLine(INVITED, "bo", ("cy",)), {"bo": "W" * 300, "cy": "Cy"})
    assert len(said) < 80
    assert said.endswith("… invited Cy.")
