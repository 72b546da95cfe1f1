"""Answering through the pages: asked twice where it cannot be undone, counted once, and never against a colleague."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.applications.models import Choice, Offer
from app.applications.rules import RefusalReason
from app.web.doors import House
from app.web.i18n import texts
from tests.factories import (
    FamilyMade,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    queued,
    signed_in,
)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    return make_family(house, [facility])


@pytest.fixture
def url(family: FamilyMade, facility: Place) -> str:
    return f"/brussels/nl/facility/requests/{family.choices[facility.id]}"


@pytest.fixture
def colleague(house: House, client: Callable[[], FlaskClient], facility: Place) -> FlaskClient:
    return signed_in(house, client(), make_leader(house, facility))


def state_of(house: House, family: FamilyMade, facility: Place) -> str:
    with as_maintainer(house) as session:
        return session.get_one(Choice, family.choices[facility.id]).state


def says(page: TestResponse, words: str) -> bool:
    return escape(texts(page.headers["Content-Language"]).gettext(words)) in page.text


def hidden(page: TestResponse) -> dict[str, list[str]]:
    """Return the hidden inputs of the page's last form."""
    form = page.text[page.text.rindex('<form method="post"') :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def an_offer(family: FamilyMade, **changed: Any) -> dict[str, Any]:
    start = family.plan.start_date
    assert start is not None
    bits = [bit for bit in range(10) if family.plan.half_days >> bit & 1]
    return {
        "seen": "open",
        "start_date-day": start.day,
        "start_date-month": start.month,
        "start_date-year": start.year,
        "half_days": bits,
        "reply_days": "7",
    } | changed


@pytest.mark.parametrize(("verb", "state"), [("consider", "considering"), ("not-now", "not_now")])
def test_an_answer_leads_back_to_the_list_that_one_came_from(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str, verb: str, state: str
) -> None:
    query = "?sibling=0&day=0&day=2"
    answer = post_form(desk, url + query, f"{url}/{verb}{query}", seen="open")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/brussels/nl/facility?day=0&day=2&done={state}"
    assert state_of(house, family, facility) == state
    assert len(queued(house)) == 1
    assert 'class="note go"' in desk.get(answer.headers["Location"]).text


def test_the_request_page_offers_the_answers_and_carries_what_it_showed(desk: FlaskClient, url: str) -> None:
    page = desk.get(url)
    assert hidden(page)["seen"] == ["open"]
    for verb in ("consider", "not-now"):
        assert f'formaction="{url}/{verb}"' in page.text
    for verb in ("refuse", "offer"):
        assert f'href="{url}/{verb}"' in page.text


def test_refusing_asks_the_reason_then_asks_again(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str
) -> None:
    nothing = post_form(desk, f"{url}/refuse", seen="open")
    assert nothing.status_code == 422
    assert 'href="#reason"' in nothing.text
    unknown = post_form(desk, f"{url}/refuse", seen="open", reason="dislike")
    assert unknown.status_code == 422
    confirm = post_form(desk, f"{url}/refuse", seen="open", reason="no_place")
    assert (confirm.status_code, says(confirm, "There is no place")) == (200, True)
    assert state_of(house, family, facility) == "open"
    back = desk.post(f"{url}/refuse", data={**hidden(confirm), "change": "yes"})
    assert back.status_code == 200
    assert re.search(r'value="no_place" checked', back.text)
    done = desk.post(f"{url}/refuse", data={**hidden(confirm), "confirmed": "yes"})
    assert done.headers["Location"] == "/brussels/nl/facility?done=refused"
    assert state_of(house, family, facility) == "refused"
    assert desk.get(url).status_code == 404
    assert queued(house)[0].params["reason"] == "no_place"


def test_an_offer_is_shown_once_more_before_it_goes(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str
) -> None:
    page = desk.get(f"{url}/offer")
    assert page.text.count(" checked>") == 10, "what was asked is filled in"
    confirm = post_form(desk, f"{url}/offer", **an_offer(family))
    assert confirm.status_code == 200
    assert not says(confirm, "This is not what the family asked. The message to the family says so.")
    assert state_of(house, family, facility) == "open"
    done = desk.post(f"{url}/offer", data={**hidden(confirm), "confirmed": "yes"})
    assert done.headers["Location"] == "/brussels/nl/facility?done=offered"
    with as_maintainer(house) as session:
        offer = session.scalars(select(Offer)).one()
    assert (offer.start_date, offer.half_days, offer.deviating) == (
        family.plan.start_date,
        family.plan.half_days,
        False,
    )
    assert (offer.expires_at - house.clock.now()).days == 7


def test_a_deviating_offer_is_said_to_be_one(house: House, desk: FlaskClient, family: FamilyMade, url: str) -> None:
    confirm = post_form(desk, f"{url}/offer", **an_offer(family, half_days=[0, 1]))
    assert says(confirm, "This is not what the family asked. The message to the family says so.")
    changed = desk.post(f"{url}/offer", data={**hidden(confirm), "change": "yes"})
    assert changed.text.count(" checked>") == 2, "nothing typed is lost"
    desk.post(f"{url}/offer", data={**hidden(confirm), "confirmed": "yes"})
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.deviating)).one() is True


