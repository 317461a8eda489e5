"""The shared controls: keys, input methods, names, what they show."""

import asyncio
import time

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from support.waiting import until
from support.windows import compose, find, played, window_named
from watchword.ui.chat.composer import Composer
from watchword.ui.controls import avatar
from watchword.ui.controls.banner import Banner, Toast, Tone
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.dialog import Asked, Question
from watchword.ui.controls.field import LineEdit, PhraseField, SearchEdit, TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Meter, Ring


@pytest.mark.usefixtures("qapp")
def test_enter_and_space_press_a_button_and_a_disabled_one_stays() -> None:
    for made in (Button("Go", Kind.PRIMARY), IconButton("settings", "Settings")):
        pressed: list[str] = []
        made.clicked.connect(lambda: pressed.append("pressed"))  # noqa: B023 - used up within the round
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            QTest.keyClick(made, key)
        assert len(pressed) == 3
        made.setEnabled(False)
        made.click()
        assert len(pressed) == 3


@pytest.mark.usefixtures("qapp")
def test_a_button_is_wide_enough_for_its_words_and_icon() -> None:
    plain, with_icon = Button("结束会话"), Button("结束会话", icon="copy")
    words = plain.fontMetrics().horizontalAdvance("结束会话")
    assert plain.sizeHint().width() >= words + 24
    assert with_icon.minimumSizeHint().width() > plain.sizeHint().width()


@pytest.mark.usefixtures("qapp")
def test_an_icon_button_says_what_it_does() -> None:
    made = IconButton("eye", "Show the phrase")
    assert made.accessibleName() == made.toolTip() == "Show the phrase"


@pytest.mark.usefixtures("qapp")
def test_a_line_submits_with_enter_but_not_while_composing() -> None:
    made = LineEdit()
    made.show()
    submitted: list[str] = []
    made.submitted.connect(lambda: submitted.append(made.text()))
    compose(made, "ni")
    QTest.keyClick(made, Qt.Key.Key_Return)
    compose(made, "", "你")
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert submitted == ["你"], "the first Enter belonged to the input method"


@pytest.mark.usefixtures("qapp")
def test_escape_empties_a_search() -> None:
    made = SearchEdit()
    made.setText("abc")
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert made.text() == ""


@pytest.mark.usefixtures("qapp")
def test_a_field_tells_its_name_and_problem_to_eyes_and_ears() -> None:
    made = TextField()
    made.show()
    made.set_words("Id", "Letters and digits", "ada")
    assert made.edit.accessibleName() == made.label.text() == "Id"
    assert made.note.text() == made.edit.accessibleDescription() == "Letters and digits"
    made.set_problem("This id is taken.")
    assert made.note.text() == made.edit.accessibleDescription() == "This id is taken."
    QTest.keyClicks(made.edit, "b")
    assert made.note.text() == "Letters and digits"


@pytest.mark.usefixtures("qapp")
def test_a_phrase_is_hidden_and_shown_and_input_methods_work_in_both() -> None:
    made = PhraseField()
    made.show()
    made.set_shown(False)
    assert made.edit.echoMode() == QLineEdit.EchoMode.Password
    assert made.edit.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    compose(made.edit, "", "潮汐")
    made.reveal.click()
    assert made.shown
    assert made.edit.echoMode() == QLineEdit.EchoMode.Normal
    assert made.text() == "潮汐"
    made.clear()
    assert made.text() == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Byron", "AB"),
        ("ada", "A"),
        ("林小雨", "林"),
        ("王 建国", "王"),
        ("Design 团队 team", "DT"),
        ("", "?"),
        ("😀 Bo", "B"),
        ("  ", "?"),
    ],
)
def test_letters_of_an_avatar(name: str, shown: str) -> None:
    assert avatar.letters(name) == shown


@pytest.mark.usefixtures("qapp")
def test_words_are_never_markup() -> None:
    made = Label("<b>bold</b> <img src='file:///etc/passwd'>", Role.BODY)
    assert made.textFormat() == Qt.TextFormat.PlainText
    assert made.text().startswith("<b>")


def test_the_ring_counts_down_on_the_given_clock(qapp: QApplication) -> None:
    async def play() -> None:
        moment = [100.0]
        ring = Ring(lambda: moment[0])
        ring.show()
        ring.run(141.0, 60.0)
        assert ring.seconds_left == 41
        assert ring.accessibleName() == "41 seconds left"
        moment[0] = 140.2
        await until(lambda: ring.accessibleName() == "1 seconds left", "the ring follows")
        moment[0] = 150.0
        await until(lambda: ring.accessibleName() == "0 seconds left", "it ends")
        ring.spin()
        assert ring.accessibleName() == "Working"
        ring.stop()

    played(qapp, play())


@pytest.mark.usefixtures("qapp")
def test_a_meter_speaks() -> None:
    made = Meter()
    made.set_level(9, "Very good.")
    assert made.accessibleName() == "Very good."


