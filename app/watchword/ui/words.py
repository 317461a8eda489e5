"""The one place that turns causes, endings and notices into sentences.

What happened, on whose side, what to do next; no codes, no stack. Nobody is told who mistyped, and a
time-out is never shown as an attack. The sentences stand in tables, and are translated when asked for.
"""

import bisect
import itertools
import unicodedata
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from watchword.model.chat import Delivery, Notice
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.model.setup import CheckStep
from watchword.ui import desktop_words, i18n, relay_here_words
from watchword.ui.roaming import recall_words
from watchword.ui.rooms import refusals as room_refusals


def QT_TRANSLATE_NOOP(context: str, source: str) -> str:  # noqa: N802 - the name that lupdate looks for
    """Mark a sentence for translation; Qt's own is typed as an object."""
    return source


UNCERTAIN = 3
"""From this many uncertain endings on, people are advised to agree on a new phrase (handshake, Guesses)."""

_KINDS: dict[Kind, str] = {
    Kind.PHRASE_EMPTY: QT_TRANSLATE_NOOP("Words", "The phrase is empty. Type the words you agreed on."),
    Kind.PHRASE_LONG: QT_TRANSLATE_NOOP("Words", "The phrase is too long. A few words are enough."),
    Kind.PHRASE_CHARACTER: QT_TRANSLATE_NOOP(
        "Words", "The phrase contains a character that this program does not know yet. Leave it out."
    ),
    Kind.PHRASE_WEAK: QT_TRANSLATE_NOOP(
        "Words",
        "{company} asks its members for stronger phrases than this one. "
        "Add words that do not belong together, or take a generated phrase.",
    ),
    Kind.HINT_LONG: QT_TRANSLATE_NOOP("Words", "The hint is too long: at most 80 characters."),
    Kind.HINT_SHOWS_PHRASE: QT_TRANSLATE_NOOP(
        "Words", "The hint contains the phrase, and hints are not encrypted. Write something else."
    ),
    Kind.ID_EMPTY: QT_TRANSLATE_NOOP("Words", "Type an id."),
    Kind.ID_FORM: QT_TRANSLATE_NOOP("Words", "This is not an id. Use letters, digits, dots, dashes."),
    Kind.ID_LONG: QT_TRANSLATE_NOOP("Words", "This id is too long. Check it, or choose a shorter one."),
    Kind.ID_MINE: QT_TRANSLATE_NOOP("Words", "This is your own id. Type the id of the other person."),
    Kind.ID_TAKEN: QT_TRANSLATE_NOOP("Words", "Somebody else has this id already. Choose another one."),
    Kind.ID_LOOKS_ALIKE: QT_TRANSLATE_NOOP(
        "Words", "This id looks too much like one that somebody else has. Choose another one."
    ),
    Kind.TEXT_EMPTY: QT_TRANSLATE_NOOP("Words", "There is nothing to send yet."),
    Kind.TEXT_LONG: QT_TRANSLATE_NOOP(
        "Words", "This message is too long: {bytes} of at most {limit} bytes. Split it into two."
    ),
    Kind.NAME_EMPTY: QT_TRANSLATE_NOOP("Words", "Type a name."),
    Kind.GUESS_WAIT: QT_TRANSLATE_NOOP(
        "Words",
        "Too many uncertain tries with {account}. You can ask again at {until}; "
        "agree on a new phrase by another way before that.",
    ),
    Kind.GUESS_BLOCKED: QT_TRANSLATE_NOOP(
        "Words",
        "Too many uncertain tries with {account}. Requests are stopped until you say that "
        "you agreed on a new phrase by another way.",
    ),
    Kind.REQUEST_RUNNING: QT_TRANSLATE_NOOP(
        "Words", "A request with {account} is running already. Finish or cancel that one first."
    ),
    Kind.REQUEST_OVER: QT_TRANSLATE_NOOP("Words", "This request is over. Start a new one."),
    Kind.CONTACT_BLOCKED: QT_TRANSLATE_NOOP("Words", "You blocked this person. Unblock them first."),
    Kind.NO_SESSION: QT_TRANSLATE_NOOP(
        "Words", "There is no open session with this person. Start a new conversation first."
    ),
    Kind.COMPANY_FILE: QT_TRANSLATE_NOOP(
        "Words",
        "This company file was not taken. Ask whoever hands out your company's files for the newest one.",
    ),
    Kind.COMPANY_LINK: QT_TRANSLATE_NOOP("Words", "The company file could not be fetched from there."),
    Kind.COMPANY_MISSING: QT_TRANSLATE_NOOP(
        "Words", "This computer belongs to no company yet. Join with the file your company gave you."
    ),
    Kind.COMPANY_MEMBER: QT_TRANSLATE_NOOP(
        "Words", "{account} is not in your company's directory. Pick somebody who is."
    ),
    Kind.COMPANY_OUTSIDER: QT_TRANSLATE_NOOP(
        "Words", "{account} is outside {company}, which allows no conversations with people outside it."
    ),
    Kind.COMPANY_MANY: QT_TRANSLATE_NOOP(
        "Words", "A conversation takes from one to {limit} people besides you."
    ),
    Kind.COMPANY_ALTERED: QT_TRANSLATE_NOOP(
        "Words",
        "A message that says it is from {account} was altered on its way and is not shown. "
        "Tell your key owner.",
    ),
    Kind.ADDRESS_FORM: QT_TRANSLATE_NOOP(
        "Words", "This is not the address of a relay. It looks like wss://relay.example:8765#key."
    ),
    Kind.ADDRESS_SCHEME: QT_TRANSLATE_NOOP(
        "Words", "A relay's address begins with wss://, not with {scheme}://."
    ),
    Kind.ADDRESS_PLAIN: QT_TRANSLATE_NOOP(
        "Words",
        "An address with ws:// is not protected on its way and works for this computer only. "
        "Ask for the wss:// address of the relay.",
    ),
    Kind.ADDRESS_KEY: QT_TRANSLATE_NOOP(
        "Words",
        "The part behind # is not the key of a relay. Copy the whole address again from whoever gave it.",
    ),
    Kind.RELAY_DNS: QT_TRANSLATE_NOOP(
        "Words", "No computer with the name {host} was found. Check the address and your network."
    ),
    Kind.RELAY_TCP: QT_TRANSLATE_NOOP(
        "Words", "{host} does not answer on port {port}. The relay may be off, or a firewall is in between."
    ),
    Kind.RELAY_TLS: QT_TRANSLATE_NOOP(
        "Words",
        "No protected connection could be made: something at this address does not speak TLS 1.3. "
        "Check the address and its port.",
    ),
    Kind.RELAY_CERTIFICATE: QT_TRANSLATE_NOOP(
        "Words",
        "Nobody this computer trusts vouches for the relay's certificate. Use the address with its key (#…).",
    ),
    Kind.RELAY_CERTIFICATE_DATE: QT_TRANSLATE_NOOP(
        "Words",
        "The relay's certificate is not valid today: it ran out, or the clock of this computer is wrong. "
        "Whoever runs the relay can renew it.",
    ),
    Kind.RELAY_CERTIFICATE_NAME: QT_TRANSLATE_NOOP(
        "Words",
        "The relay's certificate is made out to another name than {host}. Check the address, "
        "or use the one with the relay's key (#…).",
    ),
    Kind.RELAY_KEY: QT_TRANSLATE_NOOP(
        "Words",
        "The relay shows another key than the one in its address. Do not go on before you know why; "
        "ask whoever runs it.",
    ),
    Kind.RELAY_PROTOCOL: QT_TRANSLATE_NOOP(
        "Words",
        "Something answers at this address, but it is no Watchword relay. Check the address and its port.",
    ),
    Kind.RELAY_VERSION: QT_TRANSLATE_NOOP(
        "Words", "The relay speaks another version. One of the two programs has to be updated."
    ),
    Kind.RELAY_NONSENSE: QT_TRANSLATE_NOOP(
        "Words", "The relay sent something that makes no sense. Whoever runs it should look into it."
    ),
    Kind.RELAY_SLOW: QT_TRANSLATE_NOOP("Words", "The relay answers too slowly. Try again later."),
    Kind.RELAY_SIGN_IN: QT_TRANSLATE_NOOP(
        "Words", "The relay does not recognise this computer. Whoever runs it can help."
    ),
    Kind.RELAY_WRITE: QT_TRANSLATE_NOOP("Words", "The relay could not store a test message."),
    Kind.RELAY_READ: QT_TRANSLATE_NOOP("Words", "The relay did not give back a test message."),
    Kind.RELAY_FULL: QT_TRANSLATE_NOOP(
        "Words", "The relay has no room left. Your messages stay here and are sent when it has."
    ),
    Kind.RELAY_QUOTA: QT_TRANSLATE_NOOP(
        "Words",
        "The relay keeps no more for {account}, who has not fetched what waits there. "
        "Your messages stay here and are sent when there is room.",
    ),
    Kind.RELAY_BUSY: QT_TRANSLATE_NOOP("Words", "The relay is busy. Watchword tries again in {seconds} s."),
    Kind.TRY_LATER: QT_TRANSLATE_NOOP("Words", "The relay is busy. Try again in {seconds} s."),
    Kind.ASK_LATER: QT_TRANSLATE_NOOP(
        "Words", "The relay takes no more requests from you for now. Ask again in {seconds} s."
    ),
    Kind.RELAY_STOPPING: QT_TRANSLATE_NOOP("Words", "The relay is being restarted."),
    Kind.PROXY_FORM: QT_TRANSLATE_NOOP(
        "Words", "This is not the address of a proxy. It looks like http://proxy.example:3128."
    ),
    Kind.PROXY_SCHEME: QT_TRANSLATE_NOOP(
        "Words", "A proxy's address begins with http:// or socks5h:// here, not with {scheme}://."
    ),
    Kind.PROXY_UNREACHABLE: QT_TRANSLATE_NOOP(
        "Words",
        "The proxy {proxy} does not answer on port {port}. It may be off, "
        "or this computer is in another network now.",
    ),
    Kind.PROXY_SLOW: QT_TRANSLATE_NOOP(
        "Words",
        "The proxy {proxy} says nothing. It hangs, or waits for a relay that it cannot reach.",
    ),
    Kind.PROXY_NONSENSE: QT_TRANSLATE_NOOP(
        "Words",
        "What answers at {proxy}, port {port}, is no proxy of this kind. Check its address, "
        "and whether it begins with http:// or socks5h://.",
    ),
    Kind.PROXY_REFUSED: QT_TRANSLATE_NOOP(
        "Words",
        "The proxy {proxy} does not let Watchword through to the relay. Whoever runs the proxy can allow it.",
    ),
    Kind.PROXY_SIGN_IN: QT_TRANSLATE_NOOP(
        "Words", "The proxy {proxy} wants a user and a password. Type them below its address."
    ),
    Kind.PROXY_SIGN_IN_WRONG: QT_TRANSLATE_NOOP(
        "Words", "The proxy {proxy} does not take this user and password. Type them again below its address."
    ),
    Kind.PROXY_SIGN_IN_OTHER: QT_TRANSLATE_NOOP(
        "Words",
        "The proxy {proxy} wants a way of signing in that Watchword does not know. "
        "Whoever runs the proxy can allow a user with a password.",
    ),
    Kind.PROXY_RELAY: QT_TRANSLATE_NOOP(
        "Words",
        "The proxy {proxy} works, but reaches nobody at {host}, port {port}. Check the relay's address; "
        "the relay may be off.",
    ),
    Kind.SIGNED_IN_ELSEWHERE: QT_TRANSLATE_NOOP(
        "Words", "Another program signed in with this profile. Use that one, or connect here again."
    ),
    Kind.INVITE_NEEDED: QT_TRANSLATE_NOOP(
        "Words", "This relay admits invited people only. Ask whoever runs it for an invite."
    ),
    Kind.INVITE_WRONG: QT_TRANSLATE_NOOP(
        "Words", "This invite is not valid: it is used up, or its time is over. Ask for a new one."
    ),
    Kind.RELAY_BLOCKED: QT_TRANSLATE_NOOP("Words", "Whoever runs this relay blocked you or your network."),
    Kind.RELAY_TOO_LONG: QT_TRANSLATE_NOOP("Words", "The relay takes no message as long as this one."),
    Kind.RELAY_CLOSED: QT_TRANSLATE_NOOP(
        "Words", "This relay takes no new accounts. Ask whoever runs it, or choose another relay."
    ),
    Kind.PROFILE_READ_ONLY: QT_TRANSLATE_NOOP(
        "Words",
        "The folder {folder} cannot be written. Change its permissions, "
        "or start with another one: watchword --profile FOLDER",
    ),
    Kind.PROFILE_IN_USE: QT_TRANSLATE_NOOP("Words", "Another program has this profile open."),
    Kind.PROFILE_DAMAGED: QT_TRANSLATE_NOOP(
        "Words",
        "The file {file} is damaged and cannot be read. Nothing was overwritten; "
        "put back a backup, or start with another profile: watchword --profile FOLDER",
    ),
    Kind.PROFILE_NEWER: QT_TRANSLATE_NOOP(
        "Words", "The file {file} was written by a newer version of Watchword. Update this program."
    ),
    Kind.PROFILE_WRONG_SECRET: QT_TRANSLATE_NOOP(
        "Words", "The key that was found does not open this profile. Nothing was overwritten."
    ),
    Kind.DISK_FULL: QT_TRANSLATE_NOOP(
        "Words", "The disk that holds {folder} is full. Make room; nothing that was saved is lost."
    ),
    Kind.KEYRING_MISSING: QT_TRANSLATE_NOOP(
        "Words", "This computer has no keyring. Install one, or protect the profile by a master passphrase."
    ),
    Kind.KEYRING_LOCKED: QT_TRANSLATE_NOOP(
        "Words", "The keyring of this computer is locked. Unlock it and try again."
    ),
    Kind.KEYRING_REFUSED: QT_TRANSLATE_NOOP(
        "Words", "The keyring of this computer refused. Allow Watchword to use it and try again."
    ),
    Kind.KEYRING_EMPTIED: QT_TRANSLATE_NOOP(
        "Words",
        "The keyring no longer holds the key of this profile. Without it nobody can read the profile: "
        "put the keyring back from a backup, or start with another profile: watchword --profile FOLDER",
    ),
    Kind.KEYRING_SLOW: QT_TRANSLATE_NOOP(
        "Words", "The keyring does not answer. Perhaps it waits behind another window for a password."
    ),
    Kind.MASTER_WRONG: QT_TRANSLATE_NOOP("Words", "This is not the master passphrase of this profile."),
    Kind.MASTER_SHORT: QT_TRANSLATE_NOOP("Words", "A master passphrase needs at least four words."),
    Kind.CRYPTO_SELF_TEST: QT_TRANSLATE_NOOP(
        "Words",
        "The cryptographic parts of this installation do not compute as they must. Watchword does not start "
        "with them. Install it again from where you trust it.",
    ),
    Kind.UNEXPECTED: QT_TRANSLATE_NOOP(
        "Words", "Something went wrong in Watchword itself. Nothing that was saved is lost; please report it."
    ),
}

