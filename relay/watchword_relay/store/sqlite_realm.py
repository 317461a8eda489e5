"""One realm's part of the SQLite store: accounts, terminals, invitations, verdicts.

Every query names the realm: nothing here can read or change a row of another. Mailboxes are found by their
terminal's row, which is the realm's own.
"""

import json
from collections.abc import Iterator, Sequence

import apsw

from watchword_relay.store.contract import (
    REMOVED_KEYS,
    VOID,
    Added,
    Address,
    Admission,
    Ended,
    Level,
    Membership,
    Owed,
    Registered,
    Stored,
    Terminal,
)
from watchword_relay.store.database import number, transaction, troubles
from watchword_relay.store.history import Bounds, TakenBack
from watchword_relay.store.queues import Counts
from watchword_relay.store.sqlite_boxes import claim
from watchword_relay.store.sqlite_history import inherit
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import TERMINALS

_WAITING = """SELECT seq, id, sender, coalesce(body, (SELECT data FROM body WHERE digest = message.digest)),
        organisation IS NOT NULL, origin
    FROM message WHERE mailbox = ?1 AND seq > ?2 AND (until IS NULL OR until > ?3) AND at >= ?3 - ?5
    ORDER BY seq LIMIT ?4"""
_TERMINAL = """SELECT mailbox, account, device, key, made_at, by,
        EXISTS (SELECT 1 FROM admission WHERE mailbox = terminal.mailbox)
    FROM terminal WHERE realm = ? AND account = ? AND """
_DEVICES = """SELECT account, device FROM terminal
    WHERE realm = ? AND account IN (SELECT value FROM json_each(?)) ORDER BY account, device"""
_ADDRESSES = """SELECT wanted.value,
        coalesce(terminal.device, 1), coalesce(terminal.mailbox, 0), coalesce(next_seq, 1),
        coalesce(mailbox.count, 0), coalesce(mailbox.size, 0), coalesce(awaited.mailbox, 0)
    FROM json_each(?2) AS wanted
    LEFT JOIN terminal ON terminal.realm = ?1 AND terminal.account = wanted.value
    LEFT JOIN awaited ON terminal.mailbox IS NULL
        AND awaited.realm = ?1 AND awaited.account = wanted.value AND awaited.device = 1
    LEFT JOIN mailbox ON mailbox.mailbox = coalesce(terminal.mailbox, awaited.mailbox)
    ORDER BY wanted.value, terminal.device"""
_AWAITED = """SELECT mailbox, count, size FROM awaited JOIN mailbox USING (mailbox)
    WHERE realm = ? AND account = ? AND device = ?"""
_RECALLED = "SELECT id, taken_back, stays, at FROM recall WHERE mailbox = ? ORDER BY at"
_ADD = """INSERT INTO terminal (mailbox, realm, account, device, key, made_at, by)
    VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING mailbox"""
_MEMBERSHIP = """SELECT organisation, member_key FROM terminal
    WHERE realm = ? AND account = ? AND vouched IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM closed WHERE closed.realm = terminal.realm AND closed.account = terminal.account
            AND closed.member_key = terminal.member_key)
    ORDER BY vouched DESC LIMIT 1"""
_CLOSE = """INSERT INTO closed (realm, account, member_key)
    SELECT DISTINCT realm, account, member_key FROM terminal
    WHERE realm = ?1 AND account = ?2 AND vouched IS NOT NULL
    ON CONFLICT (realm, account, member_key) DO NOTHING"""
_FORGET_CLOSED = """DELETE FROM closed WHERE realm = ?1 AND account = ?2 AND number NOT IN (
    SELECT number FROM closed WHERE realm = ?1 AND account = ?2 ORDER BY number DESC LIMIT ?3)"""
_MOST_CLOSED = 64
"""Of one account; a member's key is renewed a few times in years."""
_REMEMBER = """INSERT INTO removed (realm, account, device, key, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (realm, account, device, key) DO UPDATE SET at = excluded.at"""
_REMOVED = """SELECT key FROM removed WHERE realm = ?1 AND account = ?2 AND device = ?3
    ORDER BY at DESC, number DESC LIMIT ?4"""
_FORGET_REMOVED = f"""DELETE FROM removed WHERE realm = ?1 AND account = ?2 AND device = ?3
    AND key NOT IN ({_REMOVED})"""  # noqa: S608 - of constants
