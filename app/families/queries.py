"""Reads of a family's own dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from uuid import UUID

import phonenumbers
from phonenumbers import PhoneNumberType
from sqlalchemy import Select, and_, null, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.core.actor import Kind
from app.core.crypto import keyring_of, open_json_with
from app.core.db import actor_of
from app.core.errors import NotFound
from app.core.models import DataKey
from app.families.models import (
    Applicant,
    Child,
    Circumstances,
    Dossier,
    HealthAnswer,
    Partner,
    ProtectedContact,
)
from app.families.rules import SEALED_CONTACT, ApplicantDetails, ChildDetails, CircumstancesDetails, PartnerDetails
from app.organisations.municipalities import MUNICIPALITIES

HEALTH_KEY_CLASS = "health"
ADDRESS_KEY_CLASS = "address"
# Where a family lives and how it is reached, for whoever may read that of the file.
ADDRESS: tuple[InstrumentedAttribute[Any], ...] = (
    Applicant.street,
    Applicant.house_number,
    Applicant.postcode,
    Applicant.municipality,
)
CONTACT = (*ADDRESS, Applicant.phone, Applicant.email)
_ADDRESS_KEY = aliased(DataKey)
# The health answer is the family's alone; a protected address the desk reads too, while it helps.
_NO_HEALTH = frozenset({Kind.STAFF, Kind.COUNTER, Kind.HELPER, Kind.FACILITY})
_NO_ADDRESS = _NO_HEALTH - {Kind.STAFF}
# Sealed, for the one computation that needs it: the priority, which follows what somebody changes for the family.
_BEHIND_KEYS = {
    Kind.STAFF: text("select sealed, wrapped from access.health_while_helping(:dossier_id)"),
    Kind.FACILITY: text("select sealed, wrapped from access.health_while_registrar(:dossier_id)"),
}
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
    """Return the dossier of a family; raises NotFound for who does not reach it.

    Whoever is not the family gets no health answer, and a protected address only at the desk.
    """
    # Another operation of this transaction may just have changed these rows past the identity map.
    row = session.execute(
        _file_of(actor_of(session).kind).where(Dossier.id == dossier_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    found_id, reference, language, applicant, partner, circumstances, sealed, wrapped, hidden, hidden_key = row
    children = session.scalars(
        select(Child).where(Child.dossier_id == dossier_id).execution_options(populate_existing=True)
    )
    return FamilyRecord(
        dossier_id=found_id,
        reference=reference,
        language=language,
        applicant=_with_hidden(session, found_id, _details(ApplicantDetails, applicant), hidden, hidden_key),
        partner=_details(PartnerDetails, partner) if partner is not None else None,
        children={child.id: _details(ChildDetails, child) for child in children},
        circumstances=_details(CircumstancesDetails, circumstances) if circumstances else CircumstancesDetails(),
        health=_health(session, found_id, sealed, wrapped),
    )


def health_for_keys(session: Session, family: FamilyRecord) -> bool | None:
    """Return the health answer for computing the priority, and for nothing else: who helps never reads it (BXL-25)."""
    behind = _BEHIND_KEYS.get(Kind(actor_of(session).kind)) if not actor_of(session).is_system else None
    if behind is None:
        return family.health
    row = session.execute(behind, {"dossier_id": family.dossier_id}).one_or_none()
    return _health(session, family.dossier_id, row.sealed, row.wrapped) if row is not None else None


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
            *CONTACT,
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
    return Reach(row.channel, name, mobile=is_mobile(contact["phone"]), municipality=row.municipality, **contact)


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


def is_mobile(phone: str | None) -> bool:
    """Tell whether a number takes text messages."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(phone or "", "BE"))
    except phonenumbers.NumberParseException:
        return False
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def _file_of(kind: str) -> Select[Any]:
    """Return the read of a whole file, as far as the login of this kind of actor may know of it."""
    health, address = kind not in _NO_HEALTH, kind not in _NO_ADDRESS
    columns: tuple[Any, ...] = (
        Dossier.id,
        Dossier.reference,
        Dossier.language,
        Applicant,
        Partner,
        Circumstances,
        HealthAnswer.sealed if health else null(),
        DataKey.wrapped if health else null(),
        ProtectedContact.sealed if address else null(),
        _ADDRESS_KEY.wrapped if address else null(),
    )
    query: Select[Any] = (
        select(*columns)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .outerjoin(Partner, Partner.dossier_id == Dossier.id)
        .outerjoin(Circumstances, Circumstances.dossier_id == Dossier.id)
    )
    if health:
        query = query.outerjoin(HealthAnswer, HealthAnswer.dossier_id == Dossier.id).outerjoin(
            DataKey, and_(DataKey.owner_id == Dossier.id, DataKey.key_class == HEALTH_KEY_CLASS)
        )
    if address:
        query = query.outerjoin(ProtectedContact, ProtectedContact.dossier_id == Dossier.id).outerjoin(
            _ADDRESS_KEY, and_(_ADDRESS_KEY.owner_id == Dossier.id, _ADDRESS_KEY.key_class == ADDRESS_KEY_CLASS)
        )
    return query


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