_ID_FORMS = {
    "slash": QT_TRANSLATE_NOOP("Words", "An id has no slash in it."),
    "space": QT_TRANSLATE_NOOP("Words", "An id has no spaces in it."),
    "control": QT_TRANSLATE_NOOP("Words", "This id contains a character that cannot be seen."),
}

_ENDINGS: dict[tuple[Ending, Role], str] = {
    (Ending.ACCEPTED, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words",
        "You and {contact} proved that you know the same phrase. "
        "From now on this computer recognises {contact}.",
    ),
    (Ending.DECLINED, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words", "{contact} did not want to open a conversation now."
    ),
    (Ending.DECLINED, Role.ASKED): QT_TRANSLATE_NOOP("Words", "You declined the request of {contact}."),
    (Ending.WITHDRAWN, Role.ASKING): QT_TRANSLATE_NOOP("Words", "You withdrew your request."),
    (Ending.WITHDRAWN, Role.ASKED): QT_TRANSLATE_NOOP("Words", "{contact} withdrew the request."),
    (Ending.NO_ANSWER, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words", "{contact} did not answer in time. No harm done. Check the id, or try again."
    ),
    (Ending.NO_ANSWER, Role.ASKED): QT_TRANSLATE_NOOP(
        "Words", "The time to answer {contact} ran out. No harm done."
    ),
    (Ending.NOT_FINISHED, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words", "The connection was lost before both sides were sure. Nothing was sent."
    ),
    (Ending.DIFFER, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words",
        "The phrases did not match. One of you may have mistyped it, or someone tried to guess it. "
        "Nothing was sent.",
    ),
}
"""Where both sides read the same, it stands once, under ASKING."""

