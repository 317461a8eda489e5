"""The two sample plugins of the documentation, with a file of keys as they read it."""

from pathlib import Path

from watchword.providers.contract import KeyName

FOLDER = Path(__file__).parents[3] / "docs" / "protocol" / "plugin"
PERL, NODE = FOLDER / "sample.pl", FOLDER / "sample.mjs"
KEY = KeyName(bytes.fromhex("0001020304050607"), 1)
KEYS = (KEY, KeyName(KEY.id, 2), KeyName(bytes.fromhex("1011121314151617"), 1))


def settings_in(folder: Path) -> dict[str, str]:
    """Write the file of keys; returns the settings that name it."""
    path = folder / "keys"
    lines = (
        f"{key.id.hex()} {key.version} {bytes([number]).hex() * 32}\n" for number, key in enumerate(KEYS, 1)
    )
    path.write_text("".join(lines))
    return {"keys": str(path)}
