"""The command line of the relay, and how it serves. See `docs/operate/relay.md`."""

import argparse
import asyncio
import gc
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from watchword_relay import admin, folder, identity, log, queues
from watchword_relay.config import Address, Config, History, Unfit, make_config
from watchword_relay.limits import Limits
from watchword_relay.server import Relay
from watchword_relay.store.contract import StoreFull, StoreUnfit
from watchword_relay.store.history import MIB, Bounds
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire import looks, timing
from watchword_wire.errors import Trouble
from watchword_wire.exits import Exit
from watchword_wire.frames import Registration
from watchword_wire.login import NO_CERTIFICATE

GC_OBJECTS = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status; errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "serve":
            config = make_config(
                data=options.data,
                listen=options.listen,
                cert=options.cert,
                key=options.key,
                t1=options.t1,
                t2=options.t2,
                registration=options.registration,
                stop_at_eof=options.stop_at_eof,
                history=History(options.history_days, options.history_account_mib, options.history_mib),
            )
            serve(config)
        elif options.command == "realm":
            _say(_of_realms(options))
        elif options.command == "invite":
            _say(admin.invite(options.data, options.realm))
        elif options.command == "status":
            _say(admin.status(options.data))
        else:
            _say(_of_queues(options))
    except Trouble as trouble:
        sys.stderr.write(f"watchword-relay: {trouble}\n")
        return _exit_status(trouble)
    return 0


def _of_realms(options: argparse.Namespace) -> str:
    match options.do:
        case "add":
            return admin.add_realm(options.data, options.name)
        case "remove":
            return admin.remove_realm(options.data, options.name)
        case _:
            return admin.list_realms(options.data)


def _of_queues(options: argparse.Namespace) -> str:
    given = vars(options)
    asked = queues.Asked(**{name: given[name] for name in queues.Asked._fields if name in given})
    match options.command:
        case "queues":
            return queues.queues(asked)
        case "rooms":
            return queues.rooms(asked)
        case "messages":
            return queues.messages(asked) if options.save is None else queues.save(asked, *options.save)
        case _:
            kinds = {"waiting": options.only != "history", "history": options.only != "queues"}
            return queues.expire(asked, **kinds)


def _exit_status(trouble: Trouble) -> Exit:
    match trouble:
        case Unfit():
            return trouble.exit_status
        case StoreFull():
            return Exit.DISK_FULL
        case StoreUnfit():
            return Exit.DATA_UNFIT
        case _:
            return Exit.UNFIT


def serve(config: Config, limits: Limits | None = None) -> None:
    """Run a relay until it is told to stop.

    Raises:
        Trouble: it cannot run like this.
    """
    _no_core_dumps()
    log.set_up()
    os.umask(0o077)
    folder.prepare(config.data)
    lock = folder.Lock(config.data)
    try:
        key = identity.relay_key(config.data)
        context, fingerprint = None, NO_CERTIFICATE
        if config.tls:
            if config.cert is not None and config.key is not None:
                pair = (config.cert, config.key)
            else:
                pair = _own_certificate(config.data)
            context, fingerprint = identity.tls_context(*pair)
        me = identity.RelayIdentity(key, fingerprint)
        history = config.history
        bounds = Bounds(account_bytes=history.account_mib * MIB, bytes=history.mib * MIB)
        store = SqliteStore(config.data / FILE_NAME, bounds=bounds)
        try:
            store.judge_again(looks.SKELETON_SOURCE, looks.skeleton)
            asyncio.run(_serve(config, store, me, context, limits or Limits()))
        finally:
            store.close()
    finally:
        lock.release()


def _own_certificate(data: Path) -> tuple[Path, Path]:
    """The relay's own certificate and its key, made on the first start."""
    pair = data / "certificate.pem", data / "certificate.key"
    if not all(path.exists() for path in pair):
        from watchword_relay import certificate  # noqa: PLC0415 - much to load, and needed once

        certificate.make(*pair)
    return pair


