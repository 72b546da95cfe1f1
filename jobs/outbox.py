"""Drains the outbox: one message, one claim, one hand-over, one settlement."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from app.core import journal
from app.core.actor import system
from app.core.db import transaction
from app.core.delivery import Envelope, bury, claim, mark_sent, mark_uncertain, put_back, reconcile
from app.core.outbox import MAIL
from app.web.mails import compose
from jobs.context import Context, context
from jobs.smtp import TIMEOUT_SECONDS, Handed, hand_over

BATCH = 500
# The whole conversation with the relay has five steps, each with its own time-out.
LEASE = timedelta(seconds=6 * TIMEOUT_SECONDS)
SETTLING = timedelta(seconds=30)
OUTBOX = system("outbox")
log = logging.getLogger("jobs.outbox")


def drain() -> int:
    """Send everything that is due; returns how many messages were settled."""
    return drain_with(context())


def drain_with(surroundings: Context, *, lease: timedelta = LEASE, settling: timedelta = SETTLING) -> int:
    """Settle what is uncertain, then send what is due; safe to run twice, and at the same time as another worker."""
    settle(surroundings, settling=settling)
    handled = 0
    while handled < BATCH:
        with transaction(surroundings.databases, "jobs", OUTBOX, surroundings.now()) as session:
            envelope = claim(session, due=surroundings.now(), lease_until=surroundings.real_now() + lease)
        if envelope is None:
            return handled
        _deliver(surroundings, envelope, settling)
        handled += 1
    return handled


def settle(surroundings: Context, *, settling: timedelta = SETTLING) -> None:
    """Look up in the relay's journal what nobody knows; without a journal it stays uncertain, and says so."""
    folder = surroundings.settings.relay_journal
    if folder is None:
        return
    with transaction(surroundings.databases, "jobs", OUTBOX, surroundings.now()) as session:
        found, again = reconcile(
            session,
            now=surroundings.now(),
            real_now=surroundings.real_now(),
            settling=settling,
            was_accepted=lambda message_id: journal.was_accepted(folder, message_id),
        )
    if found or again:
        log.warning("uncertain messages settled", extra={"count": found + again})


def _deliver(surroundings: Context, envelope: Envelope, settling: timedelta) -> None:
    try:
        mail = _written(surroundings, envelope)
    except Exception as error:  # one message that cannot be written must not keep the others waiting
        log.exception("message cannot be written", extra={"message_id": str(envelope.id)})
        handed, detail = Handed.NOT_BEGUN, type(error).__name__
    else:
        handed, detail = hand_over(surroundings.settings.smtp_url, mail)
    now = surroundings.now()
    with transaction(surroundings.databases, "jobs", OUTBOX, now) as session:
        settlements: dict[Handed, Callable[[], bool]] = {
            Handed.ACCEPTED: lambda: mark_sent(session, envelope.id, now),
            Handed.NOT_BEGUN: lambda: put_back(session, envelope.id, now, detail),
            Handed.REFUSED: lambda: bury(session, envelope.id, detail),
            Handed.UNKNOWN: lambda: mark_uncertain(session, envelope.id, look_after=now + settling),
        }
        settlements[handed]()
    log.info("message handed over", extra={"message_id": str(envelope.id), "reason": str(handed)})


def _written(surroundings: Context, envelope: Envelope) -> EmailMessage:
    profile = surroundings.profiles[envelope.organisation]
    text = compose(profile, envelope.kind, envelope.language, envelope.params, base_url=surroundings.settings.base_url)
    mail = EmailMessage()
    mail["From"] = profile.contacts.helpdesk_email or f"noreply@{profile.key}.invalid"
    mail["To"] = envelope.recipient if envelope.channel == MAIL else f"{envelope.channel}@print.invalid"
    mail["Subject"] = text.subject
    mail["Message-ID"] = envelope.message_id
    mail["Date"] = format_datetime(surroundings.now())
    mail["Content-Language"] = envelope.language
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Opvangloket-Channel"] = envelope.channel
    # A letter goes to whoever prints: its address stands above the text.
    mail.set_content(text.text if envelope.channel == MAIL else f"{envelope.recipient}\n\n{text.text}")
    return mail
