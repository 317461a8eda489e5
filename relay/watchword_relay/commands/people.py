"""Who may come in: invitations, the accounts that there are, and who is kept out.

All of it works while the relay runs; what is blocked is turned out within a few seconds.
"""

import ipaddress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from watchword_relay import accounts, clock, folder
from watchword_relay.commands.admin import no_realm
from watchword_relay.commands.told import as_json, as_table, seconds_of, size_text
from watchword_relay.config import Unfit
from watchword_relay.store.contract import OWN, Store
from watchword_relay.store.queues import EVERYWHERE, Choice
from watchword_relay.stores import held
from watchword_wire.errors import Refused
from watchword_wire.ids import fold_account

NEVER = "never"
"""Instead of a time: an invitation that does not end."""

_LEAST = 3_600
_MOST_USES = 1_000_000


class Wish(NamedTuple):
    """What an invitation is to be."""

    realm: str = ""
    uses: int = 1
    ends: str = "7d"


def invite(data: Path, wish: Wish, *, json: bool = False) -> str:
    """Make an invitation; the relay keeps its hash only. Returns the link to hand out.

    Raises:
        Trouble: the realm is not there, the folder is no relay's, or its database does not work.
    """
    if not 1 <= wish.uses <= _MOST_USES:
        raise Unfit(f"an invitation works once at least, and {_MOST_USES:,} times at most")
    lasts = None if wish.ends == NEVER else seconds_of(wish.ends)
    if lasts is not None and lasts < _LEAST:
        raise Unfit("an invitation lasts for an hour at least, counted in the time that the relay runs")
    text = accounts.new_invite()
    address = folder.address(data)
    store, _ = held(data)
    try:
        until = None if lasts is None else store.served() + lasts
        realm = store.of(_realm(store, wish.realm))
        realm.add_invite(accounts.invite_hash(text), clock.wall(), wish.uses, until)
    finally:
        store.close()
    link = None if address is None else _link(address, wish.realm, text)
    if json:
        return as_json({"link": link, "invite": text, "uses": wish.uses, "seconds": lasts})
    return link or text


def _link(address: str, realm: str, text: str) -> str:
    """The address of the realm, with the relay's key, and the invitation behind it."""
    where, _, key = address.partition("#")
    return f"{where}/{realm}#{key}.{text}" if realm else f"{where}#{key}.{text}"


def revoke(data: Path, said: str, realm: str = "", *, json: bool = False) -> str:
    """Take an invitation back, by its link or its text.

    Raises:
        Trouble: it does not stand, or as `invite`.
    """
    store, _ = held(data)
    try:
        text = said.rpartition(".")[2]
        dropped = store.of(_realm(store, realm)).drop_invite(accounts.invite_hash(text))
    finally:
        store.close()
    if not dropped:
        raise Unfit("no such invitation stands: it was used up, its time is over, or it is another realm's")
    return as_json({"revoked": 1}) if json else "taken back: nobody comes in by it any more"


_HEADS = ("realm", "account", "made", "desktops", "messages", "bytes", "blocked")


def people(data: Path, realm: str | None = None, *, json: bool = False) -> str:
    """Every account, with what waits for it.

    Raises:
        Trouble: as `invite`.
    """
    store, _ = held(data)
    try:
        found = store.people(Choice(realm=None if realm is None else _realm(store, realm)))
    finally:
        store.close()
    if json:
        return as_json([dict(zip(_HEADS, one, strict=True)) for one in found])
    return as_table(
        _HEADS,
        [
            (
                one.realm,
                one.account,
                _date(one.made_at),
                str(one.terminals),
                str(one.messages),
                size_text(one.size),
                "blocked" if one.blocked else "",
            )
            for one in found
        ],
    )


def block(data: Path, whom: str, realm: str = "", *, json: bool = False) -> str:
    """Keep an account, or an address or network, out.

    Raises:
        Trouble: it is neither, or as `invite`.
    """
    store, running = held(data)
    try:
        number, name = _named(store, whom, realm)
        new = store.block(number, name, clock.wall())
        # A mistyped address is an id, too.
        known = number == EVERYWHERE or bool(store.of(number).devices([name]))
    finally:
        store.close()
    if json:
        return as_json({"blocked": name, "new": new, "known": known})
    what = f"{'network' if number == EVERYWHERE else 'account'} {name}"
    if not new:
        return f"{what} is blocked already"
    if not known:
        return f"{what} blocked: nobody has that id yet"
    return f"{what} blocked" + (": the relay turns it out within a few seconds" if running else "")


def unblock(data: Path, whom: str, realm: str = "", *, json: bool = False) -> str:
    """Let somebody in again.

    Raises:
        Trouble: it was not blocked, or as `block`.
    """
    store, _ = held(data)
    try:
        number, name = _named(store, whom, realm)
        done = store.unblock(number, name)
    finally:
        store.close()
    if not done:
        raise Unfit(f"{name} is not blocked: watchword-relay blocked lists who is")
    return as_json({"unblocked": name}) if json else f"{name} may come in again"


def blocked(data: Path, *, json: bool = False) -> str:
    """Who is kept out.

    Raises:
        Trouble: as `invite`.
    """
    store, _ = held(data)
    try:
        names = {realm.number: realm.name for realm in store.realms()}
        rows = [
            (
                "network" if one.realm == EVERYWHERE else "account",
                "" if one.realm == EVERYWHERE else names.get(one.realm, ""),
                one.name,
                one.made_at,
            )
            for one in store.blocked()
        ]
    finally:
        store.close()
    heads = ("kind", "realm", "name", "since")
    if json:
        return as_json([dict(zip(heads, row, strict=True)) for row in rows])
    return as_table(heads, [(*row[:3], _date(row[3])) for row in rows])


def _named(store: Store, whom: str, realm: str) -> tuple[int, str]:
    """Who is meant: a network of all realms, or an account of one."""
    try:
        return EVERYWHERE, str(ipaddress.ip_network(whom, strict=False))
    except ValueError:
        pass
    try:
        return _realm(store, realm), fold_account(whom)
    except Refused as error:
        raise Unfit(f"{whom!r} is neither an account id nor an address or a network") from error


def _realm(store: Store, name: str) -> int:
    if not name:
        return OWN
    found = next((one for one in store.realms() if one.name == name), None)
    if found is None:
        raise no_realm(name)
    return found.number


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
