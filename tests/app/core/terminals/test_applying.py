"""A desktop that waits, and a relay that answers by itself: only who was told the words can add it."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.hostile import HostileRelay, Visit
from support.logged import LoggedWarnings
from watchword.core.terminals import words
from watchword.core.terminals.applying import Applying
from watchword.crypto.primitives import ed25519_public, ed25519_sign
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.model.events import LinkChanged, LinkState
from watchword.net.address import Address
from watchword.net.connection import Way
from watchword.protocol import second_desktop
from watchword.protocol.second_desktop import Candidate, Company, Contact
from watchword.store import account, application, contacts, member_keys
from watchword.store.application import Application
from watchword.store.database import Database
from watchword_wire import login
from watchword_wire.frames import Admitted, Applied, Apply, FromDesktop, Refusal, RefusalCode, SignIn, Welcome
from watchword_wire.ids import FullId

SEED, OLD, EVE = (Secret(os.urandom(32)) for _ in range(3))
OLD_KEY, EVE_KEY = ed25519_public(OLD.expose()), ed25519_public(EVE.expose())
CONTACTS = (Contact("bo", "Bo", False),)
MADE_UP = Company(b"\x05" * 32, Secret(b"\x06" * 32), "https://eve.example/keys", b"")
Answer = Callable[["Scene", Apply], Admitted]


class Scene:
    """A desktop that waits at a relay, and what the relay answers it next."""

    def __init__(self, db: Database, relay: HostileRelay, waits: Application) -> None:
        self.db = db
        self.relay_key = relay.key.public_key().public_bytes_raw()
        self.applying = Applying(db, waits, self._towards)
        self.heard: list[FromDesktop] = []
        self.answer: Answer = honest

    async def _towards(self, address: Address, pinned: bytes | None) -> Way:
        return Way(address, pinned)

    async def plays(self, visit: Visit) -> None:
        await visit.says(visit.hello())
        apply = await visit.hears()
        assert isinstance(apply, Apply)
        await visit.says(Applied())
        admitted = self.answer(self, apply)
        await visit.says(admitted)
        self.heard.append(await visit.hears())
        await visit.says(Welcome(admitted.id, 120_000, 135_000, 3_600))

    async def is_new(self) -> bool:
        """Nothing of any answer was taken."""
        mine, people = await self.db.read(account.get), await self.db.read(contacts.every)
        company = await self.db.read(member_keys.get)
        return (mine, people, company) == (None, [], None) and not self.heard


def honest(scene: Scene, apply: Apply, *, relay_key: bytes | None = None, full_id: str = "ada/2") -> Admitted:
    """By the other desktop, where a person typed the words."""
    digits = words.read(" ".join(scene.applying.words("zh_CN")))
    candidate = Candidate("ada", "acme", apply.key)
    assert second_desktop.is_meant(candidate, digits, apply.proof)
    answering = second_desktop.answer_key(candidate, digits, relay_key or scene.relay_key)
    parcel = second_desktop.packed(OLD, full_id, apply.key, answering, "Ada", CONTACTS, None)
    return Admitted(full_id, "ada/1", OLD_KEY, approval(scene, apply, OLD, full_id), parcel)


def approval(scene: Scene, apply: Apply, seed: Secret, full_id: str = "ada/2") -> bytes:
    return ed25519_sign(seed.expose(), login.admit_bytes(scene.relay_key, full_id, apply.key))


def made_up(scene: Scene, apply: Apply) -> Admitted:
    """All of the relay's own making."""
    parcel = second_desktop.packed(
        EVE, "ada/2", apply.key, Secret(bytes(32)), "Ada", (Contact("eve", "Bo", False),), MADE_UP
    )
    return Admitted("ada/2", "ada/1", EVE_KEY, approval(scene, apply, EVE), parcel)


def another_parcel(scene: Scene, apply: Apply) -> Admitted:
    """The approval is the other desktop's, the parcel is not."""
    good = honest(scene, apply)
    return Admitted(good.id, good.by, good.by_key, good.approval, made_up(scene, apply).parcel)


def a_parcel_with_the_right_code(scene: Scene, apply: Apply) -> Admitted:
    """The code that belongs to another parcel."""
    good, bad = honest(scene, apply), made_up(scene, apply)
    return Admitted(bad.id, bad.by, bad.by_key, bad.approval, bad.parcel[:-32] + good.parcel[-32:])


def a_parcel_without_a_code(scene: Scene, apply: Apply) -> Admitted:
    bad = made_up(scene, apply)
    return Admitted(bad.id, bad.by, bad.by_key, bad.approval, bad.parcel[:-32])


def another_key(scene: Scene, apply: Apply) -> Admitted:
    """The other desktop's parcel, approved by a key of the relay's."""
    good = honest(scene, apply)
    return Admitted(good.id, good.by, EVE_KEY, approval(scene, apply, EVE), good.parcel)


def another_number(scene: Scene, apply: Apply) -> Admitted:
    good = honest(scene, apply)
    return Admitted("ada/3", good.by, EVE_KEY, approval(scene, apply, EVE, "ada/3"), good.parcel)


