"""A pop-up comes on the screen where the person is: a program of its own, on two screens side by side."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCREENS = [("left", 0, 1_000), ("right", 1_000, 1_200)]
PROGRAM = """
import sys
from pathlib import Path
from msgspec.structs import replace
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication
from support.windows import offline_client, played
from watchword.model.requests import Phase, Role, SessionRequest
from watchword.ui.requests.prompt import Prompt

ASKED = SessionRequest("k1", Role.ASKED, "ada", "Ada", False, Phase.WAITING, "", ring_s=115.0, at=1)

async def play():
    client = await offline_client(Path(sys.argv[1]))
    QCursor.setPos(int(sys.argv[2]), 300)
    prompt = Prompt(client)
    prompt.show_request(replace(ASKED, ring_ends=client.now() + 88))
    corners = prompt.geometry().topLeft(), prompt.geometry().bottomRight()
    print(*{QGuiApplication.screenAt(corner).name() for corner in corners})
    prompt.close()
    await client.close()

played(QApplication(sys.argv), play())
"""


@pytest.mark.parametrize(("pointer", "place"), [(500, "left"), (1_500, "right")])
def test_a_request_pops_up_where_the_pointer_is(tmp_path: Path, pointer: int, place: str) -> None:
    screens = [
        {"name": name, "x": x, "y": 0, "width": wide, "height": 900, "dpr": 1}
        | {"logicalDpi": 96, "logicalBaseDpi": 96}
        for name, x, wide in SCREENS
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}))
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "bo"), str(pointer)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stdout.split() == [place], shown.stderr
