"""The jobs of requests about rights: drafts and letters every minute, reminders and what is over once a day."""

from __future__ import annotations

from datetime import datetime

from app.core.actor import system
from app.core.db import transaction
from app.rights.operations.carrying_out import carry_out
from app.rights.operations.drafting import make_drafts
from app.rights.operations.telling import drop_copies, remind_officers, tell_finished, tell_requesters
from app.web.i18n import texts
from jobs.context import context

BATCH = 50
PURPOSE = "rights"


def rights_answers(now: datetime) -> int:
    """Make the drafts that are waited for, carry out what was granted, and write to whoever asked."""
    surroundings, done = context(), 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system(PURPOSE, organisation), now) as session:
            done += make_drafts(session, profile, texts, now=now, limit=BATCH)
            done += carry_out(session, profile, texts, now=now, limit=BATCH)
            done += tell_requesters(session, now=now, limit=BATCH)
    return done


def rights_reminders(now: datetime) -> int:
    """Remind those who answer (M11), tell of what is gone at last (M12), and drop copies that were not fetched."""
    surroundings, done = context(), 0
    for organisation in surroundings.profiles:
        with transaction(surroundings.databases, "jobs", system(PURPOSE, organisation), now) as session:
            done += remind_officers(session, now=now)
            done += tell_finished(session, now=now, limit=BATCH)
            done += drop_copies(session, limit=BATCH)
    return done
