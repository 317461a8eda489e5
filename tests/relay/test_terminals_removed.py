"""A terminal that is removed, on real sockets: cut, unknown, nothing of it left for who has its number."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.account import added, bo, listed, refused, url
from support.relay import RelayProcess
from support.terminal import PATIENCE, Terminal
from watchword_relay.realm import POLICY
from watchword_relay.store.contract import Terminal as TerminalRow
from watchword_relay.store.sqlite_realm import SqliteRealm
from watchword_wire import frames, login
from watchword_wire.frames import RefusalCode

ORGANISATION = b"acme" * 4
MEMBER = Ed25519PrivateKey.generate()


__all__ = ["bo", "url"]


async def test_a_removed_terminal_is_cut_and_unknown_from_then_on(url: str, bo: Terminal) -> None:
    ada = await Terminal(url, "ada").register()
    second = await added(bo, "bo/2")
    await second.send(frames.Watch(["ada"]))
    await ada.send(frames.Watch(["bo"]))
    assert (await ada.sees(frames.Presence)).devices == [1, 2]
    second.answers = False
    await ada.message("bo/2", body=b"never acknowledged")
    await bo.send(frames.Remove(2))
    assert await refused(second) == frames.Refusal(RefusalCode.REMOVED)
    assert await second.closed() == POLICY
    assert [one.device for one in (await bo.sees(frames.Terminals)).terminals] == [1]
    assert await ada.sees(frames.Presence) == frames.Presence("bo", present=False)
    await second.open()
    await second.send(second.signature())
    assert await second.read() == frames.Refusal(RefusalCode.REMOVED)
    assert await second.closed() == POLICY
    # To a number that is nobody's a message is taken and forgotten, and who has it next gets none of them.
    await ada.message("bo/2", body=b"to nobody")
    new = await added(bo, "bo/2")
    await new.sees_nothing(frames.Deliver)
    await ada.message("bo/2", body=b"to the new one")
    assert (await new.sees(frames.Deliver)).body == b"to the new one"
    for one in (ada, new):
        await one.close()


async def came_back(url: str, name: str, key: Ed25519PrivateKey) -> frames.FromRelay:
    async with Terminal(url, name, key) as back:
        await back.open()
        await back.send(back.signature())
        return await back.read()


async def test_who_was_removed_while_switched_off_is_told_when_it_comes_back(tmp_path: Path) -> None:
    """Also after the relay was restarted, and when another has its number."""
    with RelayProcess(tmp_path / "relay") as relay:
        bo = await Terminal(relay.url, "bo").register()
        second = await added(bo, "bo/2")
        await second.close()
        await bo.send(frames.Remove(2))
        await bo.sees(frames.Terminals)
        await bo.close()
        relay.stop()
        relay.start()
        await bo.sign_in()
        new = await added(bo, "bo/2")
        removed, unknown = (
            frames.Refusal(code) for code in (RefusalCode.REMOVED, RefusalCode.UNKNOWN_TERMINAL)
        )
        assert await came_back(relay.url, "bo/2", second.key) == removed
        assert await came_back(relay.url, "bo/2", bo.key) == unknown
        assert await came_back(relay.url, "bo/3", second.key) == unknown
        assert await came_back(relay.url, "cy/2", second.key) == unknown
        for one in (bo, new):
            await one.close()


async def test_who_does_not_hold_the_key_cannot_tell_that_a_terminal_was_removed(
    url: str, bo: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer, after as many looks at a signature and the same questions to the store."""
    second = await added(bo, "bo/2")
    await bo.send(frames.Remove(2))
    await second.closed()
    looks: list[str] = []
    good, keys = login.signature_is_good, SqliteRealm.removed_keys

    def looked(key: bytes, signature: bytes, signed: bytes) -> bool:
        looks.append("signature")
        return good(key, signature, signed)

    def asked(realm: SqliteRealm, account: str, device: int) -> list[bytes]:
        looks.append("store")
        return keys(realm, account, device)

    monkeypatch.setattr(login, "signature_is_good", looked)
    monkeypatch.setattr(SqliteRealm, "removed_keys", asked)
    found = []
    for name in ("bo/1", "bo/2", "bo/3", "nobody/1"):
        looks.clear()
        answer = await came_back(url, name, Ed25519PrivateKey.generate())
        found.append((answer, looks.copy()))
    assert found[0][0] == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
    assert len(found[0][1]) > 2
    assert found == found[:1] * 4


