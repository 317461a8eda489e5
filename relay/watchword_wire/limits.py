"""Sizes and counts that both sides keep. See `docs/protocol/wire.md`, section Limits."""

ID_BYTES = 128
"""A full id, account, slash and device together, in bytes of UTF-8."""

MESSAGE_ID_BYTES = 16
REALM_CHARACTERS = 32
NONCE_BYTES = 32
KEY_BYTES = 32
SIGNATURE_BYTES = 64

TEXT_BYTES = 65_536
"""The longest text of one message, in bytes of UTF-8, before padding and sealing."""

BODY_BYTES = 96 * 1024
"""The longest body a relay stores: TEXT_BYTES padded and sealed fits well inside."""

STEP_BYTES = 2_048
"""The longest handshake message (a request with two ids of ID_BYTES is 1,515)."""

HINT_CHARACTERS = 80
HINT_BYTES = 320

FRAME_BYTES = 256 * 1024
"""The longest WebSocket message either side accepts after sign-in."""

FRAME_BYTES_BEFORE_SIGN_IN = 4_096

TARGETS = 256
"""The most targets of one Send: full ids."""

DATA_TARGETS = 1_000
"""The most targets of message data: account ids."""

TAGS = 8
"""The most tags of message data, the session's counted."""

WRAPPED_BYTES = 1_024
"""The longest wrapped key of a tag."""

SEALED_BYTES = 96 * 1024
"""The longest sealed content of message data: TEXT_BYTES padded and sealed fits well inside."""

HEAD_BYTES = 128_893
"""The longest head of message data: all ids, targets and tags as long as they may be."""

DATA_BYTES = HEAD_BYTES + SEALED_BYTES + 77
"""The longest message data; 77 are the array, the headers of its parts, and the signature."""

PAGE_ENTRIES = 256
"""The most entries of one History."""

PAGE_BYTES = 192 * 1024
"""The most message data of one History together; one entry alone may be more."""

TERMINALS = 8
"""The most terminals of an account."""

APPLICATIONS = 4
"""The most that stand for an account at a time."""

PROOF_BYTES = 48
"""The proof of an Apply: 32 bytes sealed."""

PARCEL_BYTES = 65_536
"""The longest parcel for a new terminal."""

ACKS = 1_024
"""The most ids in one Ack or one Ok."""

WATCHED = 1_024
"""The most accounts one terminal watches."""
