"""Questions for the PINs of tokens: up as events, their answers down as commands, and into the calls.

While a person thinks no call of a provider is under way: a call either has what was typed, or fails. See
`docs/protocol/company.md`, Keys on a token.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar

from watchword.core.company.membership import Member
from watchword.model.company import Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.protocol.company.profile import Method
from watchword.providers import contract
from watchword.providers.contract import Cause, Fault


class Call:
    """One call of a provider, and how it comes to a PIN: by what was typed, or not at all."""

    def __init__(
        self,
        member: Member,
        method: Method,
        *,
        typed: bytearray | None = None,
        told: Callable[[Member, Method], Cause] | None = None,
    ) -> None:
        """A call by a member.

        Args:
            member: as whom.
            method: whose provider is called.
            typed: a PIN, for the provider to erase.
            told: for calls that no person waits for: has one asked, and says why this one gets no PIN.
        """
        self.member = member
        self.method = method
        self.wanted: contract.PinWanted | None = None
        """The question that a person would have to be asked next."""
        self._typed = typed
        self._told = told

    def pin(self, wanted: contract.PinWanted) -> bytearray:
        """What was typed; once, for no PIN is tried twice.

        Raises:
            Fault: why there is none.
        """
        typed, self._typed = self._typed, None
        if typed is not None:
            return typed
        self.wanted = wanted
        if self._told is not None:
            raise Fault(self._told(self.member, self.method))
        raise Fault(wanted.before or Cause.PIN_WANTED)

    def forget(self) -> None:
        """Erase what was typed, if nothing wanted it."""
        if self._typed is not None:
            self._typed[:] = bytes(len(self._typed))


CALL: ContextVar[Call] = ContextVar("call")
"""The call of a provider that this task is making."""


async def typed_pin(wanted: contract.PinWanted) -> bytearray:
    """The PIN for the call of this task, as providers ask for it.

    Raises:
        Fault: why there is none.
    """
    return CALL.get().pin(wanted)


class Questions:
    """What is being asked."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._asked: dict[str, _Question] = {}

    async def ask(
        self, where: dict[str, str], wanted: contract.PinWanted, asked: list[str]
    ) -> bytearray | None:
        """Have the window ask for a PIN; two methods that need the same token's share one question.

        Args:
            where: of the method, by which its token is known.
            wanted: the question.
            asked: where the token is noted, for `over`.
        """
        question = self._asked.get(wanted.token)
        if question is not None and question.where != where:
            return None  # one PIN tried on both would use up a try of the wrong one
        asked.append(wanted.token)
        if question is None:
            before = None if wanted.before is None else Reason(wanted.before.value)
            question = self._asked[wanted.token] = _Question(where, PinWanted(wanted.token, before))
            self._tell(question.event)
        try:
            return await question.answered()
        finally:
            if not question.waiting and self._asked.get(wanted.token) is question:
                del self._asked[wanted.token]  # all who waited for it gave up

    def stands(self, where: dict[str, str]) -> bool:
        """Whether somebody is being asked for the PIN of a method's token."""
        return any(question.where == where for question in self._asked.values())

    def repeat(self) -> None:
        """Say once more what stands: the person wants to answer."""
        for question in [*self._asked.values()]:
            self._tell(question.event)

    def over(self, asked: list[str], cause: Cause | None) -> None:
        """Say that nothing waits for these PINs any more, and what came of them."""
        reason = None if cause is None else Reason(cause.value)
        for token in dict.fromkeys(asked):
            if token not in self._asked:  # else another method waits for the same answer
                self._tell(PinOver(token, reason))

    def answer(self, token: str, pin: str | None) -> None:
        """Give a token's PIN to all who wait for it; None if the person would not."""
        question = self._asked.pop(token, None)
        if question is not None:
            question.answer.set_result(None if pin is None else bytearray(pin.encode()))

    def end(self, where: dict[str, str]) -> None:
        """Nobody is asked any more for the PIN of a method's token."""
        for token in [token for token, question in self._asked.items() if question.where == where]:
            self.answer(token, None)

    def end_all(self) -> None:
        """Nobody is asked for anything any more."""
        for token in [*self._asked]:
            self.answer(token, None)


class _Question:
    """One question for a PIN, and how many wait for its answer."""

    def __init__(self, where: dict[str, str], event: PinWanted) -> None:
        self.where = where
        self.event = event
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
