"""The command line of `watchword-org`: the commands, and what each may be told. No secret is among it."""

import argparse
from pathlib import Path

from watchword.org import commands, examinations
from watchword.protocol.company.profile import Outsiders, Pin, Revoked
from watchword.providers.framing import MODES

_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names the type of add_subparsers nowhere else


def parser() -> argparse.ArgumentParser:
    """Everything that can be said."""
    made = argparse.ArgumentParser(
        prog="watchword-org",
        description="The key owner's tool: a company's keys, members and policy.",
        allow_abbrev=False,
    )
    top = made.add_subparsers(required=True, metavar="COMMAND")
    init = _command(top, "init", commands.init, "make a vault: root key and organisation")
    init.add_argument("name", metavar="NAME", help="the organisation's name, as its members see it")
    word = _command(top, "passphrase", commands.passphrase, "give the vault another passphrase")
    word.add_argument("--new-passphrase-file", metavar="FILE", help="the new one; - for standard input")
    _members(top)
    _keys(top)
    _profile(top)
    _ring(top)
    verify = _command(
        top, "verify", examinations.verify, "say what a company file is, and for whom", vault=False
    )
    verify.add_argument("file", metavar="FILE", help="a join file or an update")
    verify.add_argument("--phrase-file", metavar="FILE", help="a join file's phrase; - for standard input")
    inspect = _command(top, "inspect", examinations.inspect, "say what a message shows", vault=False)
    inspect.add_argument("message", metavar="MESSAGE", help="a file with message data; - for standard input")
    inspect.add_argument(
        "--open", action="store_true", help="open it, if the vault holds a key of it; journalled"
    )
    search = _command(top, "search", examinations.search, "see whether a secret of the vault is in files")
    search.add_argument(
        "places", nargs="+", type=Path, metavar="PATH", help="files, and folders with all in them"
    )
    record = _command(
        top, "journal", examinations.read_journal, "show and check what was done when", secret=False
    )
    record.description = "Show and check the journal. No passphrase is needed."
    return made


def _members(top: "_Commands[argparse.ArgumentParser]") -> None:
    member = _group(top, "member", "who belongs to the company")
    add = _command(member, "add", commands.member_add, "add a member")
    add.add_argument("account", metavar="ACCOUNT", help="the account id on the relay")
    add.add_argument("name", metavar="NAME", help="as colleagues see it")
    remove = _command(member, "remove", commands.member_remove, "remove a member")
    remove.add_argument("member", metavar="MEMBER", help="account id or name")
    rename = _command(member, "rename", commands.member_rename, "give a member another name")
    rename.add_argument("member", metavar="MEMBER", help="account id or name")
    rename.add_argument("name", metavar="NAME", help="as colleagues see it from then on")
    for one in (add, rename):
        one.add_argument("--alike", action="store_true", help="although the name looks like a colleague's")
    _command(member, "list", commands.member_list, "list the members")


def _keys(top: "_Commands[argparse.ArgumentParser]") -> None:
    key = _group(top, "key", "the company's keys")
    new = _command(key, "new", commands.key_new, "make a key")
    new.add_argument("name", metavar="NAME", help="as people call it, for instance hr-2026")
    new.add_argument(
        "--auditor", metavar="WHO", help="it is this auditor's: every message is sealed to it, too"
    )
    rotate = _command(key, "rotate", commands.key_rotate, "make a new version, which seals from then on")
    retire = _command(key, "retire", commands.key_retire, "let a version seal no more; it still opens")
    revoke = _command(key, "revoke", commands.key_revoke, "revoke a version; opening follows the policy")
    for one in (rotate, retire, revoke):
        one.add_argument("key", metavar="KEY", help="its name, or its id")
    for one in (new, rotate):
        _where(one)
    retire.add_argument("--version", type=int, metavar="N", help="the newest active one unless said")
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--version", type=int, metavar="N", help="this version")
    which.add_argument("--all", action="store_true", help="every version")
    revoke.add_argument("--yes", action="store_true", help="do not ask")
    _command(key, "list", commands.key_list, "list the keys")


