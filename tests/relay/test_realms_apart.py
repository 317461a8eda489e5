"""What is in another realm does not exist: every frame that names it is answered as if it named nothing.

Each frame of the wire has its attempts in `ATTEMPTS`; a frame that has none fails here. What a frame may name
stands in a `Thing`: one is in the other realm, the other nowhere, and all that comes back must be equal byte
by byte, after the same questions to the store. A realm that does not exist is held to the same.
"""

import hashlib
import typing
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.posts import message_data, post
from support.relay_here import operating, serving
from support.terminal import Terminal
from support.waiting import until
from watchword_relay import accounts
from watchword_relay.limits import Limits
from watchword_relay.store.contract import RealmStore
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.store.sqlite_realm import SqliteRealm
from watchword_wire import codec, frames
from watchword_wire.exchange import Abort, AbortCode, Request
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import FullId

LIMITS = Limits(failed_sign_ins=(1e6, 1.0), waiting_of_source=64, terminals=(1e6, 1.0))
CONVERSATION = b"conversation 16b"


class Thing(NamedTuple):
    """All that a frame can name; everything of one is as long as of another."""

    account: str
    like: str
    """An id that looks like the account's."""
    keys: tuple[Ed25519PrivateKey, Ed25519PrivateKey]
    """Of its terminals 1 and 2."""
    applicant: Ed25519PrivateKey
    """The key of a new desktop that applies."""
    member: Ed25519PrivateKey
    organisation: bytes
    message: bytes
    """The id of message data that wait for it, and that it sent."""
    request: bytes
    """Of a handshake between its terminals' account and another, which runs."""
    ended: bytes
    """Of one that has ended."""
    invite: str

    @property
    def h(self) -> bytes:
        return hashlib.sha256(self.request).digest()

    @property
    def ended_h(self) -> bytes:
        return hashlib.sha256(self.ended).digest()

    def hidden(self, frame: frames.FromRelay) -> bytes:
        """What came back, without what tells one thing from another by itself, and without the time."""
        match frame:
            case frames.Terminals():
                frame = frames.Terminals([one._replace(made_at=0) for one in frame.terminals])
            case frames.StepNoted():
                left = bool(frame.t1_ms), bool(frame.t2_ms)
                frame = frames.StepNoted(bytes(32), frame.step, int(left[0]), int(left[1]))
            case _:
                pass
        data = codec.encode(frame)
        applicant = self.public(self.applicant)[:16]
        own: list[str | bytes] = [self.account, self.like, self.message, self.h, self.ended_h, applicant]
        for number, part in enumerate(own):
            text = part.encode() if isinstance(part, str) else part
            data = data.replace(text, bytes([number]) * len(text))
        return data

    @staticmethod
    def public(key: Ed25519PrivateKey) -> bytes:
        return key.public_key().public_bytes_raw()


def a_thing(account: str, like: str, number: int) -> Thing:
    def key(role: int) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([role, number]) * 16)

    def request(role: int) -> bytes:
        ids = FullId(account, 1), FullId("al", 1)
        return Request(*ids, b"n" * 32, b"p" * 32, bytes([role, number]) * 592).encode()

    return Thing(
        account,
        like,
        (key(1), key(2)),
        key(3),
        key(4),
        bytes([5, number]) * 8,
        bytes([6, number]) * 8,
        request(7),
        request(8),
        hashlib.sha256(bytes([number])).hexdigest()[:20],
    )


THERE = a_thing("bo", "b0", 1)
NOWHERE_AT_ALL = a_thing("no", "n0", 2)

Attempt = Callable[[Terminal, Thing], list[frames.FromDesktop]]


def _as(terminal: Terminal, name: str, key: Ed25519PrivateKey) -> Terminal:
    """The same connection, under another name and key."""
    other = Terminal(terminal.url, name, key)
    other.hello = terminal.hello
    return other


def _register(me: Terminal, account: str, invite: str | None) -> frames.Register:
    return _as(me, account, Ed25519PrivateKey.from_private_bytes(b"7" * 32)).registration(invite)


