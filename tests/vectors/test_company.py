"""`company.json`, made by formulas written apart from the product: read, opened, made again byte by byte."""

from typing import Any

import pytest

from support.vectors import company
from vectors.make_company import JOIN_WORDS, made
from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.protocol import content
from watchword.protocol.company import certificate, company_file, message_data, profile, receipt, ring
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Choice
from watchword.protocol.company.ring import State
from watchword.providers.contract import KeyName, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire import message_data as wire

VECTORS = company()
PROFILE = profile.decode(bytes.fromhex(VECTORS["profile"]))
RING = ring.decode(bytes.fromhex(VECTORS["ring"]))
KEY = Secret(bytes.fromhex(VECTORS["content_key"]))
IN_2026 = 1_780_000_000.0


def value(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name])


def part(of: str, name: str) -> bytes:
    return bytes.fromhex(VECTORS[of][name])


def opened(data: bytes, me: str, inside: bytes | None) -> message_data.Examined:
    found = message_data.examine(data, me, PROFILE, inside)
    assert isinstance(found, message_data.Examined)
    return found


def ada() -> Author:
    return Author("ada/1", value("certificate"), Secret(value("ada_terminal_seed")))


def test_the_file_is_what_its_script_writes() -> None:
    assert made() == VECTORS


def test_organisation_digits_and_certificate() -> None:
    assert wire.organisation_id(value("root_key")) == value("organisation") == PROFILE.organisation
    assert company_file.digits(value("root_key")) == VECTORS["root_digits"]
    terminal_key = primitives.ed25519_public(value("ada_terminal_seed"))
    member = Secret(value("ada_member_seed"))
    assert certificate.issue(member, value("organisation"), "ada/1", terminal_key) == value("certificate")


@pytest.mark.parametrize("name", ["wrap", "wrap_in_session", "content_mode", "receipt"])
def test_the_public_part(name: str) -> None:
    found = wire.decode(part(name, "data"))
    assert wire.encode(found) == part(name, "data")
    assert wire.encode_head(found.head) == part(name, "head")
    assert (found.sealed, found.signature) == (part(name, "sealed"), part(name, "signature"))
    assert list(found.head.targets) == VECTORS[name]["targets"]
    assert found.head.conversation == wire.conversation_of(found.head) == part(name, "conversation")
    assert wire.context(found.head) == part(name, "context")
    assert wire.digest(part(name, "data")) == part(name, "digest")


@pytest.mark.parametrize("name", ["wrap", "wrap_in_session"])
def test_mode_wrap_opens_and_is_made_again(name: str) -> None:
    data = part(name, "data")
    inside = value("h") if name == "wrap_in_session" else None
    for me in VECTORS[name]["targets"]:
        assert message_data.open_wrapped(opened(data, me, inside), KEY) == value("content")
    head = message_data.draft(ada(), PROFILE.organisation, 1, value("id"), VECTORS[name]["targets"])
    tags = wire.decode(data).head.tags
    assert message_data.seal(ada(), head, tags, KEY, value("content")) == data


def test_mode_content_is_made_again() -> None:
    data = part("content_mode", "data")
    found = opened(data, "bo", None)
    head = message_data.draft(ada(), PROFILE.organisation, 2, value("id"), ["bo"])
    assert message_data.assemble(ada(), head, found.head.tags, found.data.sealed) == data


def test_a_receipt_opens_for_the_texts_writer_and_is_made_again() -> None:
    data, answer = part("receipt", "data"), Secret(part("receipt", "answer_key"))
    text = content.Text(part("receipt", "text"), 5, "any", answer)
    assert receipt.answer_key(Secret(value("bo_member_seed")), PROFILE.organisation, text.id) == answer
    said = receipt.unseal(opened(data, "bo", None), Secret(value("bo_member_seed")))
    assert said == content.encode(content.Receipt((text.id,)))
    drawn = receipt.Drawn(value("id"), KEY, part("receipt", "nonce"))
    assert receipt.seal(ada(), PROFILE.organisation, "bo", (text,), drawn) == data


