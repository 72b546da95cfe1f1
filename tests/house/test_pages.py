"""One place renders pages, and it refuses records of the database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.families.models import Child
from app.web.pages import refuse_records
from tests.house.source import ROOT, files, name_of, parse, plant

RENDERER = "app/web/pages.py"
_RENDERING = {
    "render_template",
    "render_template_string",
    "stream_template",
    "get_template",
    "select_template",
    "from_string",
}


def rendering_elsewhere(root: Path) -> Iterator[str]:
    """Find templates that are filled in where nobody looks at what goes in."""
    for path in files(root, ".py", under=("app", "jobs")):
        name = name_of(root, path)
        for node in ast.walk(parse(path)) if name != RENDERER else ():
            called = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
            if called in _RENDERING:
                yield f"{name}:{node.lineno}: {called}"  # type: ignore[attr-defined]


def unescaped(root: Path) -> Iterator[str]:
    """Find templates that put a value in the page as it comes."""
    for path in files(root, ".html", under=("app",)):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if "|safe" in line.replace(" ", "") or "autoescape false" in line:
                yield f"{name_of(root, path)}:{number}"


@pytest.mark.parametrize("check", [rendering_elsewhere, unescaped], ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (rendering_elsewhere, "app/web/family/views.py", "flask.render_template('a.html')"),
        (rendering_elsewhere, "jobs/mail.py", "environment.get_template('a.txt')"),
        (unescaped, "app/templates/page.html", "<p>{{ name | safe }}</p>"),
        (unescaped, "app/templates/page.html", "{% autoescape false %}{{ name }}{% endautoescape %}"),
    ],
)
def test_a_planted_violation_is_found(check: object, name: str, text: str, tmp_path: Path) -> None:
    assert len(list(check(plant(tmp_path, {name: text, RENDERER: "x.get_template('a')"})))) == 1  # type: ignore[operator]


@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: [r], lambda r: {"children": (r,)}], ids=["bare", "list", "nested"]
)
def test_a_record_in_the_context_is_refused(wrap: object) -> None:
    refuse_records({"child": {"name": "Noor"}, "days": [1, 2]})
    with pytest.raises(TypeError):
        refuse_records({"child": wrap(Child())})  # type: ignore[operator]
