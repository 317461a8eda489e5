"""What the relay counts about itself: numbers only, never who or what."""


class Metrics:
    """Counters since the start of the process."""

    __slots__ = (
        "bugs",
        "commits",
        "connections",
        "cut_slow",
        "delivered",
        "elided",
        "pages",
        "peer_errors",
        "present",
        "recalled",
        "refusals",
        "sent",
        "shares",
        "sign_ins",
        "written",
    )

    def __init__(self) -> None:
        self.connections = 0
        self.present = 0
        self.sign_ins = 0
        self.sent = 0
        self.delivered = 0
        self.elided = 0
        """Messages that their recipient acknowledged before they had to be written."""
        self.recalled = 0
        """Copies that their sender took back."""
        self.pages = 0
        """Of history, that were asked for."""
        self.shares = 0
        self.written = 0
        self.commits = 0
        self.refusals = 0
        self.peer_errors = 0
        self.cut_slow = 0
        self.bugs = 0

    def as_dict(self) -> dict[str, int]:
        """All counters by name."""
        return {name: getattr(self, name) for name in self.__slots__}
