"""A PostgreSQL that cannot be used is told in plain words, which name no host, user, database or password."""

import contextlib
import shutil
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from support.postgres import Server, owner, scratch
from support.processes import PATIENCE
from support.relay_stores import postgres
from watchword_relay import certificate
from watchword_relay.__main__ import main
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_reasons import SILENT, STANDBY, Reason, of_all, reason_of
from watchword_relay.store.postgres_session import Session, Settings

__all__ = ["postgres"]

SECRET = "s3cret"
RULES = """local all wwlocked scram-sha-256
local all wwbarred reject
local all wwpeer peer
"""
ROLES = f"""CREATE ROLE wwlocked LOGIN PASSWORD '{SECRET}';
    CREATE ROLE wwbarred LOGIN;
    CREATE ROLE wwpeer LOGIN;
    CREATE ROLE wwplain LOGIN;
    CREATE ROLE wwcrowd LOGIN CONNECTION LIMIT 0;
    CREATE ROLE wwasleep NOLOGIN;
    CREATE DATABASE wwshut;
    REVOKE CONNECT ON DATABASE wwshut FROM PUBLIC;
    CREATE DATABASE wwfrozen;
    ALTER DATABASE wwfrozen ALLOW_CONNECTIONS false"""
NAMES = ("ww", "127.0.0.1", "localhost", SECRET, "ww-pg-")
"""What is said of a server may hold none of these."""


def said(url: str) -> str:
    """What a relay says that cannot reach its database."""
    with pytest.raises(StoreTrouble) as caught:
        Session(Settings(url, standbys=0), 5).connect()
    words = str(caught.value)
    assert not [name for name in NAMES if name in words], words
    assert "\n" not in words
    return words


@pytest.fixture(scope="module")
def guarded(postgres: Server) -> Server:
    """The server, with roles and databases that not everybody may use."""
    rules = postgres.data / "pg_hba.conf"
    rules.write_text(RULES + rules.read_text())
    for statement in ROLES.split(";"):
        postgres.execute(statement)
    postgres.execute("SELECT pg_reload_conf()")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(as_role(postgres, "wwbarred")).close()
        except psycopg.OperationalError:
            return postgres
        assert time.monotonic() < end, "the rules are not read"


def as_role(server: Server, role: str, database: str = "postgres", password: str = "") -> str:
    url = server.url(database).replace("user=watchword", f"user={role}")
    return f"{url} password={password}" if password else url


@pytest.mark.parametrize(
    ("role", "database", "password", "words"),
    [
        ("wwlocked", "postgres", SECRET * 2, "refuses the password"),
        ("wwlocked", "postgres", "", "asks for a password, and none is given"),
        ("wwnobody", "postgres", "", "no such role"),
        ("wwasleep", "postgres", "", "no such role that may sign in"),
        ("wwbarred", "postgres", "", "pg_hba.conf lets nobody in like this"),
        ("wwpeer", "postgres", "", "does not believe that this is the role"),
        ("wwplain", "wwnowhere", "", "no such database"),
        ("wwplain", "wwshut", "", "does not let the role into that database"),
        ("watchword", "wwfrozen", "", "does not let the role into that database"),
        ("wwcrowd", "postgres", "", "takes no more connections"),
    ],
)
def test_what_a_server_refuses(
    guarded: Server, role: str, database: str, password: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    assert words in said(as_role(guarded, role, database, password))


def test_a_role_that_may_not_make_tables_is_told_so(guarded: Server) -> None:
    guarded.execute("CREATE DATABASE wwforeign")
    guarded.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "wwforeign")
    with pytest.raises(StoreTrouble, match="its role may not do that \\(make the role the owner"):
        PostgresStore(Settings(as_role(guarded, "wwplain", "wwforeign"), standbys=0))


