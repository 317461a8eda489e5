"""A token behind a PKCS#11 module, as the one thread that may talk to this module sees it.

Here is the library (`python-pkcs11`, the extra `hsm`); only `pkcs11` imports it, in that thread. Sealing is
AES-GCM inside the token, with the place as associated data; no key ever leaves it, and one that could is
not used. Names are those of PKCS#11 2.40. See `docs/protocol/company.md`, Keys on a token.
"""

import contextlib
import secrets
from pathlib import Path
from typing import cast

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass, SecretKey, TokenFlag
from pkcs11 import exceptions as said
from pkcs11.types import DecryptMixin, EncryptMixin

from watchword.providers.contract import Cause, Fault, KeyName
from watchword.providers.token_state import Gone, Standing

KEY_ID_BYTES = 8
VERSION_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16

_PROBE = bytes(32)

_REFUSED = (said.EncryptedDataInvalid, said.EncryptedDataLenRange)
_UNFIT = (
    said.FunctionNotSupported,
    said.KeySizeRange,
    said.KeyTypeInconsistent,
    said.MechanismInvalid,
    said.MechanismParamInvalid,
)
_NO_SESSION = (
    said.DeviceRemoved,
    said.KeyHandleInvalid,
    said.ObjectHandleInvalid,
    said.SessionClosed,
    said.SessionHandleInvalid,
    said.SlotIDInvalid,
    said.TokenNotPresent,
    said.TokenNotRecognised,
    said.UserNotLoggedIn,
)
_WRONG_PIN = (said.PinIncorrect, said.PinInvalid, said.PinLenRange)


class Module:
    """One PKCS#11 module, loaded once in a process however many providers use it."""

    def __init__(self, path: Path) -> None:
        """Load it.

        Raises:
            Fault: PROVIDER_MISSING, PROVIDER_DOWN.
        """
        self._path = str(path)
        self.users = 0
        self.sessions = 0
        try:
            self._library = pkcs11.lib(self._path)
        except said.PKCS11Error as error:
            # The plain class is the library's own word for a file that is no module.
            cause = Cause.PROVIDER_MISSING if type(error) is said.PKCS11Error else Cause.PROVIDER_DOWN
            raise Fault(cause) from error

    def release(self) -> None:
        """One user less; the last one ends the module's work."""
        self.users -= 1
        if not self.users:
            _LOADED.pop(self._path, None)
            with contextlib.suppress(said.PKCS11Error):
                self._library.finalize()

    def start_anew(self) -> bool:
        """Let the module look for its tokens again, if no session would be lost by it."""
        if self.sessions:
            return False
        with contextlib.suppress(said.PKCS11Error):
            self._library.reinitialize()
        return True

    def tokens(self, label: str, serial: str) -> list[pkcs11.Token]:
        """Every token of this label, and of this serial number if it is not empty."""
        found = []
        with contextlib.suppress(said.PKCS11Error):
            for slot in self._library.get_slots(token_present=True):
                with contextlib.suppress(said.PKCS11Error):
                    token = slot.get_token()
                    if TokenFlag.TOKEN_INITIALIZED in token.flags and token.label == label:
                        found.append(token)
        return [token for token in found if serial in {"", token.serial.decode("ascii", "replace")}]


_LOADED: dict[str, Module] = {}


def _module(path: Path) -> Module:
    found = _LOADED.get(str(path))
    if found is None:
        found = _LOADED[str(path)] = Module(path)
    found.users += 1
    return found


