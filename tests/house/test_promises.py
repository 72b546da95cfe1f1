"""Marks lead somewhere: each promise stands in the ledger, each named rule exists and can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.promises.ledger import Mark, read_ledger, read_marks
from jobs.promises.twins import NoRuleError, file_of, is_in_database, opened, settled
from tests.house.source import ROOT, plant
from tests.plugins.openers import UnknownRuleError, check_declared


def lost_marks(root: Path) -> Iterator[str]:
    """Find marks whose promise, rule or twin leads nowhere."""
    known = {promise.id for promise in read_ledger(root)}
    for mark in read_marks(root):
        if not mark.ids:
            yield f"{mark.node}: names no promise"
        yield from (f"{mark.node}: {id_} is not in the ledger" for id_ in mark.ids if id_ not in known)
        for rule in mark.breaks:
            try:
                _check(root, rule, mark)
            except (NoRuleError, UnknownRuleError) as error:
                yield f"{mark.node}: {error}"


def _check(root: Path, named: str, mark: Mark) -> None:
    rule = settled(root, named)
    if is_in_database(rule):
        check_declared(rule)
        return
    opened(file_of(root, rule).read_text("utf-8"), rule, mark.twin)
    if mark.twin:
        module, _, name = mark.twin.partition(":")
        opened(file_of(root, mark.twin).read_text("utf-8"), f"{module}:{name}", mark.twin)


def test_the_house_keeps_it() -> None:
    assert list(lost_marks(ROOT)) == []


def test_the_ledger_is_whole() -> None:
    ledger = read_ledger()
    assert len(ledger) == len({promise.id for promise in ledger}) == 270
    assert all(0 < len(promise.title) <= 120 for promise in ledger)
    assert all(promise.id.startswith(f"{promise.document}-") for promise in ledger)
    assert {promise.kind for promise in ledger} == {
        "data-field", "access", "right", "transparency", "organisational", "security", "transfer", "state", "cookie",
        "UI", "retention", "notification", "consent",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "wrong"),
    [
        ('"BXL-56", breaks="app.applications.policy:chosen"', 0),
        ('"BXL-56", "BXL-55", breaks=("policy:choice.facility.select", "branch:chosen")', 0),
        ('"BXL-56"', 0),
        ('"BXL-19", breaks="app.rules:fits"', 0),
        ('"BXL-46", breaks="guard:check_form"', 0),
        ('"BXL-46", breaks="guard:nobody"', 1),
        ('"BXL-19", breaks="app.rules:SIZE", twin="tests.twins:every"', 0),
        ('"BXL-999"', 1),
        ("", 1),
        ('"BXL-56", breaks="app.nowhere:chosen"', 1),
        ('"BXL-56", breaks="app.rules:nobody"', 1),
        ('"BXL-56", breaks="app.rules:ALL"', 0),
        ('"BXL-56", breaks="app.rules:SIZE"', 1),
        ('"BXL-56", breaks="app.rules:SIZE", twin="tests.twins:nobody"', 1),
        ('"BXL-56", breaks="policy:choice.kiosk.delete"', 1),
        ('"BXL-56", breaks="branch:nobody"', 1),
        ('"BXL-56", breaks="constraint:choice.nothing"', 1),
        ('"BXL-56", breaks="constraint:nothing"', 1),
    ],
)
def test_a_planted_mark_that_leads_nowhere_is_found(mark: str, wrong: int, tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "tests/promises.toml": (ROOT / "tests/promises.toml").read_text("utf-8"),
            "tests/test_it.py": f"import pytest\n\n@pytest.mark.promise({mark})\ndef test_it(): pass\n",
            "tests/twins.py": "every = 3\n",
            "app/web/doors.py": "def _check_form() -> None: ...\n",
            "app/rules.py": "SIZE = 2\nALL = (2,)\ndef fits() -> bool: return False\n",
            "app/applications/policy.py": 'chosen = Branch(reason="chosen", sql="")\n',
        },
    )
    assert len(list(lost_marks(root))) == wrong