def test_who_is_not_there_at_all(postgres: Server, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        assert "no server listens there" in said(
            f"postgresql://wwuser@127.0.0.1:{nobody.getsockname()[1]}/ww"
        )
    assert "no server has its socket there" in said(f"host={tmp_path} user=wwuser dbname=ww")
    assert "no host of that name" in said("postgresql://wwuser@no-such-ww.invalid/ww")
    assert "does not take" in said(f"{postgres.url('postgres')} sslmode=ww")


def test_of_several_servers_each_is_told_by_its_number(postgres: Server) -> None:
    hosts = f"{postgres.folder},{postgres.folder / 'ww'},{postgres.folder / 'ww'}"
    words = said(f"host={hosts} port={postgres.port} user=wwnobody dbname=ww")
    assert "server 1 of 3: there is no such role" in words
    assert "server 2 and 3 of 3: no server has its socket there" in words


# --- what is no server of PostgreSQL's, or none that can be used ------------------------------------


def fatal(code: str, words: str) -> bytes:
    """What a server says that ends a connection."""
    fields = b"".join(
        kind + text.encode() + b"\0" for kind, text in ((b"S", "FATAL"), (b"C", code), (b"M", words))
    )
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A port where whoever asks is told this, and no more. Asked for TLS, it has none."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line, contextlib.suppress(OSError):
                    if line.recv(8) == struct.pack("!II", 8, 80877103):
                        line.sendall(b"N")
                        line.recv(4_096)
                    line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (fatal("57P03", "the database system is starting up"), "starting or stopping"),
        (fatal("57P03", "the database system is shutting down"), "starting or stopping"),
        (fatal("57P03", "the database system is in recovery mode"), "starting or stopping"),
        (fatal("53300", "sorry, too many clients already"), "takes no more connections"),
        (fatal("08P01", "unsupported startup parameter in options: jit"), "a pool of connections"),
        (fatal("28P01", "Passwort-Authentifizierung für Benutzer »wwuser« fehlgeschlagen"), "log says more"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no PostgreSQL"),
        (b"", "the connection to it broke"),
    ],
)
def test_what_something_answers(answer: bytes, words: str) -> None:
    with answering(answer) as port:
        assert words in said(f"postgresql://wwuser:{SECRET}@127.0.0.1:{port}/ww?sslmode=disable")


def test_tls_is_asked_of_who_has_none() -> None:
    with answering(b"") as port:
        assert "it speaks no TLS" in said(f"postgresql://wwuser@127.0.0.1:{port}/ww?sslmode=require")


@pytest.fixture(scope="module")
def standby() -> Iterator[Server]:
    """A standby that is reached by TLS only."""
    with scratch() as folder:
        settings = {"ssl": "on", "ssl_cert_file": "own.pem", "ssl_key_file": "own.key"}
        server = Server(folder / "pg", settings, host="127.0.0.1")
        made = [server.data / name for name in ("own.pem", "own.key")]
        certificate.make(*made)
        (server.data / "standby.signal").touch()
        for file in (*made, server.data / "standby.signal"):
            shutil.chown(file, owner(), owner())
        (server.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
        with server:
            yield server


def test_a_standby_and_tls_that_is_not_as_it_has_to_be(standby: Server, tmp_path: Path) -> None:
    url = standby.url("postgres")
    assert "it is a standby" in said(url)
    assert "pg_hba.conf lets nobody in like this" in said(f"{url} sslmode=disable")
    assert "no file to know its certificate by" in said(
        f"{url} sslmode=verify-ca sslrootcert={tmp_path / 'ww'}"
    )
    other = tmp_path / "other.pem"
    certificate.make(other, tmp_path / "other.key")
    assert "not one to trust" in said(f"{url} sslmode=verify-ca sslrootcert={other}")


# --- where it is told ---------------------------------------------------------------------------


def test_commands_say_it_in_one_line(
    guarded: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = as_role(guarded, "wwlocked", "postgres", SECRET * 2)
    assert main(["check-config", "--data", str(tmp_path), "--store", url, "--standbys", "0"]) == 1
    line = capsys.readouterr().err
    assert line.startswith("watchword-relay: the database cannot be used: it refuses the password")
    assert line.count("\n") == 1
    assert not [name for name in NAMES if name in line]


def test_trying_a_database_leaves_nothing_in_it(
    postgres: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.database("wwtried")
    words = ["check-config", "--data", str(tmp_path), "--store", url, "--standbys", "0"]
    assert main(words) == 0
    assert postgres.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "wwtried") == [(0,)]
    postgres.execute("CREATE TABLE notes (text text)", "wwtried")
    assert main(words) == 17
    assert "belongs to another program" in capsys.readouterr().err


def test_what_is_said_once_is_not_said_again() -> None:
    assert of_all([STANDBY]) == str(STANDBY)
    assert of_all([STANDBY, SILENT, STANDBY]).count("it is a standby") == 1
    assert reason_of(psycopg.errors.ConnectionTimeout("connection timeout expired")) == SILENT
    assert isinstance(reason_of(psycopg.OperationalError("what nobody knows")), Reason)
