"""The type of the fixture `logged_warnings`: a test that means to cause a warning takes it."""

from typing import Protocol


class LoggedWarnings(Protocol):
    """Warnings that were logged and not taken fail the test."""

    records: list[str]

    def take(self, part: str) -> None:
        """Expect at least one warning that contains this, and accept it."""
        ...
