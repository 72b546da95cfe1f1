"""The family sees who saw its file: each function with its reason and groups, no name, and neither parent the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import delete

from app.accounts.models import Account
from app.core.actor import Actor
from app.core.audit import note_change, note_read
from app.core.db import transaction
from app.facilities.models import FacilityMember
from app.families.models import DossierParty
from app.rights.queries.log import PAGE_SIZE, OwnLog, own_log
from app.web.doors import House
from app.web.family.log_words import FUNCTIONS, REFUSED, TYPISTS
from tests.accounts_made import account_of, new_person
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    BRUSSELS,
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_helper,
    make_leader,
    make_mandate,
    make_worker,
    signed_in,
)

ACCESS = "/brussels/en/my/access"
CLERK, SUPPORT, COUNTER, HELPER, OVERSEER = (uuid4() for _ in range(5))
# Who came, for which reason, what they were shown, and in which function the family reads of it.
CAME = [
    ("staff", CLERK, "helpdesk", ("contact", "notes"), "helpdesk"),
    ("staff", CLERK, "administrator", ("contact",), "administrator"),
    ("staff", CLERK, "desk", ("messages",), "desk"),
    ("staff", SUPPORT, "support", ("care_plan",), "support"),
    ("counter", COUNTER, "counter", ("contact",), "counter"),
    ("counter", COUNTER, "looking", ("care_plan",), "looking"),
    ("counter", COUNTER, "sick_care", ("address",), "sick_care"),
    ("helper", HELPER, "helper", ("education",), "helper"),
    ("facility", uuid4(), "registrar", ("work_situation",), "registrar"),
    ("facility", uuid4(), "urgent", ("municipality",), "urgent"),
    ("oversight", OVERSEER, "overseer", ("access_log",), "overseer"),
    ("system:offers", None, "system:offers", ("answers",), "job"),
]


@pytest.fixture
def family(house: House) -> FamilyMade:
    place = make_facility(house, name="Zonnetje")
    make_leader(house, place)
    return make_family(house, [place], language="en")


def came(
    house: House,
    kind: str,
    who: UUID | None,
    *subjects: UUID,
    reason: str,
    groups: tuple[str, ...] = ("contact",),
    event: str = "",
    now: datetime | None = None,
    typed_by: UUID | None = None,
) -> None:
    """Let somebody have opened files, or have done something in one."""
    actor = Actor(kind, who, BRUSSELS, typed_by=typed_by)
    with transaction(house.databases, "maintainer", actor, now or house.clock.now()) as session:
        if event:
            note_change(session, event, dossier_id=subjects[0], groups=groups, reasons=(reason,))
        else:
            note_read(session, subjects=subjects, groups=groups, reasons=(reason,))


def log_of(house: House, person: Person) -> OwnLog:
    with acting(house, person) as session:
        return own_log(session)


def second_parent(house: House, family: FamilyMade, *, apart: bool = False) -> Person:
    other, now = new_person("parent", BRUSSELS, "en"), house.clock.now() - timedelta(days=5)
    with as_maintainer(house) as session:
        session.add(account_of(other, now))
        session.flush()
        session.add(
            DossierParty(
                id=uuid4(),
                organisation=BRUSSELS,
                dossier_id=family.dossier_id,
                account_id=other.id,
                invitation_hash=other.id.bytes,
                invited_at=now,
                invitation_expires_at=now,
                joined_at=now,
                apart=apart,
            )
        )
    return other


@pytest.mark.promise("KL-36", "KG-36", breaks="app.rights.queries.log:own_log", twin="tests.twins:empty_log")
def test_each_function_is_read_with_its_reason_and_groups_and_no_name(
    house: House, client: Callable[[], FlaskClient], family: FamilyMade
) -> None:
    leader = make_leader(house, make_facility(house))
    with as_maintainer(house) as session:
        session.add(
            FacilityMember(
                id=uuid4(),
                organisation=BRUSSELS,
                facility_id=next(iter(family.choices)),
                account_id=leader.id,
                role="leader",
                starts_at=house.clock.now() - timedelta(days=9),
            )
        )
    came(house, "facility", leader.id, uuid4(), family.dossier_id, reason="chosen", groups=("applicant_name",))
    for kind, who, reason, groups, _ in CAME:
        came(house, kind, who, family.dossier_id, reason=reason, groups=groups)
    lines = {line.function: line for line in log_of(house, family.person).lines}
    for *_, groups, function in CAME:
        assert lines[function].groups == set(groups), function
        assert not lines[function].changed
    assert (lines["chosen"].facility, lines["chosen"].groups) == ("Zonnetje", {"applicant_name"})
    # The list opens a request to many: they are counted.
    assert lines["urgent"].facility == ""
    page = signed_in(house, client(), family.person).get(ACCESS).text
    for *_, function in CAME:
        name, why = FUNCTIONS[function]
        assert escape(name) in page
        assert escape(why) in page
    for secret in (leader.login, *(str(who) for _, who, *_ in CAME if who), str(leader.id)):
        assert secret not in page
    # Who left, or whose account is gone: what they saw is still there.
    with as_maintainer(house) as session:
        session.execute(delete(FacilityMember).where(FacilityMember.account_id == leader.id))
        session.execute(delete(Account).where(Account.id == leader.id))
    left = {line.function: line for line in log_of(house, family.person).lines}["chosen"]
    assert (left.facility, left.groups) == ("", {"applicant_name"})


def test_who_failed_to_say_who_they_are_and_who_typed_beside_stands_there(
    house: House, client: Callable[[], FlaskClient], family: FamilyMade
) -> None:
    helper, _ = make_helper(house)
    person = family.person
    came(house, "staff", CLERK, family.dossier_id, reason="helpdesk", groups=("help",), event="contact_not_identified")
    came(house, "staff", CLERK, family.dossier_id, reason="helpdesk", groups=(), event="contact_opened")
    came(
        house,
        "parent",
        person.id,
        family.dossier_id,
        reason="owner",
        groups=("care_plan",),
        event="plan_changed",
        typed_by=helper.id,
    )
    page = signed_in(house, client(), person).get(ACCESS).text
    assert page.count(str(escape(REFUSED))) == 1
    assert escape(TYPISTS["helper"]) in page
    assert helper.login not in page
    assert [line.changed for line in log_of(house, person).lines if line.function == "helpdesk"] == [True]


@pytest.mark.promise("KL-36", breaks="branch:owner")
def test_of_another_family_nothing_is_read(house: House, family: FamilyMade) -> None:
    stranger = make_family(house, [make_facility(house)])
    came(house, "staff", CLERK, stranger.dossier_id, reason="helpdesk")
    came(house, "facility", uuid4(), stranger.dossier_id, family.dossier_id, reason="chosen", groups=("care_plan",))
    assert [line.function for line in log_of(house, family.person).lines] == ["chosen"]
    elsewhere = Actor("parent", family.person.id, "leuven")
    with transaction(house.databases, "family", elsewhere, house.clock.now()) as session:
        assert own_log(session).lines == ()


@pytest.mark.promise("KL-36", breaks="branch:co_parent")
def test_neither_parent_reads_of_the_other(house: House, client: Callable[[], FlaskClient], family: FamilyMade) -> None:
    """No read, no contact, no counter, no code, and not that one keeps something apart."""
    other, file, first = second_parent(house, family, apart=True), family.dossier_id, family.person
    for kind, who, reason, groups, _ in CAME:
        came(house, kind, who, file, reason=reason, groups=groups)
    came(house, "facility", uuid4(), file, reason="chosen", groups=("contact", "care_plan", "partner_contact"))
    came(house, "staff", CLERK, file, reason="helpdesk", groups=("contact", "partner_contact"))
    came(house, "staff", CLERK, file, reason="helpdesk", groups=("help",), event="contact_not_identified")
    came(house, "parent", first.id, file, reason="owner", groups=("contact",), event="applicant_changed")
    came(house, "parent", other.id, file, reason="co_parent", groups=("partner_contact",), event="partner_kept_apart")
    long_ago = house.clock.now() - timedelta(days=6)
    came(house, "facility", uuid4(), file, reason="chosen", groups=("care_plan",), now=long_ago)
    ours = log_of(house, first)
    assert not any("partner_contact" in line.groups for line in ours.lines)
    assert [line.groups for line in ours.lines if line.function == "you"] == [{"contact"}]
    theirs = log_of(house, other)
    assert {line.function for line in theirs.lines} == {"you", "organisation", "chosen", "job", "overseer"}
    by_function = {line.function: line for line in theirs.lines}
    assert by_function["chosen"].groups == {"care_plan", "partner_contact"}
    assert by_function["organisation"].groups == {"partner_contact"}
    assert by_function["you"].groups == {"partner_contact"}
    # Nor who helps the first one at this very moment.
    worker, (helper, home) = make_worker(house), make_helper(house)
    make_contact(house, worker, family)
    make_mandate(house, helper, home, family)
    desk, beside = (str(escape(FUNCTIONS[each][1])) for each in ("helpdesk", "helper"))
    shown = signed_in(house, client(), first).get(ACCESS).text
    assert desk in shown
    assert beside in shown
    hidden = signed_in(house, client(), other).get(ACCESS).text
    assert desk not in hidden
    assert beside not in hidden
    assert escape(REFUSED) not in hidden
    assert "Zonnetje" in hidden


def test_a_long_log_comes_day_by_day_within_the_budget(
    house: House, client: Callable[[], FlaskClient], family: FamilyMade
) -> None:
    now = house.clock.now()
    for days in range(30):
        for kind, who, reason, groups, _ in CAME[:6]:
            came(house, kind, who, family.dossier_id, reason=reason, groups=groups, now=now - timedelta(days=days))
    browser = signed_in(house, client(), family.person)
    browser.get(ACCESS)
    with count_sql(house.databases.engine("family")) as spent:
        page = browser.get(ACCESS, headers=AS_SENT)
    BUDGETS["parent"].hold(page, spent)
    log = log_of(house, family.person)
    assert PAGE_SIZE <= len(log.lines) < PAGE_SIZE + 12
    seen, address = 0, ACCESS
    while address:
        text = browser.get(address).text
        seen += text.count(str(escape(FUNCTIONS["support"][1])))
        found = re.search(r'href="([^"]+before=[0-9-]+)#log"', text)
        address = found[1] if found else ""
    assert seen == 30
    assert browser.get(f"{ACCESS}?before=yesterday").status_code == 400
