"""Two nodes of one relay over one PostgreSQL: a terminal may be on either, and a node may die."""

import asyncio
import contextlib
import hashlib
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from support.cluster import Cluster
from support.played import handshake
from support.postgres import Server
from support.relay_here import serving
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_relay import accounts, upkeep
from watchword_relay.limits import Limits
from watchword_relay.nodes import neighbours
from watchword_relay.realm import POLICY
from watchword_relay.store.contract import OWN, Owed
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

__all__ = ["postgres"]


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


@pytest.fixture
def cluster(url: str, tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path, url) as nodes:
        yield nodes


@pytest.fixture
async def ada(cluster: Cluster) -> AsyncIterator[Terminal]:
    async with await Terminal(cluster.nodes[0].url, "ada").register() as terminal:
        yield terminal


@pytest.fixture
async def bo(cluster: Cluster) -> AsyncIterator[Terminal]:
    async with await Terminal(cluster.nodes[1].url, "bo").register() as terminal:
        yield terminal


async def moves(terminal: Terminal, node: str) -> None:
    """Sign in at another node."""
    terminal.url = node
    await terminal.sign_in()


# --- messages -----------------------------------------------------------------------------------


async def test_what_is_sent_at_one_node_is_delivered_at_another_at_once(ada: Terminal, bo: Terminal) -> None:
    for number in range(20):
        sent = await ada.message("bo", body=bytes([number]))
        start = time.monotonic()
        got = await bo.sees(frames.Deliver)
        assert (got.id, got.sender, got.body) == (sent, "ada/1", bytes([number]))
        assert time.monotonic() - start < 2.0, "nobody waits for the next look of a node"