def over_another_relay(scene: Scene, apply: Apply) -> Admitted:
    return honest(scene, apply, relay_key=b"r" * 32)


def of_an_application_before(scene: Scene, apply: Apply) -> Admitted:
    """What another application of the same account, with other words, was truly given."""
    digits = second_desktop.key_digits("ada", apply.key, Secret(bytes(32)))
    answering = second_desktop.answer_key(Candidate("ada", "acme", apply.key), digits, scene.relay_key)
    parcel = second_desktop.packed(OLD, "ada/2", apply.key, answering, "Ada", CONTACTS, None)
    return Admitted("ada/2", "ada/1", OLD_KEY, approval(scene, apply, OLD), parcel)


@asynccontextmanager
async def waiting(folder: Path) -> AsyncIterator[Scene]:
    async def plays(visit: Visit) -> None:
        await scene.plays(visit)

    async with HostileRelay(plays) as relay:
        db = await Database.create(folder / "new.db", os.urandom(32))
        waits = Application("ada", SEED, Secret(os.urandom(32)), f"{relay.address}/acme", None)
        await db.write(lambda tx: application.put(tx, waits))
        scene = Scene(db, relay, waits)
        yield scene
        await db.close()


async def test_what_the_other_desktop_gives_is_taken(tmp_path: Path) -> None:
    async with waiting(tmp_path) as scene:
        await scene.applying.wait()
        mine = await scene.db.read(account.get)
        assert mine is not None
        assert (mine.id, mine.name, mine.relay_key) == (FullId("ada", 2), "Ada", scene.relay_key)
        assert [one.account for one in await scene.db.read(contacts.every)] == ["bo"]
        assert [type(frame) for frame in scene.heard] == [SignIn]


@pytest.mark.parametrize(
    "lie",
    [
        made_up,
        another_parcel,
        a_parcel_with_the_right_code,
        a_parcel_without_a_code,
        another_key,
        another_number,
        over_another_relay,
        of_an_application_before,
    ],
)
async def test_a_relay_that_answers_by_itself_is_not_believed(
    tmp_path: Path, lie: Answer, logged_warnings: LoggedWarnings
) -> None:
    async with waiting(tmp_path) as scene:
        scene.answer = lie
        shown = scene.applying.words("en")
        with pytest.raises(TroubleWith) as told:
            await scene.applying.wait()
        assert told.value.situation.kind is Kind.PARCEL_UNKNOWN
        logged_warnings.take("answer of nobody who knows the words")
        assert await scene.is_new()
        # It waits on with the same words, and an answer to them is one.
        assert await scene.db.read(application.get) is not None
        assert scene.applying.words("en") == shown
        scene.answer = honest
        await scene.applying.wait()
        assert await scene.db.read(account.get) is not None


async def test_an_answer_for_another_account_is_nonsense_and_it_asks_again(tmp_path: Path) -> None:
    async with waiting(tmp_path) as scene:

        def of_bo(it: Scene, apply: Apply) -> Admitted:
            it.answer = honest
            good = honest(it, apply, full_id="bo/2")
            return Admitted("bo/2", "bo/1", good.by_key, good.approval, good.parcel)

        scene.answer = of_bo
        await scene.applying.wait()
        mine = await scene.db.read(account.get)
        assert mine is not None
        assert mine.id == FullId("ada", 2)
        assert len(scene.heard) == 1


async def test_what_is_sent_is_the_same_each_time_and_holds_no_word(tmp_path: Path) -> None:
    """Two captures of one application say no more than one."""
    seen: list[Apply] = []
    async with waiting(tmp_path) as scene:

        def noted(it: Scene, apply: Apply) -> Admitted:
            seen.append(apply)
            if len(seen) == 2:
                it.answer = honest
            return Admitted("ada", "ada", b"", b"", b"")

        scene.answer = noted
        await scene.applying.wait()
        digits = words.read(" ".join(scene.applying.words("en")))
        kept = await scene.db.read(application.get)
        assert kept is None, "the words are gone with it"
    assert seen[0].proof == seen[1].proof
    told = b"".join(digit.to_bytes(2) for digit in digits)
    assert told not in seen[0].proof


async def test_a_pause_that_the_relay_asks_for_is_kept_whoever_clicks_and_said(tmp_path: Path) -> None:
    async with waiting(tmp_path) as scene:
        came: list[float] = []
        told: list[LinkChanged] = []
        plays = scene.plays

        async def puts_off(visit: Visit) -> None:
            came.append(time.monotonic())
            if len(came) > 1:
                await plays(visit)
                return
            await visit.says(visit.hello())
            await visit.hears()
            scene.applying.reconnect()
            await visit.says(Refusal(RefusalCode.RETRY_LATER, b"", 1_200))

        def hears(changed: LinkChanged) -> None:
            told.append(changed)
            scene.applying.reconnect()

        scene.plays = puts_off  # type: ignore[method-assign]  # its relay's next answers
        scene.applying.listen(hears)
        await scene.applying.wait()
        assert came[1] - came[0] >= 1.2
        assert told[0] == LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_BUSY, {"seconds": 3}))
        assert len(scene.heard) == 1
