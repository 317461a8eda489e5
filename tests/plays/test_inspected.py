"""What lies on a relay, taken out by its operator and looked at by a key owner who trusts neither."""

import asyncio
import json
from pathlib import Path
from typing import Any

from support.firm import reads, writes
from support.key_owner import KeyOwner, Outcome
from support.play import Person, Stage

TEXT = "the plan of the year, which nobody else is to read"
STRANGER = ["inspect", "message.bin", "--json"]


class Suspicious(KeyOwner):
    """A key owner who has only what the operator handed over."""

    def looks(self, *words: str) -> Outcome:
        return self.process(*self.words(("inspect", "message.bin", "--json", *words)))


async def takes_in(owner: KeyOwner, *people: Person) -> None:
    for person in people:
        data, phrase = await asyncio.to_thread(owner.joins, person.name)
        await person.client.company.join(data, phrase)


async def test_what_lies_on_the_relay_is_sealed_and_goes_on_waiting(tmp_path: Path) -> None:
    owner = Suspicious(tmp_path)
    await asyncio.to_thread(owner.founds, "ada", "bo")
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await takes_in(owner, ada, bo)
        await bo.leaves()
        await writes(ada, ("bo",), TEXT)
        # Rotated meanwhile: what waits is of the version before, and says so.
        await asyncio.to_thread(owner.does, "key", "rotate", "hr-2026")

        rows: list[dict[str, Any]] = []
        while not rows:
            said = (await asyncio.to_thread(stage.relay.run, "messages", "bo", "--json")).stdout
            rows = [row for row in json.loads(said) if row["organisation"] == organisation(owner)]
        [row] = rows
        message, size = row["id"], row["bytes"]
        saved = tmp_path / "message.bin"
        done = await asyncio.to_thread(stage.relay.run, "messages", "bo", "--save", message, str(saved))
        assert (done.returncode, done.stderr) == (0, "")
        data = saved.read_bytes()

        seen = (await asyncio.to_thread(owner.looks)).data
        assert (seen["holds"], seen["message"], seen["size"]) == (True, message, size)
        assert (seen["sender"], seen["targets"]) == ("ada/1", ["bo"])
        assert (seen["signature"], seen["certificate"], seen["opens"]) == (True, True, "hr-2026, version 1")
        [tag] = seen["tags"]
        assert (tag["key"], tag["version"], tag["state"]) == ("hr-2026", 1, "retired")
        opened = await asyncio.to_thread(owner.looks, "--open")
        assert opened.data["content"] == TEXT
        for name in (TEXT, "hr-2026", "Ada", "ACME"):
            assert name.encode() not in data

        stranger = await asyncio.to_thread(owner.process, *STRANGER)
        assert (stranger.code, stranger.data["certificate"], stranger.data["opens"]) == (0, None, None)
        assert not [name for name in (TEXT, "hr-2026", "Ada", "ACME") if name in stranger.out]

        await asyncio.to_thread(hands_something_else, owner, data)
        await bo.returns()
        await reads(bo, ("ada",), ("ada", TEXT))
        said = (await asyncio.to_thread(stage.relay.run, "messages", "bo", "--save", message, "other")).stderr
        assert "were fetched, or never came" in said


def organisation(owner: KeyOwner) -> str:
    return owner.contents.profile.organisation.hex()


def hands_something_else(owner: Suspicious, data: bytes) -> None:
    """An operator who altered it, or hands over a part."""
    saved = owner.folder / "message.bin"
    saved.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    bent = owner.looks()
    assert (bent.code, bent.data["signature"], bent.data["opens"]) == (1, False, "")
    saved.write_bytes(data[:-10])
    short = owner.looks()
    assert (short.code, short.out) == (1, "")
    assert "cut short: at least 10 of their bytes" in short.err
