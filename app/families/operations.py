"""Making a dossier, and changing what a family told about itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Kind
from app.core.audit import note_change
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import NotFound
from app.core.models import Base, DataKey
from app.families.models import Applicant, Child, Circumstances, Dossier, HealthAnswer, Partner, ProtectedContact
from app.families.policy import writing_reason
from app.families.queries import ADDRESS_KEY_CLASS, HEALTH_KEY_CLASS, address_place, health_place
from app.families.rules import (
    SEALED_CONTACT,
    Activity,
    ApplicantDetails,
    ChildDetails,
    CircumstancesDetails,
    PartnerDetails,
    is_activity,
    new_reference,
)

# With 21 letters in nine places a second draw is already rare; what still collides is no accident.
REFERENCE_DRAWS = 5
REFERENCE_TAKEN = "uq_dossier_organisation"


@dataclass(frozen=True, slots=True)
class NewDossier:
    """The ids and the reference of a dossier just made."""

    id: UUID
    child_ids: tuple[UUID, ...]
    reference: str


def create_dossier(
    session: Session,
    account_id: UUID,
    *,
    language: str,
    applicant: ApplicantDetails,
    partner: PartnerDetails | None,
    children: Sequence[ChildDetails],
    circumstances: CircumstancesDetails,
    health: bool | None,
    now: datetime,
    registrar_facility_id: UUID | None = None,
) -> NewDossier:
    """Make the dossier with all that the family told (BXL-27); no partner leaves no row (BXL-06).

    `registrar_facility_id` is the facility that registers for the parents (BXL-54).
    """
    organisation = actor_of(session).organisation
    dossier_id = uuid4()
    reference = _open_dossier(
        session,
        {
            "id": dossier_id,
            "account_id": account_id,
            "language": language,
            "created_at": now,
            "last_activity_at": now,
            "registrar_facility_id": registrar_facility_id,
        },
    )
    keys = {"dossier_id": dossier_id, "organisation": organisation}
    session.execute(insert(Applicant).values(**keys, **_open_columns(applicant)))
    if applicant.protected:
        _seal_contact(session, dossier_id, applicant)
    if partner is not None:
        session.execute(insert(Partner).values(**keys, **asdict(partner)))
    child_ids = add_children(session, dossier_id, children)
    session.execute(insert(Circumstances).values(**keys, **_with_proof(session, circumstances, now)))
    if health is not None:
        _insert_health(session, dossier_id, health, now)
    return NewDossier(dossier_id, child_ids, reference)


def add_children(session: Session, dossier_id: UUID, children: Sequence[ChildDetails]) -> tuple[UUID, ...]:
    """Write the children of one birth into a dossier, and return their ids in the same order."""
    organisation = actor_of(session).organisation
    rows = [
        {"id": uuid4(), "dossier_id": dossier_id, "organisation": organisation, **asdict(child)} for child in children
    ]
    session.execute(insert(Child), rows)
    return tuple(row["id"] for row in rows)


def change_language(session: Session, dossier_id: UUID, language: str, *, now: datetime) -> None:
    """Change the language that the family is written to in; raises NotFound."""
    _change(session, Dossier, dossier_id, {"language": language}, ("language",), now)


def change_applicant(session: Session, dossier_id: UUID, applicant: ApplicantDetails, *, now: datetime) -> None:
    """Change who applies and how to reach them; raises NotFound."""
    asked_more = applicant.nationality or applicant.home_language or applicant.relation
    groups = ("applicant_name", "applicant_identity", "contact", *(("leuven_background",) if asked_more else ()))
    # A facility that registered for the parents has no key to a protected address, nor to make one.
    seals = actor_of(session).kind != Kind.FACILITY
    if seals:
        session.execute(delete(ProtectedContact).where(ProtectedContact.dossier_id == dossier_id))
    _change(session, Applicant, dossier_id, _open_columns(applicant), groups, now)
    if applicant.protected:
        _seal_contact(session, dossier_id, applicant)
    elif seals:
        session.execute(delete(DataKey).where(DataKey.owner_id == dossier_id, DataKey.key_class == ADDRESS_KEY_CLASS))


def change_partner(session: Session, dossier_id: UUID, partner: PartnerDetails, *, now: datetime) -> None:
    """Change the partner, or add one where there was none; raises NotFound."""
    groups = ("partner_name", "partner_contact", "partner_situation")
    found = session.execute(update(Partner).where(Partner.dossier_id == dossier_id).values(**asdict(partner)))
    if not _rows(found):
        organisation = actor_of(session).organisation
        session.execute(insert(Partner).values(dossier_id=dossier_id, organisation=organisation, **asdict(partner)))
    _changed(session, dossier_id, "partner_changed", groups, now)


def remove_partner(session: Session, dossier_id: UUID, *, now: datetime) -> None:
    """Delete the partner's data: the row goes, it is not hidden (BXL-06); raises NotFound."""
    session.execute(delete(Partner).where(Partner.dossier_id == dossier_id))
    _changed(session, dossier_id, "partner_removed", ("partner_name", "partner_contact", "partner_situation"), now)


