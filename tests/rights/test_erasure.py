"""Erasure: what is open with facilities ends first, what a law keeps is listed and put out of use, the rest goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.applications.models import Application, Choice
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.models import Restriction
from app.retention.models import ErasureOrder
from app.retention.rules import Term, kept_until
from app.rights.operations.answering import send
from app.rights.operations.handling import link, see_identity
from app.rights.rules import Denied
from app.web.doors import House
from tests.factories import (
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_worker,
)
from tests.rights.asked import asked_by, enrolled, row_of, seen_by, settled, worked, write


@pytest.fixture
def officer(house: House) -> Person:
    return make_worker(house, role="dpo")


def orders_of(house: House, request_id: object) -> list[ErasureOrder]:
    with as_maintainer(house) as session:
        return list(
            session.scalars(
                select(ErasureOrder).where(ErasureOrder.request_id == request_id).order_by(ErasureOrder.due_on)
            )
        )


@pytest.mark.promise("LEU-42", breaks="line:app/rights/operations/carrying_out.py#_end_requests(session, one, now=now)")
def test_an_open_request_ends_with_its_facilities_before_the_file_goes(house: House, officer: Person) -> None:
    facility = make_facility(house)
    family, leader = make_family(house, [facility]), make_leader(house, facility)
    request_id = asked_by(house, family, "erase")
    worked(house)
    draft = seen_by(house, officer, request_id).rights_requests.answer["draft"]
    assert (draft["open"], draft["kept"]) == (1, [])
    with pytest.raises(Refused) as refused:
        settled(house, officer, request_id, warned=False)
    assert refused.value.reason is Denied.WARNING_UNSEEN
    settled(house, officer, request_id)
    with acting(house, officer) as session, pytest.raises(Refused) as refused:
        send(session, request_id, "mail", None, now=house.clock.now())
    assert refused.value.reason is Denied.NOT_CARRIED_OUT
    worked(house)
    with as_maintainer(house) as session:
        assert session.scalars(select(Application.state)).all() == ["cancelled"]
        assert session.scalars(select(Choice.state)).all() == ["closed"]
    with acting(house, leader) as session:
        assert session.scalars(select(Choice.id)).all() == []
    # The whole file goes, today; and until it went, nobody says that it did.
    (order,) = orders_of(house, request_id)
    assert (order.groups, order.law, order.due_on) == ([], None, today_at(house.clock.now()))
    with acting(house, officer) as session, pytest.raises(Refused) as refused:
        send(session, request_id, "mail", None, now=house.clock.now())
    assert refused.value.reason is Denied.STILL_THERE
    # With the file its account goes: an answer on the own page would reach nobody.
    with as_maintainer(house) as session:
        session.execute(text("update erasure_order set done_at = now()"))
    with acting(house, officer) as session, pytest.raises(Refused) as refused:
        send(session, request_id, "page", None, now=house.clock.now())
    assert refused.value.reason is Denied.NO_ACCOUNT


@pytest.mark.promise("KK-32", breaks="app.rights.operations.carrying_out:_order")
def test_what_a_law_keeps_is_listed_put_out_of_use_and_ordered_for_the_end_of_its_term(
    house: House, officer: Person
) -> None:
    facility = make_facility(house)
    born = today_at(house.clock.now()) - timedelta(days=120)
    family, leader = make_family(house, [facility], birth_date=born), make_leader(house, facility)
    enrolled(house, family, facility)
    with acting(house, leader) as session:
        assert session.scalars(text("select dossier_id from placement")).all() == [family.dossier_id]
    request_id = asked_by(house, family, "erase")
    worked(house)
    with pytest.raises(Refused) as refused:
        settled(house, officer, request_id)
    assert refused.value.reason is Denied.PART_IS_KEPT
    settled(house, officer, request_id, "partly")
    worked(house)
    # A place without a last day ends when the child is past the age for it.
    last = kept_until(Term("end_of_care", house.profiles["brussels"].settings.care_ends_age), born)
    orders = orders_of(house, request_id)
    assert len(orders) == 2
    now, later = orders
    assert now.due_on == today_at(house.clock.now())
    assert {"partner_name", "applicant_identity"} <= set(now.groups)
    assert "placement" not in now.groups
    assert (later.groups, later.law, later.due_on) == ([], "enrolment", last + timedelta(days=1))
    one = seen_by(house, officer, request_id)
    (kept,) = one.rights_requests.answer["draft"]["kept"]
    assert "placement" in kept["groups"]
    assert date.fromisoformat(kept["until"]) == last == row_of(house, one.reference).deferred_until
    # In no daily list any more: for the legal task alone, and for its family.
    with acting(house, leader) as session:
        assert session.scalars(text("select dossier_id from placement")).all() == []
    with acting(house, family.person) as session:
        assert session.scalars(text("select dossier_id from placement")).all() == [family.dossier_id]
    with as_maintainer(house) as session:
        assert session.scalars(select(Restriction.dossier_id)).all() == [family.dossier_id]


@pytest.mark.promise("BXL-60", breaks="app.rights.rules:is_theirs")
def test_a_partner_ends_nothing_of_the_file_of_the_other_parent(house: House, officer: Person) -> None:
    family = make_family(house, [make_facility(house)])
    requests = {}
    for subject, kind in (("partner", "erase"), ("partner", "restrict"), ("other", "erase"), ("other", "access")):
        with acting(house, make_worker(house)) as session:
            reference = write(house, session, kind=kind, subject_kind=subject)
        request_id = requests[subject, kind] = row_of(house, reference).id
        with acting(house, officer) as session:
            assert link(session, request_id, file=family.reference) == "found"
            see_identity(session, request_id, "document", now=house.clock.now())
    worked(house)
    assert family.names["given_name"] not in str(
        seen_by(house, officer, requests["other", "access"]).rights_requests.answer
    )
    for asked in list(requests)[1:]:
        with pytest.raises(Refused) as refused:
            settled(house, officer, requests[asked])
        assert refused.value.reason is Denied.NOT_THEIR_FILE
    settled(house, officer, requests["partner", "erase"])
    worked(house)
    (order,) = orders_of(house, requests["partner", "erase"])
    assert set(order.groups) <= {"partner_name", "partner_contact", "partner_situation"}
    assert order.groups
    with as_maintainer(house) as session:
        assert session.scalars(select(Application.state)).all() == ["open"]
        assert session.scalars(select(Restriction.id)).all() == []
