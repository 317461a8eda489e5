"""The command line of the relay: what it is asked, and how that ends. See `docs/operate/relay.md`."""

import argparse
import sys

from watchword_relay import settings, stores
from watchword_relay.commands import admin, backups, people, queues
from watchword_relay.commands.migrate import migrate
from watchword_relay.commands.parser import SETTINGS, parser
from watchword_relay.commands.serve import serve
from watchword_relay.commands.told import as_json, as_table
from watchword_relay.config import Config, Unfit
from watchword_relay.store.contract import StoreFull, StoreUnfit
from watchword_relay.tls import Tls
from watchword_wire.errors import Trouble
from watchword_wire.exits import Exit


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status; errors are one line on standard error."""
    options = parser().parse_args(arguments)
    try:
        _run(options)
    except Trouble as trouble:
        sys.stderr.write(f"watchword-relay: {trouble}\n")
        return _exit_status(trouble)
    return 0


def _run(options: argparse.Namespace) -> None:
    if options.command == "config":
        _say(settings.sample().rstrip("\n"))
        return
    given = {name: getattr(options, flag, None) for flag, name in SETTINGS.items()}
    found = settings.load(options.config, {name: value for name, value in given.items() if value is not None})
    match options.command:
        case "serve":
            serve(found.config, stop_at_eof=options.stop_at_eof)
        case "check-config":
            _say(_checked(found, options.json))
        case _:
            _say(_asked(options, found.config))


def _checked(found: settings.Found, json: bool) -> str:
    """What counts, and where it was said; the certificate and the database are tried."""
    if found.config.tls.certificate is not None and found.config.tls.key is not None:
        Tls(found.config.tls.certificate, found.config.tls.key)
    if found.config.store.url is not None:
        stores.tried(found.config.store)
    values = settings.values_of(found.config)
    if json:
        return as_json({"settings": values, "from": found.origin})
    rows = [
        (name, settings.as_toml(value), found.origin.get(name, "default")) for name, value in values.items()
    ]
    return as_table(("setting", "value", "from"), rows)


def _asked(options: argparse.Namespace, config: Config) -> str:
    match options.command:
        case "realm":
            return _of_realms(options, config)
        case "status":
            return admin.status(config.data, json=options.json)
        case "backup":
            return backups.backup(config.data, options.to, json=options.json)
        case "migrate":
            return migrate(config, json=options.json)
        case "restore":
            return backups.restore(options.copy, config.data, json=options.json)
        case "invite" | "accounts" | "block" | "unblock" | "blocked":
            return _of_people(options, config)
        case _:
            return _of_queues(options, config)


def _of_realms(options: argparse.Namespace, config: Config) -> str:
    match options.do:
        case "add":
            return admin.add_realm(config.data, options.name, json=options.json)
        case "remove":
            return admin.remove_realm(config.data, options.name, json=options.json)
        case _:
            return admin.list_realms(config.data, json=options.json)


def _of_people(options: argparse.Namespace, config: Config) -> str:
    data, json = config.data, options.json
    match options.command:
        case "invite" if options.revoke is not None:
            return people.revoke(data, options.revoke, options.realm or "", json=json)
        case "invite":
            wish = people.Wish(options.realm or "", options.uses, options.expires)
            return people.invite(data, wish, json=json)
        case "accounts":
            return people.people(data, options.realm, json=json)
        case "block":
            return people.block(data, options.whom, options.realm or "", json=json)
        case "unblock":
            return people.unblock(data, options.whom, options.realm or "", json=json)
        case _:
            return people.blocked(data, json=json)


def _of_queues(options: argparse.Namespace, config: Config) -> str:
    given = vars(options) | {"data": config.data}
    asked = queues.Asked(**{name: given[name] for name in queues.Asked._fields if name in given})
    match options.command:
        case "queues" | "queue":
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


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
