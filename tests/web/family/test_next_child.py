"""A next child of a family that is known: nothing typed twice, nothing shared that was not shared for this child."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.applications.models import Application, Choice, Draft
from app.consents.models import Consent
from app.core.models import DataKey
from app.families.models import Applicant, Child, Dossier
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Place,
    acting,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    queued,
    signed_in,
)
from tests.web.family.walk import set_clock, shown_errors, step_of

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/"


@pytest.fixture
def places(house: House) -> list[Place]:
    set_clock(house)
    return [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog")]


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    """A family whose first child waits at the first facility."""
    made = make_family(house, places[:1], language="en")
    with as_maintainer(house) as session:
        session.add(
            Consent(
                id=UUID(int=1),
                organisation="brussels",
                dossier_id=made.dossier_id,
                application_id=made.application_id,
                recipient="lop",
                given=True,
                at=house.clock.now(),
                text_version="2026-1",
                language="en",
                channel="web",
            )
        )
    return made


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def answers(*chosen: Place) -> dict[str, dict[str, object]]:
    """Return what is answered on the pages that are asked."""
    return {
        "child": {
            "born": "no",
            "family_name": "Peeters",
            "birth_date-day": "10",
            "birth_date-month": "4",
            "birth_date-year": "2027",
        },
        "start": {"start_date-day": "1", "start_date-month": "9", "start_date-year": "2027", "flexible": "yes"},
        "days": {"half_days": ["0", "1"]},
        "facilities": {"facilities": [place.id.hex for place in chosen]},
        "order": {},
        "household": {},
        "consents": {},
        "check": {"correct": "yes"},
    }


def press(me: FlaskClient, **fields: object) -> TestResponse:
    """Press the button on the file's own page."""
    page = me.get(f"{BASE}my")
    assert page.status_code == 200
    return me.post(f"{BASE}my/next-child", data={**guard_of(page), **fields})


def go(me: FlaskClient, given: dict[str, dict[str, object]], until: str = "") -> tuple[list[str], TestResponse]:
    """Fill in page after page from where the family is; return the pages passed and the last answer."""
    passed: list[str] = []
    answer = me.get(f"{BASE}apply")
    while step_of(answer) and step_of(answer) != until:
        step = step_of(answer)
        passed.append(step)
        page = me.get(f"{BASE}apply/{step}")
        assert page.status_code == 200, step
        answer = me.post(f"{BASE}apply/{step}", data={**guard_of(page), **given[step]})
        assert answer.status_code == 303, (step, shown_errors(answer))
    return passed, answer


def counted(house: House) -> tuple[int, ...]:
    """Return how many dossiers, applicants, children, requests and unsent drafts there are."""
    with as_maintainer(house) as session:
        tables = [
            session.scalar(select(func.count()).select_from(t)) or 0 for t in (Dossier, Applicant, Child, Application)
        ]
        drafts = session.scalar(select(func.count()).select_from(Draft).where(Draft.submitted_at.is_(None))) or 0
    return (*tables, drafts)


@pytest.mark.promise(
    "BXL-41", breaks="app.web.family.my_next_child:refresh", twin="tests.web.family.test_next_child:forgotten"
)
@pytest.mark.promise("BXL-41", breaks="app.applications.operations.next_child:submit_next_child")
def test_only_the_child_is_asked_and_stands_in_the_same_file(
    me: FlaskClient, house: House, places: list[Place], mine: FamilyMade
) -> None:
    assert press(me).headers["Location"] == f"{BASE}apply"
    passed, at_check = go(me, answers(places[1]), until="check")
    assert passed == ["child", "start", "days", "facilities", "household", "consents"]
    page = unescape(me.get(f"{BASE}apply/check").text)
    for known in (mine.names["given_name"], "Kersenlaan", "Youssef", "1 September 2027", "Regenboog"):
        assert known in page, known
    assert step_of(at_check) == "check"
    _, sent = go(me, answers(places[1]))
    assert sent.headers["Location"] == f"{BASE}my?done=next_child"
    assert counted(house) == (1, 1, 2, 2, 0)
    with as_maintainer(house) as session:
        request = session.scalars(select(Application).where(Application.id != mine.application_id)).one()
        assert request.dossier_id == mine.dossier_id
        assert session.scalars(select(Choice.facility_id).where(Choice.application_id == request.id)).all() == [
            places[1].id
        ]
        # The rank rests on what the file says of the family: both parents work.
        assert request.priority_rank == session.get_one(Application, mine.application_id).priority_rank
        assert not session.scalars(select(DataKey.owner_id).where(DataKey.key_class == "draft")).all()
    assert len(queued(house, "received")) == 1
    shown = unescape(me.get(f"{BASE}my?done=next_child").text)
    assert "Your application for your next child is sent" in shown


