"""The one secret, what comes from it, and the master passphrase that may seal it."""

import asyncio
import hashlib
import hmac

import pytest
from msgspec.structs import replace
from nacl import pwhash
from nacl.bindings import crypto_pwhash_alg

from support.blocking import Block
from watchword.core import unlock
from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.store.description import SealedSecret

SECRET = Secret(bytes(range(32)))
MASTER = "four words make one"


def test_secrets_are_fresh_and_32_bytes() -> None:
    one, other = unlock.new_secret(), unlock.new_secret()
    assert len(one) == len(other) == 32
    assert one != other


def test_the_database_key_is_hkdf_of_the_secret() -> None:
    """RFC 5869, section 2.3, one block: HMAC(PRK, info ‖ 01), info as `docs/protocol/store.md` gives it."""
    name = b"watchword/1 database"
    info = len(name).to_bytes(4, "big") + name + bytes(4)
    expected = hmac.digest(SECRET.expose(), info + b"\x01", hashlib.sha256)
    assert unlock.database_key(SECRET) == Secret(expected)


@pytest.mark.parametrize(
    "master", ["", " ", "one", "one two three", "one  two\tthree", "short-one", "二字", "fifteen letters"]
)
def test_a_short_master_passphrase_is_refused(master: str) -> None:
    with pytest.raises(RefusedBy) as raised:
        unlock.check_master(master)
    assert raised.value.situation.kind is Kind.MASTER_SHORT


@pytest.mark.parametrize(
    "master", [MASTER, "a b c d", "sixteencharacter", "天地玄黄宇宙洪荒日月盈昃辰宿列张"]
)
def test_four_words_or_sixteen_characters_are_taken(master: str) -> None:
    unlock.check_master(master)


async def test_a_master_passphrase_seals_and_unseals_off_the_loop(
    quick_loop: list[Block], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "crypto_pwhash_alg", crypto_pwhash_alg)  # twice, as for people
    sealed = await unlock.seal(SECRET, MASTER)
    assert await unlock.unseal(sealed, MASTER) == SECRET
    assert SECRET.expose() not in sealed.sealed


async def test_typed_another_way_it_is_the_same() -> None:
    sealed = await unlock.seal(SECRET, "Vier Wörter sind genug")
    assert await unlock.unseal(sealed, "  Ｖier Wo\u0308rter\u3000sind  genug ") == SECRET


async def test_the_stretching_is_argon2id_as_documented() -> None:
    """RFC 9106 through libsodium: 10 passes, 64 MiB, one lane; then ChaCha20-Poly1305."""
    from watchword.crypto import primitives  # noqa: PLC0415 - this test alone looks inside

    sealed = await unlock.seal(SECRET, MASTER)
    key = await asyncio.to_thread(
        pwhash.argon2id.kdf, 32, MASTER.encode(), sealed.salt, opslimit=10, memlimit=64 * 1024 * 1024
    )
    assert (
        primitives.unseal(key, sealed.nonce, sealed.sealed, b"watchword/1 master passphrase")
        == SECRET.expose()
    )


async def kind_of_unseal(sealed: SealedSecret, master: str) -> Kind:
    with pytest.raises(TroubleWith) as raised:
        await unlock.unseal(sealed, master)
    return raised.value.situation.kind


async def test_another_passphrase_or_altered_bytes_are_wrong() -> None:
    sealed = await unlock.seal(SECRET, MASTER)
    assert await kind_of_unseal(sealed, "four words make two") is Kind.MASTER_WRONG
    altered = bytes([sealed.sealed[0] ^ 1]) + sealed.sealed[1:]
    assert await kind_of_unseal(replace(sealed, sealed=altered), MASTER) is Kind.MASTER_WRONG
    assert await kind_of_unseal(replace(sealed, salt=b"short"), MASTER) is Kind.MASTER_WRONG
    assert await kind_of_unseal(replace(sealed, nonce=b"short"), MASTER) is Kind.MASTER_WRONG


async def test_every_sealing_is_different() -> None:
    one, other = await asyncio.gather(unlock.seal(SECRET, MASTER), unlock.seal(SECRET, MASTER))
    assert one.salt != other.salt
    assert one.sealed != other.sealed
