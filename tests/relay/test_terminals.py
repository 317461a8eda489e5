"""An account's terminals on real sockets: added, listed, removed; every race and lost answer."""

import asyncio
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.account import added, answered, bo, listed, refused, url
from support.relay import RelayProcess
from support.relay_here import running
from support.terminal import Terminal
from watchword_relay import terminals
from watchword_relay.limits import Limits
from watchword_relay.realm import POLICY
from watchword_relay.store import contract as store
from watchword_relay.store.contract import Admission, StoreTrouble
from watchword_relay.store.sqlite_realm import SqliteRealm
from watchword_wire import frames, timing
from watchword_wire.frames import RefusalCode
from watchword_wire.limits import PARCEL_BYTES
from watchword_wire.version import WIRE_VERSION

__all__ = ["bo", "url"]


# --- approved by another ------------------------------------------------------------------


async def test_a_second_desktop_is_approved_and_signs_in_where_it_waits(url: str, bo: Terminal) -> None:
    new = await Terminal(url, "bo/2").apply()
    applicant = await bo.sees(frames.Applicant)
    assert (applicant.key, applicant.proof) == (new.public, new.proof)
    assert 590_000 < applicant.left_ms <= 600_000
    admit = bo.approval(new, b"for the new one")
    await bo.send(admit)
    told = frames.Admitted("bo/2", "bo/1", bo.public, admit.approval, b"")
    assert await bo.sees(frames.Admitted) == told
    assert await bo.sees(frames.Applicant) == frames.Applicant(new.public, 0)
    assert await new.read() == frames.Admitted("bo/2", "bo/1", bo.public, admit.approval, b"for the new one")
    await new.send(new.signature())
    await new._welcomed()
    assert new.welcome.id == "bo/2"
    found = await listed(bo)
    assert [(one.device, one.key, one.by, one.present) for one in found] == [
        (1, bo.public, 0, True),
        (2, new.public, 1, True),
    ]
    assert all(one.made_at > 1_700_000_000 for one in found)
    assert await listed(new) == found
    await bo.message("bo/2", body=b"to the other")
    assert (await new.sees(frames.Deliver)).body == b"to the other"
    await new.close()


async def test_a_desktop_that_was_approved_hears_of_it_as_soon_as_somebody_can_say_by_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminals, "_TROUBLE_SECONDS", 0.01)
    admitted = SqliteRealm.admitted
    troubles = [StoreTrouble("nobody answers")] * 2

    def at_last(realm: SqliteRealm, account: str, key: bytes) -> tuple[store.Terminal, Admission] | None:
        if troubles:
            raise troubles.pop()
        return admitted(realm, account, key)

    monkeypatch.setattr(SqliteRealm, "admitted", at_last)
    async with (
        running(tmp_path, Limits()) as url,
        await Terminal(url, "bo").register() as bo,
        await Terminal(url, "bo/2").apply() as new,
    ):
        await bo.sees(frames.Applicant)
        await bo.send(bo.approval(new))
        await bo.sees(frames.Admitted)
        found = await new.read()
        assert isinstance(found, frames.Admitted)
        assert found.parcel == b"parcel"


async def test_whether_there_is_such_an_account_is_not_answered(url: str, bo: Terminal) -> None:
    for account in ("bo", "nobody"):
        async with await Terminal(url, f"{account}/2").apply() as new:
            await (await new.socket.ping())


async def test_a_terminal_that_signs_in_meanwhile_is_told(url: str, bo: Terminal) -> None:
    await bo.close()
    new = await Terminal(url, "bo/2").apply()
    await bo.sign_in()
    told = await bo.sees(frames.Applicant)
    assert (told.key, told.proof) == (new.public, new.proof)
    await new.close()
    assert await bo.sees(frames.Applicant) == frames.Applicant(new.public, 0)


