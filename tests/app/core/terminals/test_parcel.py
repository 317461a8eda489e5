"""What a new desktop is given: gathered on one, taken on another, whole or not at all."""

import os
from pathlib import Path

import pytest

from support.desk import place
from support.firm import PHRASE, Firm
from watchword.core.terminals import parcel
from watchword.core.terminals.parcel import Arrived, Gathered
from watchword.crypto.secret import Secret
from watchword.protocol.company import company_file
from watchword.protocol.second_desktop import Company, Contact, Parcel
from watchword.store import account, application, contacts, member_keys, membership
from watchword.store.application import Application
from watchword.store.database import Database
from watchword.store.member_keys import MemberKeys
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

SEED = Secret(os.urandom(32))
RELAY_KEY = b"r" * 32
WAITS = Application("ada", SEED, Secret(bytes(32)), "ws://relay", RELAY_KEY)


def belongs(firm: Firm, tx: Tx, file: bytes = b"") -> None:
    membership.keep(tx, company_file.join(firm.join_file("ada"), PHRASE, None))
    if file:
        member_keys.keep_file(tx, file)


def acme() -> Firm:
    firm = Firm()
    firm.knows("ada", "bo")
    return firm


async def taken(folder: Path, arrived: Arrived) -> Database:
    """A new profile that took it."""
    db = await Database.create(folder / "new.db", os.urandom(32))
    await db.write(lambda tx: application.put(tx, WAITS))
    await db.write(lambda tx: parcel.take(tx, arrived, FullId("ada", 2), SEED, "ws://relay", RELAY_KEY))
    return db


async def test_blocked_people_come_first_and_names_are_the_person_s_own(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as ada:

        def fill(tx: Tx) -> Gathered:
            contacts.enlist(tx, "bo", "Bo B")
            contacts.enlist(tx, "aa")
            contacts.block(tx, "zoe", blocked=True)
            contacts.meet(tx, "stranger")
            return parcel.gather(tx)

        found = await ada.db.write(fill)
        assert found.contacts == (
            Contact("zoe", "", True),
            Contact("aa", "", False),
            Contact("bo", "Bo B", False),
        )
        assert found.company is None


async def test_the_company_goes_with_its_newest_file(tmp_path: Path) -> None:
    firm = acme()
    async with place(tmp_path, "ada") as ada:
        await ada.db.write(lambda tx: belongs(firm, tx))
        without = (await ada.db.read(parcel.gather)).company
        assert without is not None
        assert (without.member, without.file) == (firm.seeds["ada"], b"")
        await ada.db.write(lambda tx: member_keys.keep_file(tx, firm.update()))
        company = (await ada.db.read(parcel.gather)).company
        assert company is not None
        arrived = await parcel.understood(Parcel(1, "Ada", (), company), "ada")
        assert arrived.membership is not None
        assert arrived.membership.serial == firm.serial


async def test_keys_that_wait_are_handed_on(tmp_path: Path) -> None:
    keys = MemberKeys(b"r" * 32, Secret(b"m" * 32), "https://acme.example/f")
    async with place(tmp_path, "ada") as ada:
        await ada.db.write(lambda tx: member_keys.put(tx, keys))
        company = (await ada.db.read(parcel.gather)).company
        assert company == Company(keys.root_key, keys.member, keys.updates, b"")


async def test_all_of_it_is_kept(tmp_path: Path) -> None:
    firm = acme()
    file = firm.update()
    given = Parcel(
        1,
        "Ada",
        (Contact("mallory", "", True), Contact("bo", "Bo", False), Contact("ada", "me", False)),
        Company(company_file.look(file).root_key, firm.seeds["ada"], "", file),
    )
    db = await taken(tmp_path, await parcel.understood(given, "ada"))
    mine = await db.read(account.get)
    assert mine is not None
    assert (mine.id, mine.name, mine.relay_key) == (FullId("ada", 2), "Ada", RELAY_KEY)
    people = {one.account: (one.name, one.listed, one.blocked) for one in await db.read(contacts.every)}
    assert people == {"bo": ("Bo", True, False), "mallory": ("mallory", False, True)}
    held = await db.read(membership.get)
    assert held is not None
    assert held.serial == firm.serial
    assert await db.read(member_keys.file) == file, "for a third desktop"
    assert await db.read(member_keys.get) is None
    assert await db.read(application.get) is None
    await db.close()


async def test_a_file_that_does_not_open_leaves_the_keys_waiting(
    tmp_path: Path, logged_warnings: object
) -> None:
    firm = acme()
    file = firm.update()
    root_key = company_file.look(file).root_key
    firm.directory("bo")
    for number, bad in enumerate((file[:-1], firm.update(), firm.join_file("bo"))):
        given = Parcel(1, "", (), Company(root_key, firm.seeds["ada"], "https://acme.example/f", bad))
        arrived = await parcel.understood(given, "ada")
        logged_warnings.take("company file of a parcel not taken")  # type: ignore[attr-defined]  # a fixture
        folder = tmp_path / str(number)
        folder.mkdir()
        db = await taken(folder, arrived)
        assert await db.read(membership.get) is None
        assert await db.read(member_keys.get) == MemberKeys(
            root_key, firm.seeds["ada"], "https://acme.example/f"
        )
        mine = await db.read(account.get)
        assert mine is not None
        assert mine.name == "ada", "a parcel without a name"
        await db.close()


async def test_what_fails_in_the_middle_was_never_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(Exception):
        """In the last step."""

    def dies(*_values: object) -> None:
        raise Died

    db = await Database.create(tmp_path / "new.db", os.urandom(32))
    await db.write(lambda tx: application.put(tx, WAITS))
    arrived = Arrived(Parcel(1, "Ada", (Contact("bo", "Bo", False),), None), None)
    monkeypatch.setattr(application, "forget", dies)
    with pytest.raises(Died):
        await db.write(lambda tx: parcel.take(tx, arrived, FullId("ada", 2), SEED, "ws://relay", RELAY_KEY))
    assert await db.read(account.get) is None
    assert await db.read(contacts.every) == []
    assert await db.read(application.get) is not None
    await db.close()
