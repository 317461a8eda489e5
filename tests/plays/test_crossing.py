"""Only sealed bytes cross from a company's network to the relay: F5.

Every desktop stands behind one wire that keeps all that crosses it, TLS off; what was planted inside is
searched in it, in whatever shape. What has to be there in the clear (who writes to whom, which key) shows
that the search can find something. No other way leads out: every connection of this process is counted.
"""

import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pkcs11
import pytest
from msgspec.structs import replace
from pkcs11 import Attribute, KeyType, ObjectClass

from support.firm import KEY, Firm, company_chat, install_plugin, ticks
from support.firm import PHRASE as JOIN_PHRASE
from support.play import Person, Stage, meet
from support.recorder import Recorder, holds
from support.softhsm import SoftHsm
from support.waiting import until_found
from watchword.crypto.secret import Secret
from watchword.model.chat import Delivery, MessageKind
from watchword.model.events import Event, PinWanted
from watchword.protocol import ratchet
from watchword.protocol.company.profile import Auditor, Method, Pin
from watchword.protocol.company.profile import Kind as MethodKind
from watchword.protocol.company.ring import RingKey, State
from watchword.store import sessions as kept_sessions
from watchword_wire.message_data import MODE_WRAP

TOKEN, OWN = b"by-token", b"by-owner"
AUDIT = b"auditor-"
PHRASE = "canary-phrase-7c1f aardvark zeppelin"
TEXT = "canary-text-93ab, 金丝雀"
NAMES = ("ada.inside", "bo.inside", "cy.inside")


