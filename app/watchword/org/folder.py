"""A vault's folder: vault, journal, backups, and the lock that keeps a second run out.

The vault is the commit: its backup is written before it; the journal's line, which it holds, after it, and by
the next change if that failed. See `docs/protocol/company.md`, The vault.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from watchword.crypto.secret import Secret
from watchword.model.errors import TroubleWith
from watchword.org import contents as insides
from watchword.org import journal, vault
from watchword.org.contents import Contents
from watchword.org.journal import Entry
from watchword.org.vault import Lock, Shell
from watchword.settings import sync_folder, write_whole
from watchword.system.lock import ProfileLock
from watchword_wire.errors import PeerError, Refused, Trouble

KEPT_BACKUPS = 100
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}


class Opened(msgspec.Struct, frozen=True):
    """A vault that its passphrase opened."""

    shell: Shell
    lock: Lock
    contents: Contents


class VaultFolder:
    """One folder, which holds one vault."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        """Touch nothing yet. `warn` takes sentences that stop nothing."""
        self.folder = folder
        self._warn = warn

    @property
    def vault(self) -> Path:
        """The sealed file."""
        return self.folder / "vault"

    @property
    def journal(self) -> Path:
        """What was done, line by line."""
        return self.folder / "journal"

    @property
    def backups(self) -> Path:
        """The folder of the states after each change, the present one included."""
        return self.folder / "backups"

    def found(self, contents: Contents, passphrase: str) -> None:
        """Make the folder and a vault in it.

        Raises:
            Refused: one stands there, or the folder holds something else.
            Trouble: the disk does not play along; nothing is left that another attempt would trip over.
        """
        if self.vault.exists():
            raise Refused(f"{self.folder} holds a vault already. Nothing was changed.")
        with self._disk():
            if self.folder.exists() and any(self.folder.iterdir()):
                raise Refused(f"{self.folder} is not empty. A vault has a folder of its own.")
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            lock = vault.lock(passphrase, os.urandom(vault.SALT_BYTES))
            entry = Entry(1, _now(), "init", {"organisation": contents.profile.name}, contents.serial, "")
            self._commit(contents, lock, journal.write(contents.root, entry), 1)

    def look(self) -> Shell:
        """What is in the clear.

        Raises:
            Refused: no vault is here.
            Trouble: it is damaged, or cannot be read.
        """
        try:
            return vault.look(self.vault.read_bytes())
        except FileNotFoundError as error:
            raise Refused(f"There is no vault in {self.folder}. `watchword-org init` makes one.") from error
        except OSError as error:
            raise self._trouble(error) from error
        except PeerError as error:
            raise Trouble(self._damaged()) from error

    def open_(self, passphrase: str) -> Opened:
        """Open it, to read: nothing is locked or written.

        Raises:
            Refused: no vault, or another passphrase.
            Trouble: it is damaged, or cannot be read.
        """
        shell = self.look()
        lock = vault.lock(passphrase, shell.salt)
        try:
            return Opened(shell, lock, vault.open_(shell, lock))
        except PeerError as error:
            raise Trouble(self._damaged()) from error

    @contextmanager
    def changing(self, passphrase: str) -> Iterator["Change"]:
        """Open it to change it; a second run is kept out until the end.

        Raises:
            Refused, Trouble: as `open_`; another run is under way; the journal is not the vault's.
        """
        self.look()
        with self._locked():
            opened = self.open_(passphrase)
            self._catch_up(opened)
            yield Change(self, opened)

    def lines(self) -> list[bytes]:
        """The journal's lines; none where the file is gone.

        Raises:
            Trouble: it cannot be read.
        """
        try:
            return self.journal.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._trouble(error) from error

    def commit(self, opened: Opened, contents: Contents, did: str, what: dict[str, str]) -> Contents:
        """Write a change; of the same contents, which keep their serial, only that something was done.

        Raises:
            Refused: it does not go together.
            Trouble: the disk does not play along; nothing was changed.
        """
        if contents != opened.contents:
            contents = insides.advanced(contents, time.time())
        insides.check(contents)
        last = opened.shell.entry
        number = journal.read(last).n + 1
        entry = Entry(number, _now(), did, what, contents.serial, journal.digest(last))
        self._commit(contents, opened.lock, journal.write(contents.root, entry), number)
        return contents

    # --- the disk -------------------------------------------------------------------------

    def _commit(self, contents: Contents, lock: Lock, line: bytes, number: int) -> None:
        data = vault.close(contents, line, lock)
        backup = self.backups / f"{number:06}.vault"
        with self._disk():
            self.backups.mkdir(mode=0o700, exist_ok=True)
            write_whole(backup, data)
            try:
                write_whole(self.vault, data)
            except OSError:
                backup.unlink(missing_ok=True)
                raise
        try:
            self._append(line)
            for old in sorted(self.backups.glob("*.vault"))[:-KEPT_BACKUPS]:
                old.unlink()
        except OSError as error:
            self._warn(
                f"It is done, but the journal took no line ({error.strerror}): the next change writes it."
            )

    def _append(self, line: bytes) -> None:
        """A line that a full disk cut off is cut off whole, or the journal would never read again."""
        descriptor = os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            text = line + b"\n"
            try:
                while text:
                    text = text[os.write(descriptor, text) :]
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
        sync_folder(self.folder)

    def _catch_up(self, opened: Opened) -> None:
        """See that the journal ends with the vault's line, or the one before, left by a run that died."""
        expected, lines = opened.shell.entry, self.lines()
        last = lines[-1] if lines else b""
        if last == expected:
            return
        if not lines and journal.read(expected).n > 1:
            self._warn(
                f"{self.journal} is gone. A new one begins; it says that entries before it are missing."
            )
        elif lines and journal.read(expected).before != journal.digest(last):
            raise Refused(self._torn(expected in lines))
        with self._disk():
            self._append(expected)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = ProfileLock(self.folder / "lock")
        try:
            lock.take()
        except TroubleWith as error:
            raise Trouble("Another watchword-org works on this vault. Try again when it is done.") from error
        except OSError as error:
            raise self._trouble(error) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._trouble(error) from error

    def _trouble(self, error: OSError) -> Trouble:
        return disk_trouble(error, self.folder)

    def _torn(self, older: bool) -> str:
        if older:
            return (
                f"{self.journal} tells of more than the vault knows: an older vault was put back. Put the "
                f"newest one of {self.backups} in its place."
            )
        return (
            f"{self.journal} does not end where the vault does: it was changed. Put a true copy back, or "
            "move it away: a new one then begins, and says so."
        )

    def _damaged(self) -> str:
        for backup in sorted(self.backups.glob("*.vault"), reverse=True):
            try:
                vault.look(backup.read_bytes())
            except (OSError, PeerError):
                continue
            return (
                f"{self.vault} is damaged. {backup} is whole: put it in its place (cp {backup} {self.vault})."
            )
        return f"{self.vault} is damaged, and no backup beside it is whole. Take your own copy of the folder."


