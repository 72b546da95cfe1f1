"""Making the draft of an answer, by a job: whoever answers opens no file, and reads what goes out (BXL-60, KG-33)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.models import Applicant, Child, Partner
from app.families.queries import postal_lines, reach_of
from app.organisations.profile import Profile
from app.placements.models import Placement
from app.retention.rules import ChildFacts, Term, care_until, kept_until
from app.rights.models import RightsRequest
from app.rights.operations.handling import sealed_answer
from app.rights.queries.copy import PARTNER, Person, Section, SubjectCopy, subject_copy
from app.rights.queries.copy_words import Words
from app.rights.queries.requests import Whole, whole_of
from app.rights.queries.workers import worker_sections
from app.rights.rules import Kind, Split, Subject, split

# What is kept for a term of its own, as the proof of what was done with a file.
KEPT_APART = frozenset({"access_log", "change_log", "rights_requests", "holds", "disclosures", "cases", "registers"})
_WAITING = text(
    """
    select q.* from rights_request q
    where q.state <> 'answered' and q.identity_at is not null and q.outcome is null
      and (q.dossier_id is not null or q.subject_kind = 'worker' and q.account_id is not null)
    order by q.due_on, q.id limit :limit
    """
)


def make_drafts(session: Session, profile: Profile, words: Callable[[str], Words], *, now: datetime, limit: int) -> int:
    """Make the drafts that requests wait for, once somebody saw who asks; return how many (KG-32)."""
    made = 0
    for row in session.execute(_WAITING, {"limit": limit}).all():
        one = whole_of(session, row)
        if "draft" in one.rights_requests.answer:
            continue
        draft = draft_of(session, profile, one, words(row.language), now=now)
        answer = {**one.rights_requests.answer, "draft": draft}
        changed = session.connection().execute(
            update(RightsRequest)
            .where(RightsRequest.id == row.id, RightsRequest.outcome.is_(None), RightsRequest.state == row.state)
            .values(sealed_answer=sealed_answer(session, row.id, answer))
        )
        made += changed.rowcount
    return made


def draft_of(session: Session, profile: Profile, one: Whole, words: Words, *, now: datetime) -> dict[str, Any]:
    """Return what an answer is made of: where to write to, the copy, what would go and what has to stay."""
    asked = one.rights_requests.asked
    draft: dict[str, Any] = {"made_at": now.isoformat()}
    if one.dossier_id is None:
        assert one.account_id is not None
        return draft | {"sections": worker_sections(session, one.account_id, words)}
    if asked.subject_kind not in (Subject.APPLICANT, Subject.PARTNER):
        # A file that somebody else is only mentioned in is none of theirs (BXL-60).
        return draft | {"sections": []}
    partner = asked.subject_kind == "partner"
    draft |= {"reach": _reach(session, one.dossier_id, asked.language, partner=partner)}
    if asked.kind in (Kind.ACCESS, Kind.COPY):
        draft |= {"sections": [_section(s, words) for s in _copy(session, profile, one, words, now=now).sections]}
        draft["sections"] = [s for s in draft["sections"] if s["rows"] or s["remark"]]
    if asked.kind == Kind.ERASE:
        draft |= erasure_plan(session, profile, one, words, now=now)
    if asked.kind == Kind.CORRECT:
        draft |= {
            "children": session.scalar(select(func.count()).where(Child.dossier_id == one.dossier_id)),
            "protected": session.scalar(select(Applicant.protected).where(Applicant.dossier_id == one.dossier_id)),
        }
    return draft


def erasure_plan(session: Session, profile: Profile, one: Whole, words: Words, *, now: datetime) -> dict[str, Any]:
    """Return what would go now, what a law keeps and until when, what is open, and who has to be told (LEU-44)."""
    assert one.dossier_id is not None
    copy = _copy(session, profile, one, words, now=now)
    held = {section.group for section in copy.sections if section.records or section.remark} - KEPT_APART
    parted = parted_file(session, profile, one.dossier_id, held, today=today_at(now))
    # What the other parent asked ends nothing of the first one's.
    of_file = one.rights_requests.asked.subject_kind == Subject.APPLICANT
    open_now = select(func.count()).where(Application.dossier_id == one.dossier_id, Application.state == "open")
    return {
        "now": list(parted.now),
        "kept": [
            {"groups": list(kept.groups), "law": kept.law, "until": kept.until.isoformat()} for kept in parted.kept
        ],
        "open": session.scalar(open_now) if of_file else 0,
        "recipients": sorted({given.recipient for section in copy.sections for given in section.given}),
    }


def parted_file(session: Session, profile: Profile, dossier_id: UUID, held: set[str], *, today: date) -> Split:
    """Part the groups of a file by the legal terms of the profile; a term counts from what this file has (LEU-44)."""
    ends = _ends_of_care(session, profile, dossier_id)
    terms = [
        (
            term.key,
            term.groups,
            max((kept_until(Term(str(term.anchor), term.years), end) for end in ends), default=None),
        )
        for term in profile.legal_terms.values()
    ]
    return split(held, terms, today=today)


def _ends_of_care(session: Session, profile: Profile, dossier_id: UUID) -> list[date]:
    rows = session.execute(
        select(Child.birth_date, Placement.end_date)
        .join(Placement, Placement.child_id == Child.id)
        .where(Placement.dossier_id == dossier_id)
    ).all()
    facts = [ChildFacts(row.birth_date, care_ended_on=row.end_date, in_care=row.end_date is None) for row in rows]
    ends = (care_until(one, profile.settings.care_ends_age) for one in facts)
    return [end for end in ends if end is not None]


def _copy(session: Session, profile: Profile, one: Whole, words: Words, *, now: datetime) -> SubjectCopy:
    assert one.dossier_id is not None
    person: Person = "partner" if one.rights_requests.asked.subject_kind == PARTNER else "applicant"
    return subject_copy(session, profile, one.dossier_id, person=person, texts=words, now=now)


def _section(section: Section, words: Words) -> dict[str, Any]:
    return {
        "label": section.label,
        "why": [f"{one.purpose} ({one.basis})" for one in section.purposes],
        "origins": list(section.origins_in_words(words)),
        "readers": [f"{one.who} ({one.until})" for one in section.readers],
        "given": [f"{one.recipient}, {words.format_moment(one.at)}: {', '.join(one.columns)}" for one in section.given],
        "until": words.format_day(section.keep_until) if section.keep_until else "",
        "rows": [[one.about, [[value.label, value.words] for value in one.values]] for one in section.records],
        "remark": section.remark,
    }


def _reach(session: Session, dossier_id: UUID, language: str, *, partner: bool) -> Mapping[str, Any]:
    """Return where the answer is sent; it is kept with the request, since it outlives the file (M12)."""
    if partner:
        row = session.execute(
            select(Partner.given_name, Partner.family_name, Partner.email).where(Partner.dossier_id == dossier_id)
        ).one_or_none()
        return {} if row is None else {"name": f"{row.given_name} {row.family_name}", "email": row.email}
    try:
        reach = reach_of(session, dossier_id)
    except NotFound:
        return {}
    has_address = bool(reach.street and reach.postcode)
    return {
        "name": reach.name,
        "email": reach.email,
        "lines": postal_lines(reach, language).splitlines() if has_address else [],
    }
