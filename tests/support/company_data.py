"""A company as windows are told of it, made up: for tests of windows without a core."""

from watchword.model.company import CompanyPolicy, KeyState, MethodState, Organisation

METHOD = b"by-ring-"
POLICY = CompanyPolicy(
    session=False,
    phrase=0,
    retention=30 * 86_400,
    revoked_opens=True,
    pin_remembered=False,
    auditors=("Audit office",),
)
KEYS = (
    KeyState("hr-2026", 2, "retired", METHOD, 0, 0),
    KeyState("hr-2026", 3, "active", METHOD, 0, 0, seals=True),
    KeyState("audit-2026", 1, "active", METHOD, 0, 0, "Audit office", seals=True),
)
ACME = Organisation(
    "ACME",
    "12345678901234567890",
    9,
    4,
    5,
    "wss://relay.example:7300",
    "",
    KEYS,
    (MethodState(METHOD, "ring", "wrap"),),
    POLICY,
)
