"""The bars of a company's conversation: each is there while it has something to say, and to do."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication

from support.company_data import ACME
from support.shelf import chat
from support.windows import find
from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.company import Closed, Reason, Withheld
from watchword.settings import Language
from watchword.ui.company.bars import Bar, CompanyBars
from watchword.ui.company.lack import Lack
from watchword.ui.i18n import Languages

PEOPLE = tuple(Contact(name, name.title()) for name in ("bo", "cy", "di", "ed", "fay"))
CHAT = chat(contact=Contact("", "Bo, Cy"), protection=Protection.COMPANY, members=PEOPLE[:2])
TOO_OLD = Closed(Reason.RING_TOO_OLD, "hr-2026", 7, (1, 2, 3))


@pytest.fixture
def bars(qapp: QApplication) -> Iterator[CompanyBars]:
    Languages(qapp, Language.ENGLISH)
    made = CompanyBars()
    made.resize(760, 200)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def said(bar: Bar) -> str:
    """What a bar says; empty while it is not there."""
    return bar.words.text() if bar.isVisible() else ""


def press(bar: Bar, name: str) -> None:
    button = find(bar, name, QAbstractButton)
    assert button.isVisible()
    button.click()


def buttons(bar: Bar) -> list[str]:
    found = [button for button in bar.findChildren(QAbstractButton) if button.isVisible()]
    return [button.text() for button in sorted(found, key=lambda one: (one.y(), one.x()))]


def shown(bars: CompanyBars, of: Chat, lack: Lack | None = None) -> None:
    bars.show_chat(of, ACME, lack or Lack())
    QCoreApplication.sendPostedEvents()  # the layout's


def test_nothing_waits_nothing_is_said(bars: CompanyBars) -> None:
    shown(bars, CHAT)
    assert [said(bar) for bar in (bars.gone, bars.sessions, bars.unsent, bars.withheld)] == [""] * 4


def test_what_is_unsent_says_why_and_what_can_be_done(bars: CompanyBars) -> None:
    tried: list[None] = []
    bars.try_now.connect(lambda: tried.append(None))
    shown(bars, replace(CHAT, unsent=Closed(Reason.PROVIDER_DOWN, "hr-2026", 3, (1, 2, 3))))
    what = "Not sent yet: the program or token that seals with ACME's key hr-2026"
    assert said(bars.unsent).startswith(what)
    assert buttons(bars.unsent) == ["Try now", "Organisation settings…", "Copy details"]
    press(bars.unsent, "tryCompanyNow")
    assert len(tried) == 1
    press(bars.unsent, "copyDetails")
    assert "reason: provider-down; key: hr-2026; version: 3" in QGuiApplication.clipboard().text()
    shown(bars, CHAT)
    assert said(bars.unsent) == ""


def test_what_the_settings_cannot_mend_does_not_lead_there(bars: CompanyBars) -> None:
    asked: list[None] = []
    bars.settings_asked.connect(lambda: asked.append(None))
    shown(bars, replace(CHAT, unsent=Closed(Reason.MEMBER_GONE)))
    assert buttons(bars.unsent) == ["Try now", "Copy details"]
    shown(bars, replace(CHAT, unsent=Closed(Reason.REVOKED, "hr-2026", held=(1,))))
    press(bars.unsent, "openOrganisation")
    assert len(asked) == 1


def test_trying_is_offered_where_a_try_may_go_well(bars: CompanyBars) -> None:
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 1),)))
    assert buttons(bars.withheld) == ["Organisation settings…", "Copy details"]
    shown(bars, replace(CHAT, withheld=(Withheld(Closed(Reason.PIN_WANTED, "hr-2026", 1), 1),)))
    assert buttons(bars.withheld) == ["Try now", "Organisation settings…", "Copy details"]


def test_what_came_closed_says_how_many_and_why(bars: CompanyBars) -> None:
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 1),)))
    assert said(bars.withheld) == (
        "One message came and cannot be opened yet. Encrypted with ACME's key hr-2026, version 7. "
        "Your key ring has versions 1–3. Ask your key owner for an update."
    )
    others = Withheld(Closed(Reason.TOKEN_MISSING, "hr-2026", 6), 1)
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 2), others)))
    assert said(bars.withheld).startswith(
        "3 messages came and cannot be opened yet. Encrypted with ACME's key"
    )
    assert said(bars.withheld).endswith("What else came waits for another reason: see the details.")
    press(bars.withheld, "copyDetails")
    copied = QGuiApplication.clipboard().text()
    assert "version-unknown" in copied
    assert "token-missing" in copied


def test_what_waits_for_another_key_or_version_is_no_other_reason(bars: CompanyBars) -> None:
    newer, other = replace(TOO_OLD, version=8), replace(TOO_OLD, key="sales-2026")
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 2), Withheld(newer, 1))))
    assert said(bars.withheld).endswith("What else came waits for another version of it: see the details.")
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 2), Withheld(newer, 1), Withheld(other, 1))))
    assert said(bars.withheld).endswith("What else came waits for another key: see the details.")


def test_who_has_no_session_has_a_button(bars: CompanyBars) -> None:
    asked: list[str] = []
    bars.session_asked.connect(asked.append)
    held: list[str] = []
    bars.chat_asked.connect(held.append)
    both = replace(CHAT, protection=Protection.BOTH, session=SessionState.NONE, members=PEOPLE)
    shown(bars, both, Lack(without=PEOPLE[:1], held=PEOPLE[1:2]))
    assert said(bars.sessions).endswith("Still missing: Cy, Bo.")
    press(bars.sessions, "session-bo")
    press(bars.sessions, "session-cy")
    assert (asked, held) == (["bo"], ["cy"])
    shown(bars, both, Lack(without=PEOPLE))
    assert said(bars.sessions).endswith("Still missing: Bo, Cy, Di and 2 more.")
    assert len(buttons(bars.sessions)) == 4
    shown(bars, replace(both, session=SessionState.OPEN))
    assert said(bars.sessions) == ""


def test_who_left_is_named_once(bars: CompanyBars) -> None:
    gone = Lack(gone=PEOPLE[1:2])
    shown(bars, replace(CHAT, unsent=Closed(Reason.MEMBER_GONE)), gone)
    assert said(bars.gone).startswith("Cy is not in the directory of ACME any more")
    assert said(bars.unsent) == ""
    shown(bars, replace(CHAT, unsent=Closed(Reason.MEMBER_GONE)))
    assert said(bars.unsent).startswith("Not sent yet: somebody here is not in the directory")


def test_who_was_removed_reads_it_in_each_conversation(bars: CompanyBars) -> None:
    asked: list[None] = []
    bars.settings_asked.connect(lambda: asked.append(None))
    bars.show_chat(CHAT, replace(ACME, removed=True), Lack(gone=PEOPLE[1:2]))
    assert said(bars.gone).startswith("ACME's newest company file does not list you any more")
    assert buttons(bars.gone) == ["Organisation settings…"]
    press(bars.gone, "openOrganisation")
    assert len(asked) == 1
    shown(bars, CHAT)
    assert said(bars.gone) == ""


def test_who_was_removed_is_not_asked_for_a_phrase_besides(bars: CompanyBars) -> None:
    both = replace(CHAT, protection=Protection.BOTH, session=SessionState.NONE, members=PEOPLE)
    waits = replace(both, unsent=Closed(Reason.SESSION_WANTED))
    removed = replace(ACME, removed=True)
    bars.show_chat(waits, removed, Lack(without=PEOPLE))
    assert said(bars.gone).startswith("ACME's newest company file does not list you any more")
    assert (said(bars.sessions), said(bars.unsent)) == ("", "")
    bars.show_chat(replace(both, unsent=Closed(Reason.PIN_WANTED)), removed, Lack(without=PEOPLE))
    assert said(bars.unsent).startswith("Not sent yet: your token")
    shown(bars, waits, Lack(without=PEOPLE))
    assert "Still missing: " in said(bars.sessions)


def test_a_passphrase_chat_has_none_of_this(bars: CompanyBars) -> None:
    shown(bars, replace(CHAT, unsent=TOO_OLD))
    shown(bars, chat())
    assert said(bars.unsent) == ""


def test_a_button_keeps_the_keyboard_while_the_words_change(bars: CompanyBars) -> None:
    shown(bars, replace(CHAT, withheld=(Withheld(TOO_OLD, 1),)))
    button = find(bars.withheld, "copyDetails", QAbstractButton)
    shown(bars, replace(CHAT, withheld=(Withheld(Closed(Reason.PIN_WANTED, "hr-2026", 1), 2),)))
    assert find(bars.withheld, "copyDetails", QAbstractButton) is button


def test_little_room_stacks_the_buttons_and_a_switch_of_language_is_heard(
    bars: CompanyBars, qapp: QApplication
) -> None:
    shown(bars, replace(CHAT, unsent=Closed(Reason.PIN_LOCKED, "hr-2026", 3)))
    bars.resize(320, 300)
    qapp.sendPostedEvents()
    places = [find(bars.unsent, name, QAbstractButton) for name in ("tryCompanyNow", "copyDetails")]
    assert places[0].y() < places[1].y()
    assert bars.minimumSizeHint().width() <= 320
    languages = Languages(qapp, Language.CHINESE)
    qapp.sendPostedEvents()
    assert buttons(bars.unsent)[0] == "立即重试"
    languages.choose(Language.ENGLISH)
