"""A mailbox that is full, and a relay that asks for a pause, in the windows of whoever writes.

The real relay with small limits. What it does not take waits, says why, goes out in order once there is room,
and what was said of it goes away by itself.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import legible
from support.desktop import WINDOW, Desktop
from support.logged import LoggedWarnings
from support.meeting import has_account, meets
from support.nodes import relay_in
from support.play import Person
from support.processes import PATIENCE, wait_until
from support.screen import Screen
from support.strangers import Aside
from support.terminal import Terminal
from watchword.model.chat import Delivery
from watchword_relay.limits import MESSAGE_COST
from watchword_wire.frames import Refusal, RefusalCode

FULL = (
    "The relay keeps no more for {account}, who has not fetched what waits there. "
    "Your messages stay here and are sent when there is room."
)
BUSY = "The relay is busy. Watchword tries again in {} s."


class Circle:
    """Ada with windows, and people without, whom she has met."""

    def __init__(
        self, stack: ExitStack, folder: Path, screen: Screen, limits: dict[str, object], *names: str
    ) -> None:
        self.relay = relay = stack.enter_context(relay_in(folder / "relay", limits=limits))
        self.aside = aside = stack.enter_context(Aside())
        self.people = [Person(name, folder / name, relay.address) for name in names]
        self.ada = Desktop("ada", folder, relay.address, screen.environment)
        has_account(self.ada, screen.environment)
        stack.callback(self.ada.forget_secret)
        stack.callback(self.ada.stops)
        self.ada.opens_again()
        for person in self.people:
            aside.does(person.registers())
            aside.does(person.returns())
            stack.callback(self._leaves, person)
            meets(self.ada, person, aside)

    def _leaves(self, person: Person) -> None:
        if not person.is_away:
            self.aside.does(person.leaves())


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends what the play started."""
    with ExitStack() as made:
        yield made


def test_a_full_mailbox_keeps_nothing_from_others_and_fills_again_in_order(
    stack: ExitStack, screen: Screen, tmp_path: Path
) -> None:
    circle = Circle(stack, tmp_path, screen, {"mailbox_messages": 6}, "bo", "cy")
    ada, window, aside = circle.ada, circle.ada.window, circle.aside
    bo, cy = circle.people
    window.choose("chatList", "bo")
    aside.does(bo.leaves())
    texts = [f"for bo, number {number}" for number in range(10)]
    for text in texts:
        ada.says(text)
    window.wait("troubleBanner", visible=True, text=FULL.format(account="bo"))
    ada.sees_waiting(texts[0])
    window.wait("chatView", row=[texts[-1], "waiting to be sent"])
    assert window.misfits() == []
    ada.shot(tmp_path / "full.png")

    window.choose("chatList", "cy")
    ada.says("for cy, who is here")
    aside.does(cy.sees_texts("ada", ["for cy, who is here"]))
    ada.sees_delivered("for cy, who is here")
    window.wait("troubleBanner", visible=True)

    window.click(f"{WINDOW}/openSettings")
    window.wait("language-zh_CN", visible=True)
    window.click("language-zh_CN")
    chinese = legible.translations()[FULL].format(account="bo")
    window.wait("troubleBanner", visible=True, text=chinese)
    wait_until(lambda: window.misfits() == [], "every window has found room for its new words")
    window.click("language-en")
    window.close("settingsWindow")

    ada.closes()
    ada.opens_again()
    window = ada.window
    window.choose("chatList", "bo")
    window.wait("troubleBanner", visible=True, text=FULL.format(account="bo"))
    window.wait("chatView", row=[texts[-1], "waiting to be sent"])
    aside.does(bo.returns())
    aside.does(bo.sees_texts("ada", texts))
    for text in texts:
        ada.sees_delivered(text)
    window.wait("troubleBanner", visible=False)
    ada.closes()


def test_a_relay_that_asks_for_a_pause_gets_it_and_all_goes_out_in_order(
    stack: ExitStack, screen: Screen, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    cost = MESSAGE_COST + 400
    circle = Circle(stack, tmp_path, screen, {"sends": (3 * cost, cost)}, "bo")
    ada, window, aside = circle.ada, circle.ada.window, circle.aside
    [bo] = circle.people
    window.choose("chatList", "bo")
    texts = [f"{number} of many" for number in range(7)]
    circle.relay.suspend()
    for text in texts:
        ada.says(text)
    circle.relay.resume()
    said = window.wait("troubleBanner", visible=True, contains="The relay is busy.")["text"]
    assert said in {BUSY.format(seconds) for seconds in range(1, 6)}
    ada.shot(tmp_path / "busy.png")
    aside.does(bo.sees_texts("ada", texts, patience=2 * PATIENCE))
    aside.does(bo.sends("ada", "got all of it"))
    ada.reads("got all of it")
    window.wait("chatView", row=[texts[-1], "delivered"], patience=2 * PATIENCE)
    window.wait("troubleBanner", visible=False)
    aside.does(bo.sees_ticks("ada", Delivery.DELIVERED))
    ada.closes()
    # Whether bo's receipts were put off as well is a matter of moments.
    logged_warnings.records[:] = [line for line in logged_warnings.records if "message refused" not in line]


def test_a_pause_before_sign_in_is_kept_and_said_and_there_is_nothing_to_press(
    stack: ExitStack, screen: Screen, tmp_path: Path
) -> None:
    """Somebody at the same address tried a wrong key: the next one who signs in has to wait."""
    circle = Circle(stack, tmp_path, screen, {"failed_sign_ins": (1, 1 / 20)})
    ada = circle.ada
    ada.closes(watched=False)

    async def tries() -> None:
        stranger = Terminal(circle.relay.url, "ada")
        await stranger.open()
        await stranger.send(stranger.signature())
        assert await stranger.read() == Refusal(RefusalCode.UNKNOWN_TERMINAL)
        await stranger.socket.close()

    circle.aside.does(tries())
    ada.opens()
    said = ada.window.wait(
        "linkBanner", visible=True, contains="The relay is busy. Watchword tries again in"
    )["text"]
    assert said in {BUSY.format(seconds) for seconds in range(1, 23)}
    ada.window.wait("tryNow", visible=False)
    ada.shot(tmp_path / "pause.png")
    ada.is_online()
    ada.closes(watched=False)
