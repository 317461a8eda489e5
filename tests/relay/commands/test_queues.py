"""What an operator sees of queues and rooms, and what expires when they say so; while a relay runs, too."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from support.office import Office, send
from support.posts import ACME, post
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_relay import folder
from watchword_relay.__main__ import main
from watchword_relay.commands import queues
from watchword_relay.commands.admin import status
from watchword_relay.commands.queues import Asked
from watchword_relay.config import Unfit
from watchword_relay.limits import Limits
from watchword_wire import frames
from watchword_wire.message_data import decode

__all__ = ["relay"]

ROOM = b"conversation 16b".hex()
HOUR = 3_600


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A relay's folder: ada wrote to bo, who has two terminals, and to cy, an hour and two hours ago."""
    data = tmp_path / "relay"
    folder.prepare(data)
    office = Office(data, Limits())
    for name in ("ada", "bo", "cy"):
        office.account(name)
    office.second_terminal("bo")
    office.store.add_realm("acme", 1)
    ada, _ = office.enter("ada")
    office.came(ada, post("ada/1", "bo", "cy", message_id=b"1" * 16, roam_s=HOUR, keep_s=9_000))
    office.commit()
    office.time += HOUR
    office.came(ada, post("ada/1", "cy", message_id=b"2" * 16))
    office.came(ada, send("cy", body=b"sealed", message_id=b"3" * 16))
    office.commit()
    office.store.keep_served(100 + 2 * HOUR)
    office.store.close()
    return data


def told(answer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer)
    return found


def test_what_waits_for_each_account(data: Path) -> None:
    size = len(post("ada/1", "bo", "cy").data)
    other = len(post("ada/1", "cy").data)
    rows = told(queues.queues(Asked(data, json=True)))
    nothing = {"messages": 0, "bytes": 0, "oldest": None}
    past = {"history": 1, "history_bytes": size, "history_oldest": 2 * HOUR}
    assert rows == [
        {"realm": "", "account": "ada", "terminals": 1, **nothing, **past},
        {"realm": "", "account": "bo", "terminals": 2, "messages": 2, "bytes": 2 * size, "oldest": 2 * HOUR}
        | past,
        {"realm": "", "account": "cy", "terminals": 1, "messages": 3, "bytes": size + other + 6}
        | {"oldest": 2 * HOUR}
        | past,
    ]
    assert queues.queues(Asked(data, realm="acme")) == "nothing"
    assert told(queues.queues(Asked(data, realm="acme", json=True))) == []


def test_the_status_says_how_much_history_there_is(data: Path) -> None:
    size = len(post("ada/1", "bo", "cy").data)
    assert status(data).splitlines()[-1] == f"history of all: 1 messages ({size} bytes)"
    queues.expire(Asked(data, older="0s"), waiting=False, history=True)
    assert status(data).splitlines()[-1] == "history of all: 0 messages (0 bytes)"


def test_a_table_for_people(data: Path) -> None:
    lines = queues.queues(Asked(data)).splitlines()
    heads = "realm account terminals messages bytes oldest history history bytes history oldest"
    assert lines[0].split() == heads.split()
    assert lines[1].split()[:6] == ["-", "ada", "1", "0", "0", "bytes"]
    assert lines[2].split()[-2:] == ["2", "h"]


def test_every_message_of_an_account(data: Path) -> None:
    rows = told(queues.messages(Asked(data, account="cy", json=True)))
    assert [(row["id"], row["sender"], row["room"], row["waits"], row["expires"]) for row in rows] == [
        ((b"1" * 16).hex(), "ada/1", ROOM, 2 * HOUR, 1_800),
        ((b"2" * 16).hex(), "ada/1", ROOM, HOUR, None),
        ((b"3" * 16).hex(), "ada/1", None, HOUR, None),
    ]
    assert [row["organisation"] for row in rows] == [ACME.hex(), ACME.hex(), None]
    assert "30 m" in queues.messages(Asked(data, account="Cy"))


def test_what_waits_of_each_room(data: Path) -> None:
    size, other = len(post("ada/1", "bo", "cy").data), len(post("ada/1", "cy").data)
    assert told(queues.rooms(Asked(data, json=True))) == [
        {
            "realm": "",
            "room": ROOM,
            "organisation": ACME.hex(),
            "messages": 2,
            "copies": 4,
            "bytes": 3 * size + other,
            "oldest": 2 * HOUR,
            "history": 1,
            "history_bytes": size,
            "history_oldest": 2 * HOUR,
            "history_until": 0,
        }
    ]
    rows = told(queues.rooms(Asked(data, room=ROOM.upper(), json=True)))
    assert [(row["account"], row["device"], row["id"][:2]) for row in rows] == [
        ("bo", 1, "31"),
        ("bo", 2, "31"),
        ("cy", 1, "31"),
        ("cy", 1, "32"),
    ]
    assert queues.rooms(Asked(data, room="00" * 16)) == "nothing"


