"""What can go wrong, as data: one `Kind` per cause, so that one place (`ui.words`) makes every sentence.

Core commands raise RefusedBy or TroubleWith; both carry a Situation. Neither ever holds a secret or
the content of a message.
"""

import enum

import msgspec

from watchword_wire.errors import Refused, Trouble


class Kind(enum.StrEnum):
    """Every cause a person is told of. Facts named in brackets stand in `Situation.facts`."""

    # a phrase, an id, a text
    PHRASE_EMPTY = "phrase-empty"
    PHRASE_LONG = "phrase-long"
    PHRASE_CHARACTER = "phrase-character"
    """Contains a character this Unicode version does not know."""
    PHRASE_WEAK = "phrase-weak"
    """Weaker than the company wants between its members. [company, least: bits]"""
    HINT_LONG = "hint-long"
    HINT_SHOWS_PHRASE = "hint-shows-phrase"
    ID_EMPTY = "id-empty"
    ID_FORM = "id-form"
    """[why: slash, space, control, form]"""
    ID_LONG = "id-long"
    ID_MINE = "id-mine"
    ID_TAKEN = "id-taken"
    ID_LOOKS_ALIKE = "id-looks-alike"
    TEXT_EMPTY = "text-empty"
    TEXT_LONG = "text-long"
    """[bytes, limit]"""
    NAME_EMPTY = "name-empty"
    # requests
    GUESS_WAIT = "guess-wait"
    """[account, count, until: wall clock ms]"""
    GUESS_BLOCKED = "guess-blocked"
    """[account]"""
    REQUEST_RUNNING = "request-running"
    """[account]"""
    REQUEST_OVER = "request-over"
    CONTACT_BLOCKED = "contact-blocked"
    NO_SESSION = "no-session"
    # the company
    COMPANY_FILE = "company-file"
    """A company file was not taken. [reason: a FileReason]"""
    COMPANY_LINK = "company-link"
    """A company file could not be read from where it lies. [reason: a LinkReason; its facts]"""
    COMPANY_MISSING = "company-missing"
    """This desktop belongs to no company."""
    COMPANY_MEMBER = "company-member"
    """[account]: is not in the company's directory."""
    COMPANY_OUTSIDER = "company-outsider"
    """[account, company]: not in the company's directory, and the policy allows no conversation with them."""
    COMPANY_MANY = "company-many"
    """Nobody or too many for one conversation. [limit]"""
    COMPANY_ALTERED = "company-altered"
    """Message data came that are not as their sender made them. [account: who they say they are from]"""
    RECALL_LATE = "recall-late"
    """A message cannot be taken back any more: everybody has it, or it was taken back already."""
    RECALL_NOT_HERE = "recall-not-here"
    """A message cannot be taken back from here: another desktop wrote it, or a session's envelope carries it."""
    # rooms
    ROOM_NAME = "room-name"
    """A name that no room can have: empty, too long, with control characters."""
    ROOM_NOBODY = "room-nobody"
    """Nobody else is picked, or nobody else is in."""
    ROOM_MANY = "room-many"
    """[limit]"""
    ROOM_TWICE = "room-twice"
    """[account]: picked twice, or listed already."""
    ROOM_PERSON = "room-person"
    """[account]: not in the company's directory; in a phrase room, no open session with them."""
    ROOM_RIGHT = "room-right"
    """This user may not do that: no owner, or no owner who stands before the other."""
    ROOM_NOT_IN = "room-not-in"
    """This user is not in the room (any more), or was not invited."""
    ROOM_NOT_LISTED = "room-not-listed"
    """[account]: who is meant is not in the room any more, or did not join yet."""
    ROOM_HEIR = "room-heir"
    """The only owner leaves: somebody else who is in has to be named who follows."""
    ROOM_OFFLINE = "room-offline"
    """A room is changed while this desktop is signed in: what others did meanwhile comes first."""
    ROOM_FULL = "room-full"
    """The room was changed so often that it takes no more: a new one is founded."""
    # a relay's address and the way to it
    ADDRESS_FORM = "address-form"
    ADDRESS_SCHEME = "address-scheme"
    """[scheme]"""
    ADDRESS_PLAIN = "address-plain"
    """ws:// to anything but this computer."""
    ADDRESS_KEY = "address-key"
    """The part behind # is no relay key."""
    RELAY_DNS = "relay-dns"
    """[host]"""
    RELAY_TCP = "relay-tcp"
    """[host, port]"""
    RELAY_TLS = "relay-tls"
    RELAY_CERTIFICATE = "relay-certificate"
    """Nobody vouches for the certificate, and the address has no key."""
    RELAY_CERTIFICATE_DATE = "relay-certificate-date"
    """It ran out, or is not valid yet."""
    RELAY_CERTIFICATE_NAME = "relay-certificate-name"
    """It is made out to another name. [host]"""
    RELAY_KEY = "relay-key"
    """Another key than the pinned one."""
    RELAY_PROTOCOL = "relay-protocol"
    """Something answers, but no Watchword relay."""
    RELAY_VERSION = "relay-version"
    RELAY_NONSENSE = "relay-nonsense"
    RELAY_SLOW = "relay-slow"
    RELAY_SIGN_IN = "relay-sign-in"
    RELAY_WRITE = "relay-write"
    RELAY_READ = "relay-read"
    RELAY_FULL = "relay-full"
    RELAY_QUOTA = "relay-quota"
    """[account]"""
    RELAY_BUSY = "relay-busy"
    """[seconds]"""
    ASK_LATER = "ask-later"
    """[seconds] The relay takes no request of this account before."""
    RELAY_STOPPING = "relay-stopping"
    PROXY_FORM = "proxy-form"
    PROXY_SCHEME = "proxy-scheme"
    """[scheme]"""
    PROXY_UNREACHABLE = "proxy-unreachable"
    """[proxy, port]"""
    PROXY_SLOW = "proxy-slow"
    """Silent: it hangs, or waits for a relay that does not answer. [proxy, port]"""
    PROXY_NONSENSE = "proxy-nonsense"
    """What answers there is no such proxy. [proxy, port]"""
    PROXY_REFUSED = "proxy-refused"
    """Its rules do not let us through. [proxy, port]"""
    PROXY_SIGN_IN = "proxy-sign-in"
    """It wants a user and a password. [proxy, port]"""
    PROXY_SIGN_IN_WRONG = "proxy-sign-in-wrong"
    """[proxy, port]"""
    PROXY_SIGN_IN_OTHER = "proxy-sign-in-other"
    """It wants a way of signing in that is not user and password. [proxy, port]"""
    PROXY_RELAY = "proxy-relay"
    """It cannot reach the relay. [proxy; host, port of the relay]"""
    SIGNED_IN_ELSEWHERE = "signed-in-elsewhere"
    DESKTOP_REMOVED = "desktop-removed"
    """The account's own people took this desktop away, or the relay's operator the organisation."""
    OFFLINE = "offline"
    """What was asked for needs the relay, and it is not connected."""
    DESKTOP_WORDS_FORM = "desktop-words-form"
    """What was typed are not the words of a desktop. [count]"""
    DESKTOP_WORDS_OTHER = "desktop-words-other"
    """They are words of no computer that asks to be added."""
    DESKTOP_GONE = "desktop-gone"
    """No computer asks to be added, or not any more."""
    DESKTOPS_MANY = "desktops-many"
    """The account has as many desktops as it may. [limit]"""
    DESKTOP_UNVOUCHED = "desktop-unvouched"
    """No other desktop of the account has told the relay of this company."""
    PARCEL_DAMAGED = "parcel-damaged"
    """What came from the own other desktop cannot be opened."""
    INVITE_NEEDED = "invite-needed"
    INVITE_WRONG = "invite-wrong"
    # the profile and its secret
    PROFILE_READ_ONLY = "profile-read-only"
    """[folder]"""
    PROFILE_IN_USE = "profile-in-use"
    PROFILE_DAMAGED = "profile-damaged"
    """[file]: a byte flipped; nothing was overwritten."""
    PROFILE_NEWER = "profile-newer"
    """[file]"""
    PROFILE_WRONG_SECRET = "profile-wrong-secret"
    DISK_FULL = "disk-full"
    """[folder]"""
    KEYRING_MISSING = "keyring-missing"
    KEYRING_LOCKED = "keyring-locked"
    KEYRING_REFUSED = "keyring-refused"
    KEYRING_EMPTIED = "keyring-emptied"
    KEYRING_SLOW = "keyring-slow"
    MASTER_WRONG = "master-wrong"
    MASTER_SHORT = "master-short"
    # the program itself
    CRYPTO_SELF_TEST = "crypto-self-test"
    LOCAL_RELAY = "local-relay"
    """The bundled relay did not start. [cause: a LocalRelayCause; port, folder, log, code]"""
    UNEXPECTED = "unexpected"


class Situation(msgspec.Struct, frozen=True):
    """A cause and the facts its sentence needs."""

    kind: Kind
    facts: dict[str, str | int] = {}


class RefusedBy(Refused):
    """The rules say no to a command."""

    def __init__(self, kind: Kind, **facts: str | int) -> None:
        super().__init__(kind.value)
        self.situation = Situation(kind, facts)


class TroubleWith(Trouble):
    """Disk, network or keyring does not play along."""

    def __init__(self, kind: Kind, **facts: str | int) -> None:
        super().__init__(kind.value)
        self.situation = Situation(kind, facts)
