"""Who works with data for the organisation: as the statement lists them, and as whoever keeps the register does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.organisations.texts import PURPOSES
from app.privacy.models import Processor
from app.privacy.rules import Standing, standing_of


@dataclass(frozen=True, slots=True)
class ProcessorRow:
    """A processor as everybody reads it: its name, its task, and the country it works in."""

    name: str
    purpose: str
    country: str


@dataclass(frozen=True, slots=True)
class ProcessorLine:
    """A processor as whoever keeps the register reads it, with how its agreement stands."""

    id: UUID
    name: str
    purpose: str
    country: str
    starts_on: date
    ends_on: date | None
    signed_on: date | None
    until: date | None
    version: str
    standing: Standing


_KEPT = select(
    Processor.id,
    Processor.name,
    Processor.purpose,
    Processor.country,
    Processor.starts_on,
    Processor.ends_on,
    Processor.agreement_signed_on,
    Processor.agreement_until,
    Processor.statement_version,
)


def processor_rows(session: Session, day: date) -> tuple[ProcessorRow, ...]:
    """List who works for the organisation on the day; whoever stopped the day before is gone (KG-08)."""
    rows = session.execute(
        select(Processor.name, Processor.purpose, Processor.country)
        .where(Processor.starts_on <= day, or_(Processor.ends_on.is_(None), Processor.ends_on >= day))
        .order_by(Processor.name)
    )
    return tuple(ProcessorRow(row.name, PURPOSES.get(row.purpose, row.purpose), row.country) for row in rows)


def has_agreement(session: Session, profile: Profile, name: str, day: date) -> bool:
    """Tell whether a processor signed an agreement about the statement in force; without, it gets nothing (KG-07)."""
    rows = session.execute(_KEPT.where(Processor.name == name, Processor.starts_on <= day))
    return any(_line(row, profile, day).standing is Standing.HOLDS for row in rows)


def may_work(session: Session, profile: Profile, purpose: str, day: date) -> bool:
    """Tell whether the firms of the register that do this task may be let in: each of them has an agreement that holds.

    A task that the register gives to nobody is done by the organisation's own people (KG-07).
    """
    rows = session.execute(_KEPT.where(Processor.purpose == purpose, Processor.starts_on <= day))
    found = [_line(row, profile, day).standing for row in rows]
    return all(standing in (Standing.HOLDS, Standing.ENDED) for standing in found)


def processor_lines(session: Session, profile: Profile, day: date) -> tuple[ProcessorLine, ...]:
    """List every processor of the register, those who stopped last."""
    rows = session.execute(_KEPT.order_by(Processor.ends_on.is_not(None), Processor.name))
    return tuple(_line(row, profile, day) for row in rows)


def find_processor(session: Session, profile: Profile, processor_id: UUID, day: date) -> ProcessorLine:
    """Return one processor; raises NotFound."""
    row = session.execute(_KEPT.where(Processor.id == processor_id)).first()
    if row is None:
        raise NotFound
    return _line(row, profile, day)


def _line(row: Any, profile: Profile, day: date) -> ProcessorLine:
    standing = standing_of(
        ends_on=row.ends_on,
        signed_on=row.agreement_signed_on,
        until=row.agreement_until,
        version=row.statement_version,
        current=statement_in_force(profile, day).version,
        today=day,
    )
    return ProcessorLine(
        row.id,
        row.name,
        row.purpose,
        row.country,
        row.starts_on,
        row.ends_on,
        row.agreement_signed_on,
        row.agreement_until,
        row.statement_version or "",
        standing,
    )