_VOUCH = """UPDATE terminal SET organisation = ?1, member_key = ?2, vouched = 1 + (
        SELECT coalesce(max(other.vouched), 0) FROM terminal AS other
        WHERE other.realm = terminal.realm AND other.account = terminal.account)
    WHERE realm = ?3 AND mailbox = ?4"""
_ENDED = """SELECT h, a, b, status, last, by, owed_a, owed_b, at FROM handshake {}
    WHERE status IS NOT NULL AND realm = ? AND """
_ENDED_AS = _ENDED.format("") + "h = ?"
_OWED_TO = (
    _ENDED.format("INDEXED BY handshake_owed_a") + "a = ? AND owed_a <> 0 AND h > ? ORDER BY h LIMIT ?",
    _ENDED.format("INDEXED BY handshake_owed_b") + "b = ? AND owed_b <> 0 AND h > ? ORDER BY h LIMIT ?",
)
"""Asked at each sign-in: not to look through all handshakes of a day."""
_NUMBERS = """SELECT
    (SELECT count(*) FROM account WHERE realm = ?1),
    (SELECT count(*) FROM terminal WHERE realm = ?1),
    (SELECT coalesce(sum(count), 0) FROM terminal JOIN mailbox USING (mailbox) WHERE realm = ?1),
    (SELECT coalesce(sum(size), 0) FROM terminal JOIN mailbox USING (mailbox) WHERE realm = ?1),
    (SELECT count(*) FROM invite WHERE realm = ?1),
    (SELECT count(*) FROM handshake WHERE status IS NULL AND realm = ?1),
    (SELECT coalesce(sum(count), 0) FROM awaited JOIN mailbox USING (mailbox) WHERE realm = ?1),
    (SELECT coalesce(sum(size), 0) FROM awaited JOIN mailbox USING (mailbox) WHERE realm = ?1)"""
_DROP_INVITE = "DELETE FROM invite WHERE realm = ? AND invite = ?"
_BY_ORGANISATION = """SELECT message.organisation, count(*), sum(message.size)
    FROM message JOIN terminal USING (mailbox)
    WHERE message.organisation IS NOT NULL AND message.awaited IS NULL AND realm = ?
    GROUP BY message.organisation"""


class MailboxReading:
    """What waits, by a mailbox's number; on the reading connection."""

    _reader: apsw.Connection
    _bounds: Bounds

    def mailbox(self, mailbox: int) -> tuple[int, Level]:
        """The next sequence number of a mailbox and how full it is."""
        with troubles():
            row = self._reader.execute(
                "SELECT next_seq, count, size FROM mailbox WHERE mailbox = ?", (mailbox,)
            ).fetchone()
        return (row[0], Level(row[1], row[2])) if row else (1, Level(0, 0))

    def waiting(self, mailbox: int, after: int, most: int, now: int) -> Iterator[Stored]:
        """Messages of a mailbox above a sequence number, in order."""
        with troubles():
            for row in self._reader.execute(_WAITING, (mailbox, after, now, most, self._bounds.kept)):
                yield Stored(*row)

    def gap(self, mailbox: int) -> bool:
        """Whether there was no room for something, which its terminal was not told."""
        with troubles():
            found = self._reader.execute(
                "SELECT 1 FROM mailbox WHERE mailbox = ? AND gap = 1", (mailbox,)
            ).get
        return found is not None

    def recalled(self, mailbox: int) -> list[tuple[bytes, TakenBack, int]]:
        """What a terminal took back."""
        with troubles():
            rows = self._reader.execute(_RECALLED, (mailbox,)).fetchall()
        return [_recalled(*row) for row in rows]


