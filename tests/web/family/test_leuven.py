"""What Leuven asks, of whom, and what becomes of a national number."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.applications.models import Application, Draft, PossibleDouble
from app.applications.queries.drafts import draft_place
from app.core.crypto import open_json
from app.families.models import Applicant, Child, Circumstances, Partner
from app.organisations.rules import field_required
from app.web.doors import House
from tests.factories import as_maintainer, make_facility
from tests.web.family.walk import PASSWORD, Walk, hidden, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
PARENTS, CHILDS, TWINS = "85.07.30-033 28", "26 05 04 - 002.03", "26050400401"
INPUT = re.compile(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"')
FRAME = {"csrf_token", "once"}


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A Belgian family in Leuven with a child that is born."""
    walk = start_walk(client(), house)
    walk.base = "/leuven/nl/"
    facility = make_facility(house, "leuven", postcode="3000", municipality="leuven")
    born = {"born": "yes", "birth_date-day": "4", "birth_date-month": "5", "birth_date-year": "2026"}
    walk.answers |= {
        "language": {"language": "nl", "municipality": "leuven"},
        "you": {
            "given_name": "Ayşe",
            "family_name": "Yılmaz",
            "relation": "parent",
            "nationality": "belgian",
            "home_language": "tr",
        },
        "number": {"national_number": PARENTS},
        "partner": {"has_partner": "no"},
        "child": {**born, "given_name": "Noor", "call_name": "Nono", "family_name": "Yılmaz"},
        "child-number": {"national_number": CHILDS},
        "facilities": {"facilities": [facility.id.hex]},
        "work": {"regime": "half_time"},
        "household": {"situation": "one_parent", "income": "below_limit"},
    }
    return walk


def inputs(walk: Walk, step: str) -> set[str]:
    """Return the names of what a page asks, without parts and hidden inputs."""
    page = walk.get(step).get_data(as_text=True)
    form = page.partition('<form id="step"')[2]
    return {name.partition("-")[0] for name in INPUT.findall(form)} - FRAME


def text_of(walk: Walk, step: str) -> str:
    """Return the page as its reader sees it."""
    return unescape(walk.get(step).get_data(as_text=True))


def answers_in_draft(house: House) -> dict[str, Any]:
    """Return the answers that the one draft holds."""
    with as_maintainer(house, "leuven") as session:
        draft = session.scalars(select(Draft)).one()
        place = draft_place(draft.id)
        content = open_json(session, draft.sealed, owner_id=draft.id, key_class="draft", place=place)
    answers: dict[str, Any] = content["answers"]
    return answers


def rows(house: House, table: Any) -> list[Any]:
    """Return the rows of a table."""
    with as_maintainer(house, "leuven") as session:
        found = list(session.scalars(select(table)))
        for row in found:
            _ = getattr(row, "number_token", None), getattr(row, "child_number_token", None)
        session.expunge_all()
    return found


@pytest.mark.promise("LEU-03", breaks="app.web.family.apply_steps:first_missing")
def test_the_family_comes_before_the_care_and_nothing_half_is_seen(walk: Walk, house: House) -> None:
    walk.post("language")
    walk.post("you")
    for step in ("start", "facilities", "check", "send"):
        assert step_of(walk.get(step)) == "number", step
    assert rows(house, Applicant) == []
    walk.onward("number", until="start")
    assert walk.get("start").status_code == 200


@pytest.mark.promise("LEU-04", breaks="app.organisations.rules:field_asked")
@pytest.mark.promise("LEU-10", breaks="app.organisations.rules:field_asked")
def test_exactly_these_are_asked_of_parent_and_child(walk: Walk) -> None:
    asked = {}
    step = "language"
    while step != "check":
        assert step in walk.answers, asked
        asked[step] = inputs(walk, step)
        step = step_of(walk.post(step))
    assert asked["you"] == {"given_name", "family_name", "relation", "nationality", "home_language"}
    assert asked["number"] == {"national_number"}
    contact = {"phone", "email", "street", "house_number", "postcode"}
    # How to write to the family is no data of the list, and where a family lives was asked on the first page.
    assert asked["contact"] - {"channel", "protected"} == contact
    assert asked["partner"] == {"has_partner"}
    assert asked["child"] == {"born", "count", "given_name", "call_name", "family_name", "birth_date"}
    assert asked["child-number"] == {"national_number"}
    assert asked["work"] == {"regime"}
    assert asked["household"] == {"situation", "siblings", "income"}
    assert asked["education"] == {"level"}
    assert not {"dutch", "dutch-proof", "health", "consents"} & asked.keys()


