"""The commands that change the vault: init, passphrase, member, key, profile, ring export.

Each asks for what it needs, makes one change, and tells it. See `docs/operate/company.md`.
"""

import argparse
import hashlib
import os
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from watchword.org import contents as insides
from watchword.org import exports, keys, members, placement, policy, typed, vault
from watchword.org.contents import Contents
from watchword.org.desk import Desk
from watchword.org.folder import disk_trouble, new_seed
from watchword.org.listing import key_lines, member_lines, profile_lines, warning_lines
from watchword.org.naming import key_named, member_named
from watchword.org.outlook import warnings
from watchword.org.policy import Wanted
from watchword.org.report import Report, grouped, told
from watchword.protocol.company import company_file
from watchword.protocol.company.ring import RingKey, State
from watchword.settings import write_whole
from watchword_wire.errors import PeerError, Refused
from watchword_wire.message_data import KEY_NAME_BYTES, METHOD_BYTES

Command = Callable[[argparse.Namespace, Desk], Report]

_HAND_OUT = "Desktops know of it with the next update: watchword-org ring export update."


def init(options: argparse.Namespace, desk: Desk) -> Report:
    """Make a vault."""
    folder = desk.folder(options)
    if folder.vault.exists():
        raise Refused(f"{folder.folder} holds a vault already. Nothing was changed.")
    contents = insides.found(new_seed(), options.name, os.urandom(METHOD_BYTES), int(time.time()))
    passphrase = desk.new_passphrase(options)
    vault.check_passphrase(passphrase)
    folder.found(contents, passphrase)
    digits, organisation = company_file.digits(contents.root_key), contents.profile.organisation.hex()
    lines = (
        f"The vault of {options.name} is made: {folder.folder}",
        f"Root key's digits: {grouped(digits)}",
        f"Organisation id:   {organisation}",
        "Members compare the digits when they join. Keep a copy of the folder in another place, and the "
        "passphrase in a third: nobody can make either anew.",
    )
    return Report(lines, {"digits": digits, "organisation": organisation, "folder": str(folder.folder)})


def passphrase(options: argparse.Namespace, desk: Desk) -> Report:
    """Another passphrase for the vault."""
    old = desk.passphrase(options)
    new = typed.new_secret(
        options.new_passphrase_file, "New passphrase: ", "--new-passphrase-file", desk.warn
    )
    vault.check_passphrase(new)
    with desk.folder(options).changing(old) as change:
        change.rekey(new)
    return Report(("The vault has a new passphrase. Older backups still open with the old one.",), {})


# --- members --------------------------------------------------------------------------


def member_add(options: argparse.Namespace, desk: Desk) -> Report:
    """Add a member."""
    with desk.changing(options) as change:
        after, member = members.add(
            change.contents, options.account, options.name, new_seed(), alike=options.alike
        )
        change.commit(after, "member add", account=member.account, name=member.name)
    lines = (
        f"{member.name} ({member.account}) is a member.",
        f"What {member.name} needs to join: watchword-org ring export join {shlex.quote(member.account)}. "
        + _HAND_OUT,
    )
    return Report(lines, {"account": member.account, "name": member.name, "key": member.key.hex()})


def member_remove(options: argparse.Namespace, desk: Desk) -> Report:
    """Remove a member."""
    with desk.changing(options) as change:
        member = member_named(change.contents.profile, options.member)
        change.commit(
            members.remove(change.contents, member), "member remove", account=member.account, name=member.name
        )
        sealing = [change.contents.ring.name(key) for key in change.contents.profile.sealing]
    rotations = "; ".join(f"watchword-org key rotate {shlex.quote(name)}" for name in sealing)
    lines = (
        f"{member.name} ({member.account}) is no member any more. {_HAND_OUT}",
        "Their computer still holds the keys of today. So that they cannot read what is written from now on: "
        + rotations,
    )
    return Report(lines, {"account": member.account, "rotate": sealing})


def member_rename(options: argparse.Namespace, desk: Desk) -> Report:
    """Give a member another name."""
    with desk.changing(options) as change:
        member = member_named(change.contents.profile, options.member)
        after = members.rename(change.contents, member, options.name, alike=options.alike)
        change.commit(after, "member rename", account=member.account, name=options.name)
    lines = (f"{member.account} is called {options.name}. {_HAND_OUT}",)
    return Report(lines, {"account": member.account, "name": options.name})


def member_list(options: argparse.Namespace, desk: Desk) -> Report:
    """List the members."""
    return member_lines(desk.opened(options))


# --- keys -----------------------------------------------------------------------------


