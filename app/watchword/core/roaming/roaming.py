"""What the client asks of its relay beside sending and receiving: taking back, history, sharing.

Commands raise RefusedBy or TroubleWith and nothing else. See `docs/protocol/wire.md`, Recall and History.
"""

from collections.abc import Awaitable, Callable

from watchword.core.company.company import Company
from watchword.core.desk import Desk
from watchword.core.roaming.history import Fetching
from watchword.core.roaming.questions import Questions
from watchword.core.roaming.recalls import Recalls
from watchword.model.errors import Kind, Situation
from watchword.model.events import Event, OrganisationChanged
from watchword.model.roaming import HistoryShown
from watchword_wire.frames import FromRelay, History, Recalled, Refusal, Shared, Welcome


class Roaming:
    """Joined for one open client."""

    def __init__(
        self,
        desk: Desk,
        company: Company,
        *,
        taken_out: Callable[[], None],
        renew: Callable[[], None],
        say_shared: Callable[[bytes, str], Awaitable[None]],
    ) -> None:
        """Ask nothing yet.

        Args:
            desk: shared.
            company: whose conversations these are.
            taken_out: tells who sends that some are not in the store any more.
            renew: ends the connection and makes another.
            say_shared: tells somebody that a room's history is at the relay for them now.
        """
        self._desk = desk
        self._company = company
        self._questions = Questions(desk, renew)
        self.recalls = Recalls(desk, company.sending.posting, lambda: company.member, taken_out)
        receiving = company.receiving
        self.fetching = Fetching(
            desk,
            self._questions,
            lambda: company.member,
            came=receiving.stir,
            tried=receiving.tried,
            say_shared=say_shared,
        )
        self._serial = 0
        self._stop = desk.listen(self._heard)

    @property
    def shown(self) -> HistoryShown:
        """How far what came before is here."""
        return self.fetching.shown

    async def start(self) -> None:
        """Begin to fetch, and to share what a room had put down for it, as soon as there is a connection."""
        await self.recalls.start()
        self._desk.tasks.spawn("history", self.fetching.run())

    def close(self) -> None:
        """Hear no more."""
        self._stop()

    # --- what the relay says --------------------------------------------------------------

    def online(self, welcome: Welcome) -> None:
        """Signed in: ask again for all that has no answer."""
        self.recalls.online()
        # What there was no room for waits here no more than what came too long ago.
        self.fetching.signed_in(0 if welcome.gap else welcome.kept_s)
        if welcome.gap:
            self._desk.report(Situation(Kind.MAILBOX_GAP))

    def disconnected(self) -> None:
        """Cut off."""
        self._questions.disconnected()

    def takes(self, frame: FromRelay) -> bool:
        """Take a frame; False if it is none of these."""
        match frame:
            case Recalled():
                self._desk.tasks.spawn("recalled", self.recalls.answered(frame))
            case History() | Shared():
                self._questions.answered(frame)
            case Refusal():
                return self._questions.refused(frame) or self.recalls.refused(frame)
            case _:
                return False
        return True

    def _heard(self, event: Event) -> None:
        """Another company file may say otherwise about history."""
        if isinstance(event, OrganisationChanged) and event.organisation.serial != self._serial:
            self._serial = event.organisation.serial
            self.fetching.stir()