ATTEMPTS: dict[type[frames.FromDesktop], list[Attempt]] = {
    frames.SignIn: [
        lambda me, it: [_as(me, it.account, it.keys[0]).signature()],
        lambda me, it: [_as(me, f"{it.account}/2", it.keys[1]).signature()],
        lambda me, it: [_as(me, it.account, me.key).signature()],
    ],
    frames.Register: [
        lambda me, it: [_register(me, it.account, it.invite)],
        lambda me, it: [_register(me, it.like, it.invite)],
        lambda me, it: [_register(me, it.account, None)],
        lambda me, it: [_as(me, it.account, it.keys[0]).registration(it.invite)],
        lambda me, it: [_register(me, "somebody", it.invite)],
    ],
    frames.Probe: [lambda me, it: [frames.Probe(1, it.public(it.keys[0]), bytes(64), b"")]],
    frames.AskAvailable: [
        lambda me, it: [frames.AskAvailable(it.account, it.invite)],
        lambda me, it: [frames.AskAvailable(it.like)],
        lambda me, it: [frames.AskAvailable(it.account)],
    ],
    frames.Apply: [
        lambda me, it: [_as(me, it.account, it.applicant).application()],
        lambda me, it: [_as(me, it.account, it.keys[1]).application()],
    ],
    frames.Join: [
        lambda me, it: [_as(me, f"{it.account}/3", me.key).joining(it.organisation, it.member)],
        lambda me, it: [_as(me, f"{it.account}/2", it.keys[1]).joining(it.organisation, it.member)],
    ],
    frames.Admit: [
        lambda me, it: [me.approval(_as(me, f"{it.account}/3", it.applicant))],
        lambda me, it: [me.approval(_as(me, f"{me.account}/2", it.applicant))],
        lambda me, it: [_as(me, it.account, it.keys[0]).approval(_as(me, f"{it.account}/3", it.applicant))],
    ],
    frames.Vouch: [
        lambda me, it: [me.vouching(it.organisation, it.member)],
        lambda me, it: [_as(me, it.account, it.keys[0]).vouching(it.organisation, it.member)],
    ],
    frames.AskTerminals: [lambda _me, _it: [frames.AskTerminals()]],
    frames.Remove: [lambda _me, _it: [frames.Remove(2)]],
    frames.Send: [
        lambda _me, it: [frames.Send(b"s" * 16, [f"{it.account}/1"], b"sealed")],
        lambda _me, it: [
            frames.Send(b"t" * 16, [f"{it.account}/2", f"{it.account}/1", f"{it.like}/1"], b"sealed")
        ],
        lambda _me, it: [frames.Send(it.message, [f"{it.account}/1"], b"sealed")],
    ],
    frames.Post: [
        lambda me, it: [post(me.name, it.account, message_id=b"p" * 16)],
        lambda me, it: [post(me.name, it.account, it.like, message_id=it.message, roam_s=3_600)],
        lambda _me, it: [frames.Post(message_data(f"{it.account}/1", "al", message_id=it.message))],
    ],
    frames.Recall: [lambda _me, it: [frames.Recall(it.message)]],
    frames.Ack: [lambda _me, it: [frames.Ack([it.message, it.ended_h[:16], it.ended_h[16:]])]],
    frames.Heard: [lambda _me, _it: [frames.Heard(0)]],
    frames.Step: [
        lambda _me, it: [frames.Step("al/1", it.request)],
        lambda _me, it: [frames.Step(f"{it.account}/1", Abort(it.h, AbortCode.DECLINED).encode())],
        lambda _me, it: [frames.Step("al/1", Abort(it.h, AbortCode.NO_SUCH_SESSION).encode())],
        lambda _me, it: [frames.Step("al/1", it.ended)],
        lambda _me, it: [frames.Step("al/1", Abort(it.ended_h, AbortCode.NO_SUCH_SESSION).encode())],
        lambda _me, it: [frames.Step(f"{it.account}/1", Abort(it.ended_h, AbortCode.DIFFER).encode())],
        lambda me, it: [frames.Step(f"{it.account}/1", _request(me, it.account), "hint")],
        lambda me, it: [frames.Step(f"{it.account}/2", _request(me, f"{it.account}/2"))],
    ],
    frames.Watch: [
        lambda _me, it: [frames.Watch([it.account])],
        lambda _me, it: [frames.Watch(["al", it.account]), frames.Watch([])],
    ],
    frames.AskHistory: [
        lambda _me, _it: [frames.AskHistory(0, 256)],
        lambda _me, _it: [frames.AskHistory(0, 256, CONVERSATION)],
    ],
    frames.Share: [
        lambda _me, it: [frames.Share(CONVERSATION, it.account, 0)],
        lambda _me, _it: [frames.Share(CONVERSATION, "al", 0)],
    ],
}


