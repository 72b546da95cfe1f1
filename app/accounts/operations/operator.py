"""What an operator does where there is no administrator yet: the first invitation, and the first check (LEU-24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, Agreement, StaffMember
from app.accounts.operations.people import add_account, add_member, mail_invitation
from app.accounts.rules import KIND_OF_ROLE, AppointDenied, SignatureDenied, may_appoint, normalised_email
from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.organisations.profile import Profile
from app.organisations.rules import roles_of, texts_of_role


def appoint_as_operator(
    session: Session, profile: Profile, email: str, role: str, area: Collection[str], *, language: str, now: datetime
) -> None:
    """Invite somebody to work in a role; only the operator's login can do it. Raises Refused (KL-31)."""
    denied = may_appoint(role, area, offered=roles_of(profile), municipalities=profile.area)
    if denied is not None:
        raise Refused(denied)
    address = normalised_email(email)
    taken = select(Account.id).where(Account.organisation == profile.key, Account.login == address)
    if session.scalar(taken.where(Account.login_confirmed_at.is_not(None))) is not None:
        raise Refused(AppointDenied.HERE_ALREADY)
    account_id = add_account(session, KIND_OF_ROLE[role], language, now)
    add_member(session, account_id, role, area, now)
    mail_invitation(session, account_id, address, kind="worker_invite", language=language, now=now)
    note_event(session, "worker_invited_by_operator")


def check_as_operator(session: Session, profile: Profile, login: str, *, now: datetime) -> None:
    """Note the check of a first administrator's signature; raises NotFound, and Refused once a colleague can do so."""
    account_id = session.scalar(
        select(Account.id).where(Account.organisation == profile.key, Account.login == login, Account.active)
    )
    if account_id is None:
        raise NotFound
    if _colleague_can_check(session, profile, account_id, now):
        raise Refused(SignatureDenied.NOT_FOR_OPERATORS)
    checked = session.connection().execute(
        update(Agreement)
        .where(
            Agreement.organisation == actor_of(session).organisation,
            Agreement.account_id == account_id,
            Agreement.checked_at.is_(None),
            Agreement.ended_at.is_(None),
        )
        .values(checked_at=now)
    )
    if not checked.rowcount:
        raise NotFound
    note_event(session, "signature_checked_by_operator")


def _colleague_can_check(session: Session, profile: Profile, account_id: UUID, now: datetime) -> bool:
    """Tell whether somebody else administers here, with every text of that role accepted and checked."""
    others = select(StaffMember.account_id).where(
        StaffMember.organisation == profile.key,
        StaffMember.role == "administrator",
        StaffMember.account_id != account_id,
        StaffMember.starts_at <= now,
        or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now),
    )
    for text in texts_of_role(profile, "administrator"):
        held = select(Agreement.account_id).where(
            Agreement.kind == text.key,
            Agreement.version == text.version,
            Agreement.ended_at.is_(None),
            or_(Agreement.expires_at.is_(None), Agreement.expires_at > now),
        )
        if "administrator" in text.checked_roles:
            held = held.where(Agreement.checked_at.is_not(None))
        others = others.where(StaffMember.account_id.in_(held))
    return session.scalar(others.limit(1)) is not None
