"""A real SoftHSM2 with tokens in a folder of the test, and faults of tokens, done to its functions.

SoftHSM2 never locks a PIN, never hangs and cannot be pulled out. `Faults` puts functions of the test in its
table of functions, each of which may call the one it stands for: everything above the table is the real way.
"""

import ctypes
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass

from support.waiting import until
from watchword.providers.contract import Cause, KeyName
from watchword.providers.pkcs11 import find_module

PIN = "481516"
SO_PIN = "23422342"

# PKCS#11 2.40, CK_FUNCTION_LIST: the place of a function after the version, and how many arguments it has.
PLACES = {
    "C_Finalize": (1, 1),
    "C_GetSlotList": (4, 3),
    "C_GetTokenInfo": (6, 2),
    "C_OpenSession": (12, 5),
    "C_CloseSession": (13, 1),
    "C_Login": (18, 4),
    "C_FindObjectsInit": (26, 3),
    "C_EncryptInit": (29, 3),
    "C_DecryptInit": (33, 3),
    "C_GenerateRandom": (64, 3),
}
OK, DEVICE_REMOVED, PIN_INCORRECT, PIN_LOCKED = 0, 0x32, 0xA0, 0xA4
FLAGS_AT = 96
COUNT_LOW, FINAL_TRY, LOCKED = 0x10000, 0x20000, 0x40000

Function = Callable[..., int]


class SoftHsm:
    """Tokens of one test. `monkeypatch`ed SOFTHSM2_CONF names its configuration."""

    def __init__(self, folder: Path) -> None:
        self.tokens = folder / "tokens"
        self.tokens.mkdir()
        self.configuration = folder / "softhsm2.conf"
        self.configuration.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")
        module = find_module("libsofthsm2.so")
        assert module is not None
        self.module = module

    def make_token(self, label: str, pin: str = PIN) -> str:
        """Initialise a token; returns its serial number."""
        before = set(self.serials(label))
        words = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            SO_PIN,
            "--pin",
            pin,
        ]
        subprocess.run(words, check=True, capture_output=True)
        (serial,) = set(self.serials(label)) - before
        return serial

    def serials(self, label: str) -> list[str]:
        """The serial numbers of all tokens of this label."""
        library = pkcs11.lib(str(self.module))
        try:
            return [token.serial.decode() for token in library.get_tokens(token_label=label)]
        finally:
            library.finalize()

    def make_key(
        self, serial: str, key: KeyName, kind: KeyType = KeyType.AES, bits: int = 256, **attributes: bool
    ) -> None:
        """Make a key inside the token, as company.md wants it but for `attributes`."""
        template = {
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.ENCRYPT: True,
            Attribute.DECRYPT: True,
            **{Attribute[name.upper()]: value for name, value in attributes.items()},
        }
        with self._session(serial) as session:
            session.generate_key(kind, bits, store=True, id=identity(key), template=template)

    def bring_in(self, serial: str, identity: bytes, secret: bytes) -> None:
        """Put a known secret into the token: only so can a test compute beside it."""
        with self._session(serial) as session:
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.SECRET_KEY,
                    Attribute.KEY_TYPE: KeyType.AES,
                    Attribute.VALUE: secret,
                    Attribute.ID: identity,
                    Attribute.TOKEN: True,
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.ENCRYPT: True,
                    Attribute.DECRYPT: True,
                }
            )

    def delete(self, serial: str, identity: bytes) -> None:
        """Delete a key, as the HSM's own tools do."""
        with self._session(serial) as session:
            for found in session.get_objects({Attribute.ID: identity}):
                found.destroy()

    @contextmanager
    def _session(self, serial: str) -> Iterator[pkcs11.Session]:
        library = pkcs11.lib(str(self.module))
        try:
            token = library.get_token(token_serial=serial.encode())
            with token.open(rw=True, user_pin=PIN) as session:
                yield session
        finally:
            library.finalize()


def identity(key: KeyName) -> bytes:
    """The CKA_ID of a key."""
    return key.id + key.version.to_bytes(4, "big")


