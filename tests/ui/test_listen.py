"""Events of the core as signals: each kind on its own, in order, and none after the end."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from support.windows import offline_client, played
from watchword.model.chat import Chat, Contact, Message, MessageKind, SessionState
from watchword.model.company import CompanyPolicy, Organisation
from watchword.model.errors import Kind, Situation
from watchword.model.events import (
    ChatChanged,
    ContactChanged,
    Event,
    LinkChanged,
    LinkState,
    MessageAdded,
    MessageChanged,
    OrganisationChanged,
    RequestChanged,
    TroubleMet,
    TroubleOver,
)
from watchword.model.requests import Phase, Role, SessionRequest
from watchword.ui.listen import Listener

ADA = Contact("ada", "Ada")
MESSAGE = Message(1, 7, MessageKind.TEXT, mine=False, text="hello", at=0)
ACME = Organisation("ACME", "0" * 20, 1, 1, 1, "", "", (), (), CompanyPolicy(False, 0, 0, False, False, ()))
EVENTS: dict[str, Event] = {
    "link_changed": LinkChanged(LinkState.ONLINE),
    "chat_changed": ChatChanged(Chat(7, ADA, SessionState.OPEN, None, 1)),
    "message_added": MessageAdded(MESSAGE, notify=True),
    "message_changed": MessageChanged(MESSAGE),
    "request_changed": RequestChanged(SessionRequest("k", Role.ASKED, "ada", "Ada", True, Phase.WAITING)),
    "contact_changed": ContactChanged(ADA),
    "organisation_changed": OrganisationChanged(ACME),
    "trouble_met": TroubleMet(Situation(Kind.DISK_FULL)),
    "trouble_over": TroubleOver(frozenset({Kind.DISK_FULL})),
}
"""By the signal that carries it."""


def test_each_event_comes_by_its_signal_in_order_until_the_end(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        listener = Listener(client)
        heard: list[tuple[str, Event]] = []
        for name in EVENTS:
            signal = getattr(listener, name)
            signal.connect(lambda event, name=name: heard.append((name, event)))
        client._desk.tell(*EVENTS.values())
        assert [name for name, _ in heard] == [*EVENTS]
        assert all(event == EVENTS[name] for name, event in heard)
        listener.stop()
        client._desk.tell(*EVENTS.values())
        assert len(heard) == len(EVENTS)
        await client.close()

    played(qapp, play())
