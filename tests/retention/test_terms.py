"""What moves the end of a file and what does not; the parts of the audit that go and the gaps that may not be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.applications.queries.own import own_file
from app.core.audit import note_change
from app.organisations.profile import load_profiles
from app.placements.queries import own_placements
from app.retention.policy import file_terms
from app.retention.queries import keep_date, overdue
from app.retention.queries.shown import keep_date_of
from app.retention.rules import (
    ChildFacts,
    FileFacts,
    Outcome,
    Term,
    allowed,
    due_on,
    end_of_care,
    jumped,
    kept_until,
    last_start_over,
)
from app.web.doors import House
from jobs import retention, runner, tasks
from jobs.context import Context
from tests.core.test_sealing import seal_all
from tests.factories import acting, as_maintainer, make_contact, make_facility, make_family, make_worker, signed_in
from tests.retention.world import place_child

FIVE = Term("last_activity", 5)
BORN = date(2020, 2, 29)


@pytest.mark.promise("BXL-39", breaks="app.retention.rules:kept_until", twin="tests.twins:kept_for_ever")
@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2021, 3, 10), date(2026, 3, 10)),
        (date(2024, 2, 29), date(2029, 3, 1)),
        (date(2023, 2, 28), date(2028, 2, 28)),
        (date(2019, 12, 31), date(2024, 12, 31)),
    ],
)
def test_years_are_those_of_the_calendar(start: date, last: date) -> None:
    assert kept_until(FIVE, start) == last
    assert last_start_over(FIVE, last) < start
    assert last_start_over(FIVE, last + timedelta(days=1)) >= start


@pytest.mark.promise("LEU-40", breaks="app.retention.rules:care_until")
@pytest.mark.promise("KK-40", breaks="line:app/retention/rules.py#or facts.created_on")
@pytest.mark.parametrize(
    ("child", "ends"),
    [
        (ChildFacts(BORN, care_ended_on=date(2021, 6, 30), closed_on=date(2020, 9, 1)), date(2021, 6, 30)),
        (ChildFacts(BORN, closed_on=date(2020, 9, 1)), date(2020, 9, 1)),
        (ChildFacts(BORN, open_until=date(2020, 11, 1)), date(2020, 11, 1)),
        (ChildFacts(BORN, in_care=True, closed_on=date(2020, 9, 1)), date(2026, 3, 1)),
        (ChildFacts(BORN), date(2020, 1, 5)),
    ],
)
def test_care_ends_or_else_the_request_or_else_the_file_began(child: ChildFacts, ends: date) -> None:
    facts = FileFacts(date(2020, 1, 5), date(2024, 1, 1), (child,))
    assert end_of_care(facts, child, 6) == ends
    assert due_on((Term("end_of_care", 5),), facts, 6) == kept_until(FIVE, ends) + timedelta(days=1)


@pytest.mark.promise("LEU-40", breaks="app.retention.rules:start_of", twin="tests.twins:from_the_beginning")
def test_parents_go_with_the_last_child() -> None:
    first, last = (ChildFacts(BORN, care_ended_on=date(year, 6, 30)) for year in (2021, 2024))
    facts, term = FileFacts(date(2020, 1, 5), date(2025, 1, 1), (first, last)), (Term("end_of_care", 5),)
    assert due_on(term, facts, 6) == date(2029, 7, 1)
    assert due_on(term, facts, 6, first) == date(2026, 7, 1)


@pytest.mark.promise("KK-40", breaks="app.retention.rules:jumped", twin="tests.twins:never")
def test_a_run_that_finds_far_more_than_usual_waits() -> None:
    assert [jumped(due, ()) for due in (50, 51)] == [False, True]
    assert [jumped(due, [100] * 7) for due in (500, 501)] == [False, True]
    assert allowed(51, limit=9, earlier=(), released=False) == (0, Outcome.HELD_BACK)
    assert allowed(51, limit=9, earlier=(), released=True) == (9, Outcome.LIMITED)
    assert allowed(3, limit=0, earlier=(), released=True) == (0, Outcome.OFF)


def _ends(house: House, file: object, organisation: str = "brussels") -> date | None:
    with as_maintainer(house, organisation) as session:
        return keep_date(session, house.profiles[organisation], file)  # type: ignore[arg-type]


@pytest.mark.promise("BXL-40", breaks="app.retention.rules:care_until", twin="tests.twins:no_judgement")
def test_the_end_of_a_place_is_an_activity_and_looking_is_none(
    house: House, surroundings: Context, client: type[FlaskClient]
) -> None:
    today = house.clock.today()
    facility = make_facility(house)
    family = make_family(house, [facility], application_state="cancelled")
    five = kept_until(FIVE, today)
    assert _ends(house, family.dossier_id) == five
    worker = make_worker(house)
    make_contact(house, worker, family)
    later = house.clock.now() + timedelta(days=9)
    house.clock.offset += timedelta(days=9)
    page = signed_in(house, client(), family.person).get("/brussels/nl/my")
    assert page.status_code == 200
    with acting(house, worker, later) as session:
        note_change(session, "read", dossier_id=family.dossier_id)
    for job in ("send-outbox", "find-doubles", "expire-applications", "urgent-notices", "housekeeping", "retention"):
        runner.run(job, later.isoformat())
    assert _ends(house, family.dossier_id) == five, "a look, a mail, a job: none is an activity"
    place_child(house, family, facility, today, today + timedelta(days=200))
    assert _ends(house, family.dossier_id) == kept_until(FIVE, today + timedelta(days=200))
    with as_maintainer(house) as session:
        database = session.scalar(text("select access.file_ends(:id)"), {"id": family.dossier_id})
    assert database == _ends(house, family.dossier_id), "the database and the program know one date"
    with acting(house, family.person, later) as session:
        own, places = own_file(session), own_placements(session)
        assert keep_date_of(session, house.profiles["brussels"], own, places) == database, "and the page shows it"


@pytest.mark.promise("KL-36", breaks="line:app/core/sealing.py#was dropped")
def test_a_part_of_the_audit_goes_at_its_term_and_no_other_gap_passes(house: House, surroundings: Context) -> None:
    now = surroundings.now()
    with acting(house, make_family(house).person, now) as session:
        note_change(session, "plan_changed", dossier_id=make_family(house).dossier_id)
    seal_all(house)
    head = surroundings.settings.kept_apart / "audit-heads.jsonl"
    with house.databases.engine("maintainer").connect() as connection:
        row = connection.execute(text("select number, entries, head from audit_segment")).one()
    head.write_text(f'{{"segment": {row.number}, "entries": {row.entries}, "head": "{row.head.hex()}", "at": "x"}}\n')
    last = kept_until(Term("written", 5), house.clock.today())
    for day, left in ((last, 1), (last + timedelta(days=1), 0)):
        retention.run_all(_night(now, day))
        with as_maintainer(house) as session:
            assert bool(session.scalar(text("select count(*) from audit_entry where event = 'plan_changed'"))) == left
    with as_maintainer(house) as session:
        kept = session.execute(
            text("select entries, head, dropped_at from audit_segment where number = :n"), {"n": row.number}
        ).one()
    assert (kept.entries, kept.head) == (row.entries, row.head)
    assert kept.dropped_at
    house.clock.offset += _night(now, last + timedelta(days=1)) - now
    surroundings.clock.offset = house.clock.offset
    assert tasks.broken_segments() == []
    head.write_text("")
    assert [number for number, _ in tasks.broken_segments()] == [row.number], "its head was never published"
    head.unlink()


def _night(now: datetime, day: date) -> datetime:
    return now + timedelta(days=(day - now.date()).days)


def test_what_should_have_gone_is_counted_apart(house: House, surroundings: Context) -> None:
    family, now = make_family(house, application_state="cancelled"), house.clock.now()
    last = kept_until(FIVE, house.clock.today())
    counted = []
    for days in (1, 2, 3):
        with retention.opened("brussels", _night(now, last + timedelta(days=days))) as session:
            counted.append(overdue(session, now=_night(now, last + timedelta(days=days))).get("files", 0))
    assert counted == [0, 0, 1]
    assert family.dossier_id


def test_every_organisation_with_files_has_a_term_for_them() -> None:
    for key, profile in load_profiles().items():
        assert file_terms(profile), key
