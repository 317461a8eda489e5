"""What the thread that talks to a token tells the provider: how the token stands, and that it has gone."""

import msgspec

from watchword.providers.contract import Cause


class Standing(msgspec.Struct, frozen=True):
    """How a token that was found stands."""

    label: str
    serial: str
    wants_pin: bool
    warning: Cause | None
    """PIN_WRONG_FEW_LEFT, PIN_WRONG_LAST_TRY or PIN_LOCKED, from its flags."""


class Gone(Exception):
    """The session, the key or the token of a moment ago is not there any more; a new session may help."""
