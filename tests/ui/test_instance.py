"""One program for each profile: a second start raises the first, and hands a company file over."""

from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from support.waiting import until
from support.windows import played
from watchword.ui.instance import Instance, raise_other


class Heard:
    """What one program was asked."""

    def __init__(self, name: str) -> None:
        self.raised = 0
        self.joins: list[str] = []
        self.instance = Instance(name, self._raise, self.joins.append)

    def _raise(self) -> None:
        self.raised += 1


def test_nobody_is_there(qapp: QApplication, tmp_path: Path) -> None:
    assert not raise_other(str(tmp_path / "nobody"))


@pytest.mark.parametrize("join", ["", "/somewhere/ada 陈\n.company", "https://acme.example/ada?x=1"])
def test_a_second_start_is_heard(qapp: QApplication, tmp_path: Path, join: str) -> None:
    async def play() -> None:
        name = str(tmp_path / "socket")
        heard = Heard(name)
        assert raise_other(name, join)
        await until(lambda: heard.raised == 1, "the window comes forward")
        if join:
            await until(lambda: heard.joins, "the file is handed over")
        assert raise_other(name)
        await until(lambda: heard.raised == 2, "again")
        assert heard.joins == ([join] if join else [])
        heard.instance.close()
        assert not raise_other(name)

    played(qapp, play())


@pytest.mark.parametrize("said", [b"raise\n", b"{}\n", b'{"join": 7}\n', b"\xff\n", b"x" * 40_000, b""])
def test_whatever_else_is_said_raises_and_harms_nothing(
    qapp: QApplication, tmp_path: Path, said: bytes
) -> None:
    async def play() -> None:
        name = str(tmp_path / "socket")
        heard = Heard(name)
        odd = QLocalSocket()
        odd.connectToServer(name)
        odd.write(said)
        await until(lambda: heard.raised == 1, "the window comes forward")
        assert raise_other(name, "/ada.company")
        await until(lambda: heard.joins == ["/ada.company"], "the next one is heard")
        odd.abort()
        heard.instance.close()

    played(qapp, play())


def test_a_name_that_is_no_text_is_handed_over_as_far_as_it_is_one(
    qapp: QApplication, tmp_path: Path
) -> None:
    """Names on Linux are bytes: Python shows the odd ones as surrogates, which no encoder takes."""

    async def play() -> None:
        name = str(tmp_path / "socket")
        heard = Heard(name)
        assert raise_other(name, "/somewhere/\udcff.company")
        await until(lambda: heard.joins == ["/somewhere/?.company"], "the file is handed over")
        heard.instance.close()

    played(qapp, play())
