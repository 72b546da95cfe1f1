"""Writing a request down: by whom, with which clock, and who cannot read it again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from app.core.actor import Actor
from app.core.clock import today_at
from app.core.crypto import Unreadable, open_json
from app.core.db import transaction
from app.core.errors import Refused
from app.rights.models import RightsRequest
from app.rights.rules import KEY_CLASS, Asking, details_place
from app.web.doors import House
from tests.factories import (
    BRUSSELS,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_worker,
)
from tests.rights.asked import SAYS, write


def opened(house: House, reference: str) -> tuple[RightsRequest, dict[str, object]]:
    with as_maintainer(house) as session:
        row = session.scalars(select(RightsRequest).where(RightsRequest.reference == reference)).one()
        said = open_json(session, row.sealed, owner_id=row.id, key_class=KEY_CLASS, place=details_place(row.id))
        return row, said


@pytest.mark.promise("KK-29", breaks="policy:data_key.facility.select")
def test_anybody_at_work_writes_a_request_down_and_nobody_of_them_reads_it(house: House) -> None:
    leader = make_leader(house, make_facility(house))
    takers = [make_worker(house), leader, make_worker(house, role="dpo")]
    for taker in takers:
        with acting(house, taker) as session:
            reference = write(house, session)
        row, said = opened(house, reference)
        assert (row.entered_by, row.entered_kind, said) == (taker.id, taker.kind, SAYS)
        if taker.kind == "oversight":
            continue
        with acting(house, taker) as session, pytest.raises(Unreadable):
            open_json(session, row.sealed, owner_id=row.id, key_class=KEY_CLASS, place=details_place(row.id))


def test_a_visitor_asks_without_account_and_is_given_no_file(house: House) -> None:
    family = make_family(house, [make_facility(house)])
    visitor = Actor("visitor", None, BRUSSELS)
    with transaction(house.databases, "family", visitor, house.clock.now()) as session:
        reference = write(house, session, channel="portal")
    assert opened(house, reference)[0].dossier_id is None
    for given in ({"dossier_id": family.dossier_id}, {"account_id": family.person.id}):
        with (
            pytest.raises(ProgrammingError),
            transaction(house.databases, "family", visitor, house.clock.now()) as session,
        ):
            write(house, session, channel="portal", **given)


@pytest.mark.promise("BXL-60", breaks="policy:rights_request.family.insert")
def test_a_family_asks_about_its_own_file_and_no_other(house: House) -> None:
    family, other = (make_family(house, [make_facility(house)]) for _ in range(2))
    own = {"account_id": family.person.id, "subject_kind": "applicant", "channel": "portal", "details": {}}
    with acting(house, family.person) as session:
        reference = write(house, session, dossier_id=family.dossier_id, **own)
        mine = session.scalars(select(RightsRequest.reference)).all()
    assert mine == [reference]
    for file in (other.dossier_id, UUID(int=1)):
        with pytest.raises(ProgrammingError), acting(house, family.person) as session:
            write(house, session, dossier_id=file, **own)


def test_the_clock_runs_from_receipt_and_not_from_the_entry(house: House) -> None:
    today = today_at(house.clock.now())
    with acting(house, make_worker(house)) as session:
        reference = write(house, session, channel="letter", received_on=today - timedelta(days=10))
    assert opened(house, reference)[0].due_on == today + timedelta(days=18)


@pytest.mark.parametrize(
    ("given", "days", "reason"),
    [
        ({}, 1, Asking.NOT_YET),
        ({}, -400, Asking.TOO_LONG_AGO),
        ({"details": {"name": " ", "email": "a@example.org"}}, 0, Asking.NO_NAME),
        ({"details": {"name": "Youssef"}}, 0, Asking.NO_REACH),
        ({"kind": "everything"}, 0, Asking.UNKNOWN_KIND),
    ],
)
def test_what_cannot_be_answered_is_not_written_down(
    house: House, given: dict[str, object], days: int, reason: Asking
) -> None:
    received = today_at(house.clock.now()) + timedelta(days=days)
    with acting(house, make_worker(house)) as session:
        with pytest.raises(Refused) as refused:
            write(house, session, received_on=received, **given)
        assert refused.value.reason is reason