class Card:
    """One provider's token: found, opened, used, lost, found again."""

    def __init__(self, path: Path, label: str, serial: str) -> None:
        self._module = _module(path)
        self._label, self._serial = label, serial
        self._session: pkcs11.Session | None = None
        self._keys: dict[KeyName, SecretKey] = {}

    @property
    def open(self) -> bool:
        """Whether there is a session."""
        return self._session is not None

    def look(self) -> Standing:
        """Find the token.

        Raises:
            Fault: TOKEN_MISSING, TOKEN_AMBIGUOUS.
        """
        token = self._token()
        flags = token.flags
        warning = None
        if TokenFlag.USER_PIN_LOCKED in flags:
            warning = Cause.PIN_LOCKED
        elif TokenFlag.USER_PIN_FINAL_TRY in flags:
            warning = Cause.PIN_WRONG_LAST_TRY
        elif TokenFlag.USER_PIN_COUNT_LOW in flags:
            warning = Cause.PIN_WRONG_FEW_LEFT
        serial = token.serial.decode("ascii", "replace")
        return Standing(token.label, serial, TokenFlag.LOGIN_REQUIRED in flags, warning)

    def log_in(self, pin: bytearray | None) -> None:
        """Open a session, with a PIN if the token wants one. The PIN is erased whatever happens.

        Raises:
            Fault: PIN_WRONG and what the token's flags make of it, PIN_LOCKED, TOKEN_MISSING, PROVIDER_DOWN.
        """
        token = self._token()
        try:
            self._session = token.open(user_pin=None if pin is None else _Pin(pin))
        except said.UserAlreadyLoggedIn:  # by another provider of this program
            self._session = token.open()
        except said.PinLocked as error:
            raise Fault(Cause.PIN_LOCKED) from error
        except _WRONG_PIN as error:
            self._module.start_anew()  # the library leaves the session open in which the PIN was wrong
            raise Fault(self.look().warning or Cause.PIN_WRONG) from error
        except _NO_SESSION as error:  # pulled out while the PIN was typed
            raise Fault(Cause.TOKEN_MISSING) from error
        except said.PKCS11Error as error:
            raise Fault(Cause.PROVIDER_DOWN) from error
        finally:
            if pin is not None:
                pin[:] = bytes(len(pin))
        self._module.sessions += 1

    def keys(self) -> list[KeyName]:
        """The names of all keys that are fit.

        Raises:
            Gone, Fault: KEY_UNKNOWN if the token has no key of a company, KEY_UNFIT if none is fit.
        """
        named = [name for key in self._search({}) if (name := _name(key)) is not None]
        if not named:
            raise Fault(Cause.KEY_UNKNOWN)
        fit = []
        for name in named:
            with contextlib.suppress(Fault):
                self._key(name)
                fit.append(name)
        if not fit:
            raise Fault(Cause.KEY_UNFIT)
        return fit

    def encrypt(self, data: bytes, place: bytes, under: KeyName) -> bytes:
        """Nonce, what the token made of the data, tag.

        Raises:
            Gone, Fault: KEY_UNKNOWN, VERSION_UNKNOWN, KEY_UNFIT.
        """
        try:
            return _encrypt(self._key(under), data, place)
        except _UNFIT as error:
            raise Fault(Cause.KEY_UNFIT) from error
        except said.PKCS11Error as error:
            raise Gone from error

    def decrypt(self, sealed: bytes, place: bytes, under: KeyName) -> bytes:
        """What `encrypt` was given.

        Raises:
            Gone, Fault: KEY_UNKNOWN, VERSION_UNKNOWN, KEY_UNFIT, ALTERED.
        """
        try:
            key = self._key(under)
            try:
                return _decrypt(key, sealed, place)
            except (*_UNFIT, *_NO_SESSION):
                raise
            except _REFUSED as error:
                raise Fault(Cause.ALTERED) from error
            except said.PKCS11Error as error:
                # Of a wrong tag many modules say "general error". The data or the token? Let the same key
                # open something of its own; if that fails, it is the token.
                _decrypt(key, _encrypt(key, _PROBE, place), place)
                raise Fault(Cause.ALTERED) from error
        except _UNFIT as error:
            raise Fault(Cause.KEY_UNFIT) from error
        except said.PKCS11Error as error:
            raise Gone from error

    def close(self) -> None:
        """Log out and let the session go."""
        self._keys.clear()
        if self._session is not None:
            with contextlib.suppress(said.PKCS11Error):
                self._session.close()
            self._session = None
            self._module.sessions -= 1

    def leave(self) -> None:
        """Let the session and the module go; the card is done with."""
        self.close()
        self._module.release()

    # --- keys -----------------------------------------------------------------------------

    def _token(self) -> pkcs11.Token:
        found = self._module.tokens(self._label, self._serial)
        if not found and self._module.start_anew():
            found = self._module.tokens(self._label, self._serial)
        if not found:
            raise Fault(Cause.TOKEN_MISSING)
        if len(found) > 1:
            raise Fault(Cause.TOKEN_AMBIGUOUS)
        return found[0]

    def _key(self, name: KeyName) -> SecretKey:
        known = self._keys.get(name)
        if known is not None:
            return known
        keys = self._search({Attribute.ID: name.id + name.version.to_bytes(VERSION_BYTES, "big")})
        if not keys:
            others = (_name(key) for key in self._search({}))
            same = any(other is not None and other.id == name.id for other in others)
            raise Fault(Cause.VERSION_UNKNOWN if same else Cause.KEY_UNKNOWN)
        if len(keys) > 1 or not _fit(keys[0]):
            raise Fault(Cause.KEY_UNFIT)
        self._keys[name] = keys[0]
        return keys[0]

    def _search(self, more: dict[Attribute, object]) -> list[SecretKey]:
        if self._session is None:
            raise Gone
        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.TOKEN: True, **more}
        try:
            # A search in a session that has gone leaves a complaint behind that nobody can catch.
            self._session.generate_random(8 * len(_PROBE))
            found = list(self._session.get_objects(wanted))
        except said.PKCS11Error as error:
            raise Gone from error
        return [key for key in found if isinstance(key, SecretKey)]


