"""The figures of a year, written in the night in which its first file goes; met by somebody who compares and links."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.applications.models import Application
from app.core.actor import system
from app.core.audit import note_batch
from app.core.db import transaction
from app.families.models import Restriction
from app.retention.operations.erasing import erase_children
from app.retention.operations.journal import erased, note_erased
from app.retention.operations.replay import erase_again
from app.retention.operations.trends import keep_trends
from app.statistics.queries import Trend, trends
from app.web.doors import House
from tests.factories import FamilyMade, as_maintainer, make_facility, make_family

LEUVEN = "leuven"
NIGHT = datetime(2032, 3, 1, 1, tzinfo=UTC)
LEAST = 10


@pytest.fixture
def families(house: House) -> list[FamilyMade]:
    """A year of requests of Leuven, and a few of the year after."""
    place = make_facility(house, LEUVEN, municipality="leuven", postcode="3000")
    made = []
    for number in range(28):
        start = date(2026, 2, 1) if number < 26 else date(2027, 2, 1)
        made.append(
            make_family(
                house,
                [place],
                organisation=LEUVEN,
                submitted_at=datetime(2025, 9, 1, tzinfo=UTC),
                start_date=start,
                birth_date=start - timedelta(days=100),
                application_state="enrolled" if number % 2 else "cancelled",
                applicant={"municipality": "leuven"},
            )
        )
    return made


def night(house: House, folder: Path, families: list[FamilyMade], now: datetime = NIGHT) -> None:
    """End the data of some children, as the nightly run does."""
    children = [family.child_id for family in families]
    with transaction(house.databases, "jobs", system("retention", LEUVEN), now) as session:
        session.info["erasure_journal"] = folder
        keep_trends(session, house.profiles[LEUVEN], children, today=now.date())
        note_batch(session, "expired", reasons=("children",))
    with transaction(house.databases, "maintainer", system("retention", LEUVEN), now) as session:
        note_erased(session, folder, "child", children, organisation=LEUVEN, at=now)
        erase_children(session, children)


def picture(house: House) -> tuple[Trend, ...]:
    """Return the figures as somebody who may see them sees them."""
    with as_maintainer(house, LEUVEN) as session:
        return trends(session, at_least=LEAST)


@pytest.mark.promise("LEU-39", breaks="app.statistics.operations:has_trends")
def test_no_two_pictures_of_the_figures_tell_who_went_between_them(
    house: House, families: list[FamilyMade], tmp_path: Path
) -> None:
    pictures = [picture(house)]
    # One family a night; then a year of which too few are left; then the rest.
    for number in (*range(4), 26, 5):
        night(house, tmp_path, [families[number]], NIGHT + timedelta(days=number))
        pictures.append(picture(house))
    assert pictures[0] == ()
    assert Counter({one.kind.outcome: one.requests for one in pictures[1]}) == {"placed": 13, "cancelled": 13}
    for before, after in pairwise(pictures):
        grown = Counter({one.kind: one.requests for one in after})
        grown.subtract({one.kind: one.requests for one in before})
        assert all(number == 0 or number >= LEAST for number in grown.values())
    # All there is, and not only what is shown, is large enough.
    with as_maintainer(house, LEUVEN) as session:
        assert min(session.scalars(text("select requests from trend_row"))) >= LEAST


def test_nothing_in_a_row_leads_back(house: House, families: list[FamilyMade], tmp_path: Path) -> None:
    """Whoever holds the tables and an older backup links rows by transaction, by place and by order, in vain."""
    went = families[7]
    night(house, tmp_path, [went])
    with as_maintainer(house, LEUVEN) as session:
        columns = set(
            session.scalars(text("select column_name from information_schema.columns where table_name = 'trend_row'"))
        )
        assert columns == {
            "organisation", "period", "municipality", "age_band", "days_band", "outcome", "requests",
        }  # fmt: skip
        # The entry of the audit that shares the transaction names nobody.
        linked = session.execute(
            text(
                "select distinct e.event, e.subjects from audit_entry e join trend_row t"
                " on t.xmin::text = (e.xid::text::bigint % 4294967296)::text"
            )
        ).all()
        assert linked == [("expired", [])]
        # Every row of the night is about all families of the year: each kind that the family may be in has many.
        by_place = session.scalars(text("select (t.*)::text from trend_row t order by t.ctid")).all()
        assert by_place == sorted(by_place)
        everything = " ".join(by_place)
        for value in (went.dossier_id, went.child_id, went.application_id, went.reference, *went.names.values()):
            assert str(value) not in everything


def test_a_restricted_file_is_not_used_and_a_year_that_stands_is_not_counted(
    house: House, families: list[FamilyMade], tmp_path: Path
) -> None:
    with as_maintainer(house, LEUVEN) as session:
        for family in families[:6]:
            session.add(_restriction(family.dossier_id))
    night(house, tmp_path, [families[8]])
    assert sum(one.requests for one in picture(house)) == 20
    with as_maintainer(house, LEUVEN) as session:
        standing = session.scalars(select(Application).where(Application.dossier_id == families[27].dossier_id)).one()
        standing.state, standing.expires_on = "open", date(2040, 1, 1)
    night(house, tmp_path, [families[26]])
    assert {one.kind.period[:4] for one in picture(house)} == {"2026"}


def test_a_restored_database_gets_the_very_same_figures(
    house: House, families: list[FamilyMade], tmp_path: Path
) -> None:
    night(house, tmp_path, [families[0]])
    counted = picture(house)
    # The older state: no figures yet, and a file fewer than when they were made.
    with as_maintainer(house, LEUVEN) as session:
        session.execute(text("delete from trend_row"))
    for batch in erased(tmp_path):
        with transaction(house.databases, "maintainer", system("retention", LEUVEN), NIGHT) as session:
            erase_again(session, batch, known_until=None)
    assert picture(house) == counted


def _restriction(dossier_id: UUID) -> Restriction:
    return Restriction(
        id=dossier_id, organisation=LEUVEN, dossier_id=dossier_id, since=datetime(2031, 1, 1, tzinfo=UTC)
    )
