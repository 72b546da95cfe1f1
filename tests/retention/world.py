"""One world for the time machine: a row for every rule in two organisations, and by hand the day on which it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update

from app.accounts.models import Account, KioskDevice, PartyAgreement
from app.applications.models import Application
from app.core.clock import BRUSSELS
from app.core.crypto import seal_json
from app.core.models import OutboxMessage
from app.families.models import FamilyNotice
from app.incidents.models import Complaint, LeakCase
from app.messages.models import Thread, ThreadMessage
from app.placements.models import Placement
from app.privacy.models import ComplianceCheck, Processor
from app.rights.models import RightsRequest
from app.surveys.models import Survey
from app.transfers.models import Delivery
from app.web.doors import House
from tests.factories import FamilyMade, Place, as_maintainer, make_facility, make_family, make_worker

NEVER = date(9999, 1, 1)
# Typed by hand from the promises, for a world that begins on 10 March 2027.
GOES: Mapping[str, date] = {
    # BXL-39: five years after the last activity, on which the file is still there.
    "brussels cancelled": date(2032, 3, 11),
    # A family that never got a place: its request ended by itself on 31 October 2027.
    "brussels never placed": date(2032, 11, 1),
    "brussels without a request": date(2032, 3, 11),
    # Care ended on 29 February 2028: the term ends on 1 March 2033.
    "brussels placed": date(2033, 3, 2),
    # Still in care on paper: the child is six on 20 August 2031.
    "brussels in care": date(2036, 8, 21),
    "brussels two children": date(2033, 3, 2),
    "brussels two children, the first": date(2033, 3, 2),
    # BXL-42: a message goes five years after it came, in a file that stays.
    "brussels message": date(2032, 3, 11),
    "brussels later message": date(2033, 3, 2),
    "brussels mail to the family": date(2032, 3, 11),
    "brussels mail to a facility": date(2032, 3, 11),
    "brussels notice": date(2032, 3, 11),
    "brussels request answered": date(2032, 3, 11),
    "brussels request open": NEVER,
    "brussels complaint": date(2032, 3, 11),
    "brussels leak": date(2032, 3, 11),
    "brussels leak open": NEVER,
    "brussels processor": date(2032, 3, 11),
    "brussels check": date(2032, 3, 11),
    "brussels survey": date(2032, 3, 11),
    "brussels delivery": date(2032, 3, 11),
    "brussels agreement": date(2032, 3, 11),
    "brussels device": date(2032, 3, 11),
    "brussels worker who left": date(2032, 3, 11),
    "brussels worker": NEVER,
    # LEU-40, LEU-41: each child five years after the end of its care, the parents with the last one.
    "leuven two children": date(2036, 8, 21),
    "leuven two children, the first": date(2033, 3, 2),
    "leuven never placed": date(2032, 11, 1),
    "leuven without a request": date(2032, 3, 11),
    "leuven message": date(2036, 8, 21),
    "leuven mail to a facility": date(2032, 3, 11),
}


@dataclass
class World:
    """What was made: by name the table and the id of its row."""

    rows: dict[str, tuple[str, UUID]] = field(default_factory=dict)
    families: dict[str, FamilyMade] = field(default_factory=dict)


def noon(day: date) -> datetime:
    """Return noon of a day in Brussels."""
    return datetime.combine(day, time(12), BRUSSELS).astimezone(UTC)


def build(house: House, first: date) -> World:
    """Make the world as it stands on its first day."""
    world = World()
    house.clock.offset = noon(first) - datetime.now(UTC)
    for organisation in ("brussels", "leuven"):
        place = make_facility(house, organisation)
        _files(house, world, organisation, place, first)
        _messages(house, world, organisation, place, first)
    _registers(house, world, first)
    with as_maintainer(house) as session:
        # Facilities and workers are there for years; what the house signed for them is not looked at here.
        session.execute(text("delete from party_agreement where party_id is not null"))
        session.execute(
            text("update dossier set last_activity_at = :at where organisation = 'brussels'"), {"at": noon(first)}
        )
        # LEU-40: an edit or a sign-in does not move the day.
        session.execute(
            text("update dossier set last_activity_at = :at where organisation = 'leuven'"),
            {"at": noon(date(first.year + 3, 1, 1))},
        )
    return world


def place_child(house: House, family: FamilyMade, facility: Place, begins: date, ends: date | None = None) -> None:
    """Give a child its place, as an accepted offer would."""
    organisation = family.person.organisation
    with as_maintainer(house, organisation) as session:
        session.execute(
            update(Application)
            .where(Application.id == family.application_id)
            .values(state="enrolled", closed_at=house.clock.now())
        )
        session.add(
            Placement(
                id=uuid4(),
                organisation=organisation,
                facility_id=facility.id,
                dossier_id=family.dossier_id,
                child_id=family.child_id,
                application_id=family.application_id,
                offer_id=uuid4(),
                start_date=begins,
                end_date=ends,
                half_days=3,
                created_at=house.clock.now(),
            )
        )


def _files(house: House, world: World, organisation: str, place: Place, first: date) -> None:
    def made(name: str, **given: Any) -> FamilyMade:
        family = make_family(house, [place], organisation=organisation, **given)
        world.families[f"{organisation} {name}"] = family
        world.rows.setdefault(f"{organisation} {name}", ("dossier", family.dossier_id))
        return family

    made("never placed", start_date=date(2027, 9, 1))
    bare = made("without a request")
    with as_maintainer(house, organisation) as session:
        session.execute(text("delete from child where dossier_id = :id"), {"id": bare.dossier_id})
    two = made("two children", birth_date=date(2026, 1, 1))
    world.rows[f"{organisation} two children, the first"] = ("child", two.child_id)
    place_child(house, two, place, first, date(2028, 2, 29))
    second = make_family(house, [place], organisation=organisation, of=two, birth_date=date(2025, 8, 20))
    if organisation == "leuven":
        place_child(house, second, place, first)
        return
    with as_maintainer(house) as session:
        session.execute(
            update(Application)
            .where(Application.id == second.application_id)
            .values(state="cancelled", closed_at=house.clock.now())
        )
    made("cancelled", application_state="cancelled")
    placed = made("placed")
    place_child(house, placed, place, first, date(2028, 2, 29))
    place_child(house, made("in care", birth_date=date(2025, 8, 20)), place, first)


def _messages(house: House, world: World, organisation: str, place: Place, first: date) -> None:
    file = world.families[f"{organisation} {'in care' if organisation == 'brussels' else 'two children'}"]
    at = {"organisation": organisation, "dossier_id": file.dossier_id}
    with as_maintainer(house, organisation) as session:
        thread = uuid4()
        session.add(Thread(id=thread, **at, created_at=noon(first), last_at=noon(first), last_sender="family"))
        session.flush()
        days = {"message": first} | ({"later message": date(2028, 2, 29)} if organisation == "brussels" else {})
        for name, day in days.items():
            message = uuid4()
            world.rows[f"{organisation} {name}"] = ("thread_message", message)
            session.add(
                ThreadMessage(
                    id=message,
                    thread_id=thread,
                    **at,
                    sender="family",
                    author_id=file.person.id,
                    channel="mail",
                    sealed=seal_json(session, {"text": name}, owner_id=file.dossier_id, key_class="thread", place="x"),
                    received_at=noon(day),
                    created_at=noon(day),
                )
            )
        mails = {"mail to a facility": (place.id, None)}
        if organisation == "brussels":
            mails["mail to the family"] = (file.dossier_id, file.dossier_id)
            world.rows["brussels notice"] = ("family_notice", uuid4())
            session.add(
                FamilyNotice(
                    id=world.rows["brussels notice"][1],
                    **at,
                    at=noon(first),
                    actor_kind="facility",
                    actor_id=uuid4(),
                    reason="chosen",
                    event="child_changed",
                    groups=["child_identity"],
                    message_key="x",
                )
            )
        for name, (owner, dossier_id) in mails.items():
            mail = uuid4()
            world.rows[f"{organisation} {name}"] = ("outbox", mail)
            session.add(
                OutboxMessage(
                    id=mail,
                    organisation=organisation,
                    once_key=f"{name}",
                    kind="enrolled",
                    channel="mail",
                    owner_id=owner,
                    dossier_id=dossier_id,
                    language="nl",
                    sealed=b"x",
                    message_id=f"<{mail}>",
                    state="sent",
                    attempts=1,
                    due_at=noon(first),
                    created_at=noon(first),
                )
            )


def _registers(house: House, world: World, first: date) -> None:
    at, someone = noon(first), uuid4()
    here: dict[str, Any] = {"organisation": "brussels"}

    def request(state: str) -> dict[str, Any]:
        answered = state == "answered"
        return {
            **here,
            "reference": f"R{state}",
            "kind": "access",
            "subject_kind": "other",
            "channel": "mail",
            "language": "nl",
            "received_on": first,
            "due_on": first + timedelta(days=28),
            "entered_at": at,
            "entered_kind": "oversight",
            "state": state,
            "identity_at": at,
            "sealed": b"x",
            "outcome": "granted" if answered else None,
            "sealed_answer": b"x" if answered else None,
            "answered_at": at if answered else None,
            "sent_how": "mail" if answered else None,
        }

    def leak(state: str) -> dict[str, Any]:
        closed = state == "closed"
        return {
            **here,
            "reference": f"L{state}",
            "category": "seen",
            "origin": "worker",
            "language": "nl",
            "known_at": at,
            "reported_at": at,
            "sealed": b"x",
            "state": state,
            "risk": "none" if closed else None,
            "sealed_assessment": b"x" if closed else None,
            "closed_at": at if closed else None,
        }

    made: dict[str, Any] = {
        "request answered": RightsRequest(id=uuid4(), **request("answered")),
        "request open": RightsRequest(id=uuid4(), **request("received")),
        "leak": LeakCase(id=uuid4(), **leak("closed")),
        "leak open": LeakCase(id=uuid4(), **leak("new")),
        "complaint": Complaint(
            id=uuid4(),
            **here,
            reference="K1",
            about="service",
            language="nl",
            received_at=at,
            due_on=first,
            sealed=b"x",
            state="answered",
            sealed_answer=b"x",
            answered_at=at,
        ),
        "processor": Processor(
            id=uuid4(),
            **here,
            name="Bouwer",
            purpose="host",
            country="BE",
            starts_on=first,
            ends_on=first,
            recorded_by=someone,
            recorded_at=at,
        ),
        "check": ComplianceCheck(
            id=uuid4(),
            **here,
            kind="audit",
            title="Audit",
            done_on=first,
            done_by=someone,
            recorded_by=someone,
            recorded_at=at,
        ),
        "survey": Survey(
            id=uuid4(), **here, question={}, opens_on=first, closes_on=first, created_by=someone, created_at=at
        ),
        "delivery": Delivery(
            id=uuid4(),
            **here,
            recipient="lop",
            purpose="contact_family",
            ground="consent",
            kind="regular",
            format="csv",
            columns=[],
            text_version="1",
            state="made",
            asked_at=at,
        ),
        "agreement": PartyAgreement(
            id=uuid4(),
            **here,
            party_kind="processor",
            party_name="Bouwer",
            signed_on=first,
            ends_on=first,
            recorded_at=at,
        ),
        "device": KioskDevice(
            id=uuid4(), **here, name="Balie", created_by=someone, created_at=at, revoked_at=at, revoked_by=someone
        ),
    }
    left, stays = make_worker(house, ends_at=at), make_worker(house)
    with as_maintainer(house) as session:
        for name, row in made.items():
            session.add(row)
            world.rows[f"brussels {name}"] = (row.__tablename__, row.id)
        session.execute(update(Account).where(Account.id == left.id).values(active=False))
    world.rows["brussels worker who left"] = ("account", left.id)
    world.rows["brussels worker"] = ("account", stays.id)


__all__ = ["GOES", "NEVER", "World", "build", "noon", "place_child"]
