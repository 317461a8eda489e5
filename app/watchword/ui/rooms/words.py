"""What is said of a room and of who is in it: kinds, parts, why somebody gets nothing, why nothing is sent.

The sentences are sources for translation. See `docs/protocol/rooms.md`.
"""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from watchword.model.room import Part, RoomKind, RoomMember, RoomSummary, Unreached
from watchword.ui import i18n, words
from watchword.ui.company.words import joined
from watchword.ui.rooms import lines
from watchword.ui.words import QT_TRANSLATE_NOOP

_MOST_NAMED = 3

_KINDS: dict[RoomKind, str] = {
    RoomKind.COMPANY: QT_TRANSLATE_NOOP("RoomWords", "Room at {company}"),
    RoomKind.PHRASE: QT_TRANSLATE_NOOP("RoomWords", "Room by passphrases"),
}

_MEANINGS: dict[RoomKind, str] = {
    RoomKind.COMPANY: QT_TRANSLATE_NOOP(
        "RoomWords",
        "A room at {company}: sealed by {company}'s own encryption, for at most {most} colleagues. "
        "Everybody is asked whether they join.",
    ),
    RoomKind.PHRASE: QT_TRANSLATE_NOOP(
        "RoomWords",
        "A room by passphrases: what is written goes through the session with each person, at most {most}. "
        "Everybody is asked whether they join.",
    ),
}

_PARTS: dict[Part, str] = {
    Part.INVITED: QT_TRANSLATE_NOOP("RoomWords", "invited, has not answered"),
    Part.DECLINED: QT_TRANSLATE_NOOP("RoomWords", "declined"),
    Part.LEFT: QT_TRANSLATE_NOOP("RoomWords", "left"),
    Part.OUT: QT_TRANSLATE_NOOP("RoomWords", "taken out"),
}

_MY_PARTS: dict[Part, str] = {
    Part.INVITED: QT_TRANSLATE_NOOP("RoomWords", "You are invited."),
    Part.DECLINED: QT_TRANSLATE_NOOP(
        "RoomWords", "You declined the invitation. To come in after all, ask an owner to invite you again."
    ),
    Part.LEFT: QT_TRANSLATE_NOOP(
        "RoomWords",
        "You left this room, so nothing comes or goes any more. An owner can invite you again.",
    ),
    Part.OUT: QT_TRANSLATE_NOOP(
        "RoomWords",
        "You were taken out of this room, so nothing comes or goes any more. An owner can invite you again.",
    ),
}

_UNREACHED: dict[Unreached, str] = {
    Unreached.NO_SESSION: QT_TRANSLATE_NOOP("RoomWords", "not reached: no session with you"),
    Unreached.OTHER_KEY: QT_TRANSLATE_NOOP(
        "RoomWords", "not reached: is in this room with another of their computers"
    ),
    Unreached.LAPSED: QT_TRANSLATE_NOOP("RoomWords", "not reached: has another key by now"),
    Unreached.BLOCKED: QT_TRANSLATE_NOOP("RoomWords", "not reached: blocked by you"),
    Unreached.OUTSIDE: QT_TRANSLATE_NOOP("RoomWords", "not reached: outside your company"),
}


def kind(of: RoomKind, company: str) -> str:
    """Which kind of room it is."""
    return _say(_KINDS[of]).format(company=_company(company))


def meaning(of: RoomKind, company: str, most: int) -> str:
    """What that means, in one line, before a room is founded."""
    return _say(_MEANINGS[of]).format(company=_company(company), most=i18n.locale().toString(most))


def part(of: Part) -> str:
    """What somebody else has to do with the room; empty for who is in."""
    return _say(_PARTS[of]) if of in _PARTS else ""


def is_open(room: RoomSummary) -> bool:
    """Whether this user can write: they are in, and somebody else is who gets it."""
    return room.part is Part.IN and room.people - room.unreached > 1


def closed(room: RoomSummary, *, typed: bool = False) -> str:
    """Why this user cannot write, and that what was `typed` is not lost; empty where they can."""
    if is_open(room):
        return ""
    if room.part is not Part.IN:
        return _say(_MY_PARTS[room.part])
    translate = QCoreApplication.translate
    if room.people > 1:
        said = translate(
            "RoomWords", "Nobody in this room gets anything from you yet, so nothing can be sent."
        )
    else:
        said = translate(
            "RoomWords", "Nobody else is in this room now. You can write as soon as somebody joins."
        )
    kept = translate("RoomWords", "What you have typed is kept.")
    return joined([said, kept]) if typed else said


def unreached(why: Unreached) -> str:
    """Why somebody gets nothing."""
    return _say(_UNREACHED[why])


def number(count: int) -> str:
    """A number as the language in use writes it."""
    return i18n.locale().toString(count)


def count(people: int) -> str:
    """How many people."""
    if people == 1:
        return QCoreApplication.translate("RoomWords", "1 person")
    said = QCoreApplication.translate("RoomWords", "{count} people")
    return said.format(count=i18n.locale().toString(people))


def invitation(room: RoomSummary) -> str:
    """Who invites, as the list of chats says it."""
    if not room.invited_by:
        return QCoreApplication.translate("RoomWords", "You are invited to this room")
    said = QCoreApplication.translate("RoomWords", "{contact} invites you to this room")
    return said.format(contact=words.called(room.invited_by))


def differs(room: RoomSummary) -> str:
    """What is said while lists differ."""
    said = QCoreApplication.translate(
        "RoomWords",
        "Your list of who is in this room differs from {names}'s. Nothing is sent until an owner sends the "
        "list again.",
    )
    return said.format(names=some(room.differing))


def some(names: Sequence[str]) -> str:
    """The first of many names and how many more."""
    shown = [words.called(name) for name in names[:_MOST_NAMED]]
    return lines.people(shown, len(names) - len(shown))


def remark(person: RoomMember, mark: str = "") -> str:
    """What stands under a member's name: role, id, and what is out of the ordinary, as `mark`."""
    translate = QCoreApplication.translate
    said = [translate("RoomWords", "You")] if person.mine else []
    said += [translate("RoomWords", "Owner")] if person.owner else []
    said += [person.account] if person.name != person.account or not said else []
    state = part(person.part)
    if not state and person.unreached is not None:
        state = unreached(person.unreached)
    elif person.unreached is Unreached.LAPSED:
        state = f"{state} · {unreached(person.unreached)}"
    told = person.mine or person.unreached in (Unreached.OUTSIDE, Unreached.LAPSED)
    return " · ".join(filter(None, [*said, "" if told else mark, state]))


def _company(company: str) -> str:
    return words.called(company) or QCoreApplication.translate("RoomWords", "your company")


def _say(source: str) -> str:
    return QCoreApplication.translate("RoomWords", source)
