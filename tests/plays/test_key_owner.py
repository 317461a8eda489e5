"""A company's year at the real command line: set up, join, rotate, leave; what the desktops get of it."""

import time
from pathlib import Path

import pytest

from support.company import TERMINALS
from support.key_owner import KeyOwner, Outcome
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, FileReason, Reason
from watchword.protocol import content
from watchword.protocol.company import certificate, company_file, message_data, profile
from watchword.protocol.company.company_file import FileRefused, Membership
from watchword.protocol.company.message_data import Author
from watchword.providers.contract import Fault, KeyName, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire import message_data as wire

CONTENT_KEY = bytes(range(32))
PLAN = content.encode(content.Text(bytes(16), 1, "the plan"))


class Company(KeyOwner):
    """A key owner who starts the real program for each command."""

    def says(self, *command: str) -> Outcome:
        outcome = self.process(*self.words(command))
        assert (outcome.code, outcome.err) == (0, ""), outcome
        return outcome

    def invited(self, account: str) -> Membership:
        self.says("ring", "export", "join", account, "--out", f"{account}.company", "--phrase-to", "phrase")
        data = (self.folder / f"{account}.company").read_bytes()
        return company_file.join(data, (self.folder / "phrase").read_text(), None)

    def update(self) -> bytes:
        self.says("ring", "export", "update", "--out", "update.company")
        return (self.folder / "update.company").read_bytes()


def provider(member: Membership) -> OrgRing:
    return OrgRing(member.ring, member.profile.policy.revoked, time.time)


async def written(member: Membership, *targets: str) -> bytes:
    """A message as this member's desktop seals it now."""
    seed, organisation = TERMINALS[member.account], member.profile.organisation
    full_id = f"{member.account}/1"
    own = certificate.issue(member.member, organisation, full_id, ed25519_public(seed.expose()))
    author = Author(full_id, own, seed)
    head = message_data.draft(author, organisation, wire.MODE_WRAP, bytes(16), targets)
    under = profile.sealing_keys(member.profile, member.ring, time.time())
    assert isinstance(under, tuple)
    tags = []
    for one in under:
        wrapped = await provider(member).wrap(CONTENT_KEY, context_of(head), KeyName(one.key, one.version))
        tags.append(message_data.tag(head, one, wrapped))
    return message_data.seal(author, head, tags, Secret(CONTENT_KEY), PLAN)


async def read(member: Membership, data: bytes) -> bytes | Reason:
    """What this member's desktop makes of it."""
    examined = message_data.examine(data, member.account, member.profile, None)
    if isinstance(examined, Closed):
        return examined.reason
    (choice,) = profile.choices(member.profile, member.ring, examined.head)
    if isinstance(choice, Closed):
        return choice.reason
    tag = choice.tag
    try:
        key = await provider(member).unwrap(
            tag.wrapped, context_of(examined.head), KeyName(tag.key, tag.version)
        )
    except Fault as fault:
        return Reason(fault.cause.value)
    opened = message_data.open_wrapped(examined, Secret(key))
    return opened.reason if isinstance(opened, Closed) else opened


def renewed(member: Membership, update: bytes) -> Membership:
    found = company_file.renew(member, update)
    assert found is not None
    return found


async def test_a_companys_year(tmp_path: Path) -> None:
    company = Company(tmp_path)
    digits = company.says("init", "ACME", "--json").data["digits"]
    for account in ("ada", "bo", "陈"):
        company.says("member", "add", account, account.title())
    company.says("key", "new", "hr-2026")
    company.says("profile", "set", "--relay", "wss://relay.example:7300")
    ada, bo, chen = (company.invited(account) for account in ("ada", "bo", "陈"))
    assert company_file.digits(ada.root_key) == digits
    assert company_file.renew(ada, company.update()) is None  # the same again

    first = await written(ada, "bo", "陈")
    assert [await read(who, first) for who in (bo, chen)] == [PLAN] * 2

    company.says("key", "rotate", "hr-2026")
    update = company.update()
    old_bo = bo
    ada, bo = renewed(ada, update), renewed(bo, update)
    second = await written(ada, "bo", "陈")
    assert wire.decode(second).head.tags[0].version == 2
    assert [await read(bo, data) for data in (first, second)] == [PLAN] * 2
    assert await read(old_bo, second) is Reason.RING_TOO_OLD
    late = await written(chen, "bo")
    assert wire.decode(late).head.tags[0].version == 1
    assert await read(bo, late) == PLAN
    chen = renewed(chen, update)
    assert [await read(chen, data) for data in (first, second)] == [PLAN] * 2

    company.says("member", "remove", "陈")
    company.says("key", "rotate", "hr-2026")
    company.says("profile", "set", "--revoked", "refuse")
    company.says("key", "revoke", "hr-2026", "--version", "1", "--yes")
    update = company.update()
    with pytest.raises(FileRefused) as refused:
        company_file.renew(chen, update)
    assert refused.value.reason is FileReason.REMOVED
    ada, bo = renewed(ada, update), renewed(bo, update)
    third = await written(ada, "bo")
    assert [await read(bo, data) for data in (first, second, third)] == [
        Reason.REVOKED,
        PLAN,
        PLAN,
    ]
    assert await read(bo, await written(chen, "bo")) is Reason.UNKNOWN_SENDER
    assert await read(chen, await written(ada, "陈")) is Reason.RING_TOO_OLD

    (tmp_path / "message").write_bytes(third)
    assert company.says("inspect", "message", "--json").data["tags"][0]["version"] == 3
    assert company.process("journal", "--vault", str(company.vault), "--json").data["holds"]
    seen = company.says("search", "message", "update.company", "ada.company", "--json").data
    assert (seen["files"], seen["leaks"]) == (3, [])