@pytest.mark.parametrize(
    ("changed", "anchor"),
    [
        ({"start_date-year": "1999"}, "start_date"),
        ({"start_date-day": "31", "start_date-month": "2"}, "start_date"),
        ({"start_date-day": "", "start_date-month": "", "start_date-year": ""}, "start_date"),
        ({"half_days": []}, "half_days"),
        ({"half_days": ["99"]}, "half_days"),
        ({"reply_days": "4"}, "reply_days"),
        ({"reply_days": "15"}, "reply_days"),
        ({"reply_days": ""}, "reply_days"),
        ({"reply_days": ["5", "6"]}, "reply_days"),
    ],
)
def test_an_offer_that_cannot_be_made_comes_back_with_what_was_typed(
    house: House, desk: FlaskClient, family: FamilyMade, url: str, changed: dict[str, Any], anchor: str
) -> None:
    for more in ({}, {"confirmed": "yes"}):
        page = post_form(desk, f"{url}/offer", **an_offer(family, **changed), **more)
        assert page.status_code == 422
        assert f'href="#{anchor}' in page.text
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer)).all() == []


def test_hours_are_asked_where_the_family_gave_hours(house: House, desk: FlaskClient, facility: Place) -> None:
    family = make_family(house, [facility], half_days=0b11, hours={"0": ["08:30", "16:00"]})
    url = f"/brussels/nl/facility/requests/{family.choices[facility.id]}/offer"
    assert 'value="08:30"' in desk.get(url).text
    wrong = post_form(desk, url, **an_offer(family, **{"hours-1-from": "8:30", "hours-1-until": "16:00"}))
    assert wrong.status_code == 422
    right = an_offer(family, **{"hours-0-from": "9u", "hours-0-until": "15.30"})
    confirm = post_form(desk, url, **right)
    desk.post(url, data={**hidden(confirm), "confirmed": "yes"})
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.hours)).one() == {"0": ["09:00", "15:30"]}


def test_an_offer_is_taken_back_after_asking(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str
) -> None:
    make_offer(house, family, facility)
    page = desk.get(f"{url}/withdraw")
    assert page.status_code == 200
    done = desk.post(f"{url}/withdraw", data=hidden(page))
    assert done.headers["Location"] == "/brussels/nl/facility?done=withdrawn"
    assert state_of(house, family, facility) == "considering"
    assert [message.kind for message in queued(house)] == ["offer_withdrawn"]


@pytest.mark.promise("BXL-13", breaks="app.applications.rules:still_as_seen")
@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ("considering", "The request is being considered."),
        ("not_now", "The family already heard that there is no place now."),
        ("offered", "A place was already offered to the family."),
        ("refused", "Your facility already refused the request."),
    ],
)
def test_the_second_of_two_leaders_reads_what_the_first_decided(
    house: House,
    desk: FlaskClient,
    colleague: FlaskClient,
    family: FamilyMade,
    facility: Place,
    url: str,
    decided: str,
    words: str,
) -> None:
    opened = desk.get(url)
    confirm = post_form(desk, f"{url}/refuse", seen="open", reason="other")
    form = desk.get(f"{url}/offer")
    first = {
        "considering": lambda: post_form(colleague, url, f"{url}/consider", seen="open"),
        "not_now": lambda: post_form(colleague, url, f"{url}/not-now", seen="open"),
        "offered": lambda: post_form(colleague, f"{url}/offer", **an_offer(family), confirmed="yes"),
        "refused": lambda: post_form(colleague, f"{url}/refuse", seen="open", reason="no_place", confirmed="yes"),
    }[decided]()
    assert first.status_code == 303
    for late in (
        desk.post(f"{url}/consider", data={**guard_of(opened), "seen": "open"}),
        desk.post(f"{url}/not-now", data={**guard_of(opened), "seen": "open"}),
        desk.post(f"{url}/refuse", data={**hidden(confirm), "confirmed": "yes"}),
        desk.post(f"{url}/offer", data={**guard_of(form), **an_offer(family), "confirmed": "yes"}),
    ):
        assert late.status_code == 409
        assert says(late, words)
        assert (family.names["child"] in late.text) == (decided != "refused")
    assert state_of(house, family, facility) == decided
    assert len(queued(house)) == 1, "the family hears one answer"


