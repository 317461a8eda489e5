"""Bad input in conversations, as a person meets it: ids, phrases, messages, and what a hostile peer writes.

What was typed stays in its field with what is wrong beside it; what comes from a peer is text and only text.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.desktop import DIALOG, PROMPT, WINDOW, Desktop
from support.driver import Driver, hung
from support.meeting import ACCEPTED, has_account, meets
from support.play import PHRASE, Person
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.screen import Screen
from support.strangers import Aside, Stranger, web_site
from watchword.model.chat import Delivery
from watchword_wire.ids import ACCOUNT_BYTES
from watchword_wire.limits import TEXT_BYTES

T1, T2 = 11.0, 30.0

ID_EMPTY = "Type an id."
ID_MINE = "This is your own id. Type the id of the other person."
ID_LONG = "This id is too long. Check it, or choose a shorter one."
ID_SLASH = "An id has no slash in it."
ID_SPACE = "An id has no spaces in it."
ID_CONTROL = "This id contains a character that cannot be seen."
PHRASE_EMPTY = "The phrase is empty. Type the words you agreed on."
PHRASE_LONG = "The phrase is too long. A few words are enough."
PHRASE_CHARACTER = "The phrase contains a character that this program does not know yet. Leave it out."
HINT_SHOWS = "The hint contains the phrase, and hints are not encrypted. Write something else."
NO_ANSWER = "nobody.there did not answer in time. No harm done. Check the id, or try again."
TOO_LONG = "Too long to send: 65,537 of at most 65,536 bytes. Split it into two."

BAD_IDS = [
    ("ada", ID_MINE),
    (" ADA ", ID_MINE),
    ("\uff41da", ID_MINE),
    ("bo/1", ID_SLASH),
    ("bo bo", ID_SPACE),
    ("b\u202eo", ID_CONTROL),
    ("b" * (ACCOUNT_BYTES + 1), ID_LONG),
    ("b" * 10_000, ID_LONG),
]
BAD_PHRASES = [
    ("", PHRASE_EMPTY),
    ("     ", PHRASE_EMPTY),
    ("\u3000\u3000", PHRASE_EMPTY),
    ("x" * 10_000, PHRASE_LONG),
    ("apple " * 1_666 + "pear", PHRASE_LONG),
    ("\u0378 unassigned", PHRASE_CHARACTER),
]
HUNG = 200
"""Milliseconds on the event loop that a person would take for hanging."""


@pytest.fixture
def aside() -> Iterator[Aside]:
    """A loop in a thread, for people without windows."""
    with Aside() as there:
        yield there


class Couple:
    """Ada with windows, bo without; not met yet."""

    def __init__(self, stack: ExitStack, folder: Path, screen: Screen, aside: Aside) -> None:
        self.relay = stack.enter_context(RelayProcess(folder / "relay", t1=T1, t2=T2))
        self.bo = Person("bo", folder / "bo", self.relay.address)
        self.aside = aside
        aside.does(self.bo.registers())
        aside.does(self.bo.returns())
        stack.callback(lambda: aside.does(self.bo.leaves()))
        self.ada = Desktop("ada", folder, self.relay.address, screen.environment)
        has_account(self.ada, screen.environment)
        stack.callback(self._stop)

    def _stop(self) -> None:
        self.ada.stops()


@pytest.fixture
def couple(screen: Screen, tmp_path: Path, aside: Aside) -> Iterator[Couple]:
    """Ada's program is not open yet."""
    with ExitStack() as stack:
        yield Couple(stack, tmp_path, screen, aside)


def retype(window: Driver, field: str, text: str) -> None:
    """Take out what stands in a field, and put something else there."""
    window.key("Ctrl+A", field)
    window.key("Delete", field)
    if text:
        window.paste(field, text)


def test_ids_and_phrases_on_both_sides(couple: Couple, tmp_path: Path) -> None:
    ada, bo, aside = couple.ada, couple.bo, couple.aside
    ada.opens_again()
    window = ada.window
    window.click(f"{WINDOW}/newConversation")
    field = f"{DIALOG}/idField"
    window.wait(DIALOG, visible=True)
    for number, (typed, said) in enumerate(BAD_IDS):
        retype(window, field, typed)
        window.wait("idProblem", visible=True, text=said)
        window.wait(f"{DIALOG}/nextStep", enabled=False)
        window.key("Return", field)
        window.wait("idProblem", visible=True, text=said)
        assert window.text(field) == typed
        window.shot(tmp_path / f"id-{number}.png", DIALOG)
    retype(window, field, "")
    window.key("Return", field)
    window.wait("idProblem", visible=True, text=ID_EMPTY)
    _asking(window, tmp_path)
    window.wait(f"{DIALOG}/requestState", visible=True, contains="Waiting for")

    aside.does(bo.asks("ada", PHRASE, hint="<b>the</b> one from <img src=file:///dev/zero>"))
    _asked(ada, tmp_path)
    ada.asked_sees(ACCEPTED)
    ada.puts_away(PROMPT)

    assert ada.asking_sees("No harm done", patience=T1 + PATIENCE) == NO_ANSWER
    window.shot(tmp_path / "no-answer.png", DIALOG)
    window.click(f"{DIALOG}/tryAgain")
    window.wait(f"{DIALOG}/phraseField", visible=True, text="right words at last")
    assert window.quit() == 0


