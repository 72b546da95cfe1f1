"""The life of a mandate: the family's consent, its code word, what the helper is told, and its end (LEU-14, BXL-52)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app.applications.models import Draft
from app.applications.operations.notices import tell_family
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound
from app.families.models import Dossier
from app.mandates.models import HelperOrganisation, JointSession, Mandate
from app.mandates.rules import CONSENT_TEXT, Proof

HELP = ("help",)


def record_consent(
    session: Session, draft_id: UUID, how: Proof, *, language: str, word_hash: str | None = None, now: datetime
) -> None:
    """Write down that the family agrees that a helper files together with it: how, when, which text (LEU-14).

    Raises NotFound where there is nothing to agree to any more.
    """
    values = {
        "consent_how": how,
        "consent_at": now,
        "consent_text_version": CONSENT_TEXT,
        "consent_language": language,
    }
    if word_hash is not None:
        values["code_word_hash"] = word_hash
    _change(
        session,
        (Mandate.draft_id == draft_id, Mandate.ended_at.is_(None), Mandate.consent_at.is_(None)),
        values,
    )
    note_change(session, "mandate_agreed", dossier_id=draft_id, groups=HELP, reasons=("draft",))


def choose_word(session: Session, draft_id: UUID, word_hash: str) -> None:
    """Keep another code word while the draft is filled in; raises NotFound."""
    _change(session, (Mandate.draft_id == draft_id, Mandate.ended_at.is_(None)), {"code_word_hash": word_hash})


def go_alone(session: Session, draft_id: UUID, *, now: datetime) -> None:
    """End the mandate of a draft that the family goes on with alone; raises NotFound."""
    _end(session, (Mandate.draft_id == draft_id,), "family", now)
    note_change(session, "mandate_ended", dossier_id=draft_id, groups=HELP, reasons=("draft",))


def set_own_word(session: Session, mandate_id: UUID, dossier_id: UUID, word_hash: str) -> None:
    """Let the family choose a new code word for its helper's device; raises NotFound."""
    _change(session, _of_family(mandate_id, dossier_id), {"code_word_hash": word_hash})
    note_change(session, "code_word_changed", dossier_id=dossier_id, groups=HELP, reasons=("owner",))


def set_deadlines(session: Session, mandate_id: UUID, dossier_id: UUID, *, tells: bool) -> None:
    """Let the helper be told of deadlines, or no longer; raises NotFound."""
    _change(session, _of_family(mandate_id, dossier_id), {"tells_deadlines": tells})
    note_change(session, "helper_told_of_deadlines", dossier_id=dossier_id, groups=HELP, reasons=("owner",))


def end_by_family(session: Session, mandate_id: UUID, dossier_id: UUID, *, now: datetime) -> None:
    """Take the mandate back: the helper reaches nothing from this moment (LEU-14); raises NotFound."""
    session.execute(
        update(JointSession)
        .where(JointSession.mandate_id == mandate_id, JointSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    _end(session, _of_family(mandate_id, dossier_id), "family", now)
    _tell_ended(session, mandate_id, dossier_id)
    note_change(session, "mandate_ended", dossier_id=dossier_id, groups=HELP, reasons=("owner",))


def end_by_helper(session: Session, mandate_id: UUID, *, now: datetime) -> None:
    """Lay the work for a family down, and tell it so where there is a file; raises NotFound."""
    dossier_id = session.scalar(
        select(Mandate.dossier_id).where(Mandate.id == mandate_id, Mandate.helper_id == actor_of(session).id)
    )
    if dossier_id is not None and _reaches(session, dossier_id):
        _tell_ended(session, mandate_id, dossier_id)
    _end(session, (Mandate.id == mandate_id, Mandate.helper_id == actor_of(session).id), "helper", now)
    note_change(session, "mandate_ended", dossier_id=dossier_id or mandate_id, groups=HELP, reasons=("helper",))


def forget_unsent(session: Session) -> int:
    """Delete the mandates of drafts that were never sent and are gone; returns how many."""
    gone = delete(Mandate).where(
        Mandate.dossier_id.is_(None), ~exists().where(Draft.id == Mandate.draft_id).correlate(Mandate)
    )
    return session.connection().execute(gone).rowcount


def _of_family(mandate_id: UUID, dossier_id: UUID) -> tuple[object, ...]:
    return (Mandate.id == mandate_id, Mandate.dossier_id == dossier_id, Mandate.ended_at.is_(None))


def _end(session: Session, which: tuple[object, ...], by: str, now: datetime) -> None:
    _change(session, (*which, Mandate.ended_at.is_(None)), {"ended_at": now, "ended_by_kind": by})


def _change(session: Session, which: tuple[object, ...], values: dict[str, object]) -> None:
    changed = session.connection().execute(update(Mandate).where(*which).values(**values))  # type: ignore[arg-type]
    if changed.rowcount != 1:
        raise NotFound


def _reaches(session: Session, dossier_id: UUID) -> bool:
    """Tell whether the helper still reaches the file: whose term is over writes nothing to the family."""
    return session.scalar(select(Dossier.id).where(Dossier.id == dossier_id)) is not None


def _tell_ended(session: Session, mandate_id: UUID, dossier_id: UUID) -> None:
    helper = session.scalar(
        select(HelperOrganisation.name)
        .join(Mandate, Mandate.helper_organisation_id == HelperOrganisation.id)
        .where(Mandate.id == mandate_id)
    )
    tell_family(session, dossier_id, "mandate_ended", f"mandate_ended:{mandate_id}", helper=helper or "")
