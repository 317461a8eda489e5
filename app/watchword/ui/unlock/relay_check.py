"""*Check* of a relay as a list: each step as it is done, and what to do about the one that failed."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from watchword.model.errors import Situation
from watchword.model.setup import CheckResult, CheckStep
from watchword.ui import i18n, icons, words
from watchword.ui.colours import tokens
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role


class _Tick(QWidget):
    """Waiting, done, left out, or failed."""

    def __init__(self) -> None:
        super().__init__()
        self.result: CheckResult | None = None
        self.setFixedSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            if self.result is None:
                painter.setPen(QPen(table.line_strong, 1.5))
                painter.drawEllipse(box.adjusted(3, 3, -3, -3))
            elif self.result.problem is not None:
                icons.paint(painter, "x", box, table.danger)
            elif self.result.left_out:
                painter.setPen(QPen(table.faint, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawLine(5, 9, 13, 9)
            else:
                icons.paint(painter, "check", box, table.good)


class CheckList(Card):
    """The seven steps, before them the proxy where one is on the way.

    `show_result` as they come; `fail` for what ends it before a step.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(margin=14, parent=parent)
        self.setObjectName("relayCheck")
        self._results: dict[CheckStep, CheckResult] = {}
        self._failure: Situation | None = None
        self._rows: dict[CheckStep, tuple[_Tick, Label, Label]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for place, step in enumerate(CheckStep):
            row = (_Tick(), Label(role=Role.SOFT, wrap=False), Label(role=Role.META, wrap=False))
            row[1].setObjectName(f"checkStep-{step.value}")
            self._rows[step] = row
            for across, widget in enumerate(row):
                grid.addWidget(widget, place, across)
            grid.setAlignment(row[2], Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verdict = Label()
        self.verdict.setObjectName("checkVerdict")
        self.verdict.hide()
        self.column.addLayout(grid)
        self.column.addWidget(self.verdict)
        self._retranslate()

    def begin(self) -> None:
        """Nothing is known yet."""
        self._results = {}
        self._failure = None
        self._retranslate()

    def show_result(self, result: CheckResult) -> None:
        """One step is done."""
        self._results[result.step] = result
        self._retranslate()

    def fail(self, situation: Situation) -> None:
        """The check ended before its first step."""
        self._failure = situation
        self._retranslate()

    @property
    def passed(self) -> bool:
        """Whether every step went well."""
        done = [result.problem is None for result in self._results.values()]
        whole = CheckStep.READ in self._results
        return self._failure is None and whole and all(done)

    @property
    def problem(self) -> Situation | None:
        """What went wrong."""
        found = (result.problem for result in self._results.values() if result.problem is not None)
        return self._failure or next(found, None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        for step, (tick, name, time) in self._rows.items():
            result = self._results.get(step)
            tick.result = result
            shown = step is not CheckStep.PROXY or result is not None
            for widget in (tick, name, time):
                widget.setVisible(shown)
            tick.update()
            name.setText(words.check_step(step))
            name.set_role(Role.SOFT if result is None else Role.BODY)
            time.setText(self._note(result))
        problem = self.problem
        self.verdict.setVisible(problem is not None or self.passed)
        if problem is not None:
            self.verdict.set_role(Role.DANGER)
            self.verdict.setText(words.sentence(problem))
        elif self.passed:
            self.verdict.set_role(Role.GOOD)
            self.verdict.setText(self.tr("The relay works."))

    def _note(self, result: CheckResult | None) -> str:
        if result is None or result.problem is not None:
            return ""
        if result.left_out:
            return self.tr("not needed here")
        number = i18n.locale().toString(max(1, round(result.milliseconds)))
        return self.tr("{number} ms").format(number=number)
