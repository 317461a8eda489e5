"""Sizes, names and openings of files (laws 7 and 8), and the reasons beside what is silenced (law 10)."""

import ast
import re

from house.files import ROOT, classes, code_files, content, every_file, parsed, short

FILE_LINES = 500
CLASS_LINES = 250
NO_NOUNS = ("util", "utils", "helper", "helpers", "common", "base", "manager", "impl", "misc")
IGNORED = r"type:\s*ignore(?:\[[^]]*\])?"
UNCHECKED = r"noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"
SILENCED = re.compile(rf"#\s*(?:{IGNORED}|{UNCHECKED})(?P<rest>.*)$")
WORD = re.compile(r"[A-Za-z]{3,}")


def names_in(text: str) -> list[str]:
    """The words of an identifier or file name: message_view, MessageView -> message, view."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", text)]


def without_reason(line: str) -> bool:
    """Whether a line silences a tool and does not say why."""
    found = SILENCED.search(line)
    return found is not None and not WORD.search(found["rest"])


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        short(path): count for path in code_files() if (count := len(content(path).splitlines())) > FILE_LINES
    }
    assert not long


def test_no_class_is_longer_than_a_person_keeps_in_mind() -> None:
    long = {
        f"{short(path)}: {node.name}": lines
        for path in code_files()
        for node in classes(path)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > CLASS_LINES
    }
    assert not long


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        short(path)
        for path in code_files()
        if not path.name.startswith("test_")
        and content(path).strip()
        and ast.get_docstring(parsed(path)) is None
    ]
    assert not silent


def test_names_are_nouns_of_the_domain() -> None:
    assert names_in("messageHelper") == ["message", "helper"]
    empty = [short(path) for path in code_files() if set(names_in(path.stem)) & set(NO_NOUNS)]
    empty += [
        f"{short(path)}: {node.name}"
        for path in code_files()
        for node in classes(path)
        if set(names_in(node.name)) & set(NO_NOUNS)
    ]
    assert not empty


def test_folders_that_are_no_packages_have_no_init() -> None:
    inits = [
        short(path)
        for path in every_file()
        if path.name == "__init__.py"
        and path.relative_to(ROOT).parts[0] in {"packaging", "resources", "tests"}
    ]
    assert not inits


def test_whoever_silences_a_tool_says_why() -> None:
    tool = "noqa"
    assert without_reason(f"x = 1  # {tool}: E501")
    assert not without_reason(f"x = 1  # {tool}: E501 - a table reads better so")
    assert not without_reason("x = f()  # type: ignore[index] # missing in the stub")
    assert without_reason("x = f()  # type: ignore[index]")
    unexplained = [
        f"{short(path)}:{number}"
        for path in code_files()
        if path.name != "test_shape.py"
        for number, line in enumerate(content(path).splitlines(), 1)
        if without_reason(line)
    ]
    assert not unexplained
