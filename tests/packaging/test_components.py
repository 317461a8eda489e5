"""What the programs are made of: each part with a licence that is taken, a bill, what is known against it."""

import importlib.util
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def components() -> ModuleType:
    # By its path: a library has the folder's name.
    spec = importlib.util.spec_from_file_location("components", ROOT / "packaging" / "components.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def parts(components: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = components.parts((ROOT / "requirements.lock").read_text())
    return found


def test_the_lock_is_read_whole(components: ModuleType, parts: dict[str, Any]) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert {(one.name, one.version) for one in parts.values()} == set(
        re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock, re.MULTILINE)
    )
    assert sum(len(one.hashes) for one in parts.values()) == lock.count("--hash=sha256:")
    in_use = components.shipped(parts)
    assert {"websockets", "psycopg-binary", "cffi", "pycparser", "winrt-runtime"} <= in_use
    assert not in_use & {"pytest", "mypy", "ruff", "atheris", "execnet"}


def test_every_part_has_a_licence_that_is_taken(
    components: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert components.main(["licences"]) == 0, capsys.readouterr().out
    assert all(map(components.taken, [*components.WITH_THE_CODE.values(), components.PROJECT["license"]]))


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-2.0-only OR MIT AND Zlib", True),
        ("(MIT)", False),
        ("UNKNOWN", False),
    ],
)
def test_of_alternatives_one_has_to_be_taken_whole(
    components: ModuleType, expression: str, taken: bool
) -> None:
    assert components.taken(expression) is taken


def test_what_nobody_looked_at_is_refused(components: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, list[str] | None] = {
        "closed": ["Proprietary"],
        "silent": [],
        "here": ["MIT"],
        "both": ["GPL-3.0-only", "MIT"],
        "other": ["MIT"],
        "away": None,
    }
    monkeypatch.setattr(components, "installed", said.__getitem__)
    monkeypatch.setattr(components, "BY_HAND", {"other": "ISC", "away": "GPL-3.0-only"})

    def wrong(name: str, *, somewhere: bool = False) -> str:
        complaint: str = components.licence(components.Part(name, "1", somewhere, [], []))[1]
        return complaint

    assert wrong("closed") == "closed wants Proprietary"
    assert wrong("silent") == "silent wants nothing known"
    assert wrong("here") == ""
    assert wrong("here", somewhere=True) == "here is not on every system: name its licence by hand"
    assert wrong("other") == "other says MIT, by hand it is ISC"
    assert wrong("away", somewhere=True) == "away wants GPL-3.0-only"


def test_the_bill_names_every_part_once(
    components: ModuleType, parts: dict[str, Any], tmp_path: Path
) -> None:
    target = tmp_path / "new" / "bill.json"
    assert components.main(["bill", str(target)]) == 0
    bill = json.loads(target.read_text())
    assert bill == components.bill(parts)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    named = {one["name"]: one for one in bill["components"]}
    folders = {path.parent.name for path in (ROOT / "resources").glob("*/LICENSE")}
    assert named.keys() == parts.keys() | folders
    assert named["websockets"]["purl"] == f"pkg:pypi/websockets@{parts['websockets'].version}"
    assert (named["websockets"]["scope"], named["pytest"]["scope"]) == ("required", "excluded")
    assert all(one["licenses"][0]["expression"] for one in bill["components"])
    wants = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    refs = [bill["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in bill["components"])]
    assert len(refs) == len(set(refs))
    assert {ref for needs in wants.values() for ref in needs} <= set(refs)
    assert named["cffi"]["purl"] in wants[named["cryptography"]["purl"]]


class Database(BaseHTTPRequestHandler):
    """Speaks as osv.dev does: knows something against one part."""

    knows: ClassVar[dict[str, list[str]]] = {}
    forgets: ClassVar[int] = 0

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        found: list[dict[str, object]] = []
        for one in asked[self.forgets :]:
            ids = next((ids for name, ids in self.knows.items() if f"/{name}@" in one["package"]["purl"]), [])
            found.append({"vulns": [{"id": name} for name in ids]} if ids else {})
        answer = json.dumps({"results": found}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Database, "knows", {})
    monkeypatch.setattr(Database, "forgets", 0)
    with HTTPServer(("127.0.0.1", 0), Database) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_what_is_known_against_a_part_fails_unless_it_was_looked_at(
    components: ModuleType,
    parts: dict[str, Any],
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert components.audit(parts, database) == 0
    assert "nothing is known against any" in capsys.readouterr().out
    monkeypatch.setattr(Database, "knows", {"websockets": ["W-1", "W-2"]})
    assert components.audit(parts, database) == 1
    assert capsys.readouterr().out == f"websockets {parts['websockets'].version}: W-1, W-2\n"
    monkeypatch.setattr(components, "ACCEPTED", {"W-1": "a reason", "W-2": "another"})
    assert components.audit(parts, database) == 0


def test_nobody_to_ask_is_not_nothing_known(
    components: ModuleType, parts: dict[str, Any], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "forgets", 1)
    assert components.audit(parts, database) == 2
    assert components.audit(parts, "http://127.0.0.1:1/") == 2
