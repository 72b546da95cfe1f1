"""Until when a file is kept, from what its family's own page has read already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.applications.queries.own import OwnFile, OwnRequest
from app.applications.rules import ApplicationState
from app.core.clock import today_at
from app.organisations.profile import Profile
from app.placements.queries import OwnPlacement
from app.retention.policy import file_terms
from app.retention.queries.files import keep_date
from app.retention.rules import ChildFacts, FileFacts, due_on


def keep_date_of(session: Session, profile: Profile, found: OwnFile, placements: Sequence[OwnPlacement]) -> date | None:
    """Return the last day on which a file is kept, by the very rule that the deletion obeys (BXL-43).

    Nothing is asked of the database but for a file without any request.
    """
    terms = file_terms(profile)
    if not found.requests or not terms:
        return keep_date(session, profile, found.dossier_id)
    first = today_at(min(one.submitted_at for one in found.requests))
    children = tuple(
        _facts(one, [place for place in placements if place.application_id == one.id]) for one in found.requests
    )
    facts = FileFacts(first, today_at(found.last_activity_at), children)
    return due_on(terms, facts, profile.settings.care_ends_age) - timedelta(days=1)


def _facts(one: OwnRequest, places: Sequence[OwnPlacement]) -> ChildFacts:
    stands = one.state in (ApplicationState.OPEN, ApplicationState.EXPIRED) and one.closed_at is None
    closed = one.closed_at or one.submitted_at
    return ChildFacts(
        one.child_identity.birth_date,
        open_until=one.expires_on if stands else None,
        closed_on=None if stands else today_at(closed),
        care_ended_on=max((place.end_date for place in places if place.end_date), default=None),
        in_care=any(place.end_date is None for place in places),
    )