def change_child(session: Session, dossier_id: UUID, child_id: UUID, child: ChildDetails, *, now: datetime) -> None:
    """Change a child; a birth replaces the expectation in the same columns (BXL-07); raises NotFound."""
    found = session.execute(
        update(Child).where(Child.id == child_id, Child.dossier_id == dossier_id).values(**asdict(child))
    )
    if not _rows(found):
        raise NotFound
    _changed(session, dossier_id, "child_changed", ("child_identity",), now)


def change_circumstances(
    session: Session, dossier_id: UUID, circumstances: CircumstancesDetails, *, now: datetime
) -> None:
    """Change the answers that priority rests on (BXL-29); the tick for a proof keeps the day it was set (BXL-22)."""
    values = _with_proof(session, circumstances, now)
    if circumstances.dutch_proof:
        kept = _ticked(session, dossier_id)
        if kept is not None:
            values.update(dutch_proof_at=kept.dutch_proof_at, dutch_proof_by=kept.dutch_proof_by)
    groups = ("family_situation", "work_situation", "income_situation", "education", "dutch_knowledge")
    _change(session, Circumstances, dossier_id, values, groups, now)


def change_health(session: Session, dossier_id: UUID, health: bool | None, *, now: datetime) -> None:
    """Change the health answer; taking it back deletes the row and destroys its key (BXL-25); raises NotFound."""
    session.execute(delete(HealthAnswer).where(HealthAnswer.dossier_id == dossier_id))
    session.execute(delete(DataKey).where(DataKey.owner_id == dossier_id, DataKey.key_class == HEALTH_KEY_CLASS))
    if health is not None:
        _insert_health(session, dossier_id, health, now)
    _changed(session, dossier_id, "health_changed", ("health",), now)


def take_over(session: Session, dossier_id: UUID, *, now: datetime) -> None:
    """End the right to write of the facility that registered for the parents (BXL-54); raises NotFound."""
    taken = session.execute(
        update(Dossier)
        .where(
            Dossier.id == dossier_id,
            Dossier.registrar_facility_id.is_not(None),
            Dossier.registrar_ended_at.is_(None),
        )
        .values(registrar_ended_at=now)
    )
    if not _rows(taken):
        raise NotFound
    note_change(session, "file_taken_over", dossier_id=dossier_id, groups=("help",), reasons=("owner",))


def confirm_data(session: Session, dossier_id: UUID, *, now: datetime) -> None:
    """Note that a family looked at its data and found them right (KG-35); raises NotFound."""
    touch_dossier(session, dossier_id, Activity.DATA_CONFIRMED, now=now)
    note_change(session, Activity.DATA_CONFIRMED, dossier_id=dossier_id, reasons=("owner",))


