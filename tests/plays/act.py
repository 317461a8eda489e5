"""An act of the demo: steps that are played one after the other through the product's windows.

A step is a method; its docstring is the line that the demo prints. A step that cannot be played ends the play
with its name.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from support.desktop import Desktop

_REASON = 2_000
"""Characters of a reason that are printed."""


class StepFailed(Exception):
    """A step could not be played; the text names it and says why."""


class Act(ABC):
    """One act. Everything it starts is ended by `close`.

    Args:
        folder: where the pictures go.
        say: takes a line for every step that was played.
        watched: whether it fails where something hung a program's loop.
        first: the number of its first step.
    """

    def __init__(self, folder: Path, say: Callable[[str], None], *, watched: bool, first: int) -> None:
        self._folder = folder
        self._say = say
        self._watched = watched
        self._first = first

    @abstractmethod
    def steps(self) -> Iterator[Callable[[], None]]:
        """The steps in order."""

    @abstractmethod
    def close(self) -> None:
        """End every program, whatever state it is in."""

    @property
    def last(self) -> int:
        """The number of its last step."""
        return self._first + len([*self.steps()]) - 1

    @property
    @abstractmethod
    def people(self) -> Sequence[Desktop]:
        """Everybody who has a window."""

    def play(self) -> None:
        """Play every step.

        Raises:
            StepFailed: one could not be played.
        """
        for number, step in enumerate(self.steps(), self._first):
            line = (step.__doc__ or step.__name__).strip()
            try:
                step()
                self._picture(number, step.__name__)
            except Exception as error:
                self._picture(number, "failed")
                reason = str(error)[:_REASON]
                raise StepFailed(f"step {number} could not be played: {line}\n{reason}") from error
            self._say(f"{number:2}  {line}")

    def secrets_removed(self) -> None:
        """Everybody quits; the demo's entries leave the keyring."""
        for person in self.people:
            person.closes(watched=self._watched)
            person.forget_secret()

    def _picture(self, number: int, name: str) -> None:
        shown = next((person for person in self.people if person.runs), None)
        if shown is not None:
            for person in self.people:
                if person.runs:
                    person.window.paint()
            shown.shot(self._folder / f"{number:02}-{name.replace('_', '-')}.png")