async def _serve(
    config: Config,
    store: SqliteStore,
    me: identity.RelayIdentity,
    context: ssl.SSLContext | None,
    limits: Limits,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_bug)
    for number in (signal.SIGTERM, signal.SIGINT):
        _on_signal(loop, number, stop)
    relay = Relay(config, store, me, context, limits)
    port = await relay.start()
    # What stands now stands for good, and a message makes no cycles: look for them less often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_OBJECTS)
    if config.stop_at_eof:
        _on_eof(loop, stop)
    scheme = "ws" if context is None else "wss"
    _say(f"{scheme}://{_public(config.listen, port)}#{me.text}")
    log.event("started")
    await stop.wait()
    await relay.stop()


def _log_bug(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What no callback caught; asyncio's own words would hold the frames that were in hand."""
    log.bug(context.get("exception") or RuntimeError())


def _public(listen: Address, port: int) -> Address:
    """The address to give to people."""
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


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="watchword-relay", description="A relay for Watchword.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("serve", help="run a relay")
    run.add_argument("--listen", required=True, metavar="HOST:PORT", help="port 0 chooses a free one")
    run.add_argument("--cert", type=Path, metavar="FILE", help="TLS certificate, PEM, with its chain")
    run.add_argument("--key", type=Path, metavar="FILE", help="its private key, PEM, without a password")
    limits = (
        ("--t1", timing.T1_DEFAULT, "how long a person has to answer a request"),
        ("--t2", timing.T2_DEFAULT, "how long the whole exchange may take"),
    )
    for option, usual, means in limits:
        run.add_argument(
            option, type=float, default=usual, metavar="SECONDS", help=f"{means}; default: {usual:g}"
        )
    run.add_argument(
        "--registration",
        choices=[str(choice) for choice in Registration],
        help="who may make an account; default: open on loopback, invite elsewhere",
    )
    run.add_argument(
        "--history-days",
        type=float,
        default=History().days,
        metavar="DAYS",
        help="how long history is kept at most for desktops that come later; 0 for none",
    )
    run.add_argument(
        "--history-account-mib",
        type=int,
        default=History().account_mib,
        metavar="MIB",
        help="how much of it for one account",
    )
    run.add_argument(
        "--history-mib", type=int, default=History().mib, metavar="MIB", help="how much of it in all"
    )
    run.add_argument("--stop-at-eof", action="store_true", help="stop when standard input ends")
    realm = commands.add_parser("realm", help="make, list or take away the parts that organisations have")
    doing = realm.add_subparsers(dest="do", required=True, metavar="add|list|remove")
    add = doing.add_parser("add", help="make a realm")
    remove = doing.add_parser("remove", help="take a realm away, with all that is in it")
    for command in (add, remove):
        command.add_argument("name", metavar="NAME", help="1 to 32 characters of a-z, 0-9 and -")
    listing = doing.add_parser("list", help="print the names of all realms")
    invite = commands.add_parser("invite", help="print an invitation that works once")
    invite.add_argument(
        "--realm", default="", metavar="NAME", help="into which realm; the relay's own if none"
    )
    status = commands.add_parser("status", help="print the relay's numbers")
    waiting = commands.add_parser("queues", help="how much waits for each account")
    rooms = commands.add_parser("rooms", help="what waits of each room; of one, every message")
    rooms.add_argument("--room", metavar="ID", help="list what waits of this room, 32 hexadecimal digits")
    messages = commands.add_parser("messages", help="list what waits for an account, or save message data")
    messages.add_argument("account", metavar="ACCOUNT", help="for whom it waits")
    expire = commands.add_parser("expire", help="delete what waits or is kept as history")
    expire.add_argument("--account", metavar="ID", help="of this account")
    expire.add_argument("--room", metavar="ID", help="of this room")
    expire.add_argument("--older", metavar="AGE", help="that came so long ago: 30d, 12h, 15m or 90s")
    expire.add_argument("--only", choices=["queues", "history"], help="leave the other alone")
    one = messages.add_mutually_exclusive_group()
    one.add_argument("--save", nargs=2, metavar=("ID", "FILE"), help="write one, as it is, to a new file")
    for told in (waiting, rooms, one, expire):
        told.add_argument("--json", action="store_true", help="for programs: seconds and bytes")
    for command in (waiting, rooms, messages, expire):
        command.add_argument("--realm", metavar="NAME", help="of this realm")
    for command in (run, add, remove, listing, invite, status, waiting, rooms, messages, expire):
        command.add_argument("--data", required=True, type=Path, metavar="DIR", help="the relay's own folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
