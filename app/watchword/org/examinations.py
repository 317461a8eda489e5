"""The commands that look and change nothing: verify, inspect, search, journal.

Only that a message was opened is written down. See `docs/operate/company.md`.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from watchword.org import exports, inspection, journal, leaks, message_file, typed
from watchword.org.contents import Contents
from watchword.org.desk import Desk
from watchword.org.exports import Verified
from watchword.org.folder import disk_trouble
from watchword.org.inspection import Opening, Seen, TagSeen
from watchword.org.listing import key_lines
from watchword.org.policy import cautions
from watchword.org.report import Report, grouped, table
from watchword.protocol.company import company_file
from watchword.protocol.content import Content, Text
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import parse_full_id
from watchword_wire.limits import DATA_BYTES
from watchword_wire.message_data import MODE_WRAP, Head


def verify(options: argparse.Namespace, desk: Desk) -> Report:
    """Say what a company file is."""
    data = _read(options.file, company_file.FILE_BYTES)
    contents = desk.opened(options) if options.vault is not None else None
    phrase = None
    if options.phrase_file is not None:
        phrase = typed.secret(options.phrase_file, "", "--phrase-file", desk.warn)
    try:
        found = exports.verify(data, contents, phrase)
    except PeerError as error:
        line = (
            f"{options.file} is no company file, or was damaged or altered on its way: {error}. Get it again."
        )
        if _is_message(data):
            line = (
                f"{options.file} is no company file but message data: `watchword-org inspect` looks at them."
            )
        return Report((line,), {"holds": False, "why": str(error)}, holds=False)
    return _verified(found, contents)


def _is_message(data: bytes) -> bool:
    try:
        message_file.read(data)
    except Refused:
        return False
    return True


def _verified(found: Verified, contents: Contents | None) -> Report:
    outside, inside = found.outside, found.inside
    digits = company_file.digits(outside.root_key)
    mine = contents is None or outside.root_key == contents.root_key
    whom = (
        f"a join file for {outside.joins}"
        if outside.joins
        else f"an update for {len(outside.members)} members"
    )
    lines = [
        f"It is whole, and signed by the root key with the digits {grouped(digits)}.",
        f"It is {whom}, serial {outside.serial}, of organisation {outside.organisation.hex()}.",
    ]
    if outside.members:
        lines.append(f"It is for: {', '.join(outside.members)}")
    data = {
        "holds": mine,
        "digits": digits,
        "organisation": outside.organisation.hex(),
        "serial": outside.serial,
        "joins": outside.joins,
        "members": list(outside.members),
        "opened": inside is not None,
    }
    if inside is None:
        return Report((*lines, found.closed), {**data, "why": found.closed}, holds=mine)
    held = Contents(1, inside.member, inside.profile, inside.ring, {})
    keys = key_lines(held, time.time())
    lines += [f"It holds the profile of {inside.profile.name} and these keys:", *keys.lines]
    lines += cautions(inside.profile.policy)
    return Report(tuple(lines), {**data, "name": inside.profile.name, **keys.data})


def inspect(options: argparse.Namespace, desk: Desk) -> Report:
    """Say what a message shows; open it where that is asked for."""
    if options.open and options.vault is None:
        raise Refused("To open a message its key is needed: --vault DIR.")
    found = message_file.read(_read(options.message, 2 * DATA_BYTES))
    if options.vault is None:
        return _seen(inspection.look(found, None), None, None)
    if not options.open:
        contents = desk.opened(options)
        opening = asyncio.run(inspection.open_(found, contents))
        return _seen(inspection.look(found, contents), contents, opening)
    with desk.changing(options) as change:
        opening = asyncio.run(inspection.open_(found, change.contents))
        report = _seen(inspection.look(found, change.contents), change.contents, opening)
        if opening.content is None:
            return replace(report, holds=False)
        head = found.head
        change.commit(change.contents, "inspect --open", message=head.id.hex(), sender=head.sender)
    said = _said(opening.content)
    first, *rest = said.split("\n")
    lines = (*report.lines, f"It says: {first}", *(f"         {line}" for line in rest))
    return Report(lines, {**report.data, "content": said})


def _seen(seen: Seen, contents: Contents | None, opening: Opening | None) -> Report:
    head = seen.head
    mode = "wrap" if head.mode == MODE_WRAP else "content"
    signature = "fits" if seen.signature_fits else "does not fit: ALTERED"
    lines = [
        f"organisation   {head.organisation.hex()}{_whose(head, contents)}",
        f"conversation   {head.conversation.hex()}",
        f"message        {head.id.hex()}",
        f"from           {_person(parse_full_id(head.sender).account, contents)}, terminal {head.sender}",
        f"to             {', '.join(_person(target, contents) for target in head.targets)}",
        f"sealed         {seen.sealed_bytes} bytes, mode {mode}; {seen.size} bytes in all",
        f"signature      {signature}",
        f"certificate    {_certificate(seen, contents)}",
    ]
    if opening is not None and not seen.why_not:
        opens = f"by {opening.by}" if opening.by else "not by this vault"
        lines.append(f"opens          {opens}")
    why = seen.why_not or (opening.why_not if opening is not None else "")
    session = ", inside the passphrase session besides:" if head.session is not None else ":"
    lines += [
        *([why] if why else []),
        f"Who can read it: whoever gets these bytes and holds one of these keys{session}",
        *table(("key", "id", "version", "state", "method", "auditor"), map(_tag_row, seen.tags)),
    ]
    holds = not seen.why_not and (opening is None or opening.holds)
    data = {
        "holds": holds,
        "organisation": head.organisation.hex(),
        "conversation": head.conversation.hex(),
        "message": head.id.hex(),
        "sender": head.sender,
        "targets": list(head.targets),
        "mode": mode,
        "size": seen.size,
        "sealed": seen.sealed_bytes,
        "signature": seen.signature_fits,
        "certificate": seen.certificate_fits,
        "opens": None if opening is None else opening.by,
        "why": why,
        "tags": [msgspec.to_builtins(tag) for tag in seen.tags],
    }
    return Report(tuple(lines), data, holds=holds)


def _certificate(seen: Seen, contents: Contents | None) -> str:
    if contents is None:
        return "not checked without --vault"
    words = {None: "not checked", True: "fits", False: "does not fit"}
    return words[seen.certificate_fits]


def _tag_row(tag: TagSeen) -> tuple[str, ...]:
    name = "–" if tag.key == tag.id else tag.key
    return name, tag.id, str(tag.version), tag.state or "–", tag.method, tag.auditor or "–"


def _whose(head: Head, contents: Contents | None) -> str:
    if contents is None:
        return ""
    return (
        f" ({contents.profile.name})"
        if head.organisation == contents.profile.organisation
        else " (not this one)"
    )


def _person(account: str, contents: Contents | None) -> str:
    member = None if contents is None else contents.profile.member(account)
    return account if member is None else f"{member.name} ({account})"


def _said(opened: Content) -> str:
    """A text as it stands; of anything else only what it is."""
    return opened.text if isinstance(opened, Text) else f"({type(opened).__name__.lower()})"


def search(options: argparse.Namespace, desk: Desk) -> Report:
    """Look whether a secret of the vault stands in files."""
    found = leaks.search(options.places, desk.opened(options))
    if not found.size:
        raise Refused("There is nothing in it: no file with a byte. Nothing was shown by that.")
    looked = f"{found.secrets} secrets looked for in {found.files} files, {found.size} bytes"
    lines = [f"{leak.file}: {leak.secret} stands in it." for leak in found.leaks]
    lines.append(f"{looked}: {'THEY LEAKED' if found.leaks else 'none stands in them'}.")
    data = {
        "holds": not found.leaks,
        "secrets": found.secrets,
        "files": found.files,
        "bytes": found.size,
        "leaks": [{"file": leak.file, "secret": leak.secret} for leak in found.leaks],
    }
    return Report(tuple(lines), data, holds=not found.leaks)


def read_journal(options: argparse.Namespace, desk: Desk) -> Report:
    """Show the journal, and check every line of it: no passphrase is needed."""
    folder = desk.folder(options)
    shell = folder.look()
    entries, findings = journal.check(folder.lines(), shell.root_key, shell.entry)
    rows = [
        (str(one.n), one.at, one.did, ", ".join(f"{k} {v}" for k, v in one.what.items())) for one in entries
    ]
    verdict = (
        [f"line {one.line}: {one.says}" for one in findings]
        if findings
        else [f"{len(entries)} entries, each signed and in its place."]
    )
    data = {
        "holds": not findings,
        "digits": company_file.digits(shell.root_key),
        "entries": [
            {"n": one.n, "at": one.at, "did": one.did, "what": one.what, "serial": one.serial}
            for one in entries
        ],
        "findings": [{"line": one.line, "says": one.says} for one in findings],
    }
    lines = (*table(("", "when", "what", ""), rows), *verdict)
    return Report(lines, data, holds=not findings)


def _read(name: str, most: int) -> bytes:
    try:
        if name == typed.STDIN:
            return sys.stdin.buffer.read(most + 1)
        with Path(name).open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {name}.") from error
    except OSError as error:
        raise disk_trouble(error, Path(name)) from error
