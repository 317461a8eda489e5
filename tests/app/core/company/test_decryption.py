"""F7, at the receiver: which tag is tried first, and what is told if none opens."""

from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from support import company
from support.staff import membership
from watchword.core.company.decryption import decrypt
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.model.company import Closed, Reason
from watchword.protocol.company import message_data, profile
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import Kind, Method
from watchword.providers.contract import Cause, Fault
from watchword.providers.org_ring import OrgRing

METHOD = next(one for one in company.PROFILE.methods if one.kind is Kind.PKCS11)


class Asked:
    """Providers of which the ring opens and all others do not; notes whom it was asked for."""

    def __init__(self, member: Member) -> None:
        self.kinds: list[Kind] = []
        self._ring = OrgRing(member.ring, member.profile.policy.revoked, lambda: company.NOW)

    async def use(
        self, _member: Member, method: Method, call: Callable[[OrgRing], Awaitable[bytes]]
    ) -> bytes:
        self.kinds.append(method.kind)
        if method.kind is Kind.RING:
            return await call(self._ring)
        raise Fault(Cause.PIN_WANTED)


@pytest.fixture
def bo() -> Member:
    held = membership("bo")
    return Member(held, company.author("bo"))


def came(*, ring: bool) -> Examined:
    """A message under a key on a token, and then under the ring's."""
    author, head = company.author("ada"), company.draft("bo")
    token = message_data.tag(head, profile.SealingKey(METHOD, company.TOKEN, 1), b"w" * 60)
    tags = (token, *(company.ring_tags(head) if ring else ()))
    data = message_data.seal(author, head, tags, company.KEY, company.CONTENT)
    found = message_data.examine(data, "bo", company.PROFILE, None)
    assert isinstance(found, Examined)
    return found


async def test_nobody_is_asked_for_a_pin_where_the_ring_opens(bo: Member) -> None:
    asked, examined = Asked(bo), came(ring=True)
    choices = profile.choices(bo.profile, bo.ring, examined.head)
    assert await decrypt(bo, cast("Providers", asked), examined, choices, {}) == company.CONTENT
    assert asked.kinds == [Kind.RING]


async def test_a_token_is_asked_where_nothing_else_opens(bo: Member) -> None:
    asked, examined = Asked(bo), came(ring=False)
    choices = profile.choices(bo.profile, bo.ring, examined.head)
    told = await decrypt(bo, cast("Providers", asked), examined, choices, {})
    assert isinstance(told, Closed)
    assert told.reason is Reason.PIN_WANTED
    assert asked.kinds == [Kind.PKCS11]
