"""A company file on its way in: read from a file or a link, looked at, opened by its join phrase.

Nothing is kept here; `membership` and `core.profile` keep. See `docs/protocol/company.md`, The company file
and Fetching.
"""

import asyncio
import stat
from pathlib import Path

import msgspec

from watchword.core.company import membership
from watchword.core.proxies import Proxies
from watchword.model.company import CompanyOffer, CompanyOutside, LinkReason
from watchword.model.errors import Kind, TroubleWith
from watchword.net.download import download, is_link, parse_link
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import FILE_BYTES, Membership


class Joining(msgspec.Struct, frozen=True):
    """A join file that its phrase opened: what it offers, for a window, and what will be kept."""

    offer: CompanyOffer
    membership: Membership


async def obtain(source: str, proxies: Proxies) -> bytes:
    """The company file that a link leads to, or that lies on this computer; at most 16 MiB.

    Raises:
        RefusedBy: COMPANY_LINK [reason]; PROXY_FORM, PROXY_SCHEME.
        TroubleWith: COMPANY_LINK [reason]; PROXY_*.
    """
    if not is_link(source):
        return await asyncio.to_thread(_read, Path(source))
    found = await download(parse_link(source), proxies.towards, limit=FILE_BYTES)
    return found.data or b""


def look(data: bytes) -> CompanyOutside:
    """What a company file shows before it is opened.

    Raises:
        RefusedBy: COMPANY_FILE [DAMAGED].
    """
    outside = membership.look(data)
    return CompanyOutside(company_file.digits(outside.root_key), outside.serial, outside.joins)


async def opened(data: bytes, phrase: str) -> Joining:
    """Open a join file for a desktop that has no account yet; takes a second, off the loop.

    Raises:
        RefusedBy: COMPANY_FILE [reason].
    """
    joined = await membership.opened(data, phrase)
    profile, account = joined.profile, joined.account
    named = profile.member(account)
    name = account if named is None else named.name
    digits = company_file.digits(joined.root_key)
    return Joining(CompanyOffer(profile.name, digits, account, name, profile.relay), joined)


def _read(path: Path) -> bytes:
    """A whole file; a device or a pipe is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for its writer
            raise _trouble(LinkReason.FILE_UNREADABLE, path)
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _trouble(LinkReason.FILE_MISSING, path) from error
    except (OSError, ValueError) as error:
        raise _trouble(LinkReason.FILE_UNREADABLE, path) from error
    if len(data) > FILE_BYTES:
        raise _trouble(LinkReason.LONG, path)
    return data


def _trouble(reason: LinkReason, path: Path) -> TroubleWith:
    return TroubleWith(Kind.COMPANY_LINK, reason=reason.value, file=path.name)
