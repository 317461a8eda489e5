"""The field for a phrase that knows our word lists (P1, P2).

While typing, words of our lists are recognised and shown as they will be sent, split and lower-cased;
Tab completes a begun word where one was generated from a list. Typed phrases of other words stay as they are.
"""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from watchword.core import phrase
from watchword.core.phrase import Reading, Rule, Strength
from watchword.ui import words
from watchword.ui.controls.chips import WordChips
from watchword.ui.controls.field import LineEdit, PhraseField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Meter

_MOST_SHOWN = 24
"""More words than anybody agrees on; a page of plates would help nobody."""


class PhraseLine(LineEdit):
    """One line in which Tab first completes a word, and only then leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ending = ""
        """What completes the begun word; empty when nothing does."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab writes the ending and a space."""
        at_end = self.cursorPosition() == len(self.text())
        if forward and self.ending and at_end and not self.composing:
            self.insert(self.ending + " ")
            return True
        return super().focusNextPrevChild(forward)


class PhraseEntry(PhraseField):
    """A phrase, what was recognised of it, and optionally how good it is."""

    def __init__(self, *, completes: bool, judged: bool, parent: QWidget | None = None) -> None:
        self._completes = completes
        super().__init__(parent)
        self.edit.setObjectName("phraseField")
        self._judged = judged
        self.known: tuple[str, ...] = ()
        """Words that make a phrase no better: the names of both people."""
        self._rule: Rule | None = None
        self.chips = WordChips()
        self.chips.setObjectName("recognisedWords")
        self.read_note = Label(role=Role.META)
        self.meter = Meter()
        self.meter.setObjectName("phraseMeter")
        self.judgement = Label(role=Role.META)
        self.judgement.setObjectName("phraseJudgement")
        for widget in (self.chips, self.read_note, self.meter, self.judgement):
            self.add_below(widget)
        self.changed.connect(lambda _text: self._look())
        self.set_shown(True)
        self._look()

    def _make_edit(self) -> LineEdit:
        return PhraseLine()

    def set_rule(self, rule: Rule | None) -> None:
        """Judge by a company's rule too."""
        self._rule = rule
        self._look()

    def settled(self) -> str:
        """The phrase as it is sent."""
        return phrase.settle(self.text())

    def set_shown(self, shown: bool) -> None:
        """Show or hide the letters, and the recognised words with them."""
        super().set_shown(shown)
        if hasattr(self, "chips"):
            self._look()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._look()

    def _look(self) -> None:
        reading = phrase.read(self.text())
        self._show_reading(reading)
        self._show_judgement()

    def _show_reading(self, reading: Reading | None) -> None:
        words = reading.words[:_MOST_SHOWN] if reading is not None else ()
        ending = reading.ending if reading is not None and self._completes else ""
        if isinstance(self.edit, PhraseLine):
            self.edit.ending = ending
        rest = reading.rest if reading is not None and (words or ending) else ""
        shown = self.shown and (bool(words) or bool(rest)) and not (self._judged and not words)
        self.chips.show_words(words if shown else (), rest if shown else "", ending if shown else "")
        self.chips.setVisible(shown)
        note = ""
        if ending:
            note = self.tr("Tab completes the word.")
        elif words and not self.shown:
            note = self.tr("Words recognised: {count}").format(count=len(words))
        self.read_note.setText(note)
        self.read_note.setVisible(bool(note))

    def _show_judgement(self) -> None:
        level = phrase.strength(self.text(), self.known) if self._judged else Strength.NONE
        said = strength_words(level)
        if self._rule is not None and level is not Strength.NONE:
            company = words.called(self._rule.company)
            if self._rule.allows(self.text()):
                enough = self.tr("{judgement} Enough for {company}.")
                said = enough.format(judgement=said, company=company) if level >= Strength.GOOD else said
            else:
                level = min(level, Strength.FAIR)
                said = self.tr("Not enough for {company} yet. Add words that do not belong together.")
                said = said.format(company=company)
        self.meter.set_level(int(level), said)
        self.judgement.setText(said)
        self.meter.setVisible(self._judged)
        self.judgement.setVisible(self._judged and bool(said))


def strength_words(level: Strength) -> str:
    """The meter in words."""
    translate = QCoreApplication.translate
    return {
        Strength.NONE: "",
        Strength.EASY: translate("Strength", "Easy to guess. Use several words that do not belong together."),
        Strength.FAIR: translate("Strength", "Not bad. One or two more words make it good."),
        Strength.GOOD: translate("Strength", "Good."),
        Strength.STRONG: translate("Strength", "Very good."),
    }[level]