class Connections:
    """Whereto this process connects, all of it, for as long as it looks."""

    def __init__(self) -> None:
        self.made: list[object] = []
        self.looks = True
        sys.addaudithook(self._hears)  # there is no way to take one out again

    def _hears(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.looks and event == "socket.connect":
            self.made.append(arguments[1])


class Border:
    """People inside, the relay outside, and what crossed between them."""

    def __init__(self, stage: Stage, recorder: Recorder, connections: Connections) -> None:
        self._stage = stage
        self._recorder = recorder
        self._connections = connections
        self.planted: list[bytes] = [PHRASE.encode(), TEXT.encode(), TEXT[:14].encode()]

    async def enter(self, *names: str) -> list[Person]:
        """People whose only way out is the wire."""
        address = self._stage.through(self._recorder)
        people = [await self._stage.person(name, address=address) for name in names]
        self.planted += [person.client._desk.identity.expose() for person in people]
        self.planted += [person.key for person in people]
        return people

    def plant(self, *canaries: bytes) -> None:
        """These must not cross either."""
        self.planted += canaries

    def is_tight(self, *in_the_clear: bytes) -> None:
        """Nothing planted crossed; what the relay has to see did."""
        inside, outside = (("127.0.0.1", port) for port in (self._recorder.port, self._stage.relay.port))
        made = self._connections.made
        assert set(made) == {inside, outside}, "something went another way"
        assert made.count(outside) == self._recorder.accepted, "something went past the wire"
        crossed = self._recorder.crossed()
        for seen in in_the_clear:
            assert holds(crossed, seen), f"the search does not find {seen!r}"
        assert [canary for canary in self.planted if holds(crossed, canary)] == []
        assert b"canary" not in crossed


@asynccontextmanager
async def border(folder: Path) -> AsyncIterator[Border]:
    async with Stage(folder) as stage, Recorder("127.0.0.1", stage.relay.port) as recorder:
        connections = Connections()
        try:
            yield Border(stage, recorder, connections)
        finally:
            connections.looks = False


async def everybody_reads(people: Iterable[Person], others: dict[str, tuple[str, ...]], count: int) -> None:
    for person in people:

        async def there(person: Person = person) -> bool:
            wanted = others[person.name]
            if not any(tuple(m.account for m in c.members) == wanted for c in await person.client.chats()):
                return False
            chat = await company_chat(person, *wanted)
            rows = (await person.client.page(chat.id)).messages
            return len([row for row in rows if row.kind is MessageKind.TEXT and row.text == TEXT]) == count

        await until_found(there, f"{person.name} reads {count} texts")


async def test_a_passphrase_session(tmp_path: Path) -> None:
    async with border(tmp_path) as inside:
        ada, bo = await inside.enter(*NAMES[:2])
        await meet(ada, bo, PHRASE)
        for _ in range(3):
            await ada.sends(bo.name, TEXT)
            await bo.sends(ada.name, TEXT)
        await bo.sees_texts(ada.name, [TEXT] * 3)
        await ada.sees_texts(bo.name, [TEXT] * 3)
        for person, other in ((ada, bo), (bo, ada)):
            [session] = await person.client._desk.db.read(
                partial(kept_sessions.of_account, account=other.name)
            )
            held = ratchet.unpack(session.packed)
            inside.plant(held.exporter.expose(), held.code_key.expose())
        inside.is_tight(b"bo.inside/1", b"ada.inside/1")


@pytest.mark.parametrize("session", [False, True])
async def test_a_company_with_a_key_ring(tmp_path: Path, *, session: bool) -> None:
    """To one and to two, before and after a rotation; alone, and together with a passphrase session."""
    async with border(tmp_path) as inside:
        people = await inside.enter(*(NAMES[:2] if session else NAMES))
        firm = Firm()
        firm.policy(session=session)
        await firm.takes_in(*people)
        if session:
            await meet(people[0], people[1], PHRASE)
        names = {person.name for person in people}
        others = {name: tuple(sorted(names - {name})) for name in names}
        ada = people[0]
        chat = await ada.client.company.open_chat([*others[ada.name]])
        await ada.client.send_text(chat.id, TEXT)
        await everybody_reads(people, others, 1)
        firm.rotates()
        await firm.hands_out(*people)
        await ada.client.send_text(chat.id, TEXT)
        await everybody_reads(people, others, 2)
        inside.plant(JOIN_PHRASE.encode(), firm.root.expose())
        inside.plant(*(key.secret.expose() for key in firm.ring.keys))
        inside.plant(*(seed.expose() for seed in firm.seeds.values()))
        # In a passphrase session the whole message data are inside what the session seals: no key is named.
        inside.is_tight(b"bo.inside/1", *([] if session else [KEY]))


async def test_a_company_with_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrapping key lies in a token of the inner network, with a value that the test knows."""
    pin, value = "canary-pin-8861", bytes(range(0x40, 0x60))
    (tmp_path / "hsm").mkdir()
    hsm = SoftHsm(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    _put_in(hsm, hsm.make_token("inner", pin), pin, value)
    where = {"module": hsm.module.name, "token": "inner"}
    firm = Firm(method=Method(TOKEN, MethodKind.PKCS11, MODE_WRAP, where))
    firm.policy(pin=Pin.SESSION)
    async with border(tmp_path) as inside:
        people = await inside.enter(*NAMES[:2])
        for person in people:
            person.client.listen(partial(_types_pin, person, pin))
        await firm.takes_in(*people)
        ada, bo = people
        chat = await ada.client.company.open_chat([bo.name])
        await ada.client.send_text(chat.id, TEXT)
        await everybody_reads([bo], {bo.name: (ada.name,)}, 1)
        assert any(isinstance(event, PinWanted) for event in ada.events), "the token was really asked"
        inside.plant(pin.encode(), value, JOIN_PHRASE.encode(), firm.root.expose())
        inside.is_tight(b"bo.inside/1", KEY)


async def test_a_company_with_a_token_and_a_provider_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HSM and provider both inside: each message is sealed under a key of either, the second an auditor's."""
    pin, value, secret = "canary-pin-8861", bytes(range(0x40, 0x60)), bytes(range(0x60, 0x80))
    (tmp_path / "hsm").mkdir()
    hsm = SoftHsm(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    _put_in(hsm, hsm.make_token("canary-token-2f", pin), pin, value)
    install_plugin(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    keys = tmp_path / "canary-keys"
    keys.write_text(f"{AUDIT.hex()} 1 {secret.hex()}\n")
    firm = Firm(
        method=Method(
            TOKEN, MethodKind.PKCS11, MODE_WRAP, {"module": hsm.module.name, "token": "canary-token-2f"}
        )
    )
    own = Method(OWN, MethodKind.PLUGIN, MODE_WRAP, {"plugin": "acme", "keys": str(keys)})
    firm.profile = replace(firm.profile, name="canary company", methods=(firm.method, own))
    audited = RingKey(AUDIT, "canary key", 1, State.ACTIVE, 0, 0, OWN, Secret(b""))
    firm.ring = replace(firm.ring, keys=(*firm.ring.keys, audited))
    firm.policy(pin=Pin.SESSION, auditors=(Auditor(AUDIT, "canary auditors"),))
    async with border(tmp_path) as inside:
        people = await inside.enter(*NAMES)
        for person in people:
            person.client.listen(partial(_types_pin, person, pin))
        await firm.takes_in(*people)
        names = {person.name for person in people}
        others = {name: tuple(sorted(names - {name})) for name in names}
        ada = people[0]
        chat = await ada.client.company.open_chat([*others[ada.name]])
        await ada.client.send_text(chat.id, TEXT)
        await everybody_reads(people, others, 1)
        await ticks(ada, others[ada.name], Delivery.DELIVERED)
        inside.plant(pin.encode(), value, secret, JOIN_PHRASE.encode(), firm.root.expose())
        inside.plant(*(seed.expose() for seed in firm.seeds.values()))
        inside.is_tight(b"bo.inside/1", KEY, AUDIT)


def _types_pin(person: Person, pin: str, event: Event) -> None:
    if isinstance(event, PinWanted):
        person.client.company.answer_pin(event.token, pin)


def _put_in(hsm: SoftHsm, serial: str, pin: str, value: bytes) -> None:
    """A key of this value, as company.md wants it."""
    library = pkcs11.lib(str(hsm.module))
    try:
        with library.get_token(token_serial=serial.encode()).open(rw=True, user_pin=pin) as session:
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.SECRET_KEY,
                    Attribute.KEY_TYPE: KeyType.AES,
                    Attribute.VALUE: value,
                    Attribute.ID: KEY + (1).to_bytes(4),
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: True,
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.ENCRYPT: True,
                    Attribute.DECRYPT: True,
                }
            )
    finally:
        library.finalize()
