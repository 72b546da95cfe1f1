"""Who answers for a facility: a leader invites, and ends; a deputy answers and does neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.operations.people import add_account, mail_invitation
from app.accounts.rules import normalised_email
from app.core.access import reached
from app.core.actor import Kind
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility, FacilityMember
from app.facilities.queries import Colleague, colleagues
from app.facilities.rules import MemberDenied, Role, ends_at, may_end, may_invite

_LED = text(reached("leads", "facility_id", "facility.id"))


def invite(session: Session, facility_id: UUID, email: str, role: Role, *, language: str, now: datetime) -> None:
    """Invite somebody new to answer for a facility, by mail; raises NotFound and Refused.

    Until the link is followed the account is nobody's: no password, no login. The address says nothing of who has one.
    """
    facility = _require(session, facility_id)
    address = normalised_email(email)
    present = colleagues(session, facility_id)
    _refuse_if(may_invite(address, [one.login for one in present]))
    account_id = add_account(session, Kind.FACILITY, language, now)
    session.execute(
        insert(FacilityMember.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            facility_id=facility_id,
            account_id=account_id,
            role=role,
            starts_at=now,
            ends_at=None,
        )
    )
    _send(session, facility, account_id, address, language, now)
    note_event(session, "colleague_invited")


def invite_again(session: Session, member_id: UUID, *, language: str, now: datetime) -> None:
    """Send a new link to somebody who did not follow the first one; raises NotFound and Refused."""
    one = _colleague(session, member_id)
    if one.joined or one.login is None:
        raise Refused(MemberDenied.JOINED_ALREADY)
    facility = _require(session, one.facility_id)
    _send(session, facility, one.account_id, one.login, language, now)
    note_event(session, "colleague_invited")


def end_membership(session: Session, member_id: UUID, last_day: date, *, now: datetime) -> None:
    """End a membership after a day, at once when that is today; the last leader stays. Raises NotFound and Refused."""
    one = _colleague(session, member_id)
    # Whoever ends the other one at the same moment waits here, and then finds a single leader.
    session.execute(
        select(FacilityMember.id).where(FacilityMember.facility_id == one.facility_id).with_for_update()
    ).all()
    present = colleagues(session, one.facility_id)
    _refuse_if(may_end(member_id, _leaders(present), last_day, today_at(now)))
    ended = session.connection().execute(
        update(FacilityMember)
        .where(FacilityMember.id == member_id, FacilityMember.ends_at.is_(None) | (FacilityMember.ends_at > now))
        .values(ends_at=ends_at(last_day, today_at(now), now))
    )
    if ended.rowcount != 1:
        raise NotFound
    note_event(session, "membership_ended")


def _leaders(present: Sequence[Colleague]) -> set[UUID]:
    """Return who leads without an end and can sign in: an invitation that nobody followed leads nothing."""
    return {one.member_id for one in present if one.role == Role.LEADER and one.joined and one.ends_at is None}


def _send(session: Session, facility: Any, account_id: UUID, address: str, language: str, now: datetime) -> None:
    mail_invitation(
        session,
        account_id,
        address,
        kind="facility_invite",
        language=language,
        now=now,
        owner_id=facility.id,
        params={"facility": facility.name},
    )


def _colleague(session: Session, member_id: UUID) -> Colleague:
    found = next((one for one in colleagues(session) if one.member_id == member_id), None)
    if found is None:
        raise NotFound
    return found


def _require(session: Session, facility_id: UUID) -> Any:
    facility = session.execute(select(Facility.id, Facility.name).where(Facility.id == facility_id, _LED)).one_or_none()
    if facility is None:
        raise NotFound
    return facility


def _refuse_if(denied: MemberDenied | None) -> None:
    if denied is not None:
        raise Refused(denied)
