"""How nodes wake each other through PostgreSQL: LISTEN and NOTIFY, grouped, on sessions of its own.

What has to be told is collected and sent at most every 10 ms, with one question for where all the addressees
are: a NOTIFY in each transaction would cost a quarter of the throughput. Everything told is a hint; whoever
misses one looks again within seconds.
"""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from watchword_relay import log
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.nodes import Event, Waked
from watchword_relay.store.postgres_session import Session
from watchword_wire.ids import parse_full_id

GROUP_SECONDS: Final = 0.010
_PAYLOAD: Final = 7_000
"""Of at most 8,000 bytes."""
_MAILBOXES: Final = 500
_ALL: Final = "watchword"
_SEATED: Final = "SELECT mailbox, node FROM seat WHERE mailbox = ANY(%s)"
_OF_ACCOUNTS: Final = """SELECT DISTINCT seat.node, wanted.nth
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS wanted (nth, realm, account)
    JOIN seat ON seat.realm = wanted.realm AND seat.account = wanted.account"""
_RETRY_SECONDS: Final = 0.25

_Told = tuple[Event, tuple[str, ...]]


class Bus:
    """What one node tells and hears.

    Args:
        name: this node's.
        listening: a session that only listens.
        asking: a session for reading and telling.
    """

    def __init__(self, name: str, listening: Session, asking: Session) -> None:
        self._name = name
        self._listening = listening
        self._asking = asking
        self._heard: Callable[[Event], None] | None = None
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waked: set[int] = set()
        self._told: list[_Told] = []
        self._due = False
        self._sent_at = 0.0
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, name="store-reader", daemon=True)]
        self._threads[0].start()

    def begin(self, heard: Callable[[Event], None]) -> None:
        """Listen from now on."""
        self._heard = heard
        self._threads.append(threading.Thread(target=self._listen, name="store-listener", daemon=True))
        self._threads[-1].start()

    def read(self, job: Callable[[], None]) -> None:
        """Run something that asks the store, in the thread for that."""
        self._jobs.put(job)

    def reads_here(self) -> bool:
        """Whether this is the thread in which `read` has something run."""
        return threading.current_thread() is self._threads[0]

    def wake(self, mailboxes: Iterable[int]) -> None:
        """Have the nodes told where these are delivered to."""
        with self._lock:
            self._waked.update(mailboxes)
            if self._waked:
                self._want()

    def tell(self, event: Event, accounts: Sequence[str]) -> None:
        """Have the nodes told where these accounts, of the event's realm, are signed in; without any, all."""
        with self._lock:
            self._told.append((event, tuple(accounts)))
            self._want()

    def stop(self) -> None:
        """End the threads."""
        self._stopping.set()
        self._jobs.put(None)
        self._listening.cut()
        for thread in self._threads:
            thread.join()
        self._listening.close()
        self._asking.close()

    # --- telling --------------------------------------------------------------------------

    def _want(self) -> None:
        if not self._due and self._heard is not None:
            self._due = True
            self._jobs.put(_nothing)  # the thread looks when it may be told

    def _work(self) -> None:
        while (job := self._next()) is not None:
            if not self._asking.up:
                _outliving(self._asking.connect)  # else the job says so itself
            _outliving(job)  # of a trouble whoever asked was told, and hints may be lost

    def _next(self) -> Callable[[], None] | None:
        """What is to be done now. What is to be told waits for its time; nothing that is asked does."""
        wait = None
        if self._due:
            wait = self._sent_at + GROUP_SECONDS - time.monotonic()
            if wait <= 0:
                return self._send
        try:
            job = self._jobs.get(timeout=wait)
        except queue.Empty:
            return self._send
        if job is None and self._due:
            self._jobs.put(None)
            return self._send
        return job

    def _send(self) -> None:
        self._sent_at = time.monotonic()
        with self._lock:
            self._due = False
            waked, self._waked = self._waked, set()
            told, self._told = self._told, []
        for node, events in self._addressed(waked, told).items():
            channel = _ALL if node is None else _channel(node)
            if node == self._name and self._heard is not None:
                for event in events:
                    self._heard(event)
                continue
            for payload in _payloads(events):
                self._asking.rows("SELECT pg_notify(%s, %s)", channel, payload)

    def _addressed(self, waked: set[int], told: list[_Told]) -> dict[str | None, list[Event]]:
        """What each node is told; None is all of them."""
        found: dict[str | None, list[Event]] = defaultdict(list)
        if waked:
            boxes: dict[str, list[int]] = defaultdict(list)
            for mailbox, node in self._asking.rows(_SEATED, sorted(waked)):
                if node != self._name:  # whoever waits here is looked after by who wrote it
                    boxes[node].append(mailbox)
            for node, mailboxes in boxes.items():
                for start in range(0, len(mailboxes), _MAILBOXES):
                    found[node].append(Waked(mailboxes[start : start + _MAILBOXES]))
        wanted: list[tuple[int, int, str]] = []
        for nth, (event, accounts) in enumerate(told):
            if not accounts:
                found[None].append(event)
            realm = getattr(event, "realm", 0)
            wanted += [(nth, realm, account) for account in accounts]
        if wanted:
            columns = [list(column) for column in zip(*wanted, strict=True)]
            for node, nth in self._asking.rows(_OF_ACCOUNTS, *columns):
                found[node].append(told[nth][0])
        return found

    # --- hearing --------------------------------------------------------------------------

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listening.connect()
                if self._stopping.is_set():
                    return  # there was nothing to cut yet
                for payload in self._listening.listen((_ALL, _channel(self._name))):
                    for event in msgspec.json.decode(payload, type=list[Event]):
                        if self._heard is not None:
                            self._heard(event)
            except StoreTrouble:
                self._stopping.wait(_RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001 - the thread's border, as below
                log.bug(error)
                self._stopping.wait(_RETRY_SECONDS)


def _outliving(work: Callable[[], None]) -> None:
    """Do something in a thread that must outlive whatever becomes of it."""
    try:
        work()
    except StoreTrouble:
        pass
    except Exception as error:  # noqa: BLE001 - the thread's border: a mistake of ours
        log.bug(error)


def _nothing() -> None:
    pass


def accounts_of(full_ids: Iterable[str]) -> list[str]:
    """The accounts of terminals."""
    return list(dict.fromkeys(parse_full_id(full_id).account for full_id in full_ids))


def _channel(node: str) -> str:
    return f"watchword_{node}"


def _payloads(events: list[Event]) -> Iterable[str]:
    """Lists of events, each short enough."""
    part: list[bytes] = []
    size = 0
    for encoded in map(msgspec.json.encode, events):
        if part and size + len(encoded) > _PAYLOAD:
            yield f"[{b','.join(part).decode()}]"
            part, size = [], 0
        part.append(encoded)
        size += len(encoded) + 1
    if part:
        yield f"[{b','.join(part).decode()}]"
