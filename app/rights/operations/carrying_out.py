"""Doing what was granted, by a job, before the answer says that it was done (LEU-42, KK-32, KG-34)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.operations.changes import end_application
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import Refused
from app.families.models import Applicant, Child, Partner, Restriction
from app.organisations.profile import Profile
from app.retention.models import ErasureOrder
from app.retention.operations.journal import note_ordered
from app.rights.models import RightsRequest
from app.rights.operations.drafting import erasure_plan
from app.rights.operations.handling import sealed_answer
from app.rights.queries.copy_words import Words
from app.rights.queries.requests import Whole, is_restricted, whole_of
from app.rights.rules import Kind, Subject, is_corrected_here

_GRANTED = text(
    """
    select q.* from rights_request q
    where q.state = 'in_work' and q.outcome in ('granted', 'partly') and q.carried_out_at is null
      and q.kind in ('erase', 'correct') and q.dossier_id is not null
    order by q.due_on, q.id limit :limit
    """
)
_CORRECTED = {"applicant": Applicant, "partner": Partner, "child": Child}
_GROUPS = {"applicant": ("applicant_name", "contact"), "partner": ("partner_name", "partner_contact")}
REASON = "system:rights"


def carry_out(session: Session, profile: Profile, words: Callable[[str], Words], *, now: datetime, limit: int) -> int:
    """Carry out what was granted and is not done yet; return how many requests."""
    done = 0
    for row in session.execute(_GRANTED, {"limit": limit}).all():
        one = whole_of(session, row)
        answer = dict(one.rights_requests.answer)
        deferred = None
        if row.kind == Kind.ERASE:
            plan = erasure_plan(session, profile, one, words(row.language), now=now)
            answer["draft"] = {**answer.get("draft", {}), **plan}
            if row.subject_kind == Subject.APPLICANT:
                answer["draft"]["ended"] = _end_requests(session, one, now=now)
                deferred = _order(session, one, plan, now=now)
            elif plan["now"]:
                # Of somebody else's file what is about the partner goes, and nothing beside it.
                _write_order(session, one, plan["now"], None, today_at(now), now)
        else:
            _correct(session, one, now=now)
        session.execute(
            update(RightsRequest)
            .where(RightsRequest.id == row.id, RightsRequest.carried_out_at.is_(None))
            .values(
                carried_out_at=now,
                deferred_until=deferred,
                law=", ".join(sorted({kept["law"] for kept in answer.get("draft", {}).get("kept", ())})) or None,
                sealed_answer=sealed_answer(session, row.id, answer),
            )
        )
        done += 1
    return done


def _end_requests(session: Session, one: Whole, *, now: datetime) -> int:
    """End what is open with facilities first: their lists are empty of it before anything is erased (LEU-42)."""
    ended = 0
    for application_id in session.scalars(
        select(Application.id).where(Application.dossier_id == one.dossier_id, Application.state == "open")
    ).all():
        try:
            end_application(session, application_id, now=now)
            ended += 1
        except Refused:  # it expired, or the child got its place meanwhile: there is nothing left to end
            continue
    return ended


def _order(session: Session, one: Whole, plan: dict[str, Any], *, now: datetime) -> date | None:
    """Order what goes today and what goes at the end of its term; return the last day of the longest term (KK-33).

    What a law keeps is put out of use at once (KK-32). A file of which nothing is kept goes as a whole.
    """
    assert one.dossier_id is not None
    today, kept = today_at(now), plan["kept"]
    if not kept:
        _write_order(session, one, [], None, today, now)
        return None
    if plan["now"]:
        _write_order(session, one, plan["now"], None, today, now)
    last = max(date.fromisoformat(each["until"]) for each in kept)
    for each in kept:
        until = date.fromisoformat(each["until"])
        # With the last term nothing is left to keep: the file itself goes.
        groups = [] if until == last else each["groups"]
        _write_order(session, one, groups, each["law"], until + timedelta(days=1), now)
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
                set_by=None,
            )
        )
    return last


def _write_order(session: Session, one: Whole, groups: list[str], law: str | None, due_on: date, now: datetime) -> None:
    assert one.dossier_id is not None
    order_id = uuid4()
    note_ordered(session, one.dossier_id, order_id, groups, law=law, due_on=due_on)
    session.execute(
        insert(ErasureOrder.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=order_id,
            organisation=actor_of(session).organisation,
            dossier_id=one.dossier_id,
            request_id=one.id,
            groups=groups,
            law=law,
            due_on=due_on,
            ordered_by=None,
            ordered_at=now,
        )
    )


def _correct(session: Session, one: Whole, *, now: datetime) -> None:
    """Write the new values where they belong, and note who the change is of (KG-34)."""
    assert one.dossier_id is not None
    touched: set[str] = set()
    for item in one.rights_requests.answer["decision"]["items"]:
        table, _, column = str(item["field"]).partition(".")
        if is_corrected_here(str(item["field"])):
            session.execute(_change_of(table, column, one.dossier_id, str(item["value"]).strip()))
            touched.update(_GROUPS.get(table, ("child_identity",)))
    note_change(session, "rights_corrected", dossier_id=one.dossier_id, groups=touched, reasons=(REASON,))


def _change_of(table: str, column: str, dossier_id: UUID, value: str) -> Any:
    model: Any = _CORRECTED[table]
    return update(model).where(model.dossier_id == dossier_id).values({column: value})
