"""The providers of the company's methods: one object per method, and what is known of its health.

No call waits for a person. One that needs a token's PIN fails with PIN_WANTED at once; the question goes up
meanwhile, and a method that works again, after it did not, wakes what waits. By itself a question comes once:
after a *no* or a token that errs, nobody is asked again without having done something. A question for which
nothing waits any more ends. See
`docs/protocol/company.md`, The profile, and `docs/protocol/store.md`, Outbox.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import NamedTuple, TypeVar

from watchword.core.company.membership import Member
from watchword.core.company.questions import CALL, Call, Questions, typed_pin
from watchword.model.company import MethodState, Reason
from watchword.model.events import Event
from watchword.protocol.company.profile import Kind, Method, Pin, Revoked
from watchword.protocol.company.ring import Ring
from watchword.providers import contract
from watchword.providers.choose import Provider, choose
from watchword.providers.contract import Cause, Fault, Mode
from watchword.providers.pkcs11 import Pkcs11

_T = TypeVar("_T")

Needed = Callable[[frozenset[bytes]], Awaitable[bool]]
"""Whether something that waits may need one of these methods."""

NO_FAILURE = frozenset({Cause.ALTERED, Cause.KEY_UNKNOWN, Cause.VERSION_UNKNOWN, Cause.KEY_REVOKED})
"""Causes that lie in what was given to a provider, not in the provider."""

_WHERE = {Kind.PKCS11: "token", Kind.PLUGIN: "plugin"}
"""By which word of the profile people know a method, before a test says more."""

_MOVED = frozenset({Cause.TOKEN_MISSING, Cause.TOKEN_AMBIGUOUS})
"""Causes that somebody mends by putting a token in or out: then they may be asked for its PIN."""

_Made = tuple[Method, Pin, Revoked, Ring | None]
"""What a provider was made from: another one is made when it changes."""


class _Test(NamedTuple):
    """A test under way, and what came of it."""

    method: Method
    outcome: "asyncio.Future[contract.Health]"


class Providers:
    """Every provider of one open client."""

    def __init__(
        self,
        tell: Callable[[Event], None],
        changed: Callable[[bool], None],
        spawn: Callable[[str, Coroutine[object, object, None]], object],
        needed: Needed,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Hold none yet.

        Args:
            tell: hears of PINs that are asked for.
            changed: is told when a method fails (False), or when what waits may be tried again (True).
            spawn: runs a question beside everything else.
            needed: says whether something waits for one of these methods.
            busy: says whether more is to be sealed or opened now.
        """
        self._questions = Questions(tell)
        self._changed = changed
        self._spawn = spawn
        self._needed = needed
        self._busy = busy
        self._testing: dict[bytes, _Test] = {}
        """The tests under way, by method; a test is what asks a person."""
        self._for_people: Counter[bytes] = Counter()
        """How many tests of a method a person wants, which need nothing that waits."""
        self._withdrawn: set[bytes] = set()
        """Methods whose question was ended without a person, who therefore said no *no*."""
        self._calls = 0
        self._begins = False
        """Whether a question is about to begin."""
        self._others_want = False
        """Whether another token's PIN was wanted while one was asked for."""
        self._hushed: dict[bytes, Cause] = {}
        """Methods for whose PIN nobody is asked now, and what is told instead."""
        self._held: dict[bytes, tuple[_Made, Provider]] = {}
        self._faults: dict[bytes, Cause] = {}
        self._details: dict[bytes, str] = {}
        self._tried: set[bytes] = set()

    async def renew(self, member: Member) -> None:
        """Let go of providers whose method, policy or ring is another now."""
        for method_id, held in [*self._held.items()]:
            method = member.profile.method(method_id)
            if self._held.get(method_id) is not held:
                continue  # a call took another one meanwhile
            if method is None or _made(member, method) != held[0]:
                del self._held[method_id]
                self._withdraw(held[0][0].where)
                await held[1].close()
        self._faults.clear()
        self._details.clear()
        self._tried.clear()
        self._hushed.clear()

    def ask_again(self) -> None:
        """Somebody did something for which a PIN may be asked for."""
        self._hushed.clear()

    def ask_now(self) -> None:
        """Somebody wants what waits to be tried: a question that stands is put before them."""
        self._hushed.clear()
        self._questions.repeat()

    async def use(self, member: Member, method: Method, call: Callable[[Provider], Awaitable[_T]]) -> _T:
        """Have a method's provider do something; a person is never waited for.

        Raises:
            Fault: it could not. PIN_WANTED: somebody is asked for the PIN meanwhile, or will not be.
        """
        self._calls += 1
        CALL.set(Call(member, method, told=self._begin_to_ask))
        try:
            done = await call(await self._provider(member, method))
        except Fault as fault:
            if fault.cause in NO_FAILURE or fault.cause in _MOVED:
                self._hushed.pop(method.id, None)
            if fault.cause not in NO_FAILURE:
                self._note(method, fault.cause)
            raise
        self._hushed.pop(method.id, None)
        self._note(method, None)
        return done

    async def test(self, member: Member, method: Method) -> MethodState:
        """Try for a person whether a method works; a token may ask for its PIN. `rest` comes after it."""
        self._for_people[method.id] += 1
        try:
            await self._test(member, method)
        finally:
            self._for_people[method.id] -= 1
        return self.state(method)

    async def rest(self) -> None:
        """Unless more is to be done: end questions nothing waits for, close tokens asked for each time."""
        await self._end_needless()
        for method_id, (_, provider) in [*self._held.items()]:
            if not isinstance(provider, Pkcs11) or self._testing or self._begins or self._busy():
                continue
            if await provider.rest():  # it held until nothing was left to do: the next time it may ask
                self._hushed.pop(method_id, None)

    def state(self, method: Method) -> MethodState:
        """How a method is, by the last call."""
        fault = self._faults.get(method.id)
        reason = None if fault is None else Reason(fault.value)
        mode = Mode(method.mode).name.lower()
        called = self._details.get(method.id) or method.where.get(_WHERE.get(method.kind, ""), "")
        return MethodState(method.id, method.kind.value, mode, called, reason, method.id in self._tried)

    def answer_pin(self, token: str, pin: str | None) -> None:
        """Give a token's PIN to the test that waits for it; None if the person would not."""
        self._questions.answer(token, pin)

    async def close(self) -> None:
        """Let go of everything: sessions with tokens, processes."""
        self._questions.end_all()
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
        provider = choose(method, member.ring, member.profile.policy, typed_pin, time.time)
        self._held[method.id] = (made, provider)
        return provider

    # --- asking a person ----------------------------------------------------------------

    def _begin_to_ask(self, member: Member, method: Method) -> Cause:
        """A call wants a PIN: have a person asked, one question at a time; what the call is told."""
        told = self._hushed.get(method.id, Cause.PIN_WANTED)
        if self._testing or self._begins:
            self._others_want = self._others_want or method.id not in {*self._testing, *self._hushed}
        elif method.id not in self._hushed:
            self._hushed[method.id] = Cause.PIN_WANTED
            self._begins = True
            self._spawn("question for a PIN", self._question(member, method))
        return told

    async def _question(self, member: Member, method: Method) -> None:
        self._begins = False
        await self._test(member, method)
        await self.rest()

    async def _test(self, member: Member, method: Method) -> None:
        health = await self._tested(member, method)
        self._details[method.id] = health.detail
        self._note(method, health.fault)

    async def _end_needless(self) -> None:
        """Ask nobody for what neither anything that waits nor a person needs; they said no *no* by that."""
        for test in [*self._testing.values()]:
            where, calls = test.method.where, self._calls
            stands = self._questions.stands(where) and not self._busy()
            # Who calls meanwhile comes here once more after it.
            if stands and not await self._is_needed(where) and calls == self._calls and not self._busy():
                self._withdraw(where)

    async def _is_needed(self, where: dict[str, str]) -> bool:
        """Whether the PIN of this token is wanted, by whichever method that is tested."""
        methods = frozenset(one for one, test in self._testing.items() if test.method.where == where)
        return any(self._for_people[one] for one in methods) or await self._needed(methods)

    def _withdraw(self, where: dict[str, str]) -> None:
        if self._questions.stands(where):
            self._withdrawn |= {one for one, test in self._testing.items() if test.method.where == where}
            self._questions.end(where)

    async def _tested(self, member: Member, method: Method) -> contract.Health:
        """Test a method; whoever wants that while it is being tested is told the same."""
        while (under_way := self._testing.get(method.id)) is not None:
            await asyncio.wait([under_way.outcome])
            if not under_way.outcome.cancelled():
                return under_way.outcome.result()
        outcome: asyncio.Future[contract.Health] = asyncio.get_running_loop().create_future()
        self._testing[method.id] = _Test(method, outcome)
        try:
            health = await self._asked_for(member, method)
            outcome.set_result(health)
        finally:
            outcome.cancel()
            del self._testing[method.id]
            if self._others_want:
                self._others_want = False
                self._changed(True)
        return health

    async def _asked_for(self, member: Member, method: Method) -> contract.Health:
        """Test a method, and ask for its PIN as long as it wants one; no call is under way meanwhile."""
        tokens: list[str] = []
        ended: contract.Health | None = None
        try:
            ended = await self._asking(member, method, tokens)
            return ended
        finally:
            if method.id in self._withdrawn:
                self._withdrawn.discard(method.id)
                self._hushed.pop(method.id, None)
            elif tokens:  # who gave up said as little as who said no
                self._hush(method, Cause.PIN_WANTED if ended is None else ended.fault)
            self._questions.over(tokens, None if ended is None else ended.fault)

    async def _asking(self, member: Member, method: Method, tokens: list[str]) -> contract.Health:
        typed: bytearray | None = None
        while True:
            call = Call(member, method, typed=typed)
            health = await self._health(call)
            if health.fault is None or call.wanted is None:
                return health
            if not await self._is_needed(method.where):
                self._withdrawn.add(method.id)
                return contract.Health(Cause.PIN_WANTED, health.detail)
            typed = await self._questions.ask(method.where, call.wanted, tokens)
            if typed is None:
                return contract.Health(call.wanted.before or Cause.PIN_WANTED, health.detail)

    async def _health(self, call: Call) -> contract.Health:
        CALL.set(call)
        try:
            return await (await self._provider(call.member, call.method)).health()
        except Fault as fault:
            return contract.Health(fault.cause)
        finally:
            call.forget()

    def _hush(self, method: Method, cause: Cause | None) -> None:
        """Nobody is asked about this token again by itself; not even if it wants its PIN right after that."""
        if cause in _MOVED:
            self._hushed.pop(method.id, None)
        else:
            self._hushed[method.id] = cause or Cause.PROVIDER_DOWN

    def _note(self, method: Method, fault: Cause | None) -> None:
        first = method.id not in self._tried
        self._tried.add(method.id)
        before = self._faults.pop(method.id, None)
        if fault is not None:
            self._faults[method.id] = fault
        if fault != before or first:
            self._changed(fault is None and before is not None)


def _made(member: Member, method: Method) -> _Made:
    policy = member.profile.policy
    return method, policy.pin, policy.revoked, member.ring if method.kind is Kind.RING else None
