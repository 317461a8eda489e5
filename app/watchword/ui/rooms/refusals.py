"""Why something about a room was refused: a sentence for each cause, with what to do.

`ui.words` asks for it. See `model/errors.py`, rooms.
"""

from PySide6.QtCore import QCoreApplication

from watchword.model.errors import Kind


def sentence(kind: Kind) -> str:
    """The sentence of a refusal, in the language in use, with gaps for its facts; empty for others."""
    return _sources().get(kind, "")


def _sources() -> dict[Kind, str]:
    translate = QCoreApplication.translate
    return {
        Kind.ROOM_NAME: translate(
            "RoomRefusals", "The room needs a name: one line, not too long. Choose another one."
        ),
        Kind.ROOM_NOBODY: translate(
            "RoomRefusals", "Nobody is there besides you. Pick somebody, or wait until somebody joins."
        ),
        Kind.ROOM_MANY: translate(
            "RoomRefusals",
            "That is too many: this room takes at most {limit} people, you included. Take some of them back.",
        ),
        Kind.ROOM_TWICE: translate("RoomRefusals", "{account} is in the list of this room already."),
        Kind.ROOM_PERSON: translate(
            "RoomRefusals",
            "{account} cannot be invited: in a company's room people have to be in its directory, and in a "
            "room by passphrases you need an open session with them.",
        ),
        Kind.ROOM_RIGHT: translate(
            "RoomRefusals",
            "Only an owner may do that; to another owner, only one who was an owner before them.",
        ),
        Kind.ROOM_NOT_IN: translate(
            "RoomRefusals", "You are not in this room, so nothing was done. An owner can invite you."
        ),
        Kind.ROOM_NOT_LISTED: translate(
            "RoomRefusals", "{account} is not in this room any more, or did not join yet."
        ),
        Kind.ROOM_HEIR: translate(
            "RoomRefusals", "You are the only owner. Choose who owns the room after you, then leave."
        ),
        Kind.ROOM_OFFLINE: translate(
            "RoomRefusals",
            "Not connected to the relay, so nothing was changed in the room. "
            "Try again when it can be reached.",
        ),
        Kind.ROOM_FULL: translate(
            "RoomRefusals", "This room was changed so often that it takes no more. Create a new one."
        ),
    }
