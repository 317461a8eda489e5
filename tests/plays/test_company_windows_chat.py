"""What a person sees of company encryption inside a conversation, through the real windows.

Bo's program has windows; his colleagues are clients without. Their company is made by `watchword-org`.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.colleague import INFO, Colleague
from support.desktop import DIALOG, WINDOW
from support.firm import install_plugin, killed_by, writes
from support.key_owner import KeyOwner
from support.logged import LoggedWarnings
from support.play import Person
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside
from support.web import WebServer
from watchword.crypto.secret import Secret
from watchword.protocol.company import message_data
from watchword.protocol.content import Text, encode
from watchword_wire import frames
from watchword_wire import message_data as wire

KEY, AUDIT = "hr-2026", "audit-2026"
UPDATES = "/acme.company"
DETAILS = "conversationDetails"
TITLE = "Ada, Cy"


class Acme:
    """ACME with an auditor, its relay and its address; bo at his desktop, ada and cy beside it."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen, *policy: str) -> None:
        relay = stack.enter_context(RelayProcess(folder / "relay"))
        self.aside = stack.enter_context(Aside())
        self.web = stack.enter_context(WebServer())
        self.owner = owner = KeyOwner(folder)
        owner.does("init", "ACME")
        for name in ("ada", "bo", "cy"):
            owner.does("member", "add", name, name.title())
        owner.does("key", "new", KEY)
        owner.does("key", "new", AUDIT, "--auditor", "Audit office")
        owner.does("profile", "set", "--relay", relay.address, "--updates", self.web.link(UPDATES), *policy)
        self.publishes()
        self.ada, self.cy = (Person(name, folder / name, relay.address) for name in ("ada", "cy"))
        for person in (self.ada, self.cy):
            self.aside.does(person.registers())
            self.aside.does(person.returns())
            stack.callback(self._leaves, person)
            data, phrase = owner.joins(person.name)
            self.aside.does(person.client.company.join(data, phrase))
        self.programs = folder / "programs"
        self.programs.mkdir()
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        self.bo = Colleague("bo", folder / "staff", {**screen.environment, "PATH": path})
        stack.callback(self.bo.stops)
        _, phrase = owner.joins("bo")
        self.bo.opens_with(str(owner.folder / "bo.company"))
        stack.callback(self.bo.forget_secret)
        self.bo.joins(phrase)

    def _leaves(self, person: Person) -> None:
        self.aside.does(person.leaves())

    def publishes(self) -> None:
        """The newest company file lies where desktops look for it."""
        self.data = self.owner.updates()
        self.web.gives(UPDATES, self.data)

    def writes(self, person: Person, text: str, *others: str) -> None:
        """A colleague writes."""
        self.aside.does(writes(person, others, text))

    def takes_update(self, person: Person) -> None:
        """A colleague takes the newest company file."""
        self.aside.does(person.client.company.update(self.data))

    def moves_key_into_plugin(self) -> Path:
        """The key lives in a plugin from now on, which dies in mid-call while the file returned is there."""
        dies = self.programs / "dies"
        self.owner.moves_into_plugin(KEY, self.programs / "keys")
        install_plugin(self.programs, sealing=killed_by(dies))
        return dies

    def alters(self, person: Person, text: str, *others: str) -> None:
        """The relay is given a colleague's message with one bit of it changed."""
        member = person.client.company._member
        assert member is not None
        head = message_data.draft(member.author, member.profile.organisation, 1, b"m" * 16, [*others])
        tag = wire.Tag(member.profile.methods[0].id, head.organisation, b"k" * 8, 1, b"w" * 60)
        said = encode(Text(head.id, 1, text))
        data = message_data.seal(member.author, head, [tag], Secret(bytes(32)), said)
        altered = data[:-1] + bytes([data[-1] ^ 1])

        async def posts() -> None:
            assert person.client._desk.link.send(frames.Post(altered))

        self.aside.does(posts())


@pytest.fixture
def acme(screen: Screen, tmp_path: Path) -> Iterator[Acme]:
    """With bo's window open."""
    with ExitStack() as stack:
        yield Acme(stack, tmp_path, screen)


