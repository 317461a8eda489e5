"""The pages: each link leads somewhere, each page is led to, each module of the relay is on the map."""

import re
from collections.abc import Iterator
from pathlib import Path

from house.files import ROOT, every_file, short

LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:docs|tests|app|relay|benchmarks|packaging|resources)/[\w./*{},-]+)`")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
DECISION = re.compile(r"docs/decisions/\d{4}")
START = ROOT / "README.md"
MAP = ROOT / "docs" / "architecture.md"


def pages() -> list[Path]:
    """Everything that is written to be read."""
    return [path for path in every_file() if path.suffix == ".md"]


def anchors(page: Path) -> set[str]:
    """What can stand behind `#` in a link to a page."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(page.read_text())
    }


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link of a page to another place of the tree: as it is written, the file, what is behind `#`."""
    for link in LINK.findall(page.read_text()):
        if "://" not in link:
            file, _, anchor = link.partition("#")
            yield link, (page.parent / file).resolve() if file else page, anchor


def spelled(path: str) -> list[str]:
    """What is meant by a path with a choice in braces, or by a decision's number."""
    choice = re.fullmatch(r"(.*)\{(.*)\}(.*)", path)
    if choice:
        return [choice[1] + one + choice[3] for one in choice[2].split(",")]
    return [f"{path}-*" if DECISION.fullmatch(path) else path.rstrip("/")]


def test_every_link_leads_somewhere() -> None:
    dead = [
        f"{short(page)}: {link}"
        for page in pages()
        for link, file, anchor in links(page)
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file))
    ]
    assert not dead


def test_every_path_that_a_page_names_is_there() -> None:
    gone = [
        f"{short(page)}: {path}"
        for page in pages()
        for named in NAMED.findall(page.read_text())
        for path in spelled(named)
        if not any(ROOT.glob(path))
    ]
    assert not gone


def test_every_page_is_led_to_from_the_first() -> None:
    """Decisions are led to by their index; whoever writes one adds its line there."""
    met, ahead = {START}, [START]
    while ahead:
        for _, file, _ in links(ahead.pop()):
            if file.suffix == ".md" and file.exists() and file not in met:
                met.add(file)
                ahead.append(file)
    assert not [short(page) for page in pages() if page not in met and page.is_relative_to(ROOT / "docs")]


def test_every_module_of_the_relay_is_on_the_map() -> None:
    words = set(re.findall(r"\w+", MAP.read_text()))
    small = {"__init__", "__main__", "addresses", "clock"}
    modules = {path.stem for path in (ROOT / "relay" / "watchword_relay").glob("*.py")}
    assert not sorted(modules - words - small)


def test_the_rule_knows_what_it_looks_for() -> None:
    assert spelled("tests/{a,b}.py") == ["tests/a.py", "tests/b.py"]
    assert spelled("docs/decisions/0001") == ["docs/decisions/0001-*"]
    assert "what-the-relay-can-see" in anchors(ROOT / "docs" / "operate" / "relay.md")
