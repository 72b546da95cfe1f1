"""The figures of the desk: what is left of requests that are over, on the page and as a file, none of it about few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.statistics.models import TrendRow
from app.statistics.queries import Trend
from app.statistics.rules import Kind
from app.web.doors import House
from tests.factories import as_maintainer, make_worker, signed_in


def row(period: str, outcome: str, requests: int, **given: str) -> TrendRow:
    """Return a row of figures."""
    kind = {"municipality": "leuven", "age_band": "0", "days_band": "4+"} | given
    return TrendRow(organisation="leuven", period=period, outcome=outcome, requests=requests, **kind)


def everything(session: Session, *, at_least: int) -> tuple[Trend, ...]:
    """Return all rows, however small: the twin without its rule."""
    rows = session.scalars(select(TrendRow).where(TrendRow.requests >= min(at_least, 0)))
    return tuple(
        Trend(Kind(row.period, row.municipality, row.age_band, row.days_band, row.outcome), row.requests)
        for row in rows
    )


@pytest.mark.promise("BXL-31", breaks="app.statistics.queries:trends", twin="tests.web.staff.test_figures:everything")
def test_whoever_makes_policy_reads_counts_and_none_about_few(house: House, client: Callable[[], FlaskClient]) -> None:
    with as_maintainer(house, "leuven") as session:
        session.add(row("2026Q1", "placed", 41))
        session.add(row("2026", "", 17, municipality="", age_band="", days_band=""))
        # Nothing writes such a row; were it there, nobody would be shown it.
        session.add(row("2026Q2", "expired", 3))
    officer = signed_in(house, client(), make_worker(house, "leuven", role="policy"))
    page = officer.get("/leuven/nl/desk/figures").text
    lines = officer.get("/leuven/nl/desk/figures/requests.csv").text.splitlines()
    assert [line.split(";") for line in lines[1:]] == [
        ["2026", "Alle andere", "Alle andere", "Alle andere", "Alle andere", "17"],
        ["2026Q1", "Leuven", "Jonger dan 1 jaar", "4 dagen of meer", "Het kind kreeg een plaats", "41"],
    ]
    assert "2026Q1" in page
    assert "2026Q2" not in page
