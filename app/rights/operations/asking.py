"""Writing down what somebody asks about their data, by whatever way it came (KK-25, KK-29, LEU-36)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.audit import note_change, note_event
from app.core.clock import today_at
from app.core.crypto import seal_json_for_others
from app.core.db import actor_of
from app.core.errors import Refused
from app.families.rules import new_reference
from app.organisations.profile import Profile
from app.rights.models import RightsRequest
from app.rights.rules import KEY_CLASS, Seen, asking_problem, details_place, due_on

ASKED = "rights_asked"


def ask(
    session: Session,
    profile: Profile,
    *,
    kind: str,
    subject_kind: str,
    dossier_id: UUID | None,
    account_id: UUID | None,
    channel: str,
    details: Mapping[str, Any],
    received_on: date,
    language: str,
    now: datetime,
    request_id: UUID | None = None,
) -> str:
    """Write a request down and start its clock; return its reference. Raises Refused (KK-35).

    `details`: name, birth_date, postcode, email, phone, address (lines), file (the reference of a file), says, and
    for a correction items of {field, value}. Whoever writes them down does not read them again. A job confirms the
    receipt where there is a way to. `request_id` is given by a form that could be sent twice.
    """
    wrong = asking_problem(
        kind, details, received_on=received_on, today=today_at(now), has_account=account_id is not None
    )
    if wrong is not None:
        raise Refused(wrong)
    actor, request_id = actor_of(session), request_id or uuid4()
    reference = new_reference(secrets.choice)
    session.execute(
        insert(RightsRequest.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=request_id,
            organisation=actor.organisation,
            reference=reference,
            kind=kind,
            subject_kind=subject_kind,
            dossier_id=dossier_id,
            account_id=account_id,
            channel=channel,
            language=language,
            received_on=received_on,
            due_on=due_on(received_on, profile.settings.answer_days),
            entered_at=now,
            entered_by=actor.id,
            entered_kind=actor.kind,
            state="received",
            to_tell="receipt",
            **_recognised(session, account_id, now),
            sealed=seal_json_for_others(
                session,
                {name: value for name, value in details.items() if value},
                owner_id=request_id,
                key_class=KEY_CLASS,
                place=details_place(request_id),
            ),
        )
    )
    if dossier_id is not None:
        note_change(session, ASKED, dossier_id=dossier_id, groups=("rights_requests",))
    else:
        note_event(session, ASKED)
    return reference


def _recognised(session: Session, account_id: UUID | None, now: datetime) -> dict[str, Any]:
    """Return what is known of who asks: somebody who signed in, with nobody beside them at the keys, is known."""
    actor = actor_of(session)
    if account_id is None or account_id != actor.id or actor.typed_by is not None:
        return {}
    return {"identity_how": str(Seen.LOGIN), "identity_at": now, "identity_by": actor.id}
