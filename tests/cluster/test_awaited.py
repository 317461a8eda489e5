"""Message data for an account that is registered at one node while another sends: nothing is left behind."""

import threading

from support.postgres import Server
from support.relay_stores import fresh, postgres
from watchword_relay.store.contract import OWN, VOID, Batch, Put, Registered, Terminal
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings

__all__ = ["postgres"]

ROUNDS, EACH = 8, 12


def data(sender: Terminal, number: int, target: str, hint: int) -> Put:
    return Put(
        VOID,
        1,
        number.to_bytes(16),
        sender.full_id,
        b"body",
        100,
        organisation=b"acme" * 4,
        conversation=b"room" * 4,
        origin=sender.mailbox,
        target=target,
        awaited=hint,
    )


def register(store: PostgresStore, name: str) -> Terminal:
    outcome, terminal = store.of(OWN).register(name, name, b"k" * 32, None, 1)
    assert outcome is Registered.DONE
    assert terminal is not None
    return terminal


def test_who_registers_while_another_node_sends_gets_all_in_order(postgres: Server) -> None:
    where = Settings(fresh(postgres), standbys=0)
    here, there = PostgresStore(where), PostgresStore(where)
    ada = register(here, "ada")

    def send(name: str, begun: threading.Event, hinted: bool) -> None:
        hint = VOID
        for number in range(EACH):
            batch = Batch()
            batch.puts = [data(ada, number, f"{name}/1", hint)]
            here.commit(batch)
            if hinted and batch.awaited:
                ((hint, _),) = batch.awaited.values()
            if number == EACH // 3:
                begun.set()

    for turn in range(ROUNDS):
        name, begun = f"bo{turn}", threading.Event()
        if turn % 4 == 3:
            begun.set()  # nobody knows who is first
        sending = threading.Thread(target=send, args=(name, begun, turn % 2 == 0))
        sending.start()
        assert begun.wait(30)
        bo = register(there, name)
        sending.join(30)
        found = [one.id for one in there.waiting(bo.mailbox, 0, 99, 100)]
        assert found == [number.to_bytes(16) for number in range(EACH)]
        assert there.mailbox(bo.mailbox)[1].messages == EACH
    counts = there.of(OWN).counts(0)
    assert (counts.messages, counts.awaited) == (ROUNDS * EACH, (0, 0))
    assert there._reader.rows("SELECT 1 FROM awaited") == []
    here.close()
    there.close()
