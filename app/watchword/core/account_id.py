"""An account id as a person types it: folded, judged in place, and suggested from a name (F6).

The form itself is the wire's (`watchword_wire.ids`); whether an id is free is the relay's to say.
"""

import re
import unicodedata

from watchword.model.errors import Kind, RefusedBy
from watchword_wire.errors import Refused
from watchword_wire.ids import ACCOUNT_BYTES, fold_account

_KINDS = {"empty": Kind.ID_EMPTY, "long": Kind.ID_LONG}
_DROPPED = re.compile(r"[\s/'\"’`()\[\]{}<>,;:!?@#%&*+=|\\^~]+")


def fold(typed: str) -> str:
    """The account id that was meant: trimmed, full-width made plain, lower case.

    Raises:
        RefusedBy: ID_EMPTY, ID_LONG, or ID_FORM with `why`: slash, space, control or form.
    """
    try:
        return fold_account(typed)
    except Refused as refused:
        why = str(refused)
        if why in _KINDS:
            raise RefusedBy(_KINDS[why]) from refused
        raise RefusedBy(Kind.ID_FORM, why=why) from refused


def suggest(name: str) -> str:
    """An id made from a name: "Ada Byron" gives "ada.byron", "林 小雨" gives "林小雨"; may be empty.

    Accents fall away where a plain letter is left. Chinese names stay as they are written: an id may be
    in any script, and there is no one right spelling of a name in Latin letters.
    """
    words = _DROPPED.sub(" ", unicodedata.normalize("NFKC", name)).split()
    latin = all(ord(letter) < 0x250 for word in words for letter in word)  # noqa: PLR2004 - Latin ends there
    joined = ("." if latin else "").join(_bare(word) if latin else word for word in words).lower()
    cut = joined.strip(".-_").encode()[:ACCOUNT_BYTES].decode(errors="ignore")
    try:
        return fold(cut)
    except RefusedBy:
        return ""


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