_NEW_PHRASE = QT_TRANSLATE_NOOP("Words", "Agree on a new phrase by another way.")
_MAY_RETRY = QT_TRANSLATE_NOOP("Words", "{contact} may try again.")

_PHASES: dict[tuple[Phase, Role], str] = {
    (Phase.SENDING, Role.ASKING): QT_TRANSLATE_NOOP("Words", "Sending the request…"),
    (Phase.WAITING, Role.ASKING): QT_TRANSLATE_NOOP("Words", "Waiting for {contact} to type the phrase…"),
    (Phase.WAITING, Role.ASKED): QT_TRANSLATE_NOOP("Words", "{contact} asks for a conversation"),
    (Phase.CHECKING, Role.ASKING): QT_TRANSLATE_NOOP("Words", "Checking…"),
    (Phase.RELAY_LOST, Role.ASKING): QT_TRANSLATE_NOOP(
        "Words", "The relay cannot be reached. Watchword keeps trying."
    ),
}

_NOTICES: dict[Notice, str] = {
    Notice.ACCEPTED: QT_TRANSLATE_NOOP(
        "Words",
        "You and {contact} proved that you know the same phrase. "
        "From now on this computer recognises {contact}.",
    ),
    Notice.ENDED_BY_ME: QT_TRANSLATE_NOOP("Words", "You ended the session."),
    Notice.ENDED_BY_PEER: QT_TRANSLATE_NOOP("Words", "{contact} ended the session."),
    Notice.REPLACED: QT_TRANSLATE_NOOP("Words", "A new session took the place of the earlier one."),
    Notice.SESSION_LOST: QT_TRANSLATE_NOOP(
        "Words", "The other computer no longer holds this session. Start a new conversation to go on."
    ),
    Notice.MESSAGES_LOST: QT_TRANSLATE_NOOP(
        "Words", "Messages of {contact} arrived that cannot be opened any more. Ask to send them again."
    ),
    Notice.IDENTITY_ACCEPTED: QT_TRANSLATE_NOOP("Words", "You accepted another key for {contact}."),
    Notice.IDENTITY_REFUSED: QT_TRANSLATE_NOOP(
        "Words", "You refused another key for {contact}. The session was closed."
    ),
    Notice.ALTERED: QT_TRANSLATE_NOOP(
        "Words",
        "A message was altered on its way and is not shown. Tell your key owner.",
    ),
    Notice.FORMER_KEY: QT_TRANSLATE_NOOP(
        "Words",
        "A message is not shown: its writer joined the company anew, and it was written with the key from "
        "before. Ask to write it again.",
    ),
    Notice.REVOKED: QT_TRANSLATE_NOOP("Words", "sealed under a key that was revoked"),
    Notice.ROOM: QT_TRANSLATE_NOOP("Words", "The room was changed."),
}

