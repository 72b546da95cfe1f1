"""What waits for the officers of the demo: requests about rights, a complaint, a report of a leak, a register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.clock import today_at
from app.families.models import Applicant, Dossier
from app.incidents.operations.reports import Grievance, Report, complain, report_leak
from app.incidents.rules import Category, Origin
from app.organisations.profile import Profile
from app.privacy.models import ComplianceCheck, Processor
from app.rights.operations.asking import ask

_IDS = UUID("5c3e7a10-2f4b-8d6e-9a1c-7b0d4e2f6a83")


class Asked(NamedTuple):
    """One request: what, by whom, how, how many days ago; `family` signs in, the others wrote or called."""

    kind: str
    subject: str
    channel: str
    days: int
    details: Mapping[str, Any]
    family: str = ""


REQUESTS: Mapping[str, tuple[Asked, ...]] = {
    "brussels": (
        # Overdue: the first thing an officer sees.
        Asked(
            "access",
            "partner",
            "letter",
            30,
            {"name": "Tom Verlinden", "address": "Hoogstraat 12, 1000 Brussel", "says": "Wat weet u over mij?"},
        ),
        Asked("erase", "applicant", "portal", 3, {"says": "Wij verhuizen naar Gent."}, "sofie.desmet@example.org"),
        Asked(
            "restrict",
            "applicant",
            "phone",
            9,
            {"name": "Fatima El Idrissi", "phone": "0470 00 00 12", "says": "L’adresse est peut-être fausse."},
        ),
    ),
    "leuven": (
        Asked("access", "applicant", "portal", 12, {"says": "Graag alles op papier."}, "nele.aerts@example.org"),
    ),
}


def add_life(session: Session, profile: Profile, now: datetime) -> None:
    """Write the cases of the officers down, each with its clock."""
    for asked in REQUESTS[profile.key]:
        _ask(session, profile, asked, now)
    complaint = Grievance(
        id=uuid5(_IDS, f"{profile.key}:complaint"),
        about="person",
        language="nl",
        words="Aan de telefoon was men kortaf toen ik een vraag had over mijn aanvraag.",
        name="Lieve Claes",
        reply="mail",
        email="lieve.claes@example.org",
    )
    complain(session, complaint, days=profile.settings.complaint_days, now=now - timedelta(days=2))
    report = Report(
        id=uuid5(_IDS, f"{profile.key}:leak"),
        category=Category.SEEN,
        origin=Origin.VISITOR,
        language="nl",
        words="In de gang van het gebouw lag een afgedrukte brief met de naam van een kind erop.",
    )
    report_leak(session, report, now=now - timedelta(hours=31))
    _add_registers(session, profile, now)


def _ask(session: Session, profile: Profile, asked: Asked, now: datetime) -> None:
    dossier_id = account_id = None
    if asked.family:
        dossier_id, account_id = session.execute(
            select(Dossier.id, Account.id)
            .join(Account, Account.id == Dossier.account_id)
            .join(Applicant, Applicant.dossier_id == Dossier.id)
            .where(Dossier.organisation == profile.key, Account.login == asked.family)
        ).one()
    when = now - timedelta(days=asked.days)
    ask(
        session,
        profile,
        kind=asked.kind,
        subject_kind=asked.subject,
        dossier_id=dossier_id,
        account_id=account_id,
        channel=asked.channel,
        details=asked.details,
        received_on=today_at(when),
        language=profile.languages.master,
        now=when,
    )


def _add_registers(session: Session, profile: Profile, now: datetime) -> None:
    """Note a firm whose agreement speaks of an older statement, and a yearly check that is late."""
    today = today_at(now)
    who = uuid5(_IDS, "seed")
    session.add(
        Processor(
            id=uuid5(_IDS, f"{profile.key}:host"),
            organisation=profile.key,
            name="Rekencentrum De Sluis",
            purpose="host",
            country="BE",
            starts_on=today - timedelta(days=700),
            agreement_signed_on=today - timedelta(days=700),
            agreement_until=today + timedelta(days=20),
            statement_version="2025-1",
            recorded_by=who,
            recorded_at=now,
        )
    )
    session.add(
        ComplianceCheck(
            id=uuid5(_IDS, f"{profile.key}:audit"),
            organisation=profile.key,
            kind="audit",
            title="Jaarlijks nazicht van de toegangen",
            due_on=today - timedelta(days=6),
            recorded_by=who,
            recorded_at=now,
        )
    )
