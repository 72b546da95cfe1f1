"""Telling a family, or a facility, what happened: the message stands in the transaction that caused it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.outbox import LETTER, MAIL, Message, enqueue
from app.facilities.models import Facility
from app.families.models import Applicant, Dossier
from app.organisations.municipalities import MUNICIPALITIES


def tell_family(session: Session, dossier_id: UUID, kind: str, once_key: str, **params: Any) -> None:
    """Queue a message to the family in its own language; by letter where it gave no e-mail address."""
    row = session.execute(
        select(
            Dossier.reference,
            Dossier.language,
            Applicant.given_name,
            Applicant.family_name,
            Applicant.street,
            Applicant.house_number,
            Applicant.postcode,
            Applicant.municipality,
            Applicant.email,
        )
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(Dossier.id == dossier_id)
    ).one()
    place = MUNICIPALITIES.get(row.municipality)
    lines = (
        f"{row.given_name} {row.family_name}",
        f"{row.street or ''} {row.house_number or ''}".strip(),
        f"{row.postcode or ''} {place.name(row.language) if place else row.municipality}".strip(),
    )
    enqueue(
        session,
        Message(
            once_key=once_key,
            kind=kind,
            recipient=row.email or "\n".join(filter(None, lines)),
            language=row.language,
            owner_id=dossier_id,
            dossier_id=dossier_id,
            channel=MAIL if row.email else LETTER,
            params={"reference": row.reference, **params},
        ),
    )


def tell_facility(session: Session, facility_id: UUID, kind: str, once_key: str, **params: Any) -> None:
    """Queue a mail to the facility's own address, without a name; where it has none, its list says the same."""
    row = session.execute(
        select(Facility.name, Facility.email, Facility.language).where(Facility.id == facility_id)
    ).one()
    if row.email:
        enqueue(
            session,
            Message(
                once_key=once_key,
                kind=kind,
                recipient=row.email,
                language=row.language,
                owner_id=facility_id,
                params={"facility": row.name, **params},
            ),
        )
