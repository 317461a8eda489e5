"""What changed in a room, as one line of its chat: who did what to whom, in plain words.

Names come from outside, by account; this user is "you" on either side of a sentence. The sentences are
sources for translation. See `docs/protocol/rooms.md`, The roster.
"""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from watchword.model.room import RoomDeed, RoomLine
from watchword.ui import i18n, words
from watchword.ui.company.organisation_words import duration
from watchword.ui.words import QT_TRANSLATE_NOOP

_MINE: dict[RoomDeed, str] = {
    RoomDeed.FOUNDED: QT_TRANSLATE_NOOP("RoomLines", "You created the room “{name}”."),
    RoomDeed.NAMED: QT_TRANSLATE_NOOP("RoomLines", "You named the room “{name}”."),
    RoomDeed.KEEPS: QT_TRANSLATE_NOOP("RoomLines", "You ask the relay to keep messages for {time}."),
    RoomDeed.INVITED: QT_TRANSLATE_NOOP("RoomLines", "You invited {whom}."),
    RoomDeed.TOOK_OUT: QT_TRANSLATE_NOOP("RoomLines", "You took {whom} out of the room."),
    RoomDeed.MADE_OWNER: QT_TRANSLATE_NOOP("RoomLines", "You made {whom} an owner."),
    RoomDeed.MADE_MEMBER: QT_TRANSLATE_NOOP("RoomLines", "You made {whom} a member."),
    RoomDeed.JOINED: QT_TRANSLATE_NOOP("RoomLines", "You joined."),
    RoomDeed.DECLINED: QT_TRANSLATE_NOOP("RoomLines", "You declined the invitation."),
    RoomDeed.LEFT: QT_TRANSLATE_NOOP("RoomLines", "You left."),
    RoomDeed.HANDED_OVER: QT_TRANSLATE_NOOP("RoomLines", "You handed the room over to {whom} and left."),
    RoomDeed.SHARED: QT_TRANSLATE_NOOP(
        "RoomLines", "You shared with {whom} what was written here since the room was created."
    ),
}

_THEIRS: dict[RoomDeed, str] = {
    RoomDeed.FOUNDED: QT_TRANSLATE_NOOP("RoomLines", "{who} created the room “{name}”."),
    RoomDeed.NAMED: QT_TRANSLATE_NOOP("RoomLines", "{who} named the room “{name}”."),
    RoomDeed.KEEPS: QT_TRANSLATE_NOOP("RoomLines", "{who} asks the relay to keep messages for {time}."),
    RoomDeed.INVITED: QT_TRANSLATE_NOOP("RoomLines", "{who} invited {whom}."),
    RoomDeed.TOOK_OUT: QT_TRANSLATE_NOOP("RoomLines", "{who} took {whom} out of the room."),
    RoomDeed.MADE_OWNER: QT_TRANSLATE_NOOP("RoomLines", "{who} made {whom} an owner."),
    RoomDeed.MADE_MEMBER: QT_TRANSLATE_NOOP("RoomLines", "{who} made {whom} a member."),
    RoomDeed.JOINED: QT_TRANSLATE_NOOP("RoomLines", "{who} joined."),
    RoomDeed.DECLINED: QT_TRANSLATE_NOOP("RoomLines", "{who} declined the invitation."),
    RoomDeed.LEFT: QT_TRANSLATE_NOOP("RoomLines", "{who} left."),
    RoomDeed.HANDED_OVER: QT_TRANSLATE_NOOP("RoomLines", "{who} handed the room over to {whom} and left."),
}

_MINE_BARE: dict[RoomDeed, str] = {
    RoomDeed.KEEPS: QT_TRANSLATE_NOOP("RoomLines", "You leave it to the relay how long it keeps messages."),
    RoomDeed.MADE_MEMBER: QT_TRANSLATE_NOOP("RoomLines", "You gave up being an owner."),
    RoomDeed.HANDED_OVER: QT_TRANSLATE_NOOP("RoomLines", "You gave up being an owner and left."),
}
"""With no time, with oneself, with nobody."""

