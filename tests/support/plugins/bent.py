"""A plugin that does everything right but for what its argument says: for tests of those who must notice.

Its sealing is a toy of the standard library. It reads and writes frames by itself, so that a mistake in the
product's framing is not repeated here. Run as a program: `bent.py WAY [FILE]`.
"""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

WAY = sys.argv[1] if len(sys.argv) > 1 else "straight"
KEYS = {bytes(range(8)): {1: b"one", 2: b"two"}, bytes(range(16, 24)): {1: b"three"}}
ANSWERS: dict[str, dict[str, Any]] = {
    "answers another request": {"id": 999},
    "answers nonsense": {"data": "not base64"},
    "answers an unknown error": {"error": "out-of-coffee"},
    "says altered of sealing": {"error": "altered"},
    "blames itself for nothing": {"error": "provider-slow"},
    "says key unknown": {"error": "key-unknown"},
    "gives too much": {"data": base64.b64encode(bytes(5_000)).decode()},
    "gives nothing": {"data": ""},
}

Ask = dict[str, Any]


class Told(Exception):
    """Its text is the error that is answered."""


def place(ask: Ask) -> bytes:
    """What sealing is bound to."""
    if WAY == "binds nothing":
        return b""
    return (
        base64.b64decode(ask["context"]["digest"])
        + json.dumps([ask["key"][n] for n in ("id", "version")]).encode()
    )


def secret(ask: Ask) -> bytes:
    """The key that is asked for."""
    versions = KEYS.get(base64.b64decode(ask["key"]["id"]))
    if WAY == "takes any key":
        return b"any"
    if versions is None:
        raise Told("key-unknown")
    if ask["key"]["version"] not in versions:
        raise Told("version-unknown")
    return versions[ask["key"]["version"]]


def masked(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """The data, hidden or shown again."""
    if WAY == "hides nothing":
        return data
    mask = hashlib.shake_256(key + nonce).digest(len(data))
    return bytes(one ^ other for one, other in zip(data, mask, strict=True))


def seal(ask: Ask) -> bytes:
    """Nonce, hidden data, code."""
    key = secret(ask)
    nonce = bytes(16) if WAY == "repeats itself" else os.urandom(16)
    hidden = nonce + masked(key, nonce, base64.b64decode(ask["data"]))
    return hidden + hmac.digest(key, place(ask) + hidden, "sha256")


def disclose(ask: Ask) -> bytes:
    """The data."""
    key, sealed = secret(ask), base64.b64decode(ask["data"])
    hidden, code = sealed[:-32], sealed[-32:]
    looked_at = 31 if WAY == "checks all but a byte" else 32
    if len(sealed) < 48 or code[:looked_at] != hmac.digest(key, place(ask) + hidden, "sha256")[:looked_at]:
        raise Told("token-missing" if WAY == "blames the token" else "altered")
    data = masked(key, hidden[:16], hidden[16:])
    return data[:60_000] if WAY == "shortens" else data


def surroundings() -> None:
    """Write down what the process finds around itself."""
    found = {
        "variables": sorted(os.environ),
        "folder": str(Path.cwd()),
        "mode": Path.cwd().stat().st_mode & 0o7777,
        "files": [path.name for path in Path.cwd().iterdir()],
        "descriptors": [n for n in range(256) if Path(f"/proc/self/fd/{n}").exists()],
        "leads": os.getpid() == os.getpgid(0) == os.getsid(0),
    }
    Path(sys.argv[2]).write_text(json.dumps(found))


def misbehave(ask: Ask) -> Ask | None:
    """What happens in the place of an answer to wrap or seal."""
    if WAY in ANSWERS:
        return ANSWERS[WAY]
    match WAY:
        case "dies":
            sys.exit(3)
        case "hangs with a child":
            child = subprocess.Popen(["sleep", "600"])
            Path(sys.argv[2]).write_text(str(child.pid))
            time.sleep(600)
        case "announces too long a frame":
            sys.stdout.buffer.write((256 * 1024 + 1).to_bytes(4, "big"))
            sys.stdout.buffer.flush()
        case "writes a lot of errors":
            sys.stderr.write("secret " * 1_000_000)
        case "dies once" if not Path(sys.argv[2]).exists():
            Path(sys.argv[2]).touch()
            sys.exit(3)
        case "looks around":
            surroundings()
    return None


def answer(ask: Ask) -> Ask:
    """The answer to a request, without its id."""
    work = {"wrap": seal, "seal": seal, "unwrap": disclose, "open": disclose}.get(ask["op"])
    if work is not None:
        if work is seal and (instead := misbehave(ask)) is not None:
            return instead
        return {"data": base64.b64encode(work(ask)).decode(), "unknown": [{}]}
    if ask["op"] == "hello":
        modes = [] if WAY == "has no mode" else ["wrap", "content", "dance"]
        version = max(ask["versions"]) if WAY == "takes the highest version" else 1
        return {"version": version, "name": f"Bent\n{WAY}", "release": "7", "modes": modes}
    if ask["op"] == "health":
        ids = (
            []
            if WAY == "names no key"
            else [(key, version) for key, all_ in KEYS.items() for version in all_]
        )
        return {"keys": [{"id": base64.b64encode(key).decode(), "version": version} for key, version in ids]}
    raise Told("provider-down" if WAY == "knows no unknown" else "unknown-operation")


def main() -> None:
    """Answer until the input ends."""
    read, write = sys.stdin.buffer, sys.stdout.buffer
    if WAY == "writes before it is asked":
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    while len(head := read.read(4)) == 4:
        ask = json.loads(read.read(int.from_bytes(head, "big")))
        if WAY == "refuses what it does not know" and any(name.startswith("grease") for name in ask):
            said: Ask = {"error": "bad-request"}
        else:
            try:
                said = answer(ask)
            except Told as told:
                said = {"error": str(told), "text": "and why"}
        body = json.dumps({"id": ask["id"], **said}).encode()
        write.write(len(body).to_bytes(4, "big") + body)
        write.flush()
        if WAY == "ends after each answer" and ask["op"] in {"wrap", "unwrap"}:
            return
    if WAY == "stays":
        time.sleep(600)


if __name__ == "__main__":
    main()
