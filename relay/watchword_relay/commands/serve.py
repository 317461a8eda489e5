"""`serve`: a relay that runs until it is told to stop. See `docs/operate/relay.md`."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from watchword_relay import clock, folder, identity, log, notify
from watchword_relay.config import Address, Config, Unfit
from watchword_relay.handshakes import Live
from watchword_relay.server import Relay
from watchword_relay.store.contract import Store
from watchword_relay.stores import opened
from watchword_relay.tls import Tls
from watchword_wire import looks

GC_OBJECTS = 20_000
SWITCH_SECONDS = 0.0005
"""So long may a thread hold the interpreter while another waits: a commit needs it for every row."""
CERTIFICATE_SECONDS = 60.0
"""How often it is looked whether the certificate's files changed."""
WISH_SECONDS = 0.25
"""How often it is looked whether a command wants the data folder to itself."""


def serve(config: Config, *, stop_at_eof: bool = False) -> None:
    """Run a relay until it is told to stop.

    Raises:
        Trouble: it cannot run like this.
    """
    _no_core_dumps()
    sys.setswitchinterval(SWITCH_SECONDS)
    log.set_up(json=config.log.json)
    os.umask(0o077)
    folder.prepare(config.data)
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        runner.run(_serve(config, stop_at_eof=stop_at_eof))


def _new_loop() -> asyncio.AbstractEventLoop:
    """An event loop: uvloop's where the platform has it, which takes less for each read and write."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _certificate(config: Config) -> tuple[Path, Path]:
    """The files of the certificate and its key: those that were given, or the relay's own."""
    if config.tls.certificate is not None and config.tls.key is not None:
        return config.tls.certificate, config.tls.key
    pair = config.data / "certificate.pem", config.data / "certificate.key"
    if not all(path.exists() for path in pair):
        from watchword_relay import certificate  # noqa: PLC0415 - much to load, and needed once

        certificate.make(*pair)
    return pair


async def _serve(config: Config, *, stop_at_eof: bool) -> None:
    """Serve; where a command wants the data folder to itself, make room, and then go on."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_bug)
    service = _Service(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        _on_signal(loop, number, service.stop)
    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, service.read_certificate)
    if stop_at_eof:
        _on_eof(loop, service.stop)
    while not service.stop.is_set():
        await service.serve()
        await service.made_room()


class _Service:
    """One relay, from its start to its end; or more than one after another, on the same port."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._tls: Tls | None = None
        self._told = False
        self._left: list[tuple[int, Live]] = []
        """Handshakes, each with its realm, that had no verdict when the relay made room."""
        self.stop = asyncio.Event()

    async def serve(self) -> None:
        """Run a relay until it is to stop, or to make room.

        Raises:
            Trouble: it cannot run like this.
        """
        config = self._config
        lock = folder.Lock(config.data)
        try:
            key = identity.relay_key(config.data)
            self._tls = Tls(*_certificate(config)) if config.encrypted else None
            me = identity.RelayIdentity(key)
            store = opened(config, me.public)
            try:
                store.judge_again(looks.SKELETON_SOURCE, looks.skeleton)
                await self._run(store, me)
            finally:
                store.close()
        finally:
            lock.release()

    async def _run(self, store: Store, me: identity.RelayIdentity) -> None:
        config = self._config
        relay = Relay(config, store, me, self._tls)
        port = await relay.start(self._left)
        # What stands now stands for good, and a message makes no cycles: look for them less often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_OBJECTS)
        if not self._told:
            self._tell(port, me)
        log.event("started")
        looked = clock.monotonic()
        while not await self._stops(WISH_SECONDS) and not folder.is_wanted(config.data):
            if clock.monotonic() - looked > CERTIFICATE_SECONDS:
                looked = clock.monotonic()
                _read_certificate(self._tls)
        if self.stop.is_set():
            notify.tell(notify.STOPPING)
        self._left = await relay.stop(moves=not self.stop.is_set())

    async def made_room(self) -> None:
        """Wait until no command wants the data folder."""
        while folder.is_wanted(self._config.data) and not await self._stops(WISH_SECONDS / 10):
            pass

    async def _stops(self, seconds: float) -> bool:
        """Whether it is to stop, by the end of so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        return self.stop.is_set()

    def _tell(self, port: int, me: identity.RelayIdentity) -> None:
        """Say where it listens, and that it does."""
        config = self._config
        scheme = "ws" if self._tls is None else "wss"
        address = f"{scheme}://{public(config, port)}#{me.text}"
        folder.keep_address(config.data, address)
        sys.stdout.write(address + "\n")
        sys.stdout.flush()
        notify.tell(notify.READY)
        self._told = True
        self._config = replace(config, listen=Address(config.listen.host, port))

    def read_certificate(self) -> None:
        """Serve the certificate that the files hold now."""
        _read_certificate(self._tls, always=True)


def _read_certificate(tls: Tls | None, *, always: bool = False) -> None:
    """Serve the certificate that the files hold now; those who are there stay."""
    try:
        if tls is not None and tls.reload(always=always):
            log.event("certificate-read")
    except Unfit as unfit:
        log.warning("certificate-unfit", reason=str(unfit))


def _log_bug(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What no callback caught; asyncio's own words would hold the frames that were in hand."""
    error = context.get("exception")
    # What a peer does to its connection, uvloop tells here, too; whoever waits for it has heard of it.
    if not isinstance(error, ssl.SSLError | ConnectionError):
        log.bug(error or RuntimeError())


def public(config: Config, port: int) -> Address:
    """The address to give to people."""
    if config.public is not None:
        return config.public
    listen = config.listen
    host = _own_address(listen.host) if listen.everywhere else listen.host
    return Address(host, port)


def _own_address(wildcard: str) -> str:
    """The address that this computer has towards the rest of the world; nothing is sent to find it."""
    family, far = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()


def _on_signal(loop: asyncio.AbstractEventLoop, number: signal.Signals, stop: asyncio.Event) -> None:
    try:
        loop.add_signal_handler(number, stop.set)
    except NotImplementedError:  # Windows has no such handlers in the loop
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _on_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop when standard input ends: the program that started this relay is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4_096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="wait-for-eof", daemon=True).start()


def _no_core_dumps() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:  # Windows writes none by default
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
