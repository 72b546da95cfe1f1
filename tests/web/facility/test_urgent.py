"""The urgent list on the pages of a facility: what it says, what it never says, and who comes second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from app.applications.models import Choice, Offer
from app.core.clock import today_at
from app.core.models import AuditEntry
from app.web.doors import House
from app.web.i18n import texts
from app.web.mails import compose
from app.web.mails.urgent_letters import NO_STREET
from app.web.urgent_words import BEFORE, NOW
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    FamilyMade,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    post_form,
    queued,
    signed_in,
)


def says(page: str, words: str) -> bool:
    return escape(texts("nl").gettext(words)) in page


LIST = "/brussels/nl/facility/urgent"


@pytest.fixture
def family(house: House) -> FamilyMade:
    """A family that chose somebody else, and whose child is to start in a month."""
    start = today_at(house.clock.now()) + timedelta(days=30)
    return make_family(house, [make_facility(house)], start_date=start, hours={"0": ["07:30", "18:00"]})


@pytest.fixture
def other(house: House, client: Callable[[], FlaskClient]) -> FlaskClient:
    return signed_in(house, client(), make_leader(house, make_facility(house)))


def an_offer(family: FamilyMade) -> dict[str, object]:
    start = family.plan.start_date
    assert start is not None
    return {
        "start_date-day": start.day,
        "start_date-month": start.month,
        "start_date-year": start.year,
        "half_days": list(range(10)),
        "reply_days": "7",
    }


@pytest.mark.promise("LEU-31", "BXL-12")
def test_the_pages_show_what_is_asked_and_no_way_around_this_site(
    house: House, desk: FlaskClient, family: FamilyMade
) -> None:
    page, one = desk.get(LIST), desk.get(f"{LIST}/{family.application_id}")
    assert (page.status_code, one.status_code) == (200, 200)
    assert f'href="{LIST}/{family.application_id}"' in page.text
    for text in (page.text, one.text):
        assert family.names["child"] in text
        assert "Schaarbeek" in text
        for secret in ("Kersenlaan", "1030", "+32470", "tel:"):
            assert secret not in text
        assert str(family.email) not in text
        assert "mailto:" not in text
    # In the tabs of the list: how many there are.
    assert escape(f"{texts('nl').gettext('Urgent')} (1)") in desk.get("/brussels/nl/facility").text
    with as_maintainer(house) as session:
        noted = [entry for entry in session.scalars(select(AuditEntry)) if "urgent" in entry.reasons]
    assert [(entry.event, entry.subjects) for entry in noted] == [("read", [family.dossier_id])] * 2
    assert "contact" not in {group for entry in noted for group in entry.groups}
    assert "municipality" in noted[0].groups


@pytest.mark.promise("BXL-12", "LEU-32", breaks="app.applications.policy.reach:NOT_OFFERED", twin="tests.twins:ALWAYS")
@pytest.mark.promise("BXL-13", breaks="app.applications.policy.reach:NOT_OFFERED", twin="tests.twins:ALWAYS")
def test_who_offers_first_takes_it_off_and_the_second_is_told(
    house: House,
    desk: FlaskClient,
    other: FlaskClient,
    facility: Place,
    family: FamilyMade,
    client: Callable[[], FlaskClient],
) -> None:
    with as_maintainer(house) as session:
        elsewhere = session.scalars(
            select(Choice.facility_id).where(Choice.application_id == family.application_id)
        ).one()
    url = f"{LIST}/{family.application_id}/{facility.id}"
    waiting = other.get(LIST)
    assert family.names["child"] in waiting.text
    theirs = other.get(f"{LIST}/{family.application_id}").text
    own = theirs[theirs.index(f"{LIST}/{family.application_id}/") :].split('"')[0]
    wrong = post_form(desk, url, **{**an_offer(family), "reply_days": "90"})
    assert wrong.status_code == 422
    second_look = post_form(desk, url, **an_offer(family))
    assert second_look.status_code == 200
    form = other.get(own)
    sent = desk.post(url, data={**guard_of(second_look), **an_offer(family), "confirmed": "yes"})
    assert sent.headers["Location"] == f"{LIST}?done=offered"
    followed = desk.get(sent.headers["Location"])
    assert family.names["child"] in followed.text
    late = other.post(own, data={**guard_of(form), **an_offer(family), "confirmed": "yes"})
    assert late.status_code == 409
    assert escape(texts("nl").gettext("A facility offered this family a place just now.")) in late.text
    assert family.names["child"] not in late.text
    # To open it is not to be told anything: it is simply not there.
    assert {other.get(path).status_code for path in (own, f"{LIST}/{family.application_id}")} == {404}
    assert family.names["child"] not in other.get(LIST).text
    (told,) = queued(house, "offer")
    assert told.recipient == family.email
    assert elsewhere != facility.id
    # The family sees it as any other offer, and its choices stay its own.
    home = signed_in(house, client(), family.person)
    page = home.get("/brussels/nl/my")
    assert says(page.text, NOW) is False
    assert page.text.count(str(escape(facility.name))) >= 2
    with as_maintainer(house) as session:
        offer = session.scalars(select(Offer)).one()
    take = desk.get(f"{LIST}/{family.application_id}/withdraw/{offer.id}")
    assert take.status_code == 200
    back = desk.post(f"{LIST}/{family.application_id}/withdraw/{offer.id}", data=guard_of(take))
    assert back.headers["Location"] == f"{LIST}?done=withdrawn"
    assert family.names["child"] in other.get(LIST).text
    assert desk.get(f"{LIST}/{family.application_id}/withdraw/{offer.id}").status_code == 404
    (last,) = queued(house, "urgent_offer_withdrawn")
    written = compose(house.profiles["brussels"], last.kind, "nl", last.params, base_url="https://example.org")
    assert facility.name in written.text


@pytest.mark.promise("BXL-12", breaks="app.web.urgent_words:urgent_words", twin="tests.twins:no_words")
def test_the_family_reads_beforehand_what_urgent_means(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place, family: FamilyMade
) -> None:
    today = today_at(house.clock.now())
    later = make_family(house, [make_facility(house)], start_date=today + timedelta(days=100))
    first = texts("nl").format_day(today + timedelta(days=40))
    for made, words in ((family, NOW), (later, texts("nl").gettext(BEFORE, day=first))):
        home = signed_in(house, client(), made.person)
        for path in ("/brussels/nl/my", "/brussels/nl/my/receipt"):
            page = home.get(path).text
            assert says(page, words)
            assert says(page, NO_STREET)
    # A place from the list is declined: that can be taken back for a day, and is no choice of the family's own.
    url = f"{LIST}/{family.application_id}/{facility.id}"
    second_look = post_form(desk, url, **an_offer(family))
    desk.post(url, data={**guard_of(second_look), **an_offer(family), "confirmed": "yes"})
    with as_maintainer(house) as session:
        offer = session.scalars(select(Offer)).one()
    home = signed_in(house, client(), family.person)
    assert "/withdraw" not in home.get("/brussels/nl/my").text
    post_form(home, f"/brussels/nl/my/offers/{offer.id}/decline")
    page = home.get("/brussels/nl/my").text
    assert says(page, NOW)
    assert f"/my/take-back/{offer.id}" in page


def test_a_page_of_the_list_costs_the_same_for_one_as_for_fifty(house: House, desk: FlaskClient) -> None:
    start = today_at(house.clock.now()) + timedelta(days=30)
    elsewhere = make_facility(house)

    def cost() -> int:
        with count_sql(house.databases.engine("facility")) as spent:
            response = desk.get(LIST, headers=AS_SENT)
        BUDGETS["facility_urgent"].hold(response, spent)
        return len(spent)

    families = [make_family(house, [elsewhere], start_date=start) for _ in range(2)]
    few = cost()
    families += [make_family(house, [elsewhere], start_date=start + timedelta(days=n % 9)) for n in range(50)]
    assert cost() == few
    seen: set[str] = set()
    page = desk.get(LIST).text
    following = page[page.index('rel="next" href="') :].split('"')[3].replace("&amp;", "&")
    for text in (page, desk.get(following).text):
        seen |= {f.names["child"] for f in families if f.names["child"] + " " in text}
    assert len(seen) == 52
    assert desk.get(f"{LIST}?page=nonsense").status_code == 400