_DELIVERIES: dict[Delivery, str] = {
    Delivery.WAITING: QT_TRANSLATE_NOOP("Words", "waiting to be sent"),
    Delivery.RELAYED: QT_TRANSLATE_NOOP("Words", "at the relay"),
    Delivery.DELIVERED: QT_TRANSLATE_NOOP("Words", "delivered"),
    Delivery.UNDELIVERED: QT_TRANSLATE_NOOP("Words", "not delivered"),
    Delivery.UNFETCHED: QT_TRANSLATE_NOOP("Words", "no word that it arrived"),
    Delivery.RECALLING: QT_TRANSLATE_NOOP("Words", "being taken back"),
    Delivery.FETCHED: QT_TRANSLATE_NOOP("Words", "sent; whether it arrived is not known here"),
    Delivery.TAKEN_BACK: QT_TRANSLATE_NOOP("Words", "taken back"),
    Delivery.PARTLY_TAKEN_BACK: QT_TRANSLATE_NOOP("Words", "taken back from some"),
}

_LINKS: dict[LinkState, str] = {
    LinkState.CONNECTING: QT_TRANSLATE_NOOP("Words", "Connecting to the relay…"),
    LinkState.ONLINE: QT_TRANSLATE_NOOP("Words", "Connected"),
    LinkState.OFFLINE: QT_TRANSLATE_NOOP("Words", "The relay cannot be reached. Watchword keeps trying."),
    LinkState.REFUSED: QT_TRANSLATE_NOOP("Words", "Watchword is not connected."),
}

