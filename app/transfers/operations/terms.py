"""What the clock does: a ban that ends is told, a file that was not fetched goes, a key that ends is announced."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.operations.overseers import mail_overseers
from app.core.clock import today_at
from app.organisations.profile import Profile
from app.transfers.models import Delivery, Disclosure, RecipientKey
from app.transfers.operations.leaving import tell_family
from app.transfers.rules import KEY_WARNED


def tell_after_ban(session: Session, *, now: datetime) -> int:
    """Tell each family about an order that the law hid until yesterday, once; return how many (LEU-38)."""
    rows = session.execute(
        select(Disclosure.dossier_id, Disclosure.delivery_id)
        .where(Disclosure.hidden_until < today_at(now), Disclosure.told_at.is_(None))
        .distinct()
    ).all()
    for dossier_id, delivery_id in rows:
        tell_family(session, dossier_id, delivery_id, now=now)
    return len(rows)


def clear_files(session: Session, *, now: datetime) -> int:
    """Drop the files whose time is over; that they were made stays on record."""
    cleared = session.connection().execute(
        update(Delivery).where(Delivery.file.is_not(None), Delivery.file_until <= now).values(file=None)
    )
    return cleared.rowcount


def warn_of_keys(session: Session, profile: Profile, *, now: datetime) -> int:
    """Warn the overseers of each key that ends within a month, once; return how many."""
    today = today_at(now)
    ending = session.execute(
        select(RecipientKey.id, RecipientKey.recipient, RecipientKey.expires_on).where(
            RecipientKey.organisation == profile.key,
            RecipientKey.ended_at.is_(None),
            or_(RecipientKey.checked_by.is_not(None), RecipientKey.expires_on >= today),
            RecipientKey.expires_on <= today + KEY_WARNED,
        )
    ).all()
    for row in ending:
        known = profile.recipients.get(row.recipient)
        params = {"party": known.name if known else row.recipient, "ends_on": row.expires_on.isoformat()}
        mail_overseers(session, "recipient_key_ends", f"recipient-key-ends:{row.id}", params)
    return len(ending)
