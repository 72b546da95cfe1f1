"""People, facilities and requests for tests of the doors, written as the maintainer and ranked by the rules.

    facility = make_facility(house)
    leader = make_leader(house, facility)
    family = make_family(house, [facility], start_date=date(2027, 9, 1))
    client = signed_in(house, app.test_client(), leader)
    post_form(client, f"{leader.base}/facility/requests/{family.choices[facility.id]}", "…/consider")

Every function opens its own transaction; `now` is the house's clock unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.applications.models import Application, Choice, Offer
from app.applications.rules import Plan, deviates, reply_due_on
from app.core.clock import today_at
from app.facilities.models import Facility, FacilityMember
from app.families.models import Applicant, Child, Circumstances, Dossier, Partner
from app.priority.queries import keys_at, keys_of
from app.priority.rules import Facts, Work
from app.priority.rules import Family as Household
from app.web.doors import House
from tests.accounts_made import PASSWORD, account_of, new_person, numbers, signed_with
from tests.people import (
    BRUSSELS,
    FamilyMade,
    Person,
    Place,
    Queued,
    acting,
    as_maintainer,
    guard_of,
    post_form,
    queued,
    session_of,
    signed_in,
)
from tests.workforce import make_contact, make_helper, make_mandate, make_worker

__all__ = [
    "ABSOLUTE",
    "BRUSSELS",
    "MONDAY",
    "OTHER",
    "PASSWORD",
    "PRIORITY",
    "WHOLE_WEEK",
    "FamilyMade",
    "Person",
    "Place",
    "Queued",
    "acting",
    "as_maintainer",
    "guard_of",
    "make_contact",
    "make_facility",
    "make_family",
    "make_helper",
    "make_leader",
    "make_mandate",
    "make_member",
    "make_offer",
    "make_worker",
    "post_form",
    "queued",
    "session_of",
    "signed_in",
]

WHOLE_WEEK = 1023
MONDAY = 0b11
# Which answers make which rank under the rules of 2014.
ABSOLUTE, PRIORITY, OTHER = Facts(work=Work.FULL_TIME), Facts(family=Household.ONE_PARENT), Facts()


def make_facility(house: House, organisation: str = BRUSSELS, **given: Any) -> Place:
    """Make an active facility; `given` are its columns."""
    number = next(numbers)
    columns = {
        "name": f"De Zandbak {number}",
        "kind": "group",
        "street": "Bloemenstraat 1",
        "postcode": "1030",
        "municipality": "schaarbeek",
        "latitude": 50.86,
        "longitude": 4.38,
        "phone": "+3224600000",
        "email": f"zandbak{number}@example.org",
        "language": "nl",
        "tariff": "income",
        "reply_days": None,
        "active": True,
    } | given
    made = uuid4()
    with as_maintainer(house, organisation) as session:
        session.add(Facility(id=made, organisation=organisation, **columns))
        session.add(signed_with("facility", made, organisation, house.clock.now()))
    kept = ("name", "email", "language", "postcode", "tariff", "reply_days")
    return Place(made, organisation, **{name: columns[name] for name in kept})


def make_leader(
    house: House,
    *facilities: Place,
    language: str = "nl",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    **given: Any,
) -> Person:
    """Make somebody who answers for these facilities."""
    leader = new_person("facility", facilities[0].organisation if facilities else BRUSSELS, language)
    now = house.clock.now()
    with as_maintainer(house, leader.organisation) as session:
        session.add(account_of(leader, now, **given))
        session.flush()
        for facility in facilities:
            session.add(_member(leader, facility, starts_at or now - timedelta(days=400), ends_at))
    return leader


def make_member(
    house: House, leader: Person, facility: Place, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> None:
    """Let somebody answer for one more facility."""
    with as_maintainer(house, leader.organisation) as session:
        session.add(_member(leader, facility, starts_at or house.clock.now() - timedelta(days=400), ends_at))


def make_family(
    house: House,
    choices: Sequence[Place] = (),
    *,
    facts: Facts = ABSOLUTE,
    siblings: Sequence[Place] = (),
    states: Mapping[UUID, str] | None = None,
    language: str = "nl",
    submitted_at: datetime | None = None,
    start_date: date | None = None,
    half_days: int = WHOLE_WEEK,
    hours: Mapping[str, Any] | None = None,
    flexible: bool = False,
    birth_date: date | None = None,
    expected: bool = False,
    partner: bool = True,
    organisation: str = BRUSSELS,
    of: FamilyMade | None = None,
    application_state: str = "open",
    applicant: Mapping[str, Any] | None = None,
    child: Mapping[str, Any] | None = None,
    circumstances: Mapping[str, Any] | None = None,
) -> FamilyMade:
    """Make a family with one request that chose these facilities; `of` adds a second child to a family.

    `facts` are the answers that its priority is computed from; `siblings` are the facilities where a sibling is;
    `states` gives the state of a choice by facility.
    """
    now = house.clock.now()
    sent = submitted_at or now
    today = today_at(now)
    profile = house.profiles[organisation]
    assert profile.application is not None
    number = next(numbers)
    start = start_date or today + timedelta(days=200)
    person = of.person if of else new_person("parent", organisation, language)
    names = {"given_name": f"Amina{number}", "family_name": f"Peeters{number}", "child": f"Noor{number}"}
    contact = {
        "street": f"Kersenlaan{number}",
        "house_number": "12",
        "postcode": "1030",
        "municipality": "schaarbeek",
        "phone": f"+3247000{number:04d}",
        "email": person.login,
    }
    parent = {"birth_date": date(1993, 5, 4), "sex": "f", **{k: names[k] for k in ("given_name", "family_name")}}
    parent |= contact | dict(applicant or {})
    dossier_id = of.dossier_id if of else uuid4()
    child_id, application_id = uuid4(), uuid4()
    keys = {"organisation": organisation, "dossier_id": dossier_id}
    with as_maintainer(house, organisation) as session:
        if of is None:
            session.add(account_of(person, now))
            session.add(
                Dossier(
                    id=dossier_id,
                    organisation=organisation,
                    account_id=person.id,
                    reference=f"T{number:08d}",
                    language=language,
                    created_at=sent,
                    last_activity_at=sent,
                    state="active",
                )
            )
            session.flush()
            session.add(Applicant(**keys, **parent))
            if partner:
                other = {"given_name": f"Youssef{number}", "family_name": f"Partner{number}"}
                reach = {"phone": f"+3248000{number:04d}", "email": f"partner{number}@example.org"}
                session.add(Partner(**keys, **other, **reach, work=_code(facts.partner_work)))
            session.add(Circumstances(**keys, **_circumstances(facts, sent), **(circumstances or {})))
        little = {
            "given_name": None if expected else names["child"],
            "family_name": names["family_name"],
            "birth_date": birth_date or (today + timedelta(days=60) if expected else today - timedelta(days=120)),
            "expected": expected,
        } | dict(child or {})
        session.add(Child(id=child_id, **keys, **little))
        session.flush()
        whole = keys_of(profile, today_at(sent), facts)
        session.add(
            Application(
                id=application_id,
                **keys,
                child_id=child_id,
                start_date=start,
                half_days=half_days,
                hours=dict(hours) if hours else None,
                flexible=flexible,
                state=application_state,
                submitted_at=sent,
                closed_at=None if application_state == "open" else now,
                expires_on=max(start, today_at(sent)) + timedelta(days=60),
                rule_set=whole.rule_set,
                grounds=[str(ground) for ground in whole.grounds],
                priority_rank=whole.rank,
            )
        )
        session.flush()
        made: dict[UUID, UUID] = {}
        for position, facility in enumerate(choices, start=1):
            here = replace(facts, sibling_here=facility in siblings)
            ranked = keys_at(profile, today_at(sent), here, postcode=facility.postcode, tariff=facility.tariff)
            made[facility.id] = uuid4()
            session.add(
                Choice(
                    id=made[facility.id],
                    **keys,
                    application_id=application_id,
                    child_id=child_id,
                    facility_id=facility.id,
                    position=position,
                    state=(states or {}).get(facility.id, "open"),
                    priority_rank=ranked.rank,
                    grounds=[str(ground) for ground in ranked.grounds],
                    submitted_at=sent,
                    start_date=start,
                    half_days=half_days,
                    child_birth_date=little["birth_date"],
                    expires_on=max(start, today_at(sent)) + timedelta(days=60),
                    sibling_here=facility in siblings,
                    reply_due_on=reply_due_on(
                        today_at(sent),
                        facility.reply_days or profile.application.reply_days,
                        start_date=start,
                        horizon_months=profile.application.horizon_months,
                    ),
                )
            )
    reference = of.reference if of else f"T{number:08d}"
    return FamilyMade(
        person, dossier_id, child_id, application_id, reference, made, parent["email"], Plan(start, half_days), names
    )


def make_offer(
    house: House,
    family: FamilyMade,
    facility: Place,
    *,
    start_date: date | None = None,
    half_days: int | None = None,
    expires_at: datetime | None = None,
    state: str = "open",
) -> UUID:
    """Make an offer as a facility would have made it."""
    now = house.clock.now()
    plan = Plan(start_date or family.plan.start_date, half_days or family.plan.half_days)
    offer_id = uuid4()
    with as_maintainer(house, family.person.organisation) as session:
        session.add(
            Offer(
                id=offer_id,
                organisation=family.person.organisation,
                choice_id=family.choices[facility.id],
                application_id=family.application_id,
                dossier_id=family.dossier_id,
                facility_id=facility.id,
                start_date=plan.start_date,
                half_days=plan.half_days,
                deviating=deviates(plan, family.plan),
                expires_at=expires_at or now + timedelta(days=10),
                state=state,
                created_at=now,
                decided_at=None if state == "open" else now,
            )
        )
        if state == "open":
            choice = session.get_one(Choice, family.choices[facility.id])
            choice.state, choice.answered_at = "offered", now
    return offer_id


def _member(leader: Person, facility: Place, starts_at: datetime, ends_at: datetime | None) -> FacilityMember:
    return FacilityMember(
        id=uuid4(),
        organisation=facility.organisation,
        facility_id=facility.id,
        account_id=leader.id,
        role="leader",
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _circumstances(facts: Facts, now: datetime) -> dict[str, Any]:
    return {
        "family_situation": _code(facts.family),
        "work": _code(facts.work),
        "employer": "Geheime Werkgever" if facts.work else None,
        "income": _code(facts.income),
        "education": _code(facts.education),
        "foster": facts.foster,
        "dutch": _code(facts.dutch),
        "dutch_proof": bool(facts.dutch_proof),
        "dutch_proof_at": now if facts.dutch_proof else None,
    }


def _code(value: object) -> str | None:
    return None if value is None else str(value)
