"""The details of a company's conversation: what protects it, who can read it, under which keys, what waits.

Auditors stand among those who can read, always. See `docs/protocol/company.md`, The profile.
"""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.company import Organisation
from watchword.model.events import ChatChanged, ContactChanged, Event
from watchword.ui.chats.title import title
from watchword.ui.company import organisation_words, words
from watchword.ui.company.sections import KeysInUse, Waiting
from watchword.ui.company.sheet import People, Sheet
from watchword.ui.company.standing import Standing
from watchword.ui.controls.label import Label, Role


class ConversationDetails(Sheet):
    """Everything about one company's conversation."""

    chosen = Signal(str)
    """The account of a member whose own conversation is wanted."""

    def __init__(self, client: Client, standing: Standing, chat: Chat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversationDetails")
        self._client = client
        self._standing = standing
        self._chat = chat
        self._waiting = self.add(Waiting())
        self._how = self.section()
        self._who = self.section()
        self._people = People("conversationReaders")
        self._people.person_chosen.connect(self._choose)
        self._keys = self.add(KeysInUse())
        self._relay = self.section()
        self._unlisten = client.listen(self._heard)
        standing.changed.connect(self.tell)
        self.tell()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._standing.changed.disconnect(self.tell)

    # --- what is heard ----------------------------------------------------------------
    def _heard(self, event: Event) -> None:
        if isinstance(event, ChatChanged) and event.chat.id == self._chat.id:
            self._take(event.chat)
        elif isinstance(event, ContactChanged):
            members = tuple(
                event.contact if one.account == event.contact.account else one for one in self._chat.members
            )
            self._take(_with_members(self._chat, members))

    def _take(self, chat: Chat) -> None:
        before, self._chat = self._chat, chat
        if _told(before) != _told(chat):
            self.tell()

    # --- what is said -----------------------------------------------------------------
    def tell(self) -> None:
        """Say everything as it is now."""
        organisation = self._standing.organisation
        company = words.named("" if organisation is None else organisation.name)
        self.name(title(self._chat))
        self._waiting.tell(self._chat, organisation)
        how = [Label(said, Role.SOFT) for said in self._protection(company)]
        self._how.fill(self.tr("How this conversation is protected"), [*how])
        self._who.fill(self.tr("Who can read"), self._readers(organisation, company))
        self._keys.tell(organisation)
        kept = [Label(said, Role.SOFT) for said in self._kept(organisation)]
        self._relay.fill(self.tr("On the relay"), [*kept])

    def _protection(self, company: str) -> list[str]:
        chat = self._chat
        by_company = self.tr(
            "By {company}'s own encryption: what is written here is sealed on the writer's computer under "
            "{company}'s keys, and opened on computers that hold them."
        ).format(company=company)
        relay = self.tr(
            "The relay passes sealed messages on. It cannot read them, and holds none of the keys."
        )
        if chat.protection is not Protection.BOTH:
            return [by_company, relay]
        twice = self.tr(
            "And by a passphrase session with each person, around it: a stolen key alone opens nothing, "
            "and a stolen phrase alone does not either."
        )
        open_now = {
            SessionState.OPEN: self.tr("A session stands with everybody here."),
            SessionState.HELD: self.tr(
                "A session waits for your answer about a key. Nothing is sent until then."
            ),
            SessionState.NONE: self.tr(
                "With somebody here there is no session yet. Nothing is sent until then."
            ),
        }
        return [by_company, twice, open_now[chat.session], relay]

    def _readers(self, organisation: Organisation | None, company: str) -> list[QWidget]:
        client = self._client
        me = Contact(client.account, client.name or client.account)
        remarks = {me: self.tr("You · {id}").format(id=client.account)}
        gone = self._standing.gone(self._chat)  # of this one: another may be looked at in the main window
        remarks |= {
            person: self._remark(person, company, gone=person.account in gone)
            for person in self._chat.members
        }
        auditors = () if organisation is None else organisation.policy.auditors
        audits = self.tr("Auditor: every message is sealed to them, too")
        remarks |= {Contact("", name): audits for name in auditors}
        self._people.tell(self.tr("Who can read"), remarks)
        honest = self.tr(
            "The relay gives messages to these people only. The keys are {company}'s: who holds them could "
            "open what they got hold of."
        ).format(company=company)
        return [self._people, Label(honest, Role.META)]

    def _choose(self, person: Contact) -> None:
        """Somebody of several is chosen: their own conversation is wanted."""
        if len(self._chat.members) > 1 and person in self._chat.members:
            self.chosen.emit(person.account)

    def _remark(self, person: Contact, company: str, *, gone: bool) -> str:
        if gone:
            said = self.tr("{id} · not in {company}'s directory any more: nothing can be sent")
        elif person.blocked:
            said = self.tr("{id} · blocked by you")
        elif person.present:
            said = self.tr("{id} · online")
        else:
            said = self.tr("{id} · offline")
        return said.format(id=person.account, company=company)

    def _kept(self, organisation: Organisation | None) -> list[str]:
        if organisation is None:
            return []
        if organisation.policy.retention:
            said = self.tr(
                "The relay is asked to keep what nobody fetches for {time}, and then to forget it."
            )
            return [said.format(time=organisation_words.duration(organisation.policy.retention))]
        return [self.tr("How long the relay keeps what nobody fetches is left to the relay.")]


def _with_members(chat: Chat, members: tuple[Contact, ...]) -> Chat:
    return chat if members == chat.members else replace(chat, members=members)


def _told(chat: Chat) -> tuple[object, ...]:
    return (chat.contact, chat.session, chat.protection, chat.members, chat.unsent, chat.withheld)
