"""From an empty folder to an open client, over a real relay and a real keyring; and all that may go wrong."""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

import pytest

from support.disks import read_only
from support.keyring import SecretService
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.unlocked import unlocked
from watchword import log
from watchword.core import unlock
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.setup import Availability, CheckStep, ProfileState
from watchword.net import visit
from watchword.paths import Paths
from watchword.store import account, chats, contacts, messages
from watchword.store.database import Database
from watchword.system import keyring as system_keyring
from watchword_wire.errors import Bug, WatchwordError

MASTER = "four words make one"
CANARY = "canary-9c1f-金丝雀"


class Warnings(Protocol):
    """The fixture of the same name."""

    def take(self, part: str) -> None: ...


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of(tmp_path / "demo-ada")


@pytest.fixture
def profile(paths: Paths) -> Profile:
    return Profile(paths)


def created(
    profile: Profile,
    relay: RelayProcess,
    *,
    account: str = "ada",
    name: str = "Ada",
    master: str | None = None,
) -> Coroutine[Any, Any, Client]:
    return profile.create(name=name, address=relay.address, account=account, invite=None, master=master)


async def kind_of(work: Coroutine[Any, Any, object]) -> Kind:
    with pytest.raises(WatchwordError) as raised:
        await work
    assert isinstance(raised.value, TroubleWith | RefusedBy)
    return raised.value.situation.kind


async def closed(client: Client) -> None:
    await client.close()


# --- the good way -----------------------------------------------------------------------


async def test_first_start_with_the_keyring_and_the_next(
    profile: Profile, paths: Paths, relay: RelayProcess, secret_service: SecretService
) -> None:
    assert profile.state() is ProfileState.NEW
    assert (await profile.keyring()).problem is None
    client = await created(profile, relay, account=" Ada ")
    assert (client.account, client.device, client.name, client.relay) == ("ada", 1, "Ada", relay.address)
    await client.close()

    assert profile.state() is ProfileState.KEYRING
    [label] = secret_service.labels()
    assert "demo-ada" in label
    client = await unlocked(Profile(paths))
    assert (client.account, client.name) == ("ada", "Ada")
    await client.close()


async def test_first_start_with_a_master_passphrase_and_the_next(
    profile: Profile, paths: Paths, relay: RelayProcess
) -> None:
    """Without any keyring on this computer."""
    await closed(await created(profile, relay, master=MASTER))
    assert profile.state() is ProfileState.PASSPHRASE
    assert await kind_of(Profile(paths).unlock("four words make two")) is Kind.MASTER_WRONG
    assert await kind_of(Profile(paths).unlock()) is Kind.MASTER_WRONG
    await closed(await unlocked(Profile(paths), MASTER))


async def test_whether_an_id_is_free(profile: Profile, paths: Paths, relay: RelayProcess) -> None:
    assert await profile.availability(relay.address, "Ada ") is Availability.FREE
    await closed(await created(profile, relay, master=MASTER))
    other = Profile(Paths.of(paths.folder.with_name("other")))
    assert await other.availability(relay.address, "ada") is Availability.TAKEN


async def test_check_goes_through_every_step(profile: Profile, relay: RelayProcess) -> None:
    results = [result async for result in profile.check_relay(relay.address)]
    assert [result.step for result in results] == list(CheckStep)[1:], "no proxy is on the way"
    assert not [result for result in results if result.problem is not None]


# --- half-made --------------------------------------------------------------------------


async def test_a_taken_id_stays_in_nobody_s_way(
    profile: Profile, paths: Paths, relay: RelayProcess, secret_service: SecretService
) -> None:
    await closed(await created(Profile(Paths.of(paths.folder.with_name("first"))), relay))
    assert await kind_of(created(profile, relay)) is Kind.ID_TAKEN
    assert profile.state() is ProfileState.NEW
    await closed(await created(profile, relay, account="ada2"))
    assert profile.state() is ProfileState.KEYRING
    assert len(secret_service.labels()) == 2


async def test_a_relay_that_is_away_and_comes_back(
    profile: Profile, relay: RelayProcess, secret_service: SecretService
) -> None:
    relay.kill()
    assert await kind_of(created(profile, relay)) is Kind.RELAY_TCP
    assert profile.state() is ProfileState.NEW
    relay.start()
    await closed(await created(profile, relay))
    assert len(secret_service.labels()) == 1


