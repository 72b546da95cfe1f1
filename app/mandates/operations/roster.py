"""Organisations of helpers and their people: made, invited and ended by administrators, never by themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, or_, update
from sqlalchemy.orm import Session

from app.accounts.operations.people import add_account, mail_invitation, put_out
from app.accounts.queries.people import require_manager
from app.accounts.rules import AppointDenied, normalised_email
from app.core.actor import Kind
from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.mandates.models import HelperMember, HelperOrganisation
from app.mandates.queries.roster import find_partner, helpers

HELPER_ROLES = ("helper", "coordinator")


def add_partner(session: Session, name: str, language: str, *, now: datetime) -> UUID:
    """Make an organisation of helpers; nobody helps there before its agreement is on record (BXL-51)."""
    require_manager(session)
    partner_id = uuid4()
    session.execute(
        insert(HelperOrganisation.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=partner_id,
            organisation=actor_of(session).organisation,
            name=name,
            language=language,
            active=True,
            created_at=now,
        )
    )
    note_event(session, "helper_organisation_added")
    return partner_id


def set_active(session: Session, partner_id: UUID, active: bool) -> None:
    """End the work of an organisation of helpers, or let it go on; it counts at once. Raises NotFound."""
    require_manager(session)
    changed = session.connection().execute(
        update(HelperOrganisation)
        .where(HelperOrganisation.id == partner_id, HelperOrganisation.active.is_not(active))
        .values(active=active)
    )
    if changed.rowcount != 1:
        raise NotFound
    note_event(session, "helper_organisation_opened" if active else "helper_organisation_closed")


def invite_helper(session: Session, partner_id: UUID, email: str, role: str, *, language: str, now: datetime) -> UUID:
    """Invite somebody to help for an organisation, by mail; return who. Raises NotFound and Refused."""
    require_manager(session)
    if not find_partner(session, partner_id).active:
        raise NotFound
    if role not in HELPER_ROLES:
        raise Refused(AppointDenied.ROLE_UNKNOWN)
    address = normalised_email(email)
    if address in {one.address for one in helpers(session, partner_id)}:
        raise Refused(AppointDenied.HERE_ALREADY)
    account_id = add_account(session, Kind.HELPER, language, now)
    session.execute(
        insert(HelperMember.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            helper_organisation_id=partner_id,
            account_id=account_id,
            role=role,
            starts_at=now,
            ends_at=None,
        )
    )
    mail_invitation(session, account_id, address, kind="helper_invite", language=language, now=now)
    note_event(session, "helper_invited")
    return account_id


def invite_helper_again(session: Session, partner_id: UUID, account_id: UUID, *, language: str, now: datetime) -> None:
    """Send a new link to a helper who did not follow the first one; raises NotFound and Refused."""
    require_manager(session)
    one = next((one for one in helpers(session, partner_id) if one.account_id == account_id), None)
    if one is None:
        raise NotFound
    if one.joined or one.address is None:
        raise Refused(AppointDenied.JOINED_ALREADY)
    mail_invitation(session, account_id, one.address, kind="helper_invite", language=language, now=now)
    note_event(session, "helper_invited")


def end_helper(session: Session, partner_id: UUID, account_id: UUID, *, now: datetime) -> None:
    """End somebody's helping and every session of theirs, at once; raises NotFound (BXL-52)."""
    require_manager(session)
    ended = session.connection().execute(
        update(HelperMember)
        .where(
            HelperMember.account_id == account_id,
            HelperMember.helper_organisation_id == partner_id,
            or_(HelperMember.ends_at.is_(None), HelperMember.ends_at > now),
        )
        .values(ends_at=now)
    )
    if ended.rowcount != 1:
        raise NotFound
    put_out(session, account_id)
    note_event(session, "helper_ended")