def _asking(window: Driver, pictures: Path) -> None:
    """The phrase page: every bad phrase, then a good one for an id that does not exist."""
    retype(window, f"{DIALOG}/idField", "nobody.there")
    window.wait(f"{DIALOG}/nextStep", enabled=True)
    window.click(f"{DIALOG}/nextStep")
    window.wait(f"{DIALOG}/sendRequest", visible=True)
    window.click(f"{DIALOG}/Type my own")
    phrase = f"{DIALOG}/phraseField"
    for number, (typed, said) in enumerate(BAD_PHRASES):
        retype(window, phrase, typed)
        window.click(f"{DIALOG}/sendRequest")
        window.wait(phrase, visible=True, described=said, text=typed)
        window.wait(f"{DIALOG}/sendRequest", enabled=True)
        window.shot(pictures / f"asking-{number}.png", DIALOG)
    retype(window, phrase, "right words at last")
    window.click(f"{DIALOG}/addHint")
    window.write(f"{DIALOG}/hintField", "it is: right words at last")
    window.click(f"{DIALOG}/sendRequest")
    window.wait(f"{DIALOG}/hintField", described=HINT_SHOWS, text="it is: right words at last")
    window.shot(pictures / "hint.png", DIALOG)
    retype(window, f"{DIALOG}/hintField", "h" * 200)
    assert window.text(f"{DIALOG}/hintField") == "h" * 80
    retype(window, f"{DIALOG}/hintField", "")
    window.click(f"{DIALOG}/sendRequest")


def _asked(ada: Desktop, pictures: Path) -> None:
    """The pop-up: every bad phrase, then the right one, in the same run."""
    ada.is_prompted()
    window, phrase = ada.window, f"{PROMPT}/phraseField"
    window.wait(f"{PROMPT}/requestHint", visible=True, text="<b>the</b> one from <img src=file:///dev/zero>")
    for number, (typed, said) in enumerate(BAD_PHRASES):
        retype(window, phrase, typed)
        window.click(f"{PROMPT}/openConversation")
        window.wait(phrase, visible=True, enabled=True, described=said, text=typed)
        window.shot(pictures / f"asked-{number}.png", PROMPT)
    retype(window, phrase, PHRASE)
    window.click(f"{PROMPT}/openConversation")


