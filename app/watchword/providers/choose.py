"""Which provider does a method of the profile (row F4): the one place that knows them all.

Nothing is started here; a provider begins with its first call. See `docs/protocol/company.md`, The profile.
"""

from collections.abc import Callable

from watchword.protocol.company.profile import Kind, Method, Pin, Policy
from watchword.protocol.company.ring import Ring
from watchword.providers.contract import AskPin, Cause, Fault, Mode
from watchword.providers.org_ring import OrgRing
from watchword.providers.pkcs11 import Pkcs11, find_module
from watchword.providers.plugin import Plugin, find_program

MODULE, TOKEN, SERIAL = "module", "token", "serial"
PLUGIN = "plugin"
"""The names in a method's `where`."""

Provider = OrgRing | Pkcs11 | Plugin


def choose(method: Method, ring: Ring, policy: Policy, ask: AskPin, now: Callable[[], float]) -> Provider:
    """Make the provider of a method.

    Args:
        method: as the profile has it; its `mode` says which of a provider's operations are used.
        ring: for the method *key ring*.
        policy: what is asked of the ring and of PINs.
        ask: asks a person for a token's PIN.
        now: seconds since 1970.

    Raises:
        Fault: PROVIDER_MISSING, if the module or program is not installed here.
    """
    where = method.where
    match method.kind:
        case Kind.RING:
            return OrgRing(ring, policy.revoked, now)
        case Kind.PKCS11:
            module = find_module(where.get(MODULE, ""))
            if module is None:
                raise Fault(Cause.PROVIDER_MISSING)
            remember = policy.pin is Pin.SESSION
            return Pkcs11(module, where.get(TOKEN, ""), where.get(SERIAL, ""), ask, remember=remember)
        case Kind.PLUGIN:
            program = find_program(where.get(PLUGIN, ""))
            if program is None:
                raise Fault(Cause.PROVIDER_MISSING)
            settings = {name: value for name, value in where.items() if name != PLUGIN}
            return Plugin([str(program)], settings, Mode(method.mode))
