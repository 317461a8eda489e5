"""Argon2id with a memory: the real one at its real cost, once for the same words, salt and cost in a process.

The two ends of a handshake stretch the same, and a vault is opened again and again. What is remembered is
what the library gave; `tests/app/crypto/test_passphrase.py` checks that against another implementation.
"""

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from nacl.bindings import crypto_pwhash_alg

from watchword.core import unlock
from watchword.crypto import passphrase

_SALT = bytes(range(16))

_one_at_a_time = threading.Lock()


@functools.cache
def _drawn(length: int, words: bytes, salt: bytes, passes: int, memory: int, algorithm: int) -> bytes:
    drawn: bytes = crypto_pwhash_alg(length, words, salt, passes, memory, algorithm)
    return drawn


def _remembered(length: int, words: bytes, salt: bytes, passes: int, memory: int, algorithm: int) -> bytes:
    # Two ends ask in two threads at the same time: the second waits for what the first gets.
    with _one_at_a_time:
        return _drawn(length, words, salt, passes, memory, algorithm)


@contextmanager
def remembered_stretching() -> Iterator[None]:
    """Stretch nothing twice in this process."""
    with mock.patch.object(passphrase, "crypto_pwhash_alg", _remembered):
        yield


class _Dice:
    """`os`, as `core.unlock` uses it: what is drawn for a salt is the same each time."""

    @staticmethod
    def urandom(size: int) -> bytes:
        return _SALT if size == len(_SALT) else os.urandom(size)


@contextmanager
def salted_once() -> Iterator[None]:
    """Salt every master passphrase the same in this process: one is stretched once, not for each profile."""
    with mock.patch.object(unlock, "os", _Dice):
        yield
