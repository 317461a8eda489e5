"""Whom does this user know? Names, the contact list, blocks. Presence is not kept here."""

from watchword.model.chat import Contact
from watchword.store import transaction
from watchword.store.transaction import Tx, changed

_SELECT = "select account, name, listed, blocked from contacts "


def contact_from(account: str, name: str, listed: int, blocked: int) -> Contact:
    """A row as the window sees it: without a name, the account id stands for it."""
    return Contact(account, name or account, listed=bool(listed), blocked=bool(blocked))


def get(tx: Tx, account: str) -> Contact | None:
    """The contact of an account id, listed or not."""
    row = transaction.one(tx, _SELECT + "where account = ?", (account,))
    return None if row is None else contact_from(*row)


def every(tx: Tx) -> list[Contact]:
    """Every contact that is listed or blocked, by name."""
    rows = transaction.every(tx, _SELECT + "where listed or blocked")
    found = [contact_from(*row) for row in rows]
    return sorted(found, key=lambda contact: (contact.name.casefold(), contact.account))


def meet(tx: Tx, account: str) -> Contact:
    """Make sure that an account is known at all; a new one is not in the contact list."""
    tx.execute(
        "insert into contacts (account, name, listed, blocked) values (?, '', 0, 0) on conflict do nothing",
        (account,),
    )
    return _known(tx, account)


def introduce(tx: Tx, account: str, name: str) -> None:
    """Make sure that a member of the company is known, by the directory's name where the user gave none."""
    meet(tx, account)
    tx.execute("update contacts set name = ? where account = ? and name = ''", (name, account))


def enlist(tx: Tx, account: str, name: str | None = None) -> Contact:
    """Put an account into the contact list; a name of None leaves the one it has."""
    meet(tx, account)
    tx.execute("update contacts set listed = 1, name = coalesce(?, name) where account = ?", (name, account))
    return _known(tx, account)


def unlist(tx: Tx, account: str) -> Contact | None:
    """Take an account out of the contact list; None where it is not known."""
    tx.execute("update contacts set listed = 0 where account = ?", (account,))
    return get(tx, account)


def rename(tx: Tx, account: str, name: str) -> Contact | None:
    """Give a contact another name; empty falls back to the id. None where it is not known."""
    tx.execute("update contacts set name = ? where account = ?", (name, account))
    return get(tx, account) if changed(tx) else None


def block(tx: Tx, account: str, *, blocked: bool) -> Contact:
    """Block an account, known or not, or stop blocking it."""
    meet(tx, account)
    tx.execute("update contacts set blocked = ? where account = ?", (int(blocked), account))
    return _known(tx, account)


def _known(tx: Tx, account: str) -> Contact:
    contact = get(tx, account)
    assert contact is not None  # noqa: S101 - written in this transaction
    return contact
