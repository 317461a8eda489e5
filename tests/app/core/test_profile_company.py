"""First start by a company file: the profile is its member's, or nothing of the company is kept."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from support.firm import PHRASE, Firm
from support.processes import Late
from support.relay import RelayProcess
from support.relay import relay as relay  # noqa: PLC0414 - a fixture
from support.unlocked import unlocked
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.model.setup import ProfileState
from watchword.paths import Paths

MASTER = "four words make one"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of(tmp_path / "demo-ada")


@pytest.fixture
def profile(paths: Paths) -> Profile:
    return Profile(paths)


async def test_a_company_file_sets_the_profile_up_and_a_try_without_it_leaves_nothing(
    profile: Profile, paths: Paths, relay: RelayProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm()
    firm.knows("ada", "bo")
    firm.profile = replace(firm.profile, relay=relay.address)
    file = tmp_path / "ada.company"
    file.write_bytes(firm.join_file("ada"))
    data = await profile.company_file(str(file))
    assert profile.look_at_company(data).joins == "ada"
    joining = await profile.open_company(data, PHRASE)
    offer = joining.offer
    assert (offer.account, offer.name, offer.relay) == ("ada", "Ada", relay.address)
    assert [profile.begun] == [False]

    async def by_the_file() -> Client:
        return await profile.create(
            name=offer.name, address=offer.relay, account="ada", invite=None, master=MASTER, company=joining
        )

    finish = Profile._finish
    monkeypatch.setattr(Profile, "_finish", _dies)
    with pytest.raises(Late):
        await by_the_file()
    assert profile.begun
    assert profile.state() is ProfileState.NEW
    monkeypatch.setattr(Profile, "_finish", finish)
    without = await profile.create(
        name="Ada", address=relay.address, account="ada", invite=None, master=MASTER
    )
    await without.start()
    assert await without.company.organisation() is None
    await without.close()

    for file in (paths.description, paths.database):
        file.unlink()
    other = Profile(paths)
    firm.knows("ada.too", "bo")
    joining = await other.open_company(firm.join_file("ada.too"), PHRASE)
    joined = await other.create(
        name="Ada", address=relay.address, account="ada.too", invite=None, master=MASTER, company=joining
    )
    await joined.close()
    again = await unlocked(other, MASTER)
    await again.start()
    organisation = await again.company.organisation()
    assert organisation is not None
    assert organisation.name == "ACME"
    await again.close()


async def _dies(_profile: Profile) -> None:
    raise Late("the program ended here")
