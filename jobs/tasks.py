"""The scheduled jobs: each opens a transaction for its purpose and runs one operation. All can run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import AccountToken, FactorChallenge, LoginChange, SecondFactor, Throttle, WebSession
from app.accounts.operations.accounts import close_unused_accounts as close
from app.applications.models import PossibleDouble
from app.applications.operations.births import remind_of_births
from app.applications.operations.digests import send_digests
from app.applications.operations.doubles import find_doubles as doubles
from app.applications.operations.draft_terms import expire_drafts as expire
from app.applications.operations.draft_terms import expire_left_behind, send_draft_notices
from app.applications.operations.expiry import announce_expiry, expire_applications
from app.applications.operations.start_terms import remind_of_starts, tell_of_passed_starts
from app.applications.operations.urgent import announce_urgent
from app.catalogue.stores import STORES
from app.core import heads, sealing
from app.core.actor import system
from app.core.db import transaction
from app.core.journal import forget
from app.core.models import FormUse, JobRun
from app.mandates.models import LookCode
from app.mandates.operations.deadlines import tell_helpers
from app.mandates.operations.mandates import forget_unsent
from app.mandates.operations.warnings import warn_of_ends, warn_of_party_ends
from app.messages.queries.waiting import unread_by_facility
from app.organisations.terms import Application
from app.placements.operations.terms import lapse_offers as lapse
from app.placements.operations.terms import remind_of_offers
from app.privacy.operations import warn_overseers
from app.retention.operations.dropping import droppable_before
from app.retention.operations.journal import prune
from app.retention.operations.notices import files_ending, tell_of_ends
from app.surveys.operations import send_surveys
from jobs.context import context
from jobs.outbox import drain
from jobs.retention import warn_late

BATCH = 500
TECHNICAL_DAYS = timedelta(days=3)
# So long a desk can still be asked about a request that was not made.
FORGOTTEN = timedelta(days=90)
# So long after its fault a mail could still be asked for in the relay's journal.
RELAYED = timedelta(days=STORES["relay_journal"].days or 0)
# So long before the end of an offer a helper hears of the day, if the family wishes it.
HELPERS_TOLD = timedelta(days=5)


def send_outbox(now: datetime) -> int:
    """Send what is due, whether the queue rang or not."""
    return drain()


def seal_audit(now: datetime) -> int:
    """Chain the audit's new entries and publish the head outside the database."""
    surroundings = context()
    folder = surroundings.settings.kept_apart
    with transaction(surroundings.databases, "jobs", system("sealer"), now) as session:
        # What an older database seals would stand beside what was published: first it is reconciled.
        head = None if heads.behind(session, folder) else sealing.seal(session, now)
    if head is None:
        return 0
    heads.publish(folder, head, now)
    return head.entries


def broken_segments() -> list[tuple[int, str]]:
    """Return (segment, what is wrong) for all that no longer holds, against the heads published outside (KL-36)."""
    surroundings = context()
    published = heads.published(surroundings.settings.kept_apart)
    with transaction(surroundings.databases, "jobs", system("sealer"), surroundings.now()) as session:
        before = droppable_before(surroundings.profiles, surroundings.now())
        return sealing.broken_segments(session, published, droppable_before=before)


def returns_to_older() -> tuple[heads.Return, ...]:
    """Return each time that an older backup was restored: what the chain lost by it (KG-37)."""
    return heads.returns(context().settings.kept_apart)


def verify_audit(now: datetime) -> int:
    """Check the whole audit against its chain and its published heads; warn the overseers when it does not hold."""
    broken = len(broken_segments())
    if broken:
        surroundings = context()
        for organisation in surroundings.profiles:
            with transaction(surroundings.databases, "jobs", system("sealer", organisation), now) as session:
                warn_overseers(session, now=now)
    warn_late(now)
    return broken


def lapse_offers(now: datetime) -> int:
    """Close the offers whose term is over; pages already treat them as lapsed."""
    return _for_each("offers", now, lambda session, terms: lapse(session, terms.offer, now=now, limit=BATCH))


def remind_offers(now: datetime) -> int:
    """Remind families of the offers that they have not answered."""
    return _for_each(
        "offers",
        now,
        lambda session, terms: remind_of_offers(session, now=now, days=terms.offer.reminder_days, limit=BATCH),
    )


def end_applications(now: datetime) -> int:
    """Write down which requests have expired, and announce the next ends; pages do not wait for it."""

    def both(session: Session, terms: Application) -> int:
        ended = expire_applications(session, now=now, limit=BATCH)
        return ended + announce_expiry(session, now=now, days=terms.expiry_notice_days, limit=BATCH)

    return _for_each("expiry", now, both)