async def test_at_most_four_applications_stand(
    url: str, bo: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchword_relay.applications._OF_ONE_SOURCE", 4)
    standing = [await Terminal(url, "bo/2").apply() for _ in range(4)]
    for one in standing:
        assert (await bo.sees(frames.Applicant)).key == one.public
    fifth = await Terminal(url, "bo/2").apply()
    await bo.sees_nothing(frames.Applicant)
    await bo.send(bo.approval(fifth))
    assert await refused(bo) == frames.Refusal(RefusalCode.OUT_OF_TURN, fifth.public[:16])
    await standing[1].close()
    assert await bo.sees(frames.Applicant) == frames.Applicant(standing[1].public, 0)
    await fifth.send(fifth.application())
    assert await fifth.read() == frames.Applied()
    assert (await bo.sees(frames.Applicant)).key == fifth.public
    for one in (*standing, fifth):
        await one.close()


async def test_one_address_has_two_of_them_at_most(url: str, bo: Terminal) -> None:
    waiting = [await Terminal(url, "bo/2").apply() for _ in range(3)]
    for one in waiting[:2]:
        assert (await bo.sees(frames.Applicant)).key == one.public
    await bo.sees_nothing(frames.Applicant)
    for one in waiting:
        await one.close()


async def test_who_applies_again_takes_the_first_back(url: str, bo: Terminal) -> None:
    new = await Terminal(url, "bo/2").apply()
    old = new.public
    assert (await bo.sees(frames.Applicant)).key == old
    new.key = Ed25519PrivateKey.generate()
    await new.send(new.application())
    assert await new.read() == frames.Applied()
    assert await bo.sees(frames.Applicant) == frames.Applicant(old, 0)
    assert (await bo.sees(frames.Applicant)).key == new.public
    await new.close()


async def test_an_application_is_over_after_its_time(
    url: str, bo: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "APPLICATION_KEPT", 0.5)
    monkeypatch.setattr("watchword_relay.waiting.APPLICATION_KEPT", 0.5)
    new = await Terminal(url, "bo/2").apply()
    assert (await bo.sees(frames.Applicant)).left_ms
    assert await new.closed() == POLICY
    assert await bo.sees(frames.Applicant) == frames.Applicant(new.public, 0)
    await bo.send(bo.approval(new))
    assert (await refused(bo)).code == RefusalCode.OUT_OF_TURN


async def test_who_applied_may_stay_longer_than_who_did_not(
    url: str, bo: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "SIGN_IN_DEADLINE", 0.3)
    new = await Terminal(url, "bo/2").apply()
    silent = Terminal(url, "bo/2")
    await silent.open()
    assert await silent.closed() == POLICY
    await (await new.socket.ping())
    await new.close()


async def test_an_application_is_signed_with_its_key_for_its_connection(url: str, bo: Terminal) -> None:
    async with await Terminal(url, "bo/2").apply() as first, Terminal(url, "bo/2", first.key) as second:
        await second.open()
        good = second.application()
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        for frame, code in (
            (first.application(), RefusalCode.SIGNATURE),
            (frames.Apply(WIRE_VERSION, "ada", good.key, good.signature, good.proof), RefusalCode.SIGNATURE),
            (frames.Apply(WIRE_VERSION, "bo", other, good.signature, good.proof), RefusalCode.SIGNATURE),
            (frames.Apply(WIRE_VERSION, "bo", b"", good.signature, good.proof), RefusalCode.SIGNATURE),
            (frames.Apply(WIRE_VERSION, "b o", good.key, good.signature, good.proof), RefusalCode.ID_FORM),
            (frames.Apply(2, "bo", good.key, good.signature, good.proof), RefusalCode.VERSION),
        ):
            await second.send(frame)
            assert await second.read() == frames.Refusal(code)


@pytest.mark.parametrize("size", [0, 47, 49, 3_000])
async def test_a_proof_has_one_length(url: str, bo: Terminal, size: int) -> None:
    new = Terminal(url, "bo/2")
    await new.open()
    frame = new.application()
    await new.send(frames.Apply(frame.version, "bo", frame.key, frame.signature, bytes(size)))
    assert await new.closed() == 1007
    await bo.sees_nothing(frames.Applicant)


async def test_only_a_good_approval_of_the_right_number_counts(url: str, bo: Terminal) -> None:
    ada = await Terminal(url, "ada").register()
    new = await Terminal(url, "bo/2").apply()
    await bo.sees(frames.Applicant)
    about = new.public[:16]
    good = bo.approval(new)
    third = Terminal(url, "bo/3", new.key)
    of_ada = Terminal(url, "ada/2", new.key)
    for sender, frame, code in (
        (bo, frames.Admit("bo/2", new.public, bytes(64), b""), RefusalCode.SIGNATURE),
        (bo, frames.Admit("bo/3", new.public, good.approval, b""), RefusalCode.SIGNATURE),
        (bo, bo.approval(third), RefusalCode.OUT_OF_TURN),
        (bo, bo.approval(of_ada), RefusalCode.OUT_OF_TURN),
        (bo, bo.approval(new, bytes(PARCEL_BYTES + 1)), RefusalCode.TOO_LARGE),
        (ada, ada.approval(of_ada), RefusalCode.OUT_OF_TURN),
        (ada, ada.approval(new), RefusalCode.OUT_OF_TURN),
        (ada, good, RefusalCode.OUT_OF_TURN),
    ):
        await sender.send(frame)
        assert await refused(sender) == frames.Refusal(code, about)
    assert len(await listed(bo)) == 1
    # They count among what a desktop has heard of.
    await bo.send(frames.Heard(5))
    await bo.send(bo.approval(new, bytes(PARCEL_BYTES)))
    await bo.sees(frames.Admitted)
    for one in (ada, new):
        await one.close()


@pytest.mark.parametrize(
    "frame",
    [
        frames.Admit("bo/2", b"k" * 31, bytes(64), b""),
        frames.Admit("bo/2", b"k" * 32, bytes(63), b""),
        frames.Admit("bo", b"k" * 32, bytes(64), b""),
        frames.Vouch(b"x" * 15, b"k" * 32, bytes(64)),
        frames.Vouch(b"x" * 16, b"k" * 31, bytes(64)),
        frames.Vouch(b"x" * 16, b"k" * 32, bytes(65)),
        frames.Apply(WIRE_VERSION, "bo", b"k" * 32, bytes(64), bytes(48)),
        frames.Join(WIRE_VERSION, "bo/2", b"k" * 32, bytes(64), b"x" * 16, bytes(64)),
    ],
)
async def test_what_has_no_form_closes_the_connection(bo: Terminal, frame: frames.FromDesktop) -> None:
    await bo.send(frame)
    assert await bo.closed() == 1007


@pytest.mark.parametrize(
    "frame", [frames.AskTerminals(), frames.Remove(1), frames.Admit("bo/2", b"k" * 32, bytes(64), b"")]
)
async def test_strangers_may_not_send_what_terminals_do(url: str, frame: frames.FromDesktop) -> None:
    stranger = Terminal(url, "bo")
    await stranger.open()
    await stranger.send(frame)
    assert await stranger.closed() == 1007


async def test_a_repeated_approval_is_answered_again(url: str, bo: Terminal) -> None:
    new = await Terminal(url, "bo/2").apply()
    admit = bo.approval(new)
    await bo.send(admit, admit)
    told = frames.Admitted("bo/2", "bo/1", bo.public, admit.approval, b"")
    assert [await bo.sees(frames.Admitted) for _ in range(2)] == [told, told]
    await new.read()
    await new.send(new.signature())
    await new._welcomed()
    # The answer was lost with the connection: the same again.
    await bo.close()
    await bo.sign_in()
    await bo.send(admit)
    assert await bo.sees(frames.Admitted) == told
    assert len(await listed(bo)) == 2
    await new.close()


async def test_two_terminals_that_approve_at_once_make_one(url: str, bo: Terminal) -> None:
    second = await added(bo, "bo/2")
    new = await Terminal(url, "bo/3").apply()
    await asyncio.gather(bo.send(bo.approval(new)), second.send(second.approval(new)))
    outcomes = {type(await answered(one)) for one in (bo, second)}
    assert outcomes == {frames.Admitted, frames.Refusal}
    assert [one.device for one in await listed(bo)] == [1, 2, 3]
    for one in (second, new):
        await one.close()


async def test_an_account_has_eight(url: str, bo: Terminal) -> None:
    others = [await added(bo, f"bo/{device}") for device in range(2, 9)]
    ninth = await Terminal(url, "bo/9").apply()
    await bo.send(bo.approval(ninth))
    assert (await refused(bo)).code == RefusalCode.OUT_OF_TURN
    assert [one.device for one in await listed(bo)] == list(range(1, 9))
    await bo.send(frames.Remove(4))
    await bo.sees(frames.Terminals)
    again = Terminal(url, "bo/4", ninth.key)
    await bo.send(bo.approval(again))
    assert (await bo.sees(frames.Admitted)).id == "bo/4"
    for one in (*others, ninth):
        await one.close()


async def test_what_was_approved_waits_for_a_desktop_that_was_cut_off(url: str, bo: Terminal) -> None:
    new = await Terminal(url, "bo/2").apply()
    admit = bo.approval(new, b"kept")
    await bo.send(admit)
    await bo.sees(frames.Admitted)
    assert [(await bo.sees(frames.Applicant)).left_ms == 0 for _ in range(2)] == [False, True]
    new.drop()
    again = Terminal(url, "bo/2", new.key)
    for _ in range(2):
        await again.apply()
        assert await again.read() == frames.Admitted("bo/2", "bo/1", bo.public, admit.approval, b"kept")
        again.drop()
    await again.sign_in()
    await again.message("bo")  # what is written for its sign-in is written before
    await again.close()
    await again.apply()
    again.listen()
    await again.sees_nothing(frames.Admitted)
    await bo.sees_nothing(frames.Applicant)
    await again.close()


async def test_what_was_approved_outlasts_the_relay(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay") as relay:
        bo = await Terminal(relay.url, "bo").register()
        new = await Terminal(relay.url, "bo/2").apply()
        admit = bo.approval(new, b"kept")
        await bo.send(admit)
        await bo.sees(frames.Admitted)
        relay.restart()
        again = await Terminal(relay.url, "bo/2", new.key).apply()
        assert await again.read() == frames.Admitted("bo/2", "bo/1", bo.public, admit.approval, b"kept")
        # What only stood in memory is over: an approval without an application adds nobody.
        other = Terminal(relay.url, "bo/3")
        bo = await Terminal(relay.url, "bo", bo.key).sign_in()
        await bo.send(bo.approval(other))
        assert (await refused(bo)).code == RefusalCode.OUT_OF_TURN
        await again.send(again.signature())
        await again._welcomed()
        for one in (bo, again):
            await one.close()
