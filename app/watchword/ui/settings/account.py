"""Settings: who this is, where the key is kept; and about the program."""

import importlib.metadata

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.model.setup import KeyringState, ProfileState
from watchword.ui import words
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import Button
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line
from watchword.ui.errands import Errands
from watchword.ui.settings.section import Section
from watchword.ui.unlock.conversation import Mark

_COPIED_MS = 2000
_VERSION = importlib.metadata.version("watchword")
"""Looked up with the module: it means reading files, and loading what reads them."""

PARTS = (
    ("Qt, PySide6", "LGPL-3.0"),
    ("qasync", "BSD-2-Clause"),
    ("websockets", "BSD-3-Clause"),
    ("cryptography", "Apache-2.0, BSD-3-Clause"),
    ("PyNaCl, libsodium", "Apache-2.0, ISC"),
    ("DoubleRatchet", "MIT"),
    ("keyring", "MIT"),
    ("msgspec", "BSD-3-Clause"),
    ("apsw, SQLite3 Multiple Ciphers", "MIT"),
    ("desktop-notifier", "MIT"),
    ("platformdirs", "MIT"),
    ("confusable-homoglyphs", "MIT"),
    ("Inter", "OFL-1.1"),
    ("Lucide", "ISC"),
    ("EFF Short Wordlist 2.0", "CC BY 3.0 US"),
    ("jieba, pinyin-data", "MIT"),
)
"""What the program is made of, and under which licence."""


class Account(Section):
    """Name, id with *Copy*, where the key is kept."""

    def __init__(self, client: Client, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._keyring: KeyringState | None = None
        self._by_master = profile.state() is ProfileState.PASSPHRASE
        avatar = Avatar(44)
        avatar.show_person(client.name, client.account)
        self.name = Line(client.name, Role.STRONG)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(avatar)
        row.addWidget(self.name, 1)
        self.id = TextField()
        self.id.edit.setObjectName("ownId")
        self.id.edit.setReadOnly(True)
        self.id.set_text(client.account)
        self.copy = Button(icon="copy")
        self.copy.setObjectName("copyId")
        self.copy.clicked.connect(self._copy)
        self.id.add_to_row(self.copy)
        self.key = Label(role=Role.SOFT)
        self.key.setObjectName("keyKept")
        self.card.column.addLayout(row)
        self.add(self.id, self.key)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self.retranslate)
        if not self._by_master:
            self._errands.run("look at the keyring", self._look())
        self.retranslate()

    def stop(self) -> None:
        """Hear no more."""
        self._errands.stop()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("Account"))
        self.id.set_words(self.tr("Your id"), self.tr("Others type it to ask you for a conversation."))
        self.copy.setText(self.tr("Copy"))
        self.copy.updateGeometry()
        self.key.setText(self._kept())

    def _kept(self) -> str:
        if self._by_master:
            return self.tr("The key of this profile is sealed under your master passphrase.")
        if self._keyring is None:
            return self.tr("The key of this profile is kept in the keyring of this computer.")
        if self._keyring.problem is not None:
            return words.sentence(self._keyring.problem)
        kept = self.tr("The key of this profile is kept in {keyring}.")
        return kept.format(keyring=self._keyring.name)

    async def _look(self) -> None:
        self._keyring = await self._profile.keyring()
        self.retranslate()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.id.text())
        self.copy.setText(self.tr("Copied"))
        self._copied.start(_COPIED_MS)


class About(Section):
    """Version and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.version = Label(role=Role.STRONG)
        self.version.setObjectName("version")
        self.licence = Label(role=Role.SOFT)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(Mark(40))
        top.addWidget(self.version, 1)
        # One label: a pair of them for each part took a third of the time that the whole window takes.
        parts = Label("\n".join(f"{name} · {licence}" for name, licence in PARTS), Role.META)
        parts.setObjectName("licences")
        self.card.column.addLayout(top)
        self.add(self.licence)
        self.add(parts)
        self.retranslate()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("About"))
        self.version.setText(self.tr("Watchword {version}").format(version=_VERSION))
        self.licence.setText(self.tr("Apache-2.0. It is made with, under their own licences:"))
