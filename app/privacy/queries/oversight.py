"""What an overseer asks of the audit: who read this file, far back, at odd hours, or without a visit (KL-36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.mandates.queries.grounds import OPENED, WITHOUT_GROUND
from app.privacy.rules import FAR_BACK_DAYS, Question

PAGE_SIZE = 50
REFERENCES_SHOWN = 3

_OVERSEER = text("select 1 from access.overseer")
_OFFICER = text("select 1 from access.officer")
_ROLE = text("select m.role from staff_member m where m.account_id = app.actor_id() order by m.starts_at desc limit 1")
_CONDITIONS: Mapping[Question, tuple[str, ...]] = {
    Question.FILE: ("e.subjects @> array[cast(:dossier_id as uuid)]",),
    Question.FAR_BACK: (
        OPENED,
        """exists (
        select 1 from dossier d where d.id = e.subjects[1]
          and d.last_activity_at < e.at - make_interval(days => :far_back))""",
    ),
    # The clock on the wall in Brussels, whatever the season.
    Question.ODD_HOURS: (
        """e.actor_kind in ('staff', 'counter', 'helper', 'oversight') and e.subjects <> '{}' and (
        extract(isodow from e.at at time zone 'Europe/Brussels') > 5
        or extract(hour from e.at at time zone 'Europe/Brussels') < :opens
        or extract(hour from e.at at time zone 'Europe/Brussels') >= :closes)""",
    ),
    Question.NO_VISIT: (OPENED, WITHOUT_GROUND),
}
_TRACES = """
    select e.id, e.sequence, e.at, e.actor_kind, a.login as actor, t.login as typist, e.event, e.reasons, e.groups,
           cardinality(e.subjects) as files,
           array(select d.reference from dossier d where d.id = any(e.subjects) order by d.reference limit :shown)
               as references,
           array(select d.id from dossier d where d.id = any(e.subjects) order by d.reference limit :shown) as shown,
           e.subjects
    from audit_entry e
    left join account a on a.id = e.actor_id left join account t on t.id = e.typed_by
    where e.organisation = app.organisation() and e.sequence < :before and {condition}
    order by e.sequence desc limit :limit
"""
_GROUNDS = text(
    """
    select (select count(*) from desk_contact c where c.ended_at is null and c.until > app.now()) as contacts,
           (select count(*) from support_grant g where g.ended_at is null and g.until > app.now()) as grants,
           (select count(*) from look_code k where k.ended_at is null and k.until > app.now()) as looks,
           (select count(*) from mandate w where w.ended_at is null and w.consent_at is not null) as mandates
    """
)
_CHAIN = text("select number, entries, head, sealed_at from audit_segment order by number desc limit 1")
_CHECK = text(
    "select finished_at, outcome, handled from job_run where name = 'verify-audit' and finished_at is not null"
    " order by slot desc limit 1"
)
_NO_GROUND = text(
    "select count(*) from audit_entry e where e.organisation = app.organisation() and e.at >= :since"  # noqa: S608
    f" and {OPENED} and {WITHOUT_GROUND}"
)
_FILE = text("select id from dossier where reference = :reference")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the audit: who did what to how many files, for which reason; never a value."""

    at: datetime
    kind: str
    actor: str
    typist: str
    event: str
    reasons: tuple[str, ...]
    groups: tuple[str, ...]
    files: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """An act with the file that it is about, as an overseer may read it."""

    id: UUID
    subject: UUID
    sequence: int
    access_log: Act
    # The files whose references stand in the line.
    shown: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """How many doors stand open at this moment by somebody's deed, not by the family's choice alone."""

    contacts: int
    grants: int
    looks: int
    mandates: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The last sealed segment and its published head, and what the last check of the whole chain found."""

    number: int
    entries: int
    head: str
    sealed_at: datetime | None
    checked_at: datetime | None
    # How many segments did not hold at the last check; None when it was not finished.
    broken: int | None


def require_overseer(session: Session) -> str:
    """Return the role of whoever oversees; raises NotFound for everybody else."""
    if session.execute(_OVERSEER).first() is None:
        raise NotFound
    role: str = session.scalar(_ROLE)
    return role


def require_officer(session: Session) -> None:
    """Let the data protection officer pass; raises NotFound for everybody else, the security officer too."""
    if session.execute(_OFFICER).first() is None:
        raise NotFound


def file_of_reference(session: Session, reference: str) -> UUID:
    """Return the file that carries this reference; raises NotFound."""
    found: UUID | None = session.scalar(_FILE, {"reference": reference})
    if found is None:
        raise NotFound
    return found


def traces(
    session: Session,
    question: Question,
    *,
    before: int | None = None,
    dossier_id: UUID | None = None,
    opens: int = 0,
    closes: int = 24,
) -> tuple[Trace, ...]:
    """Return a page of the audit that answers a question, the newest first, and one line more when there is more.

    `opens` and `closes` are whole hours in Brussels.
    """
    statement = text(_TRACES.format(condition=" and ".join(_CONDITIONS[question])))
    values: dict[str, Any] = {"before": before or 2**62, "limit": PAGE_SIZE + 1, "shown": REFERENCES_SHOWN}
    if question is Question.FILE:
        values["dossier_id"] = str(dossier_id)
    if question is Question.FAR_BACK:
        values["far_back"] = FAR_BACK_DAYS
    if question is Question.ODD_HOURS:
        values |= {"opens": opens, "closes": closes}
    rows = session.execute(statement, values).all()
    return tuple(
        Trace(
            row.id,
            row.subjects[0] if row.subjects else row.id,
            row.sequence,
            Act(
                row.at,
                row.actor_kind,
                row.actor or "",
                row.typist or "",
                row.event,
                tuple(row.reasons),
                tuple(row.groups),
                row.files,
                tuple(row.references),
            ),
            tuple(row.shown),
        )
        for row in rows
    )


def grounds_open(session: Session) -> Grounds:
    """Return how many contacts, grants, look-along codes and mandates are open."""
    row = session.execute(_GROUNDS).one()
    return Grounds(row.contacts, row.grants, row.looks, row.mandates)


def reads_without_ground(session: Session, since: datetime) -> int:
    """Return how many files were opened without a visit since a moment (KG-38)."""
    found: int = session.scalar(_NO_GROUND, {"since": since}) or 0
    return found


def chain(session: Session) -> Chain | None:
    """Return where the chain of the audit stands; None before anything was sealed."""
    last = session.execute(_CHAIN).first()
    check = session.execute(_CHECK).first()
    if last is None:
        return None
    return Chain(
        last.number,
        last.entries,
        last.head.hex(),
        last.sealed_at,
        check.finished_at if check else None,
        check.handled if check and check.outcome == "done" else None,
    )
