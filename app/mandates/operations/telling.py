"""Telling a family what somebody else changed in its file (BXL-49): the parts by name, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.operations.notices import note_notice, tell_family
from app.facilities.models import Facility
from app.families.models import Dossier

REGISTRAR = "registrar"


def tell_of_change(
    session: Session,
    dossier_id: UUID,
    *,
    reason: str,
    event: str,
    groups: Iterable[str],
    contact_id: UUID | None,
    now: datetime,
) -> None:
    """Tell the family which parts of its file are changed in this transaction, and by which function (BXL-49).

    `reason` is the ground of reach: helpdesk, administrator, counter or registrar. Call it before the change: a change
    may end the very reach that sealing a message to the family needs. It moves nothing else.
    """
    parts = sorted(set(groups))
    params: dict[str, Any] = {"parts": parts}
    if reason == REGISTRAR:
        params["facility"] = _registrar_name(session, dossier_id)
    tell_as(
        session,
        dossier_id,
        f"changed_by_{reason}",
        reason=reason,
        event=event,
        groups=parts,
        contact_id=contact_id,
        now=now,
        **params,
    )


def tell_as(
    session: Session,
    dossier_id: UUID,
    kind: str,
    *,
    reason: str,
    event: str,
    groups: Iterable[str],
    contact_id: UUID | None,
    now: datetime,
    **params: Any,
) -> None:
    """Tell the family of a change by a message of its own kind, such as that of a cancellation (BXL-17, BXL-49)."""
    key = f"told:{dossier_id}:{event}:{now.isoformat()}:{uuid4()}"
    tell_family(session, dossier_id, kind, key, **params)
    note_notice(session, dossier_id, reason=reason, event=event, groups=groups, message_key=key, contact_id=contact_id)


def _registrar_name(session: Session, dossier_id: UUID) -> str:
    return session.execute(
        select(Facility.name)
        .join(Dossier, Dossier.registrar_facility_id == Facility.id)
        .where(Dossier.id == dossier_id)
    ).scalar_one()