def test_a_banner_is_there_only_with_words_and_buttons_only_with_theirs(qapp: QApplication) -> None:
    async def play() -> None:
        made = Banner()
        assert not made.isVisible()
        made.say("Offline.", Tone.WARNING, action="Try now")
        await until(made.isVisible, "it is there")
        assert made.action.isVisible()
        assert not made.other.isVisible()
        made.be_quiet()
        assert not made.isVisible()

    played(qapp, play())


def test_a_toast_stands_in_the_middle_and_takes_no_clicks(qapp: QApplication) -> None:
    async def play() -> None:
        page = QWidget()
        page.resize(600, 400)
        page.show()
        made = Toast(page)
        made.say("Copied")
        assert made.isVisible()
        assert abs(made.geometry().center().x() - 300) <= 1
        page.resize(800, 400)
        await until(lambda: abs(made.geometry().center().x() - 400) <= 1, "it stays in the middle")
        assert made.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    played(qapp, play())


def test_a_long_toast_is_said_in_full_in_the_least_window(qapp: QApplication) -> None:
    async def play() -> None:
        page = QWidget()
        page.resize(360, 400)
        page.show()
        made = Toast(page)
        said = "Not connected to the relay, so nothing was changed in the room. Try again when it is reached."
        made.say(said)
        inside = made.contentsRect().adjusted(8, 0, -8, 0)
        flags = Qt.TextFlag.TextWordWrap
        wanted = QFontMetrics(made.font()).boundingRect(inside.adjusted(0, 0, 0, 1000), flags, said)
        assert wanted.height() <= made.height()
        assert made.width() <= 360
        short = made.height()
        made.say("Copied")
        assert made.height() < short

    played(qapp, play())


def test_a_toast_stays_above_what_grows_below_it(qapp: QApplication) -> None:
    async def play() -> None:
        page, foot = QWidget(), Composer()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(foot)
        page.resize(600, 500)
        page.show()
        made = Toast(page)
        made.stay_between(page, foot)
        foot.set_text("one line")
        made.say("Copied")
        low = made.geometry().bottom()
        foot.set_text("line\n" * 20)
        await until(lambda: made.geometry().bottom() < foot.geometry().top(), "it rises with the text")
        page.resize(600, 400)
        await until(lambda: made.geometry().bottom() < foot.geometry().top() <= 250, "and with the window")
        column.addSpacing(40)
        await until(lambda: made.geometry().bottom() < foot.geometry().top() <= 210, "and with what is below")
        column.takeAt(column.count() - 1)
        page.resize(600, 500)
        foot.set_text("")
        await until(lambda: made.geometry().bottom() == low, "it comes down again")
        made.hide()
        foot.set_text("line\n" * 20)
        made.say("Copied in the same turn")
        await until(lambda: foot.geometry().height() > 150, "the text is laid out")
        assert made.geometry().bottom() < foot.geometry().top()

    played(qapp, play())


def test_a_toast_does_not_cover_what_it_is_about(qapp: QApplication) -> None:
    async def play() -> None:
        page, head, view, foot = QWidget(), QWidget(), QWidget(), QWidget()
        column = QVBoxLayout(page)
        for part, high in ((head, 50), (view, 300), (foot, 60)):
            part.setFixedHeight(high)
            column.addWidget(part)
        page.resize(600, 500)
        page.show()
        made = Toast(page)
        made.stay_between(view, foot)
        made.say("Copied")
        usual = made.geometry()
        assert usual.bottom() < foot.geometry().top()
        latest = QRect(view.mapToGlobal(QPoint(300, 240)), QSize(280, 50))
        made.say("The message was taken back. Nobody had it.", lambda: latest)
        assert not made.geometry().intersects(QRect(page.mapFromGlobal(latest.topLeft()), latest.size()))
        assert made.geometry().top() >= view.geometry().top(), "nor does it cover the head"
        made.say("The message was taken back. Nobody had it.", lambda: latest.translated(0, -200))
        assert made.geometry().bottom() == usual.bottom()
        made.say("Copied")
        assert made.geometry() == usual

    played(qapp, play())


def test_a_question_is_answered_without_a_loop_of_its_own(qapp: QApplication) -> None:
    async def play() -> None:
        page = QWidget()
        page.show()
        for name, answer in (("confirm", True), ("cancel", False)):
            asked = asyncio.get_running_loop().create_task(
                Question(page, lambda: Asked("End?", "It ends.", "End", "Cancel"), danger=True).answer()
            )
            await until(lambda: window_named("question") is not None, "it asks")
            start = time.monotonic()
            await asyncio.sleep(0.01)
            assert time.monotonic() - start < 5, "the loop goes on"
            dialog = window_named("question")
            assert dialog is not None
            find(dialog, name, QPushButton).click()
            assert await asked is answer
            await until(lambda: window_named("question") is None, "it is gone")

    played(qapp, play())
