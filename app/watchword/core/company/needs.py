"""Whether something waits for a method of the company: own content to be sealed, or what came to be opened.

By the company file of now, and not by the reasons that were told before: a newer one may seal under other
keys, ask for sessions first, or have other members. No provider is asked anything.
See `docs/protocol/store.md`, Outbox.
"""

import time
from functools import partial

from watchword.core import sessions
from watchword.core.company import choice, encryption, message_data
from watchword.core.company.membership import Member
from watchword.core.company.outcomes import UNVOUCHED
from watchword.core.desk import Desk
from watchword.model.company import Closed
from watchword.model.errors import TroubleWith
from watchword.protocol.company import profile
from watchword.store import posts, received
from watchword.store.posts import Post
from watchword.store.received import Received
from watchword.store.transaction import Tx
from watchword_wire import message_data as wire

PAGE = 32


async def waits_for(desk: Desk, member: Member | None, methods: frozenset[bytes]) -> bool:
    """Whether anything that waits may need one of these methods; what cannot be read counts as waiting."""
    if member is None:
        return False
    try:
        return await _to_be_sealed(desk, member, methods) or await _to_be_opened(desk, member, methods)
    except TroubleWith:
        return True


async def _to_be_sealed(desk: Desk, member: Member, methods: frozenset[bytes]) -> bool:
    keys = encryption.keys_now(member, time.time())
    if isinstance(keys, Closed) or all(one.method.id not in methods for one in keys):
        return False
    after = 0
    while found := await desk.db.read(partial(_posts, member, after)):
        after, ready = found
        if ready:
            return True
    return False


async def _to_be_opened(desk: Desk, member: Member, methods: frozenset[bytes]) -> bool:
    after = 0
    while found := await desk.db.read(partial(_received, after)):
        if any(_needs(member, row, methods) for row in found):
            return True
        after = found[-1].seq
    return False


def _needs(member: Member, row: Received, methods: frozenset[bytes]) -> bool:
    if row.closed is None or row.closed.reason in UNVOUCHED:
        examined = choice.examine(member, row.data, row.sender, row.h, found_good=row.found_good)
        if isinstance(examined, Closed):
            return False
        head = examined.head
    else:
        head = wire.decode(row.data).head  # it was examined when it was tried
    choices = profile.choices(member.profile, member.ring, head)
    return any(not isinstance(one, Closed) and one.method.id in methods for one in choices)


def _posts(member: Member, after: int, tx: Tx) -> tuple[int, bool] | None:
    """The last of the next posts, and whether one of them waits for nothing but its keys."""
    found = posts.unsealed(tx, PAGE, after)
    return (found[-1].seq, any(_is_ready(tx, member, post) for post in found)) if found else None


def _is_ready(tx: Tx, member: Member, post: Post) -> bool:
    if message_data.is_gone(member, post.targets):
        return False
    inside = member.profile.policy.session
    return not inside or all(sessions.open_with(tx, target) is not None for target in post.targets)


def _received(after: int, tx: Tx) -> list[Received]:
    return received.waiting(tx, after, PAGE, tried=True)
