"""What a step of a room asks for, done in one transaction: kept, told, put out. Then it may be spoken.

See `docs/protocol/rooms.md` and `docs/protocol/store.md`, Outbox.
"""

import secrets
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from watchword import log
from watchword.core import sessions
from watchword.core.company import bubbles, receipts
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.core.rooms import lines, texts, view
from watchword.core.rooms.around import is_blocked, session_with
from watchword.crypto.primitives import hashed
from watchword.model.chat import Notice
from watchword.model.events import Event, MessageAdded, PastAdded, RoomChanged
from watchword.model.room import RoomDeed, RoomLine
from watchword.protocol import content
from watchword.protocol.rooms import people, taking
from watchword.protocol.rooms.effects import Answered, Changed, Dated, Drop, Effect, Forget, Keep, Send, Show
from watchword.protocol.rooms.past import Evidence
from watchword.protocol.rooms.statement import JOINS, Answer, decode
from watchword.protocol.rooms.states import Room
from watchword.store import contacts, histories, messages, posts, rooms
from watchword.store.rooms import Arrival, Shown
from watchword.store.transaction import Tx
from watchword_wire.limits import MESSAGE_ID_BYTES

LANE_BYTES = 16


def post(tx: Tx, member: Member | None, room: bytes, to: tuple[str, ...], said: bytes) -> None:
    """Put out what the program itself says to people of a company room."""
    both = member is not None and member.profile.policy.session
    for targets in [(account,) for account in to] if both else [to]:
        # In lanes of its own: a text that waits for the lists to agree must not hold up what lets them.
        lane = hashed("room lane", room, *(targets[0].encode(),) * both)[:LANE_BYTES]
        posts.say(tx, secrets.token_bytes(MESSAGE_ID_BYTES), room, lane, targets, said)


class Turn(msgspec.Struct, frozen=True):
    """A room before and after one or several events, and what they ask for."""

    before: Room | None
    """None for a room that is new here."""
    after: Room
    effects: tuple[Effect, ...]
    shown: Shown
    """With accounts in the place of names."""
    standing: bytes


class Telling(msgspec.Struct, frozen=True):
    """By which place a statement was made."""

    evidence: Evidence
    data: bytes
    """The digest of the message data that say so."""
    raw: bytes = b""
    """The statement, where it is in them."""


class Carried(msgspec.Struct):
    """What one transaction made of a turn."""

    chat: int
    shown: Shown
    events: list[Event] = []
    enveloped: bool = False
    """Whether envelopes were put into the outbox."""
    posted: bool = False
    """Whether message data were."""
    taken_back: bool = False
    """Whether something that has not left was taken out of it."""
    shared: bool = False
    """Whether history is to be shared, or fetched."""