@pytest.mark.promise("LEU-10", breaks="app.organisations.rules:field_required")
@pytest.mark.promise(
    "BXL-07", breaks="app.web.family.forms_apply:ChildForm.check", twin="tests.web.family.walk:nothing"
)
def test_names_may_stay_empty_while_the_child_is_expected(walk: Walk, house: House) -> None:
    assert not field_required(house.profiles["leuven"], "child.given_name")
    walk.through(until="child")
    assert shown_errors(walk.post("child", {**walk.answers["child"], "given_name": ""}))
    expected = {"born": "no", "birth_date-year": "2027", "given_name": "", "call_name": ""}
    assert step_of(walk.post("child", walk.answers["child"] | expected)) == "start"


@pytest.mark.promise("LEU-05", breaks="app.web.family.apply_content:Content.belgian")
def test_only_belgians_are_asked_for_a_number(walk: Walk, house: House) -> None:
    walk.post("language")
    other = walk.answers["you"] | {"nationality": "other", "national_number": PARENTS}
    assert step_of(walk.post("you", other)) == "contact"
    assert "number" not in inputs(walk, "you")
    assert step_of(walk.get("number")) == "contact"
    assert step_of(walk.post("number")) == "contact"
    assert "number" not in answers_in_draft(house)
    walk.onward("contact")
    assert [row.number_token for row in rows(house, Applicant)] == [None]


@pytest.mark.promise("LEU-05", breaks="app.web.forms.text:NationalNumberField.parse", twin="tests.twins:any_number")
@pytest.mark.parametrize("typed", ["", "85.07.30-033 29", "85.07.30", "12345678901", "een nummer"])
def test_a_belgian_gives_a_right_number_and_a_wrong_one_is_not_said_again(walk: Walk, typed: str) -> None:
    walk.through(until="number")
    refused = walk.post("number", {"national_number": typed})
    assert refused.status_code == 422
    assert shown_errors(refused)
    page = refused.get_data(as_text=True)
    assert not typed or typed not in page.replace("85.07.30-033.28", "")
    assert 'value="' + typed not in page or not typed


@pytest.mark.promise("LEU-05", breaks="app.web.family.apply_settle:settle")
def test_another_nationality_takes_the_number_out_of_the_draft(walk: Walk, house: House) -> None:
    walk.through(until="contact")
    assert len(answers_in_draft(house)["number"]["national_number"]) == 64
    walk.post("you", walk.answers["you"] | {"nationality": "other"})
    assert "number" not in answers_in_draft(house)


@pytest.mark.promise("LEU-07", breaks="app.applications.operations.doubles:token_of", twin="tests.twins:plain")
def test_a_number_that_was_given_is_not_shown_and_can_be_replaced(walk: Walk, house: House) -> None:
    walk.through(until="contact")
    first = answers_in_draft(house)["number"]["national_number"]
    assert bytes.fromhex(first) != b"85073003328"
    page = text_of(walk, "number")
    assert 'value=""' in page[page.index('id="national_number"') :][:80]
    assert first not in page
    assert step_of(walk.post("number", {"national_number": ""})) == "contact"
    assert answers_in_draft(house)["number"]["national_number"] == first
    walk.post("number", {"national_number": "17073003384"})
    assert answers_in_draft(house)["number"]["national_number"] != first


def test_the_other_language_keeps_no_number(walk: Walk, house: House) -> None:
    walk.through(until="number")
    walk.post("number", {"national_number": PARENTS, "switch_language": "fr"})
    with as_maintainer(house, "leuven") as session:
        draft = session.scalars(select(Draft)).one()
        place = draft_place(draft.id)
        content = open_json(session, draft.sealed, owner_id=draft.id, key_class="draft", place=place)
    assert content["typed"] == {"number": {}}


@pytest.mark.promise("LEU-11", breaks="app.web.family.apply_content:Content.born")
def test_a_child_that_is_not_born_has_no_number(walk: Walk, house: House) -> None:
    walk.through(until="child")
    awaited = walk.answers["child"] | {"born": "no", "birth_date-year": "2027", "national_number": CHILDS}
    assert step_of(walk.post("child", awaited)) == "start"
    assert step_of(walk.get("child-number")) == "start"
    assert step_of(walk.post("child-number")) == "start"
    assert "child-number" not in answers_in_draft(house)
    walk.onward("start")
    assert [row.child_number_token for row in rows(house, Application)] == [None]


