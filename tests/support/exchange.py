"""Two sides of the exchange over real stores, with a wire between them that a test holds in its hands."""

from support.desk import Place
from support.waiting import until
from watchword.core.arrivals import Arrivals
from watchword.core.requests import Requests
from watchword.core.runs import Runs
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import RequestChanged
from watchword.model.requests import SessionRequest
from watchword_wire.exchange import Kind as StepKind
from watchword_wire.exchange import kind_of
from watchword_wire.frames import Step, StepFrom, StepNoted


class Side:
    """One desk with its requests."""

    def __init__(self, desk: Place) -> None:
        self.desk = desk
        self.settled = 0
        self.runs = Runs(desk, self._settled)
        self.barred: set[str] = set()
        """Whom the company allows no session with."""
        self.requests = Requests(desk, self.runs, lambda _account: None, self._bars)
        self.arrivals = Arrivals(desk, self.runs)

    def _bars(self, account: str) -> RefusedBy | None:
        if account not in self.barred:
            return None
        return RefusedBy(Kind.COMPANY_OUTSIDER, account=account, company="ACME")

    def _settled(self) -> None:
        self.settled += 1

    @property
    def shown(self) -> list[SessionRequest]:
        """Each request as it was told last, oldest first."""
        latest = {e.request.key: e.request for e in self.desk.events if isinstance(e, RequestChanged)}
        return [*latest.values()]

    def latest(self) -> SessionRequest:
        """The request that began last, as it was told last."""
        return self.shown[-1]

    def said(self, kind: StepKind) -> list[Step]:
        """Handshake messages of one kind that this side sent."""
        steps = [frame for frame in self.desk.relay.sent if isinstance(frame, Step)]
        return [step for step in steps if kind_of(step.body) is kind]

    async def says(self, kind: StepKind) -> Step:
        """Wait for a message of this kind and return the latest."""
        await until(lambda: self.said(kind), f"{self.desk.me} says {kind!r}")
        return self.said(kind)[-1]

    async def hears(self, step: Step, sender: "Side", *, t1_ms: int = 60_000, t2_ms: int = 75_000) -> None:
        """The relay passes a message on."""
        frame = StepFrom(str(sender.desk.me), step.body, t1_ms, t2_ms, step.hint)
        await self.arrivals.arrived(frame)

    async def is_noted(self, h: bytes) -> None:
        """The relay has this side's request."""
        await self.arrivals.noted(StepNoted(h, 1, 60_000, 75_000))
