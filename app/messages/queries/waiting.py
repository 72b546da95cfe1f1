"""What waits for an answer: the inbox of the desk, and of a facility; unread first, then oldest first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE
from app.applications.queries.cursors import Cursor
from app.messages.queries.records import ThreadState, WaitingList, WaitingRow, Who

PAGE_SIZE = 50
COUNTED = 99

_WAITS = "t.last_sender = 'family' and (t.settled_at is null or t.settled_at < t.last_at)"
_READ = "case when t.other_read_at is null or t.other_read_at < t.last_at then 0 else 1 end"
_STATE = "t.id, t.dossier_id, t.facility_id, t.last_at, t.last_sender, t.family_read_at, t.other_read_at, t.settled_at"
# A thread of a facility is opened through the request that lets the facility read the file.
_SOURCES = {
    "desk": f"""
        select {_STATE}, {_READ} as rank, d.reference, a.given_name, a.family_name,
               null::uuid as choice_id, null::text as child_given, null::text as child_family
        from thread t join dossier d on d.id = t.dossier_id join applicant a on a.dossier_id = t.dossier_id
        where t.facility_id is null and {_WAITS} and exists (select 1 from access.employed)
    """,  # noqa: S608  the parts are constants of ours
    "facility": f"""
        select {_STATE}, {_READ} as rank, '' as reference, a.given_name, a.family_name,
               c.id as choice_id, k.given_name as child_given, k.family_name as child_family
        from thread t join applicant a on a.dossier_id = t.dossier_id
        join lateral (
            select c.id, c.child_id from choice c
            where c.dossier_id = t.dossier_id and c.facility_id = t.facility_id
              and (exists (select 1 from access.chosen r where r.choice_id = c.id)
                   or exists (select 1 from access.enrolled r where r.application_id = c.application_id
                              and r.facility_id = c.facility_id))
            order by c.submitted_at desc, c.id limit 1
        ) c on true
        join child k on k.id = c.child_id
        where t.facility_id in (select m.facility_id from access.member m) and {_WAITS}
    """,  # noqa: S608  the parts are constants of ours
}
UNREAD_AT_DESK = (
    "select count(*) from (select 1 from thread t"  # noqa: S608  the parts are constants of ours
    f" where t.facility_id is null and {_WAITS} and {_READ} = 0 and exists (select 1 from access.employed)"
    f" limit {COUNTED + 1}) w"
)
# The policy of the table leaves only threads of families whose file the facility reads now.
_UNREAD_AT_FACILITY = (
    "select count(*) from (select 1 from thread t"  # noqa: S608  the parts are constants of ours
    f" where t.facility_id in (select m.facility_id from access.member m) and {_WAITS} and {_READ} = 0"
    f" limit {COUNTED + 1}) w"
)
_COUNTS = {"desk": UNREAD_AT_DESK, "facility": _UNREAD_AT_FACILITY}


def count_unread(session: Session, side: str) -> int:
    """Count what nobody of the desk, or of the actor's facilities, has read yet; up to one more than COUNTED."""
    return int(session.execute(text(_COUNTS[side])).scalar_one())


def unread_by_facility(session: Session) -> dict[UUID, int]:
    """Count per facility, for its daily mail, the families that it can still read and whose message it has not read."""
    rows = session.execute(
        text(
            f"select t.facility_id, count(*) as unread from thread t"  # noqa: S608  the parts are constants of ours
            f" where t.facility_id is not null and {_WAITS} and {_READ} = 0 and ("
            f"  exists (select 1 from choice c where c.dossier_id = t.dossier_id and c.facility_id = t.facility_id"
            f"          and c.{OPEN_CHOICE} and c.expires_on >= app.today())"
            "  or exists (select 1 from placement p where p.dossier_id = t.dossier_id"
            "             and p.facility_id = t.facility_id and (p.end_date is null or p.end_date >= app.today())))"
            " group by t.facility_id"
        )
    )
    return {row.facility_id: row.unread for row in rows}


def count_unread_by_family(session: Session) -> int:
    """Count the threads of the actor's own file in which somebody answered."""
    return int(
        session.execute(
            text(
                "select count(*) from thread t where t.dossier_id in (select r.dossier_id from access.owner r)"
                " and t.last_sender <> 'family' and (t.family_read_at is null or t.family_read_at < t.last_at)"
            )
        ).scalar_one()
    )


def waiting(session: Session, side: str, cursor: Cursor | None = None) -> WaitingList:
    """Return one page of what waits for the desk, or for the actor's facilities."""
    backwards = cursor is not None and cursor.backwards
    beyond, order = ("<", "desc") if backwards else (">", "asc")
    edge = f" where (w.rank, w.last_at, w.id) {beyond} (:rank, :last_at, :id)" if cursor else ""
    values = {"rank": cursor.rank, "last_at": cursor.submitted_at, "id": cursor.id} if cursor else {}
    found = session.execute(
        text(
            f"select * from ({_SOURCES[side]}) w{edge}"  # noqa: S608  constants of ours and named values
            f" order by w.rank {order}, w.last_at {order}, w.id {order} limit {PAGE_SIZE + 1}"
        ),
        values,
    ).all()
    more = len(found) > PAGE_SIZE
    rows = found[:PAGE_SIZE][::-1] if backwards else found[:PAGE_SIZE]
    before, after = (more, cursor is not None) if backwards else (cursor is not None, more)
    return WaitingList(
        tuple(_row(row) for row in rows),
        _edge(rows[0], backwards=True) if rows and before else None,
        _edge(rows[-1]) if rows and after else None,
    )


def _row(row: Any) -> WaitingRow:
    state = ThreadState(
        row.id,
        row.dossier_id,
        row.facility_id,
        row.last_at,
        row.last_sender,
        row.family_read_at,
        row.other_read_at,
        row.settled_at,
    )
    return WaitingRow(
        id=row.id,
        subject=row.dossier_id,
        reference=row.reference,
        unread=row.rank == 0,
        where=row.facility_id,
        choice_id=row.choice_id,
        applicant_name=Who(row.given_name, row.family_name),
        child_identity=Who(row.child_given, row.child_family) if row.child_family is not None else None,
        messages=state,
    )


def _edge(row: Any, *, backwards: bool = False) -> Cursor:
    return Cursor(row.rank, row.last_at, row.id, backwards)
