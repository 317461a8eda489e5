"""What every command is given."""

import argparse
import sys
from pathlib import Path

import pytest

from support.key_owner import KeyOwner
from watchword.org.desk import Desk
from watchword_wire.errors import Refused


def test_a_vault_is_looked_for_before_its_passphrase_is_asked(tmp_path: Path) -> None:
    options = argparse.Namespace(vault=tmp_path / "none", passphrase_file=str(tmp_path / "none"))
    desk = Desk(print)
    with pytest.raises(Refused, match="There is no vault"):
        desk.opened(options)
    with pytest.raises(Refused, match="There is no vault"), desk.changing(options):
        pass


def test_a_passphrase_file_that_others_read_is_complained_of(tmp_path: Path) -> None:
    owner = KeyOwner(tmp_path)
    owner.founds()
    owner.passphrase.chmod(0o644)
    outcome = owner.runs("key", "list")
    assert outcome.code == 0
    assert "can be read by others" in outcome.err


def test_without_the_extra_a_token_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    monkeypatch.delitem(sys.modules, "watchword.org.token_keys", raising=False)
    with pytest.raises(Refused, match="extra hsm"):
        Desk(print).token_generator()
