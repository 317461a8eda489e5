"""Receipts of a company's messages: sealed under a key that came inside the text, so no provider is asked.

Who writes a text puts the answer key into it; who could read the text, and nobody else, can seal and open its
receipts. The key comes from the writer's member key, so that none is kept: under it the writer's desktops
tell each other, too, that a text was taken back. Pure; keys and ids come drawn. See
`docs/protocol/company.md`, Receipts.
"""

import msgspec

from watchword.crypto.primitives import expand, hmac_sha256, seal_siv, unseal_siv
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol import content
from watchword.protocol.company import message_data
from watchword.protocol.company.message_data import Author, Examined
from watchword.protocol.company.profile import ANSWER_METHOD
from watchword.protocol.company.ring import wrap_data
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.message_data import KEY_NAME_BYTES, MODE_WRAP, Head, Tag

NONCE_BYTES = 12

_RECEIPT, _NOTE = 1, 2
"""Versions of the tag."""
_KEY_BYTES = 32


class Drawn(msgspec.Struct, frozen=True):
    """What a receipt needs drawn: its message data's id, their content key, the nonce that wraps it."""

    id: bytes
    key: Secret
    nonce: bytes


def answer_key(member: Secret, organisation: bytes, text: bytes) -> Secret:
    """The key for receipts of a text, of its writer's member key and its id or the first half of that."""
    prk = hmac_sha256(organisation, member.expose())
    return Secret(expand(prk, "company answer", text[:KEY_NAME_BYTES], _KEY_BYTES))


def seal(
    author: Author,
    organisation: bytes,
    writer: str,
    texts: tuple[content.Text, ...],
    drawn: Drawn,
    h: bytes | None = None,
) -> bytes | None:
    """Message data for the writer of texts, saying that these came; None if none of them has an answer key.

    `writer` is an account, `h` the passphrase session that will carry the data, if any.
    """
    asking = [text for text in texts if text.answer is not None]
    if not asking or asking[-1].answer is None:
        return None
    head = message_data.draft(author, organisation, MODE_WRAP, drawn.id, (writer,))
    tags = [_tag(head, _RECEIPT, asking[-1].id, asking[-1].answer, drawn)]
    tags += [] if h is None else [message_data.session_tag(head, h)]
    said = content.encode(content.Receipt(tuple(text.id for text in texts)))
    return message_data.seal(author, head, tags, drawn.key, said)


def note(
    author: Author, organisation: bytes, target: str, member: Secret, said: content.Recalled, drawn: Drawn
) -> bytes:
    """Message data for the writer's own other desktops, saying that a text was taken back.

    No message data are for the own account alone, so the head names `target`, somebody whom the text was for:
    to them nothing is sent. `member` is the writer's member key's seed.
    """
    head = message_data.draft(author, organisation, MODE_WRAP, drawn.id, (target,))
    answer = answer_key(member, organisation, said.id)
    return message_data.seal(
        author, head, [_tag(head, _NOTE, said.id, answer, drawn)], drawn.key, content.encode(said)
    )


def _tag(head: Head, version: int, text: bytes, answer: Secret, drawn: Drawn) -> Tag:
    name = text[:KEY_NAME_BYTES]
    bound = wrap_data(wire.context(head), name, version)
    wrapped = drawn.nonce + seal_siv(answer.expose(), drawn.nonce, drawn.key.expose(), bound)
    return Tag(ANSWER_METHOD, head.organisation, name, version, wrapped)


def is_one(head: Head) -> bool:
    """Whether message data are sealed under an answer key: a receipt or a note."""
    return head.mode == MODE_WRAP and [tag.method for tag in head.alternatives] == [ANSWER_METHOD]


def is_note(head: Head) -> bool:
    """Whether they are a note of somebody to their own other desktops."""
    return is_one(head) and head.alternatives[0].version == _NOTE


def unseal(examined: Examined, member: Secret) -> bytes | Closed:
    """Open a receipt by the member key of who wrote the text; the content.

    Under a key that is not this member's it is NOT FOR ME: a tick is all that is lost.
    """
    head = examined.head
    [tag] = head.alternatives
    answer = answer_key(member, head.organisation, tag.key)
    bound = wrap_data(wire.context(head), tag.key, tag.version)
    nonce, sealed = tag.wrapped[:NONCE_BYTES], tag.wrapped[NONCE_BYTES:]
    try:
        key = unseal_siv(answer.expose(), nonce, sealed, bound)
    except PeerError:
        return Closed(Reason.NOT_FOR_ME)
    return message_data.open_wrapped(examined, Secret(key))
