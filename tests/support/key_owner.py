"""A key owner at the command line: `watchword-org` in this process or in one of its own, nothing asked."""

import asyncio
import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import msgspec

from support.company import KEY, MESSAGE
from support.processes import completed
from support.remembered import remembered_stretching
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.org.__main__ import main
from watchword.org.contents import Contents
from watchword.org.folder import VaultFolder
from watchword.protocol import content
from watchword.protocol.company import certificate, message_data, profile
from watchword.protocol.company.message_data import Author
from watchword.protocol.content import Text
from watchword.providers.contract import KeyName, context_of
from watchword.providers.org_ring import OrgRing

PASSPHRASE = "four words are enough"
RELAY = "wss://relay.example:7300"
TERMINAL = Secret(b"\x11" * 32)


def message(contents: Contents, text: str) -> bytes:
    """What Ada's desktop makes of a text for Bo, under the first key that seals."""
    organisation = contents.profile.organisation
    own = certificate.issue(contents.seeds["ada"], organisation, "ada/1", ed25519_public(TERMINAL.expose()))
    author = Author("ada/1", own, TERMINAL)
    head = message_data.draft(author, organisation, 1, MESSAGE, ["bo"])
    under = profile.sealing_keys(contents.profile, contents.ring, 1e9)
    assert isinstance(under, tuple)
    ring = OrgRing(contents.ring, contents.profile.policy.revoked, lambda: 1e9)
    name = KeyName(under[0].key, under[0].version)
    wrapped = asyncio.run(ring.wrap(KEY.expose(), context_of(head), name))
    tags = [message_data.tag(head, under[0], wrapped)]
    return message_data.seal(author, head, tags, KEY, content.encode(Text(bytes(16), 1, text)))


class Outcome(msgspec.Struct, frozen=True):
    """What a run said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """What it said to a machine."""
        found: dict[str, Any] = json.loads(self.out)
        return found


class KeyOwner:
    """One person, one vault; the passphrase lies in a file beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vault = folder / "vault of acme"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.passphrase.chmod(0o600)

    def words(self, command: tuple[str, ...], *, secret: bool = True) -> list[str]:
        """The command line of one run."""
        beside = ["--passphrase-file", str(self.passphrase)] if secret else []
        return [*command, "--vault", str(self.vault), *beside]

    def runs(self, *command: str, secret: bool = True) -> Outcome:
        """Run one command here."""
        mask = os.umask(0o022)
        out, err = io.StringIO(), io.StringIO()
        try:
            with redirect_stdout(out), redirect_stderr(err), remembered_stretching():
                code = main(self.words(command, secret=secret))
        finally:
            os.umask(mask)
        return Outcome(code, out.getvalue(), err.getvalue())

    def does(self, *command: str) -> Outcome:
        """Run one command that has to succeed, without a complaint."""
        outcome = self.runs(*command)
        assert (outcome.code, outcome.err) == (0, ""), outcome
        return outcome

    def is_refused(self, *command: str) -> str:
        """Run one command that must not succeed; what it says. Nothing may have changed."""
        before = self.state()
        outcome = self.runs(*command)
        assert (outcome.code, outcome.out) == (1, ""), outcome
        assert self.state() == before
        return outcome.err

    def state(self) -> tuple[bytes | None, list[bytes]]:
        """Vault and journal as they lie on the disk."""
        folder = self.opened
        return (folder.vault.read_bytes() if folder.vault.exists() else None, folder.lines())

    def process(self, *command: str, stdin: str = "", program: str = "") -> Outcome:
        """Run one command as a process of its own, without a terminal; by `program` instead of the module."""
        start = ["-c", program] if program else ["-m", "watchword.org"]
        done = completed([sys.executable, *start, *command], os.environ, folder=self.folder, said=stdin)
        return Outcome(done.returncode, done.stdout, done.stderr)

    @property
    def opened(self) -> VaultFolder:
        """The vault's folder."""
        return VaultFolder(self.vault, lambda sentence: None)

    @property
    def contents(self) -> Contents:
        """What the vault holds now."""
        with remembered_stretching():
            return self.opened.open_(PASSPHRASE).contents

    def founds(self, *members: str, key: str = "hr-2026") -> None:
        """A company with members and one key, ready to hand files out."""
        self.does("init", "ACME")
        for account in members:
            self.does("member", "add", account, account.title())
        self.does("key", "new", key)
        self.does("profile", "set", "--relay", RELAY)

    def moves_into_plugin(self, key: str, keys: Path) -> None:
        """A new version of a key lives in the plugin acme, which finds its keys in this file."""
        self.does("key", "rotate", key, "--plugin", "acme", "--set", f"keys={keys}")
        listed = self.does("key", "list", "--json").data["keys"]
        newest = max((one for one in listed if one["name"] == key), key=lambda one: int(one["version"]))
        keys.write_text(f"{newest['key']} {newest['version']} {os.urandom(32).hex()}\n")
        keys.chmod(0o600)

    def joins(self, account: str) -> tuple[bytes, str]:
        """A join file, and its phrase."""
        out, phrase = self.folder / f"{account}.company", self.folder / f"{account}.phrase"
        self.does("ring", "export", "join", account, "--out", str(out), "--phrase-to", str(phrase))
        return out.read_bytes(), phrase.read_text().strip()

    def updates(self) -> bytes:
        """An update."""
        out = self.folder / "update.company"
        self.does("ring", "export", "update", "--out", str(out))
        return out.read_bytes()
