"""Contacts of the desk with a family: what opens a file, who is known, what may be changed, and when it is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import any_, func, select, text

from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.families.models import Applicant, Dossier
from app.mandates.operations.contacts import end_contact, identify, open_contact, state_wish, turn_away
from app.mandates.queries.contacts import contact_of, require_known
from app.mandates.rules import Channel, Denied, Known, Purpose, Wish, change_problem, may_tell, ways_of
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_worker,
)

CALL = {"channel": Channel.CALL, "purpose": Purpose.FAMILY_ASKED}


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house)])


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


def events_of(house: House, dossier_id: UUID) -> list[tuple[str, list[str]]]:
    with as_maintainer(house) as session:
        found = session.execute(
            select(AuditEntry.event, AuditEntry.reasons)
            .where(any_(AuditEntry.subjects) == dossier_id, AuditEntry.event != "read")
            .order_by(AuditEntry.at, AuditEntry.event)
        )
        return [(row.event, row.reasons) for row in found]


def sees(house: House, worker: Person, family: FamilyMade, after: timedelta = timedelta(0)) -> bool:
    """Tell whether the floor shows the file to this worker."""
    with acting(house, worker, house.clock.now() + after) as session:
        mine = select(func.count()).select_from(Dossier).where(Dossier.id == family.dossier_id)
        return bool(session.scalar(mine))


@pytest.mark.promise("BXL-48", breaks="branch:helpdesk")
def test_a_file_is_open_to_the_desk_from_the_contact_on_and_until_it_ends(
    house: House, worker: Person, family: FamilyMade
) -> None:
    colleague, now = make_worker(house), house.clock.now()
    assert not sees(house, worker, family)
    with acting(house, worker) as session:
        contact_id = open_contact(session, family.dossier_id, **CALL, now=now)
    assert sees(house, worker, family)
    assert not sees(house, colleague, family), "a contact is the worker's own"
    assert not sees(house, worker, family, timedelta(minutes=60)), "it ends by itself"
    with acting(house, colleague) as session, pytest.raises(NotFound):
        end_contact(session, contact_id, now=now)
    with acting(house, worker) as session:
        end_contact(session, contact_id, now=now)
    assert not sees(house, worker, family)
    with acting(house, worker) as session, pytest.raises(NotFound):
        identify(session, contact_id, Known.QUESTIONS, now=now)
    assert events_of(house, family.dossier_id) == [("contact_opened", ["helpdesk"]), ("contact_ended", ["helpdesk"])]


@pytest.mark.promise("BXL-49", breaks="app.mandates.rules:change_problem")
def test_nothing_may_be_changed_before_somebody_is_known_and_their_wish_is_noted(
    house: House, worker: Person, family: FamilyMade
) -> None:
    now = house.clock.now()

    def refused() -> object:
        with acting(house, worker) as session, pytest.raises(Refused) as why:
            require_known(session, family.dossier_id)
        return why.value.reason

    assert refused() is Denied.NO_CONTACT
    with acting(house, worker) as session:
        contact_id = open_contact(session, family.dossier_id, **CALL, now=now)
    assert refused() is Denied.NOT_IDENTIFIED
    with acting(house, worker) as session:
        with pytest.raises(Refused) as early:
            state_wish(session, contact_id, Wish.CHANGE, now=now)
        assert early.value.reason is Denied.NOT_IDENTIFIED
        with pytest.raises(Refused) as unseen:
            identify(session, contact_id, Known.DOCUMENT, now=now)
        assert unseen.value.reason is Denied.NOT_THIS_WAY, "nobody shows a card over the phone"
        identify(session, contact_id, Known.QUESTIONS, now=now)
        with pytest.raises(Refused) as again:
            identify(session, contact_id, Known.CODE, now=now)
        assert again.value.reason is Denied.KNOWN_BEFORE
    assert refused() is Denied.NO_WISH
    with acting(house, worker) as session:
        state_wish(session, contact_id, Wish.INFORMATION, now=now)
    assert refused() is Denied.ONLY_INFORMATION
    with acting(house, worker) as session:
        state_wish(session, contact_id, Wish.CHANGE, now=now)
        known = require_known(session, family.dossier_id)
    assert (known.id, known.identified_how, known.wish) == (contact_id, "questions", "change")


@pytest.mark.promise("KL-33", breaks="branch:helping")
def test_the_floor_takes_no_change_from_a_contact_in_which_nobody_is_known(
    house: House, worker: Person, family: FamilyMade
) -> None:
    def changed() -> int:
        with acting(house, worker) as session:
            statement = text("update applicant set phone = '+3221112233' where dossier_id = :id")
            count: int = session.execute(statement, {"id": family.dossier_id}).rowcount  # type: ignore[attr-defined]
            session.rollback()
            return count

    make_contact(house, worker, family, known=False)
    assert changed() == 0
    make_contact(house, worker, family, channel="file_work", purpose="check")
    assert changed() == 0, "work without a caller changes nothing"
    make_contact(house, worker, family)
    assert changed() == 1


def test_whoever_is_not_known_is_turned_away_and_the_file_closes(
    house: House, worker: Person, family: FamilyMade
) -> None:
    now = house.clock.now()
    with acting(house, worker) as session:
        contact_id = open_contact(session, family.dossier_id, **CALL, now=now)
        turn_away(session, contact_id, now=now)
    with acting(house, worker) as session:
        assert contact_of(session, family.dossier_id) is None
        assert session.scalars(select(Applicant.given_name)).all() == []
    assert ("contact_not_identified", ["helpdesk"]) in events_of(house, family.dossier_id)


def test_a_worker_has_one_family_at_a_time(house: House, worker: Person, family: FamilyMade) -> None:
    other, now = make_family(house, [make_facility(house)]), house.clock.now()
    with acting(house, worker) as session:
        open_contact(session, family.dossier_id, **CALL, now=now)
    later = now + timedelta(minutes=1)
    with acting(house, worker, later) as session:
        open_contact(session, other.dossier_id, channel=Channel.FILE_WORK, purpose=Purpose.CHECK, now=later)
    assert not sees(house, worker, family, timedelta(minutes=2))
    assert sees(house, worker, other, timedelta(minutes=2))


@pytest.mark.promise("LEU-23", breaks="branch:administrator")
def test_each_organisation_opens_its_own_files_to_the_role_that_its_profile_names(house: House) -> None:
    there = make_family(house, [make_facility(house, "leuven")], organisation="leuven")
    here = make_family(house, [make_facility(house)])
    administrator, unsigned = (make_worker(house, "leuven", role="administrator", agrees=one) for one in (True, False))
    helpdesk, now = make_worker(house), house.clock.now()
    for person, family in ((unsigned, there), (helpdesk, there), (administrator, here)):
        with acting(house, person) as session, pytest.raises(NotFound):
            open_contact(session, family.dossier_id, **CALL, now=now)
    with acting(house, helpdesk) as session, pytest.raises(NotFound):
        open_contact(session, uuid4(), **CALL, now=now)
    assert not sees(house, administrator, there)
    with acting(house, administrator) as session:
        open_contact(session, there.dossier_id, **CALL, now=now)
    assert sees(house, administrator, there)


@pytest.mark.parametrize("role", ["policy", "developer"])
def test_a_role_without_files_opens_none(house: House, family: FamilyMade, role: str) -> None:
    with acting(house, make_worker(house, role=role)) as session, pytest.raises(NotFound):
        open_contact(session, family.dossier_id, **CALL, now=house.clock.now())


def test_work_without_a_caller_needs_a_purpose_and_has_nobody_to_identify(
    house: House, worker: Person, family: FamilyMade
) -> None:
    now = house.clock.now()
    with acting(house, worker) as session:
        with pytest.raises(Refused) as why:
            open_contact(session, family.dossier_id, channel=Channel.FILE_WORK, purpose=Purpose.FAMILY_ASKED, now=now)
        assert why.value.reason is Denied.NO_PURPOSE
        contact_id = open_contact(session, family.dossier_id, channel=Channel.FILE_WORK, purpose=Purpose.CHECK, now=now)
        with pytest.raises(Refused) as nobody:
            identify(session, contact_id, Known.QUESTIONS, now=now)
        assert nobody.value.reason is Denied.NO_CALLER
    assert may_tell(Channel.FILE_WORK, identified=False) and not may_tell(Channel.CALL, identified=False)
    assert change_problem(Channel.FILE_WORK, identified=False, wish=None) is Denied.NO_CALLER
    assert ways_of(Channel.COUNTER)[0] is Known.DOCUMENT
