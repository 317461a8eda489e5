"""The journal: every line signed and in its place."""

import pytest

from support.company import ROOT
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.org import journal
from watchword.org.journal import Entry
from watchword_wire.errors import PeerError

ROOT_KEY = ed25519_public(ROOT.expose())


def lines(root: Secret = ROOT, count: int = 4) -> list[bytes]:
    made: list[bytes] = []
    for n in range(1, count + 1):
        before = journal.digest(made[-1]) if made else ""
        made.append(
            journal.write(root, Entry(n, "2026-11-22T06:00:00Z", "key new", {"name": "é"}, n, before))
        )
    return made


def findings(given: list[bytes], last: bytes) -> list[int]:
    return [one.line for one in journal.check(given, ROOT_KEY, last)[1]]


def test_a_whole_journal_holds() -> None:
    made = lines()
    entries, found = journal.check(made, ROOT_KEY, made[-1])
    assert ([one.n for one in entries], found) == ([1, 2, 3, 4], [])
    assert journal.read(made[0]).what == {"name": "é"}


def test_what_is_altered_left_out_swapped_or_cut_off_is_found() -> None:
    made = lines()
    last = made[-1]
    assert findings([made[0], made[1].replace(b"key new", b"key own"), *made[2:]], last) == [2, 3]
    assert findings([made[0], *made[2:]], last) == [2]
    assert findings([made[0], made[2], made[1], made[3]], last) == [2, 3, 4]
    assert findings(made[:-1], last) == [4]
    assert findings(made[1:], last) == [1]
    assert findings([], last) == [1]


def test_nobody_else_writes_in_it() -> None:
    made = lines()
    forged = lines(Secret(b"\x71" * 32), 5)
    assert findings([*made, forged[4]], made[-1]) == [5, 5]


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"\xff", b'[{"n":1},""]'])
def test_what_is_no_line_is_not_read(line: bytes) -> None:
    with pytest.raises(PeerError):
        journal.read(line)
