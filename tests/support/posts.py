"""Message data that are right in form and signed by nobody: all that a relay looks at."""

import os

from watchword_wire import frames
from watchword_wire.message_data import (
    MODE_WRAP,
    Head,
    MessageData,
    Tag,
    decode,
    encode,
    in_order,
    mark,
    marked,
)

ACME = b"acme" * 4


def message_data(
    sender: str,
    *targets: str,
    message_id: bytes | None = None,
    sealed: bytes = b"sealed",
    organisation: bytes = ACME,
) -> bytes:
    """Message data of `sender`, a full id, for accounts."""
    tag = Tag(b"a-method", organisation, b"some-key", 1, b"wrapped")
    place = organisation, b"conversation 16b", message_id or os.urandom(16), sender
    head = Head(1, MODE_WRAP, *place, b"k" * 32, b"c" * 64, in_order(targets), (tag,), b"m" * 32)
    return encode(MessageData(head, sealed, b"s" * 64))


def post(
    sender: str,
    *targets: str,
    message_id: bytes | None = None,
    sealed: bytes = b"sealed",
    keep_s: int = 0,
    roam_s: int = 0,
) -> frames.Post:
    """A frame with such data."""
    data = message_data(sender, *targets, message_id=message_id, sealed=sealed)
    return frames.Post(data, keep_s, roam_s)


def only(sent: frames.Post, *accounts: str) -> frames.Post:
    """The same, repeated for some alone."""
    head = decode(sent.data).head
    return frames.Post(sent.data, sent.keep_s, sent.roam_s, mark(head.targets, head.sender, accounts))


def lacking(sent: frames.Post, partly: frames.Partly) -> set[str]:
    """Who lacks what was sent, as an answer says."""
    head = decode(sent.data).head
    assert partly.id == head.id
    return set(marked(head.targets, head.sender, partly.full))
