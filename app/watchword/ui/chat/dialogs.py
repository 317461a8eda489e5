"""The small dialogs of a chat: details, renaming, ending, blocking, opening a link."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.model.chat import Chat, Contact, SessionState
from watchword.ui import theme, words
from watchword.ui.chat.links import Link
from watchword.ui.chat.menu import put_on_clipboard
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.dialog import Dialog, question
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role

_SHOWN = 400


class Details(Dialog):
    """Who this is and how the session is protected."""

    def __init__(self, chat: Chat, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chatDetails")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        person = chat.contact
        self.set_title(words.called(person.name))
        self._section(self.tr("Id"))
        row = QHBoxLayout()
        account = Label(person.account, Role.BODY)
        account.setObjectName("detailsId")
        account.setAccessibleName(self.tr("Id: {id}").format(id=person.account))
        copy = Button(self.tr("Copy"), icon="copy")
        copy.setObjectName("copyId")
        copy.clicked.connect(lambda: put_on_clipboard(person.account))
        row.addWidget(account, 1)
        row.addWidget(copy)
        self.body.addLayout(row)
        self._section(self.tr("How this conversation is protected"))
        for said in self._protection(chat):
            self.body.addWidget(Label(said, Role.SOFT))
        done = self.add_button(Button(self.tr("Close"), Kind.PRIMARY))
        done.setObjectName("closeDetails")
        done.clicked.connect(self.accept)
        done.setFocus()

    def _section(self, title: str) -> None:
        label = Label(title, Role.META)
        label.setFont(theme.font(theme.META_PX, QFont.Weight.DemiBold))
        self.body.addWidget(label)

    def _protection(self, chat: Chat) -> list[str]:
        name = words.called(chat.contact.name)
        if chat.session is SessionState.OPEN:
            opened = self.tr(
                "Both of you typed the same passphrase, and the two computers proved it to each other. "
                "Since then every message is sealed here and opened on {contact}'s computer only."
            )
        elif chat.session is SessionState.HELD:
            opened = self.tr(
                "The session was opened with another key than the one this computer remembers for {contact}. "
                "Nothing is sent until you decide."
            )
        else:
            opened = self.tr(
                "No session is open. The history stays on this computer, encrypted. "
                "A new session runs the whole exchange again."
            )
        relay = self.tr("The relay passes messages on. It cannot read them, and it never learns the phrase.")
        keys = self.tr("Each message has a key of its own that is forgotten after use.")
        said = [opened.format(contact=name), relay]
        return [*said, keys] if chat.session is SessionState.OPEN else said


class Rename(Dialog):
    """Another name for a person; only this computer knows it."""

    def __init__(self, person: Contact, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("renameContact")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.set_title(self.tr("Rename {contact}").format(contact=words.called(person.name)))
        self.field = TextField()
        self.field.edit.setObjectName("contactNameField")
        self.field.edit.setMaxLength(80)
        self.field.set_words(
            self.tr("Name"), self.tr("Only you see this name. Empty shows the id again."), person.account
        )
        self.field.set_text("" if person.name == person.account else person.name)
        self.field.submitted.connect(self.accept)
        self.body.addWidget(self.field)
        no = self.add_button(Button(self.tr("Cancel")))
        no.setObjectName("cancel")
        no.clicked.connect(self.reject)
        yes = self.add_button(Button(self.tr("Rename"), Kind.PRIMARY))
        yes.setObjectName("confirm")
        yes.clicked.connect(self.accept)
        self.field.edit.setFocus()
        self.field.edit.selectAll()


class OpenLink(Dialog):
    """Shows where a link leads before it is opened."""

    def __init__(self, link: Link, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("openLink")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        mail = link.address.lower().startswith("mailto:")
        title = self.tr("Write to {host}?") if mail else self.tr("Open {host}?")
        self.set_title(title.format(host=link.host))
        if not mail:
            told = self.tr("Your browser opens this address. Its owner will see that you came.")
            self.body.addWidget(Label(told, Role.SOFT))
        shown = link.address if len(link.address) <= _SHOWN else link.address[: _SHOWN - 1] + "…"
        address = Label("\u200b".join(shown), Role.META)
        address.setObjectName("linkAddress")
        address.setAccessibleName(shown)
        self.body.addWidget(address)
        no = self.add_button(Button(self.tr("Cancel")))
        no.setObjectName("cancel")
        no.clicked.connect(self.reject)
        copy = self.add_button(Button(self.tr("Copy")))
        copy.setObjectName("copyLink")
        copy.clicked.connect(lambda: put_on_clipboard(link.address))
        copy.clicked.connect(self.reject)
        yes = self.add_button(Button(self.tr("Open"), Kind.PRIMARY))
        yes.setObjectName("confirm")
        yes.clicked.connect(self.accept)
        yes.setFocus()


def ask_to_end(person: Contact, parent: QWidget) -> Dialog:
    """Before a session is ended."""
    return question(
        parent,
        QCoreApplication.translate("Dialogs", "End the session with {contact}?").format(
            contact=words.called(person.name)
        ),
        QCoreApplication.translate(
            "Dialogs",
            "{contact} is told. The history stays on this computer. "
            "To write again, both of you type a phrase again.",
        ).format(contact=words.called(person.name)),
        QCoreApplication.translate("Dialogs", "End session"),
        QCoreApplication.translate("Dialogs", "Cancel"),
        danger=True,
    )


def ask_to_block(person: Contact, parent: QWidget) -> Dialog:
    """Before somebody is blocked."""
    return question(
        parent,
        QCoreApplication.translate("Dialogs", "Block {contact}?").format(contact=words.called(person.name)),
        QCoreApplication.translate(
            "Dialogs",
            "Requests of {contact} are met with silence, and {contact} is not told. "
            "You can unblock at any time.",
        ).format(contact=words.called(person.name)),
        QCoreApplication.translate("Dialogs", "Block"),
        QCoreApplication.translate("Dialogs", "Cancel"),
        danger=True,
    )
