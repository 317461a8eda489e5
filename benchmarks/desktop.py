"""The desktop on a virtual screen: start, memory, the way of a message, and a chat of 100,000 messages.

| measure | what |
|---|---|
| start | from the start of the process to the end of its first painting; best of the rounds |
| memory | resident at that moment; median of the rounds |
| bubble | from Enter to the own bubble, painted |
| peer's bubble | from Enter to the bubble in the peer's window, painted, over the relay on loopback |
| long chat | resident with a chat of 100,000 messages open, after going up in it; median of three |
| scroll, resize | one step and the painting after it, in that chat |
| loop | the longest time that one turn took while windows opened and the language changed |

A bubble is painted when its window has handed the pixels to the screen; what was painted is looked at after
that, so looking is no part of what is measured. The next message is written once the one before has both its
ticks. Of scrolling and resizing, time in which the machine ran something else does not count (Linux). The
profile is opened by the keyring. Start and memory are taken in turns with those of a bare PySide6 window,
both by `first_paint`; the memory of the long chat by `long_chat`, which brings no more of its own.
"""

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.results import ROOT, Figure, LeftOut

from support.desktop import DIALOG, PROMPT, Desktop
from support.driver import PRODUCT
from support.processes import Program
from support.relay import RelayProcess
from support.screen import Screen

ROUNDS = 5
MESSAGES = 30
LONG_CHAT = 100_000
LONG_ROUNDS = 3
STEPS = 300
PAUSE = 0.1
"""Seconds between the last letter and Enter: what a letter painted is over then."""
SETTLED = 1.0
"""Seconds after which opening a chat is over; what it still paints is no scrolling."""
PATIENCE = 20.0
TRIES = 3
OPENED = {
    "openSettings": "settingsWindow",
    "openContacts": "contactsWindow",
    "openRequests": "requestsWindow",
    "newConversation": "newConversationWindow",
}
"""Buttons of the main window, and what they open."""
BARE = "benchmarks.bare_window:main"


