"""The composer: what is typed before it is sent, growing to eight lines, and what is wrong with it.

Enter sends, Shift+Enter breaks the line; Enter that belongs to an input method does neither. Only text comes
in: pictures and files are refused quietly.
"""

import re

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from watchword.model.errors import Kind, Situation
from watchword.ui import i18n, theme, words
from watchword.ui.colours import tokens
from watchword.ui.controls.button import IconButton
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.controls.scroll_bar import ScrollBar

LINES = 8
LIMIT = 65_536
"""The longest text in bytes of UTF-8; the core keeps the same limit and has the last word."""
_NEAR_LIMIT = 60_000
LINES_LIMIT = 5_000
"""So many lines at most: Qt makes a paragraph of each, and all of them in one turn of the loop."""
_LINE_ENDS = re.compile("[\n\r\u2028\u2029]")
_ENDLESS = re.compile(r"(?<![!-\u2e7f])[!-\u2e7f]{1000}")
"""A run of letters that no line of words can hold, looked for where runs begin; of scripts that break between
words. Chinese and its neighbours break between letters anyway."""
_LONG = 16_384
"""Characters from which on the letters of a text are set one by one (see `theme.unshaped`)."""
_SURELY_OVER = LINES * 1_024
"""So many characters stand in no eight lines, however wide the window is."""
_HIGH = 46
_SAMPLE = 64
_LEAST = 22


