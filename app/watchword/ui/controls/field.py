"""Fields for one line that know input methods: Enter during composition belongs to the input method."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from watchword.ui import icons
from watchword.ui.colours import tokens
from watchword.ui.controls.button import IconButton
from watchword.ui.controls.label import Label, Role

HIGH = 38
RADIUS = 8.0
_INSIDE = 10


def paint_field(painter: QPainter, box: QRectF, edge: QColor, *, strong: bool, off: bool = False) -> None:
    """The ground and frame of a field."""
    table = tokens()
    half = 1.0 if strong else 0.5
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 2 * half))
    painter.setBrush(table.panel if off else table.field)
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), RADIUS, RADIUS)


class LineEdit(QLineEdit):
    """One line; `submitted` comes with Enter, but never while something is being composed."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self._invalid = False
        self.setFrame(False)
        self.setMinimumHeight(HIGH)
        self.setTextMargins(_INSIDE, 0, _INSIDE, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._clear_ground()

    @property
    def composing(self) -> bool:
        """Whether an input method has letters that are not committed yet."""
        return self._composing

    @property
    def invalid(self) -> bool:
        """Whether the field is framed in red."""
        return self._invalid

    def set_invalid(self, invalid: bool) -> None:
        """Frame the field in red, or no longer."""
        self._invalid = invalid
        self.update()

    def _clear_ground(self) -> None:
        """The ground is ours to paint: Qt's own would be a square one."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rounded field, then what Qt writes into it."""
        with QPainter(self) as painter:
            self._paint_ground(painter)
        super().paintEvent(event)

    def _paint_ground(self, painter: QPainter) -> None:
        table = tokens()
        edge = table.faint if self.underMouse() and self.isEnabled() else table.line_strong
        if self._invalid:
            edge = table.danger
        elif self.hasFocus():
            edge = table.accent
        paint_field(
            painter,
            QRectF(self.rect()),
            edge,
            strong=self._invalid or self.hasFocus(),
            off=not self.isEnabled(),
        )

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a composition runs."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Swallow Enter while composing; else submit."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not self._composing:
                self.submitted.emit()
            return
        super().keyPressEvent(event)


class SearchEdit(LineEdit):
    """A field that looks like a search."""

    backed = Signal()
    """Backspace was pressed while nothing stands in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextMargins(_INSIDE + 22, 0, _INSIDE, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties it; Backspace goes behind its beginning."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        pressed = event.key() == Qt.Key.Key_Backspace and not event.isAutoRepeat()
        if pressed and not self.text() and not self.composing:
            self.backed.emit()
        super().keyPressEvent(event)

    def _paint_ground(self, painter: QPainter) -> None:
        """A quiet plate with a glass; a field once the keyboard is in it."""
        if self.hasFocus():
            super()._paint_ground(painter)
        else:
            table = tokens()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.hover)
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        side = 16.0
        where = QRectF(11, (self.height() - side) / 2, side, side)
        icons.paint(painter, "search", where, tokens().faint)


class TextField(QWidget):
    """A label, a line, and under it a line of help or what is wrong."""

    submitted = Signal()
    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(role=Role.STRONG)
        self.edit = self._make_edit()
        self.note = Label(role=Role.META)
        self.note.hide()
        self._help = ""
        self._problem = ""
        self.label.setBuddy(self.edit)
        self.setFocusProxy(self.edit)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.edit, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.label)
        self._column.addLayout(self._row)
        self._column.addWidget(self.note)
        self.edit.submitted.connect(self.submitted)
        self.edit.textChanged.connect(self._text_changed)

    def _make_edit(self) -> LineEdit:
        return LineEdit()

    def set_words(self, label: str, help_text: str = "", placeholder: str = "") -> None:
        """Name the field (also for screen readers), and say what belongs into it."""
        self.label.setText(label)
        self.label.setVisible(bool(label))
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(placeholder)
        self._help = help_text
        self._show_note()

    def set_problem(self, problem: str) -> None:
        """Say what is wrong with the text; empty when it is fine. Goes away with the next change."""
        self._problem = problem
        self.edit.set_invalid(bool(problem))
        self._show_note()

    def add_to_row(self, widget: QWidget) -> None:
        """Put a button beside the line."""
        self._row.addWidget(widget)

    def add_below(self, widget: QWidget) -> None:
        """Put something under the note."""
        self._column.addWidget(widget)

    def text(self) -> str:
        """What stands in the line."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Write into the line."""
        self.edit.setText(text)

    def _text_changed(self, text: str) -> None:
        if self._problem:
            self.set_problem("")
        self.changed.emit(text)

    def _show_note(self) -> None:
        said = self._problem or self._help
        self.note.set_role(Role.DANGER if self._problem else Role.META)
        self.note.setText(said)
        self.note.setVisible(bool(said))
        self.edit.setAccessibleDescription(said)


class PhraseField(TextField):
    """A field for a phrase: hidden or shown by a button, and never kept by the field's own history.

    Input methods work in it also while it is hidden: Qt turns them off for a password field, so a
    hidden phrase is one whose letters are replaced on the screen while the field stays an open one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = False
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.reveal = IconButton("eye", size=40)
        self.reveal.setObjectName("revealPhrase")
        self.reveal.clicked.connect(lambda: self.set_shown(not self._shown))
        self.add_to_row(self.reveal)
        self.set_shown(False)

    @property
    def shown(self) -> bool:
        """Whether the phrase can be read on the screen."""
        return self._shown

    def set_shown(self, shown: bool) -> None:
        """Show or hide the letters."""
        self._shown = shown
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        # Qt forgets the hints of the widget with the echo mode; input methods must keep working.
        self.edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)
        self.reveal.set_icon("eye-off" if shown else "eye")
        self._name_reveal()

    def clear(self) -> None:
        """Forget the phrase; `QLineEdit.clear` would leave it to *Undo*."""
        self.edit.setText("")

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_reveal()

    def _name_reveal(self) -> None:
        self.reveal.set_label(self.tr("Hide the phrase") if self._shown else self.tr("Show the phrase"))


class PasswordField(PhraseField):
    """The same for a password of somebody else's making."""

    def _name_reveal(self) -> None:
        self.reveal.set_label(self.tr("Hide the password") if self.shown else self.tr("Show the password"))
