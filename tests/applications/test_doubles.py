"""One child, one request: by number at once, by likeness for the desk, without a word about anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Account
from app.applications.models import Application, Choice, Draft, PossibleDouble
from app.applications.operations.doubles import (
    NumberTaken,
    find_doubles,
    report_number,
    set_applicant_number,
    set_child_number,
    token_of,
)
from app.applications.operations.drafts import start_draft
from app.applications.operations.submission import Submission, submit
from app.applications.queries.drafts import own_draft
from app.applications.rules import Link
from app.consents.models import Consent
from app.core.actor import Actor, Kind, system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.models import AuditEntry, DataKey, OutboxMessage
from app.families.models import Applicant, Child, Dossier
from app.families.rules import ApplicantDetails, ChildDetails, CircumstancesDetails, Nationality, Relation
from app.web.doors import House
from tests.factories import FamilyMade, Place, acting, as_maintainer, make_facility, make_family

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"
NUMBER = "85073003328"
LEUVEN = "leuven"
BORN = date(2026, 5, 4)


@pytest.fixture
def place(house: House) -> Place:
    """A facility in Leuven."""
    return make_facility(house, LEUVEN, postcode="3000", municipality="leuven")


@pytest.fixture
def sent(house: House, place: Place) -> Submission:
    """What a Belgian family in Leuven sends."""
    return Submission(
        language="nl",
        applicant=ApplicantDetails(
            "Ayşe", "Yılmaz", "leuven", nationality=Nationality.BELGIAN, relation=Relation.PARENT
        ),
        partner=None,
        children=(ChildDetails("Yılmaz", BORN, expected=False, given_name="Noor"),),
        circumstances=CircumstancesDetails(work="full_time"),
        health=None,
        start_date=today_at(house.clock.now()) + timedelta(days=200),
        half_days=0b11,
        hours=None,
        flexible=False,
        facility_ids=[place.id],
        consents={},
        confirmed=True,
        child_numbers=(token(house),),
    )


def token(house: House, digits: str = NUMBER) -> bytes:
    """Return the token of a number in Leuven."""
    with transaction(house.databases, "family", Actor(Kind.DRAFT, uuid4(), LEUVEN), house.clock.now()) as session:
        return token_of(session, digits)


def begin(house: House) -> Actor:
    """Begin a draft and return its actor."""
    actor, now = Actor(Kind.DRAFT, uuid4(), LEUVEN), house.clock.now()
    terms = house.profiles[LEUVEN].application
    assert terms is not None
    assert actor.id is not None
    with transaction(house.databases, "family", actor, now) as session:
        start_draft(session, actor.id, {}, language="nl", terms=terms, now=now)
    return actor


def send(house: House, actor: Actor, sent: Submission) -> str:
    """Send a draft as the door does; returns the code for the desk where a number is in use, else nothing."""
    now = house.clock.now()
    assert actor.id is not None
    with transaction(house.databases, "family", actor, now) as session:
        draft = own_draft(session, actor.id, now=now, to_change=True)
        assert draft is not None
        try:
            submit(session, house.profiles[LEUVEN], draft, sent, password_hash=HASH, now=now)
        except NumberTaken as taken:
            return report_number(session, taken.token, now=now)
    return ""


def find(house: House, organisation: str = LEUVEN) -> int:
    """Run the job."""
    now = house.clock.now()
    with transaction(house.databases, "jobs", system("doubles", organisation), now) as session:
        return find_doubles(session, now=now, limit=100)


def counted(house: House, *tables: Any) -> list[int]:
    """Count the rows of tables."""
    with as_maintainer(house) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.promise("LEU-12", breaks="constraint:application.uq_application_open_number")
def test_a_second_request_for_a_number_leaves_the_draft_and_a_word_to_the_desk(house: House, sent: Submission) -> None:
    assert send(house, begin(house), sent) == ""
    before = counted(house, Account, Dossier, Child, Application, OutboxMessage)
    second = begin(house)
    code = send(house, second, replace(sent, applicant=replace(sent.applicant, family_name="Peeters")))
    assert len(code) == 6
    assert counted(house, Account, Dossier, Child, Application, OutboxMessage) == before
    with as_maintainer(house) as session:
        draft = session.get_one(Draft, second.id)
        assert draft.submitted_at is None
        assert session.scalar(select(func.count()).select_from(DataKey).where(DataKey.owner_id == second.id)) == 1
        events = session.scalars(select(AuditEntry.event).where(AuditEntry.actor_id == second.id)).all()
        double = session.scalars(select(PossibleDouble)).one()
    assert "application_sent" not in events
    assert (double.kind, double.code, double.state, double.dossier_id, double.other_dossier_id) == (
        "number",
        code,
        "open",
        None,
        None,
    )


@pytest.mark.promise("LEU-12", breaks="constraint:application.uq_application_open_number")
def test_two_who_send_at_once_make_one_request(house: House, sent: Submission) -> None:
    actors = [begin(house) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda actor: send(house, actor, sent), actors))
    assert sorted(bool(code) for code in codes) == [False, True, True, True]
    assert counted(house, Dossier, Application, PossibleDouble) == [1, 1, 3]


def test_twins_of_two_families_at_once_do_not_lock_each_other_out(house: House, sent: Submission) -> None:
    numbers = (token(house), token(house, "17073003384"))
    children = (*sent.children, ChildDetails("Yılmaz", BORN, expected=False, given_name="Amir"))
    one = replace(sent, children=children, child_numbers=numbers, link=Link.TOGETHER)
    other = replace(one, child_numbers=numbers[::-1])
    actors = [begin(house), begin(house)]
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda each: send(house, *each), zip(actors, (one, other), strict=True)))
    assert sorted(map(bool, codes)) == [False, True]
    assert counted(house, Dossier, Application) == [1, 2]


def test_a_number_that_no_open_request_carries_is_free_again(house: House, sent: Submission) -> None:
    send(house, begin(house), sent)
    with as_maintainer(house) as session:
        session.execute(update(Application).values(state="cancelled", closed_at=house.clock.now()))
    assert send(house, begin(house), sent) == ""


def test_another_organisation_makes_another_token_of_a_number(house: House) -> None:
    made = set()
    for organisation in ("brussels", LEUVEN):
        actor = Actor(Kind.DRAFT, uuid4(), organisation)
        with transaction(house.databases, "family", actor, house.clock.now()) as session:
            made.add(token_of(session, NUMBER))
    assert len(made) == 2


def test_the_job_finds_the_request_that_carries_the_number_and_forgets_the_token(
    house: House, sent: Submission
) -> None:
    send(house, begin(house), sent)
    send(house, begin(house), sent)
    assert find(house) == 1
    assert find(house) == 0
    with as_maintainer(house) as session:
        double = session.scalars(select(PossibleDouble)).one()
        application = session.scalars(select(Application)).one()
    assert (double.other_application_id, double.other_dossier_id) == (application.id, application.dossier_id)
    assert double.number_token is None


@pytest.mark.parametrize("column", ["application.child_number_token", "applicant.number_token"])
def test_no_family_can_read_a_token(house: House, sent: Submission, column: str) -> None:
    actor = begin(house)
    send(house, actor, sent)
    table, name = column.split(".")
    parent = Actor(Kind.PARENT, actor.id, LEUVEN)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction(house.databases, "family", parent, house.clock.now()) as session,
    ):
        session.connection().exec_driver_sql(f"select {name} from {table}")


def test_a_later_number_is_held_against_the_others_too(house: House, place: Place) -> None:
    first, second = (make_family(house, [place], organisation=LEUVEN) for _ in range(2))
    taken = token(house)
    with acting(house, first.person) as session:
        set_child_number(session, first.application_id, taken)
    with acting(house, second.person) as session:
        with pytest.raises(NumberTaken):
            set_child_number(session, second.application_id, taken)
        given = {"dossier_id": second.dossier_id, "application_id": second.application_id}
        report_number(session, taken, **given, now=house.clock.now())  # type: ignore[arg-type]
    find(house)
    with as_maintainer(house) as session:
        double = session.scalars(select(PossibleDouble)).one()
    assert (double.application_id, double.other_application_id) == (second.application_id, first.application_id)


def test_the_applicants_number_comes_and_goes(house: House, place: Place) -> None:
    family = make_family(house, [place], organisation=LEUVEN)
    for given in (token(house), None):
        with acting(house, family.person) as session:
            set_applicant_number(session, family.dossier_id, given)
        with as_maintainer(house) as session:
            assert session.scalars(select(Applicant.number_token)).one() == given


def a_family(house: House, place: Place, **given: Any) -> FamilyMade:
    """Make a family whose names and home are the same unless told otherwise."""
    applicant = {"given_name": "José", "family_name": "De Smet", "street": "Kerkstraat", "house_number": "1"}
    child = {"given_name": "Zoë", "family_name": "De Smet"}
    return make_family(
        house,
        [place],
        organisation=place.organisation,
        birth_date=given.get("birth_date", BORN),
        applicant=applicant | given.get("applicant", {}),
        child=child | given.get("child", {}),
    )


LIKE = {
    "all the same": {},
    "accents, marks and capitals": {
        "applicant": {"given_name": "JOSE", "family_name": "DESMET", "street": "kerk-straat"},
        "child": {"given_name": "Zoe", "family_name": "de smet"},
    },
    "another parent at the same home": {"applicant": {"given_name": "An", "family_name": "Peeters"}},
    "moved house": {"applicant": {"street": "Dorpsplein", "house_number": "9", "postcode": "3010"}},
    "a double name, no first name yet": {"child": {"given_name": None, "family_name": "De Smet Peeters"}},
}
UNLIKE = {
    "born on another day": {"birth_date": BORN + timedelta(days=1)},
    "another first name": {"child": {"given_name": "Amir"}},
    "another family name": {"child": {"family_name": "Janssens"}},
    "another parent at another home": {
        "applicant": {"given_name": "An", "family_name": "Peeters", "street": "Dorpsplein"}
    },
}


@pytest.mark.parametrize("second", LIKE.values(), ids=LIKE)
def test_requests_that_look_alike_go_to_the_desk_once_and_nothing_is_refused(
    house: House, place: Place, second: dict[str, Any]
) -> None:
    older = a_family(house, place)
    newer = a_family(house, place, **second)
    assert find(house) == 1
    assert find(house) == 0
    with as_maintainer(house) as session:
        double = session.scalars(select(PossibleDouble)).one()
        assert set(session.scalars(select(Application.state))) == {"open"}
    assert (double.kind, {double.application_id, double.other_application_id}) == (
        "likeness",
        {older.application_id, newer.application_id},
    )


@pytest.mark.parametrize("second", UNLIKE.values(), ids=UNLIKE)
def test_what_differs_is_no_double(house: House, place: Place, second: dict[str, Any]) -> None:
    a_family(house, place)
    a_family(house, place, **second)
    assert find(house) == 0


def test_children_of_one_family_and_of_another_organisation_are_no_doubles(house: House, place: Place) -> None:
    mine = a_family(house, place)
    make_family(house, [place], organisation=LEUVEN, of=mine, birth_date=BORN, child={"family_name": "De Smet"})
    a_family(house, make_facility(house))
    assert (find(house), find(house, "brussels")) == (0, 0)


def test_a_pair_that_the_desk_kept_does_not_come_back(house: House, place: Place) -> None:
    for _ in range(2):
        a_family(house, place)
    find(house)
    with as_maintainer(house) as session:
        session.execute(update(PossibleDouble).values(state="kept", decided_at=house.clock.now()))
    assert find(house) == 0


def test_twins_get_a_request_each_and_one_group(house: House, sent: Submission) -> None:
    children = (*sent.children, ChildDetails("Yılmaz", BORN, expected=False, given_name="Amir"))
    numbers = (token(house), token(house, "17073003384"))
    send(house, begin(house), replace(sent, children=children, child_numbers=numbers, link=Link.EITHER))
    with as_maintainer(house) as session:
        rows = session.scalars(select(Application)).all()
        names = set(session.scalars(select(Child.given_name)))
    assert [row.link for row in rows] == ["either", "either"]
    assert len({row.group_id for row in rows} - {None}) == 1
    assert len({row.child_id for row in rows}) == 2
    assert names == {"Noor", "Amir"}


@pytest.mark.promise("LEU-22", breaks="app.consents.operations:record_terms")
def test_sending_notes_when_and_under_which_version_the_agreement_began(house: House, sent: Submission) -> None:
    actor = begin(house)
    assert counted(house, Consent) == [0]
    send(house, actor, sent)
    with as_maintainer(house) as session:
        noted = [(row.recipient, row.text_version, row.given, row.at) for row in session.scalars(select(Consent))]
    assert [row[:3] for row in noted] == [("terms", "2026-2", True)]
    assert all(at <= house.clock.now() for *_, at in noted)


def test_a_foster_parent_asks_for_a_foster_child(house: House, sent: Submission) -> None:
    fostering = replace(sent.applicant, relation=Relation.FOSTER_PARENT)
    send(house, begin(house), replace(sent, applicant=fostering, circumstances=CircumstancesDetails()))
    with as_maintainer(house) as session:
        assert session.scalars(select(Application.grounds)).one() == ["foster_child"]


def test_a_sibling_counts_only_where_it_is(house: House, sent: Submission, place: Place) -> None:
    other = make_facility(house, LEUVEN, postcode="3000", municipality="leuven")
    told = replace(sent, facility_ids=[place.id, other.id], siblings=(other.id,), circumstances=CircumstancesDetails())
    send(house, begin(house), told)
    assert sibling_grounds(house) == {place.id: (False, []), other.id: (True, ["sibling"])}


def sibling_grounds(house: House) -> dict[UUID, tuple[bool, list[str]]]:
    """Return for each facility whether a sibling is there, and the grounds of the choice."""
    with as_maintainer(house) as session:
        return {choice.facility_id: (choice.sibling_here, choice.grounds) for choice in session.scalars(select(Choice))}
