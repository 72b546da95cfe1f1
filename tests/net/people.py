"""Everybody who could knock at a door, with what each of them asks for: the cast of the matrix.

One family stands in the middle. It chose four facilities: the first two are open with it (the second made an offer),
the third refused it, at the fourth it took its choice back. Another family's child is enrolled.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from app.accounts.models import Account, WebSession
from app.accounts.rules import hash_of
from app.applications.models import PossibleDouble
from app.applications.operations.drafts import start_draft
from app.core.actor import Actor, Kind
from app.core.db import transaction
from app.core.models import OutboxMessage
from app.messages.operations.threads import send_message, write_note
from app.messages.queries.threads import find_thread
from app.messages.rules import Side
from app.placements.models import Placement
from app.web.csrf import masked_token
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_helper,
    make_leader,
    make_mandate,
    make_offer,
    make_worker,
)

BRUSSELS, LEUVEN = "brussels", "leuven"
SHARED_EMAIL = "zelfde.adres@example.org"
_ANSWERED: dict[str, dict[str, Any]] = {
    "language": {"language": "nl", "municipality": "schaarbeek"},
    "you": {"given_name": "Conceptia", "family_name": "Klad", "birth_date": "1990-02-03", "sex": "female"},
    "contact": {
        "phone": "+32470000000",
        "email": "klad@example.org",
        "street": "Kladstraat",
        "house_number": "1",
        "postcode": "1030",
    },
    "partner": {"has_partner": False},
    "child": {"born": True, "given_name": "Kladje", "family_name": "Klad", "birth_date": "2026-01-05"},
    "start": {"start_date": "2027-09-01", "flexible": False},
    "days": {"half_days": 1023, "hours": {}},
    "order": {},
    "dutch": {"level": "neither"},
    "work": {},
    "household": {},
    "education": {},
    "health": {},
    "consents": {"agree": []},
}


@dataclass(frozen=True)
class Knocker:
    """Somebody at a door: a column of the table, the cookie that is shown, and the ids that are asked for."""

    role: str
    column: str
    organisation: str
    cookie: str | None
    ids: Mapping[str, Any]

    def token(self, house: House) -> str:
        """Return a form token that is good for this browser."""
        return masked_token(house.settings.secret_key, self.cookie or "")


@dataclass
class Cast:
    """The people, and what the story is about."""

    knockers: list[Knocker]
    target: FamilyMade
    enrolled: FamilyMade
    other: FamilyMade
    twin: FamilyMade
    facilities: dict[str, Place] = field(default_factory=dict)
    offer_id: UUID = field(default_factory=uuid4)

    def who(self, role: str) -> Knocker:
        """Return one of them."""
        return next(knocker for knocker in self.knockers if knocker.role == role)


def open_session(
    house: House,
    organisation: str,
    kind: str,
    actor_id: UUID,
    *,
    began: datetime | None = None,
    seen: datetime | None = None,
    ended: datetime | None = None,
) -> str:
    """Write a session down and return what its browser shows."""
    cookie, now = secrets.token_urlsafe(32), house.clock.now()
    with as_maintainer(house, organisation) as session:
        session.execute(
            insert(WebSession).values(
                id_hash=hash_of(cookie),
                organisation=organisation,
                actor_kind=kind,
                actor_id=actor_id,
                created_at=began or now,
                last_seen_at=seen or began or now,
                expires_at=(began or now) + timedelta(hours=12),
                ended_at=ended,
            )
        )
    return cookie


def change_account(house: House, person: Person, **columns: Any) -> None:
    """Change columns of somebody's account."""
    with as_maintainer(house, person.organisation) as session:
        session.execute(update(Account).where(Account.id == person.id).values(**columns))