def test_an_offer_that_the_family_answered_meanwhile_is_not_taken_back(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str
) -> None:
    from app.placements.operations.answers import accept_offer
    from tests.factories import acting

    offer_id = make_offer(house, family, facility)
    page = desk.get(f"{url}/withdraw")
    with acting(house, family.person) as session:
        accept_offer(session, offer_id, now=house.clock.now())
    late = desk.post(f"{url}/withdraw", data=hidden(page))
    assert late.status_code == 409
    assert says(late, "The family accepted your offer: the child is enrolled with you.")
    assert state_of(house, family, facility) == "enrolled"


def test_a_second_click_counts_once_and_shows_the_same(
    house: House, desk: FlaskClient, family: FamilyMade, url: str
) -> None:
    page = desk.get(url)
    data = {**guard_of(page), "seen": "open"}
    first, again = (desk.post(f"{url}/consider", data=data) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert len(queued(house)) == 1


@pytest.mark.promise("BXL-58", breaks="branch:chosen")
def test_what_is_not_or_no_longer_with_the_facility_cannot_be_answered_and_looks_absent(
    house: House, desk: FlaskClient
) -> None:
    elsewhere = make_facility(house)
    foreign = make_family(house, [elsewhere], states={elsewhere.id: "closed"})
    theirs = f"/brussels/nl/facility/requests/{foreign.choices[elsewhere.id]}"
    own = make_facility(house)
    leader = make_leader(house, own)
    family = make_family(house, [own])
    ended = make_family(house, [own], states={own.id: "closed"})
    gone = f"/brussels/nl/facility/requests/{ended.choices[own.id]}"
    page = signed_in(house, desk, leader).get(f"/brussels/nl/facility/requests/{family.choices[own.id]}")
    bodies = set()
    for target in (theirs, gone, f"/brussels/nl/facility/requests/{uuid4()}"):
        for verb, fields in (
            ("consider", {"seen": "closed"}),
            ("not-now", {"seen": "closed"}),
            ("refuse", {"seen": "closed", "reason": "no_place", "confirmed": "yes"}),
            ("offer", an_offer(foreign, seen="closed", confirmed="yes")),
            ("withdraw", {"offer": str(uuid4())}),
        ):
            answer = desk.post(f"{target}/{verb}", data={**guard_of(page), **fields})
            assert answer.status_code == 404
            bodies.add(answer.text.replace(target.replace("/nl/", "/fr/") + f"/{verb}", ""))
    assert len(bodies) == 1
    assert queued(house) == []


@pytest.mark.parametrize("seen", ["", "closed", "refused", "x" * 1000])
def test_a_form_that_no_page_made_changes_nothing(
    house: House, desk: FlaskClient, family: FamilyMade, facility: Place, url: str, seen: str
) -> None:
    assert post_form(desk, url, f"{url}/consider", seen=seen).status_code == 409
    assert desk.post(f"{url}/consider", data={"seen": "open"}).status_code == 400
    assert state_of(house, family, facility) == "open"


def test_a_leader_whose_membership_ended_answers_nothing(
    house: House, client: Callable[[], FlaskClient], family: FamilyMade, facility: Place, url: str
) -> None:
    leaving = make_leader(house, facility, ends_at=house.clock.now() + timedelta(minutes=5))
    desk = signed_in(house, client(), leaving)
    page = desk.get(url)
    house.clock.offset += timedelta(minutes=5)
    answer = desk.post(f"{url}/consider", data={**guard_of(page), "seen": "open"})
    assert answer.status_code == 404
    assert state_of(house, family, facility) == "open"


def test_every_answer_can_be_given_in_french(
    house: House, client: Callable[[], FlaskClient], facility: Place, family: FamilyMade, url: str
) -> None:
    french = url.replace("/nl/", "/fr/")
    desk = signed_in(house, client(), make_leader(house, facility, language="fr"))
    for tail in ("", "/refuse", "/offer"):
        page = desk.get(french + tail)
        assert (page.status_code, page.headers["Content-Language"]) == (200, "fr")
    confirm = post_form(desk, f"{french}/offer", **an_offer(family))
    assert says(confirm, "Send this offer?")
    sent = desk.post(f"{french}/offer", data={**hidden(confirm), "confirmed": "yes"})
    assert sent.headers["Location"].startswith("/brussels/fr/facility")
    # A language link on a page that answered a post leads to a page, not to an error.
    assert desk.get(f"{french}/consider").status_code == 303


def test_every_reason_and_state_has_words() -> None:
    from app.applications.rules import STANDING
    from app.priority.rules import Ground, Rank
    from app.web.facility.words import GROUNDS, MEANWHILE, RANKS, REASONS, STATES

    assert set(REASONS) == set(RefusalReason)
    assert set(GROUNDS) == set(Ground)
    assert set(RANKS) == set(Rank)
    assert set(STATES) >= STANDING
    assert set(MEANWHILE) >= STANDING
