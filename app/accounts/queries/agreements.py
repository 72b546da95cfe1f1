"""Which agreements stand between somebody and their role (BXL-51, LEU-24, LEU-34)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Agreement, StaffMember
from app.core.db import actor_of, now_of
from app.organisations.terms import AgreementText


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands towards one text: accepted or not, checked where that is asked, until when."""

    text: AgreementText
    needs_check: bool
    accepted_at: datetime | None = None
    expires_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the role may open as far as this text goes."""
        return self.accepted_at is not None and (not self.needs_check or self.checked_at is not None)


def own_roles(session: Session) -> tuple[str, ...]:
    """Return the roles in which the actor works now, whatever they still have to accept."""
    now = now_of(session)
    return tuple(
        session.scalars(
            select(StaffMember.role)
            .where(
                StaffMember.account_id == actor_of(session).id,
                StaffMember.starts_at <= now,
                or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now),
            )
            .order_by(StaffMember.starts_at, StaffMember.id)
        )
    )


def own_standing(
    session: Session, roles: Iterable[str], texts: Iterable[AgreementText], now: datetime
) -> tuple[Standing, ...]:
    """Return how the actor stands towards each text, in the order given; an acceptance that holds beats a newer one."""
    rows = session.execute(
        select(
            Agreement.kind,
            Agreement.version,
            Agreement.accepted_at,
            Agreement.expires_at,
            Agreement.checked_at,
        )
        .where(
            Agreement.account_id == actor_of(session).id,
            Agreement.accepted_at <= now,
            Agreement.ended_at.is_(None),
            or_(Agreement.expires_at.is_(None), Agreement.expires_at > now),
        )
        .order_by(Agreement.accepted_at.desc(), Agreement.id)
    ).all()
    return standings(rows, roles, texts)


def standings(rows: Sequence[Any], roles: Iterable[str], texts: Iterable[AgreementText]) -> tuple[Standing, ...]:
    """Return how somebody stands towards each text, given the acceptances that hold, the newest first."""
    held, made = set(roles), []
    for text in texts:
        checked = bool(held & set(text.checked_roles))
        found = [
            Standing(text, checked, row.accepted_at, row.expires_at, row.checked_at)
            for row in rows
            if (row.kind, row.version) == (text.key, text.version)
        ]
        made.append(next((one for one in found if one.holds), found[0] if found else Standing(text, checked)))
    return tuple(made)
