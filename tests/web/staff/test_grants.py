"""A developer's look at one file: given with a reason and an end, noted, told, and over by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from app.core.actor import Actor, Kind
from app.core.db import transaction
from app.core.models import AuditEntry
from app.families.models import Dossier
from app.mandates.models import SupportGrant
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    guard_of,
    make_contact,
    make_worker,
    post_form,
    signed_in,
)

DESK = "/brussels/nl/desk"
WHY = "De rangorde klopt niet na de wijziging"
Browser = Callable[[], FlaskClient]


@pytest.fixture
def developer(house: House) -> Person:
    return make_worker(house, role="developer")


@pytest.fixture
def page_of_grant(house: House, worker: Person, family: FamilyMade) -> str:
    """The page on which the worker, who has the file open, lets a developer look."""
    make_contact(house, worker, family)
    return f"{DESK}/files/{family.dossier_id}/grant"


@pytest.mark.promise("BXL-59", breaks="branch:support")
@pytest.mark.promise("LEU-25", breaks="branch:support")
def test_a_developer_reads_one_file_for_a_while_and_nothing_else(
    house: House, client: Browser, desk: FlaskClient, developer: Person, family: FamilyMade, page_of_grant: str
) -> None:
    theirs = signed_in(house, client(), developer)
    for page in ("", "/todo", "/grants", "/people", f"/files/{family.dossier_id}/grant"):
        assert theirs.get(DESK + page).status_code == 404, page
    assert theirs.get(f"{DESK}/granted").status_code == 200
    assert files_open_to(house, developer) == [], "not in the database either"
    assert post_form(desk, page_of_grant, developer=str(developer.id), reason=WHY, hours="2").status_code == 303
    listed = theirs.get(f"{DESK}/granted").text
    assert WHY in listed
    look = listed.partition(f'href="{DESK}/granted/')[2].partition('"')[0]
    page = theirs.get(f"{DESK}/granted/{look}").text
    assert "Zonnetje" in page or family.names["family_name"] in page
    for hidden in (family.email or "", "Kersenlaan", family.names["given_name"]):
        assert hidden not in page, hidden
    with as_maintainer(house) as session:
        note = session.scalars(
            select(AuditEntry).where(AuditEntry.actor_id == developer.id, AuditEntry.event == "read")
        ).one()
        assert (note.subjects, note.reasons) == ([family.dossier_id], ["support"])
        session.execute(
            update(SupportGrant).values(
                until=house.clock.now() - timedelta(seconds=1), given_at=house.clock.now() - timedelta(hours=2)
            )
        )
    assert theirs.get(f"{DESK}/granted/{look}").status_code == 404
    assert WHY not in theirs.get(f"{DESK}/granted").text
    assert files_open_to(house, developer) == []


def test_a_look_ends_early_on_the_next_request(
    house: House, client: Browser, desk: FlaskClient, developer: Person, page_of_grant: str
) -> None:
    post_form(desk, page_of_grant, developer=str(developer.id), reason=WHY, hours="24")
    theirs = signed_in(house, client(), developer)
    look = theirs.get(f"{DESK}/granted").text.partition(f'href="{DESK}/granted/')[2].partition('"')[0]
    assert theirs.get(f"{DESK}/granted/{look}").status_code == 200
    other = signed_in(house, client(), make_worker(house))
    assert post_form(other, f"{DESK}/grants", f"{DESK}/grants/{look}/end").status_code == 404
    assert post_form(desk, f"{DESK}/grants", f"{DESK}/grants/{look}/end").status_code == 303
    assert theirs.get(f"{DESK}/granted/{look}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "kort"},
        {"hours": "25"},
        {"hours": "0"},
        {"developer": "x"},
        {"developer": str(UUID(int=7))},
        {"reason": ""},
    ],
    ids=str,
)
@pytest.mark.promise("BXL-59", breaks="app.mandates.rules:grant_problem")
def test_no_look_without_a_reason_an_end_and_a_developer(
    house: House, desk: FlaskClient, developer: Person, page_of_grant: str, wrong: dict[str, str]
) -> None:
    form = {"developer": str(developer.id), "reason": WHY, "hours": "2"} | wrong
    assert post_form(desk, page_of_grant, **form).status_code == 422
    with as_maintainer(house) as session:
        assert session.scalars(select(SupportGrant)).all() == []


def test_nobody_gives_a_look_at_a_file_that_is_not_open_to_them(
    house: House, client: Browser, developer: Person, family: FamilyMade
) -> None:
    page = f"{DESK}/files/{family.dossier_id}/grant"
    stranger = signed_in(house, client(), make_worker(house))
    assert stranger.get(page).status_code == 404
    form = {**guard_of(stranger.get(DESK)), "developer": str(developer.id), "reason": WHY, "hours": "2"}
    assert stranger.post(page, data=form).status_code == 404


@pytest.mark.promise("BXL-59", breaks="policy:support_grant.staff.insert")
def test_the_database_lets_no_developer_in_by_themselves_nor_for_longer(
    house: House, worker: Person, developer: Person, family: FamilyMade, page_of_grant: str
) -> None:
    now = house.clock.now()
    row = {
        "id": uuid4(),
        "organisation": "brussels",
        "account_id": developer.id,
        "dossier_id": family.dossier_id,
        "reason": WHY,
        "given_by": worker.id,
        "given_at": now,
        "until": now + timedelta(hours=2),
    }
    for by, changed in (
        (developer, {"given_by": developer.id}),
        (developer, {}),
        (worker, {"until": now + timedelta(hours=25)}),
        (worker, {"reason": "kort"}),
        (worker, {"account_id": worker.id}),
    ):
        actor = Actor(Kind.STAFF, by.id, "brussels")
        with pytest.raises(DBAPIError), transaction(house.databases, "staff", actor, now) as session:
            session.execute(insert(SupportGrant.__table__).inline().values(**row | changed))


def files_open_to(house: House, person: Person) -> list[UUID]:
    """Return the files that somebody reaches through the login of the desk."""
    with acting(house, person) as session:
        return list(session.scalars(select(Dossier.id)))