class RealmNumbers(MailboxReading):
    """A realm's verdicts and numbers; on the reading connection."""

    number: int

    def ended(self, h: bytes) -> Ended | None:
        """The verdict of a handshake, while it is kept."""
        with troubles():
            row = self._reader.execute(_ENDED_AS, (self.number, h)).fetchone()
        return _ended(row) if row else None

    def owed(self, full_id: str, after: bytes, most: int) -> list[Ended]:
        """Handshakes above `after` whose ending a terminal has not been told for certain."""
        asked = (self.number, full_id, after, most)
        with troubles():
            rows = [row for side in _OWED_TO for row in self._reader.execute(side, asked)]
        return sorted(map(_ended, rows), key=lambda ended: ended.h)[:most]

    def counts(self, since: int) -> Counts:
        """Numbers for the operator."""
        with troubles():
            one = self._reader.execute(_NUMBERS, (self.number,)).fetchone()
            assert one is not None  # noqa: S101 - a SELECT without FROM has one row
            verdicts = self._reader.execute(
                """SELECT status, CASE status WHEN 3 THEN substr(last, -1) ELSE x'' END, count(*)
                   FROM handshake WHERE status IS NOT NULL AND at >= ? AND realm = ? GROUP BY 1, 2""",
                (since, self.number),
            ).fetchall()
            data = self._reader.execute(_BY_ORGANISATION, (self.number,)).fetchall()
        accounts, terminals, messages, size, invites, running, *awaited = map(number, one)
        return Counts(
            accounts=accounts,
            terminals=terminals,
            messages=messages,
            size=size,
            invites=invites,
            running=running,
            verdicts=dict(map(_verdicts_of, verdicts)),
            data=dict(map(_level_of, data)),
            awaited=Level(*awaited),
        )


