"""Calls that must not be in the program because they run an event loop inside a coroutine, and in tests.

A nested loop lets other tasks be entered twice ("Cannot enter into task"), after which they sleep for ever. A
dialog is opened with `open()` and answered by a future instead.
"""

import ast
from collections.abc import Iterator

from house.files import code_files, naming, parsed, short

NESTING = {"exec", "exec_", "processEvents", "asyncClose"}
STATIC = {
    "QFileDialog": {
        "getOpenFileName",
        "getOpenFileNames",
        "getOpenFileUrl",
        "getSaveFileName",
        "getSaveFileUrl",
        "getExistingDirectory",
    },
    "QMessageBox": {"information", "question", "warning", "critical", "about", "aboutQt"},
    "QInputDialog": {"getText", "getItem", "getInt", "getDouble", "getMultiLineText"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
WAITING = {
    "waitSignal",
    "waitSignals",
    "waitUntil",
    "waitCallback",
    "waitExposed",
    "waitActive",
    "assertNotEmitted",
    "qWait",
    "qWaitFor",
    "qWaitForWindowActive",
    "qWaitForWindowExposed",
}


def nested_loops(tree: ast.AST) -> Iterator[str]:
    """Every use of something that runs a nested event loop, and every star import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in NESTING or node.attr in STATIC.get(owner, ()):
                yield f"line {node.lineno}: {node.attr}"
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in NESTING or (alias.name == "*" and (node.module or "").startswith("PySide6")):
                    yield f"line {node.lineno}: {alias.name}"


def waits_in_coroutines(tree: ast.AST) -> Iterator[str]:
    """Every coroutine that waits the way pytest-qt and QTest do."""
    for coroutine in ast.walk(tree):
        if isinstance(coroutine, ast.AsyncFunctionDef):
            for node in ast.walk(coroutine):
                if isinstance(node, ast.Attribute) and node.attr in WAITING:
                    yield f"line {node.lineno}: {node.attr} in {coroutine.name}"


def test_the_rule_knows_what_it_looks_for() -> None:
    for line in (
        "dialog.exec()",
        "QMenu(self).exec(at)",
        "QFileDialog.getOpenFileName(self)",
        "QMessageBox.question(self, '', '')",
        "QApplication.processEvents()",
        "from qasync import asyncClose",
        "from PySide6.QtCore import *",
    ):
        assert list(nested_loops(ast.parse(line))), line
    for line in ("dialog.open()", "QFileDialog(self).open()", "store.execute('x')", "log.warning('x')"):
        assert not list(nested_loops(ast.parse(line))), line
    assert list(waits_in_coroutines(ast.parse("async def test():\n    qtbot.waitSignal(x)")))
    assert not list(waits_in_coroutines(ast.parse("def test():\n    qtbot.waitSignal(x)")))


def test_the_program_runs_no_nested_event_loop() -> None:
    names = NESTING.union(*STATIC.values(), ["import *"])
    files = naming(code_files("app"), names)
    found = [f"{short(path)} {use}" for path in files for use in nested_loops(parsed(path))]
    assert not found


def test_no_coroutine_of_a_test_waits_in_a_nested_event_loop() -> None:
    files = naming(code_files("tests"), WAITING)
    found = [f"{short(path)} {use}" for path in files for use in waits_in_coroutines(parsed(path))]
    assert not found


def loose_painters(tree: ast.AST) -> Iterator[str]:
    """Every QPainter that is not ended by a `with`: whoever still holds a frame keeps it painting."""
    held = {item.context_expr for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node not in held and ast.unparse(node.func) == "QPainter":
            yield f"line {node.lineno}"


def test_every_painter_is_ended_where_it_was_made() -> None:
    files = naming(code_files("app"), ["QPainter"])
    found = [f"{short(path)} {line}" for path in files for line in loose_painters(parsed(path))]
    assert not found, found


def test_a_loose_painter_is_seen() -> None:
    assert [*loose_painters(ast.parse("painter = QPainter(self)"))] == ["line 1"]
    assert not [*loose_painters(ast.parse("with QPainter(self) as painter:\n    pass"))]
