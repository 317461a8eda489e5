"""Rows, or parts of them, that whole files of tests stand for: they run once more, some for longer."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from chaos.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]


class Suite(NamedTuple):
    """Tests that show a row together."""

    row: int
    what: str
    tests: Sequence[str]
    longer: Mapping[str, str] = {}
    """Variables that make the long form of them."""

    def over_postgres(self) -> "Suite":
        """The same on two nodes over PostgreSQL, in the long form only."""
        return self._replace(
            what=f"{self.what}, two nodes over PostgreSQL",
            longer={**self.longer, "WATCHWORD_GROUND": "shared"},
        )

    def __call__(self, folder: Path, seed: int, *, long: bool) -> Outcome:
        """Run them; the quick form is `make test`, where they run anyway."""
        outcome = Outcome(self.row, self.what, seed, long)
        if not long:
            outcome.left_out.append(f"they run in make test: {' '.join(self.tests)}")
            return outcome
        report = folder / "report.xml"
        options = ["-q", "--tb=short", "-p", "no:cacheprovider", "--timeout=0", f"--junitxml={report}"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *self.tests],
            cwd=ROOT,
            env={**os.environ, **self.longer},
            capture_output=True,
            text=True,
            check=False,
        )
        suite = ElementTree.parse(report).getroot()[0].attrib if report.exists() else {}  # noqa: S314 - as above
        outcome.counts = {
            name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        }
        outcome.counts |= {name.lower(): value for name, value in self.longer.items()}
        outcome.wants(done.returncode == 0, f"all pass: {done.stdout[-1_500:]}")
        return outcome


MORE_KILLS = Suite(
    1,
    "kill -9 of the relay under load, by bare terminals",
    ["tests/relay/test_server.py::test_under_load_an_end_loses_and_reorders_nothing"],
    {"WATCHWORD_KILLS": "100"},
)
KILLED_NODES = MORE_KILLS.over_postgres()
MORE_CUTS = Suite(
    3,
    "power cuts while the relay's database is brought up, and in what history keeps",
    ["tests/relay/store/test_sqlite.py", "tests/relay/store/test_sqlite_history.py"],
    {"WATCHWORD_POWER_CUTS": "2000"},
)
POSTS = Suite(
    6,
    "fan-out of message data to terminals, the relay killed in the middle",
    ["tests/relay/test_server_data.py::test_kills_in_the_middle_of_posts_to_many"],
    {"WATCHWORD_KILLS": "60"},
)
POSTS_OF_NODES = POSTS.over_postgres()
PEER = Suite(
    12,
    "malicious peer: markup, marks, names, pictures, look-alikes",
    [
        "tests/plays/test_bad_input_messages.py",
        "tests/ui/test_long_names.py",
        "tests/ui/chat/test_links.py",
        "tests/ui/chat/test_typeset.py",
        "tests/wire/test_ids.py",
        "tests/wire/test_looks.py",
    ],
)
DISKS = Suite(
    14,
    "desktops: disk full, flipped bytes, wrong key, keyring missing, locked, slow",
    [
        "tests/plays/test_bad_input_profile.py",
        "tests/plays/test_keyring.py",
        "tests/app/store/test_database.py",
        "tests/app/store/test_faults.py",
        "tests/app/system/test_keyring.py",
        "tests/relay/test_limits.py",
        "tests/relay/test_upkeep.py",
        "tests/relay/test_main.py",
    ],
)
PHRASES = Suite(
    17,
    "guessing of passphrases: counted and limited on both sides",
    ["tests/plays/test_limits.py", "tests/app/protocol/test_guesses.py", "tests/app/core/test_guesses.py"],
)
PROVIDERS = Suite(
    18,
    "provider or HSM down, slow, wrong, killed in mid-call",
    [
        "tests/plays/test_company_faults.py",
        "tests/plays/test_company_token.py",
        "tests/app/providers",
        "tests/contract/test_providers.py",
    ],
)
SCHEMAS = Suite(
    20,
    "a desktop's and a relay's data of other versions; another version on the wire",
    [
        "tests/app/store/test_migrate.py",
        "tests/relay/store/test_sqlite.py",
        "tests/wire/test_snapshot.py",
        "tests/plays/test_relay_faults.py::test_another_version",
    ],
)
DESKTOPS = Suite(
    0,
    "desktops, each on another of three nodes over PostgreSQL: the plays without windows, and full mailboxes",
    [
        "tests/plays/test_company.py",
        "tests/plays/test_company_faults.py",
        "tests/plays/test_company_leavers.py",
        "tests/plays/test_company_outsiders.py",
        "tests/plays/test_company_recall.py",
        "tests/plays/test_company_retention.py",
        "tests/plays/test_company_token.py",
        "tests/plays/test_company_updates.py",
        "tests/plays/test_cut.py",
        "tests/plays/test_first_conversation.py",
        "tests/plays/test_identity.py",
        "tests/plays/test_inspected.py",
        "tests/plays/test_late_colleague.py",
        "tests/plays/test_limits.py",
        "tests/plays/test_messages.py",
        "tests/plays/test_own_desktops.py",
        "tests/plays/test_quota.py",
        "tests/plays/test_realms.py",
        "tests/plays/test_relay_faults.py",
        "tests/plays/test_roaming.py",
        "tests/plays/test_roaming_removed.py",
        "tests/plays/test_roaming_rooms.py",
        "tests/plays/test_rooms_company.py",
        "tests/plays/test_rooms_large.py",
        "tests/plays/test_rooms_phrase.py",
        "tests/plays/test_rooms_refused.py",
        "tests/plays/test_rooms_restart.py",
        "tests/plays/test_rooms_waiting.py",
        "tests/plays/test_second_desktop.py",
        "tests/plays/test_taking_back.py",
    ],
    {"WATCHWORD_GROUND": "shared"},
)