class Writing(QPlainTextEdit):
    """The field itself."""

    entered = Signal()
    resized = Signal()
    left = Signal()
    focused = Signal()
    refused = Signal(int)
    """So many bytes were to come in: more than anybody shortens by hand, and too many to lay out in time."""
    refused_lines = Signal(int)
    """The text would have had so many lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self._long = False
        self.setObjectName("composer")
        self.setFont(theme.font())
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # It takes its room always: Qt would lay out a long text once more when it comes.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBar(ScrollBar())
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.textChanged.connect(self._suit)
        self.textChanged.connect(self._fit)
        self.setUndoRedoEnabled(True)
        self._fit()

    @property
    def composing(self) -> bool:
        """Whether an input method has letters that are not committed yet."""
        return self._composing

    def _text_height(self) -> tuple[float, bool]:
        """How high the first lines are that the field shows, and whether there are more."""
        if self.document().characterCount() > _SURELY_OVER:
            return LINES * self._line_height(), True  # without laying it out once more to know
        high, lines = 0.0, 0
        block = self.document().firstBlock()
        while block.isValid():
            whole = self.blockBoundingRect(block).height()  # lays it out
            layout = block.layout()
            if lines + layout.lineCount() > LINES:
                return high + layout.lineAt(LINES - lines).y(), True
            high, lines = high + whole, lines + layout.lineCount()
            block = block.next()
        return high, False

    def _line_height(self) -> float:
        """How high a line of this text is, by its first letters: each script brings a font of its own."""
        block = self.document().firstBlock()
        while block.next().isValid() and block.length() == 1:
            block = block.next()
        layout = QTextLayout(block.text()[:_SAMPLE], self.font())
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        return line.height()

    def brace(self, text: str) -> None:
        """Be ready for a text that is about to come: Qt lays it out at once, before it says so.

        Each key in the longest text may take a frame or two; looking for words in an endless run of letters
        would take Qt half a second a key.
        """
        if _ENDLESS.search(text):
            self._wrap(QTextOption.WrapMode.WrapAnywhere)
        if len(text) >= _LONG:
            self._set_long(True)

    def _suit(self) -> None:
        """Be as the text that is here now needs it."""
        text, mode = self.toPlainText(), QTextOption.WrapMode
        self._wrap(mode.WrapAnywhere if _ENDLESS.search(text) else mode.WrapAtWordBoundaryOrAnywhere)
        self._set_long(len(text) >= _LONG)

    def _wrap(self, mode: QTextOption.WrapMode) -> None:
        if mode != self.wordWrapMode():
            self.setWordWrapMode(mode)

    def _set_long(self, long: bool) -> None:
        if long != self._long:
            self._long = long
            self.setFont(theme.unshaped() if long else theme.font())

    def _fit(self) -> None:
        high, over = self._text_height()
        wanted = max(_LEAST, round(high) + 1)
        if wanted != self.height():
            self.setFixedHeight(wanted)
            self.resized.emit()
        if not over:
            self.verticalScrollBar().setValue(0)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a composition runs."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, with Shift (or while composing) it does not."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._composing:
                event.accept()
                return
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                event.accept()
                if not event.isAutoRepeat():
                    self.entered.emit()
                return
            self.insertPlainText("\n")
            self.ensureCursorVisible()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text only."""
        return source.hasText() and not source.hasImage() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text only, without the marks that are no text; links as they are written."""
        if source.hasImage() or not source.hasText():
            return
        text = source.text().replace("\r\n", "\n").replace("\x00", "")
        if len(text) > 2 * LIMIT:
            self.refused.emit(_bytes(text))
            return
        lines = self.blockCount() + len(_LINE_ENDS.findall(text))
        if lines > LINES_LIMIT:
            self.refused_lines.emit(lines)
            return
        self.brace(text)
        self.insertPlainText(text)
        self.ensureCursorVisible()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A good moment to keep the draft."""
        super().focusOutEvent(event)
        self.focused.emit()
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame shows where the keyboard is."""
        super().focusInEvent(event)
        self.focused.emit()


class Composer(QWidget):
    """The field, the button, and a line for what is wrong."""

    sent = Signal(str)
    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.writing = Writing()
        self.button = IconButton("arrow-up", size=34, glyph=20, accent=True)
        self.button.setObjectName("sendButton")
        self.note = Label(role=Role.META)
        self.note.setObjectName("composerNote")
        self.note.hide()
        self.writing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.writing)
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self.writing, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self._frame = QWidget()
        self._frame.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.note)
        column.addWidget(self._frame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.writing.entered.connect(self._send)
        self.button.clicked.connect(self._send)
        self.writing.textChanged.connect(self._edited)
        self.writing.resized.connect(self.updateGeometry)
        self.writing.refused.connect(self._say_too_long)
        self.writing.refused_lines.connect(self._say_too_many_lines)
        self.writing.left.connect(self.left)
        self.writing.focused.connect(self.update)
        self._contact = ""
        self.retranslate()
        self._edited()

    def text(self) -> str:
        """What stands in the field."""
        return self.writing.toPlainText()

    def set_text(self, text: str) -> None:
        """Write into the field, the cursor behind it."""
        if text != self.text():
            self.writing.brace(text)
            self.writing.setPlainText(text)
            self.writing.moveCursor(QTextCursor.MoveOperation.End)

    def add(self, text: str) -> None:
        """Go on with letters that were typed elsewhere."""
        self.writing.setFocus(Qt.FocusReason.OtherFocusReason)
        self.writing.insertPlainText(text)

    def show_contact(self, name: str) -> None:
        """Name the person that is written to."""
        self._contact = name
        self.retranslate()

    def refuse(self, said: str) -> None:
        """Say why something was not sent."""
        if not said and self.note.isHidden():
            return  # nothing was said before: each key that is typed comes here
        self.note.set_role(Role.DANGER)
        self.note.setText(said)
        self.note.setVisible(bool(said))
        self.writing.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        """As high as the text."""
        extra = self.note.sizeHint().height() + 4 if self.note.isVisibleTo(self) else 0
        return QSize(300, max(_HIGH, self.writing.height() + 22) + extra)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._edited()

    def retranslate(self) -> None:
        """Make the words."""
        self.writing.setAccessibleName(self._said())
        self.button.set_label(self.tr("Send"))
        self._hold_place()

    def _said(self) -> str:
        return self.tr("Message to {contact}").format(contact=self._contact)

    def _hold_place(self) -> None:
        """To whom it goes, in the one line that an empty field shows."""
        wide = self.writing.viewport().width()
        self.writing.setPlaceholderText(fitted(self._said(), wide, self.writing.font()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More of a name, or less."""
        super().resizeEvent(event)
        self._hold_place()

    def _send(self) -> None:
        text = self.text()
        if not text.strip():
            self.refuse(words.sentence(Situation(Kind.TEXT_EMPTY)))
            self.note.set_role(Role.META)
        elif not self.too_long():
            self.sent.emit(text)

    def too_long(self) -> bool:
        """Whether the text is longer than one message may be."""
        return _bytes(self.text()) > LIMIT

    def _say_too_long(self, size: int) -> None:
        number = i18n.locale().toString
        said = self.tr("Too long to send: {bytes} of at most {limit} bytes. Split it into two.")
        self.refuse(said.format(bytes=number(size), limit=number(LIMIT)))

    def _say_too_many_lines(self, lines: int) -> None:
        number = i18n.locale().toString
        said = self.tr("Too many lines: {lines} of at most {limit}. Send them in parts.")
        self.refuse(said.format(lines=number(lines), limit=number(LINES_LIMIT)))

    def _edited(self) -> None:
        text = self.text()
        size = _bytes(text) if len(text) * 4 > _NEAR_LIMIT else 0
        if size > LIMIT:
            self._say_too_long(size)
        elif size > _NEAR_LIMIT:
            said, number = self.tr("{bytes} of {limit} bytes"), i18n.locale().toString
            self.refuse(said.format(bytes=number(size), limit=number(LIMIT)))
            self.note.set_role(Role.META)
        else:
            self.refuse("")
        self.button.setEnabled(bool(text.strip()) and size <= LIMIT)
        self.edited.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rounded field, framed when the keyboard is in it."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focused = self.writing.hasFocus()
            box = QRectF(self._frame.geometry()).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(table.accent if focused else table.line_strong, 1.3 if focused else 1))
            painter.setBrush(table.field)
            painter.drawRoundedRect(box, 23, 23)


def _bytes(text: str) -> int:
    """How long a text is on its way."""
    return len(text.encode("utf-8", "surrogatepass"))