def test_the_sealing_keys_and_the_session_tag_are_those_of_the_file() -> None:
    keys = profile.sealing_keys(PROFILE, RING, IN_2026)
    assert not isinstance(keys, Closed)
    found = wire.decode(part("wrap_in_session", "data")).head
    assert [(key.method.id, key.key, key.version) for key in keys] == [
        (tag.method, tag.key, tag.version) for tag in found.alternatives
    ]
    assert found.session == message_data.session_tag(found, value("h"))


async def test_the_key_ring_opens_every_tag() -> None:
    head = wire.decode(part("wrap", "data")).head
    provider = OrgRing(RING, PROFILE.policy.revoked, lambda: IN_2026)
    chosen = profile.choices(PROFILE, RING, head)
    assert len(chosen) == 2
    for choice in chosen:
        assert isinstance(choice, Choice)
        under = KeyName(choice.tag.key, choice.tag.version)
        assert await provider.unwrap(choice.tag.wrapped, context_of(head), under) == KEY.expose()


def test_ring_and_profile_are_read_and_written_back() -> None:
    assert ring.encode(RING) == value("ring")
    assert profile.encode(PROFILE) == value("profile")
    assert [(key.name, key.version, key.state) for key in RING.keys][:2] == [
        ("hr-2025", 6, State.RETIRED),
        ("hr-2026", 7, State.ACTIVE),
    ]
    assert PROFILE.policy.auditors[0].name == "Audit office"
    assert [member.account for member in PROFILE.directory] == ["ada", "bo", "陈"]


def test_the_join_file_opens_by_its_phrase_and_is_made_again() -> None:
    data = value("join_file")
    outside = company_file.look(data)
    assert (outside.root_key, outside.serial, outside.joins) == (value("root_key"), 5, "ada")
    held = company_file.join(data, VECTORS["join_phrase"], None)
    assert (held.profile, held.ring, held.serial) == (PROFILE, RING, 5)
    assert held.member == Secret(value("ada_member_seed"))
    file_key, salt, nonce = Secret(bytes(range(96, 128))), b"salt of the file", b"nonce of jo-"
    drawn = company_file.Drawn(file_key, salt, nonce)
    root = Secret(value("root_seed"))
    arguments: tuple[Any, ...] = (root, 5, PROFILE, RING, "ada", held.member, JOIN_WORDS, drawn)
    assert company_file.make_join(*arguments) == data


@pytest.mark.parametrize(("account", "seed"), [("ada", "ada_member_seed"), ("bo", "bo_member_seed")])
def test_the_update_opens_for_each_member(account: str, seed: str) -> None:
    held = company_file.Membership(1, value("root_key"), 4, account, Secret(value(seed)), PROFILE, RING)
    renewed = company_file.renew(held, value("update_file"))
    assert renewed is not None
    assert (renewed.serial, renewed.profile, renewed.ring) == (5, PROFILE, RING)


def test_nothing_of_the_file_is_left_out() -> None:
    """A value that is added to the file must be looked at somewhere."""
    message = {"targets", "conversation", "context", "head", "sealed", "signature", "data", "digest"}
    inner = {"prk", "commitment", "seal_key", "tags"}
    assert set(VECTORS["wrap"]) == set(VECTORS["wrap_in_session"]) == message | inner
    assert set(VECTORS["content_mode"]) == message
    assert set(VECTORS["receipt"]) == message | inner | {"text", "answer_key", "nonce"}
    # fmt: off
    assert set(VECTORS) - {"wrap", "wrap_in_session", "content_mode", "receipt"} == {
        "root_seed", "root_key", "root_digits", "organisation", "ada_member_seed", "bo_member_seed",
        "ada_terminal_seed", "certificate", "content", "content_key", "id", "h", "profile", "ring",
        "join_phrase", "join_file", "update_file",
    }
    # fmt: on
