"""One file at the desk: what is needed to ask who somebody is, and the rest of it once that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Dossier
from app.families.queries import ADDRESS, FamilyRecord, own_family
from app.families.rules import ChildDetails

LATEST = 5
_CHILDREN = (
    select(func.json_agg(aggregate_order_by(func.json_build_array(Child.birth_date, Child.expected), Child.birth_date)))
    .where(Child.dossier_id == Dossier.id)
    .scalar_subquery()
)
_CHOSEN = (
    select(func.json_agg(aggregate_order_by(Facility.name, Choice.position)))
    .join(Choice, Choice.facility_id == Facility.id)
    .where(Choice.dossier_id == Dossier.id, Choice.state != "withdrawn", Choice.origin == "family")
    .scalar_subquery()
)
_ASKING = select(
    Dossier.reference,
    Dossier.language,
    Applicant.given_name,
    Applicant.family_name,
    Applicant.birth_date,
    *ADDRESS,
    Applicant.email,
    Applicant.protected,
    _CHILDREN.label("children"),
    _CHOSEN.label("chosen"),
).join(Applicant, Applicant.dossier_id == Dossier.id)
_ACCOUNT = text(
    "select a.*, (select json_agg(n order by n.at desc) from ("
    " select f.at, f.actor_kind, f.reason, f.event, f.groups from family_notice f"
    " where f.dossier_id = :dossier_id order by f.at desc limit :latest) n) as notices"
    " from access.file_account(:dossier_id) a"
)


@dataclass(frozen=True, slots=True)
class FullName:
    """A name."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Birth date and sex of who applied."""

    birth_date: date | None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Postal:
    """Where a family lives, and from which address it writes."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    email: str | None
    protected: bool
    phone: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class BirthDay:
    """When a child was born, or is expected."""

    birth_date: date
    expected: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What a worker needs to find out who asks, by the groups of the catalogue."""

    applicant_name: FullName
    applicant_identity: Identity
    contact: Postal
    language: str
    child_identity: tuple[BirthDay, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """The partner's phone and e-mail."""

    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Situation:
    """How the family lives."""

    family_situation: str | None
    foster: bool | None


@dataclass(frozen=True, slots=True)
class Working:
    """What the parent who applied does."""

    work: str | None
    employer: str | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a family said of its Dutch."""

    dutch: str | None
    proof: bool


@dataclass(frozen=True, slots=True)
class Background:
    """What Leuven asks about who applies (LEU-05)."""

    nationality: str | None
    home_language: str | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the family signs in, and when it last did."""

    login: str | None
    confirmed: bool
    last_visit_at: datetime | None
    second_parent: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What somebody who is not the family changed, and when."""

    at: datetime
    actor_kind: str
    reason: str
    event: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file at the desk, by the groups of the catalogue."""

    applicant_name: FullName
    applicant_identity: Identity
    contact: Postal
    language: str
    partner_name: FullName | None
    partner_contact: Reached | None
    partner_situation: str | None
    child_identity: tuple[tuple[UUID, ChildDetails], ...]
    family_situation: Situation
    work_situation: Working
    income_situation: str | None
    education: str | None
    dutch_knowledge: Knowledge
    leuven_background: Background
    account: SignIn
    change_log: tuple[Changed, ...]


def asking(session: Session, dossier_id: UUID) -> tuple[str, Asking]:
    """Return the reference of a file, and what finding out who asks takes; raises NotFound (KL-33)."""
    row = session.execute(_ASKING.where(Dossier.id == dossier_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.reference, Asking(
        FullName(row.given_name, row.family_name),
        Identity(row.birth_date),
        Postal(row.street, row.house_number, row.postcode, row.municipality, row.email, row.protected),
        row.language,
        tuple(BirthDay(date.fromisoformat(born), expected) for born, expected in row.children or ()),
        tuple(dict.fromkeys(row.chosen or ())),
    )


def whole_file(session: Session, dossier_id: UUID) -> tuple[str, WholeFile]:
    """Return the reference of a file and all of it that the desk may read; raises NotFound (BXL-48, LEU-23)."""
    found = own_family(session, dossier_id)
    row = session.execute(_ACCOUNT, {"dossier_id": dossier_id, "latest": LATEST}).one_or_none()
    if row is None:
        raise NotFound
    return found.reference, _whole(found, row)


def _whole(found: FamilyRecord, row: Any) -> WholeFile:
    one, partner, told = found.applicant, found.partner, found.circumstances
    return WholeFile(
        applicant_name=FullName(one.given_name, one.family_name),
        applicant_identity=Identity(one.birth_date, one.sex),
        contact=Postal(
            one.street,
            one.house_number,
            one.postcode,
            one.municipality,
            one.email,
            one.protected,
            one.phone,
            one.channel,
        ),
        language=found.language,
        partner_name=FullName(partner.given_name, partner.family_name) if partner else None,
        partner_contact=Reached(partner.phone, partner.email) if partner else None,
        partner_situation=partner.work if partner else None,
        child_identity=tuple(found.children.items()),
        family_situation=Situation(told.family_situation, told.foster),
        work_situation=Working(told.work, told.employer),
        income_situation=told.income,
        education=told.education,
        dutch_knowledge=Knowledge(told.dutch, told.dutch_proof),
        leuven_background=Background(one.nationality, one.home_language, one.relation),
        account=SignIn(row.login, bool(row.confirmed), row.last_visit_at, row.second_parent),
        change_log=tuple(
            Changed(
                datetime.fromisoformat(one["at"]), one["actor_kind"], one["reason"], one["event"], tuple(one["groups"])
            )
            for one in row.notices or ()
        ),
    )
