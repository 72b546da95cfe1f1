"""One exit door: nothing else in the house writes files, and nothing else makes a delivery."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# Who may write a file, and what is in it.
WRITERS = {
    # The one door.
    "app/transfers/operations/writing.py": "what leaves for recipients",
    "app/web/oversight/deliveries.py": "what leaves for recipients, encrypted",
    # The person's own copy, for that person.
    "app/web/family/my_data_copy.py": "one's own copy",
    # No person in it.
    "app/web/public/register.py": "the register of article 30",
    "app/web/staff/figures.py": "figures without persons",
    # Sends no file: looks whether an answer is one.
    "app/web/devices.py": "nothing on a public device",
}
_NAMES = {"send_file", "send_from_directory", "DictWriter", "add_attachment", "MIMEBase", "MIMEApplication"}
_MAKER = "closed_for"


def writers(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each place that could hand a file to somebody: a download, an attachment, a table as text."""
    for path in sorted([*root.glob("app/**/*.py"), *root.glob("jobs/**/*.py")]):
        name = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.lower() == "content-disposition":
                    yield name, node.value
            elif isinstance(node, ast.Attribute) and node.attr == "writer":
                if isinstance(node.value, ast.Name) and node.value.id == "csv":
                    yield name, "csv.writer"
            elif isinstance(node, ast.Attribute | ast.Name):
                found = node.attr if isinstance(node, ast.Attribute) else node.id
                if found in _NAMES:
                    yield name, found


def uses(root: Path, word: str) -> set[str]:
    """Return the modules that name a function."""
    return {
        path.relative_to(root).as_posix()
        for path in [*root.glob("app/**/*.py"), *root.glob("jobs/**/*.py")]
        if any(
            (isinstance(node, ast.Name) and node.id == word) or (isinstance(node, ast.alias) and node.name == word)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }


def test_only_these_write_files(root: Path) -> None:
    assert {name for name, _ in writers(root)} <= set(WRITERS)


def test_only_the_door_makes_a_file_and_only_the_job_opens_it(root: Path) -> None:
    inside = "app/transfers/operations/"
    assert uses(root, _MAKER) <= {f"{inside}leaving.py"}
    assert uses(root, "make_delivery") <= {f"{inside}leaving.py", f"{inside}corrections.py", "jobs/deliveries.py"}


def test_another_door_is_found(tmp_path: Path) -> None:
    """The test sees what it looks for."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "leak.py").write_text(
        "import csv\ncsv.writer(out)\nanswer.headers['Content-Disposition'] = 'x'\nmail.add_attachment(rows)\n"
    )
    assert len(list(writers(tmp_path))) == 3
