"""What a counter reads of the families in its area: four groups, and the child's name by which one is found (LEU-26).

Every read is driven from the branch `counter`: what lies outside the area is not there (LEU-27).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import phonenumbers
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.applications.rules import ChoiceState
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.facilities.rules import fold, matches
from app.families.models import Applicant, Child, Dossier
from app.families.queries import CONTACT
from app.families.rules import REFERENCE_ALPHABET, REFERENCE_LENGTH, plain_reference

MOST_FOUND = 20
_IN_AREA = text("dossier.id in (select r.dossier_id from access.counter r)")
# Taken back by the family, or over with its request; what a facility answered takes nothing off the list.
_OFF_THE_LIST = (ChoiceState.WITHDRAWN, ChoiceState.CLOSED)
_AT_COUNTER = text("select exists (select 1 from access.at_counter), exists (select 1 from access.in_sick_care)")


@dataclass(frozen=True, slots=True)
class Person:
    """A name."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where a family lives and how it is reached; of a protected one the municipality alone."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    phone: str | None
    email: str | None
    channel: str | None
    protected: bool


@dataclass(frozen=True, slots=True)
class Preferred:
    """A facility on the list of a request; what it answered is not the counter's to read."""

    id: UUID
    application_id: UUID
    child_id: UUID
    facility_id: UUID
    facility: str
    municipality: str


@dataclass(frozen=True, slots=True)
class CounterRecord:
    """A file by the groups of the catalogue, as a counter may see it."""

    applicant_name: Person
    contact: Reachable
    child_name: Mapping[UUID, str]
    choices: tuple[Preferred, ...]


@dataclass(frozen=True, slots=True)
class CounterFile:
    """A file in the area of a counter."""

    dossier_id: UUID
    reference: str
    record: CounterRecord


@dataclass(frozen=True, slots=True)
class CounterLine:
    """A file in a list of what was found."""

    id: UUID
    subject: UUID
    reference: str
    applicant_name: Person
    contact: Reachable
    child_name: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CounterRoles:
    """What somebody does at a counter now."""

    at_counter: bool
    in_sick_care: bool


def counter_roles(session: Session) -> CounterRoles:
    """Return in which roles the actor works at a counter now; an agreement that is missing leaves none."""
    row = session.execute(_AT_COUNTER).one()
    return CounterRoles(row[0], row[1])


def require_at_counter(session: Session) -> CounterRoles:
    """Return the roles of a counter worker; raises NotFound for who is none now."""
    roles = counter_roles(session)
    if not roles.at_counter:
        raise NotFound
    return roles


def find_in_area(session: Session, typed: str) -> tuple[UUID, ...]:
    """Return the files in the area that a name, phone number, e-mail address or reference points to."""
    words = fold(typed).split()
    if not words:
        return ()
    ordered = (
        select(Dossier.id)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(_IN_AREA)
        .order_by(Applicant.family_name, Applicant.given_name, Dossier.id)
    )
    if (exact := _exact(typed)) is not None:
        return tuple(session.scalars(ordered.where(exact).limit(MOST_FOUND)))
    # Names are compared here and not in SQL: no collation that knows every script is sure to be there.
    rows = session.execute(
        ordered.outerjoin(Child, Child.dossier_id == Dossier.id).add_columns(
            func.concat_ws(" ", Applicant.given_name, Applicant.family_name),
            func.concat_ws(" ", Child.given_name, Child.call_name, Child.family_name),
        )
    )
    named = (dossier_id for dossier_id, parent, child in rows if matches(fold(f"{parent} {child}"), words))
    return tuple(islice(dict.fromkeys(named), MOST_FOUND))


def files_in_area(session: Session, dossier_ids: Collection[UUID]) -> tuple[CounterLine, ...]:
    """Return those of these files that lie in the area now, by name."""
    files = _files(session, dossier_ids)
    lines = [
        CounterLine(
            one.dossier_id,
            one.dossier_id,
            one.reference,
            one.record.applicant_name,
            one.record.contact,
            tuple(one.record.child_name.values()),
        )
        for one in files
    ]
    return tuple(sorted(lines, key=lambda line: (fold(line.applicant_name.family_name), line.reference)))


def file_in_area(session: Session, dossier_id: UUID) -> CounterFile:
    """Return one file with its list of facilities; raises NotFound when it does not lie in the area now."""
    for found in _files(session, (dossier_id,)):
        return found
    raise NotFound


def is_in_area(session: Session, dossier_id: UUID) -> bool:
    """Tell whether a file lies in the area at this moment: a move or a withdrawal may just have ended that."""
    return session.scalar(select(Dossier.id).where(Dossier.id == dossier_id, _IN_AREA)) is not None


def _files(session: Session, dossier_ids: Collection[UUID]) -> list[CounterFile]:
    if not dossier_ids:
        return []
    rows = session.execute(
        select(
            Dossier.id,
            Dossier.reference,
            Applicant.given_name,
            Applicant.family_name,
            *CONTACT,
            Applicant.channel,
            Applicant.protected,
        )
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(Dossier.id.in_(dossier_ids), _IN_AREA)
    ).all()
    found = [row.id for row in rows]
    children, choices = _children(session, found), _choices(session, found)
    return [
        CounterFile(
            row.id,
            row.reference,
            CounterRecord(
                Person(row.given_name, row.family_name),
                Reachable(
                    row.street,
                    row.house_number,
                    row.postcode,
                    row.municipality,
                    row.phone,
                    row.email,
                    row.channel,
                    row.protected,
                ),
                children[row.id],
                tuple(choices[row.id]),
            ),
        )
        for row in rows
    ]


def _children(session: Session, dossier_ids: Collection[UUID]) -> Mapping[UUID, dict[UUID, str]]:
    rows = session.execute(
        select(Child.id, Child.dossier_id, Child.given_name, Child.family_name)
        .where(Child.dossier_id.in_(dossier_ids))
        .order_by(Child.family_name, Child.given_name, Child.id)
    )
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for row in rows:
        found[row.dossier_id][row.id] = f"{row.given_name or ''} {row.family_name}".strip()
    return found


def _choices(session: Session, dossier_ids: Collection[UUID]) -> Mapping[UUID, list[Preferred]]:
    """Return the lists, in the families' own order; what a facility answered changes nothing in them."""
    rows = session.execute(
        select(
            Choice.id,
            Choice.dossier_id,
            Choice.application_id,
            Choice.child_id,
            Choice.facility_id,
            Facility.name,
            Facility.municipality,
        )
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.dossier_id.in_(dossier_ids), Choice.origin == "family", Choice.state.not_in(_OFF_THE_LIST))
        .order_by(Choice.application_id, Choice.position, Choice.id)
    )
    found: dict[UUID, list[Preferred]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(
            Preferred(row.id, row.application_id, row.child_id, row.facility_id, row.name, row.municipality)
        )
    return found


def _exact(typed: str) -> ColumnElement[bool] | None:
    """Return the condition of what names one family: an address, a number, a reference; None for a name."""
    plain = plain_reference(typed)
    if "@" in typed:
        return func.lower(Applicant.email) == typed.strip().lower()
    if phone := _phone(typed):
        return Applicant.phone == phone
    if len(plain) == REFERENCE_LENGTH and set(plain) <= set(REFERENCE_ALPHABET):
        return Dossier.reference == plain
    return None


def _phone(typed: str) -> str | None:
    try:
        number = phonenumbers.parse(typed, "BE")
    except phonenumbers.NumberParseException:
        return None
    form = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form) if phonenumbers.is_possible_number(number) else None