class Start:
    """How long a program took until it told, by `first_paint` at its first window, and its memory then."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        entry: str,
        *arguments: str,
        script: str = "first_paint.py",
    ) -> None:
        reader, writer = os.pipe()
        began = time.monotonic()
        command = [
            sys.executable,
            str(ROOT / "benchmarks" / script),
            str(writer),
            entry,
            *arguments,
        ]
        program = Program(command, environment, folder, hand_over=[writer])
        os.close(writer)
        try:
            ready, _, _ = select.select([reader], [], [], 2 * PATIENCE)
            told = os.read(reader, 100).split() if ready else []
        finally:
            program.stop()
            os.close(reader)
        if not told:
            raise LeftOut(f"{entry} painted nothing\n{program.last_words(8)}")
        self.seconds = float(told[0]) - began
        self.megabytes = int(told[1]) / 1024


class Stage:
    """A virtual screen, a relay, and profiles."""

    def __init__(self, stack: ExitStack) -> None:
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        screen = Screen()
        stack.callback(screen.stop)
        paths = os.pathsep.join(str(ROOT / name) for name in ("", "tests", "app", "relay"))
        self.environment = {**screen.environment, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
        self.relay = stack.enter_context(RelayProcess(self.folder / "relay"))

    def profile(self, name: str, *history: str) -> Path:
        """A profile that has an account; see `benchmarks.profiles`."""
        folder = self.folder / f"watchword-demo-{name}"
        command = [
            sys.executable,
            "-m",
            "benchmarks.profiles",
            str(folder),
            name,
            self.relay.address,
            *history,
        ]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise LeftOut(f"no profile for {name}: {done.stderr.strip().splitlines()[-1]}")
        return folder

    def person(self, name: str) -> Desktop:
        """Somebody at a desktop; their profile is the one of this name."""
        return Desktop(name, self.folder, self.relay.address, self.environment)


def starts(stage: Stage) -> Iterable[Figure]:
    """Start and memory against a bare window."""
    words = ["--profile", str(stage.profile("starter"))]
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(Start(stage.environment, stage.folder, BARE))
        ours.append(Start(stage.environment, stage.folder, PRODUCT, *words))
    yield from (
        Figure("start: bare window", best_seconds(bare), "s"),
        Figure(
            "start: desktop",
            best_seconds(ours),
            "s",
            "itself to the bare window",
            best_seconds(ours) / best_seconds(bare),
            at_most=2.5,
        ),
        Figure("memory: bare window", memory(bare), "MB"),
        Figure(
            "memory: desktop", memory(ours), "MB", "itself to the bare window", memory(ours) / memory(bare)
        ),
    )


def best_seconds(rounds: list[Start]) -> float:
    """The quickest of the rounds."""
    return min(start.seconds for start in rounds)


def memory(rounds: list[Start]) -> float:
    """The median of the rounds."""
    return statistics.median(start.megabytes for start in rounds)


def messages(stage: Stage) -> Iterable[Figure]:
    """The way of a message from Enter to both views."""
    stage.profile("ada")
    stage.profile("bo")
    ada, bo = stage.person("ada"), stage.person("bo")
    try:
        for person in (ada, bo):
            person.opens_again()
        bo.answers(ada.asks("bo"))
        ada.asking_sees("same phrase")
        bo.asked_sees("same phrase")
        ada.puts_away(DIALOG)
        bo.puts_away(PROMPT)
        for person in (ada, bo):
            person.chat_opens()
        own, peer = [], []
        for number in range(MESSAGES):
            text = f"message number {number}"
            ada.window.write("composer", text)
            time.sleep(PAUSE)
            here = ada.window.expect_painted("chatView", text)
            there = bo.window.expect_painted("chatView", text)
            ada.window.key("Return", "composer")
            own.append(here() - ada.window.pressed_at)
            peer.append(there() - ada.window.pressed_at)
            ada.sees_delivered(text)
    finally:
        ada.stops()
        bo.stops()
    yield Figure("bubble: median", statistics.median(own) * 1e3, "ms", at_most=16)
    yield Figure("peer's bubble: median", statistics.median(peer) * 1e3, "ms", at_most=10)


def long_chat(stage: Stage, bare: float) -> Iterable[Figure]:
    """A chat of 100,000 messages."""
    words = ["--profile", str(stage.profile("cy", "dee", str(LONG_CHAT)))]
    resident = memory(
        [
            Start(stage.environment, stage.folder, PRODUCT, *words, script="long_chat.py")
            for _ in range(LONG_ROUNDS)
        ]
    )
    cy = stage.person("cy")
    try:
        cy.opens_again()
        cy.window.wait("chatList", visible=True, contains="dee")
        cy.window.choose("chatList", "dee")
        cy.window.wait("chatView", visible=True)
        time.sleep(SETTLED)
        frames = cy.window.scroll_frames("chatView", STEPS)
        steps = cy.window.resize_frames("mainWindow", [900 + 10 * (number % 20) for number in range(40)])
    finally:
        cy.stops()
    yield Figure(
        "long chat: memory", resident, "MB", "itself to the bare window", resident / bare, at_most=2.3
    )
    yield Figure("scroll: median frame", statistics.median(frames) * 1e3, "ms")
    yield Figure("scroll: p99 frame", sorted(frames)[int(len(frames) * 0.99)] * 1e3, "ms", at_most=8)
    yield Figure("resize: median step", statistics.median(steps) * 1e3, "ms", at_most=25)


def windows(stage: Stage) -> Iterable[Figure]:
    """What keeps the loop while windows open and the language changes; the quickest of the tries of each."""
    stage.profile("eve")
    eve = stage.person("eve")
    taken: dict[str, list[float]] = {}
    try:
        eve.opens_again()
        window = eve.window
        for _ in range(TRIES):
            for button, opened in OPENED.items():
                window.longest_stretch()
                window.click(f"mainWindow/{button}")
                window.wait(opened, visible=True)
                taken.setdefault(opened, []).append(window.longest_stretch())
                window.close(opened)
            window.click("mainWindow/openSettings")
            for choice, title in (("language-zh_CN", "设置"), ("language-en", "Settings")):
                window.wait(choice, visible=True)
                window.longest_stretch()
                window.click(choice)
                window.wait("settingsWindow", text=title)
                taken.setdefault("language", []).append(window.longest_stretch())
            window.close("settingsWindow")
    finally:
        eve.stops()
    slowest = max(taken, key=lambda what: min(taken[what]))
    yield Figure(f"loop: longest stretch, {slowest}", min(taken[slowest]) * 1e3, "ms", at_most=50)


def figures(say: Callable[[str], None], leave_out: Callable[[str, str], None]) -> Iterable[Figure]:
    """Measure all of it; what fails is left out with its reason, the rest is measured."""
    found: list[Figure] = []
    with ExitStack() as stack:
        stage = Stage(stack)
        say("desktop: start and memory")
        found += starts(stage)
        bare = next(figure.value for figure in found if figure.name == "memory: bare window")
        parts = {
            "messages": partial(messages, stage),
            "long chat": partial(long_chat, stage, bare),
            "windows": partial(windows, stage),
        }
        for name, part in parts.items():
            say(f"desktop: {name}")
            try:
                found += part()
            except (AssertionError, LeftOut) as reason:
                leave_out(f"desktop: {name}", str(reason).strip().splitlines()[0])
    return found
