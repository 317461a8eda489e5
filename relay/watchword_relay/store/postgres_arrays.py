"""Columns of rows as PostgreSQL's binary arrays, quickly: whole numbers, bytes or text, with NULL or without.

The library's own way looks at every value twice and sends numbers in the smallest type that holds them, which
would make another statement to plan of each size. The format is that of `array_send` in PostgreSQL's source.
"""

import struct
from collections.abc import Iterable
from typing import Any, ClassVar

from psycopg import pq
from psycopg.abc import Buffer, PyFormat
from psycopg.adapt import Dumper

_HEAD = struct.Struct(">iiiii")
_NUMBER = struct.Struct(">iq")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)


class _Array(Dumper):
    """One list of values of one kind."""

    format = pq.Format.BINARY
    element: ClassVar[int]

    def dump(self, obj: list[Any]) -> Buffer:
        """The array as it is sent."""
        parts = list(self._parts(obj))
        return b"".join((_HEAD.pack(1, int(None in obj), self.element, len(obj), 1), *parts))

    def _parts(self, obj: list[Any]) -> Iterable[bytes]:
        raise NotImplementedError


class _Numbers(_Array):
    oid, element = 1016, 20

    def _parts(self, obj: list[int | None]) -> Iterable[bytes]:
        return (_NULL if one is None else _NUMBER.pack(8, one) for one in obj)


class _Bytes(_Array):
    oid, element = 1001, 17

    def _parts(self, obj: list[bytes | None]) -> Iterable[bytes]:
        for one in obj:
            if one is None:
                yield _NULL
            else:
                yield _LENGTH.pack(len(one))
                yield one


class _Texts(_Array):
    oid, element = 1009, 25

    def _parts(self, obj: list[str | None]) -> Iterable[bytes]:
        for one in obj:
            if one is None:
                yield _NULL
            else:
                encoded = one.encode()
                yield _LENGTH.pack(len(encoded))
                yield encoded


class _Nothing(Dumper):
    """A list without a value: of whatever kind the statement says."""

    format = pq.Format.TEXT
    oid = 0

    def dump(self, obj: list[None]) -> Buffer:
        """The array as it is sent."""
        return b"{%s}" % b",".join([b"NULL"] * len(obj))


_KINDS: dict[type, type[Dumper]] = {int: _Numbers, bytes: _Bytes, str: _Texts}


class Array(Dumper):
    """Chooses by the first value that is there."""

    format = pq.Format.BINARY

    def get_key(self, obj: list[Any], _: PyFormat) -> Any:
        """What lists that are sent alike have in common."""
        return (self.cls, _kind(obj))

    def upgrade(self, obj: list[Any], _: PyFormat) -> Dumper:
        """The one for this list."""
        return _kind(obj)(self.cls)

    def dump(self, obj: list[Any]) -> Buffer | None:
        """Never asked: each list has a kind."""
        return _kind(obj)(self.cls).dump(obj)


def _kind(obj: list[Any]) -> type[Dumper]:
    first = next((one for one in obj if one is not None), None)
    return _Nothing if first is None else _KINDS[type(first)]
