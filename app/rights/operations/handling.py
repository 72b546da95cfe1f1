"""What an officer does with a request before it is answered: finding its file, seeing who asks, asking for clarity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.audit import note_change, note_event
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.rights.models import RightsRequest
from app.rights.queries.requests import Whole, one_request
from app.rights.rules import KEY_CLASS, Denied, Seen, answer_place

_LINK = text("select access.link_request(:id, :file, :name, :born, :postcode)")
GROUPS = ("rights_requests",)
OPEN_STATES = ("received", "unclear", "in_work")


def link(
    session: Session, request_id: UUID, *, file: str = "", name: str = "", born: date | None = None, postcode: str = ""
) -> str:
    """Look for the file that a request is about; return found, not_found or too_many, and never what is in it."""
    values = {"id": request_id, "file": file, "name": " ".join(name.split()), "born": born, "postcode": postcode}
    said: str = session.scalar(_LINK, values)
    if said == "found":
        note(session, "rights_linked", one_request(session, request_id))
    else:
        note_event(session, "rights_link_missed")
    return said


def see_identity(session: Session, request_id: UUID, how: str, *, now: datetime) -> None:
    """Note how somebody was recognised, by whom and when; nothing of a document is kept (KG-33). Raises NotFound."""
    if how not in {*Seen} - {Seen.LOGIN}:
        raise NotFound
    one = one_request(session, request_id)
    seen = session.connection().execute(
        update(RightsRequest)
        .where(
            RightsRequest.id == request_id,
            RightsRequest.identity_at.is_(None),
            RightsRequest.state.in_(OPEN_STATES),
        )
        .values(identity_how=how, identity_at=now, identity_by=actor_of(session).id, **_taken(session, one))
    )
    if seen.rowcount != 1:
        raise Refused(Denied.ANSWERED)
    note(session, "rights_identity_seen", one)


def ask_for_clarity(session: Session, request_id: UUID, question: str, *, now: datetime) -> None:
    """Ask what somebody means; the clock does not wait for it (KG-34, KK-35). Raises NotFound, Refused."""
    if not question.strip():
        raise Refused(Denied.NO_QUESTION)
    one = one_request(session, request_id)
    change(
        session,
        one,
        RightsRequest.outcome.is_(None),
        state="unclear",
        to_tell="unclear",
        handler_id=actor_of(session).id,
        sealed_answer=sealed_answer(session, request_id, {**one.rights_requests.answer, "question": question.strip()}),
    )
    note(session, "rights_unclear", one)


def take_up(session: Session, request_id: UUID) -> None:
    """Go on with a request that was unclear; raises NotFound, Refused."""
    one = one_request(session, request_id)
    change(session, one, RightsRequest.outcome.is_(None), state="in_work", handler_id=actor_of(session).id)
    note(session, "rights_taken_up", one)


def make_anew(session: Session, request_id: UUID) -> None:
    """Let the job make the draft again, from what is held now; raises NotFound, Refused."""
    one = one_request(session, request_id)
    kept = {name: value for name, value in one.rights_requests.answer.items() if name != "draft"}
    change(
        session,
        one,
        RightsRequest.outcome.is_(None),
        sealed_answer=sealed_answer(session, request_id, kept) if kept else None,
    )


def sealed_answer(session: Session, request_id: UUID, answer: Mapping[str, Any]) -> bytes:
    """Seal an answer, or the draft of one, under its request's own key."""
    return seal_json(session, answer, owner_id=request_id, key_class=KEY_CLASS, place=answer_place(request_id))


def change(session: Session, one: Whole, *conditions: Any, **values: Any) -> None:
    """Change a request that is still open, under these conditions; raises Refused."""
    moved = session.connection().execute(
        update(RightsRequest)
        .where(RightsRequest.id == one.id, RightsRequest.state.in_(OPEN_STATES), *conditions)
        .values(**values)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.ANSWERED)


def _taken(session: Session, one: Whole) -> dict[str, Any]:
    """Return what changes when somebody begins: who handles it, and that it is in work."""
    return {
        "handler_id": actor_of(session).id,
        "state": "in_work" if one.rights_requests.asked.state == "received" else one.rights_requests.asked.state,
    }


def note(session: Session, event: str, one: Whole) -> None:
    """Note what was done with a request, in the log of its file where it has one."""
    # What the other parent asks is not for the first one to read in the log of the file.
    if one.dossier_id is not None and one.subject == one.dossier_id:
        note_change(session, event, dossier_id=one.dossier_id, groups=GROUPS, reasons=("overseer",))
    else:
        note_event(session, event)
