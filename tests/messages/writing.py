"""Writing and reading in a thread as one of its sides would."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.models import AuditEntry
from app.messages.operations.threads import send_message
from app.messages.queries.threads import find_thread, letters_of
from app.messages.rules import Side
from app.web.doors import House
from tests.factories import FamilyMade, Person, acting, as_maintainer

WORDS = "Mag Noor ook op woensdag komen?"


def write(
    house: House, person: Person, family: FamilyMade, at: UUID | None, side: Side, words: str = WORDS, **when: datetime
) -> UUID:
    """Write as this person; with the desk where `at` is none."""
    now = when.get("now", house.clock.now())
    with acting(house, person, now) as session:
        return send_message(session, family.dossier_id, at, side=side, words=words, now=now)


def read(house: House, person: Person, family: FamilyMade, at: UUID | None) -> list[tuple[str, str, str]]:
    """Return what this person reads: sender, channel, words."""
    with acting(house, person) as session:
        letters = letters_of(session, find_thread(session, family.dossier_id, at))
    return [(letter.sender, letter.channel, letter.text) for letter in letters.lines]


def events(house: House, name: str) -> list[list[str]]:
    """Return who made the audit's entries of a name, with which groups and reasons."""
    with as_maintainer(house) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == name))
        return [[row.actor_kind, *row.groups, *row.reasons] for row in rows]
