"""What is known of one message: how it was sealed and under which keys, who can read it, how far it came.

Of a passphrase chat it is little, because there is little to know. See `docs/protocol/company.md`.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat, Delivery, Message, Protection
from watchword.model.company import MessageInfo, ReaderKey, Sealing
from watchword.model.errors import Situation
from watchword.model.events import ChatChanged, Event, MessageChanged
from watchword.ui import i18n
from watchword.ui import words as program_words
from watchword.ui.company import words
from watchword.ui.company.reached import Reached
from watchword.ui.company.sheet import Named, Pair, Sheet
from watchword.ui.controls.button import Button
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands
from watchword.ui.roaming import recall_words
from watchword.ui.roaming.taking_back import TakingBack

_SHOWN = 200


class MessageInfoWindow(Sheet):
    """Everything about one message."""

    def __init__(
        self,
        client: Client,
        chat: Chat,
        message: Message,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("messageInfo")
        self._client = client
        self._chat = chat
        self._message = message
        self._info: MessageInfo | None = None
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._said = self.add(Label(role=Role.SOFT))
        self._said.setObjectName("infoText")
        self._problem = self.add(Label(role=Role.WARNING))
        self._problem.setObjectName("infoUnsent")
        self._taken_back = self.add(Label(role=Role.SOFT))
        self._taken_back.setObjectName("infoTakenBack")
        self._take_back = self.add(Button(icon="undo-2"))
        self._take_back.setObjectName("infoTakeBack")
        self.column.setAlignment(self._take_back, Qt.AlignmentFlag.AlignLeft)
        asking = TakingBack(client, self._errands, self)
        asking.said.connect(self._say_problem)
        self._take_back.clicked.connect(lambda: asking.ask(self._message))
        self._facts = self.section()
        self._how = self.section()
        self._keys = self.section()
        self._who = self.section()
        self._reached = self.section()
        self._people = Reached()
        self._unlisten = client.listen(self._heard)
        self.tell()
        self._read()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._errands.stop()

    # --- what is heard ----------------------------------------------------------------
    def _heard(self, event: Event) -> None:
        if isinstance(event, MessageChanged) and event.message.id == self._message.id:
            self._message = event.message
            self.tell()
            self._read()
        elif isinstance(event, ChatChanged) and event.chat.id == self._chat.id:
            self._chat = event.chat
            self._read()

    def _read(self) -> None:
        if self._chat.protection is not Protection.SESSION or self._chat.room is not None:
            self._errands.run("message info", self._load(), self._refused)

    async def _load(self) -> None:
        info = await self._client.company.message_info(self._message.id)
        if info != self._info:
            self._info = info
            self.tell()

    def _refused(self, situation: Situation) -> None:
        self._say_problem(program_words.sentence(situation))

    def _say_problem(self, said: str) -> None:
        self._problem.setText(said)
        self._problem.show()

    # --- what is said -----------------------------------------------------------------
    def tell(self) -> None:
        """Say everything as it is now."""
        self.name(self.tr("Message info"))
        text = " ".join(self._message.text[: 2 * _SHOWN].split())
        self._said.setText(f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text)
        info = self._info
        sealing = None if info is None else info.sealing
        why = None if info is None else info.unsent
        self._problem.setText("" if why is None or info is None else words.unsent(why, info.organisation))
        self._problem.setVisible(why is not None)
        counted = None if info is None else info.taken_back
        self._taken_back.setText("" if counted is None else recall_words.counted(counted))
        self._taken_back.setVisible(counted is not None)
        self._take_back.setText(self.tr("Take back…"))
        self._take_back.setVisible(
            recall_words.possible_in(self._chat) and recall_words.can_be(self._message)
        )
        self._facts.fill(self.tr("Message"), self._message_facts(sealing))
        self._how.fill(self.tr("How it is sealed"), [Label(said, Role.SOFT) for said in self._sealed(info)])
        self._keys.fill(self.tr("Under these keys"), self._tags(sealing))
        self._who.fill(self.tr("Who can read it"), self._readers(sealing))
        self._reached.fill(self.tr("How far it came"), self._recipients(info))

    def _message_facts(self, sealing: Sealing | None) -> list[QWidget]:
        message = self._message
        rows: list[QWidget] = [Pair(self.tr("From"), self._writer())]
        rows.append(Pair(self.tr("Time"), f"{i18n.day(message.at)}, {i18n.clock(message.at)}"))
        if sealing is not None:
            said = i18n.locale().formattedDataSize(sealing.size, 1)
            rows.append(Pair(self.tr("Size, sealed"), said))
        if message.mine and self._chat.protection is Protection.SESSION:
            rows.append(Pair(self.tr("State"), words.capital(program_words.delivery(message.delivery))))
        return rows

    def _writer(self) -> str:
        message = self._message
        if message.mine:
            device = message.device or self._client.device
            return self.tr("You · {id}").format(id=f"{self._client.account}/{device}")
        account = message.sender or self._chat.contact.account
        sealing = None if self._info is None else self._info.sealing
        full_id = account if sealing is None else sealing.sender
        known = self._name(account) if self._info is None or self._chat.room is None else self._info.sender
        name = program_words.called(known)
        return full_id if name == full_id else f"{name} · {full_id}"

    def _name(self, account: str) -> str:
        people = (*self._chat.members, self._chat.contact)
        return next((one.name for one in people if one.account == account), account)

    def _sealed(self, info: MessageInfo | None) -> list[str]:
        if self._chat.protection is Protection.SESSION:
            said = self.tr(
                "By the passphrase session with {contact}, under a key of its own that is forgotten "
                "after use."
            )
            if self._chat.room is not None:
                said = self.tr(
                    "By the passphrase session between the writer and each reader: for each apart, under a "
                    "key of its own that is forgotten after use."
                )
            return [said.format(contact=program_words.called(self._chat.contact.name))]
        if info is None:
            return []
        if info.sealing is None:
            return [self.tr("Not sealed yet: nothing of it has left this computer.")]
        company = words.named(info.organisation)
        wrap = self.tr(
            "By {company}'s own encryption: under a key of its own, and that under each of the keys below."
        )
        content = self.tr("By {company}'s own encryption: the text itself, by {company}'s own algorithm.")
        said = (wrap if info.sealing.mode == "wrap" else content).format(company=company)
        session = self.tr("And inside a passphrase session: both were needed to open it.")
        return [said, session] if info.sealing.session else [said]

    def _tags(self, sealing: Sealing | None) -> list[QWidget]:
        if sealing is None:
            return []
        return [Named(words.key(one.name, one.version), self._tag(one)) for one in sealing.readers]

    def _tag(self, one: ReaderKey) -> str:
        said = [words.method(one.method) or self.tr("A method that this computer does not know")]
        if one.auditor:
            said.append(self.tr("auditor {name}").format(name=program_words.called(one.auditor)))
        if self._info is not None and (one.name, one.version) in self._info.revoked:
            said.append(self.tr("revoked: whoever took it can read this message, too"))
        return " · ".join(said)

    def _readers(self, sealing: Sealing | None) -> list[QWidget]:
        if self._chat.room is not None and self._message.delivery is not Delivery.TAKEN_BACK:
            return self._readers_in_room(sealing)
        if self._chat.protection is Protection.SESSION:
            said = self.tr("You and {contact}, on the two computers of the session; nobody else.")
            return [Label(said.format(contact=program_words.called(self._chat.contact.name)), Role.SOFT)]
        if sealing is None:
            return []
        if self._message.delivery is Delivery.TAKEN_BACK:
            return [Label(self.tr("You alone: it was taken back before anybody else had it."), Role.SOFT)]
        names = [program_words.called(one.name) for one in self._chat.members]
        people = self.tr("You and the people of this conversation: {contacts}.")
        lines = [people.format(contacts=words.listed(names)), *self._auditors(sealing)]
        return [Label(said, Role.SOFT) for said in lines]

    def _readers_in_room(self, sealing: Sealing | None) -> list[QWidget]:
        if self._message.mine:
            said = self.tr("You and those of this room to whom it goes: they stand below.")
        else:
            said = self.tr("Those who were in this room by what the writer's computer knew.")
        return [Label(line, Role.SOFT) for line in (said, *self._auditors(sealing))]

    def _auditors(self, sealing: Sealing | None) -> list[str]:
        audited = self.tr("{name}, as auditor.")
        readers = () if sealing is None else sealing.readers
        return [audited.format(name=program_words.called(one.auditor)) for one in readers if one.auditor]

    def _recipients(self, info: MessageInfo | None) -> list[QWidget]:
        if info is None or not (info.recipients or info.missed):
            return []
        heading = self.tr("How far it came")
        self._people.tell(heading, info.recipients, info.missed, self._message.delivery)
        return [self._people]
