"""The wire, byte by byte: every frame's encoding against a committed file.

A difference here is a change of the protocol. If it is meant, `python tests/wire/test_snapshot.py` writes the
file anew, and the difference stands in the commit beside the words of `docs/protocol/wire.md`.
"""

import re
import sys
from pathlib import Path

import msgspec
import pytest

from watchword_wire import codec, frames, limits, login, message_data, timing, version

SNAPSHOT = Path(__file__).with_name("snapshot.txt")
DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol" / "wire.md"

KEY, NONCE, SIGNATURE = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 128))
ID, H = bytes(range(16)), bytes(range(128, 160))
PROOF = bytes(range(160, 208))

HEAD = message_data.Head(
    1,
    1,
    ID,
    ID,
    ID,
    "ada/1",
    KEY,
    SIGNATURE,
    ("bo", "陈"),
    (message_data.Tag(ID[:8], ID, ID[8:], 7, NONCE),),
    NONCE,
)
DATA = message_data.encode(message_data.MessageData(HEAD, b"sealed", SIGNATURE))
"""Well formed; its signatures are nobody's. Real ones stand in `vectors/company.json`."""

EXAMPLES: dict[str, frames.FromDesktop | frames.FromRelay] = {
    "Hello": frames.Hello([1], KEY, NONCE, SIGNATURE, frames.Registration.OPEN, 120_000, 135_000),
    "SignIn": frames.SignIn(1, "ada/1", SIGNATURE),
    "Register": frames.Register(1, "ada/1", KEY, SIGNATURE),
    "Register with an invite": frames.Register(1, "ada/1", KEY, SIGNATURE, "kZ0vQ3xN8bYw1TgRm5Lc"),
    "Probe": frames.Probe(1, KEY, SIGNATURE, b"probe"),
    "Probed": frames.Probed("read", b"probe"),
    "AskAvailable": frames.AskAvailable("ada"),
    "Available": frames.Available("ada", frames.Availability.LOOKS_ALIKE),
    "Welcome": frames.Welcome("ada/1", 120_000, 135_000, 2_592_000, 7_776_000),
    "Refusal": frames.Refusal(frames.RefusalCode.RETRY_LATER, ID, 1_500),
    "Apply": frames.Apply(1, "ada", KEY, SIGNATURE, PROOF),
    "Applied": frames.Applied(),
    "Applicant": frames.Applicant(KEY, 600_000, PROOF),
    "Applicant no more": frames.Applicant(KEY, 0),
    "Admit": frames.Admit("ada/2", KEY, SIGNATURE, b"parcel"),
    "Admitted": frames.Admitted("ada/2", "ada/1", KEY, SIGNATURE, b"parcel"),
    "Vouch": frames.Vouch(ID, KEY, SIGNATURE),
    "Join": frames.Join(1, "ada/2", KEY, SIGNATURE, ID, SIGNATURE),
    "AskTerminals": frames.AskTerminals(),
    "Terminals": frames.Terminals(
        [
            frames.TerminalEntry(1, KEY, 1_800_000_000, 0, present=True),
            frames.TerminalEntry(2, NONCE, 1_800_000_060, 1, present=False),
        ]
    ),
    "Remove": frames.Remove(2),
    "Send": frames.Send(ID, ["bo/1", "陈/1"], b"sealed"),
    "Ok": frames.Ok([ID]),
    "Deliver": frames.Deliver(7, ID, "ada/1", b"sealed"),
    "Ack": frames.Ack([ID]),
    "Post": frames.Post(DATA, 86_400, 7_776_000),
    "Post for some": frames.Post(DATA, only=message_data.mark(HEAD.targets, HEAD.sender, ["陈", "ada"])),
    "Heard": frames.Heard(3),
    "Recall": frames.Recall(ID),
    "Recalled": frames.Recalled(ID, 997, 2),
    "Partly": frames.Partly(ID, message_data.mark(HEAD.targets, HEAD.sender, ["bo"])),
    "DeliverData": frames.DeliverData(8, ID, "ada/1", DATA),
    "Step": frames.Step("bo/1", b"\x07" + H + b"\x02"),
    "StepNoted": frames.StepNoted(H, 7, 0, 0),
    "StepFrom": frames.StepFrom("", b"\x06" + H + b"\x03", 0, 0),
    "Watch": frames.Watch(["bo"]),
    "Presence": frames.Presence("bo", present=True, devices=[1, 2]),
    "AskHistory": frames.AskHistory(0, 256),
    "AskHistory of a conversation": frames.AskHistory(41, 1, ID),
    "History": frames.History(0, 2, 1, [frames.Entry(41, "ada/1", DATA)]),
    "Share": frames.Share(ID, "bo", 3_600),
    "Shared": frames.Shared(ID, "bo", 2),
}


def written() -> str:
    """The whole wire as text."""
    lines = [f"{name}: {codec.encode(frame).hex()}" for name, frame in EXAMPLES.items()]
    for kind in (frames.RefusalCode, frames.Availability, frames.Registration):
        lines += [f"{kind.__name__}.{member.name} = {member.value!r}" for member in kind]
    for module in (limits, timing, version):
        constants = {name: value for name, value in vars(module).items() if name.isupper()}
        lines += [
            f"{module.__name__.rpartition('.')[2]}.{name} = {value!r}" for name, value in constants.items()
        ]
    lines += [
        f"sign_in_bytes: {login.sign_in_bytes(KEY, NONCE, 'ada/1').hex()}",
        f"register_bytes: {login.register_bytes(KEY, NONCE, 'ada/1').hex()}",
        f"apply_bytes: {login.apply_bytes(KEY, NONCE, 'ada').hex()}",
        f"admit_bytes: {login.admit_bytes(KEY, 'ada/2', NONCE).hex()}",
        f"certificate_bytes: {login.certificate_bytes(ID, 'ada/2', NONCE).hex()}",
        f"probe_bytes: {login.probe_bytes(KEY, NONCE).hex()}",
        f"relay_bytes: {login.relay_bytes(login.NO_CERTIFICATE, NONCE).hex()}",
    ]
    return "\n".join(lines) + "\n"


def test_the_wire_is_as_it_was() -> None:
    assert written() == SNAPSHOT.read_text(encoding="utf-8")


def test_every_frame_has_an_example() -> None:
    kinds = {type(frame) for frame in EXAMPLES.values()}
    assert kinds == {
        kind
        for kind in vars(frames).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not msgspec.Struct
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_frame_is_read_back(name: str) -> None:
    frame = EXAMPLES[name]
    data = codec.encode(frame)
    read = codec.decode_from_desktop if isinstance(frame, frames.FromDesktop) else codec.decode_from_relay
    assert read(data) == frame


def test_the_examples_of_the_document_are_these() -> None:
    """Each `Name: hex` line of the document is the encoding of that example, and none is left out."""
    lines = re.findall(r"^    ([A-Z]\w+[ \w]*): ([0-9a-f]+)$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    found = dict(lines)
    shown = {name: bytes.fromhex(text) for name, text in found.items()}
    assert shown == {name: codec.encode(frame) for name, frame in EXAMPLES.items()}


if __name__ == "__main__":
    if sys.argv[1:] == ["document"]:
        for name, frame in EXAMPLES.items():
            sys.stdout.write(f"    {name}: {codec.encode(frame).hex()}\n")
    else:
        SNAPSHOT.write_text(written(), encoding="utf-8")
