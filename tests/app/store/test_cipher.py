"""The seal of the file."""

from pathlib import Path

import apsw
import pytest

from watchword.store import cipher

KEY = bytes(range(32))


def test_a_file_begins_with_its_key_s_salt(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = apsw.Connection(str(path))
    cipher.unseal(connection, KEY)
    connection.execute("create table t (x)")
    connection.close()
    assert path.read_bytes()[: cipher.SALT_BYTES] == cipher.salt_of(KEY)
    assert cipher.fits(path, KEY)
    assert not cipher.fits(path, bytes(32))


def test_the_salt_says_nothing_of_the_key() -> None:
    assert cipher.salt_of(KEY) != cipher.salt_of(bytes(32))
    assert cipher.salt_of(KEY) not in KEY


@pytest.mark.parametrize("flips", [0, 1, 2, 3])
def test_flipped_bytes_do_not_make_another_key(tmp_path: Path, flips: int) -> None:
    salt = bytearray(cipher.salt_of(KEY))
    for place in range(flips):
        salt[place] ^= 0xFF
    (tmp_path / "s.db").write_bytes(salt + bytes(100))
    assert cipher.fits(tmp_path / "s.db", KEY)


def test_the_scheme_is_stated(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "s.db"))
    cipher.unseal(connection, KEY)
    assert connection.pragma("cipher") == "chacha20"
    connection.close()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(tmp_path: Path, length: int) -> None:
    connection = apsw.Connection(str(tmp_path / "s.db"))
    with pytest.raises(ValueError, match="32 bytes"):
        cipher.unseal(connection, bytes(length))
    connection.close()
