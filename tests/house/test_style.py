"""Files that a person can hold in the head: size, names, annotations, docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, name_of, parse, plant

MOST_LINES = 400
# Files that are longer today, with their length. The list may only shrink, and so may each number.
LONGER: dict[str, int] = {}
DRAWERS = {"util", "utils", "helper", "helpers", "misc", "common", "tools", "stuff", "shared"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(root: Path, longer: Mapping[str, int] = LONGER) -> Iterator[str]:
    """Find files of more than 400 lines, and permissions that are no longer needed."""
    counted = {
        name_of(root, path): len(path.read_text("utf-8").splitlines())
        for path in files(root, ".py", ".html", ".css", ".js")
        if "migrations" not in path.relative_to(root).parts
    }
    for name, lines in counted.items():
        if lines > longer.get(name, MOST_LINES):
            yield f"{name}: {lines} lines"
    for name, lines in longer.items():
        if counted.get(name, 0) < lines:
            yield f"{name}: shorter than its permission of {lines} lines, take that down"


def drawers(root: Path) -> Iterator[str]:
    """Find names for things that belong nowhere."""
    for path in files(root, ".py", ".html", ".css", ".js"):
        for part in path.relative_to(root).with_suffix("").parts:
            if DRAWERS & set(part.strip("_").split("_")) and part != "helper":
                yield f"{name_of(root, path)}: a drawer, name what it holds"


def without_annotations(root: Path) -> Iterator[str]:
    """Find functions whose signature does not say what goes in and what comes out."""
    for path in files(root, ".py", under=("app", "jobs")):
        for function, parents in _functions(parse(path)):
            arguments = function.args
            all_arguments = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            all_arguments += [a for a in (arguments.vararg, arguments.kwarg) if a]
            in_class = bool(parents) and isinstance(parents[-1], ast.ClassDef)
            bare = [
                a.arg for a in all_arguments if a.annotation is None and not (in_class and a.arg in {"self", "cls"})
            ]
            if bare or function.returns is None:
                missing = ", ".join([*bare, *(["the answer"] if function.returns is None else [])])
                yield f"{name_of(root, path)}:{function.lineno}: {function.name} does not annotate {missing}"


def without_docstring(root: Path) -> Iterator[str]:
    """Find public modules, classes and functions that do not say in a line what they are for."""
    for path in files(root, ".py", under=("app", "jobs")):
        tree = parse(path)
        if tree.body and ast.get_docstring(tree) is None:
            yield f"{name_of(root, path)}: no docstring"
        for node, parents in _definitions(tree):
            hidden = any(p.name.startswith("_") for p in (*parents, node)) or any(
                isinstance(p, Function) for p in parents
            )
            if not hidden and ast.get_docstring(node) is None and not _overrides(node, parents):
                yield f"{name_of(root, path)}:{node.lineno}: {node.name} has no docstring"


def _overrides(node: ast.AST, parents: tuple[ast.AST, ...]) -> bool:
    """A method marked as an override or an overload keeps the words of what it stands for."""
    names = {ast.unparse(d).rpartition(".")[2] for d in getattr(node, "decorator_list", ())}
    return bool(names & {"override", "overload"}) or any(n.endswith("setter") for n in names)


def _definitions(tree: ast.AST, parents: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, Function | ast.ClassDef):
            yield child, parents
            yield from _definitions(child, (*parents, child))
        else:
            yield from _definitions(child, parents)


def _functions(tree: ast.AST) -> Iterator[tuple[Function, tuple[ast.AST, ...]]]:
    return ((node, parents) for node, parents in _definitions(tree) if isinstance(node, Function))  # type: ignore[misc]


CHECKS = (too_long, drawers, without_annotations, without_docstring)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (too_long, "app/web/family/views.py", "x = 1\n" * 401),
        (too_long, "app/templates/page.html", "<p>\n" * 401),
        (too_long, "app/static/family.css", "p{}\n" * 401),
        (drawers, "app/families/utils.py", ""),
        (drawers, "app/web/form_helpers.py", ""),
        (drawers, "app/templates/common/page.html", ""),
        (without_annotations, "app/families/rules.py", "def f(a) -> None: ..."),
        (without_annotations, "app/families/rules.py", "def f(a: int): ..."),
        (without_annotations, "jobs/digest.py", "class A:\n    def f(self, *rest) -> None: ..."),
        (without_annotations, "jobs/digest.py", "def f() -> None:\n    def g(): ..."),
        (without_docstring, "app/families/rules.py", "x = 1"),
        (without_docstring, "app/families/rules.py", '"""A."""\ndef f() -> None: ...'),
        (without_docstring, "app/families/rules.py", '"""A."""\nclass A:\n    """B."""\n    def f(self) -> None: ...'),
    ],
)
def test_a_planted_violation_is_found(check: object, name: str, text: str, tmp_path: Path) -> None:
    root = plant(tmp_path, {name: text})
    assert len(list(check(root, {}) if check is too_long else check(root))) == 1  # type: ignore[operator]


def test_a_permission_shrinks_with_its_file(tmp_path: Path) -> None:
    root = plant(tmp_path, {"app/long.py": "x = 1\n" * 500})
    assert list(too_long(root, {"app/long.py": 500})) == []
    assert len(list(too_long(root, {"app/long.py": 501}))) == 1
    assert len(list(too_long(root, {"app/long.py": 500, "app/gone.py": 450}))) == 1


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    text = '"""A."""\n\nclass A:\n    """B."""\n\n    def __init__(self) -> None:\n        def g() -> None: ...\n'
    plant(tmp_path, {"app/families/rules.py": text, "app/families/__init__.py": ""})
    assert [*drawers(tmp_path), *without_annotations(tmp_path), *without_docstring(tmp_path)] == []