def test_a_room_of_which_only_history_is_left_says_whose_it_is(data: Path) -> None:
    queues.expire(Asked(data, room=ROOM), waiting=True, history=False)
    (row,) = told(queues.rooms(Asked(data, json=True)))
    assert (row["organisation"], row["messages"], row["history"]) == (ACME.hex(), 0, 1)


@pytest.mark.parametrize(
    ("options", "gone", "left"),
    [
        ({"account": "cy"}, (3, 1), {"ada": (0, 1), "bo": (2, 1)}),
        ({"room": ROOM}, (4, 3), {"cy": (1, 0)}),
        ({"older": "90m"}, (3, 3), {"cy": (2, 0)}),
        ({"older": "1h"}, (5, 3), {}),
        ({"account": "cy", "older": "2h"}, (1, 1), {"ada": (0, 1), "bo": (2, 1), "cy": (2, 0)}),
        ({"account": "nobody"}, (0, 0), {"ada": (0, 1), "bo": (2, 1), "cy": (3, 1)}),
        ({"older": "0s", "realm": "acme"}, (0, 0), {"ada": (0, 1), "bo": (2, 1), "cy": (3, 1)}),
    ],
)
def test_what_is_meant_expires_and_nothing_else(
    data: Path, options: dict[str, Any], gone: tuple[int, int], left: dict[str, tuple[int, int]]
) -> None:
    answer = queues.expire(Asked(data, json=True, **options), waiting=True, history=True)
    assert json.loads(answer) == {"messages": gone[0], "history": gone[1]}
    rows = told(queues.queues(Asked(data, json=True)))
    assert {row["account"]: (row["messages"], row["history"]) for row in rows} == left


def test_queues_and_history_expire_apart(data: Path) -> None:
    queues.expire(Asked(data, older="0s"), waiting=False, history=True)
    assert {row["history"] for row in told(queues.queues(Asked(data, json=True)))} == {0}
    said = queues.expire(Asked(data, older="0s"), waiting=True, history=False)
    assert said == "expired: 5 messages that waited, 0 entries of history"
    assert queues.rooms(Asked(data)) == "nothing"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "say what is to expire"),
        ({"older": "3"}, "a time is a number"),
        ({"older": "3y"}, "a time is a number"),
        ({"room": "zz"}, "hexadecimal digits"),
        ({"room": "00"}, "hexadecimal digits"),
        ({"account": "bo/1"}, "account id"),
        ({"account": "bo", "realm": "nowhere"}, "no realm 'nowhere'"),
    ],
)
def test_what_is_not_understood_deletes_nothing(data: Path, asked: dict[str, Any], why: str) -> None:
    with pytest.raises(Unfit, match=why):
        queues.expire(Asked(data, **asked), waiting=True, history=True)
    assert len(told(queues.queues(Asked(data, json=True)))) == 3


def test_the_command_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> str:
        assert main([*words, "--data", str(data)]) == 0
        return capsys.readouterr().out.rstrip("\n")

    assert run("queues") == queues.queues(Asked(data))
    assert run("messages", "bo") == queues.messages(Asked(data, account="bo"))
    assert run("rooms", "--json") == queues.rooms(Asked(data, json=True))
    assert run("rooms", "--room", ROOM) == queues.rooms(Asked(data, room=ROOM))
    assert json.loads(run("expire", "--account", "bo", "--only", "queues", "--json")) == {
        "messages": 2,
        "history": 0,
    }
    assert json.loads(run("expire", "--account", "bo", "--only", "history", "--json")) == {
        "messages": 0,
        "history": 1,
    }
    assert main(["expire", "--data", str(data)]) == 1
    assert "say what is to expire" in capsys.readouterr().err


async def test_a_full_mailbox_that_is_emptied_takes_messages_again(tmp_path: Path) -> None:
    """While the relay runs, which remembers how full it was."""
    with RelayProcess(tmp_path / "relay", limits={"mailbox_messages": 1}) as relay:
        async with await Terminal(relay.url, "bo").register():
            pass
        async with await Terminal(relay.url, "ada").register() as ada:
            first, second = post("ada/1", "bo"), post("ada/1", "bo")
            await ada.send(first)
            await ada.sees(frames.Ok)
            await ada.send(second)
            assert (await ada.sees(frames.Refusal)).code == frames.RefusalCode.QUOTA
            done = await asyncio.to_thread(relay.run, "expire", "--account", "bo")
            assert done.stdout.startswith("expired: 1 messages")
            await ada.send(frames.Heard(1), second)
            assert (await ada.sees(frames.Ok)).ids == [decode(second.data).head.id]
