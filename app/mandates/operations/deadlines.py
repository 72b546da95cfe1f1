"""Telling helpers of deadlines, where the family lets them be told: a day, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.applications.models import Application, Offer
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.outbox import Message, enqueue
from app.mandates.models import HelperMember, Mandate
from app.mandates.rules import mandate_ends_on


def tell_helpers(session: Session, *, years: int, within: timedelta, now: datetime, limit: int) -> int:
    """Tell each helper once of an offer that its family has to answer soon; returns how many messages were queued.

    For `system:helpers` of one organisation. Only while the mandate opens anything, and with the family's consent.
    """
    rows = session.execute(
        select(
            Offer.id,
            Offer.expires_at,
            Mandate.last_joint_at,
            Account.id.label("helper"),
            Account.login,
            Account.language,
        )
        .join(Application, Application.id == Offer.application_id)
        .join(Mandate, Mandate.id == Application.mandate_id)
        .join(Account, Account.id == Mandate.helper_id)
        .join(HelperMember, HelperMember.account_id == Account.id)
        .where(
            Offer.organisation == actor_of(session).organisation,
            Offer.state == "open",
            Offer.expires_at > now,
            Offer.expires_at <= now + within,
            Mandate.tells_deadlines,
            Mandate.ended_at.is_(None),
            Mandate.consent_at.is_not(None),
            Mandate.last_joint_at.is_not(None),
            Account.active,
            Account.login.is_not(None),
            HelperMember.helper_organisation_id == Mandate.helper_organisation_id,
            HelperMember.starts_at <= now,
            or_(HelperMember.ends_at.is_(None), HelperMember.ends_at > now),
        )
        .order_by(Offer.expires_at)
        .limit(limit)
    ).all()
    told = 0
    for row in rows:
        if mandate_ends_on(today_at(row.last_joint_at), years) < today_at(now):
            continue
        enqueue(
            session,
            Message(
                once_key=f"helper_deadline:{row.id}:{row.helper}",
                kind="helper_deadline",
                recipient=row.login,
                language=row.language,
                owner_id=row.helper,
                params={"deadline_at": row.expires_at.isoformat()},
            ),
        )
        told += 1
    return told
