"""Work in this process as a program on somebody's screen does it: with their bus, keyring, proxy, trust.

For preparing and clearing up: what a test is about runs in a program of its own (`support.driver`).
"""

import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from unittest import mock

import keyring
import keyring.backend
import keyring.core

from support.processes import PATIENCE
from support.strangers import Aside

T = TypeVar("T")


def forget_keyring_backends() -> None:
    """The library looks once per process which backends there are; a test changes that."""
    vars(keyring.backend.get_all_keyring).pop("saved_result", None)
    keyring.core._keyring_backend = None


@contextmanager
def amid(environment: Mapping[str, str]) -> Iterator[None]:
    """Have the environment of a screen."""
    with mock.patch.dict(os.environ, environment):
        forget_keyring_backends()
        try:
            yield
        finally:
            forget_keyring_backends()


def done_amid(environment: Mapping[str, str], work: Coroutine[object, object, T]) -> T:
    """Do something to its end in the environment of a screen, on a loop of its own."""
    with amid(environment), Aside() as aside:
        return aside.does(work, 3 * PATIENCE)
