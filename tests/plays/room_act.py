"""The demo's third act: a room, somebody who comes late, a second computer, and a message that is taken back.

A company's people again, on a relay of their own. Dee works without a window: her program writes what would
take a day to type.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from plays.act import Act
from support import room_window as rooms
from support.colleague import Colleague
from support.desktop import WINDOW, Desktop
from support.key_owner import KeyOwner
from support.nodes import relay_in
from support.play import Person
from support.processes import PATIENCE
from support.room_window import ROOM
from support.strangers import Aside
from support.waiting import until_found
from support.web import WebServer
from watchword.model.room import Part

TO_ALL = "The apples are ripe. Who comes on Saturday?"
ANSWER = "I do, with baskets."
LAST_OF_DAY = "That was the last crate."
FROM_LAPTOP = "Written on the new computer."
ANSWERED = "It reaches both of yours."
NOT_FOR_YOU = "This was not for you."
WITHOUT_BO = "The key lies under the third stone."
UPDATES = "/orchard.company"
CRATES = 300
"""Messages of a day."""
SLOW = {"pages": (1, 0.4)}
"""Pages of history come so slowly that somebody can see them come."""

_PLACES = {"ada": (10, 780), "bo": (810, 780), "cy": (410, 780), "eve": (610, 780)}


class RoomAct(Act):
    """The third act.

    Args:
        folder: where vault, profiles, the relay's data and the pictures go.
        environment: of the virtual screen.
        say, watched, first: see `Act`.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        *,
        first: int,
        watched: bool = True,
    ) -> None:
        super().__init__(folder, say, watched=watched, first=first)
        self._held = ExitStack()
        self.relay = relay_in(folder / "room-relay", limits=SLOW)
        self._held.callback(self.relay.__exit__, None, None, None)
        self.web = self._held.enter_context(WebServer())
        self._aside = self._held.enter_context(Aside())
        vault = folder / "room-owner"
        vault.mkdir(parents=True, exist_ok=True)
        self.owner = KeyOwner(vault)
        self.ada, self.bo, self.cy, self.eve = (
            Colleague(name, folder / "room", environment) for name in _PLACES
        )
        self.laptop = Colleague("ada", folder / "room-laptop", environment)
        self.dee = Person("dee", folder / "room" / "dee", self.relay.address)

    @property
    def people(self) -> Sequence[Desktop]:
        """Everybody with a window; ada has two."""
        return self.ada, self.laptop, self.bo, self.cy, self.eve

    def steps(self) -> Iterator[Callable[[], None]]:
        """The steps in order."""
        yield self.company_founded
        yield self.room_founded
        yield self.room_joined
        yield self.message_to_the_room
        yield self.a_day_of_traffic
        yield self.late_joiner
        yield self.second_computer_asks
        yield self.history_comes
        yield self.both_computers
        yield self.taken_back
        yield self.taken_out
        yield self.secrets_removed

    def close(self) -> None:
        """End every program, whatever state it is in."""
        for person in self.people:
            person.stops()
        self._held.close()

    # --- the steps ------------------------------------------------------------------------

    def company_founded(self) -> None:
        """A company lets its relay keep messages for new computers and for late joiners; its people join."""
        self.owner.does("init", "ORCHARD")
        for name in (*_PLACES, "dee"):
            self.owner.does("member", "add", name, name.title())
        self.owner.does("key", "new", "orchard-2026")
        kept = ("--retention", "30d", "--roaming", "30d", "--late", "yes")
        address = self.web.link(UPDATES)
        self.owner.does("profile", "set", "--relay", self.relay.address, "--updates", address, *kept)
        self.web.gives(UPDATES, self.owner.updates())
        for person in (self.ada, self.bo, self.cy):
            self._joins(person)
        file, phrase = self.owner.joins("dee")
        self._aside.does(self.dee.registers())
        self._aside.does(self.dee.returns())
        self._held.callback(lambda: self._aside.does(self.dee.leaves()))
        self._aside.does(self.dee.client.company.join(file, phrase))

    def room_founded(self) -> None:
        """Ada creates a room of four: bo, cy and dee are invited, nobody is in it without saying so."""
        rooms.creates(self.ada, ROOM, "Bo", "Cy", "Dee")
        rooms.is_invited(self.bo, "Ada", ROOM)

    def room_joined(self) -> None:
        """Bo, cy and dee join; each change is a line in the chat."""
        for person in (self.bo, self.cy):
            rooms.joins(person, "Ada", ROOM)
        self._aside.does(self._dee_joins())
        for name in ("Bo", "Cy", "Dee"):
            self.ada.is_told(f"{name} joined.")
        self.ada.window.wait("contactLine", contains="4 people")

    def message_to_the_room(self) -> None:
        """Ada writes once, for all of them; bo answers everybody."""
        rooms.says_and_reads(self.ada, TO_ALL, self.bo, self.cy)
        self.ada.sees_delivered(TO_ALL)
        rooms.says_and_reads(self.bo, ANSWER, self.ada, self.cy)

    def a_day_of_traffic(self) -> None:
        """Dee writes for a day: hundreds of messages, each once and in order."""
        self._aside.does(self._dee_writes(), patience=120)
        for person in (self.ada, self.bo, self.cy):
            person.reads(LAST_OF_DAY, patience=4 * PATIENCE)

    def late_joiner(self) -> None:
        """Ada invites eve, who joins late and reads what was said before."""
        self._joins(self.eve)
        rooms.invites(self.ada, "Eve")
        rooms.joins(self.eve, "Ada", ROOM)
        self.eve.window.wait("historyBar", visible=False, patience=8 * PATIENCE)
        self.eve.reads(LAST_OF_DAY, patience=8 * PATIENCE)

    def second_computer_asks(self) -> None:
        """Ada's new computer shows eight words; she types them on the other one."""
        self.laptop.opens()
        window = self.laptop.window
        window.click("furtherButton")
        window.wait("relayField", visible=True)
        window.key("Ctrl+A", "relayField")
        window.paste("relayField", self.relay.address)
        window.click("nextStep")
        window.wait("ownIdField", visible=True, patience=2 * PATIENCE)
        window.write("ownIdField", "ada")
        window.click("nextStep")
        window.wait("keyringName", visible=True)
        window.wait("nextStep", enabled=True)
        window.click("nextStep")
        window.wait("desktopWords", visible=True)
        words = str(window.look("desktopWords")["spoken"])
        desk = self.ada.window
        desk.activate(WINDOW)
        desk.click(f"{WINDOW}/openSettings")
        desk.wait("newcomers", visible=True)
        desk.click("addDesktop")
        desk.wait("desktopWordsField", focused=True)
        desk.paste("desktopWordsField", words)
        desk.click("approveDesktop")
        window.wait(f"{WINDOW}/newConversation", visible=True, enabled=True, patience=2 * PATIENCE)
        desk.close("settingsWindow")

    def history_comes(self) -> None:
        """What the relay keeps comes to the new computer, page by page; a bar says how far it is."""
        window = self.laptop.window
        window.wait("historyBar", visible=True, patience=2 * PATIENCE)
        window.activate(WINDOW)
        self.laptop.shot(self._folder / "history-bar.png")
        window.wait("historyBar", visible=False, patience=8 * PATIENCE)
        self.laptop.turns_to_chat(ROOM)
        self.laptop.reads(LAST_OF_DAY)

    def both_computers(self) -> None:
        """What ada writes on one computer stands on the other as her own; answers reach both."""
        self.laptop.says(FROM_LAPTOP)
        for person in (self.ada, self.bo):
            person.reads(FROM_LAPTOP)
        self.bo.says(ANSWERED)
        for person in (self.ada, self.laptop):
            person.reads(ANSWERED)

    def taken_back(self) -> None:
        """Cy is away; ada writes to cy by mistake and takes it back: cy never sees it."""
        self.cy.closes(watched=self._watched)
        self.ada.window.activate(WINDOW)
        self.ada.picks("Cy")
        self.ada.says(NOT_FOR_YOU)
        window = self.ada.window
        window.choose("chatView", NOT_FOR_YOU, right=True)
        window.choose("messageMenu", "Take back")
        window.wait("takeBack", visible=True)
        window.click("takeBack/confirm")
        window.wait("chatView", row=[NOT_FOR_YOU, "taken back"])
        self.cy.opens_again()
        self.cy.window.wait("chatList", row=[ROOM, ANSWERED])
        assert NOT_FOR_YOU not in " ".join(self.cy.window.rows("chatList"))
        self.cy.sits(*_PLACES["bo"])  # beside ada's window, in which it stands as taken back
        self.ada.turns_to_window()

    def taken_out(self) -> None:
        """Ada takes bo out of the room: what is written from then on does not reach bo."""
        self.ada.turns_to_chat(ROOM)
        rooms.opens_details(self.ada)
        rooms.does_with(self.ada, "Bo", "Take out")
        self.ada.window.key("Escape", rooms.DETAILS)
        self.bo.is_told("Ada took you out of the room.")
        rooms.says_and_reads(self.ada, WITHOUT_BO, self.laptop, self.eve)
        self.cy.window.wait("chatList", row=[ROOM, WITHOUT_BO])
        assert not self.bo.times_seen(WITHOUT_BO)
        self.bo.turns_to_window()

    # --- who does it ----------------------------------------------------------------------

    def _joins(self, person: Colleague) -> None:
        """First start from the company's file."""
        _, phrase = self.owner.joins(person.name)
        person.opens_with(str(self.owner.folder / f"{person.name}.company"))
        person.joins(phrase)
        person.sits(*_PLACES[person.name])

    async def _dee_joins(self) -> None:
        async def invited() -> list[int]:
            chats = await self.dee.client.chats()
            return [chat.id for chat in chats if chat.room is not None and chat.room.part is Part.INVITED]

        await until_found(invited, "dee is invited")
        [chat] = await invited()
        await self.dee.client.rooms.answer(chat, join=True)

    async def _dee_writes(self) -> None:
        [chat] = [chat for chat in await self.dee.client.chats() if chat.room is not None]
        for number in range(1, CRATES):
            await self.dee.client.send_text(chat.id, f"Crate {number} is full.")
        await self.dee.client.send_text(chat.id, LAST_OF_DAY)
