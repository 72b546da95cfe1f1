"""Settling an answer and sending it: never without having seen who asks, never without a reason for a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import Refused
from app.families.models import Restriction
from app.rights.models import RightsRequest
from app.rights.operations.handling import change, note, sealed_answer
from app.rights.queries.requests import Whole, case_of, is_restricted, left_to_erase, one_request
from app.rights.rules import (
    CARRIED_OUT,
    PICK_UP_DAYS,
    Decision,
    Denied,
    Kind,
    Outcome,
    decision_problem,
    sending_problem,
)


def settle(session: Session, request_id: UUID, decision: Decision, says: str, *, now: datetime) -> None:
    """Settle what is answered; what was granted is then carried out. Raises NotFound, Refused (KK-36, LEU-44)."""
    one = one_request(session, request_id)
    denied = decision_problem(case_of(one, actor_of(session).id), decision)
    if denied is not None:
        raise Refused(denied)
    settled: dict[str, Any] = {
        "outcome": decision.outcome,
        "ground": "" if decision.outcome == Outcome.GRANTED else decision.ground,
        "reason": "" if decision.outcome == Outcome.GRANTED else decision.reason.strip(),
        "weighed": decision.weighed,
        "weighed_why": decision.weighed_why.strip(),
        "says": says.strip(),
        "items": [{"field": field, "value": value.strip()} for field, value in decision.items],
    }
    change(
        session,
        one,
        RightsRequest.carried_out_at.is_(None),
        state="in_work",
        handler_id=actor_of(session).id,
        outcome=decision.outcome,
        refusal=settled["ground"] or None,
        sealed_answer=sealed_answer(session, request_id, {**one.rights_requests.answer, "decision": settled}),
    )
    if one.rights_requests.asked.kind == Kind.RESTRICT and decision.outcome != Outcome.REFUSED:
        _restrict(session, one, now=now)
    note(session, "rights_settled", one)


def send(session: Session, request_id: UUID, how: str, sent_on: date | None, *, now: datetime) -> None:
    """Close a request as answered: on its own page, or by a letter that was posted. Raises NotFound, Refused.

    Closing without a sent answer is impossible (KK-35), and so is closing an erasure before what can go is gone
    (LEU-42).
    """
    one = one_request(session, request_id)
    asked, today = one.rights_requests.asked, today_at(now)
    denied = sending_problem(
        case_of(one, actor_of(session).id),
        decided=asked.outcome is not None,
        carried_out=not is_to_do(asked.kind, asked.outcome, asked.subject_kind) or asked.carried_out_at is not None,
        left_to_erase=left_to_erase(session, request_id, today),
        how=how,
        # With the whole file its account goes: nobody signs in to read that.
        has_account=one.account_id is not None
        and not (asked.kind == Kind.ERASE and asked.outcome == Outcome.GRANTED and asked.subject_kind == "applicant"),
        has_mail=bool(
            one.rights_requests.details.get("email")
            or one.rights_requests.answer.get("draft", {}).get("reach", {}).get("email")
        ),
        has_day=sent_on is not None and asked.received_on <= sent_on <= today,
    )
    if denied is not None:
        raise Refused(denied)
    answer: Mapping[str, Any] = one.rights_requests.answer
    has_copy = asked.kind in (Kind.ACCESS, Kind.COPY) and bool(answer.get("draft", {}).get("sections"))
    change(
        session,
        one,
        RightsRequest.outcome.is_not(None),
        state="answered",
        answered_at=now,
        answered_by=actor_of(session).id,
        sent_how=how,
        to_tell="answer",
        copy_until=today + timedelta(days=PICK_UP_DAYS) if has_copy else None,
        sealed_answer=sealed_answer(session, request_id, {**answer, "sent_on": (sent_on or today).isoformat()}),
    )
    note(session, "rights_answered", one)


def lift(session: Session, request_id: UUID, *, now: datetime) -> None:
    """End the restriction that a request set; whoever asked is told (BXL-63). Raises NotFound, Refused."""
    one = one_request(session, request_id)
    ended = session.connection().execute(
        update(Restriction)
        .where(Restriction.dossier_id == one.dossier_id, Restriction.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor_of(session).id)
    )
    if ended.rowcount != 1:
        raise Refused(Denied.NOT_RESTRICTED)
    session.execute(update(RightsRequest).where(RightsRequest.id == request_id).values(to_tell="lifted"))
    note(session, "restriction_lifted", one)


def is_to_do(kind: str, outcome: str | None, subject_kind: str) -> bool:
    """Tell whether a decision has to be carried out before the answer says so."""
    return kind in CARRIED_OUT and outcome in (Outcome.GRANTED, Outcome.PARTLY) and subject_kind != "worker"


def _restrict(session: Session, one: Whole, *, now: datetime) -> None:
    assert one.dossier_id is not None
    if not is_restricted(session, one.dossier_id):
        session.execute(
            insert(Restriction.__table__)  # type: ignore[arg-type]
            .inline()
            .values(
                id=uuid4(),
                organisation=actor_of(session).organisation,
                dossier_id=one.dossier_id,
                request_id=one.id,
                since=now,
                set_by=actor_of(session).id,
            )
        )
    session.execute(update(RightsRequest).where(RightsRequest.id == one.id).values(carried_out_at=now))
    note(session, "restriction_set", one)