def touch_dossier(session: Session, dossier_id: UUID, event: str, *, now: datetime) -> None:
    """Count the term of keeping from here when the event is an activity, and else not (BXL-40); raises NotFound."""
    if is_activity(event) and not _rows(
        session.execute(update(Dossier).where(Dossier.id == dossier_id).values(last_activity_at=now))
    ):
        raise NotFound


def _open_dossier(session: Session, columns: Mapping[str, Any]) -> str:
    """Insert the dossier under a reference that nobody else in the organisation has."""
    for _ in range(REFERENCE_DRAWS - 1):
        try:
            with session.begin_nested():
                return _insert_dossier(session, columns)
        except IntegrityError as error:
            if REFERENCE_TAKEN not in str(error.orig):
                raise
    return _insert_dossier(session, columns)


def _insert_dossier(session: Session, columns: Mapping[str, Any]) -> str:
    reference = new_reference(secrets.choice)
    organisation = actor_of(session).organisation
    session.execute(insert(Dossier).values(organisation=organisation, reference=reference, state="active", **columns))
    return reference


def _open_columns(applicant: ApplicantDetails) -> dict[str, Any]:
    """Return the columns of the applicant's row; a protected address leaves nothing in them to find anybody by."""
    values = asdict(applicant)
    return values | dict.fromkeys(SEALED_CONTACT) if applicant.protected else values


def _seal_contact(session: Session, dossier_id: UUID, applicant: ApplicantDetails) -> None:
    sealed = seal_json(
        session,
        {name: getattr(applicant, name) for name in SEALED_CONTACT},
        owner_id=dossier_id,
        key_class=ADDRESS_KEY_CLASS,
        place=address_place(dossier_id),
    )
    organisation = actor_of(session).organisation
    session.execute(insert(ProtectedContact).values(dossier_id=dossier_id, organisation=organisation, sealed=sealed))


def _insert_health(session: Session, dossier_id: UUID, health: bool, now: datetime) -> None:
    sealed = seal_json(
        session,
        {"situation": health},
        owner_id=dossier_id,
        key_class=HEALTH_KEY_CLASS,
        place=health_place(dossier_id),
    )
    organisation = actor_of(session).organisation
    session.execute(
        insert(HealthAnswer).values(dossier_id=dossier_id, organisation=organisation, sealed=sealed, consented_at=now)
    )


def _with_proof(session: Session, circumstances: CircumstancesDetails, now: datetime) -> dict[str, Any]:
    """Return the columns, the tick for a proof with its date and author (BXL-22)."""
    values = asdict(circumstances)
    ticked = circumstances.dutch_proof
    values.update(dutch_proof_at=now if ticked else None, dutch_proof_by=actor_of(session).id if ticked else None)
    return values


def _ticked(session: Session, dossier_id: UUID) -> Row[datetime | None, UUID | None] | None:
    """Return when and by whom the box for a proof was ticked, None when it is not."""
    columns = (Circumstances.dutch_proof_at, Circumstances.dutch_proof_by)
    return session.execute(
        select(*columns).where(Circumstances.dossier_id == dossier_id, Circumstances.dutch_proof)
    ).one_or_none()


def _change(
    session: Session,
    table: type[Base],
    dossier_id: UUID,
    values: Mapping[str, Any],
    groups: Iterable[str],
    now: datetime,
) -> None:
    key = Dossier.id if table is Dossier else table.dossier_id  # type: ignore[attr-defined]
    if not _rows(session.execute(update(table).where(key == dossier_id).values(**values))):
        raise NotFound
    _changed(session, dossier_id, f"{table.__tablename__}_changed", groups, now)


def _changed(session: Session, dossier_id: UUID, event: str, groups: Iterable[str], now: datetime) -> None:
    touch_dossier(session, dossier_id, event, now=now)
    reason = writing_reason(actor_of(session).kind)
    note_change(session, event, dossier_id=dossier_id, groups=groups, reasons=(reason,))


def _rows(result: Any) -> int:
    return int(result.rowcount)