class Change:
    """A vault that is open to be changed."""

    def __init__(self, folder: VaultFolder, opened: Opened) -> None:
        self._folder = folder
        self._opened = opened

    @property
    def contents(self) -> Contents:
        """As they stand before the change."""
        return self._opened.contents

    def commit(self, contents: Contents, did: str, **what: str) -> Contents:
        """Write it; see `VaultFolder.commit`."""
        return self._folder.commit(self._opened, contents, did, what)

    def rekey(self, passphrase: str) -> None:
        """Seal the same contents under another passphrase."""
        lock = vault.lock(passphrase, os.urandom(vault.SALT_BYTES))
        self._folder.commit(replace(self._opened, lock=lock), self.contents, "passphrase", {})


def disk_trouble(error: OSError, place: Path, ending: str = "Nothing was changed.") -> Trouble:
    """A sentence for what the disk said."""
    if error.errno in _NO_ROOM:
        return Trouble(f"The disk of {place} is full. {ending}")
    if error.errno in _NO_RIGHT:
        return Trouble(f"{place} cannot be written or read by you. {ending}")
    return Trouble(f"{place}: {error.strerror}. {ending}")


def new_seed() -> Secret:
    """Draw 32 bytes: a root key, a member's key, a key of the ring, a file key."""
    return Secret(os.urandom(insides.SEED_BYTES))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
