"""One realm's part of the PostgreSQL store: accounts, terminals, invitations, verdicts.

Every query names the realm. Changes to the terminals of one account take turns at the account's row,
whichever node they come through.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

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
from watchword_relay.store.history import Bounds, TakenBack
from watchword_relay.store.postgres_bodies import leave
from watchword_relay.store.postgres_boxes import claim
from watchword_relay.store.postgres_history import hold_history, inherit
from watchword_relay.store.postgres_session import Row, Transaction
from watchword_relay.store.postgres_waiting import ALL_BYTES, waiting_of
from watchword_relay.store.queues import Counts
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import TERMINALS

_T = TypeVar("_T")
Rows = Callable[..., list[Row]]
"""Runs one statement on the reading session."""
Write = Callable[[Callable[[Transaction], _T]], _T]

_TERMINAL = """SELECT mailbox, account, device, key, made_at, by,
        EXISTS (SELECT 1 FROM admission WHERE mailbox = terminal.mailbox)
    FROM terminal WHERE realm = %s AND account = %s AND """
_DEVICES = """SELECT account, device FROM terminal
    WHERE realm = %s AND account = ANY(%s) ORDER BY account, device"""
_ADDRESSES = """SELECT wanted.account,
        coalesce(terminal.device, 1), coalesce(terminal.mailbox, 0), coalesce(next_seq, 1),
        coalesce(mailbox.count, 0), coalesce(mailbox.size, 0), coalesce(awaited.mailbox, 0)
    FROM unnest(%(accounts)s::text[]) AS wanted (account)
    LEFT JOIN terminal ON terminal.realm = %(realm)s AND terminal.account = wanted.account
    LEFT JOIN awaited ON terminal.mailbox IS NULL
        AND awaited.realm = %(realm)s AND awaited.account = wanted.account AND awaited.device = 1
    LEFT JOIN mailbox ON mailbox.mailbox = coalesce(terminal.mailbox, awaited.mailbox)
    ORDER BY wanted.account COLLATE "C", terminal.device"""
_AWAITED = """SELECT mailbox, count, size FROM awaited JOIN mailbox USING (mailbox)
    WHERE realm = %s AND account = %s AND device = %s"""
_REMEMBER = """INSERT INTO removed (realm, account, device, key, at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (realm, account, device, key) DO UPDATE SET at = excluded.at"""
_REMOVED = """SELECT key FROM removed
    WHERE realm = %(realm)s AND account = %(account)s AND device = %(device)s
    ORDER BY at DESC, number DESC LIMIT %(most)s"""
_FORGET_REMOVED = f"""DELETE FROM removed
    WHERE realm = %(realm)s AND account = %(account)s AND device = %(device)s
        AND key NOT IN ({_REMOVED})"""  # noqa: S608 - of constants
_RECALLED = "SELECT id, taken_back, stays, at FROM recall WHERE mailbox = %s ORDER BY at"
_ADD = """INSERT INTO terminal (mailbox, realm, account, device, key, made_at, by)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""
_TURN = "SELECT 1 FROM account WHERE realm = %s AND account = %s FOR UPDATE"
_TURN_OF = """SELECT 1 FROM account WHERE realm = %s AND account = (
    SELECT account FROM terminal WHERE realm = %s AND mailbox = %s) FOR UPDATE"""
_STANDS = "SELECT 1 FROM realm WHERE realm = %s AND name IS NOT NULL FOR SHARE"
_USE_INVITE = "UPDATE invite SET uses = uses - 1 WHERE realm = %s AND invite = %s"
_MAKE = """INSERT INTO account (realm, account, skeleton, made_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING 1"""
_MEMBERSHIP = """SELECT organisation, member_key FROM terminal
    WHERE realm = %s AND account = %s AND vouched IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM closed WHERE closed.realm = terminal.realm AND closed.account = terminal.account
            AND closed.member_key = terminal.member_key)
    ORDER BY vouched DESC LIMIT 1"""
_CLOSE = """INSERT INTO closed (realm, account, member_key)
    SELECT DISTINCT realm, account, member_key FROM terminal
    WHERE realm = %s AND account = %s AND vouched IS NOT NULL
    ON CONFLICT (realm, account, member_key) DO NOTHING"""
_FORGET_CLOSED = """DELETE FROM closed WHERE realm = %(realm)s AND account = %(account)s AND number NOT IN (
    SELECT number FROM closed WHERE realm = %(realm)s AND account = %(account)s
    ORDER BY number DESC LIMIT %(most)s)"""
_MOST_CLOSED = 64
"""Of one account; a member's key is renewed a few times in years."""
_VOUCH = """UPDATE terminal SET organisation = %s, member_key = %s, vouched = 1 + (
        SELECT coalesce(max(other.vouched), 0) FROM terminal AS other
        WHERE other.realm = terminal.realm AND other.account = terminal.account)
    WHERE realm = %s AND mailbox = %s"""
ENDED = "SELECT h, a, b, status, last, by, owed_a, owed_b, at FROM handshake WHERE status IS NOT NULL AND "
_OWED = f"""SELECT * FROM (
        ({ENDED} realm = %(realm)s AND a = %(side)s AND owed_a <> 0 AND h > %(after)s
            ORDER BY h LIMIT %(most)s)
        UNION ALL
        ({ENDED} realm = %(realm)s AND b = %(side)s AND owed_b <> 0 AND h > %(after)s
            ORDER BY h LIMIT %(most)s)
    ) AS owed ORDER BY h LIMIT %(most)s"""  # noqa: S608 - of constants
_NUMBERS = """SELECT
    (SELECT count(*) FROM account WHERE realm = %(realm)s),
    (SELECT count(*) FROM terminal WHERE realm = %(realm)s),
    (SELECT coalesce(sum(count), 0)::bigint FROM terminal JOIN mailbox USING (mailbox)
        WHERE realm = %(realm)s),
    (SELECT coalesce(sum(size), 0)::bigint FROM terminal JOIN mailbox USING (mailbox)
        WHERE realm = %(realm)s),
    (SELECT count(*) FROM invite WHERE realm = %(realm)s),
    (SELECT count(*) FROM handshake WHERE status IS NULL AND realm = %(realm)s),
    (SELECT coalesce(sum(count), 0)::bigint FROM awaited JOIN mailbox USING (mailbox)
        WHERE realm = %(realm)s),
    (SELECT coalesce(sum(size), 0)::bigint FROM awaited JOIN mailbox USING (mailbox)
        WHERE realm = %(realm)s)"""
_VERDICTS = """SELECT status, CASE status WHEN 3 THEN substring(last FROM length(last)) ELSE '' END, count(*)
    FROM handshake WHERE status IS NOT NULL AND at >= %s AND realm = %s GROUP BY 1, 2"""
_BY_ORGANISATION = """SELECT message.organisation, count(*), sum(message.size)::bigint
    FROM message JOIN terminal USING (mailbox)
    WHERE message.organisation IS NOT NULL AND message.awaited IS NULL AND realm = %s
    GROUP BY message.organisation"""
_HOLD = "SELECT 1 FROM mailbox WHERE mailbox = %s FOR UPDATE"
_EMPTIED = "DELETE FROM message WHERE mailbox = %s RETURNING digest"
_GONE = (
    "DELETE FROM recall WHERE mailbox = %s",
    "DELETE FROM mailbox WHERE mailbox = %s",
    "DELETE FROM admission WHERE mailbox = %s",
    "DELETE FROM seat WHERE mailbox = %s",
    "DELETE FROM terminal WHERE mailbox = %s",
)


class MailboxReading:
    """What waits, by a mailbox's number; on the reading session."""

    _rows: Rows
    _bounds: Bounds

    def mailbox(self, mailbox: int) -> tuple[int, Level]:
        """The next sequence number of a mailbox and how full it is."""
        rows = self._rows("SELECT next_seq, count, size FROM mailbox WHERE mailbox = %s", mailbox)
        return (rows[0][0], Level(*rows[0][1:])) if rows else (1, Level(0, 0))

    def waiting(self, mailbox: int, after: int, most: int, now: int) -> Iterator[Stored]:
        """Messages of a mailbox above a sequence number, in order."""
        found = waiting_of(self._rows, [(mailbox, after)], most, ALL_BYTES, now, now - self._bounds.kept)
        return iter(found[mailbox].messages if mailbox in found else ())

    def gap(self, mailbox: int) -> bool:
        """Whether there was no room for something, which its terminal was not told."""
        return bool(self._rows("SELECT 1 FROM mailbox WHERE mailbox = %s AND gap = 1", mailbox))

    def recalled(self, mailbox: int) -> list[tuple[bytes, TakenBack, int]]:
        """What a terminal took back."""
        return [
            (name, TakenBack(taken, stays), at) for name, taken, stays, at in self._rows(_RECALLED, mailbox)
        ]


class PostgresRealm(MailboxReading):
    """One realm of a store; see the contract.

    Args:
        rows: for what only looks.
        write: for what changes something.
        realm: its number; of one that is not there nothing is found.
        bounds: how long the relay keeps what says nothing of that itself.
    """

    def __init__(
        self, rows: Rows, write: Callable[[Callable[[Transaction], Any]], Any], realm: int, bounds: Bounds
    ) -> None:
        self._rows = rows
        self._write = write
        self._bounds = bounds
        self.number = realm

    # --- looking: one thread --------------------------------------------------------------

    def terminal(self, account: str, device: int) -> Terminal | None:
        """Look a terminal up."""
        return _terminal(self._rows, self.number, account, device)

    def terminals(self, account: str) -> list[Terminal]:
        """All terminals of an account."""
        return _terminals(self._rows, self.number, account)

    def admitted(self, account: str, key: bytes) -> tuple[Terminal, Admission] | None:
        """The terminal of an account that was approved with a key but never signed in."""
        for terminal in self.terminals(account):
            if terminal.fresh and terminal.key == key:
                rows = self._rows(
                    "SELECT by_key, approval, parcel FROM admission WHERE mailbox = %s", terminal.mailbox
                )
                return (terminal, Admission(*rows[0])) if rows else None
        return None

    def membership(self, account: str) -> Membership | None:
        """What a terminal of an account showed last."""
        return _membership(self._rows, self.number, account)

    def devices(self, accounts: Sequence[str]) -> list[tuple[str, int]]:
        """Account and device number of every terminal of these accounts."""
        return [(account, device) for account, device in self._rows(_DEVICES, self.number, list(accounts))]

    def mailboxes(self, accounts: Sequence[str]) -> list[Address]:
        """The mailbox of every terminal of these accounts."""
        asked = {"realm": self.number, "accounts": list(accounts)}
        return [Address(*row) for row in self._rows(_ADDRESSES, asked)]

    def removed_keys(self, account: str, device: int) -> list[bytes]:
        """The keys of terminals that had this full id and were removed."""
        asked = {"realm": self.number, "account": account, "device": device, "most": REMOVED_KEYS}
        return [key for (key,) in self._rows(_REMOVED, asked)]

    def awaited(self, full_id: str) -> tuple[int, Level]:
        """The mailbox of an id that nobody has."""
        one = parse_full_id(full_id)
        rows = self._rows(_AWAITED, self.number, one.account, one.device)
        mailbox, *level = rows[0] if rows else (VOID, 0, 0)
        return mailbox, Level(*level)

    def availability(self, account: str, skeleton: str) -> Registered:
        """Whether an account could be registered now."""
        return _availability(self._rows, self.number, account, skeleton)

    def invite_stands(self, invite: bytes) -> bool:
        """Whether an invite is there and not used up."""
        return bool(self._rows("SELECT 1 FROM invite WHERE realm = %s AND invite = %s", self.number, invite))

    def ended(self, h: bytes) -> Ended | None:
        """The verdict of a handshake, while it is kept."""
        rows = self._rows(ENDED + "realm = %s AND h = %s", self.number, h)
        return ended_of(rows[0]) if rows else None

    def owed(self, full_id: str, after: bytes, most: int) -> list[Ended]:
        """Handshakes above `after` whose ending a terminal has not been told for certain."""
        asked = {"realm": self.number, "side": full_id, "after": after, "most": most}
        return [ended_of(row) for row in self._rows(_OWED, asked)]

    def counts(self, since: int) -> Counts:
        """Numbers for the operator."""
        numbers = self._rows(_NUMBERS, {"realm": self.number})[0]
        accounts, terminals, messages, size, invites, running, *awaited = numbers
        return Counts(
            accounts=accounts,
            terminals=terminals,
            messages=messages,
            size=size,
            invites=invites,
            running=running,
            verdicts={(row[0], row[1]): row[2] for row in self._rows(_VERDICTS, since, self.number)},
            data={
                organisation: Level(count, size)
                for organisation, count, size in self._rows(_BY_ORGANISATION, self.number)
            },
            awaited=Level(*awaited),
        )

    # --- changing: one other thread -------------------------------------------------------

    def register(
        self, account: str, skeleton: str, key: bytes, invite: bytes | None, at: int
    ) -> tuple[Registered, Terminal | None]:
        """Make an account with its device 1; see the contract."""

        def work(db: Transaction) -> tuple[Registered, Terminal | None]:
            if db.rows(_AWAITED, self.number, account, 1):
                hold_history(db)  # before all that is held for it
            db.rows(_TURN, self.number, account)
            known = _terminal(db.rows, self.number, account, 1)
            if known is not None:
                return (Registered.DONE, known) if known.key == key else (Registered.TAKEN, None)
            taken = _availability(db.rows, self.number, account, skeleton)
            if taken is not Registered.DONE:
                return taken, None
            if not db.rows(_STANDS, self.number):
                return Registered.INVITE_WRONG, None
            if invite is not None and not db.rows(
                "SELECT 1 FROM invite WHERE realm = %s AND invite = %s FOR UPDATE", self.number, invite
            ):
                return Registered.INVITE_WRONG, None
            if not db.rows(_MAKE, self.number, account, skeleton, at):
                # Another node was quicker by a moment.
                return Registered.TAKEN, None
            if invite is not None:
                db.rows(_USE_INVITE, self.number, invite)
                db.rows(
                    "DELETE FROM invite WHERE realm = %s AND invite = %s AND uses = 0", self.number, invite
                )
            first = self._add(db, account, 1, key, at, 0, data=True)
            inherit(db, first.mailbox, self._bounds.account_bytes)
            return Registered.DONE, first

        outcome: tuple[Registered, Terminal | None] = self._write(work)
        return outcome

    def add_invite(self, invite: bytes, at: int, uses: int = 1, until: int | None = None) -> None:
        """Keep the hash of an invite that works so often, for so long."""
        sql = "INSERT INTO invite VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
        self._write(lambda db: db.rows(sql, self.number, invite, at, uses, until))

    def drop_invite(self, invite: bytes) -> bool:
        """Forget an invite."""
        sql = "DELETE FROM invite WHERE realm = %s AND invite = %s"
        return bool(self._write(lambda db: db.changes(sql, self.number, invite)))

    def admit(
        self, by: int, device: int, key: bytes, admission: Admission, at: int, *, asked: bool
    ) -> tuple[Added, Terminal | None]:
        """Make a terminal that another of its account approves; see the contract."""

        def work(db: Transaction) -> tuple[Added, Terminal | None]:
            approving = self._of_mailbox(db, by)
            if approving is None:
                return Added.UNKNOWN, None
            account, by_device = approving
            known = _terminals(db.rows, self.number, account)
            for terminal in known:
                if (terminal.device, terminal.key, terminal.by) == (device, key, by_device):
                    return Added.DONE, terminal
            if not asked or not _may_be_added(known, device, key):
                return Added.NOT_FREE, None
            added = self._add(db, account, device, key, at, by_device)
            db.rows("INSERT INTO admission VALUES (%s, %s, %s, %s)", added.mailbox, *admission)
            return Added.DONE, _terminal(db.rows, self.number, account, device)

        outcome: tuple[Added, Terminal | None] = self._write(work)
        return outcome

    def join(
        self, account: str, device: int, key: bytes, membership: Membership, at: int
    ) -> tuple[Added, Terminal | None]:
        """Make a terminal that the account's member key certifies; see the contract."""

        def work(db: Transaction) -> tuple[Added, Terminal | None]:
            db.rows(_TURN, self.number, account)
            if _membership(db.rows, self.number, account) != membership:
                return Added.UNKNOWN, None
            known = _terminals(db.rows, self.number, account)
            for terminal in known:
                if (terminal.device, terminal.key) == (device, key):
                    return Added.DONE, terminal
            if not _may_be_added(known, device, key):
                return Added.NOT_FREE, None
            return Added.DONE, self._add(db, account, device, key, at, 0)

        outcome: tuple[Added, Terminal | None] = self._write(work)
        return outcome

    def vouch(self, mailbox: int, membership: Membership) -> None:
        """Keep whose member a terminal showed that its person is."""

        def work(db: Transaction) -> None:
            db.rows(_TURN_OF, self.number, self.number, mailbox)
            db.rows(_VOUCH, *membership, self.number, mailbox)

        self._write(work)

    def settle_in(self, mailbox: int) -> None:
        """Forget the admission of a terminal, because it signs in."""
        self._write(lambda db: db.rows("DELETE FROM admission WHERE mailbox = %s", mailbox))

    def remove(self, by: int, device: int, at: int) -> Terminal | None:
        """Take a terminal away with all that is its own."""

        def work(db: Transaction) -> Terminal | None:
            remover = self._of_mailbox(db, by)
            terminal = _terminal(db.rows, self.number, remover[0], device) if remover else None
            if terminal is None:
                return None
            # It may hold the member key that any of them showed, whatever it showed itself.
            db.rows(_CLOSE, self.number, terminal.account)
            db.rows(_FORGET_CLOSED, {"realm": self.number, "account": terminal.account, "most": _MOST_CLOSED})
            which = {"realm": self.number, "account": terminal.account, "device": device}
            db.rows(_REMEMBER, *which.values(), terminal.key, at)
            db.rows(_FORGET_REMOVED, {**which, "most": REMOVED_KEYS})
            db.rows(_HOLD, terminal.mailbox)
            leave(db, [digest for (digest,) in db.rows(_EMPTIED, terminal.mailbox)])
            for statement in _GONE:
                db.rows(statement, terminal.mailbox)
            # Another may come to have this number: it is told nothing of what this one began.
            side = (self.number, terminal.full_id)
            db.rows("UPDATE handshake SET owed_a = 0 WHERE realm = %s AND a = %s AND owed_a <> 0", *side)
            db.rows("UPDATE handshake SET owed_b = 0 WHERE realm = %s AND b = %s AND owed_b <> 0", *side)
            return terminal

        gone: Terminal | None = self._write(work)
        return gone

    # --- inside -------------------------------------------------------------------------

    def _add(
        self, db: Transaction, account: str, device: int, key: bytes, at: int, by: int, data: bool = False
    ) -> Terminal:
        """Make a terminal; the account's first gets the message data that wait for its id."""
        which = self.number, account, device
        mailbox = claim(db, which, data=data)
        db.rows(_ADD, mailbox, *which, key, at, by)
        return Terminal(mailbox, account, device, key, at, by)

    def _of_mailbox(self, db: Transaction, mailbox: int) -> tuple[str, int] | None:
        """Account and device of a terminal, by its mailbox, once it is this one's turn."""
        db.rows(_TURN_OF, self.number, self.number, mailbox)
        row = db.row(
            "SELECT account, device FROM terminal WHERE realm = %s AND mailbox = %s", self.number, mailbox
        )
        return None if row is None else (row[0], row[1])


def _terminal(rows: Rows, realm: int, account: str, device: int) -> Terminal | None:
    found = rows(_TERMINAL + "device = %s", realm, account, device)
    return Terminal(*found[0]) if found else None


def _terminals(rows: Rows, realm: int, account: str) -> list[Terminal]:
    return [Terminal(*row) for row in rows(_TERMINAL + "true ORDER BY device", realm, account)]


def _membership(rows: Rows, realm: int, account: str) -> Membership | None:
    found = rows(_MEMBERSHIP, realm, account)
    return Membership(*found[0]) if found else None


def _availability(rows: Rows, realm: int, account: str, skeleton: str) -> Registered:
    of = "SELECT account FROM account WHERE realm = %s AND "
    found = rows(of + "skeleton = %s", realm, skeleton) or rows(of + "account = %s", realm, account)
    if not found:
        return Registered.DONE
    return Registered.TAKEN if found[0][0] == account else Registered.LOOKS_ALIKE


def _may_be_added(known: list[Terminal], device: int, key: bytes) -> bool:
    """Whether this number is the lowest that is free, and no other terminal of the account has the key."""
    taken = {terminal.device for terminal in known}
    free = next((one for one in range(1, TERMINALS + 1) if one not in taken), None)
    return device == free and all(terminal.key != key for terminal in known)


def ended_of(row: Row) -> Ended:
    """A verdict as `ENDED` finds it."""
    h, a, b, status, last, by, owed_a, owed_b, at = row
    return Ended(h, a, b, status, last, by, Owed(owed_a), Owed(owed_b), at)
