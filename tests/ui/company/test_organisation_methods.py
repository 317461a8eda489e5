"""The methods as a list: a row keeps its place and its focus while what it says changes."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QLabel

from support.windows import active, find, played, speak
from watchword.model.company import MethodState, Reason
from watchword.settings import Language
from watchword.ui.company.organisation_methods import MethodList, MethodRow
from watchword.ui.company.state_dot import Standing

RING = MethodState(b"by-ring-", "ring", "wrap")
TOKEN = MethodState(b"by-token", "pkcs11", "wrap", "acme")


def row(methods: MethodList, method: MethodState) -> MethodRow:
    found = methods.row(method.id)
    assert found is not None
    return found


def shows(row: MethodRow, standing: Standing) -> bool:
    return row.dot.standing is standing


def test_a_test_is_asked_for_and_its_outcome_shown(qapp: QApplication) -> None:
    async def play() -> None:
        methods, asked = MethodList(), list[bytes]()
        methods.test_asked.connect(asked.append)
        methods.show_methods((RING, TOKEN))
        await active(methods)
        token = row(methods, TOKEN)
        assert token.title.text() == "Token acme"
        assert token.state.text() == "Not tried yet."
        assert shows(token, Standing.UNKNOWN)
        token.test.setFocus()
        token.test.click()
        assert asked == [TOKEN.id]
        token.begin()
        token.test.click()
        assert (token.state.text(), asked) == ("Trying…", [TOKEN.id]), "one test at a time"
        assert token.test.hasFocus()
        locked = replace(TOKEN, fault=Reason.PIN_LOCKED, tried=True)
        methods.show_methods((RING, locked))
        assert token.state.text() == "Trying…", "what others found meanwhile does not end the test"
        token.end()
        assert token.state.text().startswith("It has locked itself after too many wrong PINs.")
        assert ". Tested at " in token.state.text()
        assert shows(token, Standing.BAD)
        token.test.click()
        assert asked == [TOKEN.id, TOKEN.id]
        assert token.test.accessibleDescription() == token.state.text(), "a screen reader is told too"
        methods.show_methods((RING, replace(TOKEN, tried=True)))
        assert row(methods, TOKEN) is token
        assert shows(token, Standing.GOOD)
        speak(Language.CHINESE)
        assert token.state.text().startswith("工作正常。测试于 ")

    played(qapp, play())


def test_methods_come_and_go_with_the_company_file(qapp: QApplication) -> None:
    async def play() -> None:
        methods = MethodList()
        methods.show_methods((RING, TOKEN))
        held = row(methods, TOKEN)
        methods.show_methods((TOKEN,))
        assert methods.row(RING.id) is None
        assert row(methods, TOKEN) is held
        assert find(methods, f"methodTitle-{TOKEN.id.hex()}", QLabel).text() == "Token acme"

    played(qapp, play())
