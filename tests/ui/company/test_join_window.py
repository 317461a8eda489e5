"""The small window for joining on a profile that exists: a real client, a real file."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.firm import PHRASE, Firm
from support.waiting import until
from support.windows import active, find, offline_client, played
from watchword.ui.company.join_window import JoinWindow, same_relay


def test_relays_are_the_same_by_their_key() -> None:
    assert same_relay("wss://relay.example:7300#key", "wss://10.0.0.1#key")
    assert not same_relay("wss://relay.example#key", "wss://relay.example#other")
    assert same_relay("wss://relay.example", "wss://relay.example#key")
    assert not same_relay("wss://relay.example", "wss://other.example")


def test_the_file_is_shown_joined_and_told(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "profile", "bo")
        firm = Firm()
        firm.knows("ada", "bo")
        firm.profile = replace(firm.profile, relay=client.relay)
        file = tmp_path / "bo.company"
        file.write_bytes(firm.join_file("bo"))
        window = JoinWindow(client)
        closed: list[bool] = []
        window.put_away.connect(lambda: closed.append(True))
        await active(window)
        window.begin(str(file))
        phrase = find(window, "joinPhrase", QLineEdit)
        await until(phrase.isVisible, "the file is shown")
        phrase.insert(PHRASE)
        QTest.keyClick(phrase, Qt.Key.Key_Return)
        await until(lambda: not window.form.isVisible(), "joined")
        assert find(window, "joinDone", QAbstractButton).hasFocus()
        assert "ACME" in find(window, "joinWelcome", QLabel).text()
        assert not find(window, "joinElsewhere", QLabel).isVisible()
        assert phrase.text() == ""
        organisation = await client.company.organisation()
        assert organisation is not None
        window.begin(str(file))
        await until(phrase.isVisible, "another file begins anew")
        assert not find(window, "joinWelcome", QWidget).isVisible()
        window.close()
        assert closed == [True]
        await client.close()

    played(qapp, play())
