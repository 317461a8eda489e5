"""A company key made inside a token over PKCS#11, with the attributes that desktops ask for.

One that is there already is looked at as a desktop looks at it, and as its owner would. The only part of the
tool that imports the library (the extra `hsm`). See `docs/protocol/company.md`, Keys on a token.
"""

import shlex
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11 import exceptions as said

from watchword.providers.contract import KeyName
from watchword_wire.errors import Refused, Trouble

_BITS = 256
_NO_VALUE = (said.AttributeTypeInvalid, said.AttributeSensitive)
_TEMPLATE = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.ENCRYPT: True,
    Attribute.DECRYPT: True,
}
_MUST: dict[Attribute, tuple[object, str]] = {
    Attribute.KEY_TYPE: (KeyType.AES, "it is not of type AES (CKA_KEY_TYPE)"),
    Attribute.VALUE_LEN: (_BITS // 8, "it has not 256 bits (CKA_VALUE_LEN)"),
    Attribute.SENSITIVE: (True, "the token shows its value (CKA_SENSITIVE is false)"),
    Attribute.EXTRACTABLE: (False, "it can leave the token (CKA_EXTRACTABLE is true)"),
    Attribute.ENCRYPT: (True, "it may not encrypt (CKA_ENCRYPT is false)"),
    Attribute.DECRYPT: (True, "it may not decrypt (CKA_DECRYPT is false)"),
}
"""What every desktop asks for, and the length besides; a token that does not tell one of them has none."""
_NEVER_OUTSIDE: dict[Attribute, str] = {
    Attribute.LOCAL: "it was brought in from outside (CKA_LOCAL is false): a copy may be anywhere",
    Attribute.NEVER_EXTRACTABLE: "it could leave the token before (CKA_NEVER_EXTRACTABLE is false)",
    Attribute.ALWAYS_SENSITIVE: "the token showed its value before (CKA_ALWAYS_SENSITIVE is false)",
}
"""What only its owner asks for; a token that does not tell is believed."""


def generate(module: Path, token: str, serial: str, pin: str, key: KeyName, name: str) -> bool:
    """Make the key; False if it is there already, as a run leaves it that died before the vault was written.

    Raises:
        Refused: no such token, several, a wrong PIN; a key that is there already is not as it has to be.
        Trouble: the token does not play along.
    """
    try:
        library = pkcs11.lib(str(module))
        try:
            found = list(library.get_tokens(token_label=token, token_serial=serial.encode() or None))
            if len(found) != 1:
                problem = "is not here" if not found else "is here several times: name --token-serial"
                raise Refused(f"The token “{token}” {problem}. Nothing was changed.")
            return _made(found[0], module, pin, key, name)
        finally:
            library.finalize()
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise Refused("The PIN is wrong. Nothing was changed.") from error
    except pkcs11.PinLocked as error:
        raise Refused("The token's PIN is locked: its administrator can set a new one.") from error
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise Trouble(f"The token refuses ({type(error).__name__}). Nothing was changed.") from error


def _made(token: pkcs11.Token, module: Path, pin: str, key: KeyName, name: str) -> bool:
    identity = key.id + key.version.to_bytes(4, "big")
    with token.open(rw=True, user_pin=pin) as session:
        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.ID: identity}
        there = list(session.get_objects(wanted))
        if there:
            _check(there, module, token.label, identity)
            return False
        made = session.generate_key(
            KeyType.AES, _BITS, id=identity, label=name, store=True, template=_TEMPLATE
        )
        problems = _problems(made)
        if problems:
            made.destroy()
            raise Trouble(
                f"The token “{token.label}” does not make such keys: {'; '.join(problems)}. It was deleted "
                "again, and nothing was changed. Make the key with your HSM's own tools, without --generate."
            )
    return True


def _check(there: list[pkcs11.Object], module: Path, token: str, identity: bytes) -> None:
    """See that what stands on the token is the one key that would be made now.

    Raises:
        Refused: it is not; with the reasons and what to do.
    """
    where = f"on the token “{token}” under CKA_ID {identity.hex()}"
    if len(there) > 1:
        problem = f"There are {len(there)} keys {where}: no desktop uses any of them."
    elif problems := _problems(there[0]):
        problem = f"There is a key already {where}, and it is none to seal under: {'; '.join(problems)}."
    else:
        return
    delete = f"pkcs11-tool --module {shlex.quote(str(module))} --token-label {shlex.quote(token)} --login"
    raise Refused(
        f"{problem} Nothing was changed. If nothing was ever sealed under it, delete it with your HSM's own "
        f"tools, for instance `{delete} --delete-object --type secrkey --id {identity.hex()}`, and run this "
        "again. Else leave it, and make a key of another id: `watchword-org key new`."
    )


def _problems(key: pkcs11.Object) -> list[str]:
    """What keeps a key from being used, in words; none if it is as it has to be."""
    must = [says for attribute, (value, says) in _MUST.items() if _told(key, attribute) != value]
    return must + [says for attribute, says in _NEVER_OUTSIDE.items() if _told(key, attribute) is False]


def _told(key: pkcs11.Object, attribute: Attribute) -> object:
    try:
        found: object = key[attribute]
    except _NO_VALUE:
        return None
    return found
