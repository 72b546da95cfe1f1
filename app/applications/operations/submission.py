"""Sending a draft: one transaction that makes the account, the dossier, the request and the messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import WebSession
from app.accounts.operations import create_parent_account, issue_confirmation
from app.applications.models import Application, Choice
from app.applications.operations.doubles import set_applicant_number, set_child_number
from app.applications.operations.drafts import end_draft
from app.applications.operations.keys import facts_of
from app.applications.operations.notices import tell_family
from app.applications.queries.drafts import DraftRecord
from app.applications.rules import (
    ApplicationState,
    ChoiceState,
    Denied,
    Plan,
    expires_on,
    may_submit,
    plan_problems,
    reply_due_on,
)
from app.consents.operations import record_consents, record_terms
from app.core.actor import Kind
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import Refused
from app.facilities.queries import FacilityRecord, facilities_by_id
from app.families.operations import NewDossier, create_dossier
from app.families.rules import ApplicantDetails, ChildDetails, CircumstancesDetails, PartnerDetails, grouped_reference
from app.organisations.profile import Profile
from app.priority.queries import keys_at, keys_of

SENT_GROUPS = (
    *("applicant_name", "applicant_identity", "contact", "language", "partner_name", "partner_contact"),
    *("partner_situation", "child_identity", "care_plan", "choices", "family_situation", "work_situation"),
    *("income_situation", "education", "dutch_knowledge", "health", "priority_result", "account"),
)


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in wizard as facts: what a draft becomes once it is sent."""

    language: str
    applicant: ApplicantDetails
    partner: PartnerDetails | None
    # Children of one birth get a request each, with the same plan and the same choices.
    children: Sequence[ChildDetails]
    circumstances: CircumstancesDetails
    health: bool | None
    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None
    flexible: bool
    facility_ids: Sequence[UUID]
    consents: Mapping[str, bool]
    confirmed: bool
    # Whether one place alone helps children of one birth; nothing where there is one child.
    link: str | None = None
    # Where a brother or sister already goes.
    siblings: Collection[UUID] = ()
    # Keyed tokens of national numbers; one for each child, nothing for a child without.
    number: bytes | None = None
    child_numbers: Sequence[bytes | None] = ()
    # Filed together with a helper, under this mandate (BXL-50).
    mandate_id: UUID | None = None


def submit(
    session: Session,
    profile: Profile,
    draft: DraftRecord,
    sent: Submission,
    *,
    password_hash: str | None,
    now: datetime,
) -> bool:
    """Make one dossier out of a draft that was read `to_change`; False when that was done before.

    A family beside whom somebody else filled in may choose its password later: until then there is none. What a helper
    filled in opens to them where the family agreed to that; the database asks for it (LEU-14).

    Works whatever happens to mail: messages are written, not sent. Raises Refused with the reason; of these NumberTaken
    leaves nothing behind but a transaction that can go on (LEU-12).
    """
    if draft.submitted_at is not None:
        return False
    facilities = require_sendable(session, profile, sent, now)
    account_id = _account_of(session)
    # A number that is in use undoes all of it, and leaves the draft and the transaction as they were.
    with session.begin_nested():
        try:
            with session.begin_nested():
                create_parent_account(
                    session, email=sent.applicant.email, password_hash=password_hash, language=sent.language, now=now
                )
        except IntegrityError:
            # The account has the draft's id: somebody, or a second click, sent this draft already.
            return False
        dossier = create_dossier(
            session,
            account_id,
            language=sent.language,
            applicant=sent.applicant,
            partner=sent.partner,
            children=sent.children,
            circumstances=sent.circumstances,
            health=sent.health,
            now=now,
            registrar_facility_id=draft.registrar_facility_id,
        )
        if draft.mandate_id is not None:
            sent = replace(sent, mandate_id=session.scalar(select(func.access.attach_mandate(dossier.id))))
        if sent.number is not None:
            set_applicant_number(session, dossier.id, sent.number)
        opened = open_applications(session, profile, dossier.id, dossier.child_ids, sent, facilities, now=now)
    for application_id in opened:
        record_consents(session, profile, dossier.id, application_id, sent.consents, language=sent.language, now=now)
    record_terms(session, profile, dossier.id, opened[0], language=sent.language, now=now)
    end_draft(session, draft.id, now=now)
    note_change(session, "application_sent", dossier_id=dossier.id, groups=sent_groups(sent), reasons=("owner",))
    _write_messages(session, profile, account_id, dossier, opened[0], sent, facilities, now)
    return True


def open_applications(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    child_ids: Sequence[UUID],
    sent: Submission,
    facilities: Sequence[FacilityRecord],
    *,
    now: datetime,
) -> tuple[UUID, ...]:
    """Open a request for each child of one birth, linked where there are several.

    Raises Refused when a child has an open request, and NumberTaken when its number stands on another one.
    """
    group_id = uuid4() if len(child_ids) > 1 else None
    opened = tuple(
        open_application(session, profile, dossier_id, child_id, child, sent, facilities, group_id=group_id, now=now)
        for child_id, child in zip(child_ids, sent.children, strict=True)
    )
    numbers = (
        (token, application_id)
        for token, application_id in zip(sent.child_numbers, opened, strict=False)
        if token is not None
    )
    # In one order everywhere: two families that send the same numbers wait for each other.
    for token, application_id in sorted(numbers):
        set_child_number(session, application_id, token)
    return opened


