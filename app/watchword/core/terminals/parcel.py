"""What a new desktop gets from one that stands: gathered there, taken here in one transaction.

See `docs/protocol/desktops.md`, The parcel.
"""

import asyncio

import msgspec

from watchword import log
from watchword.crypto.secret import Secret
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import FileRefused, Membership
from watchword.protocol.second_desktop import Company, Contact, Parcel
from watchword.store import account, application, contacts, member_keys, membership
from watchword.store.member_keys import MemberKeys
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError
from watchword_wire.ids import FullId


class Gathered(msgspec.Struct, frozen=True):
    """What a desktop hands on, beside the person's name."""

    relay_key: bytes | None
    contacts: tuple[Contact, ...]
    """Blocked people first: they must not be among those that do not fit."""
    company: Company | None


class Arrived(msgspec.Struct, frozen=True):
    """A parcel as it is kept."""

    parcel: Parcel
    membership: Membership | None
    """By the company file in it; None where there is no company, or no file that opens."""


def gather(tx: Tx) -> Gathered:
    """Read what a new desktop needs."""
    mine = account.get(tx)
    known = sorted(contacts.every(tx), key=lambda one: not one.blocked)
    people = tuple(
        Contact(one.account, "" if one.name == one.account else one.name, one.blocked) for one in known
    )
    return Gathered(None if mine is None else mine.relay_key, people, _company(tx))


def _company(tx: Tx) -> Company | None:
    held, waiting = membership.get(tx), member_keys.get(tx)
    if held is not None:
        return Company(held.root_key, held.member, held.profile.updates, member_keys.file(tx))
    if waiting is not None:
        return Company(waiting.root_key, waiting.member, waiting.updates, b"")
    return None


async def understood(parcel: Parcel, who: str) -> Arrived:
    """Open the company file of a parcel; takes a while for a large one, off the loop."""
    company = parcel.company
    if company is None or not company.file:
        return Arrived(parcel, None)
    try:
        found = await asyncio.to_thread(
            company_file.follow, company.file, company.root_key, who, company.member
        )
    except (FileRefused, PeerError) as error:
        log.trouble("company file of a parcel not taken", error)
        return Arrived(parcel, None)
    return Arrived(parcel, found)


def take(tx: Tx, arrived: Arrived, who: FullId, seed: Secret, relay: str, relay_key: bytes) -> None:
    """Be this desktop of the account from now on, with what the other one gave."""
    parcel = arrived.parcel
    account.make(tx, who=who, identity_seed=seed, relay=relay, name=parcel.name or who.account)
    account.pin(tx, relay_key)
    for contact in parcel.contacts:
        if contact.account == who.account:
            continue
        if contact.blocked:
            contacts.block(tx, contact.account, blocked=True)
            contacts.rename(tx, contact.account, contact.name)
        else:
            contacts.enlist(tx, contact.account, contact.name)
    company = parcel.company
    if company is not None and arrived.membership is not None:
        membership.keep(tx, arrived.membership)
        member_keys.keep_file(tx, company.file)
    elif company is not None:
        member_keys.put(tx, MemberKeys(company.root_key, company.member, company.updates))
    application.forget(tx)
