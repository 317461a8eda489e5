"""What every command is given: the vault's folder, its passphrase, a place for warnings."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchword.org import typed
from watchword.org.contents import Contents
from watchword.org.folder import Change, VaultFolder
from watchword.providers.contract import KeyName
from watchword_wire.errors import Refused

Generator = Callable[[Path, str, str, str, KeyName, str], bool]


class Desk:
    """One run of the tool."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self.warn = warn

    def folder(self, options: argparse.Namespace) -> VaultFolder:
        """The vault's folder."""
        return VaultFolder(options.vault.expanduser().absolute(), self.warn)

    def passphrase(self, options: argparse.Namespace) -> str:
        """The vault's passphrase."""
        return typed.secret(
            options.passphrase_file, "Passphrase of the vault: ", "--passphrase-file", self.warn
        )

    def new_passphrase(self, options: argparse.Namespace) -> str:
        """The passphrase of a vault that is made."""
        question = "Passphrase for the vault: "
        return typed.new_secret(options.passphrase_file, question, "--passphrase-file", self.warn)

    def opened(self, options: argparse.Namespace) -> Contents:
        """What the vault holds, to read."""
        folder = self.folder(options)
        folder.look()
        return folder.open_(self.passphrase(options)).contents

    @contextmanager
    def changing(self, options: argparse.Namespace) -> Iterator[Change]:
        """The vault, open to be changed."""
        folder = self.folder(options)
        folder.look()
        with folder.changing(self.passphrase(options)) as change:
            yield change

    def token_generator(self) -> Generator:
        """Makes keys on tokens.

        Raises:
            Refused: the library is not installed.
        """
        try:
            from watchword.org.token_keys import generate  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise Refused(
                "Tokens need the extra hsm: install the program again with it, by its project's folder:"
                ' pip install "FOLDER[app,hsm]".'
            ) from error
        return generate