async def test_an_answer_that_was_lost_does_not_cost_the_id(
    profile: Profile, relay: RelayProcess, secret_service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registered, and the program dies before it knows: the same id is still its own at the next attempt."""
    register = visit.register

    async def lose_the_answer(*values: Any) -> None:
        await register(*values)
        raise TroubleWith(Kind.RELAY_TCP)

    with monkeypatch.context() as patch:
        patch.setattr(visit, "register", lose_the_answer)
        assert await kind_of(created(profile, relay)) is Kind.RELAY_TCP
    assert profile.state() is ProfileState.NEW
    client = await created(profile, relay)
    assert client.account == "ada"
    await client.close()


async def test_another_way_of_keeping_leaves_nothing_of_the_first(
    profile: Profile, relay: RelayProcess, secret_service: SecretService
) -> None:
    relay.kill()
    assert await kind_of(created(profile, relay)) is Kind.RELAY_TCP
    assert len(secret_service.labels()) == 1
    relay.start()
    await closed(await created(profile, relay, master=MASTER))
    assert profile.state() is ProfileState.PASSPHRASE
    assert secret_service.labels() == []


async def test_without_a_keyring_nothing_is_made_silently(
    profile: Profile, paths: Paths, relay: RelayProcess
) -> None:
    found = await profile.keyring()
    assert found.problem is not None
    assert found.problem.kind is Kind.KEYRING_MISSING
    assert await kind_of(created(profile, relay)) is Kind.KEYRING_MISSING
    assert profile.state() is ProfileState.NEW
    assert not paths.database.exists()
    await closed(await created(profile, relay, master=MASTER))


async def test_a_half_made_profile_whose_entry_is_gone_starts_over(
    profile: Profile, relay: RelayProcess, secret_service: SecretService, logged_warnings: Warnings
) -> None:
    relay.kill()
    assert await kind_of(created(profile, relay)) is Kind.RELAY_TCP
    secret_service.empty()
    relay.start()
    await closed(await created(profile, relay))
    logged_warnings.take("half-made profile does not open")
    assert len(secret_service.labels()) == 1


async def test_a_half_made_profile_waits_for_a_locked_keyring(
    profile: Profile,
    paths: Paths,
    relay: RelayProcess,
    secret_service: SecretService,
    logged_warnings: Warnings,
) -> None:
    """It may hold the key of an id that is registered already."""
    relay.kill()
    assert await kind_of(created(profile, relay)) is Kind.RELAY_TCP
    before = paths.description.read_bytes()
    secret_service.lock()
    relay.start()
    assert await kind_of(created(profile, relay)) is Kind.KEYRING_LOCKED
    assert paths.description.read_bytes() == before
    logged_warnings.take("keyring failed")
    secret_service.restore()
    await closed(await created(profile, relay))


@pytest.mark.parametrize("stage", ["description", "keyring", "database"])
async def test_a_program_that_dies_at_any_stage_can_start_again(
    stage: str,
    profile: Profile,
    paths: Paths,
    relay: RelayProcess,
    secret_service: SecretService,
    logged_warnings: Warnings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Died(BaseException):
        """As a kill: nothing of ours runs after it."""

    def die(*_values: object, **_names: object) -> None:
        raise Died

    places: dict[str, tuple[object, str]] = {
        "description": (system_keyring.Keyring, "keep"),
        "keyring": (Database, "create"),
        "database": (account, "make"),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*places[stage], die)
        with pytest.raises(Died):
            await created(profile, relay)
    assert Profile(paths).state() is ProfileState.NEW
    await closed(await created(Profile(paths), relay))
    if stage != "database":
        logged_warnings.take("half-made profile does not open")
    assert len(secret_service.labels()) == 1


# --- refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"name": " "}, Kind.NAME_EMPTY),
        ({"account": ""}, Kind.ID_EMPTY),
        ({"account": "a/b"}, Kind.ID_FORM),
        ({"account": "x" * 300}, Kind.ID_LONG),
        ({"address": "nonsense"}, Kind.ADDRESS_FORM),
        ({"address": "ws://example.org"}, Kind.ADDRESS_PLAIN),
        ({"address": "https://example.org"}, Kind.ADDRESS_SCHEME),
        ({"master": "short"}, Kind.MASTER_SHORT),
    ],
)
async def test_what_is_refused_leaves_no_trace(
    profile: Profile, paths: Paths, change: dict[str, Any], kind: Kind
) -> None:
    given: dict[str, Any] = {
        "name": "Ada", "address": "ws://127.0.0.1:1", "account": "ada", "invite": None, "master": MASTER,
    }  # fmt: skip
    assert await kind_of(profile.create(**{**given, **change})) is kind
    assert not paths.folder.exists()


async def test_a_profile_is_not_made_twice(profile: Profile, relay: RelayProcess) -> None:
    await closed(await created(profile, relay, master=MASTER))
    with pytest.raises(Bug):
        await created(profile, relay, master=MASTER)
    await closed(await unlocked(profile, MASTER))


# --- bad disks, files, keyrings ---------------------------------------------------------


@pytest.fixture
async def made(profile: Profile, paths: Paths, relay: RelayProcess, secret_service: SecretService) -> Paths:
    """A profile with a history, closed, its secret in the keyring."""
    client = await created(profile, relay)
    await client.close()
    return paths


async def test_the_keyring_s_situations_reach_the_person(
    made: Paths, secret_service: SecretService, logged_warnings: Warnings
) -> None:
    before = made.database.read_bytes()
    secret_service.lock()
    assert await kind_of(Profile(made).unlock()) is Kind.KEYRING_LOCKED
    secret_service.restore()
    secret_service.empty()
    assert await kind_of(Profile(made).unlock()) is Kind.KEYRING_EMPTIED
    secret_service.remove()
    assert await kind_of(Profile(made).unlock()) is Kind.KEYRING_MISSING
    logged_warnings.take("keyring failed")
    assert made.database.read_bytes() == before


async def test_another_secret_in_the_keyring(made: Paths) -> None:
    found = json.loads(made.description.read_text())
    await system_keyring.Keyring(f"demo-ada {found['id']}").keep(Secret(os.urandom(32)))
    before = made.database.read_bytes()
    assert await kind_of(Profile(made).unlock()) is Kind.PROFILE_WRONG_SECRET
    assert made.database.read_bytes() == before


async def test_a_flipped_byte(made: Paths) -> None:
    content = bytearray(made.database.read_bytes())
    content[len(content) // 2] ^= 0x40
    made.database.write_bytes(content)
    assert await kind_of(Profile(made).unlock()) is Kind.PROFILE_DAMAGED
    assert made.database.read_bytes() == content


def problem_of(paths: Paths) -> Kind:
    with pytest.raises(TroubleWith) as raised:
        Profile(paths).state()
    return raised.value.situation.kind


async def test_a_missing_part_is_damage_and_never_a_new_profile(made: Paths) -> None:
    description, database = made.description.read_bytes(), made.database.read_bytes()
    made.description.unlink()
    assert problem_of(made) is Kind.PROFILE_DAMAGED
    made.description.write_bytes(description)
    made.database.unlink()
    assert problem_of(made) is Kind.PROFILE_DAMAGED
    made.database.write_bytes(database)
    await closed(await unlocked(Profile(made)))


async def test_a_profile_of_a_later_program(made: Paths) -> None:
    found = json.loads(made.description.read_text())
    made.description.write_text(json.dumps({**found, "format": 2}))
    assert problem_of(made) is Kind.PROFILE_NEWER
    assert await kind_of(Profile(made).unlock()) is Kind.PROFILE_NEWER


async def test_a_read_only_folder(made: Paths) -> None:
    with read_only(made.folder), read_only(made.database):
        assert await kind_of(Profile(made).unlock()) is Kind.PROFILE_READ_ONLY
    await closed(await unlocked(Profile(made)))


async def test_a_folder_that_cannot_be_made(tmp_path: Path, relay: RelayProcess) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    with read_only(outer):
        profile = Profile(Paths.of(outer / "ada"))
        assert await kind_of(created(profile, relay, master=MASTER)) is Kind.PROFILE_READ_ONLY


async def test_no_room_for_a_first_start(profile: Profile, paths: Paths, relay: RelayProcess) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        assert await kind_of(created(profile, relay, master=MASTER)) is Kind.DISK_FULL
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert profile.state() is ProfileState.NEW
    await closed(await created(profile, relay, master=MASTER))


async def test_a_second_program_on_the_profile_is_refused(made: Paths) -> None:
    client = await unlocked(Profile(made))
    assert await kind_of(Profile(made).unlock()) is Kind.PROFILE_IN_USE
    other = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", SECOND_PROGRAM, str(made.folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout == "profile-in-use\n"
    await client.close()
    await closed(await unlocked(Profile(made)))


SECOND_PROGRAM = """
import asyncio, pathlib, sys
from watchword.core.profile import Profile
from watchword.model.errors import TroubleWith
from watchword.paths import Paths
try:
    asyncio.run(Profile(Paths.of(pathlib.Path(sys.argv[1]))).unlock())
except TroubleWith as trouble:
    print(trouble.situation.kind.value)
"""


# --- canaries ---------------------------------------------------------------------------


async def test_nothing_secret_lies_in_the_folder_in_the_clear(
    profile: Profile, paths: Paths, relay: RelayProcess
) -> None:
    """Texts, names, drafts, the master passphrase and every key, in all files, open and closed."""
    paths.make()
    log.start(paths.log)
    master = f"{CANARY} and three more words"
    await closed(await created(profile, relay, name=CANARY, master=master))
    found = json.loads(paths.description.read_text())
    assert found["kept_by"] == "passphrase"

    client = await unlocked(Profile(paths), master)
    db: Database = client._desk.db

    def plant(tx: Any) -> bytes:
        contacts.enlist(tx, "bo", CANARY)
        chat = chats.meet(tx, "bo", 1)
        chats.save_draft(tx, chat, CANARY)
        messages.add_text(tx, chat, CANARY, mine=True, at=1, key=bytes(16))
        mine = account.get(tx)
        assert mine is not None
        return mine.identity_seed.expose()

    seed = await db.write(plant)
    secret = await profile._folder._secret(profile_description(paths), master)
    keys = [seed, secret.expose(), unlock.database_key(secret).expose()]
    planted = [CANARY.encode(), *keys, *(key.hex().encode() for key in keys)]
    look_for(planted, paths.folder)
    await client.close()
    log.stop()
    look_for(planted, paths.folder)


def profile_description(paths: Paths) -> Any:
    from watchword.store import description  # noqa: PLC0415 - this test alone looks inside

    return description.load(paths.description)


def look_for(planted: list[bytes], folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"watchword.db", "profile.json", "watchword.log"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not [part for part in planted if part in content], path