def key_new(options: argparse.Namespace, desk: Desk) -> Report:
    """Make a key."""
    with desk.changing(options) as change:
        key = os.urandom(KEY_NAME_BYTES)
        before, material = placement.material(change.contents, options, None)
        after = keys.new(before, key, options.name, material, options.auditor or "", time.time())
        insides.check(after)
        lines = [placement.settle(after, key, material, options, desk)]
        change.commit(after, "key new", **_what(after, key))
        if key not in after.profile.sealing:
            names = ",".join(map(after.ring.name, (*after.profile.policy.seals, key)))
            lines.append(
                f"Nothing is sealed under it yet: watchword-org profile set --seals {shlex.quote(names)}"
            )
    return _key_report(after, key, [f"The key “{options.name}” is made, version 1. {_HAND_OUT}", *lines])


def key_rotate(options: argparse.Namespace, desk: Desk) -> Report:
    """Make a new version."""
    with desk.changing(options) as change:
        key = key_named(change.contents.ring, options.key)
        before, material = placement.material(change.contents, options, keys.method_of(change.contents, key))
        after = keys.rotate(before, key, material, time.time())
        insides.check(after)
        lines = [placement.settle(after, key, material, options, desk)]
        change.commit(after, "key rotate", **_what(after, key))
    newest = keys.newest(after, key)
    since = f"from {told(newest.begins)} on" if newest.begins > time.time() else "now"
    never = keys.never_sealing(before, after, key, time.time())
    first = (
        f"“{newest.name}” has version {newest.version}, which seals {since}; what was sealed before still "
        f"opens. {_HAND_OUT}"
    )
    lines += [
        f"Version {one.version}, planned from {told(one.begins)} on, is retired by this and never seals. "
        f"To plan another: {_again(one)}"
        for one in never
    ]
    done = _key_report(after, key, [first, *lines])
    planned = [{"version": one.version, "from": one.begins, "until": one.ends} for one in never]
    return replace(done, data={**done.data, "never_seals": planned})


def _again(planned: RingKey) -> str:
    ends = f" --until {told(planned.ends)}" if planned.ends else ""
    return f"watchword-org key rotate {shlex.quote(planned.name)} --from {told(planned.begins)}{ends}"


def key_retire(options: argparse.Namespace, desk: Desk) -> Report:
    """Let a version seal no more."""
    with desk.changing(options) as change:
        key = key_named(change.contents.ring, options.key)
        after = keys.retire(change.contents, key, options.version, time.time())
        (number,) = _changed(change.contents, after, key)
        change.commit(after, "key retire", key=key.hex(), name=after.ring.name(key), version=str(number))
    line = f"“{after.ring.name(key)}” version {number} seals no more, and still opens. {_HAND_OUT}"
    return _key_report(after, key, [line])


def key_revoke(options: argparse.Namespace, desk: Desk) -> Report:
    """Revoke versions, once that was confirmed."""
    with desk.changing(options) as change:
        contents = change.contents
        key = key_named(contents.ring, options.key)
        name = contents.ring.name(key)
        standing = tuple(
            one.version for one in contents.ring.keys if one.id == key and one.state is not State.REVOKED
        )
        versions = standing if options.all else (options.version,)
        if not versions:
            raise Refused(f"Every version of “{name}” is revoked already.")
        after = keys.revoke(contents, key, versions, time.time())
        numbers = ", ".join(map(str, versions))
        opens = (
            "desktops still open what was sealed under it"
            if contents.profile.policy.revoked.value == "open"
            else "no desktop opens what was sealed under it, old messages that have not arrived included"
        )
        if not options.yes:
            typed.confirm(
                name, f"Revoking “{name}” version {numbers} cannot be undone; by the policy {opens}."
            )
        change.commit(after, "key revoke", key=key.hex(), name=name, versions=numbers)
    return _key_report(
        after, key, [f"“{name}” version {numbers} is revoked; by the policy {opens}. {_HAND_OUT}"]
    )


def key_list(options: argparse.Namespace, desk: Desk) -> Report:
    """List the keys."""
    return key_lines(desk.opened(options), time.time())


def _what(after: Contents, key: bytes) -> dict[str, str]:
    newest = keys.newest(after, key)
    method = keys.method_of(after, key)
    return {
        "key": key.hex(),
        "name": newest.name,
        "version": str(newest.version),
        "kind": method.kind.value,
        "from": told(newest.begins),
        "until": told(newest.ends),
    }


def _changed(before: Contents, after: Contents, key: bytes) -> list[int]:
    return [one.version for one in after.ring.keys if one.id == key and one not in before.ring.keys]


