"""The key ring as a list, also a long one."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QLabel

from support.windows import played, speak
from watchword.model.company import KeyState
from watchword.settings import Language
from watchword.ui.company.organisation_keys import KeyList
from watchword.ui.company.state_dot import Standing, StateDot
from watchword.ui.controls.pill import Pill

STAFF = KeyState("Staff", 2, "active", b"by-ring-", 0, 0, seals=True)
AUDIT = KeyState("Audit", 1, "active", b"by-ring-", 0, 0, auditor="Audit office", seals=True)
KEYS = (AUDIT, replace(STAFF, version=1, state="revoked", seals=False), STAFF)


def said(keys: KeyList) -> list[str]:
    return [label.text() for label in keys._rows.findChildren(QLabel)]


def test_names_auditors_and_states(qapp: QApplication) -> None:
    async def play() -> None:
        keys = KeyList()
        keys.show_keys(KEYS)
        assert said(keys) == [
            "Staff",
            "Version 2",
            "active · seals now",
            "Version 1",
            "revoked",
            "Audit",
            "Audit office",
            "Version 1",
            "active · seals now",
        ], "auditors' keys behind the others"
        assert [pill.text() for pill in keys._rows.findChildren(Pill)] == ["Auditor"]
        dots = [dot.standing for dot in keys._rows.findChildren(StateDot)]
        assert dots == [Standing.GOOD, Standing.BAD, Standing.GOOD]
        rows = keys._rows
        keys.show_keys(KEYS)
        assert keys._rows is rows, "the same ring is left alone"
        keys.show()
        speak(Language.CHINESE)
        assert "有效 · 当前用于封存" in said(keys)

    played(qapp, play())


def test_a_ring_without_end_stays_a_short_list(qapp: QApplication) -> None:
    async def play() -> None:
        keys = KeyList()
        yearly = [replace(STAFF, version=n, ends=n * 1000, seals=False) for n in range(1, 401)]
        keys.show_keys((*yearly, *(replace(AUDIT, name=f"key {n:03}", auditor="") for n in range(100))))
        assert len(said(keys)) < 200
        assert "Older versions: 392" in said(keys)
        assert "And 77 more keys." in said(keys)

    played(qapp, play())
