"""Sentences below each other: as many as there are, none left over from before."""

from PySide6.QtWidgets import QApplication, QLabel

from support.windows import played
from watchword.ui.company.paragraphs import Paragraphs


def test_labels_are_used_again(qapp: QApplication) -> None:
    async def play() -> None:
        said = Paragraphs()
        said.say(["one", "two"])
        held = said.findChildren(QLabel)
        said.say(["three"])
        assert said.sentences() == ["three"]
        assert said.accessibleName() == "three"
        assert [label.isHidden() for label in held] == [False, True]
        said.say(["four", "five", "six"])
        assert said.findChildren(QLabel)[:2] == held
        assert said.sentences() == ["four", "five", "six"]

    played(qapp, play())
