"""Who is not let in learns nothing of who is; how many may wait to be let in."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.relay_here import serving
from support.terminal import Terminal
from watchword_relay import accounts
from watchword_relay.limits import Limits
from watchword_relay.store.contract import OWN
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

WRONG = "wrong" * 4


async def attempts(url: str, frame_of: str, name: str) -> list[frames.FromRelay]:
    """All that a guesser is told, until the guessing itself is put off."""
    told: list[frames.FromRelay] = []
    async with Terminal(url, name) as guesser:
        await guesser.open()
        code = 0
        while code != RefusalCode.RETRY_LATER:
            await guesser.send(
                guesser.registration(WRONG)
                if frame_of == "register"
                else frames.AskAvailable(guesser.account, WRONG)
            )
            told.append(await guesser.read())
            # Its own sign-in says whether it is put off.
            await guesser.send(guesser.signature())
            refusal = await guesser.read()
            assert isinstance(refusal, frames.Refusal)
            code = refusal.code
    return told


@pytest.mark.parametrize("frame", ["register", "ask"])
async def test_without_an_invitation_nobody_learns_which_ids_are_taken(tmp_path: Path, frame: str) -> None:
    """Neither from an answer nor from how many guesses there are until they are put off."""
    found = []
    for number, name in enumerate(("ada", "a\u0501a", "nobody")):
        folder = tmp_path / str(number)
        folder.mkdir()
        store = SqliteStore(folder / "relay.sqlite3")
        invite = accounts.new_invite()
        store.of(OWN).add_invite(accounts.invite_hash(invite), 1)
        limits = Limits(failed_sign_ins=(7, 0.001))
        async with serving(folder, store, limits, registration=frames.Registration.INVITE) as url:
            await (await Terminal(url, "ada").register(invite)).close()
            found.append(await attempts(url, frame, name))
        store.close()
    assert found[0] == found[1] == found[2]
    assert frames.Refusal(RefusalCode.INVITE_WRONG) in found[0]


async def test_who_lost_the_answer_needs_no_second_invitation(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    invite = accounts.new_invite()
    store.of(OWN).add_invite(accounts.invite_hash(invite), 1)
    async with serving(tmp_path, store, Limits(), registration=frames.Registration.INVITE) as url:
        ada = await Terminal(url, "ada").register(invite)
        for again in (invite, None, WRONG):
            await (await Terminal(url, "ada", ada.key).register(again)).close()
    store.close()


async def test_where_registration_is_closed_nobody_comes_in_and_nobody_learns_which_ids_are_taken(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    invite = accounts.new_invite()
    store.of(OWN).add_invite(accounts.invite_hash(invite), 1)
    async with serving(tmp_path, store, Limits()) as url:
        ada = await Terminal(url, "ada").register()
        await ada.close()
    async with serving(tmp_path, store, Limits(), registration=frames.Registration.CLOSED) as url:
        for name in ("ada", "nobody"):
            async with Terminal(url, name) as stranger:
                assert (await stranger.open()).registration is frames.Registration.CLOSED
                for asked in (stranger.registration(invite), frames.AskAvailable(name, invite)):
                    await stranger.send(asked)
                    assert await stranger.read() == frames.Refusal(RefusalCode.CLOSED)
        # Whoever is in stays in, and a lost answer is given again.
        await (await Terminal(url, "ada", ada.key).register()).close()
        async with Terminal(url, "ada", ada.key) as again:
            await again.sign_in()
    store.close()


async def test_so_many_of_one_address_wait_to_be_approved(tmp_path: Path) -> None:
    """Whatever they apply for: another account, another realm, one that is not there."""
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.add_realm("acme", 1)
    async with serving(tmp_path, store, Limits(waiting_of_source=3)) as url:
        waiting = [
            await Terminal(f"{url}/{realm}", f"{name}/2").apply()
            for realm, name in (("", "ada"), ("acme", "bo"), ("none", "cy"))
        ]
        late = Terminal(f"{url}/acme", "ada/2")
        await late.open()
        await late.send(late.application())
        refusal = await late.read()
        assert isinstance(refusal, frames.Refusal)
        assert (refusal.code, refusal.retry_ms) == (RefusalCode.RETRY_LATER, 60_000)
        # Who waits already may apply anew, and who leaves makes room.
        waiting[0].key = Ed25519PrivateKey.generate()
        await waiting[0].send(waiting[0].application())
        assert await waiting[0].read() == frames.Applied()
        await waiting[1].close()
        for _ in range(100):
            await late.send(late.application())
            if isinstance(await late.read(), frames.Applied):
                break
            await (await late.socket.ping())
        else:
            raise AssertionError("nobody makes room")
        for one in (*waiting, late):
            await one.close()
    store.close()
