"""The vault's folder: what a bad day does to it, and that nothing is lost then."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.company import PROFILE, RING, ROOT
from support.disks import read_only, tiny_disk
from watchword.org import folder as folders
from watchword.org.contents import Contents
from watchword.org.folder import VaultFolder
from watchword.org.journal import check
from watchword_wire.errors import Refused, Trouble

ACME = Contents(1, ROOT, PROFILE, RING, {})
PASSPHRASE = "four words are enough"


class Place:
    """A folder and what it complained of."""

    def __init__(self, folder: Path) -> None:
        self.warnings: list[str] = []
        self.vault = VaultFolder(folder, self.warnings.append)

    def renamed(self, name: str) -> None:
        with self.vault.changing(PASSPHRASE) as change:
            contents = change.contents
            profile = replace(contents.profile, name=name)
            change.commit(replace(contents, profile=profile), "profile set", name=name)

    @property
    def name(self) -> str:
        return self.vault.open_(PASSPHRASE).contents.profile.name

    def holds(self) -> bool:
        shell = self.vault.look()
        return not check(self.vault.lines(), shell.root_key, shell.entry)[1]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "vault")
    made.vault.found(ACME, PASSPHRASE)
    return made


def test_a_change_is_kept_journalled_backed_up_and_raises_the_serial(place: Place) -> None:
    before = place.vault.open_(PASSPHRASE).contents
    place.renamed("Acme 2")
    after = place.vault.open_(PASSPHRASE).contents
    assert after.profile.name == "Acme 2"
    assert after.profile.serial == after.ring.serial > before.serial
    assert place.holds()
    assert len(place.vault.lines()) == 2
    backups = sorted(place.vault.backups.iterdir())
    assert [one.name for one in backups] == ["000001.vault", "000002.vault"]
    assert backups[-1].read_bytes() == place.vault.vault.read_bytes()


def test_everything_is_its_owners_alone(place: Place) -> None:
    for path in (place.vault.folder, *place.vault.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_was_only_done_keeps_the_serial(place: Place) -> None:
    before = place.vault.open_(PASSPHRASE).contents
    with place.vault.changing(PASSPHRASE) as change:
        change.commit(change.contents, "ring export update", members="3")
    assert place.vault.open_(PASSPHRASE).contents == before
    assert len(place.vault.lines()) == 2


def test_what_does_not_go_together_changes_nothing(place: Place) -> None:
    before = place.vault.vault.read_bytes()
    with pytest.raises(Refused, match="is no name"):
        place.renamed("")
    assert place.vault.vault.read_bytes() == before
    assert place.holds()


def test_only_so_many_backups_are_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "KEPT_BACKUPS", 2)
    with place.vault.changing(PASSPHRASE) as change:
        change.commit(change.contents, "something")
    place.renamed("Acme 2")
    assert sorted(one.name for one in place.vault.backups.iterdir()) == ["000002.vault", "000003.vault"]


def test_another_passphrase_opens_from_then_on(place: Place) -> None:
    with place.vault.changing(PASSPHRASE) as change:
        change.rekey("four other words now")
    assert place.vault.open_("four other words now").contents == ACME
    with pytest.raises(Refused, match="does not open"):
        place.vault.open_(PASSPHRASE)


def test_a_second_run_is_kept_out_and_a_reader_is_not(place: Place) -> None:
    with place.vault.changing(PASSPHRASE):
        with pytest.raises(Trouble, match="Another watchword-org"), place.vault.changing(PASSPHRASE):
            pass
        assert place.name == "ACME"


def test_a_folder_with_something_else_becomes_no_vault(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(Refused, match="not empty"):
        VaultFolder(tmp_path, print).found(ACME, PASSPHRASE)
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]
    with pytest.raises(Refused, match="There is no vault"):
        VaultFolder(tmp_path, print).open_(PASSPHRASE)


def test_of_a_damaged_vault_the_newest_whole_backup_is_named_and_loses_nothing(place: Place) -> None:
    place.renamed("Acme 2")
    data = bytearray(place.vault.vault.read_bytes())
    data[len(data) // 2] ^= 1
    place.vault.vault.write_bytes(data)
    with pytest.raises(Trouble, match=r"is damaged. .*000002.vault is whole"):
        place.vault.open_(PASSPHRASE)
    shutil.copy(place.vault.backups / "000002.vault", place.vault.vault)
    assert place.name == "Acme 2"
    place.renamed("Acme 3")
    assert place.holds()
    for path in (place.vault.vault, *place.vault.backups.iterdir()):
        path.write_bytes(b"")
    with pytest.raises(Trouble, match="no backup beside it is whole"):
        place.vault.open_(PASSPHRASE)


# --- the journal ----------------------------------------------------------------------


def test_a_line_that_a_dead_run_left_out_is_caught_up_with(place: Place) -> None:
    place.renamed("Acme 2")
    whole = place.vault.journal.read_bytes()
    place.vault.journal.write_bytes(whole.splitlines(keepends=True)[0])
    assert not place.holds()
    place.renamed("Acme 3")
    assert place.holds()
    assert place.vault.journal.read_bytes().startswith(whole)
    assert place.warnings == []


def test_an_older_vault_put_back_changes_nothing_more(place: Place) -> None:
    place.renamed("Acme 2")
    shutil.copy(place.vault.backups / "000001.vault", place.vault.vault)
    with pytest.raises(Refused, match="an older vault was put back"):
        place.renamed("Acme 3")
    assert place.name == "ACME"


def test_a_changed_journal_is_said_and_can_be_put_aside(place: Place) -> None:
    place.renamed("Acme 2")
    place.vault.journal.write_bytes(place.vault.journal.read_bytes().replace(b"Acme 2", b"Acme 1"))
    with pytest.raises(Refused, match="it was changed"):
        place.renamed("Acme 3")
    place.vault.journal.unlink()
    place.renamed("Acme 3")
    assert "is gone" in place.warnings[0]
    assert not place.holds()
    assert place.name == "Acme 3"


# --- disks ----------------------------------------------------------------------------


def test_a_read_only_folder_can_be_read(place: Place) -> None:
    before = place.vault.vault.read_bytes()
    with (
        read_only(place.vault.folder),
        read_only(place.vault.backups),
        pytest.raises(Trouble, match="cannot be written"),
    ):
        place.renamed("Acme 2")
    assert place.vault.vault.read_bytes() == before
    assert place.name == "ACME"
    place.renamed("Acme 2")
    assert place.holds()


def test_a_journal_that_takes_no_line_is_said_and_caught_up_with(place: Place) -> None:
    with read_only(place.vault.journal):
        place.renamed("Acme 2")
    assert "the journal took no line" in place.warnings[0]
    assert place.name == "Acme 2"
    assert not place.holds()
    place.renamed("Acme 3")
    assert place.holds()


def test_a_full_disk_changes_nothing_and_goes_on_later(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 256) as disk:
        place = Place(disk.folder / "vault")
        place.vault.found(ACME, PASSPHRASE)
        before = place.vault.vault.read_bytes()
        disk.fill()
        with pytest.raises(Trouble, match=r"is full. Nothing was changed"):
            place.renamed("Acme 2")
        assert place.vault.vault.read_bytes() == before
        assert [one.name for one in place.vault.backups.iterdir()] == ["000001.vault"]
        disk.clear()
        place.renamed("Acme 2")
        assert place.name == "Acme 2"
        assert place.holds()
