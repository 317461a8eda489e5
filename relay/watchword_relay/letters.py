"""What a terminal sends, whichever frame it came in: its form and bounds, and nothing of what becomes of it.

Message data are looked at as far as `watchword_wire.message_data` reads them, which opens nothing.
`docs/protocol/wire.md`, Messages.
"""

from collections.abc import Sequence

import msgspec

from watchword_wire import frames, limits, message_data
from watchword_wire.errors import PeerError
from watchword_wire.ids import account_of
from watchword_wire.timing import MESSAGE_KEPT


class Letter(msgspec.Struct, frozen=True):
    """One message that is to be taken or refused."""

    id: bytes
    targets: Sequence[str]
    """Full ids of an envelope; account ids of message data: those meant now."""
    body: bytes
    organisation: bytes | None
    """Whose message data they are; None of an envelope."""
    keep: int
    """Seconds, 0 for as long as the relay keeps anything."""
    too_large: bool
    conversation: bytes | None = None
    """Of message data; None of an envelope."""
    roam: int = 0
    """For how many seconds message data are kept as history; 0 for none."""
    everybody: tuple[str, ...] = ()
    """Of message data all targets of the head."""
    others: tuple[str, ...] = ()
    """Of message data the accounts that are not meant now."""


def of_send(frame: frames.Send) -> Letter:
    """An envelope's letter.

    Raises:
        PeerError: the frame breaks the rules of its form.
    """
    message_id, targets, body = frame.id, frame.targets, frame.body
    if len(message_id) != limits.MESSAGE_ID_BYTES or not targets:
        raise PeerError("message without id or target")
    too_large = len(body) > limits.BODY_BYTES or len(targets) > limits.TARGETS
    if len(targets) > 1 and not too_large and len(set(targets)) != len(targets):
        raise PeerError("a target stands twice")
    return Letter(message_id, targets, body, None, 0, too_large)


def of_post(frame: frames.Post, sender: str, most_roam: int = 0, most_keep: int = MESSAGE_KEPT) -> Letter:
    """Message data's letter: its targets are the accounts meant, the sender's own for its other terminals.

    Data so long that nobody looks at them have no id.

    Args:
        frame: as it came.
        sender: the full id that signed in.
        most_roam: for how long anything is kept as history, in seconds.
        most_keep: for how long anything waits to be fetched, in seconds.

    Raises:
        PeerError: the data have another form than theirs, or another sender in their head.
    """
    if frame.keep_s < 0 or frame.roam_s < 0:
        raise PeerError("message data to be kept for less than nothing")
    if len(frame.data) > limits.DATA_BYTES:
        return Letter(b"", (), frame.data, None, 0, too_large=True)
    head = message_data.decode(frame.data).head
    if head.sender != sender:
        raise PeerError("message data in another's name")
    meant = everybody = *head.targets, account_of(sender)
    if frame.only:
        meant = message_data.marked(head.targets, sender, frame.only)
    keep = frame.keep_s if frame.keep_s < most_keep else 0
    roam = min(frame.roam_s, most_roam)
    return Letter(
        head.id,
        meant,
        frame.data,
        head.organisation,
        keep,
        too_large=False,
        conversation=head.conversation,
        roam=roam,
        everybody=head.targets,
        others=tuple(set(everybody).difference(meant)) if frame.only else (),
    )
