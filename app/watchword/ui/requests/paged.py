"""A window of pages, of which one is seen: it is as large as the page that needs most room."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from watchword.ui.controls.window import Window

_SIZE = QSize(520, 580)


class PagedWindow(Window):
    """Add pages to `pages`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 26, 28, 24)
        column.addWidget(self.pages)
        self.resize(_SIZE)
        self.setMinimumSize(_SIZE)

    def be_high(self, wanted: int) -> None:
        """Be so high at least, where the screen has room for it below."""
        free = self.screen().availableGeometry().bottom() - self.frameGeometry().bottom()
        more = min(wanted - self.height(), max(0, free))
        if more > 0:
            self.resize(self.width(), self.height() + more)

    def event(self, event: QEvent) -> bool:
        """Grow where the words of a page need more than the usual height."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        page, own = self.pages.currentWidget(), self.layout()
        layout = None if page is None else page.layout()
        if layout is None or own is None:
            return
        around = own.contentsMargins()
        inside = self.width() - around.left() - around.right()
        wanted = layout.totalMinimumHeightForWidth(inside) + around.top() + around.bottom()
        self.setMinimumHeight(max(_SIZE.height(), wanted))
