"""Lists come to PostgreSQL and back as they were, whatever stands in them."""

import psycopg
import pytest

from support.postgres import Server
from support.relay_stores import postgres
from watchword_relay.store.postgres_arrays import Array

__all__ = ["postgres"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, -1, 2**62, -(2**62), 0]),
        ("bigint", [70_000, None, 3]),
        ("bigint", []),
        ("bigint", [None, None]),
        ("bytea", [b"", b"\x00\xff", None, bytes(10_000)]),
        ("bytea", [None]),
        ("text", ["", "陈", "a\\\"'{},b", None, "null"]),
        ("text", []),
    ],
)
def test_an_array_is_what_it_was(postgres: Server, kind: str, values: list[object]) -> None:
    with psycopg.connect(postgres.url("template"), autocommit=True) as connection:
        connection.adapters.register_dumper(list, Array)
        cursor = connection.cursor(binary=True)
        cursor.execute(f"SELECT * FROM unnest(%s::{kind}[])".encode(), [values])  # noqa: S608 - of the three kinds above
        assert [value for (value,) in cursor.fetchall()] == values


def test_statements_do_not_differ_by_the_size_of_numbers() -> None:
    small, large = [1], [2**40]
    with_types = [Array(list).upgrade(one, None).oid for one in (small, large)]  # type: ignore[arg-type]  # not looked at
    assert with_types[0] == with_types[1]