def _request(me: Terminal, target: str) -> bytes:
    """A request of the own, the same for every thing but for its name."""
    to = target if "/" in target else f"{target}/1"
    ids = FullId(me.account, 1), FullId(to.rpartition("/")[0], int(to.rpartition("/")[2]))
    return Request(*ids, b"n" * 32, b"q" * 32, b"e" * 1_184).encode()


BEFORE_SIGN_IN = (
    frames.SignIn,
    frames.Register,
    frames.Probe,
    frames.AskAvailable,
    frames.Apply,
    frames.Join,
)
CASES = [(kind, number) for kind, attempts in ATTEMPTS.items() for number in range(len(attempts))]


def test_every_frame_is_attempted() -> None:
    assert set(ATTEMPTS) == set(typing.get_args(frames.FromDesktop))


class Place:
    """A relay in which one realm is full of life, and another looks at it."""

    def __init__(self, url: str, store: SqliteStore, mine: str, theirs: str) -> None:
        """Its store is as its operator has it."""
        self.url = url
        self.store = store
        self.mine = mine
        self.theirs = theirs
        self.asked: list[str] = []
        """Which questions the store was asked."""

    def url_of(self, realm: str) -> str:
        return f"{self.url}/{realm}"

    def realm(self, name: str) -> RealmStore:
        return self.store.of(self.store.realm(name))

    def invite(self, realm: str) -> str:
        text = accounts.new_invite()
        self.realm(realm).add_invite(accounts.invite_hash(text), 1)
        return text

    async def person(self, realm: str, name: str, key: Ed25519PrivateKey | None = None) -> Terminal:
        return await Terminal(self.url_of(realm), name, key).register(self.invite(realm))

    def rows(self) -> list[object]:
        """Every row of the other realm that the relay keeps."""
        realm = self.store.realm(self.theirs)
        found: list[object] = []
        for table in ("account", "terminal", "handshake", "invite", "archive"):
            found += self.store._reader.execute(f"SELECT * FROM {table} WHERE realm = ?", (realm,)).fetchall()  # noqa: S608 - of constants
        for table in ("mailbox", "message", "admission", "recall"):
            of = f"SELECT {table}.* FROM {table} JOIN terminal USING (mailbox) WHERE realm = ?"  # noqa: S608 - of constants
            found += self.store._reader.execute(of, (realm,)).fetchall()
        return found


@asynccontextmanager
async def settled(place: Place) -> AsyncIterator[Terminal]:
    """The other realm's people: bo on two desktops, one of them away, with all that a frame can name."""
    al = await place.person(place.theirs, "al")
    bo = await place.person(place.theirs, THERE.account, THERE.keys[0])
    second = await Terminal(bo.url, "bo/2", THERE.keys[1]).apply()
    await bo.send(bo.approval(second))
    await bo.sees(frames.Admitted)
    await second.close()
    await bo.send(bo.vouching(THERE.organisation, THERE.member))
    await bo.sees(frames.Terminals)
    applicant = await Terminal(bo.url, "bo/3", THERE.applicant).apply()
    place.realm(place.theirs).add_invite(accounts.invite_hash(THERE.invite), 1)
    for one, other in ((al, "bo"), (bo, "al")):
        await one.send(frames.Watch([other]))
    data = message_data("bo/1", "al", message_id=THERE.message)
    al.answers = bo.answers = False
    await bo.send(frames.Post(data, 0, 3_600))
    await bo.sees(frames.Ok)
    await bo.send(frames.Step("al/1", THERE.request))
    await al.sees(frames.StepFrom)
    await bo.sees(frames.StepNoted)
    await bo.send(frames.Step("al/1", THERE.ended))
    await bo.send(frames.Step("al/1", Abort(THERE.ended_h, AbortCode.WITHDRAWN).encode()))
    await bo.sees(frames.StepFrom)
    await bo.sees(frames.Presence)
    await bo.sees(frames.Applicant, lambda one: one.key == THERE.public(THERE.applicant))
    await (await bo.socket.ping())
    bo.got.clear()
    yield bo
    for one in (al, bo):
        await one.close()
    await applicant.close()


