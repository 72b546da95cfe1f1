"""Reads of a family's own dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from uuid import UUID

import phonenumbers
from phonenumbers import PhoneNumberType
from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from app.core.crypto import keyring_of, open_json_with
from app.core.errors import NotFound
from app.core.models import DataKey
from app.families.models import Applicant, Child, Circumstances, Dossier, HealthAnswer, Partner, ProtectedContact
from app.families.rules import SEALED_CONTACT, ApplicantDetails, ChildDetails, CircumstancesDetails, PartnerDetails
from app.organisations.municipalities import MUNICIPALITIES

HEALTH_KEY_CLASS = "health"
ADDRESS_KEY_CLASS = "address"
_ADDRESS_KEY = aliased(DataKey)
Details = TypeVar("Details", ApplicantDetails, PartnerDetails, CircumstancesDetails, ChildDetails)


@dataclass(frozen=True, slots=True)
class FamilyRecord:
    """What a family told about itself; a door shows it cut down to the groups that its reader may see."""

    dossier_id: UUID
    reference: str
    language: str
    applicant: ApplicantDetails
    partner: PartnerDetails | None
    children: Mapping[UUID, ChildDetails]
    circumstances: CircumstancesDetails
    health: bool | None


def own_family(session: Session, dossier_id: UUID) -> FamilyRecord:
    """Return the dossier of the family that asks; raises NotFound for any other."""
    row = session.execute(
        select(
            Dossier,
            Applicant,
            Partner,
            Circumstances,
            HealthAnswer.sealed,
            DataKey.wrapped,
            ProtectedContact.sealed,
            _ADDRESS_KEY.wrapped,
        )
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .outerjoin(Partner, Partner.dossier_id == Dossier.id)
        .outerjoin(Circumstances, Circumstances.dossier_id == Dossier.id)
        .outerjoin(HealthAnswer, HealthAnswer.dossier_id == Dossier.id)
        .outerjoin(DataKey, and_(DataKey.owner_id == Dossier.id, DataKey.key_class == HEALTH_KEY_CLASS))
        .outerjoin(ProtectedContact, ProtectedContact.dossier_id == Dossier.id)
        .outerjoin(_ADDRESS_KEY, and_(_ADDRESS_KEY.owner_id == Dossier.id, _ADDRESS_KEY.key_class == ADDRESS_KEY_CLASS))
        .where(Dossier.id == dossier_id)
        # Another operation of this transaction may just have changed these rows past the identity map.
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    dossier, applicant, partner, circumstances, sealed, wrapped, hidden, hidden_key = row
    children = session.scalars(
        select(Child).where(Child.dossier_id == dossier_id).execution_options(populate_existing=True)
    )
    return FamilyRecord(
        dossier_id=dossier.id,
        reference=dossier.reference,
        language=dossier.language,
        applicant=_with_hidden(session, dossier.id, _details(ApplicantDetails, applicant), hidden, hidden_key),
        partner=_details(PartnerDetails, partner) if partner is not None else None,
        children={child.id: _details(ChildDetails, child) for child in children},
        circumstances=_details(CircumstancesDetails, circumstances) if circumstances else CircumstancesDetails(),
        health=_health(session, dossier.id, sealed, wrapped),
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How a family can be written to at this moment, with what lies sealed of a protected address."""

    wish: str | None
    name: str
    email: str | None
    phone: str | None
    mobile: bool
    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str


def reach_of(session: Session, dossier_id: UUID) -> Reach:
    """Return how to reach a family; raises NotFound when its file is gone."""
    row = session.execute(
        select(
            Applicant.given_name,
            Applicant.family_name,
            Applicant.street,
            Applicant.house_number,
            Applicant.postcode,
            Applicant.municipality,
            Applicant.phone,
            Applicant.email,
            Applicant.channel,
            ProtectedContact.sealed,
            _ADDRESS_KEY.wrapped,
        )
        .outerjoin(ProtectedContact, ProtectedContact.dossier_id == Applicant.dossier_id)
        .outerjoin(
            _ADDRESS_KEY,
            and_(_ADDRESS_KEY.owner_id == Applicant.dossier_id, _ADDRESS_KEY.key_class == ADDRESS_KEY_CLASS),
        )
        .where(Applicant.dossier_id == dossier_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    contact = {name: getattr(row, name) for name in SEALED_CONTACT}
    if row.sealed is not None and row.wrapped is not None:
        contact |= open_json_with(
            keyring_of(session),
            row.wrapped,
            row.sealed,
            owner_id=dossier_id,
            key_class=ADDRESS_KEY_CLASS,
            place=address_place(dossier_id),
        )
    name = f"{row.given_name} {row.family_name}"
    return Reach(row.channel, name, mobile=_is_mobile(contact["phone"]), municipality=row.municipality, **contact)


def address_place(dossier_id: UUID) -> str:
    """Return the place that the protected contact data of a dossier are bound to."""
    return f"protected_contact:sealed:{dossier_id}"


def health_place(dossier_id: UUID) -> str:
    """Return the place that the health answer of a dossier is bound to."""
    return f"health_answer:sealed:{dossier_id}"


def postal_lines(reach: Reach, language: str) -> str:
    """Return the lines of an envelope."""
    place = MUNICIPALITIES.get(reach.municipality)
    lines = (
        reach.name,
        f"{reach.street or ''} {reach.house_number or ''}".strip(),
        f"{reach.postcode or ''} {place.name(language) if place else reach.municipality}".strip(),
    )
    return "\n".join(filter(None, lines))


def _is_mobile(phone: str | None) -> bool:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(phone or "", "BE"))
    except phonenumbers.NumberParseException:
        return False
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def _with_hidden(
    session: Session, dossier_id: UUID, applicant: ApplicantDetails, sealed: bytes | None, wrapped: bytes | None
) -> ApplicantDetails:
    if sealed is None or wrapped is None:
        return applicant
    opened = open_json_with(
        keyring_of(session),
        wrapped,
        sealed,
        owner_id=dossier_id,
        key_class=ADDRESS_KEY_CLASS,
        place=address_place(dossier_id),
    )
    return replace(applicant, **opened)


def _health(session: Session, dossier_id: UUID, sealed: bytes | None, wrapped: bytes | None) -> bool | None:
    if sealed is None or wrapped is None:
        return None
    opened = open_json_with(
        keyring_of(session),
        wrapped,
        sealed,
        owner_id=dossier_id,
        key_class=HEALTH_KEY_CLASS,
        place=health_place(dossier_id),
    )
    return bool(opened["situation"])


def _details(kind: type[Details], row: Any) -> Details:
    return kind(**{item.name: getattr(row, item.name) for item in fields(kind)})
