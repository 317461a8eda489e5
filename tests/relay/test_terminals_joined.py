"""Terminals that come in by the certificate of their account's member key, on real sockets."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.account import added, bo, listed, refused, url
from support.relay_here import running
from support.terminal import Terminal
from watchword_relay.limits import Limits
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode

ORGANISATION = b"acme" * 4
MEMBER = Ed25519PrivateKey.generate()


__all__ = ["bo", "url"]


async def test_by_its_member_key_a_desktop_comes_in_alone(url: str, bo: Terminal) -> None:
    await bo.send(bo.vouching(ORGANISATION, MEMBER))
    assert [one.device for one in (await bo.sees(frames.Terminals)).terminals] == [1]
    await bo.close()
    new = Terminal(url, "bo/1")
    await new.open()
    answers = []
    for device in (1, 3, 2):
        new.name = f"bo/{device}"
        await new.send(new.joining(ORGANISATION, MEMBER))
        answers.append(await new.read())
    assert answers[:2] == [frames.Refusal(RefusalCode.ID_TAKEN)] * 2
    assert isinstance(answers[2], frames.Welcome)
    new.listen()
    assert [(one.device, one.by) for one in await listed(new)] == [(1, 0), (2, 0)]
    # The answer may have been lost: the same again, from another connection.
    again = Terminal(url, "bo/2", new.key)
    await again.open()
    await again.send(again.joining(ORGANISATION, MEMBER))
    assert isinstance(await again.read(), frames.Welcome)
    assert await refused(new) == frames.Refusal(RefusalCode.REPLACED)
    await again.close()


async def test_a_wrong_certificate_and_an_unknown_account_get_the_same_answer(url: str, bo: Terminal) -> None:
    await bo.send(bo.vouching(ORGANISATION, MEMBER))
    await bo.sees(frames.Terminals)
    ada = await Terminal(url, "ada").register()
    other = Ed25519PrivateKey.generate()
    for name, organisation, member in (
        ("bo/2", ORGANISATION, other),
        ("bo/2", b"othr" * 4, MEMBER),
        ("bo/1", ORGANISATION, other),
        ("bo/8", ORGANISATION, other),
        ("ada/2", ORGANISATION, MEMBER),  # she showed nobody whose member she is
        ("nobody/1", ORGANISATION, MEMBER),
    ):
        async with Terminal(url, name) as new:
            await new.open()
            await new.send(new.joining(organisation, member))
            assert await new.read() == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
    await ada.close()


async def test_a_desktop_that_was_removed_does_not_come_in_again_by_the_member_key(
    url: str, bo: Terminal
) -> None:
    """Nor by a new key of its own, nor after others show the member key again."""
    second = await added(bo, "bo/2")
    for one in (bo, second):
        await one.send(one.vouching(ORGANISATION, MEMBER))
        await one.sees(frames.Terminals)
    await bo.send(frames.Remove(2))
    await bo.sees(frames.Terminals)
    assert await second.closed()
    for key in (second.key, None):
        for name in ("bo/2", "bo/3"):
            async with Terminal(url, name, key) as thief:
                await thief.open()
                await thief.send(thief.joining(ORGANISATION, MEMBER))
                assert await thief.read() == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
        await bo.send(bo.vouching(ORGANISATION, MEMBER))
        assert [one.device for one in (await bo.sees(frames.Terminals)).terminals] == [1]
    renewed = Ed25519PrivateKey.generate()
    await bo.send(bo.vouching(ORGANISATION, renewed))
    await bo.sees(frames.Terminals)
    async with Terminal(url, "bo/2") as new:
        await new.open()
        await new.send(new.joining(ORGANISATION, renewed))
        assert isinstance(await new.read(), frames.Welcome)


async def test_who_joins_holds_the_key(url: str, bo: Terminal) -> None:
    await bo.send(bo.vouching(ORGANISATION, MEMBER))
    await bo.sees(frames.Terminals)
    async with Terminal(url, "bo/2") as new, Terminal(url, "bo/2", new.key) as thief:
        await new.open()
        await thief.open()
        await thief.send(new.joining(ORGANISATION, MEMBER))
        assert await thief.read() == frames.Refusal(RefusalCode.SIGNATURE)


async def test_a_certificate_is_for_this_very_terminal(url: str, bo: Terminal) -> None:
    second = await added(bo, "bo/2")
    for frame in (
        second.vouching(ORGANISATION, MEMBER),
        bo.vouching(ORGANISATION, MEMBER).__class__(
            ORGANISATION, second.public, bo.vouching(ORGANISATION, MEMBER).certificate
        ),
    ):
        await bo.send(frame)
        assert await refused(bo) == frames.Refusal(RefusalCode.SIGNATURE, codec.number_of(frames.Vouch))
    await second.close()


async def test_asking_is_limited(tmp_path: Path) -> None:
    async with running(tmp_path, Limits(terminals=(2, 1))) as url:
        bo = await Terminal(url, "bo").register()
        for _ in range(3):
            await bo.send(frames.AskTerminals())
        refusal = await refused(bo)
        assert refusal.code == RefusalCode.RETRY_LATER
        assert refusal.about == codec.number_of(frames.AskTerminals)
        await bo.close()
