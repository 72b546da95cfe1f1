"""Reading the checkout as text: shared by the tests that hold the house to its own rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "jobs", "tests", "migrations")
_SKIPPED = {
    "__pycache__",
    "vendor",
    ".venv",
    ".data",
    ".git",
    "node_modules",
    ".ruff_cache",
    ".pytest_cache",
    ".mypy_cache",
}


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write a tiny tree of files, so that a check can be shown a violation."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def files(root: Path, *suffixes: str, under: tuple[str, ...] = OURS) -> Iterator[Path]:
    """Return the files below these folders, in order, without what others wrote."""
    for folder in under:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and not _SKIPPED & set(path.relative_to(root).parts):
                yield path
    if under == OURS and ".py" in suffixes:
        yield from sorted(root.glob("*.py"))


def name_of(root: Path, path: Path) -> str:
    """Return a file's name below the root, with slashes."""
    return path.relative_to(root).as_posix()


def module_of(root: Path, path: Path) -> str:
    """Return the dotted name under which a file is imported."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _parsed(path: Path, changed: int) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file; read once per run."""
    return _parsed(path, path.stat().st_mtime_ns)


def prose(tree: ast.AST) -> set[int]:
    """Return the ids of the nodes that are docstrings: words for people, not for the machine."""
    found: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # A bare string is a docstring or a note below an attribute.
            found |= {id(s.value) for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)}
    return found


def imports(root: Path, path: Path) -> Iterator[tuple[str, int, bool]]:
    """Return each imported dotted name, its line, and whether it stands inside a function.

    `from app.families import models` counts as an import of `app.families.models` when that is a module.
    """
    tree = parse(path)
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in inner
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                here = module_of(root, path).split(".")
                base = here if path.name == "__init__.py" else here[:-1]
                module = ".".join([*base[: len(base) - node.level + 1], *([module] if module else [])])
            for alias in node.names:
                below = root.joinpath(*module.split("."), alias.name)
                whole = f"{module}.{alias.name}" if below.with_suffix(".py").exists() or below.is_dir() else module
                yield whole, node.lineno, id(node) in inner
