"""The grounds on which those who help reach a file: one of each kind, with what ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from app.core.actor import Actor
from app.mandates.models import LookCode, ServiceUse, SupportGrant
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_helper,
    make_leader,
    make_mandate,
    make_worker,
)

HERE = {"municipality": "leuven", "postcode": "3000"}
AWAY = {"municipality": "diest", "postcode": "3290"}


@dataclass
class Ground:
    """Somebody with a ground to reach one family and none for another of the same organisation."""

    login: str
    actor: Actor
    family: FamilyMade
    stranger: FamilyMade
    # What the ground opens: a table in which the file shows.
    shows: str
    ends: Mapping[str, str]
    # What the ends are about.
    key: UUID


def _staff_contact(house: House) -> Ground:
    worker = make_worker(house)
    family, stranger = make_family(house), make_family(house)
    contact = make_contact(house, worker, family)
    return Ground(
        "staff",
        worker.actor,
        family,
        stranger,
        "circumstances",
        {
            "the contact was ended": "update desk_contact set ended_at = opened_at where id = :key",
            "the contact ran out": "update desk_contact set until = opened_at where id = :key",
            "the role ended": f"update staff_member set ends_at = starts_at where account_id = '{worker.id}'",
        },
        contact,
    )


def _administrator(house: House) -> Ground:
    worker = make_worker(house, "leuven", role="administrator")
    family, stranger = (make_family(house, organisation="leuven", applicant=AWAY) for _ in range(2))
    contact, own = make_contact(house, worker, family), f"account_id = '{worker.id}'"
    return Ground(
        "staff",
        worker.actor,
        family,
        stranger,
        "circumstances",
        {
            "the signature was withdrawn": f"update agreement set ended_at = accepted_at where {own}",
            "the agreement ran out": f"update agreement set expires_at = accepted_at where {own}",
            "the check was withdrawn": f"update agreement set checked_at = null where {own}",
            "another version counts": f"update agreement set version = 'old' where {own}",
        },
        contact,
    )


def _developer(house: House) -> Ground:
    worker, giver = make_worker(house, role="developer"), make_worker(house)
    family, stranger = make_family(house), make_family(house)
    now, key = house.clock.now(), uuid4()
    with as_maintainer(house) as session:
        session.add(
            SupportGrant(
                id=key,
                organisation="brussels",
                account_id=worker.id,
                dossier_id=family.dossier_id,
                reason="The list shows nothing",
                given_by=giver.id,
                given_at=now,
                until=now + timedelta(hours=2),
            )
        )
    return Ground(
        "staff",
        worker.actor,
        family,
        stranger,
        "application",
        {"the grant was ended": "update support_grant set ended_at = given_at where id = :key"},
        key,
    )


def _looking(house: House) -> Ground:
    worker = make_worker(house, "leuven", role="counter", area=["leuven"])
    family, stranger = (make_family(house, organisation="leuven", applicant=AWAY) for _ in range(2))
    now, key = house.clock.now(), uuid4()
    with as_maintainer(house, "leuven") as session:
        session.add(
            LookCode(
                id=key,
                organisation="leuven",
                dossier_id=family.dossier_id,
                code_token=key.bytes,
                created_at=now,
                expires_at=now,
                used_by=worker.id,
                used_at=now,
                until=now + timedelta(minutes=30),
            )
        )
    return Ground(
        "staff",
        worker.actor,
        family,
        stranger,
        "application",
        {
            "the family ended it": "update look_code set ended_at = used_at where id = :key",
            "half an hour passed": "update look_code set until = used_at where id = :key",
        },
        key,
    )


def at_a_counter(house: House) -> Ground:
    worker = make_worker(house, "leuven", role="counter", area=["leuven"])
    facility = make_facility(house, "leuven", **HERE)
    family = make_family(house, [facility], organisation="leuven", applicant=AWAY)
    stranger = make_family(house, organisation="leuven", applicant=AWAY)
    return Ground(
        "counter",
        worker.actor,
        family,
        stranger,
        "applicant",
        {
            "the family took its choice back": "update choice set state = 'withdrawn' where id = :key",
            "the area changed": f"update staff_member set area = '{{}}' where account_id = '{worker.id}'",
        },
        family.choices[facility.id],
    )


def _sick_care(house: House) -> Ground:
    worker = make_worker(house, "leuven", role="sick_care")
    family, stranger = (make_family(house, organisation="leuven", applicant=AWAY) for _ in range(2))
    now, key = house.clock.now(), uuid4()
    with as_maintainer(house, "leuven") as session:
        session.add(
            ServiceUse(
                id=key,
                organisation="leuven",
                dossier_id=family.dossier_id,
                child_id=family.child_id,
                used_on=now.date(),
                recorded_by=worker.id,
                recorded_at=now,
            )
        )
    return Ground(
        "counter",
        worker.actor,
        family,
        stranger,
        "applicant",
        {"a year passed": "update service_use set used_on = used_on - 366 where id = :key"},
        key,
    )


def _helper(house: House) -> Ground:
    helper, home = make_helper(house)
    family, stranger = make_family(house), make_family(house)
    mandate = make_mandate(house, helper, home, family)
    return Ground(
        "helper",
        helper.actor,
        family,
        stranger,
        "circumstances",
        {
            "the family ended it": "update mandate set ended_at = started_at where id = :key",
            "two years passed": (
                "update mandate set last_joint_at = started_at - interval '2 years 2 days' where id = :key"
            ),
            "the helper left": f"update helper_member set ends_at = starts_at where account_id = '{helper.id}'",
            "the agreement ended": f"update party_agreement set ends_on = signed_on where party_id = '{home}'",
            "the organisation closed": f"update helper_organisation set active = false where id = '{home}'",
            "the conduct ran out": f"update agreement set expires_at = accepted_at where account_id = '{helper.id}'",
        },
        mandate,
    )


def _registrar(house: House) -> Ground:
    facility = make_facility(house)
    leader = make_leader(house, facility)
    family, stranger = make_family(house), make_family(house, [facility])
    with as_maintainer(house) as session:
        session.execute(
            text("update dossier set registrar_facility_id = :f where id = :d"),
            {"f": facility.id, "d": family.dossier_id},
        )
    return Ground(
        "helper",
        leader.actor,
        family,
        stranger,
        "circumstances",
        {
            "the parents took over": "update dossier set registrar_ended_at = created_at where id = :key",
            "the leader left": f"update facility_member set ends_at = starts_at where account_id = '{leader.id}'",
        },
        family.dossier_id,
    )


GROUNDS: Mapping[str, Callable[[House], Ground]] = {
    "a contact of the helpdesk": _staff_contact,
    "a contact of an administrator": _administrator,
    "a grant to the developer": _developer,
    "a code at the counter": _looking,
    "the area of a counter": at_a_counter,
    "a use of sick care": _sick_care,
    "a mandate": _helper,
    "a registration": _registrar,
}
