"""Who works here: administrators invite, change a role and end it; nobody does so for themselves (KL-31)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy import insert, or_, select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, StaffMember
from app.accounts.operations.links import TOKEN_BYTES, keep_token
from app.accounts.queries.people import Colleague, addresses, colleagues, require_manager, work_of
from app.accounts.rules import (
    INVITE_TERM,
    KIND_OF_ROLE,
    AppointDenied,
    hash_of,
    may_appoint,
    normalised_email,
)
from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.core.outbox import Message, enqueue
from app.organisations.profile import Profile
from app.organisations.rules import roles_of


def appoint(
    session: Session, profile: Profile, email: str, role: str, area: Collection[str], *, language: str, now: datetime
) -> UUID:
    """Invite somebody new to work here in a role, by mail; return who. Raises NotFound and Refused (KL-31)."""
    require_manager(session)
    _require_role(profile, role, area)
    address = normalised_email(email)
    if address in addresses(colleagues(session)):
        raise Refused(AppointDenied.HERE_ALREADY)
    account_id = add_account(session, KIND_OF_ROLE[role], language, now)
    add_member(session, account_id, role, area, now)
    mail_invitation(session, account_id, address, kind="worker_invite", language=language, now=now)
    note_event(session, "worker_invited")
    return account_id


def invite_again(session: Session, account_id: UUID, *, language: str, now: datetime) -> None:
    """Send a new link to somebody who did not follow the first one; raises NotFound and Refused."""
    require_manager(session)
    one = work_of(session, account_id)[0]
    if one.joined or one.address is None or (one.ends_at is not None and one.ends_at <= now):
        raise Refused(AppointDenied.JOINED_ALREADY)
    mail_invitation(session, account_id, one.address, kind="worker_invite", language=language, now=now)
    note_event(session, "worker_invited")


def change_role(
    session: Session, profile: Profile, account_id: UUID, role: str, area: Collection[str], *, now: datetime
) -> None:
    """Give a colleague another role at the same door; the one they had ends. Raises NotFound and Refused (KL-31)."""
    require_manager(session)
    _refuse_own(session, account_id)
    _require_role(profile, role, area)
    present = work_of(session, account_id)
    if present[0].kind != KIND_OF_ROLE[role]:
        raise Refused(AppointDenied.OTHER_DOOR)
    _lock(session, account_id)
    _end(session, account_id, now)
    add_member(session, account_id, role, area, now)
    note_event(session, "role_changed")


def end_work(session: Session, account_id: UUID, *, now: datetime) -> None:
    """End somebody's work here and every session of theirs, at once; raises NotFound and Refused (KL-31)."""
    require_manager(session)
    _refuse_own(session, account_id)
    if not _end(session, account_id, now):
        raise NotFound
    put_out(session, account_id)
    note_event(session, "work_ended")


def add_account(session: Session, kind: str, language: str, now: datetime) -> UUID:
    """Make an account that is nobody's until its invitation is followed: no password, no login. Return its id."""
    account_id = uuid4()
    session.execute(
        insert(Account.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=account_id,
            organisation=actor_of(session).organisation,
            kind=kind,
            login=None,
            login_confirmed_at=None,
            password_hash=None,
            language=language,
            created_at=now,
            active=True,
            last_visit_at=None,
            previous_visit_at=None,
        )
    )
    return account_id


def mail_invitation(
    session: Session,
    account_id: UUID,
    address: str,
    *,
    kind: str,
    language: str,
    now: datetime,
    owner_id: UUID | None = None,
    params: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Mail a link with which somebody chooses a password; it works once.

    The mail tells `params` beside the link; it is sealed for `owner_id`, the new account unless told otherwise.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    keep_token(session, token, "invite", account_id, new_login=address, expires_at=now + INVITE_TERM, now=now)
    enqueue(
        session,
        Message(
            once_key=f"{kind}:{hash_of(token).hex()[:32]}",
            kind=kind,
            recipient=address,
            language=language,
            owner_id=owner_id or account_id,
            params={"token": token, **params},
        ),
    )


def put_out(session: Session, account_id: UUID) -> None:
    """End every session and every link of a colleague."""
    session.execute(text("select access.put_out(:account_id)"), {"account_id": account_id})


def running(one: Colleague, now: datetime) -> bool:
    """Tell whether this work has not ended."""
    return one.ends_at is None or one.ends_at > now


def add_member(session: Session, account_id: UUID, role: str, area: Collection[str], now: datetime) -> None:
    """Write down who works in which role from now on, and who gave it."""
    session.execute(
        insert(StaffMember.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            account_id=account_id,
            role=role,
            area=sorted(area) if role == "counter" else [],
            granted_by=actor_of(session).id,
            starts_at=now,
            ends_at=None,
            ended_by=None,
        )
    )


def _end(session: Session, account_id: UUID, now: datetime) -> int:
    return (
        session.connection()
        .execute(
            update(StaffMember)
            .where(StaffMember.account_id == account_id, or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now))
            .values(ends_at=now, ended_by=actor_of(session).id)
        )
        .rowcount
    )


def _lock(session: Session, account_id: UUID) -> None:
    """Let two administrators change one colleague's role one after the other: nobody has two roles."""
    session.execute(select(StaffMember.id).where(StaffMember.account_id == account_id).with_for_update()).all()


def _refuse_own(session: Session, account_id: UUID) -> None:
    if account_id == actor_of(session).id:
        raise Refused(AppointDenied.OWN_ROLE)


def _require_role(profile: Profile, role: str, area: Collection[str]) -> None:
    denied = may_appoint(role, area, offered=roles_of(profile), municipalities=profile.area)
    if denied is not None:
        raise Refused(denied)