@pytest.fixture(params=[("beta", "acme"), ("", "acme"), ("acme", "")], ids=["beta", "own", "into-own"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    mine, theirs = request.param
    store = SqliteStore(tmp_path / "relay.sqlite3")
    for name in {mine, theirs} - {""}:
        store.add_realm(name, 1)
    async with serving(tmp_path, store, LIMITS, registration=frames.Registration.INVITE) as url:
        with operating(tmp_path) as commands:
            here = Place(url, commands, mine, theirs)
            _listen(here, monkeypatch)
            yield here
    store.close()


def _listen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note every question to a realm's part of the store."""

    def noting(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def asked(realm: SqliteRealm, *given: object, **named: object) -> object:
            place.asked.append(name)
            return real(realm, *given, **named)

        return asked

    for name in [name for name in vars(SqliteRealm) if not name.startswith("_")]:
        monkeypatch.setattr(SqliteRealm, name, noting(name, getattr(SqliteRealm, name)))


class Told(NamedTuple):
    """What an attempt brought."""

    frames: list[bytes]
    closed: int | None
    """The code with which the connection was closed."""
    asked: list[str]
    """Which questions the store was asked for it."""


async def before_sign_in(place: Place, realm: str, it: Thing, attempt: Attempt) -> Told:
    async with Terminal(place.url_of(realm), "me", a_thing("me", "me", 3).keys[0]) as me:
        await me.open()
        del place.asked[:]
        await me.send(*attempt(me, it))
        frame = await me.read()
        if isinstance(frame, frames.Applied):
            await (await me.socket.ping())  # whatever else would come has come
        return Told([it.hidden(frame)], me.socket.close_code, sorted(place.asked))


async def signed_in(place: Place, number: int, it: Thing, attempt: Attempt) -> Told:
    key = a_thing("me", "me", 3).keys[0]
    async with await place.person(place.mine, f"e{number}", key) as me:
        del place.asked[:]
        last = b"last" * 4
        await me.send(*attempt(me, it), frames.Send(last, [me.name], last), frames.AskHistory(0, 1, last))
        await until(
            lambda: me.socket.close_code is not None or _answered(me, last), "the attempt is answered"
        )
        if me.socket.close_code is None:
            await (await me.socket.ping())
        kept = [frame for frame in me.got if not (isinstance(frame, frames.Deliver) and frame.id == last)]
        return Told(sorted(it.hidden(frame) for frame in kept), me.socket.close_code, sorted(place.asked))


def _answered(me: Terminal, last: bytes) -> bool:
    oks = any(last in ok.ids for ok in me.all(frames.Ok))
    return oks and any(page.after == 0 for page in me.all(frames.History))


async def test_before_sign_in_nothing_of_another_realm_shows(place: Place) -> None:
    async with settled(place) as bo:
        rows = place.rows()
        for kind in BEFORE_SIGN_IN:
            for number, attempt in enumerate(ATTEMPTS[kind]):
                there = await before_sign_in(place, place.mine, THERE, attempt)
                nowhere = await before_sign_in(place, place.mine, NOWHERE_AT_ALL, attempt)
                assert there == nowhere, (kind, number)
        assert place.rows() == rows
        assert bo.got == []


async def test_after_sign_in_nothing_of_another_realm_shows(place: Place) -> None:
    async with settled(place) as bo:
        rows = place.rows()
        for case, (kind, number) in enumerate(CASES):
            if kind not in BEFORE_SIGN_IN:
                attempt = ATTEMPTS[kind][number]
                there = await signed_in(place, 2 * case, THERE, attempt)
                nowhere = await signed_in(place, 2 * case + 1, NOWHERE_AT_ALL, attempt)
                assert there == nowhere, (kind, number)
        assert place.rows() == rows
        assert bo.got == []


async def test_a_realm_that_does_not_exist_is_as_one_that_nobody_may_enter(place: Place) -> None:
    unknowing = NOWHERE_AT_ALL._replace(account=THERE.account, like=THERE.like)
    async with settled(place):
        for kind in BEFORE_SIGN_IN:
            for number, attempt in enumerate(ATTEMPTS[kind]):
                told = [
                    await before_sign_in(place, realm, it, attempt)
                    for realm in (place.theirs, "none")
                    for it in (unknowing, NOWHERE_AT_ALL)
                ]
                assert told[1:] == told[:-1], (kind, number)
        hellos = []
        for realm in (place.theirs, "none"):
            async with Terminal(place.url_of(realm), "me") as me:
                hellos.append(msgspec.structs.replace(await me.open(), nonce=b"", signature=b""))
        assert hellos[0] == hellos[1]


async def test_an_id_of_another_realm_is_free(place: Place) -> None:
    """Also what looks like one of another realm."""
    async with settled(place) as bo:
        for name in (THERE.account, NOWHERE_AT_ALL.account):
            async with Terminal(place.url_of(place.mine), name) as me:
                await me.open()
                invite = place.invite(place.mine)
                for asked in (name, f"{name[0]}0"):
                    await me.send(frames.AskAvailable(asked, invite))
                    assert await me.read() == frames.Available(asked, frames.Availability.FREE)
        assert bo.got == []


async def test_a_namesake_in_another_realm_is_somebody_else(place: Place) -> None:
    async with settled(place) as bo:
        rows = place.rows()
        namesake = await place.person(place.mine, THERE.account)
        await namesake.send(frames.Watch(["al"]), frames.Remove(2), frames.AskHistory(0, 256))
        await namesake.send(frames.Recall(THERE.message), frames.Ack([THERE.message, THERE.ended_h[:16]]))
        assert [one.key for one in (await namesake.sees(frames.Terminals)).terminals] == [namesake.public]
        assert await namesake.sees(frames.History) == frames.History(0, 0, 0, [])
        assert await namesake.sees(frames.Recalled) == frames.Recalled(THERE.message, 0, 0)
        applicant = Terminal(bo.url, "bo/2", THERE.applicant)
        await namesake.send(namesake.approval(applicant))
        refusal = frames.Refusal(RefusalCode.OUT_OF_TURN, applicant.public[:16])
        assert await namesake.sees(frames.Refusal) == refusal
        await namesake.message("bo/1", "bo/2", body=b"to myself")
        assert (await namesake.sees(frames.Deliver)).body == b"to myself"
        await (await namesake.socket.ping())
        assert namesake.got == []
        assert place.rows() == rows
        assert bo.got == []
        await namesake.close()


async def test_the_same_request_in_two_realms_is_two_handshakes(place: Place) -> None:
    """Also to the byte: who saw a request in one realm learns nothing from repeating it in another."""
    async with settled(place) as bo:
        namesake = await place.person(place.mine, THERE.account)
        await namesake.send(frames.Step("al/1", THERE.request))
        noted = await namesake.sees(frames.StepNoted)
        assert (noted.h, noted.step, noted.t1_ms > 115_000) == (THERE.h, 1, True)
        await namesake.send(frames.Step("al/1", Abort(THERE.h, AbortCode.WITHDRAWN).encode()))
        await namesake.sees(frames.StepFrom)
        assert bo.got == []
        await bo.send(frames.Step("al/1", THERE.request))
        await bo.sees(frames.StepNoted)
        await bo.sees_nothing(frames.StepFrom)
        await namesake.close()
