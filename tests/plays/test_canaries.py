"""Planted words and keys are nowhere but where they belong: not at the relay, not in the clear on disk."""

from functools import partial
from pathlib import Path

from support.play import Stage, meet
from watchword import log
from watchword.protocol import ratchet
from watchword.store import sessions as kept_sessions

PHRASE = "canary-phrase-7c1f aardvark zeppelin"
TEXT = "canary-text-93ab"
NAME = "canary-name-51d0"


def holding(folder: Path, canary: bytes) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and canary in path.read_bytes()
    ]


async def test_canaries(tmp_path: Path) -> None:
    log.start(tmp_path / "log")
    try:
        async with Stage(tmp_path) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await ada.client.add_contact("bo", NAME)
            await meet(ada, bo, PHRASE)
            for _ in range(5):
                await ada.sends("bo", TEXT)
                await bo.sends("ada", TEXT)
            await bo.sees_texts("ada", [TEXT] * 5)
            await ada.client.save_draft((await ada.chat("bo")).id, TEXT)
            secrets = [PHRASE.encode(), TEXT.encode(), NAME.encode(), b"canary", ada.key, bo.key]
            for person, other in ((ada, "bo"), (bo, "ada")):
                [session] = await person.client._desk.db.read(
                    partial(kept_sessions.of_account, account=other)
                )
                held = ratchet.unpack(session.packed)
                keys = (held.exporter, held.code_key, person.client._desk.identity)
                secrets += [key.expose() for key in keys]
            secrets += [secret.hex().encode() for secret in secrets if len(secret) == 32]
            for secret in secrets:
                assert holding(tmp_path, secret) == []
        for secret in secrets:
            assert holding(tmp_path, secret) == []
        assert holding(tmp_path, b"client closed") == ["log/watchword.log"]
    finally:
        log.stop()