class Faults:
    """What a test does to a module's functions; `restore` undoes it."""

    when_cut = Cause.TOKEN_MISSING

    def __init__(self, module: Path) -> None:
        table = ctypes.c_void_p()
        self._library = ctypes.CDLL(str(module))
        assert self._library.C_GetFunctionList(ctypes.byref(table)) == OK
        assert table.value is not None
        self._table = table.value + ctypes.sizeof(ctypes.c_void_p)
        self._originals: dict[str, int] = {}
        self._kept: list[object] = []
        self._gate = threading.Event()
        self._entered = threading.Event()
        self._removed = False
        self.hangs: Callable[[], bool] = lambda: False
        """Whether the provider under test still hangs."""

    def replace(self, name: str, function: Callable[[Function, tuple[int, ...]], int]) -> None:
        """Call `function(original, arguments)` in the place of the module's function."""
        place, count = PLACES[name]
        kind = ctypes.CFUNCTYPE(ctypes.c_ulong, *[ctypes.c_size_t] * count)
        cell = ctypes.c_void_p.from_address(self._table + place * ctypes.sizeof(ctypes.c_void_p))
        assert cell.value is not None
        address = self._originals.setdefault(name, cell.value)
        original = kind(address)
        mine = kind(lambda *arguments: function(original, arguments))
        self._kept += [original, mine]
        cell.value = ctypes.cast(mine, ctypes.c_void_p).value

    def restore(self) -> None:
        """Give every function back."""
        self._gate.set()
        self._removed = False
        for name, address in self._originals.items():
            place = self._table + PLACES[name][0] * ctypes.sizeof(ctypes.c_void_p)
            ctypes.c_void_p.from_address(place).value = address
        self._originals.clear()

    # --- conformance.Disturbance ----------------------------------------------------------

    async def stall(self) -> None:
        """Let the next use of a key hang."""
        self._gate.clear()
        self._entered.clear()
        for name in ("C_EncryptInit", "C_DecryptInit"):
            self.replace(name, self._held)
        for name in ("C_FindObjectsInit", "C_GenerateRandom"):
            self.replace(name, self._lost)
        self.replace("C_GetSlotList", self._slots)

    def under_way(self) -> bool:
        """Whether a use of a key hangs now."""
        return self._entered.is_set()

    async def cut(self) -> None:
        """Pull the token out."""
        self._removed = True
        self._gate.set()

    async def mend(self) -> None:
        """Put the token in again, and let go of what hung."""
        self.restore()
        await until(lambda: not self.hangs(), "the module came back")

    def _held(self, original: Function, arguments: tuple[int, ...]) -> int:
        self._entered.set()
        self._gate.wait(30)
        return self._lost(original, arguments)

    def _lost(self, original: Function, arguments: tuple[int, ...]) -> int:
        return DEVICE_REMOVED if self._removed else original(*arguments)

    def _slots(self, original: Function, arguments: tuple[int, ...]) -> int:
        if not self._removed:
            return original(*arguments)
        self.no_slots(arguments)
        return OK

    @staticmethod
    def no_slots(arguments: tuple[int, ...]) -> None:
        """Answer C_GetSlotList: none."""
        ctypes.c_ulong.from_address(arguments[2]).value = 0

    # --- PINs -----------------------------------------------------------------------------

    def count_tries(self, tries: int) -> None:
        """Let the PIN be locked after so many wrong ones, with the warnings that cards give before."""
        left = [tries]

        def log_in(original: Function, arguments: tuple[int, ...]) -> int:
            if not left[0]:
                return PIN_LOCKED
            outcome = original(*arguments)
            if outcome == PIN_INCORRECT:
                left[0] -= 1
            return outcome

        def token_info(original: Function, arguments: tuple[int, ...]) -> int:
            outcome = original(*arguments)
            flags = ctypes.c_ulong.from_address(arguments[1] + FLAGS_AT)
            warning = {0: LOCKED, 1: FINAL_TRY, 2: COUNT_LOW}.get(left[0], 0)
            flags.value = flags.value & ~(COUNT_LOW | FINAL_TRY | LOCKED) | warning
            return outcome

        self.replace("C_Login", log_in)
        self.replace("C_GetTokenInfo", token_info)
