"""Pages are counted without persons: the route, the kind of source, a number, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import select

from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.settings import Settings
from app.statistics.models import PageCount
from app.statistics.operations import record_page_counts
from app.web.doors import House
from app.web.page_counts import counts_key, source_of
from tests.factories import as_maintainer, make_facility, make_family, signed_in


def kept(settings: Settings, key: str) -> dict[str, int]:
    """Return the counts that lie in the queue server."""
    found = Redis.from_url(settings.redis_url).hgetall(key)
    return {field.decode(): int(views) for field, views in found.items()}  # type: ignore[union-attr]


@pytest.mark.promise("KL-17", breaks="app.web.page_counts:counts_key", twin="tests.twins:counts_of_everybody")
@pytest.mark.promise("LEU-52", breaks="app.web.page_counts:source_of", twin="tests.twins:whole_referrer")
@pytest.mark.promise("KG-31", breaks="app.web.page_counts:source_of", twin="tests.twins:whole_referrer")
@pytest.mark.promise("KG-30", breaks="app.web.page_counts:source_of", twin="tests.twins:whole_referrer")
def test_ten_views_leave_ten_counts_and_nobody(
    app: Flask, house: House, settings: Settings, client: Callable[[], FlaskClient]
) -> None:
    place = make_facility(house, organisation="leuven")
    family = make_family(house, [place], organisation="leuven", language="en")
    browser = signed_in(house, client(), family.person)
    key = counts_key("leuven", today_at(house.clock.now()))
    app.extensions["page_counter"].flush()
    before = kept(settings, key)
    for _ in range(8):
        assert browser.get("/leuven/en/my").status_code == 200
    browser.get(f"/leuven/en/my/requests/{family.application_id}/cancel")
    browser.get("/leuven/en/search?name=Ayse", headers={"Referer": "https://www.google.be/search?q=ayse+yilmaz"})
    app.extensions["page_counter"].flush()
    after = kept(settings, key)
    new = {field: views - before.get(field, 0) for field, views in after.items() if views != before.get(field, 0)}
    assert new == {
        "/my direct": 8,
        "/my/requests/<uuid:request_id>/cancel direct": 1,
        "/search search": 1,
    }
    assert not any(str(family.application_id) in field or "yse" in field for field in after)


def test_an_organisation_that_does_not_count_leaves_nothing(
    app: Flask, house: House, settings: Settings, client: Callable[[], FlaskClient]
) -> None:
    client().get("/brussels/nl/")
    app.extensions["page_counter"].flush()
    assert kept(settings, counts_key("brussels", today_at(house.clock.now()))) == {}


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("", "direct"),
        ("http://localhost/brussels/nl/", "here"),
        ("https://www.google.be/search?q=x", "search"),
        ("https://l.facebook.com/x", "social"),
        ("https://somebody.example/about/ayse", "other"),
        ("http://[broken", "other"),
    ],
)
def test_only_the_kind_of_source_is_kept(referrer: str, source: str) -> None:
    assert source_of(referrer, "localhost:8000") == source


def test_writing_the_same_totals_twice_changes_nothing(house: House) -> None:
    day = today_at(house.clock.now()) - timedelta(days=1)
    for total in (3, 3, 5):
        with transaction(house.databases, "jobs", system("counters", "leuven"), house.clock.now()) as session:
            record_page_counts(session, day, {("/my", "direct"): total})
    with as_maintainer(house) as session:
        assert session.scalars(select(PageCount.views).where(PageCount.day == day)).all() == [5]
