"""A family is asked from time to time whether its data are still right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.models import AuditEntry
from app.families.models import Dossier
from app.families.rules import asks_confirmation
from app.web.doors import House
from tests.factories import make_family
from tests.people import as_maintainer, post_form, signed_in

HOME = "/brussels/nl/my"
QUESTION = "Ja, alles klopt nog"


@pytest.mark.parametrize(
    ("last", "today", "asked"),
    [
        (date(2026, 5, 22), date(2026, 11, 22), True),
        (date(2026, 5, 23), date(2026, 11, 22), False),
        (date(2026, 8, 31), date(2027, 2, 28), False),
        (date(2026, 8, 31), date(2027, 3, 1), True),
    ],
)
def test_six_months_are_calendar_months(last: date, today: date, asked: bool) -> None:
    assert asks_confirmation(last, 6, today) is asked


@pytest.mark.promise("KG-35", breaks="app.families.rules:asks_confirmation")
def test_a_family_confirms_its_data_and_the_term_counts_from_there(
    house: House, client: Callable[[], FlaskClient]
) -> None:
    family = make_family(house)
    browser = signed_in(house, client(), family.person)
    assert QUESTION not in browser.get(HOME).get_data(as_text=True)
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.execute(text("select set_config('app.actor_kind', 'system:seed', true)"))
        session.get_one(Dossier, family.dossier_id).last_activity_at = now - timedelta(days=200)
    assert QUESTION in browser.get(HOME).get_data(as_text=True)
    # A look alone is no activity (BXL-40); saying that all is right is one.
    with as_maintainer(house) as session:
        assert session.scalars(select(Dossier.last_activity_at)).one() < now - timedelta(days=199)
    assert post_form(browser, HOME, "/brussels/nl/my/still-right").status_code == 303
    assert QUESTION not in browser.get(HOME).get_data(as_text=True)
    with as_maintainer(house) as session:
        assert session.scalars(select(Dossier.last_activity_at)).one() >= now
        assert "data_confirmed" in session.scalars(select(AuditEntry.event)).all()
