"""The demo's first act: two people, one phrase, one conversation, step by step through the product's windows.

`demo.py` plays it for people, `test_demo.py` as the first end-to-end test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from plays.act import Act
from support.desktop import DIALOG, PROMPT, Desktop
from support.nodes import relay_in
from support.processes import wait_until
from support.wire_cut import WireCut

T1, T2 = 14.0, 24.0
"""The relay's limits in the play, in seconds: short enough to watch one pass."""

CHALLENGE_BYTES = 1_217
RESPONSE_BYTES = 209

HELLO = "Hello Bo, it worked."
CHINESE = "你好！明天下午三点见？"
EMOJI = "🎉👍🏽"
LINK = "Have a look: https://example.org/contracts/clause-3?v=2"
LONG = ("The quick brown fox jumps over the lazy dog. " * 100)[:4_000]
WAITING = ("While you were away, one.", "While you were away, two.", "While you were away, three.")

_LEFT, _RIGHT = (10, 780), (810, 780)
DIFFER = "The phrases did not match."
ACCEPTED = "proved that you know the same phrase"
NO_ANSWER_ASKING = "did not answer in time"
NO_ANSWER_ASKED = "ran out"
DECLINED = "did not want to open a conversation now"
RELAY_LOST = "The relay cannot be reached"


