"""The company, and how a message of its conversations was sealed, as the window shows them.

Nothing here changes anything, and no key or secret is in what is shown.
"""

import time

from msgspec.structs import replace

from watchword.core.company.membership import Member
from watchword.model.company import (
    Closed,
    CompanyPolicy,
    KeyState,
    Lookout,
    MessageInfo,
    MethodState,
    Organisation,
    Recipient,
    Withheld,
)
from watchword.protocol.company import company_file
from watchword.protocol.company.profile import Outsiders, Pin, Revoked, sealing_keys
from watchword.store import chats, messages, posts, recalls, sealings
from watchword.store import rooms as kept_rooms
from watchword.store.transaction import Tx


def info(member: Member | None, me: str, message: int, tx: Tx) -> MessageInfo | None:
    """What is told of a message; None if it is none of a company's conversations or a room's."""
    row = messages.get(tx, message)
    if row is None or chats.conversation_of(tx, row.chat) is None:
        return None
    post = posts.of_message(tx, message)
    return MessageInfo(
        "" if member is None else member.profile.name,
        (row.sender or me) if member is None else member.name_of(row.sender or me),
        sealings.get(tx, message),
        recipients(tx, message) if row.mine else (),
        None if post is None else post.closed,
        () if member is None else member.revoked,
        kept_rooms.missed(tx, message),
        recalls.of_message(tx, message),
    )


def recipients(tx: Tx, message: int) -> tuple[Recipient, ...]:
    """How far an own text has come to each, and who has no room for it at the relay."""
    post = posts.of_message(tx, message)
    full = () if post is None or post.missing is None else post.missing
    return tuple(replace(one, no_room=one.account in full) for one in sealings.recipients(tx, message))


def describe(
    member: Member, methods: list[MethodState], waiting: tuple[Withheld, ...], lookout: Lookout
) -> Organisation:
    """The company in the window's words."""
    profile, held = member.profile, member.membership
    policy = profile.policy
    auditors = {auditor.key: auditor.name for auditor in policy.auditors}
    sealing = sealing_keys(profile, member.ring, time.time())
    now = () if isinstance(sealing, Closed) else tuple((one.key, one.version) for one in sealing)
    keys = tuple(
        KeyState(
            key.name,
            key.version,
            key.state.name.lower(),
            key.method,
            key.begins,
            key.ends,
            auditors.get(key.id, ""),
            (key.id, key.version) in now,
        )
        for key in member.ring.keys
    )
    told = CompanyPolicy(
        policy.session,
        policy.phrase,
        policy.retention,
        policy.revoked is Revoked.OPEN,
        policy.pin is Pin.SESSION,
        tuple(auditors.values()),
        policy.outsiders is Outsiders.REFUSE,
        policy.roaming,
        policy.gives_the_past,
    )
    return Organisation(
        profile.name,
        company_file.digits(held.root_key),
        held.serial,
        member.ring.serial,
        profile.serial,
        profile.relay,
        profile.updates,
        keys,
        tuple(methods),
        told,
        waiting,
        lookout,
        member.removed,
    )