BY_THE_PROXY = {Kind.PROXY_UNREACHABLE, Kind.PROXY_SLOW, Kind.PROXY_NONSENSE, Kind.PROXY_RELAY}
"""Causes of being offline that are worth more words than that Watchword keeps trying."""

_STEPS: dict[CheckStep, str] = {
    CheckStep.PROXY: QT_TRANSLATE_NOOP("Words", "Proxy lets through"),
    CheckStep.DNS: QT_TRANSLATE_NOOP("Words", "Name found"),
    CheckStep.TCP: QT_TRANSLATE_NOOP("Words", "Computer answers"),
    CheckStep.TLS: QT_TRANSLATE_NOOP("Words", "Connection protected"),
    CheckStep.VERSION: QT_TRANSLATE_NOOP("Words", "A relay of this version"),
    CheckStep.SIGN_IN: QT_TRANSLATE_NOOP("Words", "Sign-in works"),
    CheckStep.WRITE: QT_TRANSLATE_NOOP("Words", "Stores a message"),
    CheckStep.READ: QT_TRANSLATE_NOOP("Words", "Gives it back"),
}


_COLUMNS, _SIGNS = 32, 64
"""More than a name in a sentence needs; the whole stands where the person is shown."""
_TURNING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def called(name: str) -> str:
    """Somebody's name inside a sentence: not without end, and never turning the words around it."""
    whole = list(itertools.accumulate(map(_columns, name[: _SIGNS + 1])))
    fits = bisect.bisect_right(whole, _COLUMNS)
    cut = name if fits == len(name) <= _SIGNS else name[: min(fits, _SIGNS) - 1].rstrip() + "…"
    turns = any(unicodedata.bidirectional(letter) in _TURNING for letter in cut)
    return f"\u2068{cut}\u2069" if turns else cut


