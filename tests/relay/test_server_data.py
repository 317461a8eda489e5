"""Message data through a real relay: every terminal once, kills in mid-post, no secret of a company."""

import asyncio
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed

from support.company import ORGANISATION, PROFILE, RING, author
from support.dice import dice
from support.ground import asked, nodes
from support.posts import post
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from support.waiting import until
from watchword.crypto.primitives import seal_siv
from watchword.crypto.secret import Secret
from watchword.protocol.company import message_data
from watchword.protocol.company import profile as profiles
from watchword.protocol.company import ring as rings
from watchword_wire import frames, limits
from watchword_wire import message_data as wire
from watchword_wire.frames import RefusalCode
from watchword_wire.timing import MESSAGE_KEPT

__all__ = ["nodes", "relay"]

KILLS = int(os.environ.get("WATCHWORD_KILLS", "10")) // 2
RECIPIENTS = 50
POSTS = 30


def id_of(frame: frames.Post) -> bytes:
    return wire.decode(frame.data).head.id


async def second_of(first: Terminal) -> Terminal:
    """Sign in a second terminal of an account, by the certificate of its member."""
    member = Ed25519PrivateKey.generate()
    await first.send(first.vouching(ORGANISATION, member))
    await first.sees(frames.Terminals)
    second = Terminal(first.url, f"{first.account}/2")
    await second.open()
    await second.send(second.joining(ORGANISATION, member))
    assert isinstance(await second.read(), frames.Welcome)
    second.listen()
    return second