def open_application(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    child_id: UUID,
    child: ChildDetails,
    sent: Submission,
    facilities: Sequence[FacilityRecord],
    *,
    group_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Open the request of one child with its choices and their keys; raises Refused when the child has one open."""
    application_id = uuid4()
    filed = today_at(now)
    organisation = actor_of(session).organisation
    facts = facts_of(sent.circumstances, sent.partner, sent.health, relation=sent.applicant.relation)
    whole = keys_of(profile, filed, facts)
    assert profile.application is not None
    last_day = expires_on(sent.start_date, today=filed, days=profile.application.expiry_days)
    request = {
        "id": application_id,
        "organisation": organisation,
        "dossier_id": dossier_id,
        "child_id": child_id,
        "start_date": sent.start_date,
        "half_days": sent.half_days,
        "hours": dict(sent.hours) if sent.hours else None,
        "flexible": sent.flexible,
        "state": ApplicationState.OPEN,
        "submitted_at": now,
        "closed_at": None,
        "expires_on": last_day,
        "group_id": group_id,
        "link": sent.link if group_id is not None else None,
        "mandate_id": sent.mandate_id,
        "rule_set": whole.rule_set,
        "grounds": list(whole.grounds),
        "priority_rank": int(whole.rank),
    }
    try:
        with session.begin_nested():
            session.execute(insert(Application).values(**request))
    except IntegrityError as error:
        if "uq_application_open_child" in str(error.orig):
            raise Refused(Denied.CHILD_HAS_OPEN_APPLICATION) from error
        raise
    rows = []
    for position, facility in enumerate(facilities, start=1):
        here = replace(facts, sibling_here=facility.id in sent.siblings)
        keys = keys_at(profile, filed, here, postcode=facility.postcode, tariff=facility.tariff)
        rows.append(
            {
                "id": uuid4(),
                "organisation": organisation,
                "application_id": application_id,
                "dossier_id": dossier_id,
                "child_id": child_id,
                "facility_id": facility.id,
                "position": position,
                "state": ChoiceState.OPEN,
                "priority_rank": int(keys.rank),
                "grounds": list(keys.grounds),
                "submitted_at": now,
                "start_date": sent.start_date,
                "half_days": sent.half_days,
                "child_birth_date": child.birth_date,
                "sibling_here": bool(here.sibling_here),
                "reply_due_on": _reply_due_on(profile, facility, filed, sent.start_date),
                "answered_at": None,
                "refusal_reason": None,
                "expires_on": last_day,
            }
        )
    session.execute(insert(Choice).values(rows))
    return application_id


def sent_groups(sent: Submission) -> Sequence[str]:
    """Return the groups that were written; some are asked around Leuven only."""
    asked = sent.applicant
    background = ("leuven_background",) if asked.nationality or asked.home_language or asked.relation else ()
    numbers = ("national_number",) if sent.number is not None or any(sent.child_numbers) else ()
    return (*SENT_GROUPS, *background, *numbers)


def require_sendable(session: Session, profile: Profile, sent: Submission, now: datetime) -> Sequence[FacilityRecord]:
    """Return the chosen facilities once every rule agrees; raises Refused with the first that does not."""
    assert profile.application is not None
    facilities = [found for found in facilities_by_id(session, sent.facility_ids) if found.active]
    denied = may_submit(
        complete=len(facilities) == len(sent.facility_ids),
        confirmed=sent.confirmed,
        choices=len(facilities),
        maximum=profile.application.max_choices,
    )
    if denied is not None:
        raise Refused(denied)
    plan = Plan(sent.start_date, sent.half_days)
    for child in sent.children:
        for problem in plan_problems(plan, birth_date=child.birth_date, today=today_at(now)):
            raise Refused(problem)
    return facilities


def _write_messages(
    session: Session,
    profile: Profile,
    account_id: UUID,
    dossier: NewDossier,
    application_id: UUID,
    sent: Submission,
    facilities: Sequence[FacilityRecord],
    now: datetime,
) -> None:
    """Queue the receipt, by the way that the family wished, and the link that proves its e-mail address."""
    email = sent.applicant.email
    tell_received(session, profile, dossier.id, dossier.reference, application_id, sent, facilities, now=now)
    if email:
        issue_confirmation(
            session, account_id=account_id, dossier_id=dossier.id, email=email, language=sent.language, now=now
        )


def tell_received(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    reference: str,
    application_id: UUID,
    sent: Submission,
    facilities: Sequence[FacilityRecord],
    *,
    now: datetime,
) -> None:
    """Queue the receipt of a request: who can read it now, and by when they answer."""
    due = max(_reply_due_on(profile, facility, today_at(now), sent.start_date) for facility in facilities)
    told = {
        "reference": grouped_reference(reference),
        "facilities": [facility.name for facility in facilities],
        "reply_due_on": due.isoformat(),
    }
    if len(sent.children) > 1:
        names = [child.call_name or child.given_name or child.family_name for child in sent.children]
        tell_family(session, dossier_id, "received_several", f"received:{application_id}", children=names, **told)
    else:
        tell_family(session, dossier_id, "received", f"received:{application_id}", **told)


def retire_draft_sessions(session: Session, *, now: datetime) -> None:
    """End the sessions in which the actor filled in the draft; the account has taken their place."""
    mine = (
        WebSession.actor_id == actor_of(session).id,
        WebSession.actor_kind == Kind.DRAFT,
        WebSession.ended_at.is_(None),
    )
    session.execute(update(WebSession).where(*mine).values(ended_at=now))


def _reply_due_on(profile: Profile, facility: FacilityRecord, filed: date, start_date: date) -> date:
    assert profile.application is not None
    days = facility.reply_days or profile.application.reply_days
    return reply_due_on(filed, days, start_date=start_date, horizon_months=profile.application.horizon_months)


def _account_of(session: Session) -> UUID:
    account_id = actor_of(session).id
    assert account_id is not None
    return account_id
