"""Families in which every group of data carries a mark of its own, and the eye that finds such marks anywhere.

A mark is one word: `zqxv`, the organisation's letter, the family's number, two letters for the group. Phones and birth
years, which cannot be words, are numbers that nothing else uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

from sqlalchemy import update

from app.core.actor import Actor, Kind
from app.core.crypto import seal_json
from app.core.db import transaction
from app.families.models import Circumstances, Dossier, HealthAnswer, Partner
from app.families.queries import HEALTH_KEY_CLASS, health_place
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.queries.threads import KEY_CLASS, message_place, note_place
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_helper,
    make_leader,
    make_mandate,
    make_offer,
    make_worker,
)
from tests.net.people import BRUSSELS, LEUVEN, begin_draft, change_account, drafted, enrol, open_session

# Two letters of a mark, and the group of the catalogue that it stands for.
CODES = {
    "gn": "applicant_name",
    "fn": "applicant_name",
    "by": "applicant_identity",
    "st": "contact",
    "hn": "contact",
    "em": "contact",
    "ph": "contact",
    "pg": "partner_name",
    "pf": "partner_name",
    "pe": "partner_contact",
    "pp": "partner_contact",
    "cg": "child_identity",
    "cf": "child_identity",
    "wk": "work_situation",
    "fs": "family_situation",
    "in": "income_situation",
    "ed": "education",
    "pw": "partner_situation",
    "he": "health",
    "rf": "account",
    "lg": "account",
    "dr": "draft",
    "ms": "messages",
    "md": "messages",
    "no": "notes",
    "nd": "notes",
}
LETTERS = {BRUSSELS: "b", LEUVEN: "l"}
_MARK = re.compile(r"zqxv([bl]\d\d)([a-z]{2})", re.IGNORECASE)
# 460 and 461 open the phones of applicants and partners; 0/1 for the organisation, then the family's number.
_PHONE = re.compile(r"46([01])0([01])0(\d\d)0")
_REFERENCE = re.compile(r"ZQR([BL]\d\d)")
# Where the next page of the log begins is a number that may look like a year.
_YEAR = re.compile(r"(?<![\w-])(?<!\?before=)(19[0-4]\d|18[0-9]\d)(?![\w-])")
_GAPS = re.compile(r"[\s. \u00a0\u202f/-]|%20|&nbsp;")
# The order of choices: each family chose the facilities at its number and the next one, in a ring of eight.
FACILITIES = 8
AT_HAND = frozenset({"open", "considering", "not_now", "offered"})


@dataclass(frozen=True)
class Marked:
    """One marked family."""

    key: str
    organisation: str
    family: FamilyMade
    offer_id: UUID | None
    states: Mapping[UUID, str]
    # The facility that the family wrote with, and the desk's thread, for every other family.
    wrote_with: UUID
    desk_thread: UUID | None
    # Filed together with a helper.
    mandate_id: UUID | None = None

    def relation(self, facility_id: UUID) -> str:
        """Return what a facility is to this family, as the story was written: open, enrolled or none."""
        state = self.states.get(facility_id, "")
        return "open" if state in AT_HAND else "enrolled" if state == "enrolled" else "none"


@dataclass(frozen=True)
class Helping:
    """Somebody who helps, with an open session, and the families that they have a ground for."""

    relation: str
    organisation: str
    kind: str
    session: str
    keys: frozenset[str]


@dataclass
class Aviary:
    """All the marked families of two organisations, their facilities and leaders, and a session for each reader."""

    families: list[Marked]
    places: dict[str, list[Place]]
    leaders: dict[UUID, Person]
    sessions: dict[UUID, str]
    workers: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    draft_ids: dict[str, UUID] = field(default_factory=dict)
    helping: list[Helping] = field(default_factory=list)

    def of(self, organisation: str) -> list[Marked]:
        """Return the families of one organisation."""
        return [marked for marked in self.families if marked.organisation == organisation]


def mark(key: str, code: str) -> str:
    """Return the word that marks a group of a family."""
    return f"Zqxv{key}{code}"


def found_in(text: str) -> set[tuple[str, str]]:
    """Return the marks (family, code) that stand anywhere in a text, however it is escaped or spaced."""
    plain = unquote(unescape(text))
    found = {(key.lower(), code.lower()) for key, code in _MARK.findall(plain)}
    if "46" in plain:
        for partner, organisation, number in _PHONE.findall(_GAPS.sub("", plain)):
            found.add(("bl"[int(organisation)] + number, "pp" if partner == "1" else "ph"))
    if "ZQR" in plain:
        found.update((key.lower(), "rf") for key in _REFERENCE.findall(_GAPS.sub("", plain)))
    for year in _YEAR.findall(plain):
        found.add((_of_year(int(year)), "by"))
    return found


def _year(organisation: str, number: int) -> int:
    return (1900 if organisation == BRUSSELS else 1850) + number


def _of_year(year: int) -> str:
    return f"b{year - 1900:02d}" if year >= 1900 else f"l{year - 1850:02d}"


def hatch(house: House, *, families: int = 20, organisations: Iterable[str] = (BRUSSELS, LEUVEN)) -> Aviary:
    """Write the families down, `families` in each organisation, in every state of a request."""
    aviary = Aviary([], {}, {}, {})
    for organisation in organisations:
        town = {"municipality": "leuven", "postcode": "3000"} if organisation == LEUVEN else {}
        places = [make_facility(house, organisation, name=f"Plek {at}", **town) for at in range(FACILITIES)]
        aviary.places[organisation] = places
        for place in places:
            leader = make_leader(house, place)
            aviary.leaders[place.id] = leader
            aviary.sessions[leader.id] = open_session(house, organisation, Kind.FACILITY, leader.id)
        role = "administrator" if organisation == LEUVEN else "helpdesk"
        worker = make_worker(house, organisation, role=role)
        aviary.workers[organisation] = open_session(house, organisation, Kind.STAFF, worker.id)
        for number in range(families):
            aviary.families.append(_family(house, organisation, number, places))
            person = aviary.families[-1].family.person
            aviary.sessions[person.id] = open_session(house, organisation, Kind.PARENT, person.id)
        make_contact(house, worker, aviary.of(organisation)[0].family)
        _help(house, aviary, organisation)
        for number in ("98", "99"):
            key = f"{LETTERS[organisation]}{number}"
            draft_id = begin_draft(house, _marked_draft(key, places), organisation)
            aviary.draft_ids[key] = draft_id
            aviary.drafts[key] = open_session(house, organisation, Kind.DRAFT, draft_id)
    return aviary


def _help(house: House, aviary: Aviary, organisation: str) -> None:
    """Let a helper have filed with the second family, a counter have all of Leuven, and an overseer look on."""
    families = aviary.of(organisation)
    keys = frozenset(marked.key for marked in families)

    def add(relation: str, person: Person, whose: frozenset[str]) -> None:
        session = open_session(house, organisation, person.kind, person.id)
        aviary.helping.append(Helping(relation, organisation, person.kind, session, whose))

    second = families[1]
    helper, home = make_helper(house, organisation)
    mandate = make_mandate(house, helper, home, second.family)
    aviary.families[aviary.families.index(second)] = replace(second, mandate_id=mandate)
    add("helper", helper, frozenset({second.key}))
    add("overseen", make_worker(house, organisation, role="dpo"), keys)
    if organisation == LEUVEN:
        add("counter", make_worker(house, organisation, role="counter", area=["leuven"]), keys)
        add("none", make_worker(house, organisation, role="sick_care"), frozenset())


def _family(house: House, organisation: str, number: int, places: list[Place]) -> Marked:
    key = f"{LETTERS[organisation]}{number:02d}"
    here, there = places[number % FACILITIES], places[(number + 1) % FACILITIES]
    states, state = _STATES[number % len(_STATES)]
    family = make_family(
        house,
        [here, there],
        organisation=organisation,
        states={here.id: states[0], there.id: states[1]},
        application_state=state,
        applicant={
            "given_name": mark(key, "gn"),
            "family_name": mark(key, "fn"),
            "birth_date": date(_year(organisation, number), 5, 4),
            "street": mark(key, "st"),
            "house_number": mark(key, "hn"),
            "phone": f"+32{_phone(0, organisation, number)}",
            "email": f"{mark(key, 'em').lower()}@example.org",
        },
        child={"given_name": mark(key, "cg"), "family_name": mark(key, "cf")},
    )
    change_account(house, family.person, login=f"{mark(key, 'lg').lower()}@example.org")
    offer_id = None
    if states[0] == "offered":
        offer_id = make_offer(house, family, here)
    if state == "enrolled":
        offer_id = make_offer(house, family, here, state="accepted")
        enrol(house, family, here, offer_id)
    _mark_the_rest(house, family, key, _phone(1, organisation, number))
    _write(house, family, key, here.id, "ms", "no")
    thread = None if number % 2 else _write(house, family, key, None, "md", "nd")
    return Marked(key, organisation, family, offer_id, {here.id: states[0], there.id: states[1]}, here.id, thread)


def _write(house: House, family: FamilyMade, key: str, facility_id: UUID | None, message: str, note: str) -> UUID:
    """Write a thread and a note down as they stand sealed, whatever became of the request since."""
    now, made, organisation = house.clock.now(), uuid4(), family.person.organisation
    at = {"organisation": organisation, "dossier_id": family.dossier_id, "facility_id": facility_id}

    with as_maintainer(house, organisation) as session:

        def sealed(code: str, place: str) -> bytes:
            words = {"text": mark(key, code)}
            return seal_json(session, words, owner_id=family.dossier_id, key_class=KEY_CLASS, place=place)

        session.add(Thread(id=made, **at, created_at=now, last_at=now, last_sender="family"))
        session.flush()
        written, noted = uuid4(), uuid4()
        session.add(
            ThreadMessage(
                id=written,
                thread_id=made,
                **at,
                sender="family",
                author_id=family.person.id,
                channel="portal",
                sealed=sealed(message, message_place(written)),
                received_at=now,
                created_at=now,
            )
        )
        session.add(
            StaffNote(id=noted, **at, author_id=uuid4(), sealed=sealed(note, note_place(noted)), created_at=now)
        )
    return made


# The state at the first and the second facility, and of the request.
_STATES = (
    (("open", "considering"), "open"),
    (("offered", "not_now"), "open"),
    (("enrolled", "closed"), "enrolled"),
    (("refused", "open"), "open"),
    (("withdrawn", "open"), "open"),
    (("closed", "closed"), "cancelled"),
)


def _phone(partner: int, organisation: str, number: int) -> str:
    return f"46{partner}0{'bl'.index(LETTERS[organisation])}0{number:02d}0"


def _mark_the_rest(house: House, family: FamilyMade, key: str, phone: str) -> None:
    """Mark what the facility never reads, and the health answer, sealed as the family itself would seal it."""
    partner = {
        "given_name": mark(key, "pg"),
        "family_name": mark(key, "pf"),
        "email": f"{mark(key, 'pe').lower()}@example.org",
        "phone": f"+32{phone}",
        "work": mark(key, "pw"),
    }
    told = {
        "employer": mark(key, "wk"),
        "family_situation": mark(key, "fs"),
        "income": mark(key, "in"),
        "education": mark(key, "ed"),
    }
    organisation, dossier_id = family.person.organisation, family.dossier_id
    with as_maintainer(house, organisation) as session:
        session.execute(update(Partner).where(Partner.dossier_id == dossier_id).values(**partner))
        session.execute(update(Dossier).where(Dossier.id == dossier_id).values(reference=f"ZQR{key.upper()}XYZ"))
        session.execute(update(Circumstances).where(Circumstances.dossier_id == dossier_id).values(**told))
    now = house.clock.now()
    with transaction(house.databases, "family", Actor(Kind.PARENT, family.person.id, organisation), now) as session:
        sealed = seal_json(
            session,
            {"situation": True, "mark": mark(key, "he")},
            owner_id=dossier_id,
            key_class=HEALTH_KEY_CLASS,
            place=health_place(dossier_id),
        )
        session.add(HealthAnswer(dossier_id=dossier_id, organisation=organisation, sealed=sealed, consented_at=now))


def _marked_draft(key: str, places: list[Place]) -> dict[str, Any]:
    word = mark(key, "dr")
    return drafted(
        *places[:2],
        you={"given_name": word, "family_name": word, "birth_date": "1990-02-03", "sex": "female"},
        work={"employer": word},
        child={"born": True, "given_name": word, "family_name": word, "birth_date": "2026-01-05"},
    )


def groups_of(marks: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return which groups of which family stand among some marks."""
    found: dict[str, set[str]] = {}
    for key, code in marks:
        found.setdefault(key, set()).add(CODES[code])
    return found
