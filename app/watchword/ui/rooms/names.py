"""What everybody is called who may stand in a room: contacts and colleagues, by account.

Heard and kept here, so that a line of a chat that is painted need not ask the core. Who is not in it goes by
the account. The name that this user gave comes before the directory's.
"""

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.events import ContactChanged, Event, OrganisationChanged
from watchword.ui.errands import Errands


class Names(QObject):
    """One client's people. `known` is another object whenever somebody has another name."""

    changed = Signal()

    def __init__(self, client: Client, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self._given: dict[str, str] = {}
        self._listed: dict[str, str] = {}
        self._edition: object = None
        self.known: dict[str, str] = {}
        self._unlisten = client.listen(self._heard)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()

    def load(self) -> None:
        """Ask the core once; what changes later is heard."""
        self._errands.run("names", self._load())

    async def _load(self) -> None:
        people = await self._client.contacts()
        self._given = {one.account: one.name for one in people if one.name != one.account} | self._given
        self._take_directory()
        self._put_together()

    def _heard(self, event: Event) -> None:
        if isinstance(event, ContactChanged):
            person = event.contact
            name = person.name if person.name != person.account else ""
            if self._given.get(person.account, "") != name:
                self._given[person.account] = name
                self._put_together()
        elif isinstance(event, OrganisationChanged) and self._take_directory():
            self._put_together()

    def _take_directory(self) -> bool:
        staff = self._client.company.staff
        if staff.edition == self._edition:
            return False
        self._edition = staff.edition
        self._listed = {one.account: one.name for one in staff.everybody()}
        return True

    def _put_together(self) -> None:
        known = self._listed | {account: name for account, name in self._given.items() if name}
        if known != self.known:
            self.known = known
            self.changed.emit()