class Script(Act):
    """The first act; `ada.opens` comes before it, so that a start can be timed.

    Args:
        folder: where profiles, the relay's data and the pictures go.
        environment: of the virtual screen.
        say, watched: see `Act`.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        *,
        watched: bool = True,
    ) -> None:
        super().__init__(folder, say, watched=watched, first=1)
        self.relay = relay_in(folder / "relay", t1=T1, t2=T2)
        self._cables = {name: WireCut(self.relay.port) for name in ("ada", "bo")}
        key = self.relay.address.partition("#")[2]
        profiles = folder / "profiles"
        self.ada, self.bo = (
            Desktop(name, profiles, f"ws://127.0.0.1:{cable.port}#{key}", environment)
            for name, cable in self._cables.items()
        )
        self.cy = Desktop("cy", profiles, self.relay.address, environment)
        self._people = (self.ada, self.bo, self.cy)
        self._phrase = ""

    @property
    def people(self) -> Sequence[Desktop]:
        """Ada, bo and cy."""
        return self._people

    def steps(self) -> Iterator[Callable[[], None]]:
        """The steps in order."""
        yield self.ada_sets_up
        yield self.all_are_there
        yield self.ada_asks
        yield self.wrong_phrase
        yield self.prompted_again
        yield self.right_phrase
        yield self.they_talk
        yield self.relay_killed
        yield self.bo_closes
        yield self.bo_returns
        yield self.ada_asks_cy
        yield self.no_answer
        yield self.declined
        yield self.session_ended
        yield self.bo_cut_off
        yield self.bo_comes_back
        yield self.secrets_removed

    def close(self) -> None:
        """End every program, whatever state it is in."""
        for person in self._people:
            person.stops()
        for cable in self._cables.values():
            cable.stop()
        self.relay.__exit__(None, None, None)

    # --- the steps ------------------------------------------------------------------------

    def ada_sets_up(self) -> None:
        """Ada starts for the first time: name, relay, Check."""
        self.ada.sets_up()

    def all_are_there(self) -> None:
        """Ada, bo and cy have an account each, their secrets in the keyring; bo does not know ada."""
        self.ada.finishes_set_up()
        for person in (self.bo, self.cy):
            person.opens()
            person.sets_up()
            person.finishes_set_up()
        self.cy.sits(460, 700)
        self.bo.sits(*_RIGHT)
        self.ada.sits(*_LEFT)
        for person in (self.bo, self.ada):
            person.turns_to_window()

    def ada_asks(self) -> None:
        """Ada asks bo with a generated phrase; bo's dialog pops up: "not in your contacts", ring running."""
        self._phrase = self.ada.asks("bo")
        assert len(self._phrase.split()) >= 4, "a generated phrase has four words or more"
        self.ada.waits()
        self.bo.is_prompted()
        self.bo.window.wait(f"{PROMPT}/notInContacts", visible=True)

    def wrong_phrase(self) -> None:
        """Bo types a wrong phrase: both see that the phrases differ, nobody is told who erred."""
        self.bo.answers("never the right one")
        asked, asking = self.bo.asked_sees(DIFFER), self.ada.asking_sees(DIFFER)
        for said in (asked, asking):
            assert "One of you may have mistyped it" in said, said

    def prompted_again(self) -> None:
        """Ada tries again with the same phrase; bo is asked anew."""
        self.ada.tries_again()
        self.bo.is_prompted()

    def right_phrase(self) -> None:
        """Bo types the right phrase: both see that it was accepted, the chat opens."""
        self.bo.answers(self._phrase)
        self.ada.asking_sees(ACCEPTED)
        self.bo.asked_sees(ACCEPTED)
        self.ada.puts_away(DIALOG)
        self.bo.puts_away(PROMPT)
        for person in (self.ada, self.bo):
            person.chat_opens()
            person.is_told(ACCEPTED)

    def they_talk(self) -> None:
        """Messages both ways: Chinese, emoji, a link, a text of 4,000 characters; ticks follow."""
        self.ada.says(LONG)
        self.bo.reads(LONG)
        self.ada.sees_delivered(LONG)
        self.ada.says(HELLO)
        self.bo.reads(HELLO)
        self.ada.sees_delivered(HELLO)
        self.bo.turns_to_window()
        for text in (CHINESE, EMOJI, LINK):
            self.bo.says(text)
            self.ada.reads(text)

    def relay_killed(self) -> None:
        """The relay is killed and started again: nothing lost or doubled, both reconnect."""
        self.relay.kill()
        self.ada.is_offline()
        self.bo.is_offline()
        self.ada.says("Written while the relay was gone.")
        self.relay.start()
        self.ada.is_online()
        self.bo.is_online()
        self.bo.reads("Written while the relay was gone.")
        self.bo.turns_to_window()
        self.bo.says("And answered after it came back.")
        self.ada.reads("And answered after it came back.")
        for text in ("Written while the relay was gone.", "And answered after it came back.", HELLO, CHINESE):
            for person in (self.ada, self.bo):
                assert person.times_seen(text) == 1, f"{person.name} sees {text!r} not exactly once"

    def bo_closes(self) -> None:
        """Bo closes the program; three messages wait at the relay, one tick each."""
        self.bo.closes(watched=self._watched)
        for text in WAITING:
            self.ada.says(text)
            self.ada.sees_waiting(text)

    def bo_returns(self) -> None:
        """Bo starts again: the three arrive in order, the second ticks follow."""
        self.bo.opens_again()
        self.bo.sits(*_RIGHT)
        self.bo.window.wait("chatList", visible=True, contains="ada")
        self.bo.window.choose("chatList", "ada")
        self.bo.window.key("End", "chatView")
        for text in WAITING:
            self.bo.reads(text)
            self.ada.sees_delivered(text)
        rows = self.bo.window.rows("chatView")
        places = [next(i for i, row in enumerate(rows) if text in row) for text in WAITING]
        assert places == sorted(places), "the three came out of order"

    def ada_asks_cy(self) -> None:
        """Ada asks cy, whose window is open."""
        self.ada.asks("cy")
        self.ada.waits()
        self.cy.is_prompted()

    def no_answer(self) -> None:
        """T1 passes: both sides show no answer."""
        self.cy.asked_sees(NO_ANSWER_ASKED, patience=T1 + 15)
        self.ada.asking_sees(NO_ANSWER_ASKING, patience=T1 + 15)

    def declined(self) -> None:
        """Ada asks cy once more, cy declines: ada is told."""
        self.ada.puts_away(DIALOG)
        self.cy.puts_away(PROMPT)
        self.ada.asks("cy")
        self.cy.declines()
        self.ada.asking_sees(DECLINED)

    def session_ended(self) -> None:
        """Ada ends the session: bo is told, and a new one needs the whole exchange again."""
        self.ada.puts_away(DIALOG)
        self.ada.ends_session()
        for person in (self.ada, self.bo):
            person.window.wait("noSession", visible=True)

    def bo_cut_off(self) -> None:
        """The exchange again; bo is cut off between response and verdict: bo sees the relay lost."""
        cable = self._cables["ada"]
        phrase = self.ada.asks("bo")
        self.bo.is_prompted()
        cable.hold_after(CHALLENGE_BYTES)
        self.bo.answers(phrase)
        wait_until(lambda: cable.held >= RESPONSE_BYTES, "bo's response is on its way to ada")
        self._cables["bo"].cut()
        cable.mend()
        self.ada.asking_sees(ACCEPTED)
        self.bo.window.wait(f"{PROMPT}/requestState", visible=True, contains=RELAY_LOST)

    def bo_comes_back(self) -> None:
        """The cable is mended: bo sees the same ending as ada, and they talk again."""
        self._cables["bo"].mend()
        self.bo.asked_sees(ACCEPTED, patience=60)
        self.ada.puts_away(DIALOG)
        self.bo.puts_away(PROMPT)
        self.ada.chat_opens()
        self.ada.says("Back again?")
        self.bo.reads("Back again?")