class SqliteRealm(RealmNumbers):
    """One realm of a store; see the contract.

    Args:
        reader: for what only looks.
        writer: for what changes something.
        realm: its number; of one that is not there nothing is found.
        bounds: how long the relay keeps what says nothing of that itself.
    """

    def __init__(self, reader: apsw.Connection, writer: apsw.Connection, realm: int, bounds: Bounds) -> None:
        self._reader = reader
        self._bounds = bounds
        self._writer = writer
        self.number = realm

    # --- looking: one thread --------------------------------------------------------------

    def terminal(self, account: str, device: int) -> Terminal | None:
        """Look a terminal up."""
        with troubles():
            return self._terminal(self._reader, account, device)

    def removed_keys(self, account: str, device: int) -> list[bytes]:
        """The keys of terminals that had this full id and were removed."""
        asked = (self.number, account, device, REMOVED_KEYS)
        with troubles():
            return [bytes(key) for (key,) in self._reader.execute(_REMOVED, asked)]

    def terminals(self, account: str) -> list[Terminal]:
        """All terminals of an account."""
        with troubles():
            return self._terminals(self._reader, account)

    def admitted(self, account: str, key: bytes) -> tuple[Terminal, Admission] | None:
        """The terminal of an account that was approved with a key but never signed in."""
        with troubles():
            for terminal in self._terminals(self._reader, account):
                if terminal.fresh and terminal.key == key:
                    row = self._reader.execute(
                        "SELECT by_key, approval, parcel FROM admission WHERE mailbox = ?",
                        (terminal.mailbox,),
                    ).fetchone()
                    return (terminal, Admission(*row)) if row else None
        return None

    def membership(self, account: str) -> Membership | None:
        """What a terminal of an account showed last."""
        with troubles():
            return self._membership(self._reader, account)

    def devices(self, accounts: Sequence[str]) -> list[tuple[str, int]]:
        """Account and device number of every terminal of these accounts."""
        with troubles():
            rows = self._reader.execute(_DEVICES, (self.number, json.dumps(accounts))).fetchall()
        return [(str(account), number(device)) for account, device in rows]

    def awaited(self, full_id: str) -> tuple[int, Level]:
        """The mailbox of an id that nobody has."""
        one = parse_full_id(full_id)
        with troubles():
            row = self._reader.execute(_AWAITED, (self.number, one.account, one.device)).fetchone()
        mailbox, messages, size = map(number, row or (VOID, 0, 0))
        return mailbox, Level(messages, size)

    def mailboxes(self, accounts: Sequence[str]) -> list[Address]:
        """The mailbox of every terminal of these accounts."""
        with troubles():
            rows = self._reader.execute(_ADDRESSES, (self.number, json.dumps(accounts))).fetchall()
        return [Address(*row) for row in rows]  # type: ignore[arg-type]  # the schema is STRICT

    def availability(self, account: str, skeleton: str) -> Registered:
        """Whether an account could be registered now."""
        with troubles():
            return self._availability(self._reader, account, skeleton)

    def invite_stands(self, invite: bytes) -> bool:
        """Whether an invite is there and not used up."""
        with troubles():
            found = self._reader.execute(
                "SELECT 1 FROM invite WHERE realm = ? AND invite = ?", (self.number, invite)
            ).get
        return found is not None

    # --- changing: one other thread -------------------------------------------------------

    def register(
        self, account: str, skeleton: str, key: bytes, invite: bytes | None, at: int
    ) -> tuple[Registered, Terminal | None]:
        """Make an account with its device 1; see the contract."""
        with transaction(self._writer) as db:
            known = self._terminal(db, account, 1)
            if known is not None:
                return (Registered.DONE, known) if known.key == key else (Registered.TAKEN, None)
            taken = self._availability(db, account, skeleton)
            if taken is not Registered.DONE:
                return taken, None
            if invite is not None:
                used = "UPDATE invite SET uses = uses - 1 WHERE realm = ? AND invite = ? RETURNING uses"
                left = db.execute(used, (self.number, invite)).get
                if left is None:
                    return Registered.INVITE_WRONG, None
                if not left:
                    db.execute(_DROP_INVITE, (self.number, invite))
            db.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (self.number, account, skeleton, at))
            first = self._add(db, account, 1, key, at, 0, data=True)
            inherit(db, first.mailbox, self._bounds.account_bytes)
            return Registered.DONE, first

    def add_invite(self, invite: bytes, at: int, uses: int = 1, until: int | None = None) -> None:
        """Keep the hash of an invite that works so often, for so long."""
        with transaction(self._writer) as db:
            db.execute("INSERT INTO invite VALUES (?, ?, ?, ?, ?)", (self.number, invite, at, uses, until))

    def drop_invite(self, invite: bytes) -> bool:
        """Forget an invite."""
        with transaction(self._writer) as db:
            db.execute(_DROP_INVITE, (self.number, invite))
            return bool(db.changes())

    def admit(
        self, by: int, device: int, key: bytes, admission: Admission, at: int, *, asked: bool
    ) -> tuple[Added, Terminal | None]:
        """Make a terminal that another of its account approves; see the contract."""
        with transaction(self._writer) as db:
            approving = self._of_mailbox(db, by)
            if approving is None:
                return Added.UNKNOWN, None
            account, by_device = approving
            known = self._terminals(db, account)
            for terminal in known:
                if (terminal.device, terminal.key, terminal.by) == (device, key, by_device):
                    return Added.DONE, terminal
            if not asked or not _may_be_added(known, device, key):
                return Added.NOT_FREE, None
            added = self._add(db, account, device, key, at, by_device)
            db.execute("INSERT INTO admission VALUES (?, ?, ?, ?)", (added.mailbox, *admission))
            return Added.DONE, self._terminal(db, account, device)

    def join(
        self, account: str, device: int, key: bytes, membership: Membership, at: int
    ) -> tuple[Added, Terminal | None]:
        """Make a terminal that the account's member key certifies; see the contract."""
        with transaction(self._writer) as db:
            if self._membership(db, account) != membership:
                return Added.UNKNOWN, None
            known = self._terminals(db, account)
            for terminal in known:
                if (terminal.device, terminal.key) == (device, key):
                    return Added.DONE, terminal
            if not _may_be_added(known, device, key):
                return Added.NOT_FREE, None
            return Added.DONE, self._add(db, account, device, key, at, 0)

    def vouch(self, mailbox: int, membership: Membership) -> None:
        """Keep whose member a terminal showed that its person is."""
        with transaction(self._writer) as db:
            db.execute(_VOUCH, (*membership, self.number, mailbox))

    def settle_in(self, mailbox: int) -> None:
        """Forget the admission of a terminal, because it signs in."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM admission WHERE mailbox = ?", (mailbox,))

    def remove(self, by: int, device: int, at: int) -> Terminal | None:
        """Take a terminal away with all that is its own."""
        with transaction(self._writer) as db:
            remover = self._of_mailbox(db, by)
            terminal = self._terminal(db, remover[0], device) if remover else None
            if terminal is None:
                return None
            # It may hold the member key that any of them showed, whatever it showed itself.
            db.execute(_CLOSE, (self.number, terminal.account))
            db.execute(_FORGET_CLOSED, (self.number, terminal.account, _MOST_CLOSED))
            which = (self.number, terminal.account, device)
            db.execute(_REMEMBER, (*which, terminal.key, at))
            db.execute(_FORGET_REMOVED, (*which, REMOVED_KEYS))
            mailbox = (terminal.mailbox,)
            db.execute("DELETE FROM message WHERE mailbox = ?", mailbox)
            db.execute("DELETE FROM recall WHERE mailbox = ?", mailbox)
            db.execute("DELETE FROM mailbox WHERE mailbox = ?", mailbox)
            db.execute("DELETE FROM admission WHERE mailbox = ?", mailbox)
            db.execute("DELETE FROM terminal WHERE mailbox = ?", mailbox)
            # Another may come to have this number: it is told nothing of what this one began.
            side = (self.number, terminal.full_id)
            db.execute("UPDATE handshake SET owed_a = 0 WHERE realm = ? AND a = ? AND owed_a <> 0", side)
            db.execute("UPDATE handshake SET owed_b = 0 WHERE realm = ? AND b = ? AND owed_b <> 0", side)
            return terminal

    # --- inside -------------------------------------------------------------------------

    def _add(
        self,
        db: apsw.Connection,
        account: str,
        device: int,
        key: bytes,
        at: int,
        by: int,
        *,
        data: bool = False,
    ) -> Terminal:
        """Make a terminal; the account's first gets the message data that wait for its id."""
        which = self.number, account, device
        claimed = claim(db, which, data=data)
        mailbox = number(db.execute(_ADD, (claimed, *which, key, at, by)).get)
        return Terminal(mailbox, account, device, key, at, by)

    def _terminal(self, db: apsw.Connection, account: str, device: int) -> Terminal | None:
        row = db.execute(_TERMINAL + "device = ?", (self.number, account, device)).fetchone()
        return _terminal(row) if row else None

    def _terminals(self, db: apsw.Connection, account: str) -> list[Terminal]:
        rows = db.execute(_TERMINAL + "1 ORDER BY device", (self.number, account)).fetchall()
        return [_terminal(row) for row in rows]

    def _of_mailbox(self, db: apsw.Connection, mailbox: int) -> tuple[str, int] | None:
        """Account and device of a terminal, by its mailbox."""
        row = db.execute(
            "SELECT account, device FROM terminal WHERE realm = ? AND mailbox = ?", (self.number, mailbox)
        ).fetchone()
        return (str(row[0]), number(row[1])) if row else None

    def _membership(self, db: apsw.Connection, account: str) -> Membership | None:
        row = db.execute(_MEMBERSHIP, (self.number, account)).fetchone()
        return Membership(*row) if row else None

    def _availability(self, db: apsw.Connection, account: str, skeleton: str) -> Registered:
        of = "SELECT account FROM account WHERE realm = ? AND "
        row = db.execute(of + "skeleton = ?", (self.number, skeleton)).fetchone()
        if row is None:
            row = db.execute(of + "account = ?", (self.number, account)).fetchone()
        if row is None:
            return Registered.DONE
        return Registered.TAKEN if row[0] == account else Registered.LOOKS_ALIKE


