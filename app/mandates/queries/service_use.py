"""What the care for sick children at home reads: children who used it, and what an invoice needs (LEU-33, LEU-34)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.facilities.rules import fold, matches
from app.families.models import Applicant, Child
from app.families.queries import ADDRESS
from app.mandates.models import ServiceUse
from app.mandates.queries.counter import Person, counter_roles
from app.organisations.profile import Profile

MOST_FOUND = 20
_USED = text("service_use.child_id in (select r.child_id from access.sick_care r)")


@dataclass(frozen=True, slots=True)
class Billed:
    """Where an invoice goes; nothing of a protected family but that it is one."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Invoiced:
    """A child who used the service, by the groups of the catalogue: what an invoice needs, and nothing else."""

    id: UUID
    subject: UUID
    child_name: str
    applicant_name: Person
    address: Billed
    service_use: tuple[date, ...]


def require_sick_care(session: Session, profile: Profile) -> None:
    """Raise NotFound for who does not work there under a checked agreement, or where there is no such service."""
    if "sick_care" not in profile.access or not counter_roles(session).in_sick_care:
        raise NotFound


def find_used(session: Session, typed: str) -> tuple[UUID, ...]:
    """Return the children with a recorded use whose name, or whose parent's, has every word that was typed."""
    words = fold(typed).split()
    found = [one for one in _invoiced(session) if matches(fold(_names(one)), words)] if words else []
    return tuple(one.id for one in found)[:MOST_FOUND]


def used_by(session: Session, child_ids: Iterable[UUID]) -> tuple[Invoiced, ...]:
    """Return those of these children who used the service within its term, with their days."""
    return _invoiced(session, ServiceUse.child_id.in_(tuple(child_ids)))


def used_in(session: Session, first: date, last: date) -> tuple[Invoiced, ...]:
    """Return the children who used the service between two days, with those days."""
    return _invoiced(session, ServiceUse.used_on.between(first, last))


def _invoiced(session: Session, *which: Any) -> tuple[Invoiced, ...]:
    rows = session.execute(
        select(
            ServiceUse.child_id,
            ServiceUse.dossier_id,
            ServiceUse.used_on,
            Child.given_name.label("child_given"),
            Child.family_name.label("child_family"),
            Applicant.given_name,
            Applicant.family_name,
            *ADDRESS,
            Applicant.protected,
        )
        .join(Child, Child.id == ServiceUse.child_id)
        .join(Applicant, Applicant.dossier_id == ServiceUse.dossier_id)
        .where(_USED, *which)
        .order_by(Child.family_name, Child.given_name, Child.id, ServiceUse.used_on)
    ).all()
    days: dict[UUID, list[date]] = defaultdict(list)
    for row in rows:
        days[row.child_id].append(row.used_on)
    first = {row.child_id: row for row in reversed(rows)}
    return tuple(_record(first[child_id], tuple(used)) for child_id, used in days.items())


def _record(row: Any, days: tuple[date, ...]) -> Invoiced:
    return Invoiced(
        row.child_id,
        row.dossier_id,
        f"{row.child_given or ''} {row.child_family}".strip(),
        Person(row.given_name, row.family_name),
        Billed(row.street, row.house_number, row.postcode, row.municipality, row.protected),
        days,
    )


def _names(one: Invoiced) -> str:
    return f"{one.child_name} {one.applicant_name.given_name} {one.applicant_name.family_name}"
