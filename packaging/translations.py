"""Keeps resources/translations in step with the sentences in the code.

    python packaging/translations.py update    collect new sentences into the .ts files, compile the .qm files
    python packaging/translations.py check     fail where a sentence lacks a translation or a .qm is stale

The .ts files are edited by people; the .qm files are what the program loads and are kept in the repository,
so that checkout, wheel and frozen program find the same file (docs/decisions/0004).
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
REQUIRED = FOLDER / "watchword_zh_CN.ts"
TOOLS = Path(PySide6.__file__).parent
PLACE = re.compile(r"\{\w*\}|%n|%\d")


def sources() -> list[str]:
    """Every file of the client that may hold a sentence for people."""
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "app").rglob("*.py"))]


def tool(name: str, *arguments: str) -> None:
    """Run one of Qt's own tools from the PySide6 wheel in the root folder."""
    done = subprocess.run(
        [str(TOOLS / name), *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode or "warning" in done.stderr.lower():
        sys.exit(f"{name}: {done.stdout}{done.stderr}")


def collect(catalogue: Path) -> None:
    """Bring the sentences of the code into one .ts file; those no longer used leave it."""
    language = catalogue.stem.removeprefix("watchword_")
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "sources.lst"
        listing.write_text("\n".join(sources()), encoding="utf-8")
        tool("lupdate", f"@{listing}", *options, "-ts", str(catalogue))


def compile_to(catalogue: Path, target: Path) -> None:
    """Compile one .ts file into the form that Qt loads."""
    tool("lrelease", str(catalogue), "-qm", str(target))


def complaints_about(catalogue: Path) -> list[str]:
    """What a person still has to do in this .ts file."""
    found = []
    for context in ET.parse(catalogue).getroot().iter("context"):  # noqa: S314 - our own file
        for message in context.iter("message"):
            source = message.findtext("source") or ""
            translation = message.find("translation")
            forms = (
                [] if translation is None else [form.text or "" for form in translation.iter("numerusform")]
            )
            if translation is not None and not forms:
                forms = [translation.text or ""]
            where = f"{catalogue.name}: {context.findtext('name')}: {source!r}"
            if translation is None or translation.get("type") == "unfinished" or not all(forms):
                found.append(f"{where} is not translated")
            elif any(
                set(PLACE.findall(form)) - {"%n"} != set(PLACE.findall(source)) - {"%n"} for form in forms
            ):
                found.append(f"{where} lost or gained a placeholder")
    return found


def check() -> list[str]:
    """Everything that keeps a translation from being complete."""
    found = [] if REQUIRED.exists() else [f"{REQUIRED.relative_to(ROOT)} is missing"]
    for catalogue in sorted(FOLDER.glob("*.ts")):
        found += complaints_about(catalogue)
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / catalogue.name
            fresh.write_bytes(catalogue.read_bytes())
            collect(fresh)
            if fresh.read_bytes() != catalogue.read_bytes():
                found.append(f"{catalogue.name} does not hold the sentences of the code: make translations")
            compiled = Path(folder) / "compiled.qm"
            compile_to(catalogue, compiled)
            kept = catalogue.with_suffix(".qm")
            if not kept.exists() or kept.read_bytes() != compiled.read_bytes():
                found.append(f"{kept.name} is not what {catalogue.name} compiles to: make translations")
    return found


def update() -> None:
    """Collect and compile every language."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for catalogue in sorted({REQUIRED, *FOLDER.glob("*.ts")}):
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / catalogue.name
            if catalogue.exists():
                fresh.write_bytes(catalogue.read_bytes())
            collect(fresh)
            compile_to(fresh, fresh.with_suffix(".qm"))
            for made in (fresh, fresh.with_suffix(".qm")):
                put(made.read_bytes(), FOLDER / made.name)
        for line in complaints_about(catalogue):
            print(line)


def put(content: bytes, place: Path) -> None:
    """Write a file in one step: a program or a test that reads it meanwhile finds the old or the new one."""
    beside = place.with_name(place.name + ".new")
    beside.write_bytes(content)
    beside.replace(place)


def main(arguments: list[str]) -> int:
    """Run the command named by the only argument."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments == ["check"]:
        found = check()
        for line in found:
            print(line, file=sys.stderr)
        print("translations:", "incomplete" if found else "complete")
        return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