def drafted(*facilities: Place, **answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return an application that is filled in and not yet looked over."""
    chosen = {"facilities": [place.id.hex for place in facilities]}
    return {"answers": {**_ANSWERED, "facilities": chosen, **answers}}


def begin_draft(house: House, content: Mapping[str, Any], organisation: str = BRUSSELS) -> UUID:
    """Write a draft as the door would, and return its id."""
    draft_id, now = uuid4(), house.clock.now()
    terms = house.profiles[organisation].application
    assert terms is not None
    with transaction(house.databases, "family", Actor(Kind.DRAFT, draft_id, organisation), now) as session:
        start_draft(session, draft_id, content, language="nl", terms=terms, now=now)
    return draft_id


def enrol(house: House, family: FamilyMade, facility: Place, offer_id: UUID, *, end_date: Any = None) -> UUID:
    """Write the placement of an enrolled child."""
    placement_id = uuid4()
    with as_maintainer(house, facility.organisation) as session:
        session.add(
            Placement(
                id=placement_id,
                organisation=facility.organisation,
                facility_id=facility.id,
                dossier_id=family.dossier_id,
                child_id=family.child_id,
                application_id=family.application_id,
                offer_id=offer_id,
                start_date=family.plan.start_date,
                end_date=end_date,
                half_days=family.plan.half_days,
                created_at=house.clock.now(),
            )
        )
    return placement_id


def write(
    house: House, family: FamilyMade, facility: Place, leader: Person | None = None, worker: Person | None = None
) -> UUID:
    """Let a family write to a facility and, where somebody works there, to the desk; they answer and note something.

    Returns the thread that was written in last: the desk's, where there is one.
    """
    now = house.clock.now()
    sides = ((Side.FACILITY, facility.id, leader), (Side.DESK, None, worker))
    for side, at, answering in sides[: 2 if worker else 1]:
        with acting(house, family.person) as session:
            send_message(session, family.dossier_id, at, side=Side.FAMILY, words="Hebt u nog een vraag?", now=now)
            thread = find_thread(session, family.dossier_id, at)
        if answering is not None:
            with acting(house, answering) as session:
                send_message(session, family.dossier_id, at, side=side, words="Nee, dank u.", now=now)
                write_note(session, family.dossier_id, at, side=side, words="Heel vriendelijk.", now=now)
    assert thread is not None
    return thread.id


def leave_tasks(house: House, target: FamilyMade, other: FamilyMade, twin: FamilyMade) -> UUID:
    """Leave the desk a message that reached nobody and a pair to compare, under one id; the twin's has its own."""
    task, now = uuid4(), house.clock.now()
    pair = {"kind": "likeness", "code": "K7Q2", "state": "open", "found_at": now}
    with as_maintainer(house) as session:
        session.add(
            OutboxMessage(
                id=task,
                organisation=BRUSSELS,
                once_key=f"lost:{task}",
                kind="offer",
                channel="mail",
                owner_id=target.dossier_id,
                dossier_id=target.dossier_id,
                language="nl",
                sealed=None,
                message_id=f"<{task}@example.org>",
                state="dead",
                attempts=12,
                due_at=now,
                created_at=now,
            )
        )
        session.add(
            PossibleDouble(
                id=task, organisation=BRUSSELS, dossier_id=target.dossier_id, other_dossier_id=other.dossier_id, **pair
            )
        )
        session.add(PossibleDouble(id=uuid4(), organisation=LEUVEN, dossier_id=twin.dossier_id, **pair))
    return task


def gather(house: House) -> Cast:
    """Write everybody down."""
    now = house.clock.now()
    yesterday, tomorrow = now - timedelta(days=1), now + timedelta(days=1)
    names = ("chosen", "offering", "refusing", "left", "unchosen", "enrolling", "lost")
    at = {name: make_facility(house, name=f"Huis {name}") for name in names}
    at["elsewhere"] = make_facility(house, LEUVEN, name="Huis elders", municipality="leuven", postcode="3000")

    child = {"given_name": "Eender", "family_name": "Gelijk"}
    target = make_family(
        house,
        [at["chosen"], at["offering"], at["refusing"], at["left"]],
        states={at["refusing"].id: "refused", at["left"].id: "withdrawn"},
        applicant={"email": SHARED_EMAIL},
        child=child,
    )
    offer_id = make_offer(house, target, at["offering"])
    enrolled = make_family(
        house,
        [at["enrolling"], at["lost"]],
        states={at["enrolling"].id: "enrolled", at["lost"].id: "closed"},
        application_state="enrolled",
    )
    enrol(house, enrolled, at["enrolling"], make_offer(house, enrolled, at["enrolling"], state="accepted"))
    other = make_family(house, [at["unchosen"]])
    twin = make_family(house, [at["elsewhere"]], organisation=LEUVEN, applicant={"email": SHARED_EMAIL}, child=child)
    deactivated = make_family(house, [at["chosen"]])

    leaders = {
        "chosen": make_leader(house, at["chosen"], at["offering"]),
        "former": make_leader(house, at["chosen"], ends_at=yesterday),
        "future": make_leader(house, at["chosen"], starts_at=tomorrow),
        "off": make_leader(house, at["chosen"], active=False),
        **{name: make_leader(house, at[name]) for name in names[2:]},
        "elsewhere": make_leader(house, at["elsewhere"]),
    }
    workers = {
        "helpdesk": make_worker(house),
        "administrator": make_worker(house, role="administrator"),
        "past": make_worker(house, ends_at=yesterday),
        "coming": make_worker(house, starts_at=tomorrow),
        "off": make_worker(house, active=False),
        "afar": make_worker(house, LEUVEN),
    }
    helpers = [make_helper(house) for _ in range(3)]
    make_mandate(house, *helpers[0], target)
    make_mandate(house, *helpers[1], target, last_joint_at=now - timedelta(days=732))
    make_mandate(house, *helpers[2], target, ended_at=yesterday, ended_by_kind="family")
    # A request names one mandate: that of the helper who still may see it.
    mandate_id = make_mandate(house, *helpers[0], target)
    workers |= {
        "counter": make_worker(house, LEUVEN, role="counter", area=["leuven"]),
        "sickcare": make_worker(house, LEUVEN, role="sick_care"),
        **{role: make_worker(house, role=role) for role in ("developer", "policy", "dpo", "security")},
    }
    change_account(house, deactivated.person, active=False)
    for person in (target.person, twin.person):
        change_account(house, person, login=SHARED_EMAIL)
    draft_id = begin_draft(house, drafted(at["chosen"], at["unchosen"]))

    desk_thread = write(house, target, at["chosen"], leaders["chosen"], workers["helpdesk"])
    write(house, enrolled, at["enrolling"], leaders["enrolling"])
    write(house, other, at["unchosen"])
    task = leave_tasks(house, target, other, twin)

    def asks(family: FamilyMade, facility: str, offered: str = "offering") -> dict[str, Any]:
        return {
            "dossier_id": family.dossier_id,
            "choice_id": family.choices[at[facility].id],
            "offered_id": family.choices.get(at[offered].id, family.choices[at[facility].id]),
            "offer_id": offer_id,
            "request_id": family.application_id,
            "child_id": family.child_id,
            "facility_id": at["unchosen"].id,
            "chosen_id": at["chosen"].id,
            "reference": target.reference,
            "thread_id": desk_thread,
            "message_id": task,
            "double_id": task,
            "mandate_id": mandate_id,
        }

    def live(person: Person, **times: Any) -> str:
        return open_session(house, person.organisation, person.kind, person.id, **times)

    aim = asks(target, "chosen")
    lost, here = asks(enrolled, "lost"), asks(enrolled, "enrolling")
    long_ago = now - timedelta(hours=13)
    idle = {"began": now - timedelta(hours=5), "seen": now - timedelta(hours=4)}
    knockers = [
        Knocker("visitor", "visitor", BRUSSELS, None, aim),
        Knocker("draft", "draft", BRUSSELS, open_session(house, BRUSSELS, Kind.DRAFT, draft_id), aim),
        Knocker("owner", "owner", BRUSSELS, live(target.person), aim),
        Knocker("other parent", "other", BRUSSELS, live(other.person), aim),
        Knocker("parent of the enrolled", "other", BRUSSELS, live(enrolled.person), aim),
        Knocker("twin", "twin", LEUVEN, live(twin.person), aim),
        Knocker("chosen", "chosen", BRUSSELS, live(leaders["chosen"]), aim),
        Knocker("unchosen", "unchosen", BRUSSELS, live(leaders["unchosen"]), aim),
        Knocker("former", "former", BRUSSELS, live(leaders["former"]), aim),
        Knocker("future", "former", BRUSSELS, live(leaders["future"]), aim),
        Knocker("refused", "refused", BRUSSELS, live(leaders["refusing"]), asks(target, "refusing", "refusing")),
        Knocker("taken back", "lost", BRUSSELS, live(leaders["left"]), asks(target, "left", "left")),
        Knocker("lost", "lost", BRUSSELS, live(leaders["lost"]), lost),
        Knocker("enrolled", "enrolled", BRUSSELS, live(leaders["enrolling"]), here),
        Knocker("elsewhere", "elsewhere", LEUVEN, live(leaders["elsewhere"]), aim),
        Knocker("parent from abroad", "gone", BRUSSELS, live(twin.person), aim),
        Knocker("leader from abroad", "gone", BRUSSELS, live(leaders["elsewhere"]), aim),
        Knocker("ended parent", "gone", BRUSSELS, live(target.person, ended=yesterday), aim),
        Knocker("expired parent", "gone", BRUSSELS, live(target.person, began=long_ago, seen=now), aim),
        Knocker("idle leader", "gone", BRUSSELS, live(leaders["chosen"], **idle), aim),
        Knocker("deactivated parent", "gone", BRUSSELS, live(deactivated.person), asks(deactivated, "chosen")),
        Knocker("deactivated leader", "gone", BRUSSELS, live(leaders["off"]), aim),
        Knocker("deactivated worker", "gone", BRUSSELS, live(workers["off"]), aim),
        Knocker("worker from abroad", "gone", BRUSSELS, live(workers["afar"]), aim),
        Knocker("desk", "desk", BRUSSELS, live(workers["helpdesk"]), aim),
        Knocker("administrator", "desk", BRUSSELS, live(workers["administrator"]), aim),
        Knocker("past worker", "past", BRUSSELS, live(workers["past"]), aim),
        Knocker("coming worker", "past", BRUSSELS, live(workers["coming"]), aim),
        Knocker("afar", "afar", LEUVEN, live(workers["afar"]), aim),
        Knocker("helper", "helper", BRUSSELS, live(helpers[0][0]), aim),
        Knocker("helper of long ago", "exhelper", BRUSSELS, live(helpers[1][0]), aim),
        Knocker("helper who was sent away", "exhelper", BRUSSELS, live(helpers[2][0]), aim),
        Knocker("counter", "counter", LEUVEN, live(workers["counter"]), aim),
        Knocker("sick care", "sickcare", LEUVEN, live(workers["sickcare"]), aim),
        Knocker("developer", "developer", BRUSSELS, live(workers["developer"]), aim),
        Knocker("policy", "policy", BRUSSELS, live(workers["policy"]), aim),
        Knocker("data protection officer", "overseer", BRUSSELS, live(workers["dpo"]), aim),
        Knocker("security officer", "security", BRUSSELS, live(workers["security"]), aim),
        Knocker("made-up session", "gone", BRUSSELS, secrets.token_urlsafe(32), aim),
    ]
    return Cast(knockers, target, enrolled, other, twin, at, offer_id)
