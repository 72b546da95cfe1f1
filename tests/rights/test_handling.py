"""From request to answer: the file found unseen, the identity seen, the draft made by a job, the reason given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.clock import today_at
from app.core.crypto import Unreadable
from app.core.errors import NotFound, Refused
from app.families.queries import own_family
from app.rights.operations.answering import send
from app.rights.operations.handling import ask_for_clarity, link, see_identity
from app.rights.queries.requests import one_request, open_requests, own_answer
from app.rights.rules import LINK_TRIES, Denied
from app.web.doors import House
from tests.factories import (
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_worker,
    queued,
)
from tests.rights.asked import asked_by, by_letter, row_of, seen_by, settled, worked, write


@pytest.fixture
def officer(house: House) -> Person:
    return make_worker(house, role="dpo")


@pytest.mark.promise("KG-32", breaks="line:app/rights/operations/answering.py#rights_answered")
def test_a_letter_is_answered_with_all_that_is_held_of_that_person_and_nothing_of_another(
    house: House, officer: Person
) -> None:
    family, other = (make_family(house, [make_facility(house)]) for _ in range(2))
    request_id = by_letter(house, make_worker(house), officer, family, "access")
    assert worked(house) >= 1
    draft = seen_by(house, officer, request_id).rights_requests.answer["draft"]
    words = str(draft["sections"])
    for mine in (family.names["given_name"], family.names["child"], family.email):
        assert str(mine) in words
    for theirs in (other.names["given_name"], other.names["child"], str(other.email), "Geheime Werkgever2"):
        assert theirs not in words
    assert all(section["why"] and section["origins"] for section in draft["sections"] if section["rows"])
    settled(house, officer, request_id)
    with acting(house, officer) as session:
        send(session, request_id, "letter", today_at(house.clock.now()), now=house.clock.now())
    events = row_of(house, seen_by(house, officer, request_id).reference)
    assert (events.state, events.sent_how, events.answered_by) == ("answered", "letter", officer.id)
    with as_maintainer(house) as session:
        logged = session.scalars(
            text("select event from audit_entry where subjects @> array[cast(:id as uuid)]"), {"id": family.dossier_id}
        ).all()
    assert {"rights_linked", "rights_identity_seen", "rights_settled", "rights_answered"} <= set(logged)


@pytest.mark.promise("KG-33", breaks="constraint:rights_request.ck_rights_request_identity")
def test_nothing_goes_out_before_somebody_saw_who_asks(house: House, officer: Person) -> None:
    family = make_family(house, [make_facility(house)])
    with acting(house, make_worker(house)) as session:
        reference = write(house, session, subject_kind="applicant", channel="letter")
    request_id = row_of(house, reference).id
    with acting(house, officer) as session:
        assert link(session, request_id, file=family.reference) == "found"
    assert worked(house) == 1, "the receipt, and no draft"
    with pytest.raises(Refused) as refused:
        settled(house, officer, request_id)
    assert refused.value.reason is Denied.NO_IDENTITY
    with pytest.raises(DBAPIError), as_maintainer(house) as session:
        session.execute(
            text(
                "update rights_request set state = 'answered', outcome = 'granted', answered_at = now(),"
                " sealed_answer = sealed, sent_how = 'letter' where id = :id"
            ),
            {"id": request_id},
        )
    with acting(house, officer) as session:
        see_identity(session, request_id, "document", now=house.clock.now())
    row = row_of(house, reference)
    assert (row.identity_how, row.identity_by) == ("document", officer.id)


@pytest.mark.promise("KK-35", breaks="app.rights.rules:sending_problem")
def test_no_request_is_closed_without_a_sent_answer(house: House, officer: Person) -> None:
    family, today = make_family(house, [make_facility(house)]), today_at(house.clock.now())
    request_id = by_letter(house, make_worker(house), officer, family, "access")
    worked(house)
    for how, day, reason in (
        ("page", None, Denied.NO_OUTCOME),
        ("letter", today, Denied.NO_OUTCOME),
    ):
        with acting(house, officer) as session, pytest.raises(Refused) as refused:
            send(session, request_id, how, day, now=house.clock.now())
        assert refused.value.reason is reason
    settled(house, officer, request_id)
    for how, day, reason in (
        ("page", None, Denied.NO_ACCOUNT),
        ("letter", None, Denied.NO_SENDING_DAY),
        ("letter", today + timedelta(days=1), Denied.NO_SENDING_DAY),
        ("mail", None, Denied.NO_MAIL),
    ):
        with acting(house, officer) as session, pytest.raises(Refused) as refused:
            send(session, request_id, how, day, now=house.clock.now())
        assert refused.value.reason is reason, how


@pytest.mark.promise("LEU-43", breaks="policy:rights_request.family.select")
def test_an_answer_opens_for_whoever_asked_and_nobody_else(house: House, officer: Person) -> None:
    family, other = (make_family(house, [make_facility(house)]) for _ in range(2))
    request_id = asked_by(house, family, "copy")
    worked(house)
    with acting(house, family.person) as session, pytest.raises(NotFound):
        own_answer(session, request_id)
    settled(house, officer, request_id)
    with acting(house, officer) as session:
        send(session, request_id, "page", None, now=house.clock.now())
    worked(house)
    assert [one.kind for one in queued(house, "rights_answer")] == ["rights_answer"]
    with acting(house, family.person) as session:
        assert family.names["child"] in str(own_answer(session, request_id).rights_requests.answer)
    with acting(house, other.person) as session, pytest.raises((NotFound, Unreadable)):
        own_answer(session, request_id)
    with acting(house, other.person) as session:
        assert session.execute(text("select id from rights_request")).all() == []


def test_the_officer_finds_a_file_by_what_the_request_tells_and_reads_nothing_of_it(
    house: House, officer: Person
) -> None:
    family = make_family(house, [make_facility(house)])
    born = today_at(house.clock.now()) - timedelta(days=120)
    with acting(house, make_worker(house)) as session:
        reference = write(house, session, subject_kind="applicant")
    request_id = row_of(house, reference).id
    name = f"{family.names['given_name']} {family.names['family_name']}"
    with acting(house, officer) as session:
        assert link(session, request_id, name=name, born=born, postcode="1000") == "not_found"
        assert link(session, request_id, name=name.upper(), born=born, postcode="1030") == "found"
        # Once it is known, it is not another.
        other = make_family(house, [make_facility(house)])
        assert link(session, request_id, file=other.reference) == "not_found"
    assert row_of(house, reference).dossier_id == family.dossier_id
    with pytest.raises(DBAPIError), acting(house, officer) as session:
        own_family(session, family.dossier_id)
    with acting(house, officer) as session:
        said = [link(session, request_id, file="QQQQQQQQQ") for _ in range(LINK_TRIES)]
    assert said[-1] == "too_many"
    security = make_worker(house, role="security")
    with acting(house, security) as session:
        assert open_requests(session) == ()
        assert link(session, request_id, file=other.reference) == "not_found"


@pytest.mark.promise("KG-34", breaks="app.rights.rules:correction_problem")
def test_a_correction_says_what_and_how_and_is_then_everywhere(house: House, officer: Person) -> None:
    family = make_family(house, [make_facility(house)])
    unspecific = asked_by(house, family, "correct", details={"says": "My file is wrong"})
    worked(house)
    with pytest.raises(Refused) as refused:
        settled(house, officer, unspecific)
    assert refused.value.reason is Denied.UNSPECIFIC
    with acting(house, officer) as session:
        ask_for_clarity(session, unspecific, "Which of your data are wrong?", now=house.clock.now())
    before = row_of(house, seen_by(house, officer, unspecific).reference)
    assert (before.state, before.due_on) == ("unclear", before.received_on + timedelta(days=28))
    said = {"items": [{"field": "applicant_name", "value": "Peters"}, {"field": "child_identity", "value": "Nour"}]}
    clear = asked_by(house, family, "correct", details=said)
    worked(house)
    assert [one.params["question"] for one in queued(house, "rights_unclear")] == ["Which of your data are wrong?"]
    settled(house, officer, clear, items=(("applicant.family_name", "Peters"), ("child.given_name", "Nour")))
    worked(house)
    with acting(house, family.person) as session:
        known = own_family(session, family.dossier_id)
    assert known.applicant.family_name == "Peters"
    assert known.children[family.child_id].given_name == "Nour"
    again = asked_by(house, family, "correct", details=said)
    with pytest.raises(Refused) as refused:
        settled(house, officer, again, items=(("child.birth_date", "1 3 2026"),))
    assert refused.value.reason is Denied.BY_THE_DESK


@pytest.mark.promise("KK-59", breaks="policy:rights_request.oversight.update")
def test_a_worker_asks_about_the_own_account_and_no_colleague_sees_it(house: House, officer: Person) -> None:
    worker, colleague = make_worker(house), make_worker(house)
    own = {"account_id": worker.id, "subject_kind": "worker", "channel": "portal", "details": {}}
    with acting(house, worker) as session:
        reference = write(house, session, **own)
    request_id = row_of(house, reference).id
    worked(house)
    words = str(seen_by(house, officer, request_id).rights_requests.answer["draft"])
    assert worker.login in words
    assert "helpdesk" in words
    with acting(house, colleague) as session:
        assert session.execute(text("select id from rights_request")).all() == []
    settled(house, officer, request_id)
    # Nobody answers what they asked themselves.
    with acting(house, officer) as session:
        mine = write(house, session, **{**own, "account_id": officer.id})
    worked(house)
    with pytest.raises(NotFound):
        settled(house, officer, row_of(house, mine).id)
    with acting(house, officer) as session:
        session.execute(text("update rights_request set outcome = 'granted' where reference = :r"), {"r": mine})
    assert row_of(house, mine).outcome is None
    with acting(house, officer) as session, pytest.raises(NotFound):
        one_request(session, row_of(house, mine).id)
