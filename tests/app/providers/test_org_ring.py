"""The key ring as a provider: states, validity, what a wrapped key is bound to (company.md, The ring)."""

import pytest
from msgspec.structs import replace

from support.company import AUDIT, HR, KEY, NOW, RING, TOKEN, draft, ring_key, with_key
from watchword.crypto.primitives import seal_siv
from watchword.model.company import Reason
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import Ring, State, wrap_data
from watchword.providers.contract import Cause, Fault, KeyName, Wrapping, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire.message_data import context

CONTEXT = context_of(draft("bo", "陈"))
HR_1, HR_2 = KeyName(HR, 1), KeyName(HR, 2)


def provider(ring: Ring = RING, revoked: Revoked = Revoked.OPEN, now: float = NOW) -> Wrapping:
    return OrgRing(ring, revoked, lambda: now)


async def wrapping(under: KeyName, of: Wrapping | None = None) -> Cause | None:
    """Why a key is not wrapped; None if it is."""
    try:
        await (of or provider()).wrap(KEY.expose(), CONTEXT, under)
    except Fault as fault:
        return fault.cause
    return None


async def unwrapping(wrapped: bytes, under: KeyName, of: Wrapping | None = None) -> Cause | bytes:
    try:
        return await (of or provider()).unwrap(wrapped, CONTEXT, under)
    except Fault as fault:
        return fault.cause


async def test_what_is_wrapped_comes_back_and_is_60_bytes() -> None:
    one = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    other = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    assert one != other
    assert len(one) == 60
    assert await unwrapping(one, HR_2) == KEY.expose()


async def test_no_byte_may_differ_nor_be_missing() -> None:
    wrapped = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    for at in range(len(wrapped)):
        spoiled = wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :]
        assert await unwrapping(spoiled, HR_2) is Cause.ALTERED
        assert await unwrapping(wrapped[:at], HR_2) is Cause.ALTERED


async def test_a_wrapped_key_is_bound_to_context_key_and_version() -> None:
    wrapped = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    same_secret = replace(ring_key(AUDIT, 2), secret=ring_key(HR, 2).secret)
    assert await unwrapping(wrapped, KeyName(AUDIT, 2), provider(with_key(same_secret))) is Cause.ALTERED
    later = replace(ring_key(HR, 3), secret=ring_key(HR, 2).secret)
    assert await unwrapping(wrapped, KeyName(HR, 3), provider(with_key(later))) is Cause.ALTERED
    with pytest.raises(Fault, match="altered"):
        await provider().unwrap(wrapped, context_of(draft("bo")), HR_2)


async def test_what_is_no_content_key_is_not_given_out() -> None:
    """Whoever has the ring can seal anything under it; only 32 bytes are a content key."""
    bound = wrap_data(CONTEXT.digest, HR, 2)
    for length, given in ((31, Cause.ALTERED), (32, bytes(32)), (33, Cause.ALTERED)):
        sealed = seal_siv(ring_key(HR, 2).secret.expose(), bytes(12), bytes(length), bound)
        assert await unwrapping(bytes(12) + sealed, HR_2) == given


async def test_what_does_not_seal() -> None:
    assert await wrapping(HR_2) is None
    assert await wrapping(HR_1) is Cause.KEY_NOT_VALID
    assert await wrapping(KeyName(HR, 7)) is Cause.VERSION_UNKNOWN
    assert await wrapping(KeyName(b"unknown-", 1)) is Cause.KEY_UNKNOWN
    assert await wrapping(KeyName(TOKEN, 1)) is Cause.KEY_UNFIT
    over = provider(with_key(ring_key(HR, 2, ends=int(NOW))))
    assert await wrapping(HR_2, over) is Cause.KEY_NOT_VALID
    revoked = provider(with_key(ring_key(HR, 2, State.REVOKED)))
    assert await wrapping(HR_2, revoked) is Cause.KEY_REVOKED


@pytest.mark.parametrize("state", [State.RETIRED, State.REVOKED])
async def test_what_was_sealed_before_opens_after(state: State) -> None:
    wrapped = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    after = with_key(ring_key(HR, 2, state, begins=1, ends=2))
    assert await unwrapping(wrapped, HR_2, provider(after)) == KEY.expose()


async def test_a_revoked_key_does_not_open_where_the_policy_refuses() -> None:
    wrapped = await provider().wrap(KEY.expose(), CONTEXT, HR_2)
    revoked = with_key(ring_key(HR, 2, State.REVOKED))
    assert await unwrapping(wrapped, HR_2, provider(revoked, Revoked.REFUSE)) is Cause.KEY_REVOKED
    assert await unwrapping(wrapped, HR_2, provider(RING, Revoked.REFUSE)) == KEY.expose()


async def test_a_ring_without_the_key_or_the_version_says_which() -> None:
    assert await unwrapping(bytes(60), KeyName(HR, 7)) is Cause.VERSION_UNKNOWN
    assert await unwrapping(bytes(60), KeyName(b"unknown-", 1)) is Cause.KEY_UNKNOWN
    assert await unwrapping(bytes(60), KeyName(TOKEN, 1)) is Cause.KEY_UNFIT


async def test_health_names_the_keys_that_seal_now() -> None:
    health = await provider().health()
    assert health.fault is None
    assert set(health.keys) == {HR_2, KeyName(AUDIT, 1)}
    empty = await provider(replace(RING, keys=())).health()
    assert (empty.fault, empty.keys) == (Cause.KEY_NOT_VALID, ())


async def test_it_works_after_close_and_shows_no_secret() -> None:
    ring = provider()
    await ring.close()
    assert await wrapping(HR_2, ring) is None
    assert ring_key(HR, 2).secret.expose().hex() not in repr(vars(ring))


def test_a_context_is_that_of_the_head() -> None:
    head = draft("bo", "陈")
    assert CONTEXT.digest == context(head)
    assert (CONTEXT.sender, CONTEXT.targets, CONTEXT.message) == ("ada/1", ("bo", "陈"), head.id)


def test_every_cause_of_a_provider_is_a_reason_for_the_window() -> None:
    assert {cause.value for cause in Cause} <= {reason.value for reason in Reason}