def forgotten(*_: object) -> None:
    """Know nothing: the twin of what is taken over from the file."""


@pytest.mark.promise("BXL-41", breaks="policy:child.facility.select")
def test_the_facility_of_the_first_child_does_not_see_the_second(
    me: FlaskClient, house: House, places: list[Place], mine: FamilyMade
) -> None:
    first, second = make_leader(house, places[0]), make_leader(house, places[1])
    press(me)
    go(me, answers(places[1]))
    with acting(house, first) as session:
        assert session.scalars(select(Child.id)).all() == [mine.child_id]
        assert session.scalars(select(Application.id)).all() == [mine.application_id]
    with acting(house, second) as session:
        children = session.scalars(select(Child.id)).all()
        assert len(children) == 1
        assert children != [mine.child_id]


@pytest.mark.promise("BXL-41", breaks='line:app/web/family/apply_steps.py#"child", "children", "child-number"')
def test_permissions_are_asked_anew_and_none_is_copied(
    me: FlaskClient, house: House, places: list[Place], mine: FamilyMade
) -> None:
    press(me)
    go(me, answers(places[1]), until="consents")
    page = me.get(f"{BASE}apply/consents").text
    assert 'value="lop"' in page
    assert "checked" not in page
    go(me, answers(places[1]))
    with as_maintainer(house) as session:
        given = session.execute(select(Consent.application_id, Consent.recipient).where(Consent.given)).all()
    assert {(row.application_id, row.recipient) for row in given if row.recipient in ("lop", "kind_en_gezin")} == {
        (mine.application_id, "lop")
    }


def test_a_second_tap_goes_on_with_the_draft_that_is_there(me: FlaskClient, house: House, places: list[Place]) -> None:
    press(me)
    go(me, answers(places[1]), until="start")
    assert press(me).headers["Location"] == f"{BASE}apply"
    assert step_of(me.get(f"{BASE}apply")) == "start"
    assert counted(house)[-1] == 1


def test_sending_twice_adds_one_child(me: FlaskClient, house: House, places: list[Place]) -> None:
    press(me)
    go(me, answers(places[1]), until="check")
    form = {**guard_of(me.get(f"{BASE}apply/check")), "correct": "yes"}
    assert me.post(f"{BASE}apply/check", data=form).headers["Location"] == f"{BASE}my?done=next_child"
    assert step_of(me.post(f"{BASE}apply/check", data=form)) == "sent"
    assert counted(house) == (1, 1, 2, 2, 0)


def test_another_device_of_the_same_parent_goes_on_after_signing_in(
    me: FlaskClient, house: House, client: Client, places: list[Place], mine: FamilyMade
) -> None:
    press(me)
    go(me, answers(places[1]), until="days")
    page = me.get(f"{BASE}apply/days")
    aside = me.post(f"{BASE}apply/days", data={**guard_of(page), "half_days": ["3"], "later": "yes"})
    assert step_of(aside) == "later"
    assert "Sign in on any device" in me.get(f"{BASE}apply/later").text
    elsewhere = signed_in(house, client(), mine.person)
    assert step_of(elsewhere.get(f"{BASE}apply")) == "days"
    assert 'value="3" checked' in elsewhere.get(f"{BASE}apply/days").text


def test_nobody_else_opens_the_draft_of_a_next_child(
    me: FlaskClient, house: House, client: Client, places: list[Place]
) -> None:
    press(me)
    other = signed_in(house, client(), make_family(house, places[:1]).person)
    assert step_of(other.get(f"{BASE}apply/child")) == "sent"
    with acting(house, make_family(house).person) as session:
        assert not session.scalars(select(Draft.id)).all()


def test_a_form_without_its_token_changes_nothing_for_a_parent(
    me: FlaskClient, house: House, places: list[Place]
) -> None:
    press(me)
    answer = me.post(f"{BASE}apply/child", data={**answers()["child"], "csrf_token": "made up"})
    assert step_of(answer) == "sent"
    assert step_of(me.get(f"{BASE}apply")) == "child"
