"""The prover itself: it must see a rule that holds, and must not be fooled by one that does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jobs.promises.ledger import ROOT, Standing, read_ledger, read_marks, read_results, standings, write_results
from jobs.promises.prove import prove
from jobs.promises.twins import NoRuleError, opened

RULES = '''
from __future__ import annotations

SIZES = ("small",)
MOST = 3


class Gate:
    def is_open(self) -> bool:
        return False


def may_enter(age: int) -> bool:
    """Tell whether someone may enter."""
    if age < 18: return False
    return True


def objection(age: int) -> str | None:
    return "young" if age < 18 else None


def clean(text: str) -> str:
    return text.strip()


def problems(text: str) -> tuple[str, ...]:
    return ("empty",) if not text else ()


def allowed(text: str) -> frozenset[str]:
    return frozenset({"small"})


def width(text: str) -> int:
    return len(text)


def idle(age: int) -> bool:
    return True
'''

TESTS = """
import pytest
from app.rules import Gate, SIZES, clean, may_enter, objection, problems, width, idle


@pytest.mark.promise("BXL-01", breaks="app.rules:may_enter")
@pytest.mark.parametrize("age", [17, 19])
def test_door(age):
    assert may_enter(age) is (age > 18)


@pytest.mark.promise("BXL-02", breaks=("app.rules:objection", "app.rules:clean"))
def test_two_layers():
    assert objection(3) == "young" or clean(" a ") == "a"


@pytest.mark.promise("BXL-03", breaks="app.rules:idle")
def test_idle():
    assert may_enter(20) and idle(3)


@pytest.mark.promise("BXL-04", breaks="app.rules:problems")
def test_crash():
    assert problems("")[0] == "empty"


@pytest.mark.promise("BXL-05", breaks="line:app/page.html#skip")
@pytest.mark.promise("BXL-05", breaks="app.rules:Gate.is_open")
def test_page():
    assert "skip" in open("app/page.html").read() and not Gate().is_open()


@pytest.mark.promise("BXL-06", breaks="app.rules:width")
def test_without_form():
    assert width("ab") == 2


@pytest.mark.promise("BXL-06", breaks="app.rules:SIZES", twin="tests.twins:every_size")
def test_with_twin():
    assert SIZES == ("small",)


@pytest.mark.promise("BXL-07")
def test_only_marked():
    assert True


@pytest.mark.promise("BXL-08", breaks="app.rules:may_enter")
def test_red_already():
    assert may_enter(3)
"""


BROKEN = """
import pytest
import nothing_of_this_name

@pytest.mark.promise("BXL-09", breaks="app.rules:may_enter")
def test_never():
    assert nothing_of_this_name
"""


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A tiny checkout with its own rules and tests, and our prover and plugin."""
    ours = ["tests/plugins/promise.py", "tests/promises.toml"] + [
        f"jobs/promises/{p.name}" for p in (ROOT / "jobs/promises").glob("*.py")
    ]
    root = plant(
        tmp_path,
        {name: (ROOT / name).read_text("utf-8") for name in ours}
        | {
            "app/rules.py": RULES,
            "app/page.html": "<p>\nskip to content\n</p>\n",
            "tests/test_rules.py": TESTS,
            "tests/test_broken.py": BROKEN,
            "tests/twins.py": 'every_size = ("small", "large")\n',
            "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["promise"]\n',
        },
    )
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.mark.trial
def test_prove_tells_a_rule_that_holds_from_one_that_does_not(checkout: Path) -> None:
    marks = read_marks(checkout)
    before = (checkout / "app/rules.py").read_text("utf-8")

    outcomes, proofs = prove(checkout, marks)

    answers = {
        (node.rpartition("::")[2], key): answer for node, found in proofs.items() for key, answer in found.items()
    }
    red = {pair for pair, answer in answers.items() if answer == "red"}
    assert red == {
        ("test_door", "app.rules:may_enter"),
        ("test_two_layers", "app.rules:objection + app.rules:clean"),
        ("test_page", "line:app/page.html#skip"),
        ("test_page", "app.rules:Gate.is_open"),
        ("test_with_twin", "app.rules:SIZES as tests.twins:every_size"),
    }
    assert answers["test_idle", "app.rules:idle"].startswith("still green")
    assert answers["test_crash", "app.rules:problems"].startswith("error in call: IndexError")
    assert "give it a twin" in answers["test_without_form", "app.rules:width"]
    assert answers["test_never", "app.rules:may_enter"].startswith("not green as the code stands: not run")
    assert answers["test_red_already", "app.rules:may_enter"].startswith("not green")
    assert (checkout / "app/rules.py").read_text("utf-8") == before, "the checkout itself is never touched"

    path = checkout / "results.json"
    write_results(path, tests=outcomes, proofs=proofs)
    found = standings(read_ledger(checkout), marks, read_results(path))
    proved = [id_ for id_, standing in found.items() if standing is Standing.PROVED]
    assert proved == ["BXL-01", "BXL-02", "BXL-05"], "BXL-06 has one test that proves and one that does not"
    assert found["BXL-07"] is Standing.MARKED
    assert found["BXL-10"] is Standing.OPEN


@pytest.mark.parametrize(
    ("attribute", "answer"),
    [("may_enter", "True"), ("objection", "None"), ("clean", "text"), ("problems", "()"), ("Gate.is_open", "True")],
)
def test_the_permissive_twin_follows_the_signature(attribute: str, answer: str) -> None:
    text = opened(RULES, f"app.rules:{attribute}")
    body = text.split(f"def {attribute.rpartition('.')[2]}")[1].split("def ")[0]
    assert f"return {answer}" in body


def test_a_table_of_facts_is_dropped() -> None:
    assert "SIZES = ()" in opened(RULES, "app.rules:SIZES")


@pytest.mark.parametrize(
    "rule",
    [
        "app.rules:nobody",
        "app.rules:MOST",
        "app.rules:allowed",
        "app.rules:width",
        "line:app/page.html#nothing",
        "line:app/page.html#",
    ],
)
def test_a_rule_that_cannot_be_opened_is_named(rule: str) -> None:
    with pytest.raises(NoRuleError):
        opened("<p></p>" if rule.startswith("line") else RULES, rule)


def test_a_failure_after_a_proof_takes_the_proof_away(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {"tests/promises.toml": (ROOT / "tests/promises.toml").read_text("utf-8"), "tests/test_rules.py": TESTS},
    )
    marks = [mark for mark in read_marks(root) if "BXL-01" in mark.ids]
    node = marks[0].node
    results = {"tests": {node: "passed"}, "proofs": {node: {"app.rules:may_enter": "red"}}}
    assert standings(read_ledger(root), marks, results)["BXL-01"] is Standing.PROVED
    results["tests"][node] = "failed"
    assert standings(read_ledger(root), marks, results)["BXL-01"] is Standing.MARKED


def test_a_mark_that_nobody_can_look_up_is_refused(tmp_path: Path) -> None:
    root = plant(
        tmp_path, {"tests/test_a.py": "import pytest\nX = 'BXL-01'\n@pytest.mark.promise(X)\ndef test_a(): pass\n"}
    )
    with pytest.raises(ValueError, match="plain text"):
        read_marks(root)
