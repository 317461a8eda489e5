"""Plays of newer company files that come by themselves from the company's own address; nobody acts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.authority import Authority
from support.firm import Firm, company_chat, keeps_back, reads, staff, waits, writes
from support.play import Person, Stage
from support.proxies import Tinyproxy
from support.waiting import until_found
from support.web import WebServer
from watchword.core.company import updates
from watchword.model.company import FileReason, LinkReason, Lookout, Reason
from watchword.model.events import TroubleMet
from watchword.model.proxy import ProxyChoice, ProxyTyped
from watchword.protocol.company.profile import Revoked
from watchword.protocol.company.ring import State

PATH = "/watchword/update"
OUTSIDE = "0.0.0.0"  # noqa: S104 - an address of this computer that is not the loopback's


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute is too long for a test."""
    monkeypatch.setattr(updates, "LEAST_GAP_S", 0.1)
    monkeypatch.setattr(updates, "MOST_GAP_S", 0.2)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """The company's own server."""
    with WebServer() as server:
        yield server


def firm_at(web: WebServer) -> Firm:
    firm = Firm()
    firm.profile = replace(firm.profile, updates=web.link(PATH))
    return firm


async def lookout(person: Person) -> Lookout:
    organisation = await person.client.company.organisation()
    assert organisation is not None
    return organisation.lookout


async def told(person: Person, reason: str) -> None:
    """What came of the last look is this."""

    async def there() -> bool:
        trouble = (await lookout(person)).trouble
        return trouble is not None and trouble.facts.get("reason") == reason

    await until_found(there, f"{person.name} is told {reason}")


@pytest.mark.usefixtures("_soon")
async def test_a_message_before_its_ring_waits_and_opens_by_itself(tmp_path: Path, web: WebServer) -> None:
    firm = firm_at(web)
    async with staff(tmp_path, firm) as (_stage, ada, bo):
        web.gives(PATH, firm.update())
        firm.rotates()
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "under the new ring")
        await waits(bo, ("ada",), Reason.RING_TOO_OLD)
        web.gives(PATH, firm.update())
        await reads(bo, ("ada",), ("ada", "under the new ring"))
        assert (await company_chat(bo, "ada")).withheld == ()
        assert (await lookout(bo)).taken
        assert not [event for event in bo.events if isinstance(event, TroubleMet)]


async def test_who_was_away_takes_the_newer_file_at_the_next_start(tmp_path: Path, web: WebServer) -> None:
    firm = firm_at(web)
    async with staff(tmp_path, firm) as (_stage, ada, bo):
        await bo.leaves()
        firm.rotates()
        web.gives(PATH, firm.update())
        await firm.hands_out(ada)
        await writes(ada, ("bo",), "while bo was away")
        await bo.returns()
        await reads(bo, ("ada",), ("ada", "while bo was away"))


@pytest.mark.usefixtures("_soon")
async def test_an_own_message_without_a_key_leaves_when_the_file_comes(
    tmp_path: Path, web: WebServer
) -> None:
    firm = firm_at(web)
    async with staff(tmp_path, firm) as (_stage, ada, bo):
        firm.marks(1, State.REVOKED)
        firm.policy(revoked=Revoked.OPEN)
        await firm.hands_out(ada, bo)
        await writes(ada, ("bo",), "as soon as there is a key")
        await keeps_back(ada, ("bo",), Reason.REVOKED)
        firm.rotates(State.REVOKED)
        web.gives(PATH, firm.update())
        await reads(bo, ("ada",), ("ada", "as soon as there is a key"))


@pytest.mark.usefixtures("_soon")
async def test_what_stands_at_the_address_is_judged_like_any_file(tmp_path: Path, web: WebServer) -> None:
    firm = firm_at(web)
    async with staff(tmp_path, firm) as (_stage, ada, _bo):
        before = await ada.client.company.organisation()
        assert before is not None
        old = firm.update()
        firm.rotates()
        await firm.hands_out(ada)
        for data, reason in (
            (old, FileReason.OLDER.value),
            (b"<html>Please sign in</html>", FileReason.DAMAGED.value),
            (firm.join_file("ada"), FileReason.TO_JOIN.value),
        ):
            web.gives(PATH, data)
            await told(ada, reason)
        web.answers(PATH, status=500)
        await told(ada, LinkReason.FAILED.value)
        firm.directory("bo")
        web.gives(PATH, firm.update())
        await told(ada, FileReason.REMOVED.value)
        after = await ada.client.company.organisation()
        assert after is not None
        assert after.serial == before.serial + 1, "it is what was handed out"
        assert not [event for event in ada.events if isinstance(event, TroubleMet)]


async def test_the_file_comes_through_the_proxy_of_the_relay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback is reached directly, whatever proxy is chosen: the address is taken for another computer's."""
    authority = Authority(tmp_path / "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with WebServer(authority.issue("web", host=OUTSIDE)) as web, Tinyproxy(tmp_path) as proxy:
        firm = Firm()
        firm.profile = replace(firm.profile, updates=web.link(PATH, OUTSIDE))
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await ada.client.use_proxy(ProxyTyped(ProxyChoice.THIS, proxy.url))
            await firm.takes_in(ada, bo)
            firm.rotates()
            web.gives(PATH, firm.update())
            assert (await ada.client.company.files.look_for_update()).trouble is None
            assert (await lookout(ada)).taken
            assert f"{OUTSIDE}:{web.port}" in proxy.log
