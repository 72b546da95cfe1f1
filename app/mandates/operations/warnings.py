"""Warnings in time: an acceptance that ends, and an agreement with an organisation that ends (LEU-35)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, Agreement, StaffMember
from app.core.clock import today_at
from app.core.outbox import Message, enqueue
from app.mandates.models import HelperMember
from app.mandates.queries.register import Covered, parties
from app.organisations.profile import Profile

# Twice: a month before the end, and a week before it.
WARNED_DAYS = (7, 30)
# Where the page with the text stands, by the door at which somebody works.
_PLACES = {"staff": "desk", "counter": "counter", "helper": "helper", "oversight": "oversight"}


def warn_of_ends(session: Session, profile: Profile, *, now: datetime) -> int:
    """Write to each person whose acceptance ends within 30 days, and again within 7; each once. Return how many."""
    current = {(text.key, text.version) for text in profile.agreements}
    found = [row for row in session.execute(_ending(now)) if (row.kind, row.version) in current]
    for row in found:
        days = next(days for days in WARNED_DAYS if row.expires_at - now <= timedelta(days=days))
        _write(
            session,
            profile,
            row,
            "agreement_ends",
            f"{row.agreement_id}:{days}",
            {"until_at": row.expires_at.isoformat(), "page": _PLACES[row.account_kind]},
        )
    return len(found)


def warn_of_party_ends(session: Session, profile: Profile, *, now: datetime) -> int:
    """Write to administrators of each agreement with an organisation that ends within 30 days; return how many."""
    today = today_at(now)
    ending = [one for one in parties(session, facilities_sign=False) if one.covered(today) is Covered.ENDS_SOON]
    administrators = session.execute(_administrators(now)).all() if ending else []
    for one in ending:
        until = one.until(today)
        assert until is not None
        for row in administrators:
            params = {"party": one.name, "ends_on": until.isoformat()}
            _write(session, profile, row, "party_agreement_ends", f"{one.id}:{until}:{row.id}", params)
    return len(ending) if administrators else 0


def _ending(now: datetime) -> Any:
    """Return the acceptances that end soon, of people who still work or help here and did not accept again."""
    later = aliased(Agreement)
    again = (
        select(later.id)
        .where(
            later.account_id == Agreement.account_id,
            later.kind == Agreement.kind,
            later.version == Agreement.version,
            later.ended_at.is_(None),
            or_(later.expires_at.is_(None), later.expires_at > Agreement.expires_at),
        )
        .exists()
    )
    works = (
        select(StaffMember.id)
        .where(StaffMember.account_id == Account.id, or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now))
        .exists()
    )
    helps = (
        select(HelperMember.id)
        .where(HelperMember.account_id == Account.id, or_(HelperMember.ends_at.is_(None), HelperMember.ends_at > now))
        .exists()
    )
    return (
        select(
            Agreement.id.label("agreement_id"),
            Agreement.kind,
            Agreement.version,
            Agreement.expires_at,
            Account.id,
            Account.kind.label("account_kind"),
            Account.login,
            Account.language,
        )
        .join(Account, Account.id == Agreement.account_id)
        .where(
            Agreement.ended_at.is_(None),
            Agreement.expires_at > now,
            Agreement.expires_at <= now + timedelta(days=max(WARNED_DAYS)),
            Account.login.is_not(None),
            Account.active,
            or_(works, helps),
            ~again,
        )
        .order_by(Agreement.expires_at, Agreement.id)
    )


def _administrators(now: datetime) -> Any:
    return (
        select(Account.id, Account.login, Account.language)
        .join(StaffMember, StaffMember.account_id == Account.id)
        .where(
            StaffMember.role == "administrator",
            StaffMember.starts_at <= now,
            or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now),
            Account.login.is_not(None),
            Account.active,
        )
        .order_by(Account.id)
    )


def _write(session: Session, profile: Profile, to: Any, kind: str, key: str, params: dict[str, str]) -> None:
    enqueue(
        session,
        Message(
            once_key=f"{kind}:{key}",
            kind=kind,
            recipient=to.login,
            language=_spoken(profile.languages.staff, to.language),
            owner_id=to.id,
            params=params,
        ),
    )


def _spoken(offered: Iterable[str], language: str) -> str:
    """Return the person's language where pages of workers speak it, else the first that they speak."""
    languages = tuple(offered)
    return language if language in languages else languages[0]