async def test_who_has_a_number_again_gets_what_is_sent_before_it_first_signs_in(
    url: str, bo: Terminal
) -> None:
    """Though others wrote to that number while it was nobody's."""
    ada = await Terminal(url, "ada").register()
    await ada.message("bo/2", body=b"to nobody")
    new = await Terminal(url, "bo/2").apply()
    await bo.send(bo.approval(new))
    await bo.sees(frames.Admitted)
    await ada.message("bo/2", body=b"to the new one")
    await new.close()
    await new.sign_in()
    assert (await new.sees(frames.Deliver)).body == b"to the new one"
    assert new.all(frames.Deliver) == []
    for one in (ada, new):
        await one.close()


async def test_a_terminal_removes_itself_and_the_last_one_goes(url: str, bo: Terminal) -> None:
    second = await added(bo, "bo/2")
    await second.send(frames.Remove(2))
    assert await refused(second) == frames.Refusal(RefusalCode.REMOVED)
    assert await second.closed() == POLICY
    await bo.send(frames.Remove(1))
    assert await bo.closed() == POLICY
    # The id stays taken, also for the key that had it.
    for key in (bo.key, Ed25519PrivateKey.generate()):
        async with Terminal(url, "bo", key) as again:
            await again.open()
            await again.send(again.registration())
            assert await again.read() == frames.Refusal(RefusalCode.ID_TAKEN)


async def test_what_is_not_there_is_removed_without_a_word(bo: Terminal) -> None:
    for device in (2, 0, -1, 2**40):
        await bo.send(frames.Remove(device))
        assert [one.device for one in (await bo.sees(frames.Terminals)).terminals] == [1]


async def test_who_is_removed_meanwhile_approves_and_removes_nobody(
    url: str, bo: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its word was taken while the removal was being written: it is void when its own turn comes."""
    second = await added(bo, "bo/2")
    new = await Terminal(url, "bo/3").apply()
    await second.sees(frames.Applicant)
    written = threading.Event()
    remove = SqliteRealm.remove

    def slow(realm: SqliteRealm, by: int, device: int, at: int) -> TerminalRow | None:
        assert written.wait(PATIENCE)
        return remove(realm, by, device, at)

    monkeypatch.setattr(SqliteRealm, "remove", slow)
    await bo.send(frames.Remove(2))
    await (await bo.socket.ping())
    await second.send(second.approval(new), frames.Remove(1), second.vouching(ORGANISATION, MEMBER))
    assert len(await listed(second)) == 2
    written.set()
    assert await refused(second) == frames.Refusal(RefusalCode.REMOVED)
    assert await second.closed() == POLICY
    assert [one.device for one in (await bo.sees(frames.Terminals)).terminals] == [1]
    assert not second.all(frames.Admitted)
    async with Terminal(url, "bo/2") as late:
        await late.open()
        await late.send(late.joining(ORGANISATION, MEMBER))
        assert await late.read() == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
    new.listen()
    await new.sees_nothing(frames.Admitted)
    await bo.message("bo")
    await new.close()


async def test_whom_a_terminal_approved_before_it_was_removed_stays(url: str, bo: Terminal) -> None:
    second = await added(bo, "bo/2")
    third = await added(second, "bo/3")
    await bo.send(frames.Remove(2))
    found = (await bo.sees(frames.Terminals)).terminals
    assert [(one.device, one.by) for one in found] == [(1, 0), (3, 2)]
    await second.closed()
    await third.close()


async def test_a_removed_terminals_handshakes_end(url: str, bo: Terminal) -> None:
    ada = await Terminal(url, "ada").register()
    second = await added(bo, "bo/2")
    request = second.request("ada")
    await second.send(frames.Step("ada/1", request))
    assert (await ada.sees(frames.StepFrom)).body == request
    await ada.send(frames.Step("bo/2", ada.request("bo/2")))
    await second.sees(frames.StepFrom)
    await bo.send(frames.Remove(2))
    verdicts = [(await ada.sees(frames.StepFrom)).body for _ in range(2)]
    assert {(body[0], body[-1]) for body in verdicts} == {(6, 2)}
    new = await added(bo, "bo/2")
    await new.sees_nothing(frames.StepFrom)
    for one in (ada, new):
        await one.close()
