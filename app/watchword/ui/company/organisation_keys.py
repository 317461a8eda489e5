"""The company's key ring as a list: each key with its versions, whose it is, and which version seals now."""

from itertools import groupby

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.company import KeyState
from watchword.ui.company import organisation_words
from watchword.ui.company.organisation_words import Run
from watchword.ui.company.state_dot import Standing, StateDot
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line
from watchword.ui.controls.pill import Pill

_MOST_RUNS = 8
"""Rows per key; what is older than these is told in one."""
_MOST_KEYS = 24
_VERSIONS_PX = 96
"""So that the keys' states stand below each other."""


class KeyList(QWidget):
    """Follows `show_keys`; made anew only when the ring is another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("companyKeys")
        self._keys: tuple[KeyState, ...] = ()
        self._rows = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._rows)

    def show_keys(self, keys: tuple[KeyState, ...]) -> None:
        """Show the ring."""
        if keys != self._keys:
            self._keys = keys
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()

    def _fill(self) -> None:
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        by_name = sorted(self._keys, key=lambda key: (bool(key.auditor), key.name, -key.version))
        named = [[*group] for _, group in groupby(by_name, lambda key: key.name)]
        for versions in named[:_MOST_KEYS]:
            column.addWidget(_KeyRow(versions))
        if len(named) > _MOST_KEYS:
            more = self.tr("And {count} more keys.").format(count=len(named) - _MOST_KEYS)
            column.addWidget(Label(more, Role.META))
        self._column.replaceWidget(self._rows, fresh)
        self._rows.deleteLater()
        self._rows.hide()
        self._rows = fresh


class _KeyRow(QWidget):
    """One key: its name, its auditor, its versions with the newest first."""

    def __init__(self, versions: list[KeyState], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        key = versions[0]
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Line(key.name, Role.STRONG))
        if key.auditor:
            head.addWidget(Pill(self.tr("Auditor")))
            head.addWidget(Line(key.auditor, Role.SOFT))
        head.addStretch(1)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(1, _VERSIONS_PX)
        grid.setColumnStretch(2, 1)
        runs = organisation_words.runs(versions)
        for place, run in enumerate(runs[:_MOST_RUNS]):
            self._add(grid, place, run)
        if len(runs) > _MOST_RUNS:
            older = self.tr("Older versions: {count}").format(count=runs[_MOST_RUNS].last)
            grid.addWidget(Label(older, Role.META), _MOST_RUNS, 1, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(head)
        column.addLayout(grid)

    def _add(self, grid: QGridLayout, place: int, run: Run) -> None:
        dot = StateDot()
        dot.show_standing(_standing(run.like))
        top = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(dot, place, 0, top)
        grid.addWidget(Label(organisation_words.run(run), Role.BODY, wrap=False), place, 1, top)
        state = Label(organisation_words.standing(run.like), Role.SOFT)
        grid.addWidget(state, place, 2, top)


def _standing(key: KeyState) -> Standing:
    if key.seals:
        return Standing.GOOD
    return Standing.BAD if key.state == "revoked" else Standing.UNKNOWN
