"""Finds what may be opened from a text: https and mailto, nothing else. Plain text in, places out."""

import re
from urllib.parse import urlsplit

import msgspec

_FOUND = re.compile(
    r"(?:https://[^\s<>\"'“”‘’«»（）【】《》，。；！？、\u0000-\u001f\u202a-\u202e\u2066-\u2069]+"
    r"|mailto:[^\s<>\"'“”‘’«»（）【】《》，。；！？、\u0000-\u001f\u202a-\u202e\u2066-\u2069@]+@[\w.\-]+)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?…*_~"
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Link(msgspec.Struct, frozen=True):
    """A link in a text: where it stands (code points) and what it opens."""

    start: int
    end: int
    address: str

    @property
    def host(self) -> str:
        """What is shown before it is opened: the host as the network sees it, or the mail address."""
        try:
            parts = urlsplit(self.address)
            if parts.scheme.lower() == "mailto":
                return parts.path
            host = parts.hostname or ""
        except ValueError:
            return ""
        try:
            return host.encode("idna").decode("ascii")  # xn--… instead of letters that look like others
        except UnicodeError:
            return host.encode("punycode").decode("ascii")


def find(text: str) -> list[Link]:
    """Every link of a text, in order."""
    found = []
    for match in _FOUND.finditer(text):
        end = _end(text, match.start(), match.end())
        link = Link(match.start(), end, text[match.start() : end])
        if link.host:
            found.append(link)
    return found


def _end(text: str, start: int, end: int) -> int:
    """Leave out closing marks that belong to the sentence around the link."""
    while end > start:
        last = text[end - 1]
        pair = _PAIRS.get(last)
        unpaired = pair is not None and text.count(pair, start, end) < text.count(last, start, end)
        if last in _TRAILING or unpaired:
            end -= 1
        else:
            break
    return end
