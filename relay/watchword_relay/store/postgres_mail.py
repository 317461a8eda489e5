"""Messages in the PostgreSQL store: what waits, what was acknowledged or taken back.

Whoever writes into mailboxes holds their rows, in the order of their numbers: so counts are right, and what
several nodes send to one mailbox stands in it in one order without a gap that fills later. Bodies that
several wait for stand once and go with the last of them (`postgres_bodies`).
"""

import hashlib
from collections.abc import Iterable, Sequence

from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import VOID, Batch, Level, Put
from watchword_relay.store.postgres_bodies import BODY, UNUSED, use
from watchword_relay.store.postgres_boxes import (
    HOLD,
    Deltas,
    columns,
    forget,
    levels,
    of_name,
    trim,
    uncount,
)
from watchword_relay.store.postgres_history import HAD, PostgresHistory, enter, hold_history
from watchword_relay.store.postgres_session import Row, Transaction
from watchword_wire.ids import parse_full_id

_HOLD = """SELECT mailbox, next_seq, EXISTS (SELECT 1 FROM awaited WHERE awaited.mailbox = box.mailbox)
    FROM mailbox AS box WHERE mailbox = ANY(%s) ORDER BY mailbox FOR UPDATE"""
_NAMED = """SELECT wanted.nth, coalesce(terminal.mailbox, awaited.mailbox)
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS wanted (nth, realm, account, device)
    LEFT JOIN terminal USING (realm, account, device)
    LEFT JOIN awaited USING (realm, account, device)
    WHERE terminal.mailbox IS NOT NULL OR awaited.mailbox IS NOT NULL"""
_PUT = """INSERT INTO message
    (mailbox, seq, id, sender, origin, at, until, organisation, conversation, past, size, digest, body,
        awaited)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::text[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bytea[], %s::bytea[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[],
        %s::bigint[])
    ON CONFLICT (mailbox, id, origin) DO NOTHING RETURNING mailbox, size, digest"""
_ACK = """DELETE FROM message USING unnest(%s::bigint[], %s::bytea[], %s::bigint[]) AS acked (box, name, of)
    WHERE mailbox = box AND id = name AND origin = of RETURNING mailbox, size, digest, past"""
_GAP = "UPDATE mailbox SET gap = %s WHERE mailbox = ANY(%s)"
_OVER = """SELECT mailbox, seq FROM (
        (SELECT mailbox, seq FROM message WHERE at < %(before)s ORDER BY at, mailbox, seq LIMIT %(most)s)
        UNION (SELECT mailbox, seq FROM message WHERE until <= %(now)s ORDER BY until LIMIT %(most)s)
    ) AS over LIMIT %(most)s"""
_DELETE = """DELETE FROM message USING unnest(%s::bigint[], %s::bigint[]) AS over (box, nth)
    WHERE mailbox = box AND seq = nth RETURNING mailbox, size, digest"""


class _Held:
    """Mailboxes whose rows this transaction holds."""

    def __init__(self, db: Transaction) -> None:
        self._db = db
        self.next_seq: dict[int, int] = {}
        self.awaited: set[int] = set()
        """Those whose ids nobody has."""

    def hold(self, mailboxes: Iterable[int]) -> None:
        """Hold those of these that are there."""
        for mailbox, next_seq, is_awaited in self._db.rows(_HOLD, sorted(mailboxes)):
            self.next_seq[mailbox] = next_seq
            if is_awaited:
                self.awaited.add(mailbox)

    def __contains__(self, mailbox: int) -> bool:
        """Whether a mailbox is there, and held."""
        return mailbox in self.next_seq


