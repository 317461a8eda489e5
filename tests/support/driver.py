"""A test's hands and eyes for one program with windows, in its own process; at the other end: `driven`.

    with Driver(["--profile", str(folder)], screen.environment, folder) as ada:
        ada.click("new_conversation")
        ada.write("contact_id", "bo")
        ada.wait("request_dialog", visible=True)

Every method waits for its answer; `wait` waits for what it is told and raises `Late` with what stood there
instead. On leaving, the program is ended, and Qt warnings, logged warnings and anything that hung its event
loop (see `support.blocking`) fail the test.
"""

import contextlib
import json
import os
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.home import beside_tests
from support.processes import PATIENCE, Late, Program

Said = dict[str, Any]
"""What `support.widgets.look` tells: visible, enabled, focused, active, checked, spoken, text, rows."""

PRODUCT = "watchword.__main__:main"


_LOOK_AGAIN = 0.05
HUNG_MS = 1_000
"""What a busy machine does not make of what happens once, nor what is compiled or read for the first time."""


class DriverError(AssertionError):
    """The program could not do what it was told, or is gone."""


def hung(report: Said, since: int = 0, most_ms: int = HUNG_MS) -> list[str]:
    """What kept the loop of a program for longer than that, but for its first so many blocks.

    That nothing keeps it for 50 ms is judged where things are tried several times (`blocking.too_long`).
    """
    return [block for block in report["blocks"][since:] if int(block.partition(" ms")[0]) > most_ms]


