"""What the operator's page says a relay can see is what its database has room for: every column, no other."""

import re
from pathlib import Path

import apsw

from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

PAGE = Path(__file__).parents[3] / "docs" / "operate" / "relay.md"


def columns(path: Path) -> list[str]:
    db = apsw.Connection(str(path))
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    found = [
        f"{table}.{column[1]}" for (table,) in tables for column in db.execute(f"PRAGMA table_info({table})")
    ]
    db.close()
    return sorted(found)


def test_the_page_names_every_column_once(tmp_path: Path) -> None:
    SqliteStore(tmp_path / FILE_NAME).close()
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition("## What the relay can see\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", row)]
    assert sorted(named) == columns(tmp_path / FILE_NAME)
    assert all(line.split("|")[2].strip() for line in section.splitlines() if line.startswith("| `"))
