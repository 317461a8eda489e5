"""The dialog for a company file: opened beside everything else, and gone when it was answered or put away."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from shiboken6 import isValid

from support.waiting import until
from support.windows import active, find, played, speak
from watchword.settings import Language
from watchword.ui.company.file_choice import choose_file


def test_a_file_is_chosen_while_everything_goes_on(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        window, chosen = QWidget(), list[str]()
        await active(window)
        choose_file(window, chosen.append)
        dialog = find(window, "companyFileDialog", QFileDialog)
        await until(dialog.isVisible, "it is there, and the loop goes on")
        assert dialog.nameFilters() == ["Company files (*.company)", "All files (*)"]
        path = tmp_path / "ada.company"
        path.write_bytes(b"file")
        dialog.selectFile(str(path))
        dialog.accept()
        assert chosen == [str(path)]
        await until(lambda: not isValid(dialog), "it is gone")
        speak(Language.CHINESE)
        choose_file(window, chosen.append)
        again = find(window, "companyFileDialog", QFileDialog)
        assert again.windowTitle() == "公司文件"
        again.reject()
        assert chosen == [str(path)]

    played(qapp, play())