class Carrier:
    """Carries one turn out, inside a transaction."""

    def __init__(self, desk: Desk, member: Member | None, turn: Turn, at: int) -> None:
        self._desk = desk
        self._member = member
        self._turn = turn
        self._room = turn.after
        self._at = at
        self._past: int | None = None
        """When that happened whose lines are written, if it is of the past."""
        self._said: dict[str, list[content.Text]] = {}

    def carry_out(
        self,
        tx: Tx,
        chat: int | None,
        was: Shown | None,
        answered: Iterable[int],
        told: Iterable[Telling] = (),
    ) -> Carried:
        """Do it.

        Args:
            tx: the transaction.
            chat: the room's, None for one that is new here.
            was: what the list of chats showed before.
            answered: what came and needs nothing more.
            told: what came in message data says by its place which statements were made by then.
        """
        shown = view.named(tx, self._member, self._turn.shown)
        if chat is None:
            first = self._turn.effects[:1]
            begun = self._then(first[0].at) if first and isinstance(first[0], Dated) else self._at
            chat = rooms.begin(tx, self._room.founding, shown, self._turn.standing, begun)
        done = Carried(chat, shown)
        self._introduce(tx)
        for effect in self._turn.effects:
            self._do(tx, effect, done)
        for seq in answered:
            rooms.taken(tx, seq)
        known = self._room.statements if told else {}
        for one in told:  # not what another signed in its place: what is to be said can be guessed
            held = known.get(one.evidence.digest)
            if held is not None and one.raw in (b"", held.raw):
                rooms.tell(tx, self._room.id, one.evidence, one.data)
        self._withhold(tx)
        self._answer(tx, done)
        before = self._turn.before
        if self._room.unknown != ({} if before is None else before.unknown):
            rooms.lack(tx, chat, self._room.unknown)
        if was != shown or not rooms.stands(tx, self._room.id, self._turn.standing):
            rooms.show(tx, chat, shown, self._turn.standing)
            texts.follow(tx, self._member, before, self._room, chat, done)
            texts.put_out(tx, self._member, self._room, chat, done)
        if was != shown or done.events:
            done.events += sessions.changed(tx, chat)
        if before is None or (before.roster, before.people, before.around) != (
            self._room.roster,
            self._room.people,
            self._room.around,
        ):
            done.events.append(RoomChanged(chat))
        return done

    def _do(self, tx: Tx, effect: Effect, done: Carried) -> None:
        match effect:
            case Keep(statement, digest, late):
                said = decode(statement)
                answers = people.entry_of(said) if isinstance(said.said, Answer) else None
                rooms.keep(tx, done.chat, statement, digest, answers, late=late)
            case Forget(digest):
                rooms.forget(tx, done.chat, digest)
            case Send():
                self._send(tx, effect, done)
            case Dated(at):
                self._past = at
            case Changed():
                self._changed(tx, effect, done)
            case Answered():
                if self._turn.before is not None:
                    self._line(tx, lines.of_answer(effect, self._room.me), done)
                self._share(tx, effect, done)
            case Show(token) if token:
                row = rooms.arrival(tx, int.from_bytes(token))
                if row is not None:
                    self._show(tx, row, done)
                    rooms.taken(tx, row.seq)
            case Drop(token) if token:
                rooms.taken(tx, int.from_bytes(token))
            case _:
                pass  # what differs stands in the summary; settling was done in the same turn

    def _introduce(self, tx: Tx) -> None:
        """Know colleagues who are in now by the directory's name."""
        before, member = self._turn.before, self._member
        if member is None or not self._room.founding.organisation:
            return
        known = set() if before is None else set(people.everybody(before.answers, before.roster))
        for entry in people.everybody(self._room.answers, self._room.roster):
            if entry not in known and entry.account != self._room.me:
                contacts.introduce(tx, entry.account, member.name_of(entry.account))

    def _share(self, tx: Tx, answered: Answered, done: Carried) -> None:
        """Who joins late reads what the history holds, where the policy lets them."""
        late = self._member is not None and self._member.profile.policy.late
        if not late or not self._room.founding.organisation or answered.answer != JOINS:
            return
        done.shared = True
        if answered.account == self._room.me:
            begun = histories.begin(tx, self._room.id, self._at)
            if not begun or self._room.me in self._room.roster.past:  # who founded it never asked before
                histories.begin_again(tx, self._room.id, done.chat, self._at)
            # Who just joined reads it above that; a further desktop where it was shared.
            where = sessions.next_moment(tx, done.chat, self._at) if self._past is None else 0
            histories.tell_shared_at(tx, self._room.id, where)
        elif answered.share:
            histories.share(tx, self._room.id, answered.account)
            if messages.has_texts(tx, done.chat):
                self._line(tx, RoomLine(RoomDeed.SHARED, "", (answered.account,)), done)

    def _withhold(self, tx: Tx) -> None:
        """With who is not in any more nothing is shared, and by who is not in."""
        mine = self._room.is_in(self._room.me)
        for account in histories.shares(tx, self._room.id):
            if not mine or not self._room.is_in(account):
                histories.shared(tx, self._room.id, account)

    # --- lines --------------------------------------------------------------------------

    def _changed(self, tx: Tx, changed: Changed, done: Carried) -> None:
        before, me = self._turn.before, self._room.me
        was = None if before is None else before.roster.entry(me)
        entry = self._room.roster.entry(me)
        if entry is not None and entry.turn > 0 and was != entry:
            shown = self._turn.shown.summary.invited_by
            self._line(tx, lines.of_invitation(shown), done, notify=True)
            return  # what was before concerned others
        if was is None and entry is None:
            return
        undone = [line for one in changed.undone for line in lines.of_change(one, me, void=True)]
        holds = [line for one in changed.done for line in lines.of_change(one, me)]
        for line in undone:
            if replace(line, void=False) not in holds:  # else it was done twice, as on two own desktops
                self._line(tx, line, done)
        for line in holds:
            if replace(line, void=True) not in undone:
                self._line(tx, line, done)

    def _line(self, tx: Tx, line: RoomLine, done: Carried, *, notify: bool = False) -> None:
        if self._past is None:
            moment = sessions.next_moment(tx, done.chat, self._at)
            done.events.append(MessageAdded(messages.add_line(tx, done.chat, line, moment), notify=notify))
            return
        self._past_line(tx, line, histories.moment(tx, done.chat, self._then(self._past), self._at), done)

    def _past_line(self, tx: Tx, line: RoomLine, moment: int, done: Carried) -> None:
        messages.add_line(tx, done.chat, line, moment, past=True)
        done.events.append(PastAdded(done.chat))

    def _shared_line(self, tx: Tx, row: Arrival, said_at: int, done: Carried) -> None:
        """Say once who shared what stands here of the time before this user joined, with its first text."""
        entry = self._room.roster.entry(self._room.me)
        inviter = None if entry is None else taking.inviter(self._room, entry)
        if inviter is None or not row.is_shared_with(self._room.me):
            return
        where = histories.tell_shared(tx, self._room.id)
        if where is None:
            return
        moment = where or histories.moment(tx, done.chat, self._then(said_at), self._at)
        self._past_line(tx, RoomLine(RoomDeed.SHARED, inviter, ("",)), moment, done)

    def _then(self, at: int | None) -> int:
        """When that was; nobody says that it has yet to come."""
        return min(at or self._at, self._at)

    # --- going out ----------------------------------------------------------------------

    def _send(self, tx: Tx, effect: Send, done: Carried) -> None:
        said = content.encode(self._dated(effect.content))
        if not self._room.founding.organisation:
            for account in effect.to:
                session = session_with(tx, account, self._room.around.keys.get(account, b""))
                if session is not None:
                    sessions.seal(tx, session, said)
                    done.enveloped = True
            return
        post(tx, self._member, self._room.id, effect.to, said)
        done.posted = True

    def _dated(self, said: content.Statements | content.Asked) -> content.Statements | content.Asked:
        return replace(said, at=self._at) if isinstance(said, content.Statements) else said

    # --- what is shown ------------------------------------------------------------------

    def _show(self, tx: Tx, row: Arrival, done: Carried) -> None:
        said = content.decode(row.content)
        text = content.said_in(said) if isinstance(said, content.RoomMessage) else None
        if not isinstance(text, content.Text) or is_blocked(tx, row.sender):
            return
        if row.sender != self._room.me and (row.origin is None or not row.origin.past):
            self._said.setdefault(row.sender, []).append(text)
        if row.origin is not None:
            self._shared_line(tx, row, text.at, done)
            notice = Notice.REVOKED if row.origin.revoked else None
            written = bubbles.Written(
                text, row.origin.sealing, row.origin.targets, self._room.me, notice, row.origin.past
            )
            done.events += bubbles.put(tx, done.chat, written, row.at)
            return
        moment = sessions.next_moment(tx, done.chat, min(text.at, row.at))
        message = messages.add_text(
            tx, done.chat, text.text, mine=False, at=moment, key=text.id, sender=row.sender
        )
        done.events += [] if message is None else [MessageAdded(message, notify=True)]

    def _answer(self, tx: Tx, done: Carried) -> None:
        """Tell the writers of texts that these came."""
        for writer, said in self._said.items():
            if self._room.founding.organisation:
                put = self._member is not None and receipts.put(tx, self._member, writer, tuple(said))
                done.posted = done.posted or put
                done.enveloped = done.enveloped or put
                continue
            session = session_with(tx, writer, self._room.around.keys.get(writer, b""))
            if session is None:
                log.note("no session for a room's receipt")  # it ended since
                continue
            keys = content.encode(content.Receipt(tuple(text.id for text in said)))
            sessions.seal(tx, session, texts.wrapped(self._room, keys))
            done.enveloped = True
