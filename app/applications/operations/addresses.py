"""Another e-mail address for a family: told to both addresses, and a way in only once it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.accounts.operations import issue_confirmation
from app.core.outbox import Message, enqueue
from app.families.operations import change_applicant
from app.families.queries import FamilyRecord, own_family


def change_email(session: Session, dossier_id: UUID, account_id: UUID, email: str, *, now: datetime) -> None:
    """Write to the new address from now on, warn the old one, and mail a link that makes it the login.

    The caller has asked for the password again. Raises NotFound.
    """
    family = own_family(session, dossier_id)
    _replace(session, family, email, now)
    issue_confirmation(
        session,
        account_id=account_id,
        dossier_id=dossier_id,
        email=email,
        language=family.language,
        now=now,
        changes_login=True,
    )


def remove_email(session: Session, dossier_id: UUID, *, now: datetime) -> None:
    """Forget the address, which nobody had to give; letters go by post from now on. Raises NotFound."""
    _replace(session, own_family(session, dossier_id), None, now)


def _replace(session: Session, family: FamilyRecord, email: str | None, now: datetime) -> None:
    old = family.applicant.email
    change_applicant(session, family.dossier_id, replace(family.applicant, email=email), now=now)
    if old and old != email:
        enqueue(
            session,
            Message(
                once_key=f"email_changed:{uuid4()}",
                kind="email_changed" if email else "email_removed",
                recipient=old,
                language=family.language,
                owner_id=family.dossier_id,
                dossier_id=family.dossier_id,
            ),
        )
