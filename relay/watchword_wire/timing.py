"""Times that both sides keep. Seconds unless a name says otherwise; see handshake, Flow 1, 4, 5.

All of them run on a monotonic clock that counts suspend, never on the wall clock.
"""

T1_DEFAULT = 120.0
"""Request to response (P4); set by the relay's operator, told in every frame of a handshake."""

T2_DEFAULT = 135.0
"""Request to confirmation (P5)."""

LEAST_LIMIT = 10.0
MOST_LIMIT = 900.0
"""Clients clamp what a relay says of T1 and T2 to LEAST_LIMIT..MOST_LIMIT."""

PROMPT_MARGIN = 5.0
"""The responder's ring ends this long before T1."""

VERDICT_GRACE = 15.0
"""Connected time after T2 in which a side still waits for what is missing."""

VERDICT_KEPT = 24 * 3600.0
"""How long a relay keeps a verdict, and a client a pending run and the nonces it has seen."""

SIGN_IN_DEADLINE = 5.0
SEND_DEADLINE = 10.0
"""How long bytes may wait for a peer that does not read before the connection is cut."""

OK_DEADLINE = 10.0
"""A sender that hears nothing for this long sends the same id again."""

MESSAGE_KEPT = 30 * 24 * 3600
"""How long a relay keeps an unacknowledged message by default."""

REMOVED_KEPT = 400 * 24 * 3600
"""How long a relay remembers a terminal that was removed, to tell it so."""

APPLICATION_KEPT = 600.0
"""How long a relay lets a new desktop wait for another of its account to approve it."""

RECALL_KEPT = 24 * 3600.0
"""How long a relay keeps how a recall went."""