def _where(command: argparse.ArgumentParser) -> None:
    """Where a key lives and when it seals."""
    place = command.add_mutually_exclusive_group()
    place.add_argument("--ring", action="store_true", help="in the key ring (default for a new key)")
    place.add_argument("--token", metavar="LABEL", help="on a token, over PKCS#11")
    place.add_argument("--plugin", metavar="NAME", help="in the program watchword-plugin-NAME")
    command.add_argument("--module", metavar="FILE", help="the token's PKCS#11 module, by file name")
    command.add_argument("--token-serial", metavar="SERIAL", help="where several tokens have the label")
    command.add_argument("--generate", action="store_true", help="make the key on the token now")
    command.add_argument("--pin-file", metavar="FILE", help="the token's PIN; - for standard input")
    command.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="told to the plugin"
    )
    command.add_argument("--mode", choices=sorted(MODES), help="what is sealed there; wrap unless said")
    command.add_argument("--from", dest="begins", metavar="DATE", help="seals from then on (UTC)")
    command.add_argument("--until", dest="ends", metavar="DATE", help="seals until then (UTC)")


def _profile(top: "_Commands[argparse.ArgumentParser]") -> None:
    profile = _group(top, "profile", "what sets up a desktop: relay, policy")
    _command(profile, "show", commands.profile_show, "show it")
    change = _command(profile, "set", commands.profile_set, "set parts of it")
    change.add_argument("--name", metavar="NAME", help="what the company is called")
    change.add_argument("--relay", metavar="ADDRESS", help="as the relay prints it: wss://HOST:PORT#KEY")
    change.add_argument("--updates", metavar="URL", help="where desktops find updates; '' for nowhere")
    change.add_argument("--session", choices=["required", "no"], help="a passphrase session besides")
    change.add_argument("--phrase", type=int, metavar="BITS", help="least strength of its phrases")
    change.add_argument(
        "--outsiders",
        choices=[one.value for one in Outsiders],
        help="how members reach people who are not in the directory: by a passphrase session, or not at all",
    )
    change.add_argument(
        "--retention", metavar="TIME", help="how long the relay keeps a message: 30d, 12h, or 0"
    )
    change.add_argument(
        "--roaming",
        metavar="TIME",
        help="how long the relay keeps messages for new desktops of a member: 90d, 12h, or 0 for not at all",
    )
    change.add_argument("--late", choices=["yes", "no"], help="who joins a room later reads what was before")
    change.add_argument(
        "--revoked",
        choices=[one.value for one in Revoked],
        help="whether messages under revoked keys still open",
    )
    change.add_argument(
        "--pin", choices=[one.value for one in Pin], help="a token's PIN: ask each time, or once"
    )
    change.add_argument("--seals", metavar="KEY,KEY", help="the keys that every message is sealed under")
    audit = change.add_mutually_exclusive_group()
    audit.add_argument(
        "--auditor", action="append", metavar="KEY=NAME", help="sealed to besides; all of them"
    )
    audit.add_argument("--no-auditors", action="store_true", help="nobody reads along")


def _ring(top: "_Commands[argparse.ArgumentParser]") -> None:
    ring = _group(top, "ring", "the files that are handed out")
    export = _group(ring, "export", "write one")
    update = _command(export, "update", commands.export_update, "for all members")
    join = _command(export, "join", commands.export_join, "for one member who joins")
    join.add_argument("member", metavar="MEMBER", help="account id or name")
    for one in (update, join):
        one.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to write it")
    phrase = join.add_mutually_exclusive_group()
    phrase.add_argument("--typed", action="store_true", help="ask for a join phrase instead of drawing one")
    phrase.add_argument("--phrase-file", metavar="FILE", help="a join phrase of yours; - for standard input")
    phrase.add_argument("--phrase-to", metavar="FILE", help="write the drawn one there, not to the terminal")


def _group(
    within: "_Commands[argparse.ArgumentParser]", name: str, says: str
) -> "_Commands[argparse.ArgumentParser]":
    return within.add_parser(name, help=says, description=says).add_subparsers(
        required=True, metavar="COMMAND"
    )


def _command(
    within: "_Commands[argparse.ArgumentParser]",
    name: str,
    run: commands.Command,
    says: str,
    *,
    vault: bool = True,
    secret: bool = True,
) -> argparse.ArgumentParser:
    # Not abbreviated: "--passphrase WORDS" is a mistake, and no file of that name.
    made = within.add_parser(name, help=says, description=says, allow_abbrev=False)
    made.set_defaults(run=run)
    made.add_argument("--vault", required=vault, type=Path, metavar="DIR", help="the vault's own folder")
    made.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    if secret:
        made.add_argument(
            "--passphrase-file", metavar="FILE", help="the vault's passphrase; - for standard input"
        )
    return made
