"""A next child in a file that exists: what the family told before counts on, the child and its permissions are new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.applications.operations.drafts import end_draft
from app.applications.operations.submission import (
    Submission,
    open_applications,
    require_sendable,
    sent_groups,
    tell_received,
)
from app.applications.queries.drafts import DraftRecord
from app.applications.queries.own import own_dossier_id
from app.consents.operations import record_consents, record_terms
from app.core.audit import note_change
from app.families.operations import add_children, touch_dossier
from app.families.queries import own_family
from app.families.rules import Activity
from app.organisations.profile import Profile


def submit_next_child(
    session: Session, profile: Profile, draft: DraftRecord, sent: Submission, *, now: datetime
) -> bool:
    """Add the child and its request to the parent's file (BXL-41); False when that was done before.

    What the file says of the family counts, not what the draft copied of it. Permissions are those given here: none is
    taken over from another child. Raises NotFound, and Refused as `submit` does.
    """
    if draft.submitted_at is not None:
        return False
    dossier_id = own_dossier_id(session)
    family = own_family(session, dossier_id)
    sent = replace(
        sent,
        language=family.language,
        applicant=family.applicant,
        partner=family.partner,
        circumstances=family.circumstances,
        health=family.health,
        number=None,
    )
    facilities = require_sendable(session, profile, sent, now)
    # A number that is in use undoes the child as well, and leaves the draft as it was.
    with session.begin_nested():
        child_ids = add_children(session, dossier_id, sent.children)
        opened = open_applications(session, profile, dossier_id, child_ids, sent, facilities, now=now)
    for application_id in opened:
        record_consents(session, profile, dossier_id, application_id, sent.consents, language=sent.language, now=now)
    record_terms(session, profile, dossier_id, opened[0], language=sent.language, now=now)
    end_draft(session, draft.id, now=now)
    touch_dossier(session, dossier_id, Activity.APPLICATION_SENT, now=now)
    note_change(session, Activity.APPLICATION_SENT, dossier_id=dossier_id, groups=sent_groups(sent), reasons=("owner",))
    tell_received(session, profile, dossier_id, family.reference, opened[0], sent, facilities, now=now)
    return True
