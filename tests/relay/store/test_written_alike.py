"""What a commit writes to the disk is as much for somebody as for nobody: how long it takes tells neither."""

import itertools
import random
from pathlib import Path

import pytest

from watchword_relay.store.contract import OWN, VOID, Batch, Put
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

FRAME = 24 + 4096
"""A page in the log, with its head."""
EACH = 60
"""Commits to somebody, and as many to nobody: few enough for a log that does not begin anew."""


@pytest.mark.parametrize("organisation", [None, b"acme" * 4], ids=["envelopes", "message data"])
def test_as_many_pages_whether_anybody_has_the_id(tmp_path: Path, organisation: bytes | None) -> None:
    store = SqliteStore(tmp_path / FILE_NAME)
    _, ada = store.of(OWN).register("ada", "ada", b"a" * 32, None, 1)
    _, bo = store.of(OWN).register("bo", "bo", b"b" * 32, None, 1)
    assert ada is not None
    assert bo is not None
    log = tmp_path / f"{FILE_NAME}-wal"
    dice = random.Random(1)  # noqa: S311 - the same ids in each run
    pages = {"bo/1": 0.0, "nobody/1": 0.0}
    awaited = VOID
    for number, target in itertools.product(range(EACH + 1), pages):
        batch = Batch()
        batch.puts = [
            Put(
                bo.mailbox if target == "bo/1" else VOID,
                number + 1,
                dice.randbytes(16),
                ada.full_id,
                bytes(300),
                100,
                organisation=organisation,
                conversation=organisation,
                origin=ada.mailbox,
                target=target,
                awaited=VOID if target == "bo/1" else awaited,
            )
        ]
        before = log.stat().st_size
        store.commit(batch)
        awaited = max([awaited, *(mailbox for mailbox, _ in batch.awaited.values())])
        if number:  # the first one to a name makes a row of its own
            pages[target] += (log.stat().st_size - before) / FRAME / EACH
    store.close()
    somebody, nobody = pages.values()
    assert 3 < somebody < 8
    assert abs(somebody - nobody) < 0.5, pages
