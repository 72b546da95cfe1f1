"""Another e-mail address, phone number or sign-in that somebody at a desk writes down for a family.

The old and the new channel are both told. What signs a parent in changes only once the new address proved to be theirs
and the old one agreed, or a counter saw them with a document: three right answers on the phone take no file over.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import LoginChange
from app.accounts.rules import CONFIRM_TERM, Denied, hash_of, normalised_email
from app.core.actor import Kind
from app.core.audit import note_change
from app.core.db import Databases, actor_of, call_signin, now_of
from app.core.errors import Refused
from app.core.outbox import MAIL, TEXT, Message, enqueue
from app.families.models import Dossier
from app.families.policy import writing_reason
from app.families.queries import is_mobile
from app.mandates.queries.contacts import require_known

TOKEN_BYTES = 32
FORMER, NEW = "contact_changed_former", "contact_changed_new"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a family is written to: what the two channels are, before and after a change."""

    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class WaitingLogin:
    """Another sign-in address that waits: for the old address or a counter, and for the new one."""

    new_login: str
    expires_at: datetime
    agreed: bool
    proved: bool


def announce_ways(session: Session, dossier_id: UUID, before: Ways, after: Ways, *, now: datetime) -> None:
    """Tell both channels, the one that was and the one that comes, and let a changed sign-in wait for them.

    Call it in the transaction of the change. A facility changes how a family is reached, never how it signs in.
    """
    language = session.execute(select(Dossier.language).where(Dossier.id == dossier_id)).scalar_one()
    if before.email != after.email:
        asked = _ask_login(session, dossier_id, before.email, after.email, language, now)
        if before.email and not asked:
            _send(session, dossier_id, FORMER, before.email, MAIL, language)
        if after.email and not asked:
            _send(session, dossier_id, NEW, after.email, MAIL, language)
    if before.phone != after.phone:
        for kind, phone in ((FORMER, before.phone), (NEW, after.phone)):
            if phone and is_mobile(phone):
                _send(session, dossier_id, kind, phone, TEXT, language)
        # A number that takes no messages is spoken for by the address that stayed.
        if before.phone and not is_mobile(before.phone) and before.email and before.email == after.email:
            _send(session, dossier_id, FORMER, before.email, MAIL, language)


def see_document(session: Session, dossier_id: UUID) -> bool:
    """Let a document that was shown at a counter stand for the old address; returns whether a change waited for it.

    Raises Refused without a contact in which the family is known and wants something.
    """
    contact = require_known(session, dossier_id)
    reason = writing_reason(actor_of(session).kind)
    seen = session.scalar(
        text(f"select access.see_document_{reason}(:dossier_id, :contact_id)"),
        {"dossier_id": dossier_id, "contact_id": contact.id},
    )
    if seen:
        note_change(session, "login_document_seen", dossier_id=dossier_id, groups=("account",), reasons=(reason,))
    return bool(seen)


def waiting_login(session: Session, dossier_id: UUID) -> WaitingLogin | None:
    """Return the sign-in address that waits for this file, if one does."""
    row = session.execute(
        select(
            LoginChange.new_login,
            LoginChange.expires_at,
            LoginChange.old_confirmed_at,
            LoginChange.identified_in,
            LoginChange.new_confirmed_at,
        ).where(
            LoginChange.dossier_id == dossier_id,
            LoginChange.done_at.is_(None),
            LoginChange.ended_at.is_(None),
            LoginChange.expires_at > now_of(session),
        )
    ).first()
    if row is None:
        return None
    agreed = row.old_confirmed_at is not None or row.identified_in is not None
    return WaitingLogin(row.new_login, row.expires_at, agreed, row.new_confirmed_at is not None)


def login_link(databases: Databases, organisation: str, token: str, now: datetime) -> bool | None:
    """Tell whether a link is that of the old address (True) or of the new one (False); None when it is spent."""
    rows = call_signin(databases, "login_change", hash=hash_of(token), organisation=organisation, now=now)
    return bool(rows[0][0]) if rows else None


def confirm_login_change(databases: Databases, organisation: str, token: str, now: datetime) -> tuple[UUID, bool]:
    """Spend one of the two links; returns whose it is, and whether the new address is the sign-in from now on.

    Raises Refused when the link is spent or too old, and when another confirmed account holds the address.
    """
    try:
        rows = call_signin(databases, "confirm_login_change", hash=hash_of(token), organisation=organisation, now=now)
    except IntegrityError as error:
        raise Refused(Denied.ADDRESS_TAKEN) from error
    if not rows:
        raise Refused(Denied.LINK_SPENT)
    return rows[0].account_id, bool(rows[0].done)


def _ask_login(
    session: Session, dossier_id: UUID, former: str | None, email: str | None, language: str, now: datetime
) -> bool:
    """Write down that a sign-in is to change, and mail a link to either address; False where it is no sign-in."""
    kind = actor_of(session).kind
    if not former or not email or kind not in (Kind.STAFF, Kind.COUNTER):
        return False
    tokens = {side: secrets.token_urlsafe(TOKEN_BYTES) for side in ("old", "new")}
    asked = session.scalar(
        text(
            f"select access.ask_login_{writing_reason(kind)}"
            "(:id, :dossier_id, :former, :new_login, :old_hash, :new_hash, :expires)"
        ),
        {
            "id": uuid4(),
            "dossier_id": dossier_id,
            "former": normalised_email(former),
            "new_login": normalised_email(email),
            "old_hash": hash_of(tokens["old"]),
            "new_hash": hash_of(tokens["new"]),
            "expires": now + CONFIRM_TERM,
        },
    )
    if asked:
        _send(session, dossier_id, "login_change_old", former, MAIL, language, token=tokens["old"])
        _send(session, dossier_id, "login_change_new", email, MAIL, language, token=tokens["new"])
    return bool(asked)


def _send(
    session: Session, dossier_id: UUID, kind: str, recipient: str, channel: str, language: str, **params: Any
) -> None:
    enqueue(
        session,
        Message(
            once_key=f"{kind}:{uuid4()}",
            kind=kind,
            recipient=recipient,
            language=language,
            owner_id=dossier_id,
            dossier_id=dossier_id,
            channel=channel,
            params=params,
        ),
    )
