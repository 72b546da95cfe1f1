"""Who works here, in which role, and what still stands in their way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Agreement, StaffMember
from app.accounts.queries.agreements import Standing, standings
from app.core.db import now_of
from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.organisations.rules import texts_of_role

FORMER_SHOWN = 20
_ADDRESS = case((Account.login_confirmed_at.is_(None), func.access.invited_address(Account.id)), else_=Account.login)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody's work in one role; who has not followed the invitation yet has no way to sign in."""

    member_id: UUID
    account_id: UUID
    kind: str
    role: str
    area: tuple[str, ...]
    address: str | None
    joined: bool
    starts_at: datetime
    ends_at: datetime | None
    last_visit_at: datetime | None


def manages(session: Session) -> bool:
    """Tell whether the actor may appoint people, check signatures and keep the register now."""
    return session.scalar(text("select exists (select 1 from access.manages)")) is True


def require_manager(session: Session) -> None:
    """Raise NotFound for whoever does not manage the people here now (KL-31)."""
    if not manages(session):
        raise NotFound


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Return who works here now or soon, in the order in which they came."""
    now = now_of(session)
    rows = session.execute(
        _WORK.where(or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now)).order_by(
            StaffMember.starts_at, StaffMember.id
        )
    )
    return tuple(_colleague(row) for row in rows)


def former_colleagues(session: Session) -> tuple[Colleague, ...]:
    """Return the work that ended last, of people who do not work here any more."""
    now = now_of(session)
    again = select(StaffMember.account_id).where(or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now))
    rows = session.execute(
        _WORK.where(StaffMember.ends_at <= now, StaffMember.account_id.not_in(again))
        .order_by(StaffMember.ends_at.desc(), StaffMember.id)
        .limit(FORMER_SHOWN)
    )
    return tuple(_colleague(row) for row in rows)


def work_of(session: Session, account_id: UUID) -> tuple[Colleague, ...]:
    """Return everything that somebody did here, the latest first; raises NotFound for who never worked here."""
    rows = session.execute(
        _WORK.where(StaffMember.account_id == account_id).order_by(StaffMember.starts_at.desc(), StaffMember.id)
    )
    found = tuple(_colleague(row) for row in rows)
    if not found:
        raise NotFound
    return found


def standings_of(session: Session, profile: Profile, roles: Mapping[UUID, str]) -> dict[UUID, tuple[Standing, ...]]:
    """Return how each account stands towards the texts of its role."""
    now = now_of(session)
    rows = session.execute(
        select(
            Agreement.account_id,
            Agreement.kind,
            Agreement.version,
            Agreement.accepted_at,
            Agreement.expires_at,
            Agreement.checked_at,
        )
        .where(
            Agreement.account_id.in_(list(roles)),
            Agreement.ended_at.is_(None),
            or_(Agreement.expires_at.is_(None), Agreement.expires_at > now),
        )
        .order_by(Agreement.accepted_at.desc(), Agreement.id)
    ).all()
    return {
        account: standings([row for row in rows if row.account_id == account], (role,), texts_of_role(profile, role))
        for account, role in roles.items()
    }


@dataclass(frozen=True, slots=True)
class Signature:
    """One acceptance of a text, with whose it is."""

    id: UUID
    account_id: UUID
    address: str | None
    kind: str
    version: str
    accepted_at: datetime
    expires_at: datetime | None
    checked_at: datetime | None


def signatures(session: Session, current: Collection[tuple[str, str]]) -> tuple[Signature, ...]:
    """Return the acceptances that hold of these (text, version), those that wait for a check first."""
    now = now_of(session)
    rows = session.execute(
        _SIGNED.where(
            Agreement.ended_at.is_(None), or_(Agreement.expires_at.is_(None), Agreement.expires_at > now)
        ).order_by(Agreement.checked_at.is_not(None), Agreement.expires_at, Agreement.id)
    )
    return tuple(one for one in (Signature(*row) for row in rows) if (one.kind, one.version) in set(current))


def find_signature(session: Session, agreement_id: UUID) -> Signature:
    """Return one acceptance; raises NotFound."""
    row = session.execute(_SIGNED.where(Agreement.id == agreement_id, Agreement.ended_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound
    return Signature(*row)


_WORK = select(
    StaffMember.id,
    StaffMember.account_id,
    Account.kind,
    StaffMember.role,
    StaffMember.area,
    _ADDRESS.label("address"),
    Account.login_confirmed_at.is_not(None).label("joined"),
    StaffMember.starts_at,
    StaffMember.ends_at,
    Account.last_visit_at,
).join(Account, Account.id == StaffMember.account_id)

_SIGNED = select(
    Agreement.id,
    Agreement.account_id,
    Account.login,
    Agreement.kind,
    Agreement.version,
    Agreement.accepted_at,
    Agreement.expires_at,
    Agreement.checked_at,
).join(Account, Account.id == Agreement.account_id)


def _colleague(row: Any) -> Colleague:
    member_id, account_id, kind, role, area, *rest = row
    return Colleague(member_id, account_id, kind, role, tuple(area), *rest)


def addresses(people: Iterable[Colleague]) -> frozenset[str]:
    """Return the addresses that these people sign in with, or were invited at."""
    return frozenset(one.address for one in people if one.address)
