"""What the programs are made of: licences, the bill of materials, and what is known against any part of it.

    python packaging/components.py licences    fail where a part's licence is none that the project takes
    python packaging/components.py bill FILE   write every part, its hashes and licence, as CycloneDX 1.6
    python packaging/components.py audit       ask a public database for known weaknesses of any part

All three go by requirements.lock: for every system and Python that is supported, not for what happens to be
installed. Licences are those that the installed packages name; a package that not every system has, or that
does not say it in words of SPDX, stands in `BY_HAND`.
"""

import hashlib
import json
import re
import sys
import tomllib
import urllib.request
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DATABASE = "https://api.osv.dev/v1/querybatch"
SECONDS = 60

TAKEN = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC-BY-3.0-US",
    "ISC",
    "LGPL-3.0-only",  # as modules of their own, which whoever runs the program may exchange
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
"""Licences by their SPDX names; whatever else a part wants has to be looked at by a person first."""

NAMES = {
    "MIT License": "MIT",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How packages say it that do not use SPDX."""

BY_HAND = {
    "apsw-sqlite3mc": "Zlib AND MIT",
    "atheris": "Apache-2.0",
    "backports-tarfile": "MIT",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "dbus-fast": "MIT",
    "importlib-metadata": "Apache-2.0",
    "jeepney": "MIT",
    "lazy-importer": "Apache-2.0",
    "librt": "MIT",
    "psycopg-binary": "LGPL-3.0-only",
    "pycparser": "BSD-3-Clause",
    "pywin32-ctypes": "BSD-3-Clause",
    "rubicon-objc": "BSD-3-Clause",
    "secretstorage": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "uvloop": "MIT",
    "zipp": "MIT",
    **dict.fromkeys(
        [
            "winrt-runtime",
            "winrt-windows-applicationmodel-core",
            "winrt-windows-data-xml-dom",
            "winrt-windows-foundation",
            "winrt-windows-foundation-collections",
            "winrt-windows-ui-notifications",
            "winrt-windows-storage-streams",
        ],
        "MIT",
    ),
}

WITH_THE_CODE = {"fonts": "OFL-1.1", "icons": "ISC AND MIT", "words": "CC-BY-3.0-US AND MIT"}
"""What others made and lies in `resources`, with its licence beside it."""

ACCEPTED: dict[str, str] = {}
"""Weaknesses that do not concern the programs, by their id, and why."""

_ENTRY = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?P<marker>\s*;[^\\\n]*)?\s*\\\n"
    r"(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64}(?:\s*\\)?\n)+)(?P<via>(?:\s+#[^\n]*\n?)*)",
    re.MULTILINE,
)
_ASKED = "watchword (pyproject.toml)"


class Part(NamedTuple):
    """One locked package."""

    name: str
    version: str
    somewhere: bool
    """Whether only some systems or versions of Python have it."""
    hashes: list[str]
    wanted_by: list[str]

    @property
    def purl(self) -> str:
        """Its name all over the world."""
        return f"pkg:pypi/{self.name}@{self.version.replace('!', '%21')}"


def parts(lock: str) -> dict[str, Part]:
    """What a lock file holds, by name."""
    found = {}
    for entry in _ENTRY.finditer(lock):
        via = re.sub(r"^\s*#(?:\s*via\b)?", "", entry["via"], flags=re.MULTILINE)
        found[entry["name"]] = Part(
            entry["name"],
            entry["version"],
            entry["marker"] is not None,
            re.findall(r"sha256:([0-9a-f]{64})", entry["hashes"]),
            [line.strip() for line in via.splitlines() if line.strip()],
        )
    return found


def shipped(found: dict[str, Part]) -> set[str]:
    """Those that an installed relay or desktop has; the others are tools of development."""
    names = {part.name for part in found.values() if _ASKED in part.wanted_by}
    while more := {one.name for one in found.values() if names & {*one.wanted_by}} - names:
        names |= more
    return names


# --- licences -------------------------------------------------------------------------------------


def taken(expression: str) -> bool:
    """Whether one of the alternatives of a licence is taken with all that it wants."""
    return any(TAKEN.issuperset(either.split(" AND ")) for either in expression.split(" OR "))


def installed(name: str) -> list[str] | None:
    """What an installed package says of its licence, the clearest first; None if it is not here."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [one for one in said.get_all("Classifier", []) if one.startswith("License ::")]
    fields = [*said.get_all("License-Expression", []), *said.get_all("License", [])]
    words = [*fields, *(one.split(" :: ")[-1] for one in classifiers)]
    return [NAMES.get(word, word) for word in words if word]


def licence(part: Part) -> tuple[str, str]:
    """A part's licence, and what is wrong with it or nothing."""
    said, by_hand = installed(part.name), BY_HAND.get(part.name, "")
    if part.somewhere and not by_hand:
        return "", f"{part.name} is not on every system: name its licence by hand"
    clear = next((one for one in said or [] if taken(one)), "")
    if by_hand and clear and by_hand != clear:
        return by_hand, f"{part.name} says {clear}, by hand it is {by_hand}"
    found = by_hand or clear
    if not found or not taken(found):
        return found, f"{part.name} wants {found or ' / '.join(said or ['nothing known'])[:80]}"
    return found, ""


# --- the bill of materials ------------------------------------------------------------------------


def bill(found: dict[str, Part]) -> dict[str, object]:
    """All parts and what wants what, the same for the same lock and version."""
    ours = f"pkg:pypi/{PROJECT['name']}@{PROJECT['version']}"
    in_use = shipped(found)
    libraries = [
        {
            "type": "library",
            "bom-ref": one.purl,
            "name": one.name,
            "version": one.version,
            "scope": "required" if one.name in in_use else "excluded",
            "purl": one.purl,
            "hashes": [{"alg": "SHA-256", "content": value} for value in one.hashes],
            "licenses": [{"expression": licence(one)[0]}],
        }
        for one in found.values()
    ]
    data = [
        {"type": "data", "bom-ref": name, "name": name, "licenses": [{"expression": wanted}]}
        for name, wanted in WITH_THE_CODE.items()
    ]
    wants = {
        ours: [*WITH_THE_CODE, *(one.purl for one in found.values() if _ASKED in one.wanted_by)],
        **{
            by.purl: [one.purl for one in found.values() if by.name in one.wanted_by] for by in found.values()
        },
    }
    content = hashlib.sha256(json.dumps([ours, libraries, data, wants]).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": PROJECT["name"],
                "version": PROJECT["version"],
                "purl": ours,
                "licenses": [{"expression": PROJECT["license"]}],
            }
        },
        "components": [*libraries, *data],
        "dependencies": [{"ref": ref, "dependsOn": needs} for ref, needs in wants.items()],
    }


