"""A room of a thousand through a real relay that is killed in the middle; own terminals; taking back."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed

from support.dice import dice
from support.posts import lacking, only, post
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from support.waiting import until
from watchword_wire import frames, limits
from watchword_wire import message_data as wire

__all__ = ["relay"]

KILLS = max(2, int(os.environ.get("WATCHWORD_KILLS", "10")) // 2)
MEMBERS, HERE = 1_000, 25
POSTS = 10


def id_of(frame: frames.Post) -> bytes:
    return wire.decode(frame.data).head.id


@contextmanager
def database(relay: RelayProcess) -> Iterator[apsw.Connection]:
    with closing(apsw.Connection(str(relay.data / "relay.sqlite3"))) as db:
        db.set_busy_timeout(5_000)
        yield db


def move_in(relay: RelayProcess, names: list[str], key: Ed25519PrivateKey) -> None:
    """Make accounts with a terminal each, all at once."""
    public = key.public_key().public_bytes_raw()
    with database(relay) as db, db:
        for name in names:
            db.execute("INSERT INTO account VALUES (0, ?, ?, 1)", (name, name))
            db.execute(
                "INSERT INTO terminal (realm, account, device, key, made_at, by) VALUES (0, ?, 1, ?, 1, 0)",
                (name, public),
            )


async def test_a_thousand_have_it_once_with_the_relay_killed_in_the_middle(tmp_path: Path) -> None:
    """SIGKILL at arbitrary moments: all have each once, in order, and its body stands once."""
    chance, key = dice(12), Ed25519PrivateKey.generate()
    relay = RelayProcess(tmp_path / "relay")
    ada = await Terminal(relay.url, "ada").register()
    names = [f"m{number:03}" for number in range(MEMBERS)]
    move_in(relay, names, key)
    here = [await Terminal(relay.url, name, key).sign_in() for name in chance.sample(names, HERE)]
    posts = [
        post("ada/1", *names, sealed=chance.randbytes(chance.randrange(1, 20_000)), roam_s=3_600 * (n % 2))
        for n in range(POSTS)
    ]
    promised: set[bytes] = set()
    shown: list[dict[bytes, bytes]] = [{} for _ in here]

    def look() -> None:
        for ok in ada.all(frames.Ok):
            promised.update(ok.ids)
        assert not ada.all(frames.Refusal)
        ada.got.clear()
        for person, screen in zip(here, shown, strict=True):
            for deliver in person.all(frames.DeliverData):
                assert screen.setdefault(deliver.id, deliver.data) == deliver.data
            person.got.clear()

    in_the_middle = 0
    for kill in range(KILLS):
        due = [one for one in posts[: POSTS * (kill + 1) // KILLS] if id_of(one) not in promised]
        with suppress(ConnectionClosed):
            await ada.send(*due)
        if kill % 2:
            await asyncio.sleep(chance.uniform(0.0, 0.3))
        else:
            await until(lambda: any(person.got for person in here), "the first has it", 30)
        relay.kill()
        for person in (ada, *here):
            await person.closed()
        look()
        in_the_middle += bool({id_of(one) for one in due} - promised)
        with database(relay) as db:
            # All thousand have a message on the disk, or none has; who is here may have it no more.
            waiting = [
                count for (count,) in db.execute("SELECT count(*) FROM message GROUP BY id").fetchall()
            ]
            assert all(isinstance(count, int) and MEMBERS - HERE <= count <= MEMBERS for count in waiting)
        relay.start()
        await asyncio.gather(ada.sign_in(), *(person.sign_in() for person in here))
    await ada.send(*(one for one in posts if id_of(one) not in promised))
    async with asyncio.timeout(60):
        while len(promised) < POSTS or any(len(screen) < POSTS for screen in shown):
            await asyncio.sleep(0.01)
            look()
    assert in_the_middle
    wanted = [(id_of(one), one.data) for one in posts]
    assert all(list(screen.items()) == wanted for screen in shown)
    for terminal in (ada, *here):
        await terminal.close()
    await asyncio.to_thread(relay.stop)
    with database(relay) as db:
        boxes: dict[object, list[object]] = {}
        rows = db.execute("SELECT account, id FROM message JOIN terminal USING (mailbox) ORDER BY seq")
        for account, message_id in rows.fetchall():
            boxes.setdefault(account, []).append(message_id)
        once = [message_id for message_id, _ in wanted]
        assert boxes == dict.fromkeys(set(names) - {person.account for person in here}, once)
        assert db.execute("SELECT count(*) FROM body").get == POSTS
        entries = db.execute("SELECT count(*), count(DISTINCT archive) FROM history").fetchall()
        assert entries == [(POSTS // 2 * (MEMBERS + 1), MEMBERS + 1)]


async def test_one_full_mailbox_holds_up_nobody_though_the_relay_is_killed(tmp_path: Path) -> None:
    """SIGKILL after each step: all have each message once and in order, also who had no room at first."""
    chance, key = dice(13), Ed25519PrivateKey.generate()
    relay = RelayProcess(tmp_path / "relay", limits={"mailbox_messages": 50})
    ada = await Terminal(relay.url, "ada").register()
    names = [f"m{number:03}" for number in range(100)]
    move_in(relay, names, key)
    slow, others = names[37], [*names[:37], *names[38:], "nobody"]
    for _ in range(50):
        await ada.message(slow)
    posts = [post("ada/1", *names, "nobody", sealed=chance.randbytes(3_000)) for _ in range(3)]

    async def killed(sent: list[frames.Post]) -> None:
        with suppress(ConnectionClosed):
            await ada.send(*sent)
        await asyncio.sleep(chance.uniform(0.0, 0.05))
        relay.kill()
        await ada.closed()
        relay.start()
        await ada.sign_in()
        ada.got.clear()

    for kill in range(KILLS):
        await killed(posts[: kill + 1])
    await ada.send(*posts)
    for one in posts:
        assert lacking(one, await ada.sees(frames.Partly)) == {slow}
    await killed([])
    person = await Terminal(relay.url, slow, key).sign_in()  # takes what waits, and goes
    for _ in range(50):
        await person.sees(frames.Deliver)
    await person.sees_nothing(frames.DeliverData)
    await person.close()
    for _ in range(KILLS):
        await killed([only(one, slow) for one in posts])
    await ada.send(*(only(one, slow) for one in posts))
    for one in posts:
        assert lacking(one, await ada.sees(frames.Partly)) == {*others, "ada"}
    await ada.close()
    await asyncio.to_thread(relay.stop)
    with database(relay) as db:
        boxes: dict[object, list[object]] = {}
        rows = db.execute("SELECT account, id FROM message JOIN terminal USING (mailbox) ORDER BY seq")
        for account, message_id in rows.fetchall():
            boxes.setdefault(account, []).append(message_id)
    assert boxes == {name: [id_of(one) for one in posts] for name in names}


async def test_the_longest_message_for_the_most_passes(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    names = [f"{number:0118}" for number in range(limits.DATA_TARGETS)]
    key = Ed25519PrivateKey.generate()
    move_in(relay, names, key)
    last = await Terminal(relay.url, names[-1], key).sign_in()
    longest = post("ada/1", *names, sealed=os.urandom(limits.SEALED_BYTES), roam_s=60)
    assert len(longest.data) > 200_000
    await ada.send(longest)
    await ada.sees(frames.Ok)
    assert (await last.sees(frames.DeliverData)).data == longest.data
    # One entry of a history may be longer than a page.
    await last.send(frames.AskHistory(0, 256))
    history = await last.sees(frames.History)
    assert [entry.data for entry in history.entries] == [longest.data]
    for terminal in (ada, last):
        await terminal.close()


async def test_what_is_sent_reaches_the_senders_other_terminals(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    key = Ed25519PrivateKey.generate()
    with database(relay) as db:
        db.execute(
            "INSERT INTO terminal (realm, account, device, key, made_at, by) VALUES (0, 'ada', 2, ?, 1, 1)",
            (key.public_key().public_bytes_raw(),),
        )
    second = await Terminal(relay.url, "ada/2", key).sign_in()
    first, answer = post("ada/1", "bo"), post("ada/2", "bo")
    await ada.send(first)
    assert (await second.sees(frames.DeliverData)).data == first.data
    await second.send(answer)
    assert (await ada.sees(frames.DeliverData)).data == answer.data
    assert [(await bo.sees(frames.DeliverData)).data for _ in range(2)] == [first.data, answer.data]
    await ada.sees_nothing(frames.DeliverData)
    for terminal in (ada, second, bo):
        await terminal.close()


async def test_taking_back_and_its_answer_over_a_kill(relay: RelayProcess) -> None:
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    cy = await Terminal(relay.url, "cy").register()
    await cy.close()
    sent = post("ada/1", "bo", "cy", "nobody")
    await ada.send(sent)
    await bo.sees(frames.DeliverData)
    await ada.sees(frames.Ok)
    await until_acknowledged(relay, 2)  # cy and nobody have not
    await ada.send(frames.Recall(id_of(sent)))
    answer = frames.Recalled(id_of(sent), 2, 0)
    assert await ada.sees(frames.Recalled) == answer
    await asyncio.to_thread(relay.restart)
    await ada.closed()
    await ada.sign_in()
    await ada.send(frames.Recall(id_of(sent)), sent)
    assert await ada.sees(frames.Recalled) == answer
    await ada.sees(frames.Ok)
    await cy.sign_in()
    await cy.sees_nothing(frames.DeliverData)
    await ada.send(frames.Recall(bytes(15)))
    assert await ada.closed() == 1007
    await cy.close()


async def until_acknowledged(relay: RelayProcess, left: int) -> None:
    def waits() -> bool:
        with database(relay) as db:
            return bool(db.execute("SELECT count(*) FROM message").get == left)

    await until(waits, "the acknowledgement is written", 10)
