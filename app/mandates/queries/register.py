"""The register of organisations that process data through the platform, with their agreements (LEU-35)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import PartyAgreement
from app.core.clock import today_at
from app.core.db import now_of
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.mandates.models import HelperOrganisation

ENDS_SOON = timedelta(days=30)
FACILITY, HELPERS, PROCESSOR = "facility", "helper_organisation", "processor"


class Covered(StrEnum):
    """Whether an agreement with a party holds; the first ones need somebody's attention."""

    NONE = "none"
    ENDS_SOON = "ends_soon"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Signed:
    """One agreement with a party."""

    id: UUID
    signed_on: date
    ends_on: date | None
    ended_at: datetime | None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.ended_at is None and self.signed_on <= day and (self.ends_on is None or self.ends_on >= day)


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that processes data here, and what was signed with it, the latest first."""

    id: UUID
    kind: str
    name: str
    agreements: tuple[Signed, ...]

    def until(self, day: date) -> date | None:
        """Return the last day that its agreements cover without a break; None where none holds, or none ends."""
        ends = [one.ends_on for one in self.agreements if one.holds(day)]
        return None if not ends or None in ends else max(end for end in ends if end is not None)

    def covered(self, day: date) -> Covered:
        """Tell whether an agreement holds on a day, and whether it ends soon (LEU-35)."""
        if not any(one.holds(day) for one in self.agreements):
            return Covered.NONE
        until = self.until(day)
        return Covered.ENDS_SOON if until is not None and until - day <= ENDS_SOON else Covered.HOLDS


def parties(session: Session, *, facilities_sign: bool) -> tuple[Party, ...]:
    """Return the register: those without an agreement first, then those whose agreement ends soon, each by name.

    `facilities_sign`: facilities need one here, so that one without stands in the list as well.
    """
    signed = _signed(session)
    found = [
        *(
            Party(row.id, FACILITY, row.name, signed.get(row.id, ()))
            for row in session.execute(select(Facility.id, Facility.name).where(Facility.active))
            if facilities_sign or row.id in signed
        ),
        *(
            Party(row.id, HELPERS, row.name, signed.get(row.id, ()))
            for row in session.execute(
                select(HelperOrganisation.id, HelperOrganisation.name).where(HelperOrganisation.active)
            )
        ),
        *(Party(key, PROCESSOR, name, signed.get(key, ())) for key, name in _processors(session).items()),
    ]
    today, order = today_at(now_of(session)), list(Covered)
    return tuple(sorted(found, key=lambda one: (order.index(one.covered(today)), one.name.casefold(), str(one.id))))


def find_party(session: Session, party_id: UUID) -> Party:
    """Return one party, of whichever kind; raises NotFound."""
    signed = _signed(session, (party_id,)).get(party_id, ())
    facility = session.scalar(select(Facility.name).where(Facility.id == party_id))
    if facility is not None:
        return Party(party_id, FACILITY, facility, signed)
    helpers = session.scalar(select(HelperOrganisation.name).where(HelperOrganisation.id == party_id))
    if helpers is not None:
        return Party(party_id, HELPERS, helpers, signed)
    processor = _processors(session).get(party_id)
    if processor is None:
        raise NotFound
    return Party(party_id, PROCESSOR, processor, signed)


def _signed(session: Session, party_ids: Iterable[UUID] | None = None) -> dict[UUID, tuple[Signed, ...]]:
    query = select(
        PartyAgreement.party_id,
        PartyAgreement.id,
        PartyAgreement.signed_on,
        PartyAgreement.ends_on,
        PartyAgreement.ended_at,
    ).order_by(PartyAgreement.recorded_at.desc(), PartyAgreement.id)
    if party_ids is not None:
        query = query.where(PartyAgreement.party_id.in_(list(party_ids)))
    found: dict[UUID, tuple[Signed, ...]] = {}
    for row in session.execute(query):
        found[row.party_id] = (
            *found.get(row.party_id, ()),
            Signed(row.id, row.signed_on, row.ends_on, row.ended_at),
        )
    return found


def _processors(session: Session) -> dict[UUID, str]:
    rows = session.execute(
        select(PartyAgreement.party_id, PartyAgreement.party_name)
        .where(PartyAgreement.party_kind == PROCESSOR)
        .order_by(PartyAgreement.recorded_at)
    )
    return {row.party_id: row.party_name for row in rows}
