"""The demo's second act: a company brings its own encryption, and whoever runs its relay reads nothing.

The key owner uses `watchword-org`, everybody else the product's windows. The relay is another than the first
act's, and nobody has an account on it before.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from plays.act import Act
from support.colleague import INFO, Colleague
from support.desktop import Desktop
from support.firm import install_plugin, killed_by
from support.key_owner import KeyOwner
from support.nodes import relay_in
from support.web import WebServer

KEY, AUDIT = "hr-2026", "audit-2026"
UPDATES = "/acme.company"
TO_BOTH = "The board meets on Thursday. Please keep it to yourselves."
ANSWER = "I will bring the figures."
AFTER_ROTATION = "Written under the new key."
STOLEN = "Written under the key that was stolen."
KEPT = "Written while the plugin dies."

_PLACES = {"ada": (10, 780), "bo": (810, 780), "cy": (410, 780)}


class CompanyAct(Act):
    """The second act.

    Args:
        folder: where vault, profiles, the relay's data and the pictures go.
        environment: of the virtual screen.
        say, watched, first: see `Act`.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        *,
        first: int,
        watched: bool = True,
    ) -> None:
        super().__init__(folder, say, watched=watched, first=first)
        self._programs = folder / "programs"
        self._programs.mkdir(parents=True, exist_ok=True)
        self._dies = self._programs / "dies"
        self.relay = relay_in(folder / "company-relay")
        self.web = WebServer().__enter__()
        self.owner = KeyOwner(folder)
        path = f"{self._programs}{os.pathsep}{os.environ['PATH']}"
        own = {**environment, "PATH": path}
        self.ada, self.bo, self.cy = (Colleague(name, folder / "staff", own) for name in _PLACES)
        self._phrases: dict[str, str] = {}

    @property
    def people(self) -> Sequence[Desktop]:
        """Ada, bo and cy."""
        return self.ada, self.bo, self.cy

    def steps(self) -> Iterator[Callable[[], None]]:
        """The steps in order."""
        yield self.company_founded
        yield self.file_opened
        yield self.staff_joins
        yield self.message_to_two
        yield self.who_can_read
        yield self.rotated
        yield self.opens_by_itself
        yield self.revoked
        yield self.plugin_killed
        yield self.plugin_works
        yield self.nothing_leaked
        yield self.secrets_removed

    def close(self) -> None:
        """End every program, whatever state it is in."""
        for person in self.people:
            person.stops()
        self.web.__exit__(None, None, None)
        self.relay.__exit__(None, None, None)

    # --- the steps ------------------------------------------------------------------------

    def company_founded(self) -> None:
        """The key owner founds ACME with watchword-org: members, keys, an auditor, a join file each."""
        self.owner.does("init", "ACME")
        for name in _PLACES:
            self.owner.does("member", "add", name, name.title())
        self.owner.does("key", "new", KEY)
        self.owner.does("key", "new", AUDIT, "--auditor", "Audit office")
        self.owner.does("profile", "set", "--relay", self.relay.address, "--revoked", "refuse")
        self.owner.does("profile", "set", "--updates", self.web.link(UPDATES))
        self._publish()
        for name in _PLACES:
            _, self._phrases[name] = self.owner.joins(name)

    def file_opened(self) -> None:
        """Ada starts with `watchword --join`: the file says whose it is, and the company's digits."""
        self.ada.opens_with(str(self.owner.folder / "ada.company"))

    def staff_joins(self) -> None:
        """Ada, bo and cy type the phrase that came another way; nothing else is asked for."""
        for person in (self.bo, self.cy):
            person.opens_with(str(self.owner.folder / f"{person.name}.company"))
        for person in (self.ada, self.bo, self.cy):
            person.joins(self._phrases[person.name])
            person.sits(*_PLACES[person.name])

    def message_to_two(self) -> None:
        """Ada picks bo and cy from the directory and writes to both; bo answers everybody."""
        self.ada.picks("Bo", "Cy")
        self.ada.says(TO_BOTH)
        self.bo.turns_to_chat("Ada")
        self.cy.turns_to_chat("Ada")
        for person in (self.bo, self.cy):
            person.reads(TO_BOTH)
        self.ada.sees_delivered(TO_BOTH)
        self.bo.says(ANSWER)
        for person in (self.ada, self.cy):
            person.reads(ANSWER)
            person.window.wait("chatView", row=[ANSWER, "Bo"])

    def who_can_read(self) -> None:
        """Ada looks at the message: its keys, and who can read it, the auditor too."""
        self.ada.window.activate("mainWindow")
        self.ada.asks_about(TO_BOTH)
        self.ada.window.activate(INFO)  # in the picture too
        said = " ".join(self.ada.window.words(INFO))
        for wanted in (KEY, AUDIT, "Audit office", "Bo", "Cy"):
            assert wanted in said, f"message info does not name {wanted}: {said}"

    def rotated(self) -> None:
        """The keys are rotated; what ada writes waits with bo and cy, who have the older ring."""
        self.ada.window.close(INFO)
        self._rotate()
        self._publish()
        self.ada.takes_update()
        self._withdraw()
        self.ada.says(AFTER_ROTATION)
        for person in (self.bo, self.cy):
            person.is_held_up("withheldBanner", KEY)
            assert not person.times_seen(AFTER_ROTATION)

    def opens_by_itself(self) -> None:
        """Bo and cy look for the newer file: the message opens by itself, and nothing was lost."""
        self._publish()
        for person in (self.bo, self.cy):
            person.takes_update()
            person.reads(AFTER_ROTATION)
            person.is_held_up_no_more("withheldBanner")
        self.ada.sees_delivered(AFTER_ROTATION)

    def revoked(self) -> None:
        """The keys are stolen and revoked: what cy still writes under them stays closed, and why."""
        self._rotate()
        for key in (KEY, AUDIT):
            self.owner.does("key", "revoke", key, "--version", "2", "--yes")
        self._publish()
        self.ada.takes_update()
        self.cy.says(STOLEN)
        self.ada.is_held_up("withheldBanner", "revoked")
        assert not self.ada.times_seen(STOLEN)

    def plugin_killed(self) -> None:
        """The key moves into a plugin, which is killed in mid-call: nothing goes out, and why."""
        self.owner.moves_into_plugin(KEY, self._programs / "keys")
        install_plugin(self._programs, sealing=killed_by(self._dies))
        self._dies.touch()
        self._publish()
        for person in (self.ada, self.bo, self.cy):
            person.takes_update()
        self.ada.says(KEPT)
        self.ada.is_held_up("unsentBanner", "")
        assert not self.bo.times_seen(KEPT)

    def plugin_works(self) -> None:
        """The plugin works again: the message is sent as it stands, and opens with bo and cy."""
        self._dies.unlink()
        for person in (self.bo, self.cy):
            person.reads(KEPT)
        self.ada.is_held_up_no_more("unsentBanner")
        self.ada.sees_delivered(KEPT)

    def nothing_leaked(self) -> None:
        """The key owner searches all that the relay keeps: none of the company's secrets is there."""
        self.owner.does("search", str(self.relay.data), str(self.relay.log))

    # --- the key owner ---------------------------------------------------------------------

    def _rotate(self) -> None:
        """New versions of all keys that seal; a member who has any of them opens."""
        for key in (KEY, AUDIT):
            self.owner.does("key", "rotate", key)

    # --- the company's address --------------------------------------------------------------

    def _publish(self) -> None:
        """Put the newest company file where desktops look for it."""
        self.web.gives(UPDATES, self.owner.updates())

    def _withdraw(self) -> None:
        """Nothing newer lies there for now."""
        self.web.answers(UPDATES, status=503)
