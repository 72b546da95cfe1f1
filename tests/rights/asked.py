"""Requests about rights for tests: asked through their doors, handled by an officer, worked on by the jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.rights.models import RightsRequest
from app.rights.operations.answering import settle
from app.rights.operations.asking import ask
from app.rights.operations.carrying_out import carry_out
from app.rights.operations.drafting import make_drafts
from app.rights.operations.handling import link, see_identity
from app.rights.operations.telling import tell_requesters
from app.rights.queries.requests import Whole, one_request
from app.rights.rules import Decision
from app.web.doors import House
from app.web.i18n import texts
from tests.factories import BRUSSELS, FamilyMade, Person, Place, acting, as_maintainer, make_offer

SAYS = {"name": "Youssef Partner", "email": "youssef@example.org", "says": "What do you hold on me?"}
REASON = "A law makes us keep this part until the end of the care."


def write(house: House, session: Session, organisation: str = BRUSSELS, **given: object) -> str:
    """Write a request down as whoever the session acts for; return its reference."""
    now = house.clock.now()
    values: dict[str, Any] = {
        "kind": "access",
        "subject_kind": "partner",
        "dossier_id": None,
        "account_id": None,
        "channel": "phone",
        "details": SAYS,
        "received_on": today_at(now),
        "language": "nl",
    } | given
    return ask(session, house.profiles[organisation], **values, now=now)


def row_of(house: House, reference: str) -> RightsRequest:
    """Return the row of a request."""
    with as_maintainer(house) as session:
        return session.scalars(select(RightsRequest).where(RightsRequest.reference == reference)).one()


def asked_by(house: House, family: FamilyMade, kind: str, **given: object) -> UUID:
    """Let a parent ask through its own account; return the request."""
    own = {"account_id": family.person.id, "subject_kind": "applicant", "channel": "portal", "details": {}}
    with acting(house, family.person) as session:
        values = {"kind": kind, "dossier_id": family.dossier_id, **own, **given}
        reference = write(house, session, family.person.organisation, **values)
    return row_of(house, reference).id


def by_letter(house: House, worker: Person, officer: Person, family: FamilyMade, kind: str, **details: object) -> UUID:
    """Let somebody's letter be entered by a worker, and its file and its sender be found out by the officer."""
    said = {"name": "Amina", "address": ["Kersenlaan 12", "1030 Schaarbeek"], "says": "…", **details}
    with acting(house, worker) as session:
        reference = write(
            house, session, worker.organisation, kind=kind, subject_kind="applicant", channel="letter", details=said
        )
    request_id = row_of(house, reference).id
    with acting(house, officer) as session:
        assert link(session, request_id, file=family.reference) == "found"
        see_identity(session, request_id, "document", now=house.clock.now())
    return request_id


def worked(house: House, organisation: str = BRUSSELS) -> int:
    """Let the job of every minute run once, in one organisation."""
    now, profile = house.clock.now(), house.profiles[organisation]
    with transaction(house.databases, "jobs", system("rights", organisation), now) as session:
        done = make_drafts(session, profile, texts, now=now, limit=50)
        done += carry_out(session, profile, texts, now=now, limit=50)
        return done + tell_requesters(session, now=now, limit=50)


def settled(house: House, officer: Person, request_id: UUID, outcome: str = "granted", **given: Any) -> None:
    """Let the officer settle an answer, with a ground and a reason where one is needed."""
    values = {"weighed": "nobody", "warned": True} | given
    if outcome != "granted":
        values = {"ground": "legal_term", "reason": REASON} | values
    with acting(house, officer) as session:
        settle(session, request_id, Decision(outcome, **values), "", now=house.clock.now())


def seen_by(house: House, officer: Person, request_id: UUID) -> Whole:
    """Return a request as its officer sees it."""
    with acting(house, officer) as session:
        return one_request(session, request_id)


def enrolled(house: House, family: FamilyMade, facility: Place) -> None:
    """Give the child of a family its place."""
    offer_id = make_offer(house, family, facility, state="accepted")
    with as_maintainer(house, family.person.organisation) as session:
        session.execute(
            text(
                "insert into placement (id, organisation, facility_id, dossier_id, child_id, application_id, offer_id,"
                " start_date, half_days, created_at) values (gen_random_uuid(), :o, :f, :d, :c, :a, :offer, :day, 1023,"
                " :now)"
            ),
            {
                "o": family.person.organisation,
                "f": facility.id,
                "d": family.dossier_id,
                "c": family.child_id,
                "a": family.application_id,
                "offer": offer_id,
                "day": family.plan.start_date,
                "now": house.clock.now(),
            },
        )
        session.execute(text("update application set state = 'enrolled' where id = :a"), {"a": family.application_id})
