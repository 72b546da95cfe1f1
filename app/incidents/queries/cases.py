"""Cases of possible leaks, as the overseers read them: clocks, counts and decisions; families by number alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.crypto import Unreadable, open_json
from app.core.db import actor_of
from app.core.errors import NotFound
from app.incidents.rules import LEAK_KEY, NOTICE_KEY, Decisions

LISTED = 200
_LIST = text(
    """
    select l.id, l.reference, l.category, l.origin, l.state, l.risk, l.known_at, l.authority_told_at,
           l.authority_excused_at, l.closed_at
    from leak_case l where l.organisation = app.organisation()
    order by l.closed_at is not null, l.closed_at desc, l.known_at limit :most
    """
)
_ONE = text(
    """
    select l.id, l.reference, l.category, l.origin, l.language, l.known_at, l.reported_at, l.sealed, l.state, l.risk,
           l.sealed_assessment, l.handler_id, l.suspect_id, l.suspect_from, l.suspect_until, l.authority_told_at,
           l.authority_reference, l.authority_excused_at, l.sealed_notice, l.notice_asked_at, l.persons_told_at,
           l.persons_excused_at, l.closed_at, s.login as suspect, c.login as closed_by, h.login as handler,
           (select count(*) from leak_person p where p.leak_case_id = l.id) as persons,
           (select count(*) from leak_person p where p.leak_case_id = l.id and p.told_at is not null) as told
    from leak_case l left join account s on s.id = l.suspect_id left join account c on c.id = l.closed_by
    left join account h on h.id = l.handler_id
    where l.id = :id and l.organisation = app.organisation()
    """
)
_GROUPS = text(
    """
    select distinct g.name from leak_case l
    join audit_entry e on e.organisation = l.organisation and e.at >= l.suspect_from and e.at < l.suspect_until
      and (l.suspect_id is null or l.suspect_id in (e.actor_id, e.typed_by))
    cross join unnest(e.groups) g(name) where l.id = :id and e.subjects <> '{}'
      and e.actor_kind not in ('parent', 'draft', 'visitor') order by g.name
    """
)
_OPEN = text("select count(*) from leak_case where organisation = app.organisation() and state <> 'closed'")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the list of cases."""

    reference: str
    category: str
    origin: str
    state: str
    risk: str | None
    known_at: datetime
    # The authority was told, or somebody wrote down why it need not be.
    decided: bool


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case in the list, as a record that is shown."""

    id: UUID
    subject: UUID
    cases: CaseLine


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was judged: the harm, what is done about it, and why somebody is not told."""

    reasons: str = ""
    consequences: str = ""
    measures: str = ""
    why_not_authority: str = ""
    why_not_persons: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, opened; `words` is empty where its key is gone, `found` says what the watch found."""

    reference: str
    category: str
    origin: str
    state: str
    risk: str | None
    known_at: datetime
    reported_at: datetime
    words: str
    contact: str
    found: Mapping[str, Any]
    assessment: Assessment
    notice: Mapping[str, str]
    suspect: str
    handler: str
    since: datetime | None
    until: datetime | None
    authority_told_at: datetime | None
    authority_reference: str
    authority_excused_at: datetime | None
    notice_asked_at: datetime | None
    persons_told_at: datetime | None
    persons_excused_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    persons: int
    told: int
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case as a record that is shown."""

    cases: Case


def cases(session: Session) -> tuple[ListedCase, ...]:
    """Return the cases, the open ones first and among them the oldest clock."""
    return tuple(
        ListedCase(
            row.id,
            row.id,
            CaseLine(
                row.reference,
                row.category,
                row.origin,
                row.state,
                row.risk,
                row.known_at,
                bool(row.authority_told_at or row.authority_excused_at),
            ),
        )
        for row in session.execute(_LIST, {"most": LISTED})
    )


def case(session: Session, case_id: UUID) -> Case:
    """Return one case with what was reported; raises NotFound."""
    row = session.execute(_ONE, {"id": case_id}).first()
    if row is None:
        raise NotFound
    said = opened(session, row.sealed, case_id, LEAK_KEY, "sealed")
    waiting = row.persons - row.told if row.notice_asked_at else 0
    return Case(
        row.reference,
        row.category,
        row.origin,
        row.state,
        row.risk,
        row.known_at,
        row.reported_at,
        said.get("words", ""),
        said.get("contact", ""),
        said.get("found", {}),
        Assessment(**opened(session, row.sealed_assessment, case_id, LEAK_KEY, "sealed_assessment")),
        opened(session, row.sealed_notice, case_id, NOTICE_KEY, "sealed_notice"),
        row.suspect or "",
        row.handler or "",
        row.suspect_from,
        row.suspect_until,
        row.authority_told_at,
        row.authority_reference or "",
        row.authority_excused_at,
        row.notice_asked_at,
        row.persons_told_at,
        row.persons_excused_at,
        row.closed_at,
        row.closed_by or "",
        row.persons,
        row.told,
        Decisions(
            row.state,
            row.risk,
            bool(row.authority_told_at or row.authority_excused_at),
            bool(row.persons_told_at or row.persons_excused_at),
            waiting,
            row.suspect_id is not None and row.suspect_id == actor_of(session).id,
        ),
    )


def groups_touched(session: Session, case_id: UUID) -> tuple[str, ...]:
    """Return which groups of data were shown or changed in the stretch of the audit that a case is about."""
    return tuple(row.name for row in session.execute(_GROUPS, {"id": case_id}))


def open_cases(session: Session) -> int:
    """Return how many cases wait for an end."""
    found: int = session.scalar(_OPEN) or 0
    return found


def opened(session: Session, sealed: bytes | None, owner_id: UUID, key_class: str, column: str) -> dict[str, Any]:
    """Return what was sealed in a column of a case; nothing where there is none, or where its key is gone."""
    if sealed is None:
        return {}
    try:
        found: dict[str, Any] = open_json(
            session, sealed, owner_id=owner_id, key_class=key_class, place=f"leak_case:{column}:{owner_id}"
        )
    except Unreadable:
        return {}
    return found
