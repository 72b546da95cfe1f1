"""Organisations of helpers and who helps there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import actor_of, now_of
from app.core.errors import NotFound
from app.mandates.models import HelperMember, HelperOrganisation

_ADDRESS = case((Account.login_confirmed_at.is_(None), func.access.invited_address(Account.id)), else_=Account.login)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of helpers."""

    id: UUID
    name: str
    language: str
    active: bool
    people: int


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helps for such an organisation."""

    account_id: UUID
    address: str | None
    joined: bool
    role: str
    starts_at: datetime
    last_visit_at: datetime | None


def is_member(session: Session) -> bool:
    """Tell whether the actor belongs to an organisation of helpers now, whatever is still to be signed."""
    return (
        session.scalar(
            select(HelperMember.id).where(HelperMember.account_id == actor_of(session).id, _runs(session)).limit(1)
        )
        is not None
    )


def helps_now(session: Session) -> bool:
    """Tell whether the actor's own agreement and that of the organisation both hold, so that helping is open."""
    return session.scalar(text("select exists (select 1 from access.helps)")) is True


def partners(session: Session) -> tuple[Partner, ...]:
    """Return the organisations of helpers, those that help first, by name."""
    count = (
        select(func.count())
        .where(HelperMember.helper_organisation_id == HelperOrganisation.id, _runs(session))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            HelperOrganisation.id,
            HelperOrganisation.name,
            HelperOrganisation.language,
            HelperOrganisation.active,
            count,
        ).order_by(HelperOrganisation.active.desc(), HelperOrganisation.name, HelperOrganisation.id)
    )
    return tuple(Partner(*row) for row in rows)


def find_partner(session: Session, partner_id: UUID) -> Partner:
    """Return one organisation of helpers; raises NotFound."""
    found = next((one for one in partners(session) if one.id == partner_id), None)
    if found is None:
        raise NotFound
    return found


def helpers(session: Session, partner_id: UUID) -> tuple[Helper, ...]:
    """Return who helps for an organisation now, in the order in which they came."""
    rows = session.execute(
        select(
            HelperMember.account_id,
            _ADDRESS,
            Account.login_confirmed_at.is_not(None),
            HelperMember.role,
            HelperMember.starts_at,
            Account.last_visit_at,
        )
        .join(Account, Account.id == HelperMember.account_id)
        .where(HelperMember.helper_organisation_id == partner_id, _runs(session))
        .order_by(HelperMember.starts_at, HelperMember.id)
    )
    return tuple(Helper(*row) for row in rows)


def _runs(session: Session) -> ColumnElement[bool]:
    now = now_of(session)
    return and_(HelperMember.starts_at <= now, or_(HelperMember.ends_at.is_(None), HelperMember.ends_at > now))
