"""F7, encryption: the company's keys are chosen, and its providers seal by its own method (row F1).

All keys that the policy names, or none: what cannot be sealed under every one of them is not sealed at all.
"""

import secrets

import msgspec

from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company import message_data, profile
from watchword.protocol.company.profile import SealingKey
from watchword.providers.choose import Provider
from watchword.providers.contract import CONTENT_KEY_BYTES, Cause, Fault, KeyName, Sealing, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire.errors import Bug
from watchword_wire.message_data import MODE_WRAP, Head, Tag


class Wrapped(msgspec.Struct, frozen=True):
    """Mode wrap: a fresh content key, and a tag for each of the company's keys."""

    key: Secret
    tags: tuple[Tag, ...]


class Provided(msgspec.Struct, frozen=True):
    """Mode content: what the one provider made of the content, and its tag."""

    sealed: bytes
    tags: tuple[Tag, ...]


def keys_now(member: Member, now: float) -> tuple[SealingKey, ...] | Closed:
    """The keys that a message is sealed under now; asked anew for each message."""
    return profile.sealing_keys(member.profile, member.ring, now)


async def encrypt(
    member: Member, providers: Providers, head: Head, keys: tuple[SealingKey, ...], content: bytes
) -> Wrapped | Provided | Closed:
    """Have every key's provider do its part for a drafted head."""
    key = secrets.token_bytes(CONTENT_KEY_BYTES)
    sealed, tags = b"", []
    for under in keys:
        try:
            if head.mode == MODE_WRAP:
                made = await _wrap(member, providers, head, under, key)
            else:
                sealed, made = await _seal(member, providers, head, under, content), b""
        except Fault as fault:
            return closed(member, fault.cause, under.key, under.version)
        tags.append(message_data.tag(head, under, made))
    if head.mode == MODE_WRAP:
        return Wrapped(Secret(key), tuple(tags))
    return Provided(sealed, tuple(tags))


async def _wrap(member: Member, providers: Providers, head: Head, under: SealingKey, key: bytes) -> bytes:
    name = KeyName(under.key, under.version)
    return await providers.use(member, under.method, lambda one: one.wrap(key, context_of(head), name))


async def _seal(member: Member, providers: Providers, head: Head, under: SealingKey, content: bytes) -> bytes:
    name, padded = KeyName(under.key, under.version), message_data.padded(content)
    return await providers.use(
        member, under.method, lambda one: of_content(one).seal(padded, context_of(head), name)
    )


def of_content(provider: Provider) -> Sealing:
    """A provider of mode content; the profile's rules keep the key ring from being asked."""
    if isinstance(provider, OrgRing):
        raise Bug("the key ring is asked for mode content")
    return provider


def closed(member: Member, cause: Cause, key: bytes, version: int) -> Closed:
    """Why a provider could not, with what its sentence needs."""
    return Closed(Reason(cause.value), member.ring.name(key), version, member.ring.versions(key))
