"""The questions of first start in their order, on each of its three ways.

A question is made when it is first asked: all at once would hold the loop.
"""

import enum
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.ui.unlock.account_step import AccountStep
from watchword.ui.unlock.company_step import CompanyStep
from watchword.ui.unlock.keeping_step import KeepingStep
from watchword.ui.unlock.name_step import NameStep
from watchword.ui.unlock.own_account_step import OwnAccountStep, OwnRelayStep
from watchword.ui.unlock.relay_step import RelayStep
from watchword.ui.unlock.step import Step

OneStep = TypeVar("OneStep", bound=Step)


class Way(enum.Enum):
    """How somebody begins."""

    NEW = enum.auto()
    COMPANY = enum.auto()
    """The company's file answers all but where the key is kept."""
    FURTHER = enum.auto()
    """Another computer of theirs has the account already."""


class Questions(QObject):
    """Which question is open, by the way and how far along it; every answer stays typed."""

    answered = Signal()
    went_back = Signal()
    turned = Signal(object)
    """A Way was chosen in the place of the one before."""
    relay_here_changed = Signal(bool, bool, int)

    def __init__(
        self, profile: Profile, runner: LocalRelayRunner, address: str, company: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._runner = runner
        self._address = address
        self.source = company
        """The company file that was named, or the link to it."""
        self.way = Way.COMPANY if company else Way.NEW
        self.at = 0
        self._made: list[Step] = []

    @property
    def step(self) -> Step:
        """The open question."""
        match self.way, self.at:
            case Way.COMPANY, 0:
                return self.company
            case Way.FURTHER, 0:
                return self.own_relay
            case Way.FURTHER, 1:
                return self.own_account
            case Way.NEW, 0:
                return self.name
            case Way.NEW, 1:
                return self.relay
            case Way.NEW, 2:
                return self.account
            case _:
                return self.keeping

    def stop(self) -> None:
        """The page goes away: nothing half-done goes on, and no passphrase stays."""
        for step in self._made:
            step.stop()
            if isinstance(step, KeepingStep):
                step.master.clear()
            elif isinstance(step, RelayStep):
                step.here.stop()
                step.forget()
            elif isinstance(step, CompanyStep):
                step.forget()

    @cached_property
    def name(self) -> NameStep:
        """What the person is called."""
        step = self._take_in(NameStep())
        step.company_asked.connect(lambda: self.turned.emit(Way.COMPANY))
        step.further_asked.connect(lambda: self.turned.emit(Way.FURTHER))
        return step

    @cached_property
    def company(self) -> CompanyStep:
        """By which company file."""
        return self._take_in(CompanyStep(self._profile, self.source))

    @cached_property
    def relay(self) -> RelayStep:
        """Which relay."""
        step = self._take_in(RelayStep(self._profile, self._runner, self._address))
        step.here.changed.connect(self.relay_here_changed)
        return step

    @cached_property
    def account(self) -> AccountStep:
        """Which id."""
        return self._take_in(AccountStep(self._profile))

    @cached_property
    def own_relay(self) -> OwnRelayStep:
        """Which relay has the account."""
        return self._take_in(OwnRelayStep(self._profile, self._runner, self._address))

    @cached_property
    def own_account(self) -> OwnAccountStep:
        """Which id the person has."""
        return self._take_in(OwnAccountStep())

    @cached_property
    def keeping(self) -> KeepingStep:
        """Where the key is kept."""
        return self._take_in(KeepingStep(self._profile))

    def _take_in(self, step: OneStep) -> OneStep:
        step.hide()
        step.answered.connect(self.answered)
        step.went_back.connect(self.went_back)
        self._made.append(step)
        return step
