"""What people and machines send that no page hopes for: a clear page, nothing typed lost, never a failure of ours."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.applications.models import Draft
from app.web.doors import House
from tests.factories import as_maintainer
from tests.web.family.walk import Walk, hidden, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
YOU = {"birth_date-day": "3", "birth_date-month": "3", "birth_date-year": "1994", "sex": "female"}
ANSWERS = {"given_name": "Ayşe", "family_name": "Yılmaz", **YOU}


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A family that has told its language."""
    made = start_walk(client(), house)
    made.post("language")
    return made


@pytest.mark.parametrize(
    "name",
    [
        "أحمد بن علي",
        "李小龙",
        "Nguyễn Thị Hương",
        "O’Neill-d’Hondt",
        "ሰላም",
        "Ștefan",
        "M",
        "José 👶",
        "-",
        "Robert'); --",
    ],
)
def test_names_in_any_script_are_taken_and_shown_as_typed(walk: Walk, name: str) -> None:
    assert step_of(walk.post("you", {**ANSWERS, "given_name": name})) == "contact"
    assert name in unescape(walk.get("you").get_data(as_text=True))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"given_name": ""}, "given_name"),
        ({"given_name": "   "}, "given_name"),
        ({"given_name": "a\x00b"}, "given_name"),
        ({"given_name": "\x07"}, "given_name"),
        ({"given_name": "x" * 10_000}, "given_name"),
        ({"family_name": ["Peeters", "Janssens"]}, "family_name"),
        ({"sex": "frog"}, "sex"),
        ({"sex": ["female", "male"]}, "sex"),
        ({"birth_date-day": "31", "birth_date-month": "februari"}, "birth_date-day"),
        ({"birth_date-month": "Brumaire"}, "birth_date-month"),
        ({"birth_date-year": "94"}, "birth_date-year"),
        ({"birth_date-year": "9994"}, "birth_date-year"),
        ({"birth_date-year": "2031"}, "birth_date-year"),
        ({"birth_date-day": "x" * 5_000}, "birth_date-day"),
        ({"birth_date-year": "0000"}, "birth_date-year"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_named_and_the_others_are_kept(
    walk: Walk, changed: dict[str, Any], field: str
) -> None:
    refused = walk.post("you", {**ANSWERS, **changed})
    page = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert f'href="#{field}"' in page
    assert "<title>Error: " in page or "<title>Fout" in page
    assert 'value="1994"' in page or "birth_date-year" in changed
    assert 'value="Yılmaz"' in page or "family_name" in changed
    assert step_of(walk.get("contact")) == "you"


@pytest.mark.parametrize("month", ["3", "03", "maart", "Maart", "mrt", "mars", "March", "MARS."])
def test_a_month_may_be_a_name(walk: Walk, month: str) -> None:
    assert step_of(walk.post("you", {**ANSWERS, "birth_date-month": month})) == "contact"


@pytest.mark.parametrize(
    "phone",
    ["0470123456", "0470 12 34 56", "0470/12.34.56", "+32470123456", "0032 470 12 34 56", "+32 (0)470 12 34 56",
     "02 788 31 73", "+31 6 12345678", "٠٤٧٠١٢٣٤٥٦"],
)  # fmt: skip
def test_every_usual_spelling_of_a_phone_is_taken(walk: Walk, phone: str) -> None:
    walk.post("you")
    assert step_of(walk.post("contact", {**walk.answers["contact"], "phone": phone})) == "partner"


@pytest.mark.parametrize(
    ("name", "value"),
    [("phone", "12"), ("phone", "call me"), ("email", "nobody"), ("email", "a@b@c.be"), ("postcode", "10300"),
     ("postcode", "abcd"), ("street", ""), ("house_number", "9" * 50)],
)  # fmt: skip
def test_a_wrong_contact_is_named(walk: Walk, name: str, value: str) -> None:
    walk.post("you")
    refused = walk.post("contact", {**walk.answers["contact"], name: value})
    assert refused.status_code == 422
    assert f'href="#{name}"' in refused.get_data(as_text=True)


NOT_OFFERED: dict[str, list[tuple[dict[str, Any], str]]] = {
    "language": [
        ({"language": "de", "municipality": "ukkel"}, "language"),
        ({"language": "nl", "municipality": "leuven"}, "municipality"),
        ({}, "language"),
    ],
    "partner": [({"has_partner": "maybe"}, "has_partner"), ({}, "has_partner")],
    "days": [
        ({"half_days": ["99"]}, "half_days"),
        ({"half_days": ["-1"]}, "half_days"),
        ({"half_days": ["zero"]}, "half_days"),
        ({"half_days": ["0"], "hours-0-from": "25:00", "hours-0-until": "26:00"}, "hours-0-from"),
        ({"half_days": ["0"], "hours-0-from": "9", "hours-0-until": "8"}, "hours-0-until"),
    ],
    "facilities": [
        ({}, "facilities"),
        ({"facilities": ["no id"]}, "facilities"),
        ({"facilities": ["0" * 32]}, "facilities"),
    ],
    "dutch": [({"level": "fluent"}, "level")],
    "work": [({"regime": "pirate"}, "regime")],
    "household": [({"situation": "one_parent", "income": "1200"}, "income")],
    "education": [({"level": "phd"}, "level")],
    "consents": [({"agree": ["police"]}, "agree")],
}


def test_a_choice_that_was_not_offered_is_refused(client: Client, house: House) -> None:
    walk = start_walk(client(), house)
    here = "language"
    for step, attempts in NOT_OFFERED.items():
        walk.onward(here, until=step)
        for answers, anchor in attempts:
            refused = walk.post(step, answers)
            assert refused.status_code == 422, (step, answers)
            assert f'href="#{anchor}"' in refused.get_data(as_text=True), (step, answers)
        here = step


def test_a_malformed_post_gets_a_clear_page(client: Client, house: House) -> None:
    walk = start_walk(client(), house)
    walk.through(until="order")
    bodies = (b"", b"\xff\xfe\x00garbage", b"a=%ZZ&b=%", b"&&&===", b"csrf_token=x&csrf_token=y", b"{}")
    for step in ("you", "days", "facilities", "order", "check", "send", "no-such-page"):
        for body in bodies:
            answer = walk.client.post(
                f"/brussels/en/apply/{step}", data=body, content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code in (400, 404), (step, body)
            assert "<h1" in answer.get_data(as_text=True)


def test_an_oversized_post_gets_a_clear_page(walk: Walk) -> None:
    form = walk.form("you")
    answer = walk.client.post("/brussels/en/apply/you", data={**form, **ANSWERS, "given_name": "x" * 70_000})
    assert answer.status_code == 413
    assert "<h1" in answer.get_data(as_text=True)
    many = MultiDict([*form.items(), *((f"n{number}", "1") for number in range(900))])
    assert walk.client.post("/brussels/en/apply/you", data=many).status_code in (303, 413, 422)


def test_a_form_without_its_token_or_with_another_ones_is_refused(walk: Walk, client: Client) -> None:
    form = walk.form("you")
    other = hidden(client().get("/brussels/en/apply/language").get_data(as_text=True))
    for token in (None, "", "x", "ü" * 40, other["csrf_token"], form["csrf_token"][:-2]):
        data = {**ANSWERS, "once": form["once"]} | ({"csrf_token": token} if token is not None else {})
        assert walk.client.post("/brussels/en/apply/you", data=data).status_code == 400
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert walk.client.post("/brussels/en/apply/you", data={**form, **ANSWERS}, headers=cross).status_code == 400
    assert step_of(walk.get("contact")) == "you"


def test_a_first_post_without_cookies_is_refused_and_begins_nothing(app: Flask, house: House) -> None:
    answer = app.test_client().post("/brussels/en/apply/language", data={"language": "nl", "municipality": "ukkel"})
    assert answer.status_code == 400
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_post_to_a_page_whose_turn_has_not_come_changes_nothing(walk: Walk) -> None:
    early = walk.client.post("/brussels/en/apply/days", data={**walk.form("you"), "half_days": ["0"]})
    assert step_of(early) == "you"
    page = walk.get("you").get_data(as_text=True)
    assert not shown_errors(walk.get("you"))
    assert "<h1" in page


@pytest.mark.promise("BXL-23", breaks="app.web.doors:_refuse_files")
def test_a_file_is_refused_and_written_nowhere(client: Client, house: House, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    walk = start_walk(client(), house)
    walk.through(until="dutch-proof")
    form = walk.form("dutch-proof")
    answer = walk.client.post(
        "/brussels/en/apply/dutch-proof",
        data={**form, "proof": "yes", "file": (BytesIO(b"%PDF-1.7 proof"), "proof.pdf")},
    )
    assert answer.status_code == 415
    assert "You cannot send a file here" in answer.get_data(as_text=True)
    assert not list(tmp_path.iterdir())
    page = walk.get("dutch-proof").get_data(as_text=True)
    assert 'type="file"' not in page
    assert "multipart" not in page


def test_a_replayed_answer_changes_nothing_more(walk: Walk) -> None:
    form = {**walk.form("you"), **ANSWERS}
    first = walk.client.post("/brussels/en/apply/you", data=form)
    again = walk.client.post("/brussels/en/apply/you", data=form)
    assert (step_of(first), step_of(again)) == ("contact", "contact")


def test_unknown_languages_organisations_and_pages_do_not_exist(client: Client) -> None:
    for path in (
        "/brussels/de/apply/you",
        "/nowhere/nl/apply/you",
        "/leuven/de/apply/language",
        "/brussels/en/apply/x",
    ):
        assert client().get(path).status_code == 404, path
