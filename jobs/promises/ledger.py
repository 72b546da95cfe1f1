"""The ledger of promises, the marks that tests carry, and what the last run says about them."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Standing(StrEnum):
    """How far a promise is kept by a test."""

    PROVED = "proved"
    MARKED = "marked"
    OPEN = "open"


@dataclass(frozen=True)
class Promise:
    """One promise of one privacy statement."""

    id: str
    document: str
    kind: str
    title: str


@dataclass(frozen=True)
class Mark:
    """What one test says it holds. The rules of one mark are opened together; rules that hold alone get a mark each."""

    node: str
    ids: tuple[str, ...]
    breaks: tuple[str, ...]
    twin: str | None
    line: int

    @property
    def key(self) -> str:
        """Return the name under which the proof of this mark is kept."""
        return " + ".join(self.breaks) + (f" as {self.twin}" if self.twin else "")


def read_ledger(root: Path = ROOT) -> tuple[Promise, ...]:
    """Return every promise of the ledger, per document."""
    ledger = tomllib.loads((root / "tests" / "promises.toml").read_text("utf-8"))
    return tuple(
        Promise(id_, document, entry["kind"], entry["title"])
        for document in ledger["documents"]
        for id_, entry in ledger["promises"][document].items()
    )


def read_documents(root: Path = ROOT) -> Mapping[str, str]:
    """Return the prefix and the name of each document."""
    documents: Mapping[str, str] = tomllib.loads((root / "tests" / "promises.toml").read_text("utf-8"))["documents"]
    return documents


def read_marks(root: Path = ROOT) -> tuple[Mark, ...]:
    """Return the marks on all tests, read from their text so that no test need be imported.

    Raises ValueError on a mark that is not written with plain text, since nobody could look it up.
    """
    marks: list[Mark] = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        if "mark.promise" in text:
            marks += _marks_of(ast.parse(text, name), name, ())
    return tuple(marks)


def _marks_of(tree: ast.Module | ast.ClassDef, prefix: str, inherited: tuple[ast.Call, ...]) -> Iterator[Mark]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "pytestmark" for t in statement.targets
        ):
            inherited += tuple(_promise_calls(statement.value))
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            own = tuple(call for decorator in statement.decorator_list for call in _promise_calls(decorator))
            yield from _marks_of(statement, f"{prefix}::{statement.name}", inherited + own)
        elif isinstance(statement, ast.FunctionDef) and statement.name.startswith("test"):
            own = tuple(call for decorator in statement.decorator_list for call in _promise_calls(decorator))
            for call in inherited + own:
                yield _mark(f"{prefix}::{statement.name}", call)


def _promise_calls(node: ast.expr) -> Iterator[ast.Call]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "pytest.mark.promise":
            yield part


def _mark(node: str, call: ast.Call) -> Mark:
    try:
        ids = tuple(ast.literal_eval(argument) for argument in call.args)
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    except ValueError as error:
        message = f"{node}: a promise mark takes plain text only"
        raise ValueError(message) from error
    if set(named) - {"breaks", "twin"}:
        message = f"{node}: a promise mark knows only breaks and twin"
        raise ValueError(message)
    breaks = named.get("breaks") or ()
    return Mark(node, ids, (breaks,) if isinstance(breaks, str) else tuple(breaks), named.get("twin"), call.lineno)


def results_path(root: Path = ROOT) -> Path:
    """Return where the last run is written down; never committed."""
    return root / ".pytest_cache" / "d" / "promises" / "results.json"


def read_results(path: Path) -> dict[str, dict[str, Any]]:
    """Return the last outcome per test, and the last proof per test and rule."""
    if not path.exists():
        return {"tests": {}, "proofs": {}}
    results: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return results


def write_results(path: Path, *, tests: Mapping[str, str], proofs: Mapping[str, Mapping[str, str]]) -> None:
    """Add outcomes and proofs to what earlier runs wrote."""
    results = read_results(path)
    results["tests"].update(tests)
    for node, found in proofs.items():
        results["proofs"].setdefault(node, {}).update(found)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside it and swapped: another run may be reading.
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
    fresh.replace(path)


def standings(
    promises: Iterable[Promise], marks: Iterable[Mark], results: Mapping[str, Mapping[str, Any]]
) -> dict[str, Standing]:
    """Return the standing of each promise.

    Proved: at least one of its tests names a rule, each of its named rules turned its test red when opened, and none
    of its tests failed as the code stands.
    """
    by_id: dict[str, list[Mark]] = {}
    for mark in marks:
        for id_ in mark.ids:
            by_id.setdefault(id_, []).append(mark)
    found: dict[str, Standing] = {}
    for promise in promises:
        held = by_id.get(promise.id, [])
        named = [mark for mark in held if mark.breaks]
        green = all(results["tests"].get(mark.node) in {"passed", None} for mark in held)
        red = all(results["proofs"].get(mark.node, {}).get(mark.key) == "red" for mark in named)
        if not held:
            found[promise.id] = Standing.OPEN
        else:
            found[promise.id] = Standing.PROVED if named and green and red else Standing.MARKED
    return found