def test_messages_of_no_and_of_too_many_bytes(couple: Couple, tmp_path: Path) -> None:
    ada, bo, aside = couple.ada, couple.bo, couple.aside
    ada.opens_again()
    meets(ada, bo, aside)
    window = ada.window
    for typed in ("", "   ", " \n\t\u3000\n"):
        retype(window, "composer", typed)
        window.wait("sendButton", enabled=False)
        window.key("Return", "composer")
        window.wait("composer", text=typed)
    longest = "文" * (TEXT_BYTES // 3) + "x" * (TEXT_BYTES % 3)
    before = len(window.report()["blocks"])
    for typed in (longest + "x", "x" * (TEXT_BYTES + 1)):
        retype(window, "composer", typed)
        window.wait("composerNote", visible=True, text=TOO_LONG)
        window.wait("sendButton", enabled=False)
        window.key("Return", "composer")
        assert window.text("composer") == typed
    _not_hung(window, before)
    window.shot(tmp_path / "too-long.png", WINDOW)
    assert window.quit() == 0
    ada.stops()
    ada.opens_again()
    window = ada.window
    window.choose("chatList", "bo")
    window.wait("composer", visible=True, text="x" * (TEXT_BYTES + 1))
    window.wait("composerNote", visible=True, text=TOO_LONG)
    retype(window, "composer", longest)
    window.wait("sendButton", enabled=True)
    window.key("Return", "composer")
    window.wait("composer", text="")
    aside.does(bo.sees_texts("ada", [longest]))
    ada.sees_delivered(longest)
    window.shot(tmp_path / "longest.png", WINDOW)
    before = len(window.report()["blocks"])
    aside.does(bo.sends("ada", longest))
    window.wait("chatView", row=[longest[:60], "bo"])
    _not_hung(window, before)
    assert window.quit() == 0


def hostile_texts(port: int, pipe: Path) -> list[str]:
    """What somebody might write who means harm; `pipe` hangs whoever opens it."""
    return [
        f"<b>bold</b><img src='file://{pipe}'><script>alert(1)</script>",
        f"<img src='http://127.0.0.1:{port}/picture.png'><h1>big</h1>",
        f"![picture](http://127.0.0.1:{port}/markdown.png) [link](file://{pipe})",
        f"file://{pipe} FILE://{pipe}",
        "javascript:alert(1) data:text/html,<b>x</b> smb://127.0.0.1/share ms-word:ofe|u|x",
        "https://example.org@evil.example/ http://аpple.com/ https://evil.example/\u202egpj.exe",
        "\u202ereversed\u202c \u2066isolated\u2069 \u200fright \u061c\u200e left",
        "a" + "\u0301" * 10_000 + " end",
        ("z" + "\u0317\u0301" * 40) * 120,
        "\u200b\u200d\ufeff\u2060 zero width",
        "line\n" * 2_000 + "the last line",
        "W" * 20_000,
        "👨‍👩‍👧‍👦" * 2_000,
        "\x00\x07\x1b[31mred\x7f",
        "\u0622\u0644\u0633\u0644\u0627\u0645 עליכם " * 500,
        "https://аpple.com/clause",  # a Cyrillic a
    ]


def test_what_a_hostile_peer_writes_is_text(
    couple: Couple, screen: Screen, tmp_path: Path, aside: Aside
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    opened = tmp_path / "opened"
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", "gio", "x-www-browser", "firefox", "sensible-browser"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} \"$@\" >> '{opened}'\n")
        (programs / name).chmod(0o755)
    browsers = {
        "PATH": f"{programs}:{screen.environment['PATH']}",
        "BROWSER": str(programs / "x-www-browser"),
    }
    ada = couple.ada = Desktop("ada", tmp_path, couple.relay.address, {**screen.environment, **browsers})
    bo = couple.bo
    (ada.profile / "settings.json").write_text('{"notifications": "text"}')
    with Stranger(web_site) as web:
        ada.opens_again()
        meets(ada, bo, aside)
        window = ada.window
        texts = hostile_texts(web.port, pipe)
        clicked_links = {texts[-1]: "clause"}
        mixed = {texts[5]}  # a click might fall on a link or beside it
        before = len(window.report()["blocks"])
        for number, text in enumerate(texts):
            aside.does(bo.sends("ada", text))
            window.wait("chatView", contains=text[:60])
            window.shot(tmp_path / f"hostile-{number}.png", WINDOW)
            if text not in mixed:
                window.choose("chatView", text[:60])
            if text in clicked_links:
                window.wait("openLink", visible=True)
                window.wait("linkAddress", visible=True)
                assert clicked_links[text] in window.look("linkAddress")["spoken"]
                window.shot(tmp_path / f"link-{number}.png", "linkAddress")
                window.click("openLink/cancel")
                window.wait("openLink", visible=False)
            elif (
                text not in mixed
            ):  # marks a word; the click on the next text, a moment later, is one of its own
                window.choose("chatView", text[:60], double=True)
        window.key("Ctrl+A", "chatView")
        window.key("Ctrl+C", "chatView")
        for text in texts[:5]:
            assert text in window.clipboard()
        for size in (700, 1_100, 900):
            window.resize(WINDOW, size, 700)
        shown = [entry["name"] for entry in window.windows()]
        assert shown == [WINDOW], "nothing but the protected link to the web asks to be opened"
        window.close(WINDOW)
        for number, text in enumerate(texts):
            aside.does(bo.sends("ada", text))
            if number in (1, 6, 7):
                aside.does(bo.sees_ticks("ada", Delivery.DELIVERED))
                ada.shot(tmp_path / f"notified-{number}.png")
        aside.does(bo.sees_ticks("ada", Delivery.DELIVERED))
        window.tray_click()
        window.wait(WINDOW, visible=True)
        window.wait("chatList", contains="аpple.com")
        _not_hung(window, before)
        complaints = window.report()["complaints"]
        assert not complaints, complaints
        assert window.quit() == 0
        assert web.visits == 0
    assert not opened.exists(), opened.read_text()


def _not_hung(window: Driver, before: int) -> None:
    """Nothing kept the loop so long that a person would notice."""
    found = hung(window.report(), before, HUNG)
    assert not found, "\n".join(found)
