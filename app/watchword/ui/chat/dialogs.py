"""The small dialogs of a chat: details, renaming, ending, blocking, opening a link."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.model.chat import Chat, Contact, SessionState
from watchword.ui import i18n, theme, words
from watchword.ui.chat.links import Link
from watchword.ui.chat.menu import put_on_clipboard
from watchword.ui.company import outside
from watchword.ui.company.outside import Outside
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.dialog import Asked, Dialog, Question
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role

_SHOWN = 400


class Details(Dialog):
    """Who this is and how the session is protected."""

    def __init__(self, chat: Chat, since: int | None, away: Outside, parent: QWidget) -> None:
        """Show a chat by a passphrase session, which stands `since` then (ms since 1970), if one does.

        `away` is how the person stands to the company.
        """
        super().__init__(parent)
        self.setObjectName("chatDetails")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._chat = chat
        self._since = since
        self._away = away
        person = chat.contact
        self._id = self._section()
        row = QHBoxLayout()
        self._account = Label(person.account, Role.BODY)
        self._account.setObjectName("detailsId")
        self._copy = Button(icon="copy")
        self._copy.setObjectName("copyId")
        self._copy.clicked.connect(lambda: put_on_clipboard(person.account))
        row.addWidget(self._account, 1)
        row.addWidget(self._copy)
        self.body.addLayout(row)
        self._how = self._section()
        self._lines = [Label(role=Role.SOFT) for _ in self._protection(chat)]
        for line in self._lines:
            self.body.addWidget(line)
        self._done = self.add_button(Button(kind=Kind.PRIMARY))
        self._done.setObjectName("closeDetails")
        self._done.clicked.connect(self.accept)
        self._done.setFocus()
        self.retranslate()

    def retranslate(self) -> None:
        """Name everything."""
        person = self._chat.contact
        self.set_title(words.called(person.name))
        self._id.setText(self.tr("Id"))
        self._account.setAccessibleName(self.tr("Id: {id}").format(id=person.account))
        self._copy.setText(self.tr("Copy"))
        self._how.setText(self.tr("How this conversation is protected"))
        for line, said in zip(self._lines, self._protection(self._chat), strict=True):
            line.setText(said)
        self._done.setText(self.tr("Close"))

    def _section(self) -> Label:
        label = Label(role=Role.META)
        label.setFont(theme.font(theme.META_PX, QFont.Weight.DemiBold))
        self.body.addWidget(label)
        return label

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
        said = [outside.meaning(self._away)] if self._away else []
        said.append(opened.format(contact=name))
        if chat.session is SessionState.OPEN and self._since is not None:
            moment = f"{i18n.day(self._since)}, {i18n.clock(self._since)}"
            said.append(self.tr("The session stands since: {moment}").format(moment=moment))
        if chat.session is SessionState.OPEN:
            recognised = self.tr(
                "This computer recognises {contact}: it keeps the key that {contact}'s computer showed then. "
                "Should a later session come with another key, you are asked before anything is sent."
            )
            said.append(recognised.format(contact=name))
        return [*said, relay, keys] if chat.session is SessionState.OPEN else [*said, relay]


class Rename(Dialog):
    """Another name for a person; only this computer knows it."""

    def __init__(self, person: Contact, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("renameContact")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._person = person
        self.field = TextField()
        self.field.edit.setObjectName("contactNameField")
        self.field.edit.setMaxLength(80)
        self.field.set_text("" if person.name == person.account else person.name)
        self.field.submitted.connect(self.accept)
        self.body.addWidget(self.field)
        self._no = self.add_button(Button())
        self._no.setObjectName("cancel")
        self._no.clicked.connect(self.reject)
        self._yes = self.add_button(Button(kind=Kind.PRIMARY))
        self._yes.setObjectName("confirm")
        self._yes.clicked.connect(self.accept)
        self.retranslate()
        self.field.edit.setFocus()
        self.field.edit.selectAll()

    def retranslate(self) -> None:
        """Name everything."""
        name = words.called(self._person.name)
        self.set_title(self.tr("Rename {contact}").format(contact=name))
        told = self.tr("Only you see this name. Empty shows the id again.")
        self.field.set_words(self.tr("Name"), told, self._person.account)
        self._no.setText(self.tr("Cancel"))
        self._yes.setText(self.tr("Rename"))


class OpenLink(Dialog):
    """Shows where a link leads before it is opened."""

    def __init__(self, link: Link, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("openLink")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._link = link
        self._mail = link.address.lower().startswith("mailto:")
        self._told = Label(role=Role.SOFT)
        self._told.setVisible(not self._mail)
        self.body.addWidget(self._told)
        shown = link.address if len(link.address) <= _SHOWN else link.address[: _SHOWN - 1] + "…"
        address = Label("\u200b".join(shown), Role.META)
        address.setObjectName("linkAddress")
        address.setAccessibleName(shown)
        self.body.addWidget(address)
        self._no = self.add_button(Button())
        self._no.setObjectName("cancel")
        self._no.clicked.connect(self.reject)
        self._copy = self.add_button(Button())
        self._copy.setObjectName("copyLink")
        self._copy.clicked.connect(lambda: put_on_clipboard(link.address))
        self._copy.clicked.connect(self.reject)
        self._yes = self.add_button(Button(kind=Kind.PRIMARY))
        self._yes.setObjectName("confirm")
        self._yes.clicked.connect(self.accept)
        self._yes.setFocus()
        self.retranslate()

    def retranslate(self) -> None:
        """Name everything."""
        title = self.tr("Write to {host}?") if self._mail else self.tr("Open {host}?")
        self.set_title(title.format(host=self._link.host))
        self._told.setText(self.tr("Your browser opens this address. Its owner will see that you came."))
        self._no.setText(self.tr("Cancel"))
        self._copy.setText(self.tr("Copy"))
        self._yes.setText(self.tr("Open"))


def ask_to_end(person: Contact, parent: QWidget) -> Dialog:
    """Before a session is ended."""
    name, translate = words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        told = translate(
            "Dialogs",
            "{contact} is told. The history stays on this computer. "
            "To write again, both of you type a phrase again.",
        )
        return Asked(
            translate("Dialogs", "End the session with {contact}?").format(contact=name),
            told.format(contact=name),
            translate("Dialogs", "End session"),
            translate("Dialogs", "Cancel"),
        )

    return Question(parent, asked, danger=True)


def ask_to_block(person: Contact, parent: QWidget) -> Dialog:
    """Before somebody is blocked."""
    name, translate = words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        told = translate(
            "Dialogs",
            "Requests of {contact} are met with silence, and {contact} is not told. "
            "You can unblock at any time.",
        )
        return Asked(
            translate("Dialogs", "Block {contact}?").format(contact=name),
            told.format(contact=name),
            translate("Dialogs", "Block"),
            translate("Dialogs", "Cancel"),
        )

    return Question(parent, asked, danger=True)
