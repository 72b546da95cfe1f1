"""What the tests of changes share: acting as a family, and looking at what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.applications.operations.changes import Told, change_answers
from app.families.queries import FamilyRecord, own_family
from app.web.doors import House
from tests.factories import FamilyMade, Person, acting, as_maintainer

TABLES = ("choice", "application", "dossier", "applicant", "child", "offer")


def seen(house: House, leader: Person) -> dict[str, int]:
    """How many rows a leader reaches, by table, whatever the page."""
    with acting(house, leader) as session:
        columns = {"dossier": "id", "application": "id", "child": "id", "choice": "id", "offer": "id"}
        return {
            table: session.scalar(text(f"select count({columns.get(table, 'dossier_id')}) from {table}"))
            for table in TABLES
        }


def act(house: House, family: FamilyMade, verb: Callable[[Session], object]) -> object:
    with acting(house, family.person) as session:
        return verb(session)


def states(house: House, family: FamilyMade) -> dict[UUID, str]:
    with as_maintainer(house) as session:
        rows = session.execute(
            select(Choice.facility_id, Choice.state).where(Choice.application_id == family.application_id)
        )
        return {row.facility_id: row.state for row in rows}


def events(house: House) -> list[str]:
    with as_maintainer(house) as session:
        return list(session.scalars(text("select event from audit_entry order by sequence")))


def told(known: FamilyRecord, family: FamilyMade, **changed: object) -> Told:
    return replace(
        Told(
            known.language,
            known.applicant,
            known.partner,
            family.child_id,
            known.children[family.child_id],
            known.circumstances,
            known.health,
        ),
        **changed,
    )


def change(house: House, family: FamilyMade, **changed: object) -> None:
    with acting(house, family.person) as session:
        known = own_family(session, family.dossier_id)
        new = told(known, family, **{name: make(known) for name, make in changed.items()})  # type: ignore[operator]
        change_answers(session, house.profiles["brussels"], family.dossier_id, new, now=house.clock.now())
