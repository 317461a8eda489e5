"""Under the messages of a room that this user is not in: the invitation, or why it is closed."""

from PySide6.QtWidgets import QApplication

from support.room_data import room_chat, summary
from support.windows import played, speak
from watchword.model.room import Part, RoomKind
from watchword.settings import Language
from watchword.ui.rooms.foot import RoomFoot


def test_an_invitation_says_who_into_what_and_is_answered_once(qapp: QApplication) -> None:
    foot = RoomFoot()
    answers: list[str] = []
    foot.joined.connect(lambda: answers.append("join"))
    foot.declined.connect(lambda: answers.append("decline"))
    foot.show_chat(room_chat(summary(part=Part.INVITED, invited_by="Bo", people=12)), "ACME")
    foot.show()
    assert foot.heading.text() == "Bo invites you to “Harvest”"
    assert foot.told.text().startswith("Room at ACME, with 12 people in it so far.")
    assert foot.told.text().endswith("you read what is written from then on.")
    foot.join.click()
    foot.join.click()
    foot.decline.click()
    assert answers == ["join"]
    foot.fail()
    foot.decline.click()
    assert answers == ["join", "decline"], "after a failure it can be answered again"
    foot.close()


def test_an_invitation_says_what_of_the_past_is_read(qapp: QApplication) -> None:
    foot = RoomFoot()
    before = "from then on, and what the relay still keeps of what was written before."
    foot.show_chat(room_chat(summary(part=Part.INVITED, invited_by="Bo")), "ACME", past=True)
    assert foot.told.text().endswith(before)
    foot.show_chat(room_chat(summary(RoomKind.PHRASE, Part.INVITED, invited_by="Bo")), "ACME", past=True)
    assert foot.told.text().endswith("you read what is written from then on."), "nothing is kept for them"


def test_who_is_not_in_reads_why(qapp: QApplication) -> None:
    foot = RoomFoot()
    for part, said in (
        (Part.LEFT, "You left this room"),
        (Part.OUT, "You were taken out"),
        (Part.DECLINED, "You declined"),
    ):
        foot.show_chat(room_chat(summary(RoomKind.PHRASE, part)), "")
        foot.show()
        assert foot.why.text().startswith(said)
        assert not foot.card.isVisible()
    foot.show_chat(room_chat(summary(people=1)), "")
    assert foot.why.text().startswith("Nobody else is in this room now.")
    foot.show_chat(room_chat(summary(people=3, unreached=2)), "")
    assert foot.why.text().startswith("Nobody in this room gets anything from you yet")
    foot.close()


def test_who_is_alone_can_invite_and_what_was_typed_is_not_lost(qapp: QApplication) -> None:
    foot = RoomFoot()
    foot.show()
    wished: list[None] = []
    foot.invite.connect(lambda: wished.append(None))
    foot.show_chat(room_chat(summary(people=1)), "ACME", typed=True)
    assert foot.why.text().endswith("as soon as somebody joins. What you have typed is kept.")
    foot.more.click()
    assert wished == [None]
    foot.show_chat(room_chat(summary(people=1, owner=False)), "ACME")
    assert foot.why.text().endswith("as soon as somebody joins.")
    assert not foot.more.isVisible(), "only owners invite"
    foot.show_chat(room_chat(summary(part=Part.LEFT, people=1)), "ACME", typed=True)
    assert "typed" not in foot.why.text()
    assert not foot.more.isVisible()
    foot.close()


def test_it_follows_the_language(qapp: QApplication) -> None:
    async def play() -> None:
        foot = RoomFoot()
        foot.show_chat(room_chat(summary(part=Part.INVITED, invited_by="Bo")), "ACME")
        speak(Language.CHINESE)
        assert foot.join.text() == "加入"
        assert foot.heading.text() == "Bo 邀请你加入“Harvest”"
        foot.close()

    played(qapp, play())
