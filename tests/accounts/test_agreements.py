"""Agreements as operations: which texts there are, warnings in time, and what an operator may do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agreement, PartyAgreement, StaffMember
from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.mandates.operations.warnings import warn_of_ends, warn_of_party_ends
from app.organisations.profile import load_profiles
from app.privacy.queries.agreements import agreement_prose
from app.privacy.rules import StatementError
from app.web.doors import House
from jobs.staff import staff_commands
from tests.factories import as_maintainer, make_facility, make_helper, make_worker, queued

LEUVEN = "leuven"
PROFILES = load_profiles()


@pytest.mark.parametrize(
    ("organisation", "key"), [(key, text.key) for key, one in PROFILES.items() for text in one.agreements]
)
def test_every_text_stands_there_in_each_language_of_workers_in_the_version_in_force(
    organisation: str, key: str
) -> None:
    profile = PROFILES[organisation]
    text = next(one for one in profile.agreements if one.key == key)
    for language in profile.languages.staff:
        prose = agreement_prose(profile, text, language)
        assert (prose.language, prose.version) == (language, text.version)
        assert profile.name in " ".join(block.text for block in prose.blocks)
        assert "{" not in str(prose.blocks)


def test_a_text_of_another_version_is_not_shown(tmp_path: Path) -> None:
    profile = PROFILES[LEUVEN]
    text = profile.agreements[0]
    (tmp_path / LEUVEN).mkdir()
    (tmp_path / LEUVEN / f"{text.key}.nl.toml").write_text('version = "1"\ntitle = "Oud"\ntext = "Oud."\n', "utf-8")
    with pytest.raises(StatementError):
        agreement_prose(profile, text, "nl", tmp_path)


def warned(house: House) -> None:
    now = house.clock.now()
    for organisation in (LEUVEN, "brussels"):
        with transaction(house.databases, "jobs", system("agreements", organisation), now) as session:
            warn_of_ends(session, PROFILES[organisation], now=now)
            warn_of_party_ends(session, PROFILES[organisation], now=now)


def ends(session: Session, person: object, days: int, house: House) -> None:
    session.execute(
        update(Agreement)
        .where(Agreement.account_id == person)
        .values(expires_at=house.clock.now() + timedelta(days=days))
    )


def test_people_are_warned_a_month_and_a_week_before_the_end_each_once(house: House) -> None:
    chief, gone = make_worker(house, LEUVEN, role="administrator"), make_worker(house, LEUVEN, role="administrator")
    later, (helper, _) = make_worker(house, LEUVEN, role="sick_care"), make_helper(house, LEUVEN)
    with as_maintainer(house, LEUVEN) as session:
        for person, days in ((chief, 29), (gone, 29), (later, 31), (helper, 6)):
            ends(session, person.id, days, house)
        session.execute(update(StaffMember).where(StaffMember.account_id == gone.id).values(ends_at=house.clock.now()))
    for _ in range(2):
        warned(house)
    told = queued(house, "agreement_ends", organisation=LEUVEN)
    assert sorted((one.recipient, one.params["page"]) for one in told) == sorted(
        [(chief.login, "desk"), (helper.login, "helper")]
    )
    with as_maintainer(house, LEUVEN) as session:
        ends(session, chief.id, 6, house)
    warned(house)
    assert [one.recipient for one in queued(house, "agreement_ends", organisation=LEUVEN)].count(chief.login) == 2


@pytest.mark.promise("LEU-35", breaks='line:app/mandates/operations/warnings.py#StaffMember.role == "administrator",')
def test_administrators_are_warned_30_days_before_an_agreement_with_an_organisation_ends(house: House) -> None:
    chief = make_worker(house, LEUVEN, role="administrator")
    make_worker(house, LEUVEN, role="policy")
    soon, later = make_facility(house, LEUVEN, name="De Wiegjes"), make_facility(house, LEUVEN)
    with as_maintainer(house, LEUVEN) as session:
        for place, days in ((soon, 30), (later, 31)):
            session.execute(
                update(PartyAgreement)
                .where(PartyAgreement.party_id == place.id)
                .values(ends_on=house.clock.today() + timedelta(days=days))
            )
    for _ in range(2):
        warned(house)
    told = queued(house, "party_agreement_ends", organisation=LEUVEN)
    assert [(one.recipient, one.params["party"]) for one in told] == [(chief.login, "De Wiegjes")]


def test_an_operator_invites_and_checks_the_first_administrator_and_not_the_second(house: House) -> None:
    run, command = CliRunner().invoke, staff_commands(house)
    assert run(command, ["invite", LEUVEN, "eerste@example.org", "owner"]).exit_code == 1
    assert run(command, ["invite", LEUVEN, "eerste@example.org", "administrator"]).exit_code == 0
    assert [one.recipient for one in queued(house, "worker_invite", organisation=LEUVEN)] == ["eerste@example.org"]
    first, second = (make_worker(house, LEUVEN, role="administrator", agrees=False) for _ in range(2))
    assert run(command, ["check-agreement", LEUVEN, first.login]).exit_code == 1, "nothing is signed"
    with as_maintainer(house, LEUVEN) as session:
        for one in (first, second):
            session.add(signed(house, one.id))
    assert run(command, ["check-agreement", "brussels", first.login]).exit_code == 1
    assert run(command, ["check-agreement", LEUVEN, first.login]).exit_code == 0
    assert run(command, ["check-agreement", LEUVEN, second.login]).exit_code == 1
    with as_maintainer(house, LEUVEN) as session:
        rows = dict(session.execute(select(Agreement.account_id, Agreement.checked_at)).all())
    assert rows[first.id] is not None
    assert rows[second.id] is None


@pytest.mark.promise("LEU-34", breaks="branch:in_sick_care")
def test_sick_care_finds_nobody_before_the_agreement_with_its_counterparty_is_checked(house: House) -> None:
    worker = make_worker(house, LEUVEN, role="sick_care", agrees=False)
    actor = Actor(Kind.COUNTER, worker.id, LEUVEN)

    def is_open() -> bool:
        with transaction(house.databases, "counter", actor, house.clock.now()) as session:
            return session.connection().exec_driver_sql("select count(*) from access.in_sick_care").scalar() == 1

    assert not is_open()
    with as_maintainer(house, LEUVEN) as session:
        session.add(signed(house, worker.id, kind="sick_care_confidentiality", counterparty="vzw Kinderopvang Leuven"))
    assert not is_open(), "not before the check"
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Agreement).values(checked_at=house.clock.now()))
    assert is_open()


def signed(
    house: House, account_id: UUID, *, kind: str = "confidentiality", counterparty: str | None = None
) -> Agreement:
    return Agreement(
        id=uuid4(),
        organisation=LEUVEN,
        account_id=account_id,
        kind=kind,
        version="2026-1",
        counterparty=counterparty,
        language="nl",
        accepted_at=house.clock.now(),
    )
