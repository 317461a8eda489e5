"""The company of a client: what is known of it before the client is started."""

from pathlib import Path

from support.firm import PHRASE, Firm
from support.windows import offline_client
from watchword.core.client import Client
from watchword.store import account


async def test_the_company_is_known_before_anything_is_started(tmp_path: Path) -> None:
    """A relay of this computer's own may take its time to start; windows that are open ask nevertheless."""
    firm = Firm()
    firm.knows("ada", "bo")
    before = await offline_client(tmp_path / "bo", "bo")
    assert await before.company.organisation() is None
    await before.company.join(firm.join_file("bo"), PHRASE)
    db = before._desk.db
    mine = await db.read(account.get)
    assert mine is not None
    again = Client(db, mine, lambda: None)
    organisation = await again.company.organisation()
    assert organisation is not None
    assert organisation.name == "ACME"
    assert [one.account for one in again.company.directory()] == ["ada"], "nobody is missing"
    await before.close()
