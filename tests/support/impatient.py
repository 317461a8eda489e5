"""The desktop program whose patience with the keyring ends within a moment; `support.driver` starts it.

A person's patience is a minute, so that they find their password: longer than a test should take.
"""

from unittest import mock

from watchword.__main__ import main as product
from watchword.system import keyring

ENTRY = "support.impatient:main"
LIMIT = 2.0
"""Seconds for a call to the keyring, instead of `keyring.LIMIT`."""


def main() -> int:
    """Run the program."""
    made = keyring.Keyring.__init__

    def hasty(self: keyring.Keyring, entry: str) -> None:
        made(self, entry, limit=LIMIT)

    with mock.patch.object(keyring.Keyring, "__init__", hasty):
        return product()