class PostgresMail(PostgresHistory):
    """The message part of a store; see the contract."""

    _allowances: Allowances

    def _write_mail(self, db: Transaction, batch: Batch) -> dict[int, Level]:
        """Write what a batch says of messages, within its transaction. Returns the new levels."""
        if batch.pasts or batch.recalls:
            hold_history(db)
        batch.awaited.clear()  # this may be done again
        boxes = {put.mailbox or put.awaited for put in batch.puts} | {ack[0] for ack in batch.acks}
        for recall in batch.recalls:
            boxes.update(self._recalled_from(db, recall))
        held = _Held(db)
        if boxes:
            held.hold(boxes)
        deltas = Deltas()
        pasts = self._keep_past(db, batch.pasts) if batch.pasts else {}
        if batch.puts:
            self._put(db, batch, held, pasts, deltas)
        if batch.acks:
            self._acknowledge(db, batch.acks, deltas)
        for recall in batch.recalls:
            batch.taken_back[recall.origin, recall.id] = self._take_back(db, recall, deltas)
        for gap, mailboxes in ((0, batch.heard), (1, batch.gaps)):
            if mailboxes:
                db.rows(_GAP, gap, sorted(mailboxes))
        trimmed = trim(db, self._allowances, deltas) if batch.awaited else False
        found = levels(db, deltas)
        for target, (mailbox, _) in batch.awaited.items():
            batch.awaited[target] = mailbox, found[mailbox]
        if trimmed or batch.recalls:
            forget(db, found)
        return found

    def _acknowledge(self, db: Transaction, acks: Sequence[tuple[int, bytes, int]], deltas: Deltas) -> None:
        gone = db.rows(_ACK, *columns(acks))
        deltas.gone(db, [row[:3] for row in gone])
        had = [(past, mailbox) for mailbox, *_, past in gone if past is not None]
        if had:
            db.rows(HAD, *columns(had))

    def _put(
        self,
        db: Transaction,
        batch: Batch,
        held: _Held,
        pasts: dict[tuple[int, bytes], int],
        deltas: Deltas,
    ) -> None:
        puts = batch.puts
        bodies = {id(put.body): put.body for put in puts if put.shared}
        digests = {key: hashlib.sha256(body).digest() for key, body in bodies.items()}
        if bodies:
            db.rows(BODY, *columns(sorted({digests[key]: body for key, body in bodies.items()}.items())))
        named = self._named(db, [put for put in puts if (put.mailbox or put.awaited) not in held], held)
        rows: list[Row] = []
        for put in puts:
            mailbox = put.mailbox or put.awaited
            if mailbox not in held:
                mailbox = named.get((put.realm, put.target), VOID)
            if mailbox not in held:
                continue  # its terminal was removed with all that was for it
            realm = None
            if mailbox in held.awaited:
                realm = put.realm
                self._allowances.add(realm, put.sender, len(put.body))
                batch.awaited[realm, put.target] = mailbox, Level(0, 0)
            seq = max(put.seq, held.next_seq[mailbox])
            held.next_seq[mailbox] = seq + 1
            deltas.add(mailbox, 0, 0, seq + 1)
            past = pasts.get((put.origin, put.id)) if pasts else None
            if past is not None and realm is None and put.mailbox == VOID:
                enter(db, past, mailbox)
            kept = (digests[id(put.body)], None) if put.shared else (None, put.body)
            what = put.organisation, put.conversation, past, len(put.body), *kept, realm
            rows.append((mailbox, seq, put.id, put.sender, put.origin, put.at, put.until, *what))
        if rows:
            put_in = db.rows(_PUT, *columns(rows))
            for mailbox, size, _ in put_in:
                deltas.add(mailbox, 1, size)
            use(db, [digest for *_, digest in put_in])
        if bodies:
            db.rows(UNUSED, list(digests.values()))

    def _named(self, db: Transaction, puts: Sequence[Put], held: _Held) -> dict[tuple[int, str], int]:
        """Mailboxes by realm and full id, held from here on; for VOID they are made where there is none.

        Another node may have registered the id since this one looked, or given it to another terminal.
        """
        names = dict.fromkeys((put.realm, put.target) for put in puts if put.target)
        if not names:
            return {}
        ids = {name: parse_full_id(name[1]) for name in names}
        whiches = {name: (name[0], one.account, one.device) for name, one in ids.items()}
        rows = [(nth, *which) for nth, which in enumerate(whiches.values())]
        each = list(names)
        found = {each[nth]: mailbox for nth, mailbox in db.rows(_NAMED, *columns(rows))}
        if found:
            held.hold(found.values())
        for name in {(put.realm, put.target): None for put in puts if put.mailbox == VOID}:
            if found.get(name, VOID) not in held:
                found[name] = of_name(db, whiches[name])
                held.hold([found[name]])
        return found

    def expire(self, before: int, now: int, most: int) -> dict[int, Level]:
        """Delete messages that nobody fetched in time."""

        def work(db: Transaction) -> dict[int, Level]:
            over = db.rows(_OVER, {"before": before, "now": now, "most": most})
            return self._delete(db, over) if over else {}

        return self._write(work)

    def _delete(self, db: Transaction, over: Sequence[Row]) -> dict[int, Level]:
        """Delete messages, each a mailbox and a number, that are there still."""
        db.rows(HOLD, sorted({mailbox for mailbox, _ in over}))
        return uncount(db, db.rows(_DELETE, *columns(over)))
