"""How far history was fetched, where it stands in a chat, and what comes before the text it is about."""

from pathlib import Path

import pytest

from support.desk import place
from watchword.model.chat import Notice
from watchword.store import chats, contacts, histories, messages
from watchword.store.histories import EVERYTHING
from watchword.store.transaction import Tx

ROOM = b"r" * 16


async def test_a_history_goes_on_where_it_was_left(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            assert histories.begin(tx, ROOM, 7)
            assert histories.begin(tx, EVERYTHING, 5)
            assert not histories.begin(tx, EVERYTHING, 6)
            account, room = histories.unfinished(tx)
            assert (account.conversation, account.place, account.begun_at) == (EVERYTHING, 0, 5)
            histories.advance(tx, account, place=12, total=30, rest=18)
            [account, same] = histories.unfinished(tx)
            assert (account.place, account.total, account.rest) == (12, 30, 18)
            assert same == room
            histories.close(tx, EVERYTHING)
            assert histories.unfinished(tx) == [room]
            assert not histories.begin(tx, EVERYTHING, 9)

        await desk.db.write(work)


@pytest.mark.parametrize("first", [None, 1_000])
async def test_the_past_stands_above_the_rest_and_in_its_order(tmp_path: Path, first: int | None) -> None:
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            contacts.introduce(tx, "bo", "Bo")
            chat = chats.meet(tx, "bo", 1)
            if first is not None:
                messages.add_notice(tx, chat, Notice.ACCEPTED, first)
            until = 2_000 if first is None else first - 1
            sent = (100, 300, 200, 9_999, 400)
            assert [histories.moment(tx, chat, at, 2_000) for at in sent] == [100, 300, 300, until, until]

        await desk.db.write(work)


async def test_what_is_to_be_shared_is_kept_until_it_is(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            assert histories.to_share(tx) is None
            for _ in range(2):
                histories.share(tx, ROOM, "bo")
            assert histories.to_share(tx) == (ROOM, "bo")
            histories.shared(tx, ROOM, "bo")
            assert histories.to_share(tx) is None

        await desk.db.write(work)


async def test_early_receipts_are_kept_once_and_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "MOST_EARLY", 3)
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            keys = [bytes([number]) * 16 for number in range(5)]
            for key in keys:
                histories.early(tx, "bo", key)
                histories.early(tx, "bo", key)
            histories.early(tx, "cy", keys[4])
            assert [histories.take_early(tx, key) for key in keys] == [[], [], [], ["bo"], ["bo", "cy"]]
            assert histories.take_early(tx, keys[4]) == []

        await desk.db.write(work)


async def test_what_was_said_while_somebody_was_out_stands_between(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            contacts.introduce(tx, "bo", "Bo")
            chat = chats.meet(tx, "bo", 1)
            messages.add_notice(tx, chat, Notice.ACCEPTED, 1_000)
            histories.begin(tx, ROOM, 900)
            assert histories.moment(tx, chat, 5_000, 900) == 900
            histories.close(tx, ROOM)
            histories.begin_again(tx, ROOM, chat, 2_000)
            [again] = histories.unfinished(tx)
            assert (again.begun_at, again.news) == (2_000, False)
            assert [histories.moment(tx, chat, at, 2_500) for at in (1_500, 1_400, 9_999)] == [
                1_500,
                1_500,
                2_000,
            ]

        await desk.db.write(work)


async def test_with_whom_a_room_is_still_to_be_shared(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:

        def work(tx: Tx) -> None:
            histories.share(tx, ROOM, "bo")
            histories.share(tx, b"s" * 16, "cy")
            assert histories.shares(tx, ROOM) == ["bo"]

        await desk.db.write(work)