async def test_every_terminal_of_every_target_gets_it(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    again = await second_of(bo)
    cy = await Terminal(relay.url, "cy").register()
    await cy.close()
    sent = post("ada/1", "bo", "cy", "nobody")
    await ada.send(sent)
    for terminal in (bo, again):
        got = await terminal.sees(frames.DeliverData)
        assert (got.id, got.sender, got.data) == (id_of(sent), "ada/1", sent.data)
    await ada.sees(frames.Ok, lambda ok: ok.ids == [id_of(sent)])
    await left(relay, 1)  # acknowledgements that a kill took away would bring it to bo again
    await asyncio.to_thread(relay.restart)
    await cy.sign_in()
    assert (await cy.sees(frames.DeliverData)).data == sent.data
    await cy.close()
    for terminal in (bo, again, cy):
        await terminal.sign_in()
        await terminal.sees_nothing(frames.DeliverData)
        await terminal.close()


@pytest.mark.parametrize(
    "frame",
    [
        frames.Post(b"no message data"),
        frames.Post(post("ada/1", "bo").data + b"\0"),
        post("bo/1", "cy"),
        post("ada/1", "bo", keep_s=-1),
    ],
)
async def test_what_may_not_be_posted_ends_the_connection(relay: RelayProcess, frame: frames.Post) -> None:
    ada = await Terminal(relay.url, "ada").register()
    await ada.send(frame)
    assert await ada.closed() == 1007


async def test_what_is_too_long_is_refused(relay: RelayProcess) -> None:
    async with await Terminal(relay.url, "ada").register() as ada:
        await ada.send(frames.Post(os.urandom(limits.DATA_BYTES + 1)))
        assert await ada.sees(frames.Refusal) == frames.Refusal(RefusalCode.TOO_LARGE)


async def test_what_was_to_be_kept_for_a_while_is_gone_after_it(tmp_path: Path) -> None:
    relay = RelayProcess(tmp_path / "relay")
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    await bo.close()
    short, long, beyond = (
        post("ada/1", "bo", keep_s=60),
        post("ada/1", "bo"),
        post("ada/1", "bo", keep_s=2**40),
    )
    await ada.send(short, long, beyond)
    seen: set[bytes] = set()
    while len(seen) < 3:
        seen.update((await ada.sees(frames.Ok)).ids)
    await ada.close()
    bo.answers = False
    await asyncio.to_thread(relay.serve_from, 61)
    await bo.sign_in()
    assert [(await bo.sees(frames.DeliverData)).id for _ in range(2)] == [id_of(long), id_of(beyond)]
    await bo.sees_nothing(frames.DeliverData)
    await bo.close()
    await asyncio.to_thread(relay.serve_from, MESSAGE_KEPT + 61)
    await left(relay, 0)
    await bo.sign_in()
    await bo.sees_nothing(frames.DeliverData)
    await bo.close()
    await asyncio.to_thread(relay.stop)


async def left(relay: RelayProcess, count: int) -> str:
    """What `status` says once so many wait."""
    async with asyncio.timeout(10):
        while True:
            said = (await asyncio.to_thread(relay.run, "status")).stdout
            if f"waiting messages: {count} (" in said:
                return said


def some_have(people: list[Terminal], ids: set[bytes]) -> bool:
    """Whether any of these was delivered to somebody."""
    return any(got.id in ids for person in people for got in person.all(frames.DeliverData))


async def killed(node: RelayProcess, everybody: list[Terminal], cut_too: list[Terminal]) -> None:
    """Kill a node; nobody stays connected, to whichever."""
    node.kill()
    for one in everybody:
        if one.url != node.url or one in cut_too:
            one.drop()
        await one.closed()


async def test_kills_in_the_middle_of_posts_to_many(nodes: list[RelayProcess]) -> None:
    """SIGKILL at arbitrary moments: each terminal has each message once on its screen, in order."""
    chance = dice(11)
    ada = await Terminal(nodes[0].url, "ada").register()
    people = [
        await Terminal(nodes[number % len(nodes)].url, f"m{number}").register()
        for number in range(RECIPIENTS)
    ]
    people.append(await second_of(people[0]))
    posts = [
        post("ada/1", *(one.account for one in people), sealed=chance.randbytes(chance.randrange(1, 20_000)))
        for _ in range(POSTS)
    ]
    promised: set[bytes] = set()
    shown: list[dict[bytes, bytes]] = [{} for _ in people]

    def look() -> None:
        for ok in ada.all(frames.Ok):
            promised.update(ok.ids)
        assert not ada.all(frames.Refusal)
        ada.got.clear()
        for person, screen in zip(people, shown, strict=True):
            for deliver in person.all(frames.DeliverData):
                assert screen.setdefault(deliver.id, deliver.data) == deliver.data
            person.got.clear()

    in_the_middle = 0
    for kill in range(KILLS):
        # What was not answered goes first, in its order; then what is new.
        due = [one for one in posts[: POSTS * (kill + 1) // KILLS] if id_of(one) not in promised]
        unanswered = {id_of(one) for one in due}
        if not kill % 2:
            # However quick the relay is: its answer and what it delivers go out together.
            ada.socket.transport.pause_reading()
        with suppress(ConnectionClosed):
            await ada.send(*due)
        if kill % 2:
            await asyncio.sleep(chance.uniform(0.0, 0.15))
        else:
            # Some of the terminals have some of it, and its sender has no answer yet.
            await until(partial(some_have, people, unanswered), "the first has it", 20)
        victim = nodes[kill // 2 % len(nodes)]
        await killed(victim, [ada, *people], cut_too=[] if kill % 2 else [ada])
        look()
        unanswered -= promised
        in_the_middle += any(unanswered & screen.keys() for screen in shown)
        victim.start()
        await asyncio.gather(ada.sign_in(), *(person.sign_in() for person in people))
    await ada.send(*(one for one in posts if id_of(one) not in promised))
    async with asyncio.timeout(30):
        while len(promised) < POSTS or any(len(screen) < POSTS for screen in shown):
            await asyncio.sleep(0.01)
            look()
    assert in_the_middle >= KILLS // 2
    wanted = [(id_of(one), one.data) for one in posts]
    assert all(list(screen.items()) == wanted for screen in shown)
    # What all have is nowhere any more.
    said = await left(nodes[0], 0)
    assert "- message data: 0 (0 bytes)" in said
    for terminal in (ada, *people):
        await terminal.close()
    for node in nodes:
        await asyncio.to_thread(node.stop)
    assert asked(nodes[0], "SELECT (SELECT count(*) FROM body), (SELECT count(*) FROM message)") == [(0, 0)]


CONTENT = b"canary-content-5b1e"
COMPANY, KEY_NAME, MEMBER = "canary-company-77a0", "canary-key-name-02cd", "canary-member-f3f3"
MODULE, WHERE = "canary-module-91e2", "canary-token-label-c4c4"


async def test_the_relay_holds_nothing_of_a_company_but_what_it_may_see(relay: RelayProcess) -> None:
    """Content, names, keys and what a method means, searched for in data, log and status."""
    kept = Secret(os.urandom(32))
    ring = replace(RING, keys=tuple(replace(key, name=KEY_NAME) for key in RING.keys))
    methods = tuple(replace(method, where={"module": MODULE, "token": WHERE}) for method in PROFILE.methods)
    directory = tuple(replace(member, name=MEMBER) for member in PROFILE.directory)
    profile = replace(PROFILE, name=COMPANY, methods=methods, directory=directory)
    writer = author("ada")
    head = message_data.draft(writer, ORGANISATION, wire.MODE_WRAP, os.urandom(16), ("bo", "陈"))
    keys = profiles.sealing_keys(profile, ring, 0.0)
    assert isinstance(keys, tuple)
    tags = []
    for under in keys:
        found = ring.find(under.key, under.version)
        assert found is not None
        bound = rings.wrap_data(wire.context(head), under.key, under.version)
        sealed = seal_siv(found.secret.expose(), bytes(12), kept.expose(), bound)
        tags.append(message_data.tag(head, under, bytes(12) + sealed))
    data = message_data.seal(writer, head, tuple(tags), kept, CONTENT)
    async with await Terminal(relay.url, "ada").register() as ada:
        for name in ("bo", "陈"):
            await (await Terminal(relay.url, name).register()).close()
        await ada.send(frames.Post(data))
        await ada.sees(frames.Ok)
    said = (await asyncio.to_thread(relay.run, "status")).stdout
    assert f"organisation {ORGANISATION.hex()}: 2 " in said
    running = everything(relay)
    relay.kill()
    after = everything(relay)
    relay.start()
    secrets = [kept.expose(), *(key.secret.expose() for key in ring.keys if key.secret.expose())]
    secrets += [CONTENT, wire.context(head), profiles.encode(profile), rings.encode(ring)]
    for word in (COMPANY, KEY_NAME, MEMBER, MODULE, WHERE, "pkcs11", "key ring", "acme", "canary"):
        secrets.append(word.encode())
    for place in (running, after, said.encode()):
        for secret in secrets:
            assert secret not in place
            assert secret.hex().encode() not in place
    # It was there to be found: the organisation's id is.
    assert ORGANISATION in running
    assert ORGANISATION in after
    assert head.id.hex().encode() not in relay.log.read_bytes()
    assert b"ada" not in relay.log.read_bytes()


def everything(relay: RelayProcess) -> bytes:
    """All that stands in its folder, and its log."""
    files = [path for path in relay.data.rglob("*") if path.is_file()]
    return b"\n".join(path.read_bytes() for path in [*files, relay.log])