_THEIRS_BARE: dict[RoomDeed, str] = {
    RoomDeed.KEEPS: QT_TRANSLATE_NOOP(
        "RoomLines", "{who} leaves it to the relay how long it keeps messages."
    ),
    RoomDeed.MADE_MEMBER: QT_TRANSLATE_NOOP("RoomLines", "{who} gave up being an owner."),
    RoomDeed.HANDED_OVER: QT_TRANSLATE_NOOP("RoomLines", "{who} gave up being an owner and left."),
}

_TO_ME: dict[RoomDeed, str] = {
    RoomDeed.INVITED: QT_TRANSLATE_NOOP("RoomLines", "{who} invited you."),
    RoomDeed.TOOK_OUT: QT_TRANSLATE_NOOP("RoomLines", "{who} took you out of the room."),
    RoomDeed.MADE_OWNER: QT_TRANSLATE_NOOP("RoomLines", "{who} made you an owner."),
    RoomDeed.MADE_MEMBER: QT_TRANSLATE_NOOP("RoomLines", "{who} made you a member."),
    RoomDeed.HANDED_OVER: QT_TRANSLATE_NOOP("RoomLines", "{who} handed the room over to you and left."),
    RoomDeed.SHARED: QT_TRANSLATE_NOOP(
        "RoomLines", "{who} shared with you what was written here since the room was created."
    ),
}
"""Done to this user alone."""

_SEVERAL: dict[str, str] = {
    _MINE[RoomDeed.MADE_OWNER]: QT_TRANSLATE_NOOP("RoomLines", "You made {whom} owners."),
    _THEIRS[RoomDeed.MADE_OWNER]: QT_TRANSLATE_NOOP("RoomLines", "{who} made {whom} owners."),
    _MINE[RoomDeed.MADE_MEMBER]: QT_TRANSLATE_NOOP("RoomLines", "You made {whom} members."),
    _THEIRS[RoomDeed.MADE_MEMBER]: QT_TRANSLATE_NOOP("RoomLines", "{who} made {whom} members."),
}
"""What is said of more than one person, where the words are others."""

_VOID = QT_TRANSLATE_NOOP(
    "RoomLines", "This does not hold, because another owner's change stands before it: {line}"
)


def line(what: RoomLine, names: Mapping[str, str]) -> str:
    """A change in words; who has no name goes by the account."""
    facts = {
        "who": _name(what.by, names),
        "whom": _whom(what, names),
        "name": words.called(what.name),
        "time": duration(what.seconds).strip() if what.seconds else "",
    }
    said = _say(_sentence(what)).format_map(facts)
    return _say(_VOID).format(line=said) if what.void else said


def _sentence(what: RoomLine) -> str:
    mine = not what.by
    usual, bare = (_MINE, _MINE_BARE) if mine else (_THEIRS, _THEIRS_BARE)
    lacks = {
        RoomDeed.KEEPS: not what.seconds,
        RoomDeed.MADE_MEMBER: what.whom == (what.by,),
        RoomDeed.HANDED_OVER: not what.whom,
    }
    if lacks.get(what.deed):
        return bare[what.deed]
    if what.by and what.whom == ("",) and not what.more:
        return _TO_ME[what.deed]
    said = usual[what.deed]
    return _SEVERAL.get(said, said) if len(what.whom) + what.more > 1 else said


def _whom(what: RoomLine, names: Mapping[str, str]) -> str:
    return people([_name(account, names) for account in what.whom], what.more)


def people(named: list[str], more: int = 0) -> str:
    """Some names and how many more, inside a sentence: "Bo", "Bo and Cy", "Bo, Cy and 3 others"."""
    translate = QCoreApplication.translate
    between = translate("RoomLines", ", ")
    if more == 1:
        return translate("RoomLines", "{names} and one other").format(names=between.join(named))
    if more:
        said = translate("RoomLines", "{names} and {count} others")
        return said.format(names=between.join(named), count=i18n.locale().toString(more))
    if len(named) <= 1:
        return "".join(named)
    said = translate("RoomLines", "{names} and {last}")
    return said.format(names=between.join(named[:-1]), last=named[-1])


def _name(account: str, names: Mapping[str, str]) -> str:
    if not account:
        return QCoreApplication.translate("RoomLines", "you")
    return words.called(names.get(account, account))


def _say(source: str) -> str:
    return QCoreApplication.translate("RoomLines", source)