# --- what is known against it ---------------------------------------------------------------------


def weaknesses(found: dict[str, Part], database: str = DATABASE) -> list[str]:
    """What a database that speaks as osv.dev does knows against these versions, in one question.

    Raises:
        OSError: it cannot be asked.
        ValueError: its answer is none.
    """
    asked = json.dumps({"queries": [{"package": {"purl": one.purl}} for one in found.values()]})
    request = urllib.request.Request(  # noqa: S310 - the address is a constant, or a test's own
        database, asked.encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
        results: list[dict[str, Any]] = json.load(answer)["results"]
    known = []
    for part, result in zip(found.values(), results, strict=True):
        ids = [one["id"] for one in result.get("vulns", []) if one["id"] not in ACCEPTED]
        if ids:
            known.append(f"{part.name} {part.version}: {', '.join(ids)}")
    return known


def audit(found: dict[str, Part], database: str = DATABASE) -> int:
    """Say what is known; 1 if there is anything, 2 if nobody could say."""
    try:
        known = weaknesses(found, database)
    except (OSError, ValueError, KeyError) as error:
        print(f"nobody was asked, so nothing is known: {type(error).__name__}: {error}")
        return 2
    print("\n".join(known) or f"nothing is known against any of {len(found)} parts")
    return 1 if known else 0


def main(words: list[str]) -> int:
    """Do what the words say."""
    found = parts((ROOT / "requirements.lock").read_text("utf-8"))
    match words:
        case ["licences"]:
            wrong = [said for said in (licence(part)[1] for part in found.values()) if said]
            print("\n".join(wrong), end="\n" if wrong else "")
            return 1 if wrong else 0
        case ["bill", name]:
            target = Path(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(bill(found), indent=1) + "\n", "utf-8")
            return 0
        case ["audit"]:
            return audit(found)
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