@pytest.mark.promise("LEU-08", breaks="app.web.family.apply_steps:_household", twin="tests.twins:no_lists")
@pytest.mark.promise("LEU-09", breaks="app.web.family.apply_steps:choices_of", twin="tests.twins:no_lists")
def test_lists_are_closed_and_no_amount_is_taken(walk: Walk, house: House) -> None:
    walk.post("language")
    for name, value in (("relation", "grandmother"), ("nationality", "be")):
        assert walk.post("you", walk.answers["you"] | {name: value}).status_code == 422
    assert "you" not in answers_in_draft(house)
    walk.onward("you", until="household")
    for name, value in (("situation", "three_parents"), ("income", "29599")):
        assert walk.post("household", walk.answers["household"] | {name: value}).status_code == 422
    walk.post("household", walk.answers["household"] | {"amount": "29599", "income_amount": "29599"})
    assert set(answers_in_draft(house)["household"]) == {"situation", "siblings", "income"}
    walk.onward("education")
    assert [row.income for row in rows(house, Circumstances)] == ["below_limit"]
    assert rows(house, Partner) == []


def test_what_was_told_stands_in_the_file_with_tokens_in_the_place_of_numbers(walk: Walk, house: House) -> None:
    walk.through()
    (applicant,), (child,), (request,) = rows(house, Applicant), rows(house, Child), rows(house, Application)
    told = (applicant.nationality, applicant.home_language, applicant.relation, child.call_name)
    assert told == ("belgian", "tr", "parent", "Nono")
    assert len(applicant.number_token) == len(request.child_number_token) == 32
    assert applicant.number_token != request.child_number_token


def test_the_overview_says_that_numbers_are_not_shown(walk: Walk) -> None:
    walk.through(until="check")
    page = text_of(walk, "check")
    for shown in ("Türkçe", "Nono"):
        assert shown in page, shown
    for step in ("number", "child-number"):
        assert f'apply/{step}?from=check"' in page


def test_nobody_gives_the_same_number_twice(walk: Walk) -> None:
    walk.through(until="child-number")
    assert shown_errors(walk.post("child-number", {"national_number": PARENTS}))


def again(client: FlaskClient, first: Walk, **changed: Any) -> Walk:
    """Return another family in another browser with the answers of the first."""
    other = Walk(client, first.base, {step: dict(given) for step, given in first.answers.items()})
    other.answers["you"] |= {"given_name": "Jan", "family_name": "Peeters"}
    other.answers["contact"] |= {"email": "jan@example.com", "street": "Dorpsplein", "phone": "0478 99 88 77"}
    other.answers["child"] |= {"given_name": "Mila", "family_name": "Peeters"} | changed
    return other


@pytest.mark.promise("LEU-12", breaks="constraint:application.uq_application_open_number")
def test_a_second_family_is_led_to_the_desk_without_a_word_on_the_first(
    walk: Walk, client: Client, house: House
) -> None:
    walk.through()
    second = again(client(), walk)
    second.onward("language", until="send")
    answer = second.post("send")
    assert (answer.status_code, step_of(answer)) == (303, "desk")
    page = second.get("desk")
    words = unescape(page.get_data(as_text=True))
    assert page.status_code == 200
    for secret in ("Ayşe", "Yılmaz", "Noor", "Rozenstraat", "0470"):
        assert secret not in words
    (double,) = rows(house, PossibleDouble)
    assert f"{double.code[:3]} {double.code[3:]}" in words
    # Sent again it tells the desk no second time, and gives the same code.
    assert step_of(second.post("send")) == "desk"
    assert len(rows(house, PossibleDouble)) == 1
    # The draft is there: a number that was mistyped can be filled in again.
    assert step_of(second.post("child-number?from=check", {"national_number": TWINS})) == "check"
    second.onward("check")
    assert len(rows(house, Application)) == 2


def test_the_desk_page_is_the_same_whether_the_other_family_is_real(walk: Walk, client: Client, house: House) -> None:
    """The number of somebody else by mistake gives the page that a double of one's own child gives."""
    walk.through()
    seen = []
    for given in ({"given_name": "Noor", "family_name": "Yılmaz"}, {"given_name": "Someone", "family_name": "Else"}):
        other = again(client(), walk, **given)
        other.onward("language", until="send")
        answer = other.post("send")
        page = re.sub(r'<b class="ref"[^>]*>[^<]*</b>|nonce="[^"]*"', "", other.get("desk").get_data(as_text=True))
        seen.append((answer.status_code, answer.headers["Location"], page))
    assert seen[0] == seen[1]


