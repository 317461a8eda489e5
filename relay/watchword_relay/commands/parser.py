"""The words of the command line."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword_relay.commands.people import Wish
from watchword_wire.frames import Registration

SETTINGS = {
    "data": "data",
    "listen": "listen",
    "public": "public",
    "cert": "tls.certificate",
    "key": "tls.key",
    "t1": "handshake.t1",
    "t2": "handshake.t2",
    "registration": "registration",
    "history_days": "history.days",
    "history_account_mib": "history.account_mib",
    "history_mib": "history.mib",
    "store": "store.url",
    "standbys": "store.standbys",
}
"""Which setting each option sets, by the option's name in the parsed words."""

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name


def parser() -> argparse.ArgumentParser:
    """What can be said."""
    whole = argparse.ArgumentParser(
        prog="watchword-relay", description="A relay for Watchword.", epilog="Every command has --help."
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _command(commands, "config", "print a configuration file with every setting and its default")
    run = _command(commands, "serve", "run a relay")
    check = _command(commands, "check-config", "see whether a relay could run with these settings")
    for command in (run, check):
        _settings(command)
    run.add_argument("--stop-at-eof", action="store_true", help="stop when standard input ends")
    told = [check, *_realms(commands), *_people(commands), *_queues(commands), *_copies(commands)]
    for command in told:
        command.add_argument(
            "--json", action="store_true", help="for programs: plain numbers, seconds, bytes"
        )
    for command in (run, *told):
        command.add_argument("--config", type=Path, metavar="FILE", help="the relay's settings, TOML")
        command.add_argument("--data", metavar="DIR", help="the relay's data folder")
    return whole


def _command(commands: "Parsers", name: str, says: str, *aliases: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.", aliases=aliases)


def _settings(command: argparse.ArgumentParser) -> None:
    command.add_argument("--listen", metavar="HOST:PORT", help="where to listen; port 0 chooses a free one")
    command.add_argument("--public", metavar="HOST:PORT", help="by which people reach it, if that is another")
    command.add_argument("--cert", metavar="FILE", help="TLS certificate, PEM, with its chain")
    command.add_argument("--key", metavar="FILE", help="its private key, PEM, without a password")
    command.add_argument(
        "--t1", type=float, metavar="SECONDS", help="how long a person has to answer a request"
    )
    command.add_argument(
        "--t2", type=float, metavar="SECONDS", help="how long the whole exchange may take, more than T1"
    )
    command.add_argument(
        "--registration",
        choices=[str(choice) for choice in Registration],
        help="who may make an account; default: open on loopback, invite elsewhere",
    )
    command.add_argument(
        "--history-days",
        type=float,
        metavar="DAYS",
        help="how long history is kept at most for desktops that are added later; 0 for none",
    )
    command.add_argument(
        "--history-account-mib", type=int, metavar="MIB", help="how much history is kept for one account"
    )
    command.add_argument("--history-mib", type=int, metavar="MIB", help="how much history is kept in all")
    _store(command)


def _store(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--store", metavar="URL", help="a PostgreSQL database, for several nodes of one relay"
    )
    command.add_argument(
        "--standbys", type=int, metavar="N", help="how many standbys of it must have what is acknowledged"
    )


def _realms(commands: "Parsers") -> list[argparse.ArgumentParser]:
    realm = _command(commands, "realm", "make, list or remove the parts that organisations have")
    doing = realm.add_subparsers(dest="do", required=True, metavar="add|list|remove")
    add = _command(doing, "add", "make a realm")
    remove = _command(doing, "remove", "remove a realm with all that is in it")
    for command in (add, remove):
        command.add_argument("name", metavar="NAME", help="1 to 32 characters of a-z, 0-9 and -")
    return [add, remove, _command(doing, "list", "print the names of all realms")]


def _people(commands: "Parsers") -> list[argparse.ArgumentParser]:
    invite = _command(commands, "invite", "print a link that lets somebody make an account")
    invite.add_argument(
        "--uses", type=int, default=1, metavar="N", help="how often it works; once if not said"
    )
    invite.add_argument(
        "--expires",
        default=Wish().ends,
        metavar="AGE",
        help="for how long it works: 30d, 12h or never; 7d if not said",
    )
    invite.add_argument("--revoke", metavar="LINK", help="take one back instead, by its link or its text")
    block = _command(commands, "block", "keep an account, an address or a network out")
    unblock = _command(commands, "unblock", "let an account, an address or a network in again")
    for command in (block, unblock):
        command.add_argument("whom", metavar="WHOM", help="an account id, or an address such as 192.0.2.0/24")
    accounts = _command(commands, "accounts", "list all accounts")
    _realm(invite, block, unblock)
    _realm(accounts, otherwise="all realms")
    blocked = _command(commands, "blocked", "list who is kept out")
    status = _command(commands, "status", "print the relay's numbers")
    return [invite, accounts, block, unblock, blocked, status]


def _copies(commands: "Parsers") -> list[argparse.ArgumentParser]:
    backup = _command(commands, "backup", "copy a relay's folder, also while it runs")
    backup.add_argument("to", type=Path, metavar="FOLDER", help="a new folder for the copy")
    restore = _command(commands, "restore", "make a relay's folder of a copy")
    restore.add_argument("copy", type=Path, metavar="FOLDER", help="the copy; --data names the new folder")
    migrate = _command(commands, "migrate", "move a relay's data into a database for several nodes")
    migrate.add_argument(
        "--from", choices=["sqlite"], required=True, dest="source", help="the file in the relay's folder"
    )
    migrate.add_argument("--to", choices=["postgres"], required=True, help="the database of --store")
    _store(migrate)
    return [backup, restore, migrate]


def _queues(commands: "Parsers") -> list[argparse.ArgumentParser]:
    waiting = _command(commands, "queues", "say how much waits for each account", "queue")
    rooms = _command(commands, "rooms", "say what waits of each room; of one, list every message")
    rooms.add_argument("--room", metavar="ID", help="list what waits of this room, 32 hexadecimal digits")
    messages = _command(commands, "messages", "list what waits for an account, or save message data")
    messages.add_argument("account", metavar="ACCOUNT", help="for whom it waits")
    messages.add_argument(
        "--save", nargs=2, metavar=("ID", "FILE"), help="write one, as it is, to a new file"
    )
    expire = _command(commands, "expire", "delete what waits or is kept as history")
    expire.add_argument("--account", metavar="ID", help="what waits for this account")
    expire.add_argument("--room", metavar="ID", help="what is of this room, 32 hexadecimal digits")
    expire.add_argument("--older", metavar="AGE", help="what came so long ago: 30d, 12h, 15m or 90s")
    expire.add_argument("--only", choices=["queues", "history"], help="of these alone; both if not said")
    _realm(waiting, rooms, otherwise="all realms")
    _realm(messages, expire)
    return [waiting, rooms, messages, expire]


def _realm(*commands: argparse.ArgumentParser, otherwise: str = "the relay's own") -> None:
    for command in commands:
        command.add_argument("--realm", metavar="NAME", help=f"in this realm; {otherwise} if not said")
