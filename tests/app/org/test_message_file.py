"""Files that should hold message data, and what they are instead."""

import base64
import os

import pytest

from support.company import MEMBERS, PROFILE, RING, ROOT, written
from watchword.crypto.secret import Secret
from watchword.org import exports, vault
from watchword.org.contents import Contents
from watchword.org.message_file import read
from watchword_wire import message_data as wire
from watchword_wire.errors import Refused
from watchword_wire.limits import DATA_BYTES

DATA = written("bo", "陈")
ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))


def said(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(data)
    return str(refused.value)


def test_as_they_are_and_in_base64_of_any_lines() -> None:
    for form in (DATA, base64.b64encode(DATA), base64.encodebytes(DATA), b"\r\n" + base64.b64encode(DATA)):
        assert read(form) == wire.decode(DATA)


def test_cut_short_anywhere_is_said_with_what_is_missing() -> None:
    assert "at least 1 of their bytes" in said(DATA[:-1])
    assert "at least 64 of their bytes" in said(DATA[:-64])
    for length in range(1, len(DATA)):
        assert "cut short" in said(DATA[:length]), length
    for length in range(4, len(base64.b64encode(DATA)) - 4):
        assert "cut short" in said(base64.b64encode(DATA)[:length]), length


def test_altered_in_the_form_is_said() -> None:
    for bent in (DATA + b"\0", DATA[:4] + b"\xff" + DATA[5:], DATA[:6] + b"\x02" + DATA[7:]):
        assert "ALTERED" in said(bent)


def test_other_files_are_called_by_their_names() -> None:
    lock = vault.Lock(os.urandom(16), Secret(bytes(32)))
    assert "empty" in said(b"")
    assert "verify FILE" in said(exports.update(ACME))
    assert "a vault" in said(vault.close(ACME, b"line", lock))
    assert "watchword-relay messages" in said(b"SQLite format 3\0" + bytes(1_000))


@pytest.mark.parametrize("data", [b"hello", b"\x93abc", b"\x92\xc4\x01a\xc4\x01b", bytes(2 * DATA_BYTES)])
def test_anything_else_is_none(data: bytes) -> None:
    assert "This is no message data." in said(data)
