"""One answer to several requests, and a refusal that is taken back: previewed, each by itself, no id in an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.applications.models import Choice
from app.core.models import AuditEntry
from app.web.doors import House
from tests.budgets import count_sql
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    queued,
    signed_in,
)

LIST = "/brussels/nl/facility"
SEVERAL = f"{LIST}/answers"
PICK = re.compile(r'name="pick"[^>]*value="([^"]+)"')


def pick(facility: Place, *families: FamilyMade, seen: str = "open") -> list[str]:
    return [f"{family.choices[facility.id]}.{seen}" for family in families]


def send(desk: FlaskClient, picked: list[str], **fields: Any) -> TestResponse:
    return post_form(desk, LIST, SEVERAL, pick=picked, **fields)


def states(house: House, facility: Place) -> dict[str, int]:
    with as_maintainer(house) as session:
        found = session.scalars(select(Choice.state).where(Choice.facility_id == facility.id)).all()
    return {state: found.count(state) for state in found}


def test_the_list_offers_what_can_be_answered(house: House, desk: FlaskClient, facility: Place) -> None:
    asked, offered = make_family(house, [facility]), make_family(house, [facility])
    make_offer(house, offered, facility)
    page = desk.get(f"{LIST}?sibling=0&day=1")
    assert PICK.findall(page.text) == pick(facility, asked)
    assert f'action="{SEVERAL}?day=1"' in page.text


def test_each_is_named_then_answered_told_and_noted_by_itself(house: House, desk: FlaskClient, facility: Place) -> None:
    made = [make_family(house, [facility]) for _ in range(3)]
    preview = send(desk, pick(facility, *made), answer="refused", reason="no_place")
    assert preview.status_code == 200
    assert all(family.names["child"] in preview.text for family in made)
    assert states(house, facility) == {"open": 3}, "a look changes nothing"
    done = send(desk, pick(facility, *made), answer="refused", reason="no_place", confirmed="yes")
    assert done.status_code == 303
    assert done.headers["Location"] == f"{LIST}?done=several&number=3"
    assert states(house, facility) == {"refused": 3}
    assert sorted(message.recipient for message in queued(house)) == sorted(str(family.email) for family in made)
    with as_maintainer(house) as session:
        changed = session.scalars(select(AuditEntry).where(AuditEntry.event == "choice_refused")).all()
    assert sorted(entry.subjects[0] for entry in changed) == sorted(family.dossier_id for family in made)
    assert "3 " in re.findall(r'class="note go">([^<]*)<', desk.get(done.headers["Location"]).text)[0]


@pytest.mark.promise("LEU-17", breaks="branch:chosen")
def test_what_changed_meanwhile_is_left_out_and_named_what_is_gone_is_counted(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place
) -> None:
    fine, meanwhile, offered, gone = (make_family(house, [facility]) for _ in range(4))
    colleague = signed_in(house, client(), make_leader(house, facility))
    url = f"{LIST}/requests/{meanwhile.choices[facility.id]}"
    post_form(colleague, url, f"{url}/not-now", seen="open")
    make_offer(house, offered, facility)
    with as_maintainer(house) as session:
        session.get_one(Choice, gone.choices[facility.id]).state = "withdrawn"
    foreign = make_family(house, [make_facility(house)])
    picked = pick(facility, fine, meanwhile, offered, gone) + [f"{key}.open" for key in foreign.choices.values()]
    preview = send(desk, picked, answer="considering")
    assert PICK.findall(preview.text) == pick(facility, fine)
    assert meanwhile.names["child"] in preview.text
    assert offered.names["child"] in preview.text
    for hidden in (gone, foreign):
        assert hidden.names["child"] not in preview.text
    result = send(desk, picked, answer="considering", confirmed="yes")
    assert result.status_code == 200
    assert (fine.names["child"] in result.text, meanwhile.names["child"] in result.text) == (False, True)
    assert states(house, facility) == {"considering": 1, "not_now": 1, "offered": 1, "withdrawn": 1}
    assert [message.kind for message in queued(house)] == ["answer_not_now", "answer_considering"]


def test_a_second_press_answers_nobody_twice(house: House, desk: FlaskClient, facility: Place) -> None:
    made = make_family(house, [facility])
    page = send(desk, pick(facility, made), answer="not_now")
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text.rpartition("<form")[2]))
    first, again = (desk.post(SEVERAL, data={**fields, "confirmed": "yes"}) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert len(queued(house)) == 1


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        (0, {"answer": "considering"}),
        (101, {"answer": "considering"}),
        (2, {"answer": ""}),
        (2, {"answer": "offered"}),
        (2, {"answer": "refused", "reason": ""}),
        (2, {"answer": "refused", "reason": "dislike"}),
    ],
)
def test_what_cannot_be_answered_comes_back_whole(
    house: House, desk: FlaskClient, facility: Place, number: int, fields: dict[str, str]
) -> None:
    made = [make_family(house, [facility]) for _ in range(min(number, 2))]
    picked = pick(facility, *made) + [f"{uuid4()}.open" for _ in range(number - len(made))]
    for more in ({}, {"confirmed": "yes"}):
        page = send(desk, picked, **fields, **more)
        assert page.status_code == 422
        assert 'id="errors"' in page.text
        assert PICK.findall(page.text) == sorted(pick(facility, *made), key=page.text.index)
    assert states(house, facility) in ({}, {"open": 2})


def test_a_value_that_no_page_made_is_refused(desk: FlaskClient) -> None:
    assert send(desk, ["nobody.open"], answer="considering").status_code == 400


def test_a_look_costs_the_same_for_one_and_for_a_hundred(house: House, desk: FlaskClient, facility: Place) -> None:
    made = [make_family(house, [facility]) for _ in range(40)]
    desk.get(LIST)  # the first look of a visit notes it
    costs = []
    for picked in (made[:1], made):
        with count_sql(house.databases.engine("facility")) as spent:
            assert send(desk, pick(facility, *picked), answer="considering").status_code == 200
        costs.append(len(spent))
    assert costs[0] == costs[1]


def test_a_refusal_is_taken_back_for_a_day_without_a_name(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place
) -> None:
    family = make_family(house, [facility])
    url = f"{LIST}/requests/{family.choices[facility.id]}"
    assert f"{url}/take-back" not in desk.get(f"{LIST}/refused").text
    post_form(desk, f"{url}/refuse", seen="open", reason="no_place", confirmed="yes")
    assert f"{LIST}/refused" in desk.get(LIST).text
    page = desk.get(f"{LIST}/refused")
    assert f'action="{url}/take-back"' in page.text
    assert family.names["child"] not in page.text
    assert family.names["family_name"] not in page.text
    assert desk.get(url).status_code == 404
    colleague = signed_in(house, client(), make_leader(house, facility))
    assert f"{url}/take-back" not in colleague.get(f"{LIST}/refused").text
    assert post_form(colleague, LIST, f"{url}/take-back").status_code == 404
    back = post_form(desk, f"{LIST}/refused", f"{url}/take-back")
    assert back.headers["Location"] == f"{LIST}?done=taken_back"
    assert desk.get(url).status_code == 200
    assert [message.kind for message in queued(house)] == ["answer_refused", "answer_taken_back"]
    assert post_form(desk, LIST, f"{url}/take-back").status_code == 404


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_after_a_day_a_refusal_stays(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, leader: Person, facility: Place
) -> None:
    family = make_family(house, [facility])
    url = f"{LIST}/requests/{family.choices[facility.id]}"
    post_form(desk, f"{url}/refuse", seen="open", reason="no_place", confirmed="yes")
    house.clock.offset += timedelta(hours=24)
    later = signed_in(house, client(), leader)
    assert later.get(url).status_code == 404
    assert f"{url}/take-back" not in later.get(f"{LIST}/refused").text
    assert post_form(later, LIST, f"{url}/take-back").status_code == 404
    assert states(house, facility) == {"refused": 1}
