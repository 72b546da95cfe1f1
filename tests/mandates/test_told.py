"""Nobody changes a family's file without telling the family: judged by the database, whatever page or script it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.applications.operations.notices import note_notice, tell_family
from app.core.actor import Actor
from app.core.db import now_of, transaction
from app.mandates.operations.telling import tell_of_change
from app.web.doors import House
from tests.factories import (
    BRUSSELS,
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

# Each watched table, changed by a login that may write it; consent, health and address are below.
RAW = {
    "applicant": "update applicant set family_name = 'X' where dossier_id = :dossier",
    "partner": "delete from partner where dossier_id = :dossier",
    "child": "update child set family_name = 'X' where id = :child",
    "circumstances": "update circumstances set income = 'above_limit' where dossier_id = :dossier",
    "dossier": "update dossier set language = 'fr' where id = :dossier",
    "application": "update application set half_days = 1 where id = :application",
    "application_rank": "update application set priority_rank = 0 where id = :application",
    "application_moved": "update application set state = 'cancelled' where id = :application",
    "choice": "update choice set position = 5 where id = :choice",
    "choice_ended": "update choice set state = 'withdrawn' where id = :choice",
    "consent": "insert into consent (id, organisation, dossier_id, application_id, recipient, given, at, text_version,"
    " language, channel) values (gen_random_uuid(), 'brussels', :dossier, :application, 'opgroeien', false, app.now(),"
    " '1', 'nl', 'call')",
}


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house), make_facility(house)])


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


@pytest.fixture
def contact(house: House, worker: Person, family: FamilyMade) -> UUID:
    return make_contact(house, worker, family)


def keys(family: FamilyMade) -> dict[str, Any]:
    return {
        "dossier": family.dossier_id,
        "child": family.child_id,
        "application": family.application_id,
        "choice": next(iter(family.choices.values())),
    }


def run(session: Session, statement: str, family: FamilyMade) -> None:
    named = set(re.findall(r"(?<!:):(\w+)", statement))
    found = session.execute(text(statement), {name: value for name, value in keys(family).items() if name in named})
    assert found.rowcount == 1


def refused(house: House, worker: Person, change: Callable[[Session], None]) -> None:
    with pytest.raises(DBAPIError, match="is not told"), acting(house, worker) as session:
        change(session)


def told(session: Session, contact: UUID, family: FamilyMade) -> None:
    tell_of_change(
        session,
        family.dossier_id,
        reason="helpdesk",
        event="file_changed",
        groups=("contact",),
        contact_id=contact,
        now=now_of(session),
    )


@pytest.mark.promise("BXL-49", breaks="trigger:applicant_family_is_told")
@pytest.mark.promise("BXL-49", breaks="trigger:choice_ended_family_is_told")
@pytest.mark.promise("BXL-49", breaks="trigger:application_moved_family_is_told")
@pytest.mark.promise("BXL-17", breaks="trigger:application_moved_family_is_told")
@pytest.mark.promise("BXL-49", breaks="trigger:circumstances_family_is_told")
@pytest.mark.promise("BXL-49", breaks="trigger:dossier_family_is_told")
def test_a_change_by_sql_is_refused_at_commit_unless_the_family_is_told(
    house: House, worker: Person, contact: UUID, family: FamilyMade
) -> None:
    for statement in RAW.values():
        refused(house, worker, lambda session, raw=statement: run(session, raw, family))  # type: ignore[misc]
    assert queued(house) == []
    with acting(house, worker) as session:
        told(session, contact, family)
        for name, statement in RAW.items():
            if name not in ("application_moved", "choice_ended"):
                run(session, statement, family)
    (mail,) = queued(house)
    assert (mail.kind, mail.recipient) == ("changed_by_helpdesk", family.email)


def test_a_choice_that_the_family_took_back_is_not_opened_again_unseen(
    house: House, worker: Person, contact: UUID, family: FamilyMade
) -> None:
    with as_maintainer(house) as session:
        run(session, RAW["choice_ended"], family)
    again = "update choice set state = 'open' where id = :choice"
    refused(house, worker, lambda session: run(session, again, family))


@pytest.mark.promise("BXL-49", breaks="trigger:child_family_is_told")
def test_a_notice_counts_with_its_own_fresh_message_to_this_family_only(
    house: House, worker: Person, contact: UUID, family: FamilyMade
) -> None:
    other = make_family(house, [make_facility(house)])
    other_contact = make_contact(house, worker, other)
    notice: dict[str, Any] = {"reason": "helpdesk", "event": "file_changed", "groups": ("contact",)}
    with acting(house, worker) as session:
        told(session, contact, family)
        key = session.scalar(text("select message_key from family_notice"))

    def change(session: Session) -> None:
        run(session, RAW["child"], family)

    def notice_alone(session: Session) -> None:
        note_notice(session, family.dossier_id, message_key="nothing", contact_id=contact, **notice)
        change(session)

    def message_alone(session: Session) -> None:
        tell_family(session, family.dossier_id, "changed_by_helpdesk", "k1", parts=["contact"])
        change(session)

    def old_message(session: Session) -> None:
        note_notice(session, family.dossier_id, message_key=key, contact_id=contact, **notice)
        change(session)

    def message_of_another(session: Session) -> None:
        tell_family(session, other.dossier_id, "changed_by_helpdesk", "k2", parts=["contact"])
        note_notice(session, family.dossier_id, message_key="k2", contact_id=contact, **notice)
        change(session)

    def told_another(session: Session) -> None:
        tell_family(session, other.dossier_id, "changed_by_helpdesk", "k3", parts=["contact"])
        note_notice(session, other.dossier_id, message_key="k3", contact_id=other_contact, **notice)
        change(session)

    def sent_already(session: Session) -> None:
        session.execute(
            text(
                "insert into outbox (id, organisation, once_key, kind, channel, owner_id, dossier_id, language, sealed,"
                " message_id, state, attempts, due_at, created_at) values (gen_random_uuid(), 'brussels', 'k4', 'x',"
                " 'family', :dossier, :dossier, 'nl', null, 'k4', 'sent', 0, app.now(), app.now())"
            ),
            {"dossier": family.dossier_id},
        )
        note_notice(session, family.dossier_id, message_key="k4", contact_id=contact, **notice)
        change(session)

    for each in (notice_alone, message_alone, old_message, message_of_another, told_another, sent_already):
        refused(house, worker, each)
    refused(house, worker, change)


class Undone(Exception):
    """Leaves a transaction without a commit."""


def test_no_savepoint_and_no_early_judgement_gets_round_it(
    house: House, worker: Person, contact: UUID, family: FamilyMade
) -> None:
    def told_and_untold(session: Session) -> None:
        run(session, RAW["child"], family)
        try:
            with session.begin_nested():
                told(session, contact, family)
                session.execute(text("set constraints all immediate"))
                raise Undone
        except Undone:
            session.execute(text("set constraints all deferred"))

    refused(house, worker, told_and_untold)
    with acting(house, worker) as session, session.begin_nested():
        told(session, contact, family)
        with session.begin_nested():
            run(session, RAW["child"], family)


def test_no_login_of_a_helper_passes_for_the_family_or_for_a_job(
    house: House, worker: Person, contact: UUID, family: FamilyMade
) -> None:
    for kind in ("parent", "draft", "system:offers"):

        def pretend(session: Session, kind: str = kind) -> None:
            run(session, RAW["child"], family)
            session.execute(text("select set_config('app.actor_kind', :kind, true)"), {"kind": kind})

        refused(house, worker, pretend)


@pytest.mark.promise("BXL-49", breaks="trigger:consent_family_is_told")
def test_whoever_is_at_the_console_states_a_purpose_or_tells_the_family(house: House, family: FamilyMade) -> None:
    console = Actor("", None, BRUSSELS)
    for name in ("consent", "applicant"):
        with (
            pytest.raises(DBAPIError, match="is not told"),
            transaction(house.databases, "maintainer", console, house.clock.now()) as session,
        ):
            run(session, RAW[name], family)


def test_the_family_s_own_change_needs_no_notice(house: House, family: FamilyMade) -> None:
    with acting(house, family.person) as session:
        run(session, RAW["child"], family)
    assert queued(house) == []


def test_a_counter_a_helper_and_a_facility_are_held_to_it_as_well(house: House) -> None:
    place = make_facility(house, "leuven", postcode="3000", municipality="leuven")
    family = make_family(
        house, [place], organisation="leuven", applicant={"postcode": "3000", "municipality": "leuven"}
    )
    counter = make_worker(house, "leuven", role="counter", area=["leuven"])
    make_contact(house, counter, family, channel="counter", identified_how="document")
    rename = "update applicant set family_name = 'X' where dossier_id = :dossier"
    refused(house, counter, lambda session: run(session, rename, family))
    administrator = make_worker(house, "leuven", role="administrator")
    make_contact(house, administrator, family)
    refused(house, administrator, lambda session: run(session, rename, family))


@pytest.mark.promise("KL-33", breaks="branch:helping")
@pytest.mark.promise("BXL-49", breaks="branch:helping")
def test_without_a_contact_in_which_somebody_is_known_there_is_nothing_to_write(
    house: House, family: FamilyMade
) -> None:
    worker = make_worker(house)
    make_contact(house, worker, family, known=False)
    for statement in RAW.values():
        with acting(house, worker) as session:
            named = set(re.findall(r"(?<!:):(\w+)", statement))
            values = {name: value for name, value in keys(family).items() if name in named}
            if statement.startswith("insert"):
                with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
                    session.execute(text(statement), values)
            else:
                assert session.execute(text(statement), values).rowcount == 0
    stranger = uuid4()
    with pytest.raises(DBAPIError, match="row-level security"), acting(house, worker) as session:
        note_notice(
            session,
            family.dossier_id,
            reason="helpdesk",
            event="x",
            groups=(),
            message_key="x",
            contact_id=stranger,
        )
