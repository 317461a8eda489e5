"""The bytes between Watchword and a plugin, against docs/protocol/plugin.md."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from support.plugins.samples import NODE, PERL
from watchword.providers import framing
from watchword.providers.conformance import sample_context
from watchword.providers.contract import Cause, Fault, KeyName, Mode
from watchword_wire.errors import PeerError

PAGE = (Path(__file__).parents[3] / "docs/protocol/plugin.md").read_text()
CONTEXT = sample_context(Mode.WRAP)
GREASE = re.compile(r"grease-[0-9a-f]{4}")


def without_grease(told: dict[str, Any]) -> dict[str, Any]:
    """An object without the field that means nothing, which must be there once."""
    assert len([name for name in told if GREASE.fullmatch(name)]) == 1
    return {name: value for name, value in told.items() if not GREASE.fullmatch(name)}


def test_a_request_is_what_the_page_says() -> None:
    told = without_grease(
        json.loads(framing.work(7, "wrap", b"\xff\x00key", CONTEXT, KeyName(b"12345678", 2)))
    )
    assert without_grease(told.pop("key")) == {"id": base64.b64encode(b"12345678").decode(), "version": 2}
    context = without_grease(told.pop("context"))
    assert context == {
        "organisation": base64.b64encode(CONTEXT.organisation).decode(),
        "conversation": base64.b64encode(CONTEXT.conversation).decode(),
        "sender": "ada/1",
        "targets": ["bo", "cy"],
        "message": base64.b64encode(CONTEXT.message).decode(),
        "digest": base64.b64encode(CONTEXT.digest).decode(),
    }
    assert told == {"id": 7, "op": "wrap", "data": base64.b64encode(b"\xff\x00key").decode()}


def test_hello_offers_a_version_that_does_not_exist() -> None:
    told = without_grease(json.loads(framing.hello(1, {"keys": "x"})))
    known, unknown = told.pop("versions")
    assert (known, unknown > 1) == (1, True)
    assert told == {"id": 1, "op": "hello", "program": "watchword", "settings": {"keys": "x"}}


def test_the_senseless_changes_from_request_to_request() -> None:
    names = {name for n in range(100) for name in json.loads(framing.bare(n, "health"))}
    assert len(names) > 50
    assert framing.strange() != framing.strange()


def test_the_example_of_the_page() -> None:
    found = re.search(r"the frame `([0-9a-f ]+)`", PAGE)
    assert found is not None
    data = bytes.fromhex(found[1])
    body = framing.read_frame(io.BytesIO(data).read)
    assert framing.frame(body) == data
    framing.check_strange(body, 2)
    answers = re.findall(r"^    < (.*)$", PAGE, re.MULTILINE)
    assert framing.answer(answers[0].encode(), 1, "hello", framing.HelloAnswer).name == "Acme"
    assert framing.read_frame(io.BytesIO(framing.frame(answers[1].encode())).read) == body


def test_every_error_of_the_page_is_known_and_no_other() -> None:
    table = PAGE.partition("## Errors")[2].partition("## Example")[0]
    rows = (line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    words = {word for row in rows for word in re.findall(r"`([a-z-]+)`", row)}
    assert words == {*framing.TOLD, "unknown-operation", "unknown-version"}


@pytest.mark.parametrize("sample", [PERL, NODE])
def test_a_plugin_fits_into_eighty_lines(sample: Path) -> None:
    assert len(sample.read_text("utf-8").splitlines()) <= 80


def test_the_limits_of_the_page() -> None:
    assert f"at most {framing.FRAME_BYTES:,} bytes" in PAGE


def test_told_errors_are_faults() -> None:
    with pytest.raises(Fault) as caught:
        framing.answer(b'{"id":3,"error":"altered","more":1}', 3, "open", framing.DataAnswer)
    assert caught.value.cause is Cause.ALTERED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id":"3","data":""}',
        b'{"id":3}',
        b'{"id":3,"data":null}',
        b'{"id":3,"data":"****"}',
        b'{"id":4,"data":""}',
        b'{"id":3,"error":7}',
        b'{"id":3,"error":"altered"}',
        b'{"id":3,"error":"unknown-operation"}',
        b'{"id":3,"data":""} {}',
        b'{"id":3,"data":"\xff"}',
        b"[" * 100_000,
    ],
)
def test_everything_else_is_a_peer_error(body: bytes) -> None:
    with pytest.raises(PeerError):
        framing.answer(body, 3, "seal", framing.DataAnswer)


def test_frames_that_end_too_early_or_are_too_long() -> None:
    for data in (b"", b"\0\0\0", b"\0\0\0\x02{"):
        with pytest.raises(EOFError):
            framing.read_frame(io.BytesIO(data).read)
    with pytest.raises(PeerError):
        framing.read_frame(io.BytesIO((framing.FRAME_BYTES + 1).to_bytes(4, "big")).read)
    whole = framing.frame(bytes(framing.FRAME_BYTES))
    assert framing.read_frame(io.BytesIO(whole).read) == bytes(framing.FRAME_BYTES)
