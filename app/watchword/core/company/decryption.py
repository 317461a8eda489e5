"""F7, at the receiver, decryption: the chosen method's provider opens what came (row F4)."""

from watchword.core.company import encryption
from watchword.core.company.membership import Member
from watchword.core.company.providers import NO_FAILURE, Providers
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.protocol.company import message_data, profile
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import Choice, Kind
from watchword.providers.contract import Cause, Fault, KeyName, context_of
from watchword_wire.message_data import MODE_WRAP

Down = dict[bytes, Cause]
"""Methods that failed in this turn, which are not asked again in it."""

_EFFORTS = (Kind.RING, Kind.PLUGIN, Kind.PKCS11)
"""What is asked first."""


async def decrypt(
    member: Member,
    providers: Providers,
    examined: Examined,
    choices: tuple[Choice | Closed, ...],
    down: Down,
) -> bytes | Closed:
    """Open by the first tag that a method here opens; else the one reason that is told.

    A tag that the key ring opens is tried before one that asks a program, and that before one that may ask a
    person for a PIN; of one kind in their order.
    """
    failures: list[Closed] = []
    for choice in sorted(choices, key=_effort):
        opened = (
            choice if isinstance(choice, Closed) else await _open(member, providers, examined, choice, down)
        )
        if isinstance(opened, bytes):
            return opened
        failures.append(opened)
    return profile.told(failures)


def _effort(choice: Choice | Closed) -> int:
    return 0 if isinstance(choice, Closed) else _EFFORTS.index(choice.method.kind)


async def _open(
    member: Member, providers: Providers, examined: Examined, choice: Choice, down: Down
) -> bytes | Closed:
    tag, method = choice.tag, choice.method
    if method.id in down:
        return encryption.closed(member, down[method.id], tag.key, tag.version)
    try:
        return await _asked(member, providers, examined, choice)
    except Fault as fault:
        if fault.cause not in NO_FAILURE:
            down[method.id] = fault.cause
        return encryption.closed(member, fault.cause, tag.key, tag.version)


async def _asked(member: Member, providers: Providers, examined: Examined, choice: Choice) -> bytes | Closed:
    head, tag = examined.head, choice.tag
    context, name = context_of(head), KeyName(tag.key, tag.version)
    if head.mode == MODE_WRAP:
        key = await providers.use(member, choice.method, lambda one: one.unwrap(tag.wrapped, context, name))
        return message_data.open_wrapped(examined, Secret(key))
    sealed = examined.data.sealed
    text = await providers.use(
        member, choice.method, lambda one: encryption.of_content(one).open(sealed, context, name)
    )
    return message_data.open_provided(text)
