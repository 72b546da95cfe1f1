"""The copy of one person: each column of the catalogue is in it or left out for a reason, at both doors alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from app.access_view import GRANTS
from app.catalogue.copies import COLUMNS_LEFT_OUT, NOTHING_TO_READ, TABLES_LEFT_OUT, Origin, shown_columns
from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.models import Base
from app.families.models import FamilyNotice
from app.organisations.profile import load_profiles
from app.rights.models import RightsRequest
from app.rights.queries.copy import Person as Whose
from app.rights.queries.copy import SubjectCopy, subject_copy
from app.rights.queries.log import whole_log
from app.web.doors import House
from app.web.i18n import texts
from tests.factories import BRUSSELS, FamilyMade, acting, as_maintainer, make_facility, make_family, make_leader
from tests.web.family.test_my_data import NOTE, write_everything


@pytest.fixture
def family(house: House) -> FamilyMade:
    place = make_facility(house, name="Zonnetje")
    make_leader(house, place)
    made = make_family(house, [place], language="en")
    write_everything(house, made, place)
    return made


def by_job(house: House, family: FamilyMade, person: Whose = "applicant") -> SubjectCopy:
    """Return the copy that a job makes for an answer."""
    with transaction(house.databases, "jobs", system("rights", BRUSSELS), house.clock.now()) as session:
        return subject_copy(
            session,
            house.profiles[BRUSSELS],
            family.dossier_id,
            person=person,
            texts=texts("en"),
            now=house.clock.now(),
        )


def by_family(house: House, family: FamilyMade, days: int = 0) -> SubjectCopy:
    """Return the copy that the family sees, some days from now."""
    now = house.clock.now() + timedelta(days=days)
    with acting(house, family.person, now) as session:
        return subject_copy(
            session,
            house.profiles[BRUSSELS],
            family.dossier_id,
            person="applicant",
            texts=texts("en"),
            now=now,
        )


def ask(house: House, family: FamilyMade, *, state: str = "received") -> None:
    """Let a request about the file be open, or answered."""
    now = house.clock.now()
    answered = {"outcome": "granted", "answered_at": now, "sealed_answer": b"x", "identity_at": now, "sent_how": "mail"}
    with as_maintainer(house) as session:
        session.add(
            RightsRequest(
                id=uuid4(),
                organisation=BRUSSELS,
                reference=uuid4().hex[:9],
                kind="access",
                subject_kind="applicant",
                dossier_id=family.dossier_id,
                account_id=None,
                channel="letter",
                language="nl",
                received_on=today_at(now),
                due_on=today_at(now) + timedelta(days=28),
                entered_at=now,
                entered_kind="staff",
                state=state,
                sealed=b"x",
                **(answered if state == "answered" else {}),
            )
        )


def shown(copy: SubjectCopy) -> dict[str, list[str]]:
    """Return the words of a copy by column."""
    found: dict[str, list[str]] = {}
    for section in copy.sections:
        for record in section.records:
            for one in record.values:
                found.setdefault(one.column, []).append(one.words)
    return found


def unread(login: str, purpose: str) -> Iterator[str]:
    """Yield the columns of a copy that a login may not read."""
    for group in GROUPS:
        for table, names in shown_columns(group).items():
            mine = [g for g in GRANTS if (g.table, g.login, g.verb, g.purpose) == (table, login, "select", purpose)]
            yield from (f"{table}.{n}" for n in names if not any(not g.columns or n in g.columns for g in mine))


@pytest.mark.promise("BXL-60", breaks="app.catalogue.copies:shown_columns", twin="tests.twins:no_lists")
def test_every_column_of_the_catalogue_is_shown_or_left_out_for_a_reason() -> None:
    held = {column for group in GROUPS.values() for column in group.columns}
    seen = {f"{table}.{n}" for group in GROUPS for table, names in shown_columns(group).items() for n in names}
    left = {column for column in held if column in COLUMNS_LEFT_OUT or column.partition(".")[0] in TABLES_LEFT_OUT}
    assert held - seen == left
    assert seen - COLUMN_LABELS.keys() == set(), "a new column needs its name"
    known = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert COLUMNS_LEFT_OUT.keys() - known == set() and TABLES_LEFT_OUT.keys() - Base.metadata.tables.keys() == set()
    assert list(unread("family", "")) == list(unread("jobs", "rights")) == []
    # What an organisation holds, its families may ask: but for what is about two families, or about who works there.
    apart = {"address", "municipality", "child_name", "doubles", "draft", "registers", *NOTHING_TO_READ}
    for profile in (load_profiles()["brussels"], load_profiles()["leuven"]):
        groups = {key for key, rule in profile.retention.items() if rule.anchor is not None}
        for reason in ("owner", "system:rights"):
            assert groups - profile.access[reason].read - apart == set(), (profile.key, reason)


@pytest.mark.promise("BXL-60", breaks="policy:applicant.jobs.select")
def test_a_job_reads_the_same_while_a_request_is_open_and_nothing_before_or_after(
    house: House, family: FamilyMade
) -> None:
    assert shown(by_job(house, family)) == {}
    ask(house, family, state="answered")
    assert {column.partition(".")[0] for column in shown(by_job(house, family))} == {"rights_request"}
    ask(house, family)
    made, own = by_job(house, family), by_family(house, family)
    sessions = {column for column in shown(own) if column.startswith(("web_session.", "rights_request."))}
    assert {c: w for c, w in shown(made).items() if c not in sessions and not c.startswith("rights_request.")} == {
        c: w for c, w in shown(own).items() if c not in sessions
    }
    assert "Zonnetje" in {one.who for section in made.sections for one in section.readers if one.reason == "chosen"}
    with transaction(house.databases, "jobs", system("rights", BRUSSELS), house.clock.now()) as session:
        assert isinstance(whole_log(session, family.dossier_id), tuple)


def test_a_partner_without_an_account_reads_of_themselves_alone(house: House, family: FamilyMade) -> None:
    ask(house, family)
    found = shown(by_job(house, family, "partner"))
    assert {column.partition(".")[0] for column in found} == {"partner"}


@pytest.mark.promise("KK-26", "KK-27", breaks="app.rights.queries.copy:_purposes")
def test_each_part_has_its_purpose_its_origin_and_its_last_day(house: House, family: FamilyMade) -> None:
    with as_maintainer(house) as session:
        session.execute(
            FamilyNotice.__table__.insert().values(  # type: ignore[attr-defined]
                id=uuid4(),
                organisation=BRUSSELS,
                dossier_id=family.dossier_id,
                at=house.clock.now(),
                actor_kind="facility",
                actor_id=uuid4(),
                reason="chosen",
                event="corrected",
                groups=["child_identity"],
                message_key="k",
            )
        )
    copy = by_family(house, family)
    parts = {one.group: one for one in copy.sections}
    assert copy.without_purpose == () and all(one.purposes for one in copy.sections if one.records)
    assert all(record.origin in set(Origin) for one in copy.sections for record in one.records)
    assert parts["contact"].origins == (Origin.TOLD,) and parts["priority_result"].origins == (Origin.MADE,)
    assert parts["child_identity"].origins == (Origin.TOLD, Origin.FACILITY), "who corrected it wrote it too"
    assert {one.origin for one in parts["messages"].records} == {Origin.TOLD, Origin.FACILITY, Origin.MADE}
    assert [one.origin for one in parts["notes"].records] == [Origin.FACILITY]
    assert NOTE in shown(copy)["staff_note.sealed"][0]
    # A purpose that rests on a permission stands only where that was given; the family gave one of two.
    activities = {one.activity for one in parts["contact"].purposes}
    assert "share_lop" in activities and "share_kind_en_gezin" not in activities
    assert all(one.keep_until or one.keep_years for one in copy.sections)


@pytest.mark.promise("KK-28", breaks="policy:disclosure.family.select")
def test_what_the_law_hides_is_told_after_its_last_day_and_no_earlier(house: House, family: FamilyMade) -> None:
    for days, told in ((0, {"LOP Brussel"}), (30, {"LOP Brussel"}), (31, {"LOP Brussel", "police"})):
        parts = by_family(house, family, days).sections
        assert {one.recipient for part in parts for one in part.given} == told, days
    given = {part.group: part.given for part in by_family(house, family).sections}
    assert [one.columns for one in given["contact"]] == [("your e-mail address",)]
