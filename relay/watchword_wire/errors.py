"""The four families of error, shared by desktop and relay.

Every error that crosses a module's border is one of these. A decoder raises PeerError or
nothing. No text here or in a subclass ever holds a secret or the content of a message.
"""


class WatchwordError(Exception):
    """The root of the four families; nobody raises it itself."""


class PeerError(WatchwordError):
    """The other side broke the rules: malformed bytes, a bad signature, a step out of turn."""


class Refused(WatchwordError):
    """The rules say no to what was asked: a limit, a taken id, a blocked account."""


class Trouble(WatchwordError):
    """Disk, network or keyring: the world does not play along. Trying again may help."""


class Bug(WatchwordError):
    """Our own mistake; the only family that is logged as an error."""
