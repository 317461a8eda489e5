"""Which texts look alike: Unicode TR39 skeletons (`docs/protocol/wire.md`, Accounts).

The relay judges account ids by it, the key owner's tool what is entered into the directory. Why these data:
`docs/decisions/0020-look-alike-ids.md`.
"""

import json
import unicodedata
from importlib import metadata, resources
from typing import Any

SKELETON_SOURCE = (
    f"confusable-homoglyphs {metadata.version('confusable-homoglyphs')}, "
    f"Unicode {unicodedata.unidata_version}"
)
"""What skeletons are made with; a relay that starts with other data makes them anew."""

_MARKS = "\u200e\u200f"
_ROUNDS = 4


def _without_names(read: list[tuple[str, Any]]) -> Any:
    """Of an object in the library's file what is needed: of a character itself, of the whole all its keys."""
    content = {key.strip(_MARKS): value for key, value in read}
    return content["c"].strip(_MARKS) if content.keys() == {"c", "n"} else content


def _prototypes() -> dict[str, str]:
    """Turn the library's list of pairs into TR39's mapping: confusable → prototype.

    The file is read here because the library keeps all of it in memory, and it is large.

    The library keeps each pair in both directions. In TR39 many confusables share one prototype, so of a
    pair the one with more partners is it; of two equals the longer, then the lower.
    """
    file = resources.files("confusable_homoglyphs").joinpath("confusables.json")
    partners: dict[str, list[str]] = json.loads(file.read_text("utf-8"), object_pairs_hook=_without_names)
    mapping = {}
    for key, others in partners.items():
        if len(key) != 1 or len(others) != 1:
            continue
        other = others[0]
        theirs = len(partners.get(other, ()))
        if theirs > 1 or len(other) > 1 or other < key:
            mapping[key] = other
    return mapping


_PROTOTYPES = _prototypes()


def skeleton(text: str) -> str:
    """What a text looks like: two that look alike have the same skeleton.

    TR39's skeleton over case-folded text, because what differs in case only looks alike too.
    """
    seen = text
    for _ in range(_ROUNDS):
        folded = unicodedata.normalize("NFKC", seen).casefold()
        decomposed = unicodedata.normalize("NFD", folded)
        mapped = "".join(_PROTOTYPES.get(character, character) for character in decomposed)
        following = unicodedata.normalize("NFD", mapped.casefold())
        if following == seen:
            break
        seen = following
    return seen
