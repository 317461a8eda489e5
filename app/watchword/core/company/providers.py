"""The providers of the company's methods: one object per method, and what is known of its health.

Here a token's question for its PIN goes up as an event and the answer comes down as a command. A method that
works again, after it did not, wakes what waits. See `docs/protocol/company.md`, The profile.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from watchword.core.company.membership import Member
from watchword.model.company import MethodState, Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.protocol.company.profile import Kind, Method, Pin, Revoked
from watchword.protocol.company.ring import Ring
from watchword.providers import contract
from watchword.providers.choose import Provider, choose
from watchword.providers.contract import Cause, Fault, Mode
from watchword.providers.pkcs11 import Pkcs11

_T = TypeVar("_T")

NO_FAILURE = frozenset({Cause.ALTERED, Cause.KEY_UNKNOWN, Cause.VERSION_UNKNOWN, Cause.KEY_REVOKED})
"""Causes that lie in what was given to a provider, not in the provider."""

_WHERE = {Kind.PKCS11: "token", Kind.PLUGIN: "plugin"}
"""By which word of the profile people know a method, before a test says more."""

_ASKED_FOR: ContextVar[list[str]] = ContextVar("asked for")
"""The tokens whose PIN the call of this task has asked for."""

_Made = tuple[Method, Pin, Revoked, Ring | None]
"""What a provider was made from: another one is made when it changes."""


class Providers:
    """Every provider of one open client."""

    def __init__(
        self,
        tell: Callable[[Event], None],
        changed: Callable[[bool], None],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Hold none yet.

        Args:
            tell: hears of PINs that are asked for.
            changed: is told when a method fails (False) or works again (True).
            busy: says whether more is to be sealed or opened now.
        """
        self._tell = tell
        self._changed = changed
        self._busy = busy
        self._testing = 0
        self._held: dict[bytes, tuple[_Made, Provider]] = {}
        self._faults: dict[bytes, Cause] = {}
        self._details: dict[bytes, str] = {}
        self._tried: set[bytes] = set()
        self._asked: dict[str, _Question] = {}

    async def renew(self, member: Member) -> None:
        """Let go of providers whose method, policy or ring is another now."""
        for method_id, held in [*self._held.items()]:
            method = member.profile.method(method_id)
            if self._held.get(method_id) is not held:
                continue  # a call took another one meanwhile
            if method is None or _made(member, method) != held[0]:
                del self._held[method_id]
                self._ask_no_more()  # a provider that waits for a PIN cannot be closed
                await held[1].close()
        self._faults.clear()
        self._details.clear()
        self._tried.clear()

    async def use(self, member: Member, method: Method, call: Callable[[Provider], Awaitable[_T]]) -> _T:
        """Have a method's provider do something.

        Raises:
            Fault: it could not.
        """
        asked, cause = _asking(), None
        try:
            done = await call(await self._provider(member, method))
        except Fault as fault:
            cause = fault.cause
            if cause not in NO_FAILURE:
                self._note(method, cause)
            raise
        finally:
            self._asking_is_over(asked, cause)
        self._note(method, None)
        return done

    async def test(self, member: Member, method: Method) -> MethodState:
        """Try whether a method works; a token may ask for its PIN. `rest` comes after it."""
        asked, cause = _asking(), None
        self._testing += 1
        try:
            health = await (await self._provider(member, method)).health()
            cause = health.fault
        except Fault as fault:
            health = contract.Health(fault.cause)
        finally:
            self._testing -= 1
            self._asking_is_over(asked, cause)
        self._details[method.id] = health.detail
        self._note(method, health.fault)
        return self.state(method)

    async def rest(self) -> None:
        """Close the tokens whose PIN is asked for each time, unless more is to be done with them now."""
        for _, provider in [*self._held.values()]:
            if isinstance(provider, Pkcs11) and not self._testing and not self._busy():
                await provider.rest()

    def state(self, method: Method) -> MethodState:
        """How a method is, by the last call."""
        fault = self._faults.get(method.id)
        reason = None if fault is None else Reason(fault.value)
        mode = Mode(method.mode).name.lower()
        called = self._details.get(method.id) or method.where.get(_WHERE.get(method.kind, ""), "")
        return MethodState(method.id, method.kind.value, mode, called, reason, method.id in self._tried)

    def answer_pin(self, token: str, pin: str | None) -> None:
        """Give a token's PIN to the call that waits for it; None if the person would not."""
        asked = self._asked.pop(token, None)
        if asked is not None:
            asked.answer.set_result(None if pin is None else bytearray(pin.encode()))

    def _ask_no_more(self) -> None:
        while self._asked:
            self._asked.popitem()[1].answer.set_result(None)

    async def close(self) -> None:
        """Let go of everything: sessions with tokens, processes."""
        self._ask_no_more()
        held, self._held = self._held, {}
        for _, provider in held.values():
            await provider.close()

    async def _provider(self, member: Member, method: Method) -> Provider:
        made = _made(member, method)
        while (held := self._held.get(method.id)) is not None:
            if held[0] == made:
                return held[1]
            del self._held[method.id]
            await held[1].close()
        ask = partial(self._ask, method.where)
        provider = choose(method, member.ring, member.profile.policy, ask, time.time)
        self._held[method.id] = (made, provider)
        return provider

    async def _ask(self, where: dict[str, str], wanted: contract.PinWanted) -> bytearray | None:
        """Have the window ask for a PIN; two calls that need the same token's share one question.

        Raises:
            Fault: PIN_WANTED, while the PIN of another token of this name is asked for.
        """
        asked = self._asked.get(wanted.token)
        if asked is not None and asked.where != where:
            raise Fault(Cause.PIN_WANTED)  # one PIN tried on both would use up a try of the wrong one
        _ASKED_FOR.get().append(wanted.token)
        if asked is None:
            asked = self._asked[wanted.token] = _Question(where)
            before = None if wanted.before is None else Reason(wanted.before.value)
            self._tell(PinWanted(wanted.token, before))
        try:
            return await asked.answered()
        finally:
            if not asked.waiting and self._asked.get(wanted.token) is asked:
                del self._asked[wanted.token]  # all who waited for it gave up

    def _asking_is_over(self, asked: list[str], cause: Cause | None) -> None:
        reason = None if cause is None else Reason(cause.value)
        for token in dict.fromkeys(asked):
            if token not in self._asked:  # else another call waits for the same answer
                self._tell(PinOver(token, reason))

    def _note(self, method: Method, fault: Cause | None) -> None:
        first = method.id not in self._tried
        self._tried.add(method.id)
        before = self._faults.pop(method.id, None)
        if fault is not None:
            self._faults[method.id] = fault
        if fault != before or first:
            self._changed(fault is None and before is not None)


class _Question:
    """One question for a PIN, and how many calls wait for its answer."""

    def __init__(self, where: dict[str, str]) -> None:
        self.where = where
        self.waiting = 0
        self.answer: asyncio.Future[bytearray | None] = asyncio.get_running_loop().create_future()

    async def answered(self) -> bytearray | None:
        """The PIN, for the caller to erase; the last who takes it erases the answer's own."""
        self.waiting += 1
        try:
            pin = await asyncio.shield(self.answer)
            return None if pin is None else bytearray(pin)
        finally:
            self.waiting -= 1
            if not self.waiting and self.answer.done() and (held := self.answer.result()) is not None:
                held[:] = bytes(len(held))


def _asking() -> list[str]:
    """A new list for the tokens whose PIN this call asks for."""
    asked: list[str] = []
    _ASKED_FOR.set(asked)
    return asked


def _made(member: Member, method: Method) -> _Made:
    policy = member.profile.policy
    return method, policy.pin, policy.revoked, member.ring if method.kind is Kind.RING else None
