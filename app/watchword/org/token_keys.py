"""A company key made inside a token over PKCS#11, with the attributes that desktops ask for.

The only part of the tool that imports the library (the extra `hsm`). See `docs/protocol/company.md`, Keys on
a token.
"""

from pathlib import Path

import pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass

from watchword.providers.contract import KeyName
from watchword_wire.errors import Refused, Trouble

_BITS = 256


def generate(module: Path, token: str, serial: str, pin: str, key: KeyName, name: str) -> bool:
    """Make the key; False if it is there already, as a run leaves it that died before the vault was written.

    Raises:
        Refused: no such token, several, a wrong PIN.
        Trouble: the token does not play along.
    """
    try:
        library = pkcs11.lib(str(module))
        try:
            found = list(library.get_tokens(token_label=token, token_serial=serial.encode() or None))
            if len(found) != 1:
                problem = "is not here" if not found else "is here several times: name --token-serial"
                raise Refused(f"The token “{token}” {problem}. Nothing was changed.")
            return _made(found[0], pin, key, name)
        finally:
            library.finalize()
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise Refused("The PIN is wrong. Nothing was changed.") from error
    except pkcs11.PinLocked as error:
        raise Refused("The token's PIN is locked: its administrator can set a new one.") from error
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise Trouble(f"The token refuses ({type(error).__name__}). Nothing was changed.") from error


def _made(token: pkcs11.Token, pin: str, key: KeyName, name: str) -> bool:
    identity = key.id + key.version.to_bytes(4, "big")
    with token.open(rw=True, user_pin=pin) as session:
        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.ID: identity}
        if list(session.get_objects(wanted)):
            return False
        template = {
            Attribute.PRIVATE: True,
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.ENCRYPT: True,
            Attribute.DECRYPT: True,
        }
        session.generate_key(KeyType.AES, _BITS, id=identity, label=name, store=True, template=template)
    return True
