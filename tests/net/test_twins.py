"""Two organisations that hold the same e-mail address, names, birth date and reference: nothing crosses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.settings import Settings
from app.web.doors import House
from jobs.context import make_context
from jobs.outbox import drain_with
from tests.factories import FamilyMade, Person, as_maintainer, guard_of, make_facility, make_family, make_leader
from tests.net.calls import cookie
from tests.net.people import BRUSSELS, LEUVEN, Knocker, change_account, open_session
from tests.servers.mail import Mailbox

Figure = Callable[[str], None]
EMAIL, REFERENCE = "zelfde@example.org", "TWN234567"
PASSWORDS = {BRUSSELS: "vier blauwe houten blokken", LEUVEN: "zeven rode glazen knikkers"}
STREETS = {BRUSSELS: "Eenhoornlaan", LEUVEN: "Draakstraat"}
ELSEWHERE = {BRUSSELS: LEUVEN, LEUVEN: BRUSSELS}


@dataclass
class Pair:
    """The same family twice, and a leader of each one's facility."""

    families: dict[str, FamilyMade]
    leaders: dict[str, Person]
    choices: dict[str, UUID]


@pytest.fixture
def pair(house: House) -> Pair:
    """The same person, written down in two organisations; only the street and the password differ."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    made = Pair({}, {}, {})
    for organisation in (BRUSSELS, LEUVEN):
        facility = make_facility(house, organisation, name="Dezelfde plek")
        family = make_family(
            house,
            [facility],
            organisation=organisation,
            birth_date=date(2026, 3, 4),
            applicant={
                "given_name": "Eender",
                "family_name": "Gelijk",
                "email": EMAIL,
                "street": STREETS[organisation],
            },
            child={"given_name": "Tweeling", "family_name": "Gelijk"},
        )
        change_account(house, family.person, login=EMAIL, password_hash=hasher.hash(PASSWORDS[organisation]))
        with as_maintainer(house, organisation) as session:
            session.execute(
                text("update dossier set reference = :r where id = :d"), {"r": REFERENCE, "d": family.dossier_id}
            )
        made.families[organisation] = family
        made.leaders[organisation] = make_leader(house, facility)
        made.choices[organisation] = family.choices[facility.id]
    return made


def sign_in(app: Flask, organisation: str, login: str, password: str) -> tuple[TestResponse, str]:
    """Sign in through the page and return its answer and the text of the page that follows."""
    client = app.test_client()
    page = client.get(f"/{organisation}/nl/sign-in")
    answer = client.post(f"/{organisation}/nl/sign-in", data={**guard_of(page), "login": login, "password": password})
    return answer, client.get(f"/{organisation}/nl/my/details").text


@pytest.mark.promise(
    "BXL-58", breaks="line:app/accounts/policy/signin.py#where a.organisation = p_organisation and a.login = p_login"
)
@pytest.mark.parametrize("organisation", [BRUSSELS, LEUVEN])
@pytest.mark.parametrize("login", [EMAIL, REFERENCE, "TWN 234 567"])
def test_signing_in_lands_in_the_right_organisation(organisation: str, login: str, app: Flask, pair: Pair) -> None:
    other = ELSEWHERE[organisation]
    answer, page = sign_in(app, organisation, login, PASSWORDS[organisation])
    assert answer.status_code == 303
    assert STREETS[organisation] in page
    assert STREETS[other] not in page
    answer, page = sign_in(app, organisation, login, PASSWORDS[other])
    assert answer.status_code == 422, "the other organisation's password"
    assert "Gelijk" not in page


@pytest.mark.promise(
    "BXL-46", breaks="app.accounts.queries.sessions:live_session", twin="tests.net.doubles:any_session"
)
def test_a_session_counts_where_it_was_made(app: Flask, house: House, pair: Pair) -> None:
    for organisation, other in ELSEWHERE.items():
        person, leader = pair.families[organisation].person, pair.leaders[organisation]
        client = app.test_client(use_cookies=False)
        for who, page in ((person, "my"), (leader, "facility")):
            session = open_session(house, organisation, who.kind, who.id)
            assert client.get(f"/{organisation}/nl/{page}", headers=cookie(session)).status_code == 200
            answer = client.get(f"/{other}/nl/{page}", headers=cookie(session))
            assert answer.status_code == 303
            assert answer.headers["Location"].endswith("/sign-in")


def test_ids_lead_nowhere_in_the_other(app: Flask, house: House, pair: Pair, figure: Figure) -> None:
    asked = 0
    client = app.test_client(use_cookies=False)
    for organisation, other in ELSEWHERE.items():
        person, leader = pair.families[organisation].person, pair.leaders[organisation]
        parent = open_session(house, organisation, person.kind, person.id)
        leading = open_session(house, organisation, leader.kind, leader.id)
        theirs = pair.families[other]
        for session, path in (
            (parent, f"my/choices/{pair.choices[other]}/withdraw"),
            (parent, f"my/requests/{theirs.application_id}/cancel"),
            (parent, f"my/requests/{theirs.application_id}/contact"),
            (leading, f"facility/requests/{pair.choices[other]}"),
            (leading, f"facility/requests/{pair.choices[other]}/offer"),
        ):
            asked += 1
            assert client.get(f"/{organisation}/nl/{path}", headers=cookie(session)).status_code == 404
        listed = client.get(f"/{organisation}/nl/facility", headers=cookie(leading)).text
        assert str(pair.choices[organisation]) in listed
        assert str(pair.choices[other]) not in listed
        page = client.get(
            f"/{organisation}/nl/facility/requests/{pair.choices[organisation]}", headers=cookie(leading)
        ).text
        assert STREETS[organisation] in page
        assert STREETS[other] not in page
    figure(f"twins: {asked} ids of the other organisation asked for, 0 found")


def test_a_link_by_mail_works_in_its_own_organisation_only(
    app: Flask, settings: Settings, pair: Pair, mailbox: Mailbox
) -> None:
    client = app.test_client()
    page = client.get("/leuven/nl/password/forgotten")
    client.post("/leuven/nl/password/forgotten", data={**guard_of(page), "login": EMAIL})
    drain_with(make_context(settings))
    (mail,) = mailbox.messages(EMAIL)
    body = mail.get_body(("plain",))
    assert body is not None
    path = next(word for word in body.get_content().split() if "/password/new/" in word)
    path = path[path.index("/leuven/") :]
    assert client.get(path.replace("/leuven/", "/brussels/")).status_code == 410
    assert client.get(path).status_code == 200
    page = client.get(path)
    new = "negen groene wollen sjaals"
    assert (
        client.post(path.replace("/leuven/", "/brussels/"), data={**guard_of(page), "password": new}).status_code == 410
    )
    assert client.post(path, data={**guard_of(page), "password": new}).status_code == 303
    assert sign_in(app, LEUVEN, EMAIL, new)[0].status_code == 303
    assert sign_in(app, BRUSSELS, EMAIL, new)[0].status_code == 422
    assert sign_in(app, BRUSSELS, EMAIL, PASSWORDS[BRUSSELS])[0].status_code == 303


def test_the_same_form_key_and_tries_count_apart(app: Flask, house: House, pair: Pair) -> None:
    """A form posted in one organisation is not a replay in the other; neither are wrong passwords counted there."""
    client = app.test_client(use_cookies=False)
    for organisation in (BRUSSELS, LEUVEN):
        person = pair.families[organisation].person
        session = open_session(house, organisation, person.kind, person.id)
        token = Knocker("", "", "", session, {}).token(house)
        answer = client.post(
            f"/{organisation}/nl/my/choices/{pair.choices[organisation]}/withdraw",
            data={"csrf_token": token, "once": "dezelfde-sleutel-van-toen"},
            headers=cookie(session),
        )
        assert answer.status_code in {303, 409}
        location = answer.headers.get("Location", f"/{organisation}/")
        assert location.startswith(f"/{organisation}/")
    for _ in range(12):
        sign_in(app, BRUSSELS, EMAIL, "helemaal verkeerd geraden")
    assert sign_in(app, BRUSSELS, EMAIL, PASSWORDS[BRUSSELS])[0].status_code == 429
    assert sign_in(app, LEUVEN, EMAIL, PASSWORDS[LEUVEN])[0].status_code == 303


def test_what_one_does_the_other_does_not_feel(app: Flask, house: House, pair: Pair) -> None:
    """Cancelling in one organisation leaves the other's rows as they were."""
    person = pair.families[BRUSSELS].person
    session = open_session(house, BRUSSELS, person.kind, person.id)
    token = Knocker("", "", "", session, {}).token(house)

    def states() -> dict[str, str]:
        with house.databases.engine("maintainer").connect() as connection:
            rows = connection.execute(text("select organisation, state from application"))
            return {row.organisation: row.state for row in rows}

    assert states() == {BRUSSELS: "open", LEUVEN: "open"}
    request = pair.families[BRUSSELS].application_id
    answer = app.test_client(use_cookies=False).post(
        f"/brussels/nl/my/requests/{request}/cancel",
        data={"csrf_token": token, "once": "x" * 20},
        headers=cookie(session),
    )
    assert answer.status_code == 303
    assert states() == {BRUSSELS: "cancelled", LEUVEN: "open"}
