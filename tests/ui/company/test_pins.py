"""Several tokens ask one after the other; who waits is answered in every way that a question can end."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from support.windows import offline_client, played, window_named
from watchword.core.client import Client
from watchword.model.company import Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.ui.company.pin import PinDialog
from watchword.ui.company.pins import Pins


class Asking:
    """The questions over a client whose core is told what tokens do; what it is answered is kept."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pins = Pins(client)
        self.answers: list[tuple[str, str | None]] = []
        client.company.answer_pin = self._answered  # type: ignore[method-assign] # no token waits for it here

    def _answered(self, token: str, pin: str | None) -> None:
        self.answers.append((token, pin))

    def tell(self, event: Event) -> None:
        self.client._desk.tell(event)

    @property
    def dialog(self) -> PinDialog:
        found = window_named("pinDialog")
        assert isinstance(found, PinDialog)
        return found

    def types(self, pin: str) -> None:
        self.dialog.field.set_text(pin)
        self.dialog.unlock.click()

    async def end(self) -> None:
        self.pins.stop()
        await self.client.close()


def test_tokens_queue_and_a_wrong_pin_is_asked_for_again(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        asking = Asking(await offline_client(tmp_path / "bo"))
        asking.tell(PinWanted("one"))
        asking.tell(PinWanted("two"))
        first = asking.dialog
        assert (first.token, asking.pins.waiting) == ("one", ["one", "two"])
        asking.types("1")
        assert asking.answers == [("one", "1")]
        assert asking.pins.waiting == ["two"]
        asking.tell(PinWanted("one", Reason.PIN_WRONG))
        assert asking.dialog is first, "it stays where it is"
        assert first.warning.text() == "That was not the PIN. Type it anew."
        asking.types("2")
        asking.tell(PinOver("one"))
        assert asking.dialog.token == "two"
        asking.dialog.not_now.click()
        assert asking.answers == [("one", "1"), ("one", "2"), ("two", None)]
        asking.tell(PinOver("two", Reason.PIN_WANTED))
        assert window_named("pinDialog") is None
        assert asking.pins.waiting == []
        await asking.end()

    played(qapp, play())


def test_a_question_that_stands_comes_forward_with_what_was_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        asking = Asking(await offline_client(tmp_path / "bo"))
        asking.tell(PinWanted("one"))
        first = asking.dialog
        first.field.set_text("12")
        first.showMinimized()
        asking.tell(PinWanted("one"))
        assert asking.dialog is first
        assert not first.isMinimized()
        assert (first.field.text(), asking.pins.waiting, asking.answers) == ("12", ["one"], [])
        await asking.end()

    played(qapp, play())


def test_a_question_goes_away_when_nobody_waits(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        asking = Asking(await offline_client(tmp_path / "bo"))
        asking.tell(PinWanted("one"))
        asking.tell(PinOver("one"))
        assert window_named("pinDialog") is None
        asking.tell(PinWanted("one"))
        asking.pins.stop()
        assert window_named("pinDialog") is None
        assert asking.answers == [], "who waits is let go by the core"
        await asking.client.close()

    played(qapp, play())


def test_a_token_that_locks_itself_says_so_until_it_is_read(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        asking = Asking(await offline_client(tmp_path / "bo"))
        asking.tell(PinWanted("one", Reason.PIN_WRONG_LAST_TRY))
        asking.types("3")
        asking.tell(PinOver("one", Reason.PIN_LOCKED))
        assert asking.dialog.warning.text().startswith("It has locked itself")
        asking.tell(PinWanted("two"))
        assert asking.dialog.token == "one", "nothing is taken from under the eyes"
        asking.dialog.not_now.click()
        assert asking.dialog.token == "two"
        await asking.end()

    played(qapp, play())


def test_the_tray_brings_the_token_that_was_chosen(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        asking = Asking(await offline_client(tmp_path / "bo"))
        asking.tell(PinWanted("one"))
        asking.tell(PinWanted("two"))
        asking.pins.show_pin("two")
        assert asking.dialog.token == "two"
        assert asking.answers == [], "the other one goes on waiting"
        asking.types("2")
        asking.tell(PinOver("two"))
        assert asking.dialog.token == "one"
        asking.pins.show_pin("gone")
        assert asking.dialog.token == "one"
        await asking.end()

    played(qapp, play())
