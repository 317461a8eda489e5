"""The driver uses every kind of thing a window may hold, in a program of its own that knows nothing of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.driver import Driver, DriverError
from support.processes import Late
from support.screen import Screen

SAMPLE = "support.sample_window:main"


@pytest.fixture
def sample(screen: Screen, tmp_path: Path) -> Iterator[Driver]:
    with Driver([], screen.environment, tmp_path, entry=SAMPLE) as driver:
        driver.wait("sample", visible=True)
        yield driver


def test_typing_and_clicking_reach_the_program(sample: Driver) -> None:
    sample.write("field", "good morning")
    assert sample.text("field") == "good morning"
    sample.click("Send it")
    sample.wait("label", text="sent good morning")


def test_a_button_that_takes_no_click_is_told(sample: Driver) -> None:
    with pytest.raises(DriverError, match="deaf took no click"):
        sample.click("deaf")


def test_chinese_and_emoji_come_as_an_input_method_commits_them(sample: Driver) -> None:
    sample.write("field", "hi 你好 👋 ok")
    sample.key("Return", "field")
    sample.wait("label", text="sent hi 你好 👋 ok")


def test_painted_rows_are_read_where_a_screen_reader_reads_them(sample: Driver) -> None:
    for line in ("one", "two"):
        sample.write("field", line)
        sample.key("Return")
    sample.wait("painted", count=2)
    assert sample.rows("painted") == ["one", "two"]


def test_the_moment_of_a_painting_is_told(sample: Driver) -> None:
    sample.write("field", "painted")
    painted = sample.expect_painted("painted", "painted")
    sample.key("Return", "field")
    assert 0 < painted() - sample.pressed_at < 1


def test_frames_are_measured_while_scrolling_and_resizing(sample: Driver) -> None:
    assert len(sample.scroll_frames("painted", 3)) == 3
    assert all(seconds > 0 for seconds in sample.resize_frames("sample", [500, 600]))
    assert sample.memory() > 1


def test_rows_are_chosen_by_what_they_say(sample: Driver) -> None:
    sample.choose("sample/people", "bo")
    sample.wait("label", text="chose bo")
    sample.choose("language", "Chinese")
    assert sample.text("language") == "Chinese"
    with pytest.raises(Late, match="nobody"):
        sample.choose("people", "nobody", patience=0.05)


def test_a_paste_and_the_clipboard(sample: Driver) -> None:
    sample.paste("field", "from elsewhere")
    assert sample.text("field") == "from elsewhere"
    assert sample.clipboard() == "from elsewhere"
    assert sample.focus() == "field"


def test_the_tray_is_on_the_screen_and_leaves_the_program(sample: Driver) -> None:
    (icon,) = sample.tray()
    assert icon == {"visible": True, "tip": "Sample", "rows": ["Complain", "Block", "Quit"]}
    sample.close("sample")
    assert sample.windows() == []
    assert sample.quit() == 0


def test_pictures_of_a_window_and_of_the_screen(sample: Driver, tmp_path: Path) -> None:
    sample.shot(tmp_path / "window.png", "sample")
    sample.shot(tmp_path / "screen.png")
    assert (tmp_path / "window.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "screen.png").stat().st_size > (tmp_path / "window.png").stat().st_size


def test_what_does_not_come_is_late_and_says_what_stood_there(sample: Driver) -> None:
    with pytest.raises(Late, match="nothing yet"):
        sample.wait("label", text="never", patience=0.05)
    with pytest.raises(Late):
        sample.wait("no such thing", visible=True, patience=0.05)
    with pytest.raises(DriverError, match="NotThere"):
        sample.click("no such thing")


def test_warnings_and_a_blocked_loop_fail_the_test(screen: Screen, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a warning of Qt"), driven(screen, tmp_path) as sample:
        sample.tray_choose("Complain")
    with pytest.raises(AssertionError, match=r"time\.sleep"), driven(screen, tmp_path) as sample:
        sample.tray_choose("Block")


def test_a_program_that_dies_is_reported_with_its_exit_code(screen: Screen, tmp_path: Path) -> None:
    with (
        pytest.raises(DriverError, match="ended with 3"),
        Driver(["--die"], screen.environment, tmp_path, entry=SAMPLE) as sample,
    ):
        sample.wait("sample", visible=True)


def test_two_programs_are_driven_side_by_side(screen: Screen, tmp_path: Path) -> None:
    with driven(screen, tmp_path / "a") as ada, driven(screen, tmp_path / "b") as bo:
        ada.write("field", "to bo")
        bo.write("field", "to ada")
        assert (ada.text("field"), bo.text("field")) == ("to bo", "to ada")


def driven(screen: Screen, folder: Path) -> Driver:
    driver = Driver([], screen.environment, folder, entry=SAMPLE)
    driver.wait("sample", visible=True)
    return driver
