"""Where frames from the relay are told apart and given to the part they are for; what follows a sign-in.

The only user of `net.link`. What goes wrong with one frame is reported and stays with that frame. See
`docs/protocol/wire.md`.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final, NamedTuple

from watchword import log
from watchword.core import clock
from watchword.core.arrivals import Arrivals
from watchword.core.company.company import Company
from watchword.core.desk import Desk
from watchword.core.inbox import Inbox
from watchword.core.outbox import Outbox
from watchword.core.presence import Presence
from watchword.core.proxies import Proxies
from watchword.core.roaming.roaming import Roaming
from watchword.core.runs import STORE_RETRY
from watchword.core.tasks import situation_of
from watchword.core.terminals.terminals import Terminals
from watchword.crypto import primitives
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith
from watchword.model.events import LinkChanged, LinkState
from watchword.model.proxy import ProxyTyped
from watchword.net.address import parse_address
from watchword.net.connection import Way
from watchword.net.link import Link
from watchword.store import account as kept_account
from watchword.store import proxy as kept_proxy
from watchword.store.account import Account
from watchword_wire import codec
from watchword_wire.frames import (
    Deliver,
    DeliverData,
    FromRelay,
    Hello,
    Ok,
    Partly,
    Refusal,
    StepFrom,
    StepNoted,
    Watch,
    Welcome,
)
from watchword_wire.frames import Presence as PresenceFrame
from watchword_wire.limits import MESSAGE_ID_BYTES

CUTS_OFF = (Kind.DESKTOP_REMOVED, Kind.RELAY_REALM_GONE)
"""For what a relay lets a desktop in no more; said to it once, and kept."""
_WATCHING: Final = codec.number_of(Watch)


class Parts(NamedTuple):
    """Those that frames are for."""

    arrivals: Arrivals
    inbox: Inbox
    outbox: Outbox
    presence: Presence
    company: Company
    terminals: Terminals
    roaming: Roaming


class Reception:
    """Hears the link of one open client."""

    def __init__(
        self,
        desk: Desk,
        account: Account,
        parts: Parts,
        proxies: Proxies,
    ) -> None:
        self._desk = desk
        self._arrivals, self._inbox, self._outbox, self._presence, self._company, *_ = parts
        self._terminals, self._roaming = parts.terminals, parts.roaming
        self._proxies = proxies
        self._relay_key = account.relay_key
        self._cut_off = account.cut_off
        self._going_offline: asyncio.Task[None] | None = None
        self._was_online = False
        self.address = account.relay
        self.link = Link(self._way, str(account.id), self._sign, self, clock.now)

    async def use_relay(self, typed: str) -> None:
        """Move to another address of the same relay.

        Raises:
            RefusedBy: ADDRESS_*; RELAY_KEY where the address names another key than the pinned one,
                RELAY_REALM where it leads into another organisation's part.
        """
        address = parse_address(typed)
        if address.realm != parse_address(self.address).realm:
            raise RefusedBy(Kind.RELAY_REALM)
        if address.key is not None and self._relay_key is not None and address.key != self._relay_key:
            raise RefusedBy(Kind.RELAY_KEY)
        await self._desk.db.write(lambda tx: kept_account.set_relay(tx, str(address)))
        self.address = str(address)
        self.link.reconnect(renew=True)

    async def use_proxy(self, typed: ProxyTyped) -> None:
        """Reach the relay in another way from now on.

        Raises:
            RefusedBy: PROXY_FORM, PROXY_SCHEME.
        """
        kept = self._proxies.read(typed)
        await self._desk.db.write(lambda tx: kept_proxy.put(tx, kept))
        self._proxies.kept = kept
        self.link.reconnect(renew=True)

    # --- what the link calls --------------------------------------------------------------

    async def met(self, hello: Hello) -> None:
        """Pin the relay's key at the first sign-in."""
        if self._relay_key is None:
            self._relay_key = hello.relay_key
            await self._guarded(self._desk.db.write(lambda tx: kept_account.pin(tx, hello.relay_key)))

    async def online(self, welcome: Welcome) -> None:
        """Say again what was left without an answer."""
        if self._going_offline is not None:
            await asyncio.wait([self._going_offline])
        self._was_online = True
        self._presence.watch()
        self._outbox.online(welcome.kept_s)
        self._company.sending.posting.online()
        self._terminals.online()
        self._roaming.online(welcome)
        await self._guarded(self._arrivals.connected())

    @property
    def changed(self) -> LinkChanged:
        """The latest state of the connection."""
        return self._known(self.link.changed)

    def link_changed(self, changed: LinkChanged) -> None:
        """Tell the window; when the connection went down, everybody who counts on it."""
        kind = None if changed.problem is None else changed.problem.kind
        if changed.state is LinkState.ONLINE or kind in CUTS_OFF:
            self._keep_cut_off(kind)
        self._desk.tell(self._known(changed))
        if self._was_online and changed.state is not LinkState.ONLINE:
            self._was_online = False
            self._inbox.disconnected()
            self._outbox.disconnected()
            self._company.sending.posting.disconnected()
            self._terminals.disconnected()
            self._roaming.disconnected()
            self._going_offline = self._desk.tasks.spawn("offline", self._offline())

    def _known(self, changed: LinkChanged) -> LinkChanged:
        """A relay that knows this terminal no more may have said why before: that cause is kept.

        A terminal that was removed does not come back: that is so while nobody is connected, too.
        """
        kind = None if changed.problem is None else changed.problem.kind
        if self._cut_off is Kind.DESKTOP_REMOVED and changed.state is not LinkState.ONLINE:
            return LinkChanged(LinkState.REFUSED, Situation(Kind.DESKTOP_REMOVED))
        if kind is Kind.RELAY_SIGN_IN and self._cut_off is not None:
            kind = self._cut_off
        if kind is None or kind not in CUTS_OFF:
            return changed
        facts = {"realm": parse_address(self.address).realm} if kind is Kind.RELAY_REALM_GONE else {}
        return LinkChanged(changed.state, Situation(kind, {**facts}))

    def _keep_cut_off(self, why: Kind | None) -> None:
        if why is not self._cut_off:
            self._cut_off = why
            keep = self._desk.db.write(lambda tx: kept_account.set_cut_off(tx, why))
            self._desk.tasks.spawn("cut off", keep)

    async def arrived(self, frame: FromRelay) -> None:
        """Give one frame to the part it is for."""
        if not self._roaming.takes(frame) and not self._terminals.takes(frame):
            await self._guarded(self._dispatch(frame))

    async def _guarded(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the border to the wire: one frame must not end the link
            self._desk.report(situation_of("frame", error))

    async def _dispatch(self, frame: FromRelay) -> None:
        match frame:
            case Deliver():
                await self._company.receiving.unsaved.none_of(frame.sender)
                await self._inbox.arrived(frame)
            case DeliverData():
                await self._inbox.unsaved.none_of(frame.sender)
                await self._company.receiving.arrived(frame)
            case Ok(ids):
                others = self._company.sending.posting.acknowledged(ids)
                if others:
                    self._outbox.acknowledged(others)
            case Partly():
                self._company.sending.posting.taken_for_some(frame)
            case StepFrom():
                await self._step(frame)
            case StepNoted():
                await self._arrivals.noted(frame)
            case PresenceFrame():
                await self._presence.arrived(frame)
            case Refusal(about=about) if len(about) == MESSAGE_ID_BYTES:
                self._message_refused(frame)
            case Refusal(about=about) if about == _WATCHING:
                self._presence.put_off(frame.retry_ms / 1000)
            case Refusal():
                await self._arrivals.refused(frame)
            case _:
                log.trouble("frame out of turn", frame=type(frame).__name__)

    def _message_refused(self, frame: Refusal) -> None:
        """Have all that goes to the relay wait as long as it asks: it takes neither kind before."""
        outbox, posting = self._outbox, self._company.sending.posting
        if not posting.refused(frame):
            outbox.refused(frame)
        for other, until in ((outbox, posting.not_before), (posting, outbox.not_before)):
            if until > max(other.not_before, clock.now()):
                other.put_off(until)

    async def _step(self, frame: StepFrom) -> None:
        try:
            await self._arrivals.arrived(frame)
        except TroubleWith:  # the relay gives a step once a connection
            self._desk.tasks.spawn("again", self._step_again(frame))
            raise

    async def _step_again(self, frame: StepFrom) -> None:
        """Take a handshake message that the store could not keep, as soon as it can."""
        while True:
            await asyncio.sleep(STORE_RETRY)
            try:
                await self._arrivals.arrived(frame)
            except TroubleWith as trouble:
                self._desk.report(trouble.situation)
            else:
                return

    async def _offline(self) -> None:
        await self._arrivals.disconnected()
        await self._presence.disconnected()

    # --- what the link needs --------------------------------------------------------------

    async def _way(self) -> Way:
        address = parse_address(self.address)
        key = self._relay_key if self._relay_key is not None else address.key
        return Way(address, key, await self._proxies.towards(address))

    def _sign(self, data: bytes) -> bytes:
        return primitives.ed25519_sign(self._desk.identity.expose(), data)