def test_without_a_code_there_is_no_desk_page(walk: Walk) -> None:
    walk.through(until="check")
    assert step_of(walk.get("desk")) == "check"


def change(walk: Walk, house: House, step: str, answers: dict[str, Any]) -> Any:
    """Change the answers of a page in the file that was sent."""
    (request,) = rows(house, Application)
    url = f"{walk.base}my/requests/{request.id}/{step}"
    page = walk.client.get(url)
    assert page.status_code == 200, step
    return walk.client.post(url, data={**hidden(page.get_data(as_text=True)), **answers})


@pytest.mark.promise("LEU-05", breaks="app.applications.operations.doubles:set_applicant_number")
def test_another_nationality_in_a_sent_file_takes_the_number_away_and_back(walk: Walk, house: House) -> None:
    walk.through()
    (before,) = rows(house, Applicant)
    assert before.number_token is not None
    change(walk, house, "you", walk.answers["you"] | {"nationality": "other"})
    assert [row.number_token for row in rows(house, Applicant)] == [None]
    answer = change(walk, house, "you", walk.answers["you"])
    assert "/number?first=yes" in answer.headers["Location"]
    missing = walk.client.post(
        answer.headers["Location"], data=hidden(walk.client.get(answer.headers["Location"]).text)
    )
    assert missing.status_code == 422
    change(walk, house, "number", {"national_number": PARENTS})
    (after,) = rows(house, Applicant)
    assert after.number_token == before.number_token


@pytest.mark.promise("LEU-15", breaks="app.web.family.my_details:_write_number")
def test_a_number_can_be_replaced_later_and_other_changes_leave_it(walk: Walk, house: House) -> None:
    walk.through()
    (before,), (request,) = rows(house, Applicant), rows(house, Application)
    change(walk, house, "number", {"national_number": ""})
    change(walk, house, "child", {**walk.answers["child"], "call_name": "Noortje"})
    change(walk, house, "household", walk.answers["household"])
    (same,), (child,), (open_one,) = rows(house, Applicant), rows(house, Child), rows(house, Application)
    assert (same.number_token, open_one.child_number_token) == (before.number_token, request.child_number_token)
    assert child.call_name == "Noortje"
    change(walk, house, "child-number", {"national_number": TWINS})
    (other,) = rows(house, Application)
    assert other.child_number_token not in (None, request.child_number_token)


@pytest.mark.promise("LEU-11", breaks="app.applications.operations.doubles:drop_child_number")
def test_a_birth_told_later_asks_for_the_number_and_holds_it_against_the_others(
    walk: Walk, client: Client, house: House
) -> None:
    walk.through()
    with as_maintainer(house, "leuven") as session:
        (taken,) = session.scalars(select(Application.child_number_token))
    change(walk, house, "child", walk.answers["child"] | {"born": "no", "birth_date-year": "2027"})
    assert [row.child_number_token for row in rows(house, Application)] == [None]
    with as_maintainer(house, "leuven") as session:
        session.execute(update(Child).values(expected=True))
    answer = change(walk, house, "child", walk.answers["child"])
    assert "/child-number?first=yes" in answer.headers["Location"]
    other = again(client(), walk)
    other.onward("language")
    refused = change_first(walk, house, {"national_number": CHILDS})
    assert refused.status_code == 422
    (double,) = rows(house, PossibleDouble)
    assert f"{double.code[:3]} {double.code[3:]}" in refused.get_data(as_text=True)
    assert taken is not None
    assert double.dossier_id is not None


def change_first(walk: Walk, house: House, answers: dict[str, Any]) -> Any:
    """Change the number of the child in the first of the files."""
    listed = walk.client.get(f"{walk.base}my/details").get_data(as_text=True)
    url = re.findall(r'href="([^"]*/child-number)"', listed)[0]
    return walk.client.post(url, data={**hidden(walk.client.get(url).get_data(as_text=True)), **answers})


def test_a_page_of_the_password_is_none_of_this(walk: Walk) -> None:
    walk.through(until="send")
    assert PASSWORD not in text_of(walk, "send")