def _what_stays(look: Callable[[], list[str]]) -> list[str]:
    """Look again until nothing is found; what is found still, after a while."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN)
    return found


class Driver:
    """One running program."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, *, entry: str = PRODUCT
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.started = time.monotonic()
        command_reader, command_writer = os.pipe()
        answer_reader, answer_writer = os.pipe()
        ends = [str(command_reader), str(answer_writer)]
        self.program = Program(
            [sys.executable, "-m", "support.driven", *ends, entry, *arguments],
            beside_tests(environment),
            folder,
            hand_over=[command_reader, answer_writer],
        )
        os.close(command_reader)
        os.close(answer_writer)
        self._commands = os.fdopen(command_writer, "w", encoding="utf-8")
        self._answers = answer_reader
        self._pending = b""
        self.answered_at = 0.0
        """When the program gave its last answer, by `time.monotonic` (the same clock in every process)."""
        self.pressed_at = 0.0
        """When it got its last key, by the same clock."""

    def click(self, target: str, **how: bool) -> None:
        """Click a widget; `right` or `double` say how."""
        self._do("click", target=target, **how)

    def choose(self, target: str, text: str, *, patience: float = PATIENCE, **how: bool) -> None:
        """Click the row of a list, action of a menu or painted row with the text, once it is there."""
        self.wait(target, visible=True, contains=text, patience=patience)
        self._do("choose", target=target, text=text, **how)

    def write(self, target: str, text: str) -> None:
        """Type into a field: Latin by keys, the rest as an input method commits it."""
        self._do("write", target=target, text=text)

    def compose(self, target: str, text: str) -> None:
        """Commit the text as an input method does."""
        self._do("compose", target=target, text=text)

    def paste(self, target: str, text: str) -> None:
        """Put the text on the clipboard and paste it."""
        self._do("paste", target=target, text=text)

    def clipboard(self) -> str:
        """The text on the clipboard."""
        return str(self._do("clipboard"))

    def key(self, name: str, target: str | None = None) -> None:
        """Press a key such as Return, Tab or Ctrl+L, in the target or wherever the focus is."""
        self.pressed_at = self._do("key", name=name, target=target)

    def wheel(self, target: str, steps: int) -> None:
        """Turn the wheel over a widget, upwards by positive steps."""
        self._do("wheel", target=target, steps=steps)

    def look(self, target: str) -> Said:
        """What can be told about a target; `visible` is false where there is none."""
        said: Said = self._do("look", target=target)
        return said

    def text(self, target: str) -> str:
        """What stands on or in it."""
        return str(self.look(target)["text"])

    def rows(self, target: str) -> list[str]:
        """Rows of a list, actions of a menu, or what a painted view tells a screen reader."""
        return list(self.look(target)["rows"])

    def wait(self, target: str, *, patience: float = PATIENCE, every: int = 10, **wanted: Any) -> Said:
        """Wait until the target is as wanted: visible=True, text="…", contains="…", lacks="…", count=3.

        Args:
            target: an object name or accessible name, "outer/inner" to narrow it.
            patience: seconds until it counts as failed.
            every: milliseconds between two looks.
            wanted: see `support.widgets.holds`.

        Raises:
            Late: it did not become so.
        """
        how = {"target": target, "wanted": wanted, "patience": patience, "every": every}
        if "late" in (answer := self._ask("wait", how, patience + PATIENCE)):
            raise Late(f"{target} not {wanted} within {patience:g} s, but {answer['late']}")
        said: Said = self._result(answer, "wait")
        return said

    def expect_painted(self, target: str, text: str) -> Callable[[], float]:
        """Have the program watch for a painting of the target whose last row holds the text.

        The result waits for it, and gives the moment when it was over.
        Nothing but `key` may be asked of the program before the result is called.
        """
        self._tell("wait_for_painting", {"target": target, "text": text})

        def painted() -> float:
            self._result(self._hear(f"paint {target} with {text}", PATIENCE), "wait_for_painting")
            return self.answered_at

        return painted

    def scroll_frames(self, target: str, steps: int) -> list[float]:
        """Scroll a view up step by step; the seconds that each step took with its painting."""
        return list(self._do("scroll_frames", target=target, steps=steps))

    def resize_frames(self, target: str, widths: list[int]) -> list[float]:
        """Give a window one width after the other; the seconds that each took with its painting."""
        return list(self._do("resize_frames", target=target, widths=widths))

    def memory(self) -> float:
        """Resident megabytes of the program."""
        return float(self._do("memory"))

    def shot(self, path: Path, target: str | None = None) -> None:
        """Write a PNG of the window of a target, or of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._do("shot", path=str(path), target=target)

    def paint(self) -> None:
        """Have on the screen what the windows show by now: for a picture of the whole screen."""
        self._do("paint")

    def windows(self) -> list[Said]:
        """Each visible window: name, title, active, modal, size."""
        return list(self._do("windows"))

    def names(self) -> list[str]:
        """Kind, object name and accessible name of everything visible, for whoever writes a test."""
        return list(self._do("names"))

    def misfits(self) -> list[str]:
        """What is cut off on the screen, and stays so once all is laid out: see `support.legible`."""
        return _what_stays(lambda: list(self._do("misfits")))

    def words(self, target: str) -> list[str]:
        """Every text in the window of a target that can be seen, heard or pointed at."""
        return list(self._do("words", target=target))

    def focus(self) -> str:
        """The name of what has the keyboard in this program."""
        return str(self._do("focus"))

    def place(self, target: str, x: int, y: int, width: int, height: int) -> None:
        """Put the window of a target somewhere on the screen, in a size."""
        self._do("place", target=target, x=x, y=y, width=width, height=height)

    def activate(self, target: str) -> None:
        """Turn to the window of a target, and wait until it has the keyboard."""
        self._do("activate", target=target)
        self.wait(target, active=True)

    def resize(self, target: str, width: int, height: int) -> None:
        """Give a window another size."""
        self._do("resize", target=target, width=width, height=height)

    def close(self, target: str) -> None:
        """Close the window of a target as its title bar would."""
        self._do("close", target=target)

    def tray(self) -> list[Said]:
        """The icons in the tray: visible, tip, rows of the menu."""
        return list(self._do("tray"))

    def tray_click(self) -> None:
        """Click the icon in the tray."""
        self._do("tray_click")

    def tray_choose(self, text: str) -> None:
        """Choose an entry of the tray's menu."""
        self._do("tray_choose", text=text)

    def longest_stretch(self) -> float:
        """Seconds that something kept the loop, at most, since this was last asked (see `blocking`)."""
        return float(self._do("longest"))

    def report(self) -> Said:
        """What went wrong so far: `complaints` (Qt, log) and `blocks` (of the loop)."""
        return dict(self._do("report"))

    def quit(self) -> int:
        """Leave the program as its Quit entry does; its exit code."""
        self._do("quit")
        return self.program.ended()

    def kill(self) -> None:
        """End it as a crash does."""
        self.program.kill()

    def stop(self) -> None:
        """End it if it still runs, and close the pipes."""
        self.program.stop()
        with contextlib.suppress(BrokenPipeError):  # a command that it did not live to read
            self._commands.close()
        os.close(self._answers)

    def _do(self, deed: str, **how: Any) -> Any:
        return self._result(self._ask(deed, how, PATIENCE), f"{deed} {str(how)[:200]}")

    def _result(self, answer: dict[str, Any], deed: str) -> Any:
        if "error" in answer:
            raise DriverError(f"{deed}: {answer['error']}")
        return answer["ok"]

    def _ask(self, deed: str, how: dict[str, Any], patience: float) -> dict[str, Any]:
        self._tell(deed, how)
        return self._hear(f"{deed} {str(how)[:200]}", patience)

    def _tell(self, deed: str, how: dict[str, Any]) -> None:
        try:
            self._commands.write(json.dumps({"do": deed, "how": how}) + "\n")
            self._commands.flush()
        except BrokenPipeError:
            raise DriverError(self._gone(deed)) from None

    def _hear(self, deed: str, patience: float) -> dict[str, Any]:
        deadline = time.monotonic() + patience
        while b"\n" not in self._pending:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise DriverError(f"no answer to {deed}: the event loop hangs\n{self.program.last_words()}")
            more = os.read(self._answers, 65536)
            if not more:
                raise DriverError(self._gone(deed))
            self._pending += more
        line, _, self._pending = self._pending.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        self.answered_at = answer["at"]
        return answer

    def _gone(self, deed: str) -> str:
        program = self.program
        return f"the program ended with {program.ended()} before it could {deed}\n{program.last_words()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        try:
            if error is None and self.program.exit_code is None:
                report = self.report()
                assert not report["complaints"], report["complaints"]
                assert not hung(report), "\n".join(hung(report))
        finally:
            self.stop()
