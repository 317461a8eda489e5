"""Languages switch while the windows stand; days and times follow."""

import datetime
import re
from pathlib import Path

from PySide6.QtWidgets import QApplication

from support.shelf import chat, text
from support.waiting import until
from support.windows import played, speak
from watchword.settings import Language
from watchword.ui import i18n
from watchword.ui.chat.composer import Composer
from watchword.ui.chat.header import Header
from watchword.ui.chats.model import ChatModel
from watchword.ui.chats.sidebar import Sidebar
from watchword.ui.welcome import Welcome
from watchword.ui.workspace import Workspace

DAY_MS = 24 * 60 * 60 * 1000


CHINESE = Path(__file__).parents[2] / "resources" / "translations" / "watchword_zh_CN.ts"


def now_ms() -> int:
    return int(datetime.datetime.now(tz=datetime.UTC).timestamp() * 1000)


def test_every_window_speaks_the_other_language_at_once(qapp: QApplication) -> None:
    async def play() -> None:
        model = ChatModel()
        sidebar, composer, header, welcome = Sidebar(model), Composer(), Header(), Welcome()
        workspace = Workspace()
        composer.show_contact("Bo")
        header.show_chat(chat())
        for window in (sidebar, composer, header, welcome, workspace):
            window.show()
        sidebar.set_ready()
        welcome.show_state(ready=True, any_chat=False)
        await until(sidebar.isVisible, "the windows are there")
        english = [
            sidebar.heading.text(),
            composer.writing.placeholderText(),
            header.line.text(),
            welcome.heading.text(),
        ]
        assert english == ["Chats", "Message to Bo", "offline · bo", "Begin with a phrase"]
        speak(Language.CHINESE)
        chinese = [
            sidebar.heading.text(),
            composer.writing.placeholderText(),
            header.line.text(),
            welcome.heading.text(),
        ]
        assert chinese == ["聊天", "发消息给 Bo", "离线 · bo", "从一个口令开始"]
        assert sidebar.compose.accessibleName() == "新对话"
        speak(Language.ENGLISH)
        assert sidebar.heading.text() == "Chats"

    played(qapp, play())


def test_days_are_said_as_people_say_them(qapp: QApplication) -> None:
    async def play() -> None:
        now = now_ms()
        assert i18n.day(now) == "Today"
        assert i18n.day(now - DAY_MS) == "Yesterday"
        assert i18n.short(now - DAY_MS) == "Yesterday"
        assert i18n.short(now) == i18n.clock(now)
        assert i18n.day(text(1, "x", at=1_795_262_400_000 - 400 * DAY_MS).at) == "Friday, 17 October 2025"
        speak(Language.CHINESE)
        assert i18n.day(now) == "今天"
        assert i18n.day(1_795_262_400_000 - 400 * DAY_MS) == "2025年10月17日星期五"
        assert i18n.short(now - DAY_MS) == "昨天"

    played(qapp, play())


def test_a_moment_ahead_names_its_day_only_if_it_is_another(qapp: QApplication) -> None:
    async def play() -> None:
        now = now_ms()
        assert i18n.until(now) == i18n.clock(now)
        assert i18n.until(now + 3 * DAY_MS).endswith(i18n.clock(now + 3 * DAY_MS))
        assert i18n.until(now + 3 * DAY_MS) != i18n.clock(now + 3 * DAY_MS)

    played(qapp, play())


def test_the_system_chooses_english_or_chinese() -> None:
    assert i18n.spoken(Language.CHINESE) is Language.CHINESE
    assert i18n.spoken(Language.SYSTEM) in (Language.ENGLISH, Language.CHINESE)


def test_an_id_is_written_in_one_way_in_chinese() -> None:
    said = re.findall(r"<translation>(.*?)</translation>", CHINESE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(said) > 500
    assert not [one for one in said if re.search(r"\b[Ii]ds?\b", re.sub(r"\{\w*\}", "", one), re.ASCII)]
