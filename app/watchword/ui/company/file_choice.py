"""The system's own dialog for choosing a company file: opened, never waited for in a nested loop."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(parent: QWidget, chosen: Callable[[str], None]) -> None:
    """Ask for a file; `chosen` is called with its path, unless the person would not."""
    translate = QCoreApplication.translate
    dialog = QFileDialog(parent, translate("FileChoice", "Company file"))
    dialog.setObjectName("companyFileDialog")
    dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(
        [translate("FileChoice", "Company files (*.company)"), translate("FileChoice", "All files (*)")]
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