class _Pin:
    """A PIN as the library takes it, without a copy that could not be erased: it encodes what it is given."""

    def __init__(self, typed: bytearray) -> None:
        self._typed = typed

    def encode(self, _encoding: str) -> bytearray:
        """The very bytes."""
        return self._typed


def _name(key: SecretKey) -> KeyName | None:
    """Which key of a company it is by its CKA_ID; None for any other key."""
    try:
        held = bytes(key[Attribute.ID])
    except (said.AttributeTypeInvalid, said.AttributeSensitive):
        return None
    if len(held) != KEY_ID_BYTES + VERSION_BYTES:
        return None
    return KeyName(held[:KEY_ID_BYTES], int.from_bytes(held[KEY_ID_BYTES:], "big"))


def _fit(key: SecretKey) -> bool:
    """Whether it is an AES key that cannot leave the token and may seal and open."""
    wanted = {
        Attribute.KEY_TYPE: KeyType.AES,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.ENCRYPT: True,
        Attribute.DECRYPT: True,
    }
    try:
        return all(key[attribute] == value for attribute, value in wanted.items())
    except (said.AttributeTypeInvalid, said.AttributeSensitive):
        return False


def _encrypt(key: SecretKey, data: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    room = len(data) + TAG_BYTES
    sealed = cast(EncryptMixin, key).encrypt(
        data,
        mechanism=Mechanism.AES_GCM,
        mechanism_param=GCMParams(nonce, place, 8 * TAG_BYTES),
        buffer_size=room,
    )
    return nonce + cast(bytes, sealed)


def _decrypt(key: SecretKey, sealed: bytes, place: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Fault(Cause.ALTERED)
    parameters = GCMParams(sealed[:NONCE_BYTES], place, 8 * TAG_BYTES)
    return cast(
        bytes,
        cast(DecryptMixin, key).decrypt(
            sealed[NONCE_BYTES:],
            mechanism=Mechanism.AES_GCM,
            mechanism_param=parameters,
            buffer_size=len(sealed),
        ),
    )
