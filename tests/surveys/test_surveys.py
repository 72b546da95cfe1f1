"""Questions about the service: only for whom may be asked, and answers that lead to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.consents.models import Consent
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.families.models import Restriction
from app.surveys.models import SurveyAnswer, SurveyPass
from app.surveys.operations import send_surveys
from app.surveys.rules import USE, SurveyDenied, may_ask, why_not
from app.web.doors import House
from tests.factories import make_family, make_worker
from tests.people import BRUSSELS, FamilyMade, as_maintainer, post_form, queued, signed_in

LEUVEN = "leuven"
Client = Callable[[], FlaskClient]
QUESTION = {"nl": "Hoe goed helpen wij u?", "fr": "Comment vous aidons-nous ?", "en": "How well do we help you?"}


def said(house: House, family: FamilyMade, use: str, given: bool, organisation: str) -> None:
    with as_maintainer(house, organisation) as session:
        session.execute(text("select set_config('app.actor_kind', 'system:seed', true)"))
        session.add(
            Consent(
                id=uuid4(),
                organisation=organisation,
                dossier_id=family.dossier_id,
                given=given,
                channel="web",
                application_id=family.application_id,
                recipient=use,
                at=house.clock.now(),
                text_version="2026-2",
                language="nl",
            )
        )


def send(house: House, organisation: str) -> int:
    with transaction(house.databases, "jobs", system("surveys", organisation), house.clock.now()) as session:
        return send_surveys(session, house.profiles[organisation], now=house.clock.now(), limit=50)


def parts(name: str, day: date) -> Mapping[str, str]:
    """The three inputs of a date."""
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def asked(house: House, client: Client, organisation: str = BRUSSELS) -> FlaskClient:
    """Let an administrator ask the question, and return the browser it was done with."""
    administrator = make_worker(house, role="administrator", organisation=organisation)
    desk = signed_in(house, client(), administrator)
    today = today_at(house.clock.now())
    last = today + timedelta(days=20)
    fields: Mapping[str, str] = {
        **{f"question_{language}": words for language, words in QUESTION.items()},
        **parts("opens_on", today),
        **parts("closes_on", last),
    }
    page = f"/{organisation}/nl/desk/surveys"
    assert post_form(desk, page, **{**fields, "question_fr": ""}).status_code == 422
    assert post_form(desk, page, **fields).status_code == 303
    return desk


@pytest.mark.promise("BXL-18", breaks="app.surveys.rules:may_ask")
@pytest.mark.promise("BXL-65", breaks="app.surveys.rules:may_ask")
def test_in_brussels_all_but_who_objected_are_asked_once(house: House, client: Client) -> None:
    asks, placed = make_family(house), make_family(house, application_state="enrolled")
    objected, unused = make_family(house), make_family(house)
    for ended in ("cancelled", "expired"):
        make_family(house, application_state=ended)
    said(house, asks, "lop", False, BRUSSELS)
    said(house, objected, USE, False, BRUSSELS)
    with as_maintainer(house) as session:
        session.add(
            Restriction(id=uuid4(), organisation=BRUSSELS, dossier_id=unused.dossier_id, since=house.clock.now())
        )
    asked(house, client)
    assert (send(house, BRUSSELS), send(house, BRUSSELS)) == (2, 0)
    assert {told.recipient for told in queued(house, "survey")} == {asks.email, placed.email}


@pytest.mark.promise("LEU-19", breaks="app.surveys.rules:may_ask")
def test_in_leuven_only_who_agreed_to_this_very_use_is_asked(house: House, client: Client) -> None:
    agreed, silent, refused = (make_family(house, organisation=LEUVEN) for _ in range(3))
    said(house, agreed, USE, True, LEUVEN)
    said(house, silent, "newsletter", True, LEUVEN)
    said(house, refused, USE, False, LEUVEN)
    asked(house, client, LEUVEN)
    assert send(house, LEUVEN) == 1
    assert [told.recipient for told in queued(house, "survey", organisation=LEUVEN)] == [agreed.email]


def test_an_answer_is_given_once_and_leads_to_nobody(house: House, client: Client) -> None:
    family = make_family(house)
    desk = asked(house, client)
    send(house, BRUSSELS)
    (told,) = queued(house, "survey")
    page = f"/brussels/fr/survey/{told.params['token']}"
    visitor = client()
    assert QUESTION["fr"] in visitor.get(page).get_data(as_text=True)
    assert post_form(visitor, page).status_code == 422
    assert post_form(visitor, page, score="4").status_code == 303
    assert visitor.get(page).status_code == 410
    with as_maintainer(house) as session:
        (answer,) = session.execute(select(SurveyAnswer.__table__)).all()
        assert session.scalars(select(SurveyPass.hash)).all() == []
    assert answer.score == 4
    assert {family.dossier_id, family.person.id} & {value for value in answer if isinstance(value, UUID)} == set()
    # One answer is not shown apart to whoever asked.
    shown = desk.get("/brussels/nl/desk/surveys").get_data(as_text=True)
    assert "niet getoond" in shown


def test_a_survey_needs_its_languages_its_days_and_an_organisation_that_asks() -> None:
    today = date(2026, 11, 22)
    day = timedelta(days=1)
    assert why_not("never", QUESTION, ("nl",), today, today, today) is SurveyDenied.NOT_HERE
    assert (
        why_not("opt_out", {"nl": "a", "fr": " "}, ("nl", "fr"), today, today, today) is SurveyDenied.LANGUAGE_MISSING
    )
    for opens, closes in ((today - day, today), (today, today - day), (today, today + 93 * day)):
        assert why_not("opt_out", QUESTION, ("nl",), opens, closes, today) is SurveyDenied.DAYS
    assert why_not("consent", QUESTION, ("nl", "fr", "en"), today, today + 92 * day, today) is None
    assert [may_ask("never", True), may_ask("consent", None), may_ask("opt_out", None)] == [False, False, True]
