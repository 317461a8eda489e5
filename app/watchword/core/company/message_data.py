"""F7, message data: sealed content, tags and target users are put together and signed (row F2)."""

import msgspec

from watchword.core.company import encryption
from watchword.core.company.encryption import Wrapped
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.model.company import Closed, ReaderKey, Reason, Sealing
from watchword.protocol.company import message_data, profile
from watchword.providers.contract import Mode
from watchword_wire import message_data as wire
from watchword_wire.errors import Refused
from watchword_wire.message_data import Head


class Sealed(msgspec.Struct, frozen=True):
    """Message data ready to leave, and what Message info says of them."""

    data: bytes
    sealing: Sealing


def is_gone(member: Member, targets: tuple[str, ...]) -> bool:
    """Whether somebody that a message is for is no member any more."""
    return any(member.profile.member(target) is None for target in targets)


async def assemble(
    member: Member,
    providers: Providers,
    message: bytes,
    targets: tuple[str, ...],
    content: bytes,
    now: float,
    h: bytes | None = None,
    room: bytes | None = None,
) -> Sealed | Closed:
    """Seal content for targets, whole or not at all.

    Args:
        member: as whom, and by which profile and ring.
        providers: who seals.
        message: the data's id, the same in every repeat.
        targets: accounts.
        content: what is said.
        now: seconds since 1970, by which keys are valid.
        h: the passphrase session in whose envelope the data will travel, if any.
        room: the room that they are said to, if any; the content names it.
    """
    if is_gone(member, targets):
        return Closed(Reason.MEMBER_GONE)
    keys = encryption.keys_now(member, now)
    if isinstance(keys, Closed):
        return keys
    author, organisation = member.author, member.profile.organisation
    head = message_data.draft(author, organisation, keys[0].method.mode, message, targets, room)
    made = await encryption.encrypt(member, providers, head, keys, content)
    if isinstance(made, Closed):
        return made
    tags = made.tags if h is None else (*made.tags, message_data.session_tag(head, h))
    try:
        if isinstance(made, Wrapped):
            data = message_data.seal(author, head, tags, made.key, content)
        else:
            data = message_data.assemble(author, head, tags, made.sealed)
    except Refused:
        return Closed(Reason.TOO_LONG)
    return Sealed(data, describe(member, wire.decode(data).head, len(data)))


def describe(member: Member, head: Head, size: int) -> Sealing:
    """What Message info says of message data; readers as profile and ring know them now."""
    readers = tuple(
        ReaderKey(one.key, one.version, "" if one.kind is None else one.kind.value, one.auditor)
        for one in profile.readers(member.profile, member.ring, head)
    )
    return Sealing(head.sender, Mode(head.mode).name.lower(), readers, head.session is not None, size)
