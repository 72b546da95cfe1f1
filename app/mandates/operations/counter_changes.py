"""What a counter changes for a family that asked for it: its name, address, contact data, list of facilities (LEU-26).

Nothing without a contact in which somebody was identified and said what they want; everything is told to the family
in the same transaction (BXL-49, KL-33). The family is told first: a move may end the very reach that telling needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.applications.operations.notices import tell_facility
from app.applications.rules import Denied
from app.core.audit import note_change
from app.core.errors import NotFound, Refused
from app.facilities.queries import facilities_by_id
from app.families.models import Applicant
from app.families.queries import CONTACT
from app.mandates.operations.logins import Ways, announce_ways, see_document
from app.mandates.operations.telling import tell_of_change
from app.mandates.queries.contacts import require_known
from app.mandates.queries.counter import is_in_area
from app.mandates.rules import Denied as NotHere
from app.mandates.rules import Known
from app.organisations.profile import Profile
from app.priority.queries import area_site, site_of

REASON = "counter"
_CHOOSE = text(
    "select access.choose_at_counter(:id, :application_id, :facility_id, :alike, :most, :reply_days, :horizon_months)"
)
_TAKE_BACK = text("select verdict, offer_id, facility_id, start_date from access.take_back_at_counter(:choice_id)")
_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class NewName:
    """Who applies."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class NewAddress:
    """Where the family lives."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str


@dataclass(frozen=True, slots=True)
class NewReach:
    """How the family is reached, and how it wants to be written to."""

    phone: str | None
    email: str | None
    channel: str | None


def change_name(session: Session, dossier_id: UUID, name: NewName, *, now: datetime) -> None:
    """Change the name of who applies; raises NotFound, Refused."""
    _change(session, dossier_id, "applicant_name", asdict(name), now)


def change_address(session: Session, dossier_id: UUID, address: NewAddress, *, now: datetime) -> None:
    """Change where the family lives, which may take the file out of the area; raises NotFound, Refused (LEU-27)."""
    _change(session, dossier_id, "contact", asdict(address), now)


def change_reach(session: Session, dossier_id: UUID, reach: NewReach, *, now: datetime) -> None:
    """Change how the family is reached; both ways are told. Raises NotFound, Refused."""
    before = _require(session, dossier_id)
    known = require_known(session, dossier_id)
    if not _change(session, dossier_id, "contact", asdict(reach), now):
        return
    ways = Ways(before.email, before.phone), Ways(reach.email, reach.phone)
    announce_ways(session, dossier_id, *ways, now=now)
    if reach.email != before.email and known.identified_how == Known.DOCUMENT:
        # Who shows a document here and asks for another address needs no word from the one that they lost.
        see_document(session, dossier_id)


def choose(
    session: Session, profile: Profile, dossier_id: UUID, application_id: UUID, facility_id: UUID, *, now: datetime
) -> None:
    """Put one more facility on the list of a request; it reads the request from this moment. Raises NotFound, Refused.

    What it is ranked by is copied where it is known to hold, and read by nobody here; where only the answers behind
    the priority could tell, the family or an administrator adds the facility.
    """
    assert profile.application is not None
    _require(session, dossier_id)
    place = next(iter(facilities_by_id(session, [facility_id])), None)
    if place is None or application_id not in _requests(session, dossier_id):
        raise NotFound
    verdict = session.execute(
        _CHOOSE,
        {
            "id": uuid4(),
            "application_id": application_id,
            "facility_id": facility_id,
            "alike": site_of(place.postcode, place.tariff).region is area_site(profile).region,
            "most": profile.application.max_choices,
            "reply_days": profile.application.reply_days,
            "horizon_months": profile.application.horizon_months,
        },
    ).scalar_one()
    _judge(verdict)
    _tell(session, dossier_id, "choice_added", "choices", now)
    _note(session, dossier_id, "choice_added", "choices")


def take_back(session: Session, dossier_id: UUID, choice_id: UUID, *, now: datetime) -> None:
    """Take a facility off the list: it loses the file at once (BXL-56). Raises NotFound, Refused."""
    _require(session, dossier_id)
    if session.scalar(select(Choice.id).where(Choice.id == choice_id, Choice.dossier_id == dossier_id)) is None:
        raise NotFound
    _tell(session, dossier_id, "choice_withdrawn", "choices", now)
    ended = session.execute(_TAKE_BACK, {"choice_id": choice_id}).one()
    _judge(ended.verdict)
    _note(session, dossier_id, "choice_withdrawn", "choices")
    if ended.offer_id is not None:
        tell_facility(
            session,
            ended.facility_id,
            "facility_offer_declined",
            f"declined:{ended.offer_id}",
            choice_id=str(choice_id),
            start_date=ended.start_date.isoformat(),
        )


def _change(session: Session, dossier_id: UUID, group: str, values: Mapping[str, Any], now: datetime) -> bool:
    before = _require(session, dossier_id)
    if before.protected:
        raise Refused(Denied.PROTECTED)
    if all(getattr(before, name) == value for name, value in values.items()):
        return False
    _tell(session, dossier_id, f"{group}_changed", group, now)
    changed: Any = session.connection().execute(
        update(Applicant).where(Applicant.dossier_id == dossier_id, ~Applicant.protected).values(**values)
    )
    if changed.rowcount != 1:
        raise Refused(Denied.PROTECTED)
    _note(session, dossier_id, f"{group}_changed", group)
    return True


def _require(session: Session, dossier_id: UUID) -> Any:
    """Return the file as it stands, held; raises NotFound outside the area, Refused without a contact that fits."""
    row = session.execute(
        select(
            Applicant.given_name,
            Applicant.family_name,
            *CONTACT,
            Applicant.channel,
            Applicant.protected,
        ).where(Applicant.dossier_id == dossier_id)
    ).one_or_none()
    if row is None or not is_in_area(session, dossier_id):
        raise NotFound
    require_known(session, dossier_id)
    return row


def _requests(session: Session, dossier_id: UUID) -> frozenset[UUID]:
    return frozenset(session.scalars(select(Choice.application_id).where(Choice.dossier_id == dossier_id)))


def _tell(session: Session, dossier_id: UUID, event: str, group: str, now: datetime) -> None:
    contact = require_known(session, dossier_id)
    tell_of_change(session, dossier_id, reason=REASON, event=event, groups=(group,), contact_id=contact.id, now=now)


def _note(session: Session, dossier_id: UUID, event: str, group: str) -> None:
    note_change(session, event, dossier_id=dossier_id, groups=(group,), reasons=(REASON,))


def _judge(verdict: str) -> None:
    if verdict == _ABSENT:
        raise NotFound
    if verdict:
        raise Refused(NotHere(verdict) if verdict == NotHere.NOT_AT_COUNTER else Denied(verdict))
