"""Erasures that were granted: carried out on their day by themselves, whatever the terms say since (KK-33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, text, update
from sqlalchemy.orm import Session

from app.core.audit import note_batch, note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.organisations.profile import Profile
from app.retention.models import ErasureOrder
from app.retention.operations.erasing import erase_dossiers, erase_groups
from app.retention.operations.journal import note_erased
from app.retention.policy import FILES, file_terms, group_term
from app.retention.policy.groups import APART

ERASED = "erased_by_order"
REASON = ("erasure_order",)


def orders_due(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Return the orders whose day has come, the oldest first."""
    return session.scalars(
        select(ErasureOrder.id)
        .where(
            ErasureOrder.organisation == actor_of(session).organisation,
            ErasureOrder.done_at.is_(None),
            ErasureOrder.due_on <= today_at(now),
        )
        .order_by(ErasureOrder.due_on, ErasureOrder.id)
    ).all()


def carry_out(session: Session, profile: Profile, order_id: UUID, *, now: datetime) -> int:
    """Erase what an order names, and the file itself where nothing of it stays; it waits while the file is held."""
    order = session.execute(
        select(ErasureOrder.dossier_id, ErasureOrder.groups)
        .where(ErasureOrder.id == order_id, ErasureOrder.done_at.is_(None), ErasureOrder.due_on <= today_at(now))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if order is None:
        return 0
    file: UUID | None = order.dossier_id
    if file is not None:
        if not session.scalar(text("select access.ordered(:id, '{}')"), {"id": file}) and not session.scalar(
            text("select access.ordered(:id, :groups)"), {"id": file, "groups": list(order.groups)}
        ):
            return 0
        folder = session.info["erasure_journal"]
        if not order.groups or _is_rest(session, profile, file, order):
            note_erased(session, folder, "dossier", [file], organisation=profile.key, at=now)
            erase_dossiers(session, [file])
            note_batch(session, ERASED, reasons=REASON, groups=(FILES,))
        else:
            note_erased(session, folder, "groups", [file], organisation=profile.key, at=now, groups=order.groups)
            erase_groups(session, file, order.groups)
            note_change(session, ERASED, dossier_id=file, groups=order.groups, reasons=REASON)
    done = session.execute(
        update(ErasureOrder).where(ErasureOrder.id == order_id, ErasureOrder.done_at.is_(None)).values(done_at=now)
    )
    return cast("CursorResult[Any]", done).rowcount


def _is_rest(session: Session, profile: Profile, file: UUID, order: Any) -> bool:
    """Tell whether nothing of the file stays after this order and those before it: then the file goes."""
    before = session.scalars(
        select(ErasureOrder.groups).where(ErasureOrder.dossier_id == file, ErasureOrder.done_at.is_not(None))
    )
    gone = {*order.groups, *(group for groups in before for group in groups)}
    anchors = {term.anchor for term in file_terms(profile)}
    return (
        not {
            group
            for group in profile.retention
            if group not in APART and (term := group_term(profile, group)) is not None and term.anchor in anchors
        }
        - gone
    )