def _may_be_added(known: list[Terminal], device: int, key: bytes) -> bool:
    """Whether this number is the lowest that is free, and no other terminal of the account has the key."""
    taken = {terminal.device for terminal in known}
    free = next((one for one in range(1, TERMINALS + 1) if one not in taken), None)
    return device == free and all(terminal.key != key for terminal in known)


def _terminal(row: tuple[object, ...]) -> Terminal:
    mailbox, account, device, key, made_at, by, fresh = row
    return Terminal(mailbox, account, device, key, made_at, by, bool(fresh))  # type: ignore[arg-type]  # the schema is STRICT


def _level_of(row: tuple[object, ...]) -> tuple[bytes, Level]:
    organisation, messages, size = row
    assert isinstance(organisation, bytes)  # noqa: S101 - STRICT tables
    return organisation, Level(number(messages), number(size))


def _verdicts_of(row: tuple[object, ...]) -> tuple[tuple[int, bytes], int]:
    status, code, many = row
    assert isinstance(code, bytes)  # noqa: S101 - STRICT tables
    return (number(status), code), number(many)


def _ended(row: tuple[object, ...]) -> Ended:
    h, a, b, status, last, by, owed_a, owed_b, at = row
    return Ended(h, a, b, status, last, by, Owed(owed_a), Owed(owed_b), at)  # type: ignore[arg-type]  # the schema is STRICT


def _recalled(
    message_id: object, taken_back: object, left: object, at: object
) -> tuple[bytes, TakenBack, int]:
    assert isinstance(message_id, bytes)  # noqa: S101 - STRICT tables
    return message_id, TakenBack(number(taken_back), number(left)), number(at)