def urgent_notices(now: datetime) -> int:
    """Tell each family whose request is urgent from today; days that were missed are caught up (LEU-30)."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system("urgent", organisation), now) as session:
            handled += announce_urgent(session, profile.urgent, now=now, limit=BATCH)
    return handled


def remind_starts(now: datetime) -> int:
    """Tell families without a place that the start is near, or that it has passed (BXL-15, BXL-16)."""

    def both(session: Session, terms: Application) -> int:
        near = remind_of_starts(session, now=now, days=terms.start_notice_days, limit=BATCH)
        return near + tell_of_passed_starts(session, now=now, limit=BATCH)

    return _for_each("starts", now, both)


def erasure_notices(now: datetime) -> int:
    """Tell families whose files go soon; the end does not wait for it (BXL-39, LEU-40)."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system("retention", organisation), now) as session:
            ends = files_ending(session, profile, now=now)
        with transaction(surroundings.databases, "jobs", system("endings", organisation), now) as session:
            handled += tell_of_ends(session, ends, limit=BATCH)
    return handled


def ask_surveys(now: datetime) -> int:
    """Ask families about the quality of the service: those that agreed, or did not object (BXL-18, LEU-19)."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system("surveys", organisation), now) as session:
            handled += send_surveys(session, profile, now=now, limit=BATCH)
    return handled


def remind_births(now: datetime) -> int:
    """Ask once, some days after the expected date, whether the child is born."""
    return _for_each("births", now, lambda session, terms: remind_of_births(session, now=now, limit=BATCH))


def _for_each(purpose: str, now: datetime, run: Callable[[Session, Application], int]) -> int:
    """Run an operation in a transaction of its own for each organisation that takes requests."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        if profile.application is not None:
            with transaction(surroundings.databases, "jobs", system(purpose, organisation), now) as session:
                handled += run(session, profile.application)
    return handled


def find_doubles(now: datetime) -> int:
    """Find open requests that may be about one child, for the desk to keep or to join (LEU-12)."""
    return _for_each("doubles", now, lambda session, terms: doubles(session, now=now, limit=BATCH))


def close_unused_accounts(now: datetime) -> int:
    """Close the accounts of who works here that nobody used for half a year (KL-31)."""
    return _for_each("accounts", now, lambda session, terms: close(session, now=now, limit=BATCH))


def expire_drafts(now: datetime) -> int:
    """Delete the drafts that nobody came back to, and their keys."""
    surroundings = context()
    with transaction(surroundings.databases, "jobs", system("drafts"), now) as session:
        return expire(session, now=now, limit=BATCH) + forget_unsent(session)


def helper_deadlines(now: datetime) -> int:
    """Tell helpers of the offers that their families have to answer soon, where the family agreed to that."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        years = profile.settings.helper_access_years
        with transaction(surroundings.databases, "jobs", system("helpers", organisation), now) as session:
            handled += tell_helpers(session, years=years, within=HELPERS_TOLD, now=now, limit=BATCH)
    return handled


def agreement_warnings(now: datetime) -> int:
    """Write in time to whoever accepts a text again, and to administrators of agreements that end (LEU-35)."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system("agreements", organisation), now) as session:
            handled += warn_of_ends(session, profile, now=now) + warn_of_party_ends(session, profile, now=now)
    return handled


def wipe_devices(now: datetime) -> int:
    """Delete what was left behind on public devices that went dark in the middle of a visit."""
    surroundings = context()
    with transaction(surroundings.databases, "jobs", system("drafts"), now) as session:
        return expire_left_behind(session, now=now, limit=BATCH)


def draft_notices(now: datetime) -> int:
    """Tell families that the answers they have not sent will be deleted soon."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        if profile.application is not None:
            with transaction(surroundings.databases, "jobs", system("drafts", organisation), now) as session:
                handled += send_draft_notices(session, profile.application, now=now, limit=BATCH)
    return handled


def facility_digest(now: datetime) -> int:
    """Tell each facility how many requests wait for it: counts, no names."""
    surroundings = context()
    handled = 0
    for organisation in surroundings.profiles:
        with transaction(surroundings.databases, "jobs", system("digest", organisation), now) as session:
            handled += send_digests(session, now=now, unread=unread_by_facility(session))
    return handled


def housekeeping(now: datetime) -> int:
    """Clear what served its purpose: ended sessions, spent links, counted attempts, used forms, old run records."""
    surroundings = context()
    old, forgotten = now - TECHNICAL_DAYS, now - FORGOTTEN
    cleared = 0
    with transaction(surroundings.databases, "jobs", system("housekeeping"), now) as session:
        for statement in (
            delete(WebSession).where((WebSession.expires_at < now) | (WebSession.ended_at < old)),
            delete(AccountToken).where(AccountToken.expires_at < old),
            delete(Throttle).where(Throttle.window_start < old),
            delete(FormUse).where(FormUse.used_at < old),
            delete(LookCode).where(LookCode.used_at.is_(None), LookCode.expires_at < old),
            delete(JobRun).where(JobRun.slot < old),
            delete(LoginChange).where(LoginChange.expires_at < old),
            delete(FactorChallenge).where(FactorChallenge.expires_at < old),
            delete(SecondFactor).where(SecondFactor.ended_at < old),
            # Of a request that was not made only the token is left, until the other one is found or nobody looks.
            delete(PossibleDouble).where(PossibleDouble.dossier_id.is_(None), PossibleDouble.found_at < forgotten),
        ):
            cleared += session.connection().execute(statement).rowcount
    relayed = surroundings.settings.relay_journal
    if relayed is not None:
        cleared += forget(relayed, (now - RELAYED).isoformat())
    return cleared + prune(surroundings.settings.kept_apart, now)