def _columns(sign: str) -> int:
    """Han signs are as wide as two others, marks stand over their letter."""
    return 2 if unicodedata.east_asian_width(sign) in "WF" else int(not unicodedata.combining(sign))


class _Facts(dict[str, object]):
    """Facts for a sentence; one that is missing leaves a gap instead of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def _say(source: str, facts: Mapping[str, object] | None = None) -> str:
    return QCoreApplication.translate("Words", source).format_map(_Facts(facts or {}))


def sentence(situation: Situation) -> str:
    """What went wrong and what to do."""
    facts: dict[str, object] = dict(situation.facts)
    if situation.kind is Kind.ID_FORM and facts.get("why") in _ID_FORMS:
        return _say(_ID_FORMS[str(facts["why"])])
    if situation.kind is Kind.LOCAL_RELAY:
        return relay_here_words.sentence(facts)
    if situation.kind in recall_words.KINDS:
        return recall_words.sentence(situation)
    if situation.kind in desktop_words.KINDS:
        return desktop_words.sentence(situation)
    if isinstance(until := facts.get("until"), int):
        facts["until"] = i18n.until(until)
    for name in ("account", "company"):
        if isinstance(whole := facts.get(name), str):
            facts[name] = called(whole)
    for name in ("bytes", "limit"):
        if isinstance(number := facts.get(name), int):
            facts[name] = i18n.locale().toString(number)
    said = room_refusals.sentence(situation.kind)
    return said.format_map(_Facts(facts)) if said else _say(_KINDS[situation.kind], facts)


def ending(request: SessionRequest) -> str:
    """How a request ended, for its side; with the advice that belongs to it. Empty while it runs."""
    if request.ending is None:
        return ""
    facts = {"contact": called(request.name)}
    own = _ENDINGS.get((request.ending, request.role))
    said = [_say(own or _ENDINGS[request.ending, Role.ASKING], facts)]
    uncertain = request.ending in (Ending.DIFFER, Ending.NOT_FINISHED) and request.uncertain >= UNCERTAIN
    if uncertain:
        said.append(_say(_NEW_PHRASE))
    elif request.ending is Ending.DIFFER and request.role is Role.ASKED and request.may_retry:
        said.append(_say(_MAY_RETRY, facts))
    return (" " if i18n.locale().language() == i18n.locale().Language.English else "").join(said)


def phase(request: SessionRequest) -> str:
    """Where a request stands; how it ended once it has."""
    if request.phase is Phase.ENDED:
        return ending(request)
    facts = {"contact": called(request.name)}
    own = _PHASES.get((request.phase, request.role))
    return _say(own or _PHASES[request.phase, Role.ASKING], facts)


def notice(what: Notice, contact: str) -> str:
    """A line of the program's own in a chat."""
    return _say(_NOTICES[what], {"contact": called(contact)})


def delivery(state: Delivery) -> str:
    """What the ticks say, for screen readers and tool tips."""
    return _say(_DELIVERIES[state])


def link(changed: LinkChanged) -> str:
    """The state of the connection; with the cause where there is one to act on."""
    if changed.problem is not None and (
        changed.state is LinkState.REFUSED or changed.problem.kind in BY_THE_PROXY | {Kind.RELAY_BUSY}
    ):
        return sentence(changed.problem)
    return _say(_LINKS[changed.state])


def check_step(step: CheckStep) -> str:
    """A step of *Check*, as it reads once it is done."""
    return _say(_STEPS[step])


def unread_line() -> str:
    """The line before what has not been read."""
    return QCoreApplication.translate("Words", "New messages")


def own_line(text: str) -> str:
    """The last line of a chat, where it is an own one."""
    return QCoreApplication.translate("Words", "You: {text}").format(text=text)