def test_names_readers_and_what_waits_across_a_restart(
    acme: Acme, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    bo, window = acme.bo, acme.bo.window
    acme.writes(acme.ada, "Has anybody seen the figures?", "bo", "cy")
    bo.turns_to_chat(TITLE)
    window.wait("chatView", row=["Ada: Has anybody seen the figures?"])
    acme.writes(acme.cy, "我看过了", "ada", "bo")
    window.wait("chatView", row=["Cy: 我看过了"])
    bo.says("Then let us send them")
    bo.sees_delivered("Then let us send them")
    window.wait("contactLine", text="ACME's auditor can read · 2 people, 2 online")

    window.key("Ctrl+A", "chatView")
    window.key("Ctrl+C", "chatView")
    assert window.clipboard() == "Ada: Has anybody seen the figures?\nCy: 我看过了\nBo: Then let us send them"
    window.key("Escape", "chatView")
    window.key("Ctrl+I", "chatView")
    window.wait(INFO, visible=True)
    window.wait(f"{INFO}/infoText", contains="Then let us send them")
    window.wait(f"{INFO}/{KEY}, version 1, Key ring", visible=True)
    window.wait(f"{INFO}/{AUDIT}, version 1, Key ring · auditor Audit office", visible=True)
    said = " ".join(window.words(INFO))
    assert all(part in said for part in ("You and the people of this conversation: Ada, Cy.", "Delivered"))
    window.key("Escape", INFO)
    window.wait(INFO, visible=False)
    window.click("chatMenu")
    window.choose("chatActions", "Details")
    window.wait(DETAILS, visible=True)
    said = " ".join(window.words(DETAILS))
    assert all(part in said for part in ("Audit office", "Ada", "Cy", "Key ring", "By ACME's own encryption"))
    window.shot(tmp_path / "details.png", DETAILS)
    window.choose(f"{DETAILS}/conversationReaders", "Cy")
    window.wait(DETAILS, visible=False)
    window.wait("contactName", text="Cy")
    window.wait(WINDOW, active=True)
    window.wait("composer", focused=True)
    bo.turns_to_chat(TITLE)

    acme.alters(acme.cy, "not what cy wrote", "ada", "bo")
    bo.is_told("altered on its way")
    assert not bo.times_seen("not what cy wrote")

    for key in (KEY, AUDIT):
        acme.owner.does("key", "rotate", key)
    acme.publishes()
    acme.web.answers(UPDATES, status=503)
    for person in (acme.ada, acme.cy):
        acme.takes_update(person)
    acme.writes(acme.ada, "under the new key", "bo", "cy")
    reason = f"Encrypted with ACME's key {KEY}, version 2. Your key ring has version 1."
    bo.is_held_up("withheldBanner", reason)
    window.click("withheldBanner/copyDetails")
    assert "reason: version-unknown; key: hr-2026; version: 2; held: 1" in window.clipboard()
    window.shot(tmp_path / "waits.png", WINDOW)
    assert not window.misfits()
    bo.closes()

    bo.opens_again()
    bo.turns_to_chat(TITLE)
    window = bo.window
    bo.is_held_up("withheldBanner", reason)
    bo.is_told("altered on its way")
    assert not bo.times_seen("under the new key")
    acme.publishes()
    bo.takes_update()
    bo.reads("under the new key")
    bo.is_held_up_no_more("withheldBanner")
    assert bo.times_seen("under the new key") == 1

    acme.owner.does("member", "remove", "cy")
    acme.publishes()
    bo.takes_update()
    bo.is_held_up("goneBanner", "Cy is not in the directory of ACME any more")
    bo.says("too late for cy")
    window.wait("chatView", row=["too late for cy", "waiting to be sent"])

    acme.owner.does("member", "remove", "bo")
    acme.publishes()
    window.click(f"{WINDOW}/openSettings")
    window.wait("companyPage", visible=True)
    window.click("lookForUpdate")
    bo.is_held_up("goneBanner", "ACME's newest company file does not list you any more")
    bo.closes()
    logged_warnings.take("message data refused")


def test_a_plugin_that_dies_and_a_key_that_is_revoked(acme: Acme) -> None:
    bo = acme.bo
    acme.owner.does("key", "rotate", KEY)
    acme.owner.does("key", "rotate", AUDIT)
    for key in (KEY, AUDIT):
        acme.owner.does("key", "revoke", key, "--version", "1", "--yes")
    acme.owner.does("profile", "set", "--revoked", "refuse")
    acme.publishes()
    bo.takes_update()
    acme.writes(acme.ada, "under a stolen key", "bo", "cy")
    bo.turns_to_chat(TITLE)
    bo.is_held_up("withheldBanner", f"Encrypted with ACME's key {KEY}, version 1, which was revoked")
    acme.owner.does("profile", "set", "--revoked", "open")
    acme.publishes()
    bo.takes_update()
    bo.window.wait("chatView", row=["Ada: under a stolen key", "sealed under a key that was revoked"])

    dies = acme.moves_key_into_plugin()
    dies.touch()
    acme.publishes()
    bo.takes_update()
    bo.says("while the plugin dies")
    bo.is_held_up("unsentBanner", f"Not sent yet: the program or token that seals with ACME's key {KEY}")
    bo.closes()
    bo.opens_again()
    bo.turns_to_chat(TITLE)
    bo.is_held_up("unsentBanner", "Not sent yet")
    dies.unlink()
    bo.window.click("unsentBanner/tryCompanyNow")
    bo.window.wait("chatView", row=["while the plugin dies", "at the relay"])
    bo.is_held_up_no_more("unsentBanner")
    assert bo.times_seen("while the plugin dies") == 1
    bo.closes()


def test_both_asks_for_a_phrase_with_each(screen: Screen, tmp_path: Path) -> None:
    with ExitStack() as stack:
        acme = Acme(stack, tmp_path, screen, "--session", "required", "--phrase", "0")
        bo, window = acme.bo, acme.bo.window
        window.click(f"{WINDOW}/newConversation")
        for name in ("Ada", "Cy"):
            window.write(f"{DIALOG}/idField", name)
            window.choose(f"{DIALOG}/contactList", name)
            window.wait(f"{DIALOG}/picked-{name.lower()}", visible=True)
        window.click(f"{DIALOG}/nextStep")
        window.wait(DIALOG, visible=False)
        window.wait("noSession", visible=True, contains="until a session is open")
        window.wait("sessionsBanner", visible=True, contains="Still missing: Ada, Cy.")
        for person in (acme.ada, acme.cy):
            window.activate(WINDOW)
            window.click(f"sessionsBanner/session-{person.name}")
            window.wait(f"{DIALOG}/copyPhrase", visible=True)
            window.click(f"{DIALOG}/copyPhrase")
            phrase = window.clipboard()
            window.click(f"{DIALOG}/sendRequest")
            acme.aside.does(person.sees_prompt_of("bo"))
            acme.aside.does(person.answers("bo", phrase))
            bo.asking_sees("proved that you know the same phrase")
            bo.puts_away(DIALOG)
        window.wait("sessionsBanner", visible=False)
        bo.turns_to_chat(TITLE)
        bo.says("by both")
        bo.sees_delivered("by both")
        bo.closes()
