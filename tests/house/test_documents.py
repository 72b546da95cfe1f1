"""What a stranger reads first, and what no file of the project may name."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, plant

_HOSTS = r"https?://[^\s/]*(?:pypi|pythonhosted|registry\.|artifact)"
_NOT_OURS = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(?:root|work|Users)/|(?<![\w.])/home/\w+/"),
    "a place to get packages from": re.compile(rf"--(?:extra-)?index-url|--find-links|{_HOSTS}", re.I),
    "a tool that wrote it": re.compile(r"\b(?:claude|anthropic|chatgpt|openai|copilot|AI[- ]generated)\b", re.I),
}
_READ = {".py", ".toml", ".md", ".html", ".css", ".js", ".txt", ".lock", ".yaml", ".yml", ".po", ".sql", ".ini", ""}


def _texts(root: Path) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split("\0"):
        path = root / name
        if name and path.is_file() and path.suffix in _READ and "vendor" not in path.parts and path != Path(__file__):
            yield path


def foreign_words(root: Path) -> Iterator[str]:
    """Find files that name a machine, a package host or a tool instead of the project's own matters."""
    for path in _texts(root):
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            for what, pattern in _NOT_OURS.items():
                if found := pattern.search(line):
                    yield f"{path.relative_to(root).as_posix()}:{number}: {what}: {found[0]}"


def wrong_readme(root: Path) -> Iterator[str]:
    """Find what the readme lacks: the two commands first, then what a visitor sees, then how the house is built."""
    path = root / "README.md"
    text = path.read_text("utf-8") if path.exists() else ""
    places = [text.find(words) for words in ("make run", "make test", "How the house is built")]
    if -1 in places:
        yield "README.md lacks make run, make test or How the house is built"
    elif places != sorted(places) or text[: places[1]].count("\n") > 20:
        yield "README.md does not begin with make run and make test"


TOP_LEVEL = {
    "app", "migrations", "translations", "jobs", "tests", "wsgi.py", "pyproject.toml", "Dockerfile", "README.md",
    "Makefile", "requirements.lock", "compose.yaml", ".ci", ".gitignore", ".dockerignore",
}  # fmt: skip


def strangers(root: Path) -> Iterator[str]:
    """Find files and folders at the top that the customer's card does not name."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    yield from sorted({name.partition("/")[0] for name in listed} - TOP_LEVEL)


@pytest.mark.parametrize("check", [foreign_words, wrong_readme, strangers], ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    "line",
    ["see /root/x", "cd /work/main", "--index-url x", "https://pypi.org/simple", "with Claude", "/home/ann/a"],
)
def test_a_planted_foreign_word_is_found(line: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    plant(tmp_path, {"README.md": line, "app/a.py": "path = '/healthz' # /apply/you network/root/"})
    assert len(list(foreign_words(tmp_path))) == 1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("# A\n\n    make run\n    make test\n\n## How the house is built\n", 0),
        ("", 1),
        ("# A\n## How the house is built\n    make run\n    make test\n", 1),
        ("# A\n" + "story\n" * 30 + "make run\nmake test\nHow the house is built\n", 1),
    ],
)
def test_a_readme_that_begins_elsewhere_is_found(text: str, wrong: int, tmp_path: Path) -> None:
    assert len(list(wrong_readme(plant(tmp_path, {"README.md": text})))) == wrong


def test_a_planted_stranger_at_the_top_is_found(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    plant(tmp_path, {"notes.md": "", "app/a.py": ""})
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert list(strangers(tmp_path)) == ["notes.md"]