def _key_report(after: Contents, key: bytes, lines: list[str]) -> Report:
    newest = keys.newest(after, key)
    data = {"key": key.hex(), "name": newest.name, "version": newest.version}
    return _warned(Report(tuple(lines), data), after)


def _warned(report: Report, contents: Contents) -> Report:
    """What was done, and what has to be done soon."""
    found = warnings(contents.profile, contents.ring, time.time())
    data = {**report.data, "warnings": [msgspec.to_builtins(one) for one in found]}
    return Report((*report.lines, *warning_lines(found)), data)


# --- profile --------------------------------------------------------------------------


def profile_show(options: argparse.Namespace, desk: Desk) -> Report:
    """Show the profile."""
    return profile_lines(desk.opened(options))


def profile_set(options: argparse.Namespace, desk: Desk) -> Report:
    """Set parts of the profile."""
    auditors = tuple(options.auditor) if options.auditor else () if options.no_auditors else None
    wanted = Wanted(
        name=options.name,
        relay=options.relay,
        updates=options.updates,
        session=None if options.session is None else options.session == "required",
        phrase=options.phrase,
        retention=options.retention,
        revoked=options.revoked,
        pin=options.pin,
        seals=None if options.seals is None else tuple(filter(None, options.seals.split(","))),
        auditors=auditors,
        outsiders=options.outsiders,
        roaming=options.roaming,
        late=None if options.late is None else options.late == "yes",
    )
    if wanted.seals == ():
        raise Refused("A message is sealed under at least one key.")
    if wanted == Wanted():
        raise Refused("Nothing was said to be set. See watchword-org profile set --help.")
    with desk.changing(options) as change:
        after = policy.apply(change.contents, wanted)
        if after == change.contents:
            return replace(
                profile_lines(after), lines=("That is how it stands already. Nothing was changed.",)
            )
        what = {name: str(value) for name, value in _said(wanted).items()}
        after = change.commit(after, "profile set", **what)
    told_ = profile_lines(after)
    known = policy.cautions(after.profile.policy)
    return _warned(replace(told_, lines=(*told_.lines, *known, _HAND_OUT)), after)


def _said(wanted: Wanted) -> dict[str, object]:
    values = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None
    }


# --- files to hand out ----------------------------------------------------------------


def export_update(options: argparse.Namespace, desk: Desk) -> Report:
    """Write the update for all members."""
    with desk.changing(options) as change:
        _check_place(options.out)
        contents = change.contents
        data = exports.update(contents)
        count = len(contents.profile.directory)
        digest = hashlib.sha256(data).hexdigest()
        change.commit(contents, "ring export update", members=str(count), sha256=digest)
        _put(options.out, data)
    lines = (
        f"{options.out}: serial {contents.serial}, for {count} members. Hand it out by any way of your own.",
    )
    data_ = {"file": str(options.out), "serial": contents.serial, "members": count, "sha256": digest}
    return _warned(Report(lines, data_), contents)


def export_join(options: argparse.Namespace, desk: Desk) -> Report:
    """Write the join file for one member, and show its phrase."""
    drawn = not options.typed and options.phrase_file is None
    with desk.changing(options) as change:
        contents = change.contents
        member = member_named(contents.profile, options.member)
        _check_place(options.out)
        if drawn:
            typed.check_showable(options.phrase_to)
        phrase = typed.drawn_phrase() if drawn else typed.join_phrase(options.phrase_file, desk.warn)
        data = exports.join(contents, member, phrase)
        digest = hashlib.sha256(data).hexdigest()
        change.commit(
            contents,
            "ring export join",
            account=member.account,
            phrase="drawn" if drawn else "typed",
            sha256=digest,
        )
        if drawn:
            typed.show(phrase, options.phrase_to, f"The join phrase of {member.name} ({member.account}):")
        _put(options.out, data)
    digits = grouped(company_file.digits(contents.root_key))
    lines = (
        f"{options.out}: serial {contents.serial}, for {member.name} ({member.account}).",
        "Let the phrase go another way than the file: who has both has the company's keys.",
        f"{member.name} sees these digits when joining: {digits}",
    )
    data_ = {"file": str(options.out), "serial": contents.serial, "account": member.account, "sha256": digest}
    return _warned(Report(lines, data_), contents)


def _check_place(path: Path) -> None:
    """See that nothing but another company file is written over."""
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_trouble(error, path) from error
    try:
        company_file.look(there)
    except PeerError as error:
        raise Refused(f"{path} is there already and is no company file. Nothing was changed.") from error


def _put(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise disk_trouble(error, path.parent, "The file was not written.") from error
