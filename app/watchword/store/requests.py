"""Which session requests does the list show? What of them outlasts a restart; never a phrase."""

import msgspec

from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.store import transaction
from watchword.store.transaction import Row, Tx, changed

_SELECT = """
select r.key, r.role, r.account, coalesce(nullif(p.name, ''), r.account), coalesce(p.listed, 0),
       r.ending, r.hint, r.at, r.quiet, r.seen, r.replaces, r.h
  from requests r left join contacts p using (account)
"""


class Kept(msgspec.Struct, frozen=True):
    """A request as the window sees it, as far as it is kept, and the h of its exchange once there is one."""

    request: SessionRequest
    h: bytes | None


def keep(tx: Tx, request: SessionRequest, h: bytes | None = None) -> None:
    """Keep a request, or what has changed of it; an h that is known stays known."""
    ending = None if request.ending is None else request.ending.value
    tx.execute(
        "insert into requests (key, h, role, account, hint, ending, at, quiet, seen, replaces)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set h = coalesce(excluded.h, h), ending = excluded.ending,"
        " quiet = excluded.quiet, seen = excluded.seen, replaces = excluded.replaces",
        (
            request.key,
            h,
            request.role.value,
            request.account,
            request.hint,
            ending,
            request.at,
            int(request.quiet),
            int(request.seen),
            request.replaces,
        ),
    )


def get(tx: Tx, key: str) -> Kept | None:
    """One request by its key."""
    row = transaction.one(tx, _SELECT + "where r.key = ?", (key,))
    return None if row is None else _kept(row)


def by_h(tx: Tx, h: bytes) -> Kept | None:
    """The request that an exchange belongs to."""
    row = transaction.one(tx, _SELECT + "where r.h = ?", (h,))
    return None if row is None else _kept(row)


def every(tx: Tx, since: int) -> list[Kept]:
    """Requests that began at or after `since` (ms), and all that have not ended; latest first."""
    order = "where r.at >= ? or r.ending is null order by r.at desc, r.key"
    return [_kept(row) for row in transaction.every(tx, _SELECT + order, (since,))]


def mark_seen(tx: Tx, key: str) -> bool:
    """The user has looked at it; False if it is not there."""
    tx.execute("update requests set seen = 1 where key = ?", (key,))
    return changed(tx)


def forget(tx: Tx, before: int) -> int:
    """Forget ended requests that began before (ms); returns how many."""
    tx.execute("delete from requests where at < ? and ending is not null", (before,))
    return tx.changes()


def _kept(row: Row) -> Kept:
    key, role, account, name, listed, ending, hint, at, quiet, seen, replaces, h = row
    request = SessionRequest(
        key=key,
        role=Role(role),
        account=account,
        name=name,
        known=bool(listed),
        phase=Phase.RELAY_LOST if ending is None else Phase.ENDED,
        hint=hint,
        ending=None if ending is None else Ending(ending),
        at=at,
        quiet=bool(quiet),
        seen=bool(seen),
        replaces=replaces,
    )
    return Kept(request, h)
