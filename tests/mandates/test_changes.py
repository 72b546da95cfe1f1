"""What a desk changes for a family is the family's own change: the same order and keys, nothing it may not read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.applications.models import Application, Choice
from app.applications.operations.changes import Told, change_answers
from app.core.errors import NotFound, Refused
from app.core.models import OutboxMessage
from app.families.models import Applicant, FamilyNotice, ProtectedContact
from app.families.operations import change_health
from app.families.queries import FamilyRecord, own_family
from app.mandates.operations.changes import cancel_for, change_file
from app.mandates.rules import CancelReason, Denied
from app.priority.rules import Facts
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
    queued,
)

# Income, health and diploma together make a family vulnerable: the rank needs the answer that no desk reads.
POOR = {"income": "below_limit", "education": "primary"}


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


def told(known: FamilyRecord, family: FamilyMade, **changed: Any) -> Told:
    child = known.children[family.child_id]
    everything = Told(
        known.language, known.applicant, known.partner, family.child_id, child, known.circumstances, known.health
    )
    return replace(everything, **changed)


def keys(house: House, family: FamilyMade) -> tuple[Any, ...]:
    with as_maintainer(house) as session:
        one = session.get_one(Application, family.application_id)
        rows = session.execute(
            select(Choice.priority_rank, Choice.grounds).where(Choice.dossier_id == family.dossier_id)
        ).all()
        return (one.priority_rank, one.grounds, one.rule_set, sorted((row.priority_rank, row.grounds) for row in rows))


def test_the_order_follows_exactly_as_when_the_family_changes_it_health_and_all(house: House, worker: Person) -> None:
    place = make_facility(house)
    ranked = []
    for by_desk in (False, True):
        family = make_family(house, [place], facts=Facts())
        with acting(house, family.person) as session:
            change_health(session, family.dossier_id, True, now=house.clock.now())
        make_contact(house, worker, family)
        before = keys(house, family)
        with acting(house, worker if by_desk else family.person) as session:
            known = own_family(session, family.dossier_id)
            assert (known.health is None) is by_desk
            changed = told(known, family, circumstances=replace(known.circumstances, **POOR))
            change = change_file if by_desk else change_answers
            change(session, house.profiles["brussels"], family.dossier_id, changed, now=house.clock.now())
        ranked.append(keys(house, family))
        assert ranked[-1] != before
        with acting(house, family.person) as session:
            assert own_family(session, family.dossier_id).health is True
    assert ranked[0] == ranked[1]
    assert "vulnerable_family" in ranked[1][1]


def test_no_desk_reads_the_health_answer(house: House, worker: Person) -> None:
    family = make_family(house, [make_facility(house)])
    make_contact(house, worker, family)
    for statement in ("select sealed from health_answer", "delete from health_answer"):
        with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
            session.execute(text(statement))
    with acting(house, worker) as session:
        assert session.execute(text("select wrapped from keys.data_key where key_class = 'health'")).all() == []


def test_a_protected_address_is_read_and_sealed_anew_only_while_helping(house: House, worker: Person) -> None:
    family = make_family(house, [make_facility(house)])
    contact = make_contact(house, worker, family)
    with acting(house, worker) as session:
        known = own_family(session, family.dossier_id)
        hidden = replace(known.applicant, protected=True, street="Geheimlaan")
        change_file(
            session, house.profiles["brussels"], family.dossier_id, told(known, family, applicant=hidden),
            now=house.clock.now(),
        )  # fmt: skip
    with as_maintainer(house) as session:
        row = session.get_one(Applicant, family.dossier_id)
        assert (row.street, row.email, row.protected) == (None, None, True)
        assert session.get_one(ProtectedContact, family.dossier_id).sealed
    with acting(house, worker) as session:
        assert own_family(session, family.dossier_id).applicant.street == "Geheimlaan"
    with as_maintainer(house) as session:
        session.execute(text("update desk_contact set ended_at = opened_at where id = :id"), {"id": contact})
    with acting(house, worker) as session:
        assert session.execute(text("select sealed from protected_contact")).all() == []
        with pytest.raises(NotFound):
            own_family(session, family.dossier_id)


def test_twenty_cancellations_send_twenty_single_mails(house: House, worker: Person) -> None:
    place = make_facility(house)
    families = [make_family(house, [place]) for _ in range(20)]
    for family in families:
        make_contact(house, worker, family)
    with acting(house, worker) as session:
        for family in families:
            cancel_for(session, family.application_id, CancelReason.FAMILY_ASKED, now=house.clock.now())
    mails = queued(house, "cancelled_by_desk")
    assert sorted(mail.recipient for mail in mails) == sorted(str(family.email) for family in families)
    with as_maintainer(house) as session:
        assert len(set(session.scalars(select(FamilyNotice.message_key)))) == 20
        assert len(set(session.scalars(select(OutboxMessage.dossier_id)))) == 20


@pytest.mark.promise("KL-33", breaks="app.mandates.rules:change_problem")
def test_the_verb_itself_asks_who_is_known_and_what_they_want(house: House, worker: Person) -> None:
    family = make_family(house, [make_facility(house)])
    make_contact(house, worker, family, known=False)
    with acting(house, worker) as session:
        known = own_family(session, family.dossier_id)
        changed = told(known, family, language="fr")
        with pytest.raises(Refused) as refused:
            change_file(session, house.profiles["brussels"], family.dossier_id, changed, now=house.clock.now())
        assert refused.value.reason is Denied.NOT_IDENTIFIED
    stranger = make_worker(house)
    with acting(house, stranger) as session, pytest.raises(NotFound):
        change_file(session, house.profiles["brussels"], family.dossier_id, changed, now=house.clock.now())
    assert queued(house) == []
