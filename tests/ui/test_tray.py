"""The icon in the tray of a real desktop: its dot, its menu, its tip."""

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from support.waiting import until
from support.windows import played, speak
from watchword.model.requests import Phase, Role, SessionRequest
from watchword.settings import Language
from watchword.ui.tray import Tray

REQUEST = SessionRequest("k1", Role.ASKED, "ada", "Ada & Bo", False, Phase.WAITING)


def entries(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions() if not action.isSeparator()]


def test_what_waits_is_shown_by_a_dot_and_in_the_menu(qapp: QApplication) -> None:
    async def play() -> None:
        tray = Tray()
        asked: list[str] = []
        tray.request_asked.connect(asked.append)
        tray.quit_asked.connect(lambda: asked.append("quit"))
        assert tray.available
        await until(tray.icon.isVisible, "the icon is in the tray")
        assert entries(tray) == ["Open Watchword", "New conversation", "Quit"]
        plain = tray.icon.icon().cacheKey()
        tray.set_unread(3)
        assert tray.icon.icon().cacheKey() != plain
        assert tray.icon.toolTip() == "Watchword: 3 unread"
        tray.set_requests([REQUEST])
        assert entries(tray)[2] == "Answer Ada && Bo…"
        assert tray.icon.toolTip() == "Watchword: Ada & Bo asks for a conversation"
        tray.menu.actions()[3].trigger()
        tray.menu.actions()[-1].trigger()
        assert asked == ["k1", "quit"]
        speak(Language.CHINESE)
        assert entries(tray)[0] == "打开 Watchword"
        tray.set_unread(0)
        tray.set_requests([])
        assert tray.icon.icon().cacheKey() == plain
        tray.hide()

    played(qapp, play())


def test_a_name_without_end_or_with_markup_stays_a_short_plain_line(qapp: QApplication) -> None:
    async def play() -> None:
        tray = Tray()
        tray.set_requests([replace(REQUEST, name="<b>" + "W" * 200)])
        cut = "W" * 28 + "…"
        assert entries(tray)[2] == f"Answer <b>{cut}…"
        assert tray.icon.toolTip() == f"Watchword: ‹b>{cut} asks for a conversation"
        tray.hide()

    played(qapp, play())


def test_a_token_that_waits_for_its_pin_is_found_in_the_menu(qapp: QApplication) -> None:
    async def play() -> None:
        tray, asked = Tray(), list[str]()
        tray.pin_asked.connect(asked.append)
        plain = tray.icon.icon().cacheKey()
        tray.set_tokens(["acme & co"])
        assert entries(tray)[2] == "PIN of acme && co…"
        assert tray.icon.toolTip() == "Watchword: the token acme & co asks for its PIN"
        assert tray.icon.icon().cacheKey() != plain
        tray.menu.actions()[3].trigger()
        assert asked == ["acme & co"]
        speak(Language.CHINESE)
        assert entries(tray)[2] == "acme && co 的 PIN…"
        tray.set_tokens([])
        assert tray.icon.icon().cacheKey() == plain
        tray.hide()

    played(qapp, play())
