"""Statements: what owners do to a room and what each person says for themselves, signed, to be passed on.

Form, bounds, the one encoding, signatures. What an author may do is `roster`'s question. See
`docs/protocol/rooms.md`, Statements.
"""

from typing import Final

import msgspec

from watchword.crypto.primitives import ed25519_public, ed25519_sign, ed25519_verify, hashed, label, lv
from watchword.protocol.company import certificate
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.ring import is_name
from watchword_wire.errors import PeerError
from watchword_wire.ids import account_problem, parse_full_id
from watchword_wire.limits import KEY_BYTES, SIGNATURE_BYTES
from watchword_wire.message_data import ORGANISATION_BYTES

ROOM_BYTES: Final = 16
SEED_BYTES: Final = 16
DIGEST_BYTES: Final = 32
SAID_BYTES: Final = 90_000
"""The longest change or answer."""
MOST_ACTS: Final = 1_024
MOST_TURN: Final = 2**32 - 1
LONGEST_KEEP: Final = 366 * 24 * 3600
JOINS, DECLINES, LEAVES = 1, 2, 3


class Founds(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Whose room it is: what its id is made of. The first act of the first change, and no other."""

    organisation: bytes
    """16 bytes, or empty in a phrase room."""
    account: str
    key: bytes
    seed: bytes


class Names(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """The room's name."""

    name: str


class Keeps(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Seconds that the relay is asked to keep a message; 0 for the policy's or the relay's."""

    seconds: int


class Invites(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Somebody new, who is in once they say so themselves, for this turn and key."""

    account: str
    key: bytes
    turn: int


class TakesOut(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Somebody is listed no more."""

    account: str


class MakesOwner(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """Somebody listed becomes an owner, behind the others."""

    account: str


class MakesMember(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """An owner becomes a member."""

    account: str


Act = Founds | Names | Keeps | Invites | TakesOut | MakesOwner | MakesMember


class Change(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """What an owner does, all of it or nothing, to the roster after the change of digest `after`."""

    room: bytes
    author: str
    after: bytes
    acts: tuple[Act, ...]


class Answer(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """What somebody says for themselves to the invitation of this key and turn."""

    room: bytes
    author: str
    key: bytes
    turn: int
    answer: int


Said = Change | Answer


class Signed(msgspec.Struct, frozen=True, array_like=True):
    """The outer array."""

    said: bytes
    full_id: str
    terminal_key: bytes
    certificate: bytes
    signature: bytes


class Statement(msgspec.Struct, frozen=True):
    """A statement that was read: what it says, who signed it, its bytes and its digest."""

    raw: bytes
    digest: bytes
    signed: Signed
    said: Said


_encoder = msgspec.msgpack.Encoder()
_signed_decoder: msgspec.msgpack.Decoder[Signed] = msgspec.msgpack.Decoder(Signed)
_said_decoder: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)


def root(founding: Founds) -> bytes:
    """What the first change follows: 32 bytes, whose first 16 are the room's id."""
    organisation = founding.organisation or bytes(ORGANISATION_BYTES)
    return hashed("room", organisation, founding.account.encode(), founding.key, founding.seed)


def room_id(founding: Founds) -> bytes:
    """The room's id: it says who founded it, with which key."""
    return root(founding)[:ROOM_BYTES]


def sign(author: Author, said: Said) -> Statement:
    """Say something as this terminal; in a phrase room the author's certificate is empty.

    Raises:
        PeerError: it breaks a bound, or is not this author's to say.
    """
    data = _encoder.encode(said)
    key = ed25519_public(author.seed.expose())
    signature = ed25519_sign(author.seed.expose(), _signed_bytes(data))
    return decode(_encoder.encode(Signed(data, author.full_id, key, author.certificate, signature)))


def decode(raw: bytes) -> Statement:
    """Read a statement: form, bounds, the one encoding, and that its terminal is its author's.

    Says nothing about signatures.

    Raises:
        PeerError: the bytes are none, or not the only encoding of one.
    """
    try:
        signed = _signed_decoder.decode(raw)
        if len(signed.said) > SAID_BYTES:
            raise PeerError("statement too long")
        said = _said_decoder.decode(signed.said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed statement") from error
    if len(signed.terminal_key) != KEY_BYTES or len(signed.signature) != SIGNATURE_BYTES:
        raise PeerError("statement of a wrong form")
    if len(signed.certificate) not in (0, SIGNATURE_BYTES):
        raise PeerError("statement of a wrong form")
    if account_problem(said.author) is not None or parse_full_id(signed.full_id).account != said.author:
        raise PeerError("a statement's terminal is not its author's")
    _check(said)
    if _encoder.encode(said) != signed.said or _encoder.encode(signed) != raw:
        raise PeerError("statement in another encoding")
    return Statement(raw, hashed("room change", signed.said), signed, said)


def verify(statement: Statement) -> None:
    """Check the terminal's signature. Whose terminal it is, `vouched` says.

    Raises:
        PeerError: it does not fit.
    """
    signed = statement.signed
    ed25519_verify(signed.terminal_key, signed.signature, _signed_bytes(signed.said))


def vouched(statement: Statement, key: bytes, organisation: bytes) -> None:
    """Check that the terminal speaks for the holder of `key`: a member key, or in a phrase room its own.

    Raises:
        PeerError: it does not.
    """
    signed = statement.signed
    if organisation:
        certificate.verify(key, signed.certificate, organisation, signed.full_id, signed.terminal_key)
    elif signed.certificate or signed.terminal_key != key:
        raise PeerError("a statement by another key")


def _signed_bytes(said: bytes) -> bytes:
    return label("room") + lv(said)


def _check(said: Said) -> None:
    if len(said.room) != ROOM_BYTES:
        raise PeerError("room of a wrong form")
    match said:
        case Change(after=after, acts=acts):
            if len(after) != DIGEST_BYTES or len(acts) > MOST_ACTS:
                raise PeerError("change of a wrong form")
            for act in acts:
                _check_act(act)
        case Answer(key=key, turn=turn, answer=answer):
            if len(key) != KEY_BYTES or not 0 <= turn <= MOST_TURN or answer not in (JOINS, DECLINES, LEAVES):
                raise PeerError("answer of a wrong form")


def _check_act(act: Act) -> None:
    match act:
        case Names(name=name):
            good = is_name(name)
        case Keeps(seconds=seconds):
            good = 0 <= seconds <= LONGEST_KEEP
        case Founds(organisation=organisation, account=account, key=key, seed=seed):
            lengths = (len(key), len(seed))
            good = lengths == (KEY_BYTES, SEED_BYTES) and len(organisation) in (0, ORGANISATION_BYTES)
            good = good and account_problem(account) is None
        case Invites(account=account, key=key, turn=turn):
            good = len(key) == KEY_BYTES and 1 <= turn <= MOST_TURN and account_problem(account) is None
        case TakesOut(account=account) | MakesOwner(account=account) | MakesMember(account=account):
            good = account_problem(account) is None
    if not good:
        raise PeerError("act of a wrong form")
