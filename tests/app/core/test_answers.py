"""The relay's word is brought to the store until the store has it."""

from pathlib import Path

import pytest

from support.desk import place
from watchword.core.answers import Answers
from watchword.core.window import Window
from watchword.model.errors import Kind, TroubleWith
from watchword.model.events import Event, TroubleOver
from watchword.store.outbox import Sealed
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

ONE, TWO = b"1" * 16, b"2" * 16


async def test_what_the_store_did_not_take_is_brought_again_before_what_came_since(tmp_path: Path) -> None:
    noted: list[tuple[list[bytes], list[bytes]]] = []
    told = TroubleOver(frozenset({Kind.RELAY_BUSY}))

    def refuse(_tx: Tx, _ids: list[bytes], _never: list[bytes]) -> list[Event]:
        raise TroubleWith(Kind.DISK_FULL)

    def note(_tx: Tx, ids: list[bytes], never: list[bytes]) -> list[Event]:
        noted.append((ids, never))
        return [told]

    async with place(tmp_path, "ada") as desk:
        window = Window()
        answers = Answers(desk, window)
        assert not await answers.settle(note)
        for seq, send_id in enumerate((ONE, TWO), 1):
            window.left(Sealed(seq, send_id, FullId("bo", 1), b"sealed", None, bytes(32)))
        answers.acknowledged.append(ONE)
        with pytest.raises(TroubleWith):
            await answers.settle(refuse)
        assert ONE in window
        answers.acknowledged.append(b"later")
        answers.never.append(TWO)
        assert await answers.settle(note)
        assert noted == [([ONE, b"later"], [TWO])]
        assert len(window) == 0
        assert desk.events[-1] == told
        assert not await answers.settle(note)
