"""What came and waits: one line a reason, and nothing at all where nothing waits."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from support.windows import played, speak
from watchword.model.company import Closed, CompanyPolicy, Organisation, Reason, Withheld
from watchword.settings import Language
from watchword.ui.company import words
from watchword.ui.company.organisation_waiting import WaitingList

POLICY = CompanyPolicy(False, 0, 0, True, False, ())
NONE = Organisation("ACME", "1" * 20, 1, 1, 1, "ws://relay", "", (), (), POLICY)
OLD = Closed(Reason.RING_TOO_OLD, "hr-2026", 7, (1, 2, 3))
GONE = Closed(Reason.TOKEN_MISSING, "vault", 1)


def test_each_reason_has_a_line(qapp: QApplication) -> None:
    async def play() -> None:
        waiting = WaitingList()
        waiting.show_waiting(NONE)
        assert waiting.isHidden()
        waiting.show_waiting(replace(NONE, waiting=(Withheld(OLD, 1_200), Withheld(GONE, 1))))
        assert not waiting.isHidden()
        assert waiting.lines.sentences() == [
            f"1,200 messages: {words.closed(OLD, 'ACME')}",
            f"1 message: {words.closed(GONE, 'ACME')}",
        ]
        waiting.show()
        speak(Language.CHINESE)
        assert waiting.heading.text() == "已到达，等待打开"
        assert waiting.lines.sentences()[1].startswith("1 条消息：")
        waiting.show_waiting(NONE)
        assert waiting.isHidden()
        assert waiting.lines.sentences() == []

    played(qapp, play())
