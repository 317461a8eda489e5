"""Why PostgreSQL is not to be had, in words for whoever runs the relay: what happened, and what to do.

The server's and its library's own words name hosts, users and databases, and may be shown to others in a log;
here they are only recognised, and none of them is passed on. A server says what a connection ran into in the
language it was set up with: only in English is it recognised.
"""

import re
from typing import Final, NamedTuple

import psycopg
from psycopg import errors


class Reason(NamedTuple):
    """Why a server cannot be used."""

    said: str
    """What happened."""
    do: str
    """What somebody can do about it."""

    def __str__(self) -> str:
        """Both, as one line."""
        return f"{self.said} ({self.do})"


STANDBY: Final = Reason("it is a standby", "name the primary too in store.url, or promote one")
SILENT: Final = Reason(
    "it did not answer in time", "see that the server runs and that no firewall drops what is sent"
)
_BROKEN: Final = Reason("the connection to it broke", "try again; if that goes on, see PostgreSQL's log")
_PASSING: Final = Reason("it is starting or stopping", "wait a moment; if that lasts, see PostgreSQL's log")
_NO_MEMORY: Final = Reason("it has no memory left", "see PostgreSQL's log")
_CROWDED: Final = Reason("it takes no more connections", "raise its max_connections: each node needs five")
_NOT_OWNER: Final = Reason(
    "its role may not do that", "make the role the owner of the database and of its tables"
)

# Of several things that were said the first of these counts: from what a server says to what is in the way.
_CONNECTING: Final = tuple(
    (re.compile(said), Reason(*reason))
    for said, reason in (
        (r"[Hh]ot standby mode", STANDBY),
        (r"the database system is|terminating connection due to", _PASSING),
        (
            r"too many clients|connection slots are reserved|too many connections|no more connections",
            _CROWDED,
        ),
        (
            r"password authentication failed",
            (
                "it refuses the password, or does not know the role",
                "give the role's password in store.url or ~/.pgpass",
            ),
        ),
        (
            r"no password supplied",
            (
                "it asks for a password, and none is given",
                "give the role's password in store.url or ~/.pgpass",
            ),
        ),
        (
            r'role ".*" (does not exist|is not permitted to log in)',
            ("there is no such role that may sign in", "make it there: CREATE ROLE … LOGIN"),
        ),
        (
            r'database ".*" does not exist',
            ("there is no such database", "make it there: CREATE DATABASE … OWNER … ENCODING 'UTF8'"),
        ),
        (
            r'permission denied for database|database ".*" is not currently accepting',
            ("it does not let the role into that database", "make the role its owner, or GRANT CONNECT"),
        ),
        (
            r"no pg_hba.conf entry|pg_hba.conf rejects",
            (
                "its pg_hba.conf lets nobody in like this",
                "add a line for this computer, role and database; if it is for TLS only, say sslmode=require",
            ),
        ),
        (
            r"authentication failed",
            (
                "it does not believe that this is the role",
                "see what its pg_hba.conf asks of this computer and role",
            ),
        ),
        (
            r"does not support SSL",
            ("it speaks no TLS, and store.url asks for it", "set ssl = on there, with a certificate"),
        ),
        (
            r"root certificate",
            ("there is no file to know its certificate by", "name it with sslrootcert in store.url"),
        ),
        (
            r"certificate verify failed|does not match host name",
            (
                "its certificate is not one to trust, or another host's",
                "see sslrootcert, and the name of the host",
            ),
        ),
        (
            r"client certificate|certificate file|private key file",
            ("it wants a certificate of the relay's", "see sslcert and sslkey in store.url"),
        ),
        (r"SSL error|SSL SYSCALL", ("TLS with it failed", "see PostgreSQL's log")),
        (
            r"unsupported startup parameter",
            (
                "what answers is a pool of connections",
                "name PostgreSQL itself in store.url: nodes keep their own",
            ),
        ),
        (
            r"received invalid response|expected authentication request|unsupported frontend protocol",
            ("what answers there is no PostgreSQL", "see the port in store.url"),
        ),
        (
            r"could not translate host name|Name or service not known",
            ("no host of that name is found", "see the name in store.url, and this computer's DNS"),
        ),
        (
            r"Connection refused",
            ("no server listens there", "see that PostgreSQL runs and listens on that address and port"),
        ),
        (
            r"No such file or directory",
            (
                "no server has its socket there",
                "see that PostgreSQL runs, and the host and port in store.url",
            ),
        ),
        (r"Permission denied", ("this user may not use its socket", "see the rights of the socket's folder")),
        (
            r"No route to host|Network is unreachable",
            ("the network has no way to it", "see the address in store.url, and this computer's network"),
        ),
        (r"timeout expired|timed out", SILENT),
        (
            r"invalid .*value|invalid port",
            ("store.url has a value that libpq does not take", "see sslmode and the ports there"),
        ),
        (
            r"closed the connection|[Cc]onnection reset|Broken pipe|connection is closed|connection is lost",
            _BROKEN,
        ),
    )
)
_STATES: Final[tuple[tuple[type[psycopg.Error] | tuple[type[psycopg.Error], ...], Reason], ...]] = (
    ((errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow), _PASSING),
    (errors.ReadOnlySqlTransaction, STANDBY),
    (errors.TooManyConnections, _CROWDED),
    (errors.OutOfMemory, _NO_MEMORY),
    ((errors.InsufficientPrivilege, errors.InvalidSchemaName), _NOT_OWNER),
    (errors.ConnectionTimeout, SILENT),
)


def reason_of(error: psycopg.Error) -> Reason:
    """Why a server was not reached, or did not do what it was asked."""
    for kind, reason in _STATES:
        if isinstance(error, kind):
            return reason
    if error.sqlstate is None:
        # Nothing that was asked for was answered: the library's words are all there is.
        words = str(error)
        for said, reason in _CONNECTING:
            if said.search(words):
                return reason
        if error.pgconn is not None and error.pgconn.needs_password:
            return reason_of(psycopg.OperationalError("no password supplied"))
    state = "" if error.sqlstate is None else f", {error.sqlstate}"
    return Reason(f"it says no: {type(error).__name__}{state}", "PostgreSQL's log says more, or psql")


def refused_here(error: OSError) -> Reason:
    """Why no server was even asked."""
    return Reason(f"this computer says no: {error.strerror}", "see how many files the relay may open")


def of_all(reasons: list[Reason]) -> str:
    """Why none of several servers can be used, each reason once, with the numbers of the servers."""
    if len(reasons) == 1:
        return str(reasons[0])
    parts = []
    for reason in dict.fromkeys(reasons):
        numbers = [str(nth) for nth, one in enumerate(reasons, 1) if one == reason]
        parts.append(f"server {' and '.join(numbers)} of {len(reasons)}: {reason}")
    return "; ".join(parts)
