"""One program per profile: a lock on a file, which the system lets go of however the program ends.

The file itself stays; that it is there means nothing.
"""

import os
import sys
from pathlib import Path

from watchword.model.errors import Kind, TroubleWith

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProfileLock:
    """The lock of one profile, held from `take` until `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock, or say who cannot.

        Raises:
            TroubleWith: PROFILE_IN_USE, another program (or another part of this one) holds it.
            OSError: the file cannot be made.
        """
        if self._descriptor is not None:
            raise TroubleWith(Kind.PROFILE_IN_USE)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise TroubleWith(Kind.PROFILE_IN_USE) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go of the lock; can be called again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
