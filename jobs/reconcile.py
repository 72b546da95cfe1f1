"""Makes a restored database good again: erases what was erased, doubts what may have left, and lets the house go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from app.accounts.models import AccountToken, WebSession
from app.core import heads
from app.core.actor import system
from app.core.audit import note_event
from app.core.db import transaction
from app.core.delivery import doubt_all
from app.core.models import OutboxMessage
from app.retention.operations.journal import erased
from app.retention.operations.replay import erase_again
from jobs.context import Context
from jobs.restored import SEALER, behind_published


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was made good: `behind` is None where the database was not older than what was published."""

    behind: heads.Behind | None
    batches: int
    erased: int
    # Batches of a kind that this version does not know.
    unknown: int
    # Messages of which the relay's journal must tell whether they left, and letters that may have been printed before.
    doubted: int = 0
    letters: int = 0
    signed_out: int = 0


def reconcile(surroundings: Context) -> Reconciled:
    """Replay the journal of erasures, as the maintainer; then, after a restore, let jobs and mails go on (KG-37).

    Each batch is a transaction of its own, and all of it can run twice. What is interrupted leaves the house closed.
    """
    found = behind_published(surroundings)
    now = surroundings.now()
    # Of a database that is not older, what it holds of a file's groups was filled in after they were erased.
    known_until = found.sealed_at if found else now
    batches = erased(surroundings.settings.kept_apart)
    gone = []
    for batch in batches:
        actor = system("retention", batch.organisation)
        with transaction(surroundings.databases, "maintainer", actor, now) as session:
            gone.append(erase_again(session, batch, known_until=known_until))
    counted = (len(batches), sum(filter(None, gone)), gone.count(None))
    if found is None:
        return Reconciled(None, *counted)
    with transaction(surroundings.databases, "maintainer", system("restore"), now) as session:
        doubted = doubt_all(session, now=now)
        letters = session.scalar(select(func.count()).where(OutboxMessage.state == "to_print")) or 0
        # A session that was ended and a link that was used up are open again: everybody signs in anew.
        signed_out = session.connection().execute(delete(WebSession)).rowcount
        session.execute(delete(AccountToken))
        note_event(session, "restored")
    with transaction(surroundings.databases, "jobs", SEALER, now) as session:
        heads.note_return(session, surroundings.settings.kept_apart, now)
    return Reconciled(found, *counted, doubted, letters, signed_out)
