"""Where things lie: the files of one profile folder, and the resources that come with the program.

Names only: nothing here is opened, made or removed, but for `Paths.make`. What the files hold: see
`docs/protocol/store.md`.
"""

import hashlib
import os
from pathlib import Path

import msgspec
import platformdirs

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parent.parent


def resource(name: str) -> Path:
    """A file or folder of the resources: those of the checkout first, else those packed with the program.

    An editable install copies resources once and never again, so the checkout goes before.
    """
    return resources() / name


def resources() -> Path:
    """The folder of icons, themes, translations and word lists."""
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "resources"
    return _HERE / "resources"


class Paths(msgspec.Struct, frozen=True):
    """One profile folder and the names of what is in it."""

    folder: Path

    @classmethod
    def of(cls, profile: Path | None = None) -> "Paths":
        """The folder of `--profile`, or the one every user of this computer has by default."""
        if profile is None:
            profile = Path(platformdirs.user_data_path("watchword", appauthor=False))
        return cls(Path(profile).expanduser().absolute())

    def make(self) -> None:
        """Make the folder, for this user only.

        Raises:
            OSError: it cannot be made.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def database(self) -> Path:
        """The encrypted store."""
        return self.folder / "watchword.db"

    @property
    def description(self) -> Path:
        """What must be known to unlock: how the secret is kept, no secret."""
        return self.folder / "profile.json"

    @property
    def settings(self) -> Path:
        """Plain choices that are needed before unlocking."""
        return self.folder / "settings.json"

    @property
    def log(self) -> Path:
        """The folder of log files."""
        return self.folder / "log"

    @property
    def relay(self) -> Path:
        """The data folder of the bundled relay."""
        return self.folder / "relay"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a program has this profile open."""
        return self.folder / "watchword.lock"

    @property
    def socket(self) -> str:
        """The local socket by which a second program raises the first one's window.

        Made from the folder, so that each profile and each user has its own; short enough for every system.
        """
        name = os.fsencode(self.folder.resolve())
        return "watchword-" + hashlib.sha256(name).hexdigest()[:24]