async def test_a_database_without_room_says_so_to_who_writes(ada: Terminal, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(
            """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END$$"""
        )
        database.execute("CREATE TRIGGER no_room BEFORE INSERT ON message EXECUTE FUNCTION no_room()")
    await ada.send(frames.Send(bytes(16), ["bo/1"], b"sealed"))
    assert (await ada.sees(frames.Refusal)).code == RefusalCode.FULL


async def test_two_nodes_send_to_one_mailbox_in_one_order(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    async with await Terminal(cluster.nodes[1].url, "cy").register() as cy:
        await bo.close()
        ids: dict[str, list[bytes]] = {"ada/1": [], "cy/1": []}
        for _ in range(40):
            for sender in (ada, cy):
                ids[sender.name].append(os.urandom(16))
                await sender.send(frames.Send(ids[sender.name][-1], ["bo/1"], b"sealed"))
        await moves(bo, cluster.nodes[0].url)
        got = [await bo.sees(frames.Deliver) for _ in range(80)]
        assert [one.seq for one in got] == sorted({one.seq for one in got})
        for sender_name, sent in ids.items():
            assert [one.id for one in got if one.sender == sender_name] == sent
        await bo.sees_nothing(frames.Deliver)


async def test_who_registers_at_another_node_gets_what_is_sent_from_then_on(
    ada: Terminal, cluster: Cluster
) -> None:
    await ada.message("new", body=b"for nobody")
    async with await Terminal(cluster.nodes[1].url, "new").register() as new:
        await ada.message("new", body=b"for somebody")
        assert (await new.sees(frames.Deliver)).body == b"for somebody"


async def test_the_newest_sign_in_wins_on_whichever_node(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    again = Terminal(cluster.nodes[0].url, "bo", bo.key)
    await again.sign_in()
    assert await bo.closed() == 1008
    assert (await bo.sees(frames.Refusal)).code == RefusalCode.REPLACED
    sent = await ada.message("bo")
    assert (await again.sees(frames.Deliver)).id == sent
    back = Terminal(cluster.nodes[1].url, "bo", bo.key)
    await back.sign_in()
    assert await again.closed() == 1008
    sent = await ada.message("bo")
    assert (await back.sees(frames.Deliver)).id == sent
    await back.close()


async def test_whose_seat_was_forgotten_is_not_told_that_it_signed_in_elsewhere(
    ada: Terminal, bo: Terminal, url: str
) -> None:
    """As after a crash of the database, or when others took this node for dead; what a look finds first."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DELETE FROM seat")

        def sat_again() -> bool:
            [(seats,)] = database.execute("SELECT count(*) FROM seat").fetchall()
            return int(seats) == 2

        await until(sat_again, "both have their seats again")
    for one in (ada, bo):
        await one.sees_nothing(frames.Refusal)
    sent = await ada.message("bo")
    assert (await bo.sees(frames.Deliver)).id == sent


def _come(line: socket.socket) -> bytes:
    """What has come and was not read yet."""
    with contextlib.suppress(BlockingIOError):
        return line.recv(4_096, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return b""


async def test_who_is_replaced_hears_why_though_the_terminal_is_here_again_by_then(
    bo: Terminal, cluster: Cluster
) -> None:
    old = bo.socket
    old.transport.pause_reading()
    elsewhere = await Terminal(cluster.nodes[0].url, "bo", bo.key).sign_in()
    with socket.socket(fileno=os.dup(old.transport.get_extra_info("socket").fileno())) as line:
        await until(lambda: b"signed in elsewhere" in _come(line), "it is replaced")
    back = await Terminal(cluster.nodes[1].url, "bo", bo.key).sign_in()
    # It does not know yet, and writes: to a connection that was cut that is an error.
    for _ in range(2):
        await bo.send(frames.Ack([os.urandom(16)]))
    old.transport.resume_reading()
    assert await bo.closed() == 1008
    assert (await bo.sees(frames.Refusal)).code == RefusalCode.REPLACED
    for one in (elsewhere, back):
        await one.close()


async def test_what_is_delivered_on_another_node_is_not_taken_back(ada: Terminal, bo: Terminal) -> None:
    bo.answers = False
    sent = await ada.message("bo")
    await bo.sees(frames.Deliver)
    await ada.send(frames.Recall(sent))
    assert await ada.sees(frames.Recalled) == frames.Recalled(sent, 0, 1)
    await bo.close()
    waits = await ada.message("bo")
    await eventually_taken_back(ada, waits)


async def eventually_taken_back(ada: Terminal, sent: bytes) -> None:
    """Its seat is given up a moment after a terminal has gone."""
    await ada.send(frames.Recall(sent))
    recalled = await ada.sees(frames.Recalled)
    assert (recalled.taken_back, recalled.left) in ((1, 0), (0, 1))


# --- who is here ----------------------------------------------------------------------------------


async def test_presence_is_told_across_nodes_while_both_want_it(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    await ada.send(frames.Watch(["bo"]))
    await bo.send(frames.Watch(["ada"]))
    assert await ada.sees(frames.Presence) == frames.Presence("bo", True, [1])
    assert await bo.sees(frames.Presence) == frames.Presence("ada", True, [1])
    await bo.close()
    assert await ada.sees(frames.Presence) == frames.Presence("bo", False, [])
    await moves(bo, cluster.nodes[1].url)
    await bo.send(frames.Watch(["ada"]))
    assert await ada.sees(frames.Presence) == frames.Presence("bo", True, [1])
    await bo.send(frames.Watch([]))
    assert await ada.sees(frames.Presence) == frames.Presence("bo", False, [])


async def test_all_devices_of_an_account_are_told_on_whichever_nodes(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    second = Terminal(cluster.nodes[0].url, "bo/2")
    await second.apply()
    await bo.sees(frames.Applicant)
    await bo.send(bo.approval(second))
    await bo.sees(frames.Admitted)
    await second.socket.close()
    await ada.send(frames.Watch(["bo"]))
    await bo.send(frames.Watch(["ada"]))
    assert await ada.sees(frames.Presence) == frames.Presence("bo", True, [1])
    await second.sign_in()
    assert await ada.sees(frames.Presence) == frames.Presence("bo", True, [1, 2])
    await bo.send(frames.AskTerminals())
    assert [one.present for one in (await bo.sees(frames.Terminals)).terminals] == [True, True]
    await second.close()
    assert await ada.sees(frames.Presence) == frames.Presence("bo", True, [1])


async def test_a_node_that_just_started_says_which_terminals_there_are(
    ada: Terminal, cluster: Cluster
) -> None:
    """It asks in the thread for that, which connects first; the loop uses no session of that thread's."""
    node = cluster.nodes[1]
    node.restart()
    await moves(ada, node.url)
    await ada.send(frames.AskTerminals())
    [listed] = (await ada.sees(frames.Terminals)).terminals
    assert (listed.device, listed.present) == (1, True)


async def test_a_desktop_that_waits_on_one_node_is_approved_on_another(
    ada: Terminal, cluster: Cluster
) -> None:
    new = Terminal(cluster.nodes[1].url, "ada/2")
    await new.apply()
    new.listen()
    applicant = await ada.sees(frames.Applicant)
    assert (applicant.key, applicant.proof) == (new.public, new.proof)
    await ada.send(ada.approval(new))
    await ada.sees(frames.Admitted)
    assert (await new.sees(frames.Admitted)).parcel == b"parcel"
    assert (await ada.sees(frames.Applicant)).left_ms == 0
    await new.close()
    await new.sign_in()
    await ada.send(frames.Remove(2))
    assert await new.closed() == 1008
    assert (await new.sees(frames.Refusal)).code == RefusalCode.REMOVED


# --- realms ---------------------------------------------------------------------------------------


async def test_a_realm_that_is_taken_away_says_so_at_every_node(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also at one that looks later than another erases: there, too, nobody was removed from an account."""
    monkeypatch.setattr(neighbours, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(upkeep, "REALMS_SECONDS", 0.05)
    # What an operator does has a session of its own: a node's is its writer's.
    one, other, operator = (PostgresStore(Settings(url, standbys=0)) for _ in range(3))
    async with serving(tmp_path, one, Limits()) as first:
        # This one sleeps for a second after its first look: the other one looks long before it.
        monkeypatch.setattr(upkeep, "REALMS_SECONDS", 1.0)
        async with serving(tmp_path, other, Limits()) as later:
            operator.add_realm("acme", 1)
            invite = accounts.new_invite()
            operator.of(operator.realm("acme")).add_invite(accounts.invite_hash(invite), 1, uses=2)
            ada = await Terminal(f"{first}/acme", "ada").register(invite)
            bo = await Terminal(f"{later}/acme", "bo").register(invite)
            monkeypatch.setattr(upkeep, "REALMS_SECONDS", 0.05)
            operator.take_away("acme")
            for person in (ada, bo):
                assert await person.closed() == POLICY
                assert (await person.sees(frames.Refusal)).code == RefusalCode.REALM_GONE
            await until(lambda: operator.taken_away() == [], "it is erased")
    for store in (one, other, operator):
        store.close()


# --- handshakes -----------------------------------------------------------------------------------


async def test_a_handshake_goes_across_nodes_and_both_hear_one_verdict(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    h = await handshake(ada, bo)
    for side in (ada, bo):
        verdict = await side.sees(frames.StepFrom)
        assert (verdict.sender, verdict.body) == ("", b"\x06" + h + b"\x00")
    # Until it is acknowledged it is given again, by whichever node; then no more.
    await bo.close()
    await moves(bo, cluster.nodes[0].url)
    assert (await bo.sees(frames.StepFrom)).body[0] == 5
    await bo.sees(frames.StepFrom, lambda step: step.body == b"\x06" + h + b"\x00")
    await bo.send(frames.Ack([h[:16]]))

    async def is_given_no_more() -> bool:
        await bo.close()
        bo.got.clear()
        await moves(bo, cluster.nodes[1].url)
        await ada.message("bo")
        await bo.sees(frames.Deliver)
        return not bo.all(frames.StepFrom)

    # Once that is written, which nobody is told.
    await until_found(is_given_no_more, "it is given no more")


async def test_a_request_that_comes_with_its_terminals_sign_in_is_given_once(
    ada: Terminal, bo: Terminal
) -> None:
    """Though both wake the node at which the terminal is: the one that looks what it missed finds it, too."""
    for _ in range(8):
        await bo.close()
        request = ada.request("bo")
        h = hashlib.sha256(request).digest()
        await asyncio.gather(bo.sign_in(), ada.send(frames.Step("bo/1", request)))
        await bo.sees(frames.StepFrom, lambda step, request=request: step.body == request)  # type: ignore[misc]  # used at once
        await ada.send(frames.Step("bo/1", b"\x07" + h + b"\x01"))
        await bo.sees(frames.StepFrom, lambda step, h=h: step.body == b"\x06" + h + b"\x03")  # type: ignore[misc]  # used at once
        assert request not in [step.body for step in bo.all(frames.StepFrom)]
        bo.got.clear()


async def test_what_a_side_says_is_taken_in_its_order(ada: Terminal, bo: Terminal) -> None:
    for _ in range(5):
        request = ada.request("bo")
        h = hashlib.sha256(request).digest()
        await ada.send(frames.Step("bo/1", request), frames.Step("bo/1", b"\x07" + h + b"\x01"))
        assert [(await ada.sees(frames.StepNoted)).step for _ in range(2)] == [1, 7]
        await ada.sees(frames.StepFrom, lambda step, h=h: step.body == b"\x06" + h + b"\x03")  # type: ignore[misc]  # used at once
    assert ada.all(frames.Refusal) == []


async def test_t1_is_kept_though_the_node_that_took_the_request_dies(url: str, tmp_path: Path) -> None:
    with Cluster(tmp_path, url, t1=1.0, t2=600) as cluster:
        took, other = cluster.nodes
        ada = await Terminal(took.url, "ada").register()
        bo = await Terminal(other.url, "bo").register()
        request = ada.request("bo")
        verdict = b"\x06" + hashlib.sha256(request).digest() + b"\x01"
        start = time.monotonic()
        await ada.send(frames.Step("bo/1", request))
        await ada.sees(frames.StepNoted)
        await bo.sees(frames.StepFrom)
        took.kill()
        await moves(ada, other.url)
        for side in (ada, bo):
            await side.sees(frames.StepFrom, lambda step: step.body == verdict)
        assert time.monotonic() - start >= 1.0
        for side in (ada, bo):
            await side.close()
        took.start()


async def test_of_a_confirm_and_the_end_of_time_on_two_nodes_one_counts_for_both(
    ada: Terminal, bo: Terminal
) -> None:
    request = ada.request("bo")
    h = hashlib.sha256(request).digest()
    await ada.send(frames.Step("bo/1", request))
    await bo.sees(frames.StepFrom)
    for sender, receiver, body in (
        (bo, ada, b"\x02" + h + os.urandom(1217 - 33)),
        (ada, bo, b"\x03" + h + os.urandom(64)),
        (bo, ada, b"\x04" + h + os.urandom(176)),
    ):
        await sender.send(frames.Step(receiver.name, body))
        await receiver.sees(frames.StepFrom)
    # Both end it in the same moment, each at its own node.
    await asyncio.gather(
        ada.send(frames.Step("bo/1", b"\x05" + h + os.urandom(348))),
        bo.send(frames.Step("ada/1", b"\x07" + h + b"\x01")),
    )
    verdicts = [(await side.sees(frames.StepFrom, lambda step: step.body[0] == 6)).body for side in (ada, bo)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0][33] in (0, 3)


async def test_an_ending_that_a_node_did_not_live_to_tell_is_told_by_the_others(
    ada: Terminal, bo: Terminal, url: str
) -> None:
    request = ada.request("bo")
    h = hashlib.sha256(request).digest()
    await ada.send(frames.Step("bo/1", request))
    await bo.sees(frames.StepFrom, lambda step: step.body == request)
    node = PostgresStore(Settings(url, standbys=0))
    # A minute ago, as far as they can tell.
    (ended,) = node.nodes.end_all(OWN, "ada/1", -60)
    node.close()
    assert (ended.h, ended.owed_b) == (h, Owed.VERDICT)
    told = await bo.sees(frames.StepFrom)
    assert (told.sender, told.body[:33]) == ("", b"\x06" + h)


# --- nodes that die, come back, or are not of this relay ---------------------------------------------


async def test_who_was_on_a_node_that_died_loses_nothing_and_is_gone_for_others(
    ada: Terminal, bo: Terminal, cluster: Cluster
) -> None:
    await ada.send(frames.Watch(["bo"]))
    await bo.send(frames.Watch(["ada"]))
    await ada.sees(frames.Presence)
    bo.answers = False
    sent = [await ada.message("bo") for _ in range(3)]
    for _ in sent:
        await bo.sees(frames.Deliver)
    cluster.nodes[1].kill()
    await bo.closed()
    sent.append(await ada.message("bo"))
    await moves(bo, cluster.nodes[0].url)
    assert [(await bo.sees(frames.Deliver)).id for _ in sent] == sent
    cluster.nodes[1].start()


async def test_a_node_that_the_others_forgot_takes_its_seats_anew(
    ada: Terminal, bo: Terminal, url: str
) -> None:
    await nodes_are_forgotten(url)
    sent = await ada.message("bo")
    assert (await bo.sees(frames.Deliver)).id == sent


async def test_what_is_on_its_way_does_not_come_again_from_a_node_that_was_forgotten(
    ada: Terminal, bo: Terminal, url: str
) -> None:
    bo.answers = False
    for _ in range(3):
        await ada.message("bo")
        await bo.sees(frames.Deliver)
    await nodes_are_forgotten(url)
    sent = await ada.message("bo")
    assert (await bo.sees(frames.Deliver)).id == sent
    await bo.sees_nothing(frames.Deliver)


async def nodes_are_forgotten(url: str) -> None:
    """As after a crash of the database, which empties what is not logged."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE node, seat")

        def seated() -> bool:
            return connection.execute("SELECT count(*) FROM seat").fetchall() == [(2,)]

        await until(seated, "both have a seat again")


async def test_a_node_with_another_key_is_refused(cluster: Cluster, url: str, tmp_path: Path) -> None:
    other = Cluster(tmp_path / "other", url, nodes=1).nodes[0]
    refused = other.run("serve", "--listen", "127.0.0.1:0", "--store", url, "--standbys", "0")
    assert refused.returncode != 0
    assert "another key" in refused.stderr
