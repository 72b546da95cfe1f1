"""Drains the outbox: one message, one claim, one hand-over, one settlement."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy.orm import Session

from app.applications.operations.second_parents import TOLD_TO_BOTH, copy_for_second_parent
from app.core import journal
from app.core.actor import system
from app.core.db import transaction
from app.core.delivery import (
    Envelope,
    address,
    bury,
    claim,
    is_last_attempt,
    mark_sent,
    mark_to_print,
    mark_uncertain,
    put_back,
    reconcile,
    send_by,
    tried,
)
from app.core.errors import NotFound
from app.core.outbox import FAMILY, LETTER, MAIL, TEXT
from app.families.queries import Reach, postal_lines, reach_of
from app.families.rules import ways_to_write
from app.web.mails import compose
from jobs.context import Context, context
from jobs.restored import stands_back
from jobs.smtp import TIMEOUT_SECONDS, Handed, hand_over
from jobs.texts import address_of_phone

BATCH = 500
# The whole conversation with the relay has five steps, each with its own time-out.
LEASE = timedelta(seconds=6 * TIMEOUT_SECONDS)
SETTLING = timedelta(seconds=30)
OUTBOX = system("outbox")
PRINTER = "letter@print.invalid"
NOWHERE = "no way to reach the family"
log = logging.getLogger("jobs.outbox")


def drain() -> int:
    """Send everything that is due; returns how many messages were settled."""
    return drain_with(context())


def drain_with(surroundings: Context, *, lease: timedelta = LEASE, settling: timedelta = SETTLING) -> int:
    """Settle what is uncertain, then send what is due; safe to run twice, and at the same time as another worker.

    A database that was restored sends nothing before it is reconciled (KG-37).
    """
    if stands_back(surroundings, "outbox"):
        return 0
    settle(surroundings, settling=settling)
    handled = 0
    while handled < BATCH:
        with transaction(surroundings.databases, "jobs", OUTBOX, surroundings.now()) as session:
            envelope = claim(session, due=surroundings.now(), lease_until=surroundings.real_now() + lease)
            if envelope is not None:
                envelope = _addressed(surroundings, session, envelope)
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


def _addressed(surroundings: Context, session: Session, envelope: Envelope) -> Envelope:
    """Look up where a family is written to now; without a recipient still where it can be reached in no way."""
    if envelope.recipient or envelope.dossier_id is None:
        return envelope
    try:
        reach = reach_of(session, envelope.dossier_id)
    except NotFound:
        return envelope
    ways = _ways(surroundings, envelope.organisation, reach)
    channel = next(iter(ways), None) if envelope.channel == FAMILY else envelope.channel
    if channel not in ways:
        return envelope
    recipients = {MAIL: reach.email, TEXT: reach.phone, LETTER: postal_lines(reach, envelope.language)}
    return address(session, envelope, channel=str(channel), recipient=recipients[channel] or "")


def _ways(surroundings: Context, organisation: str, reach: Reach) -> tuple[str, ...]:
    terms = surroundings.profiles[organisation].application
    offered = set(terms.channels) if terms is not None else {MAIL, LETTER}
    if not surroundings.settings.text_mail_domain:
        offered.discard(TEXT)
    return ways_to_write(
        reach.wish,
        has_email=bool(reach.email),
        has_mobile=reach.mobile,
        has_address=bool(reach.street and reach.postcode),
        offered=offered,
    )


def _deliver(surroundings: Context, envelope: Envelope, settling: timedelta) -> None:
    if envelope.kind in TOLD_TO_BOTH and envelope.to_family:
        # Before the hand-over: a worker that dies after it must not leave one of two parents untold.
        actor = system("outbox", envelope.organisation)
        with transaction(surroundings.databases, "jobs", actor, surroundings.now()) as session:
            copy_for_second_parent(session, envelope)
    if not envelope.recipient:
        handed, detail = Handed.REFUSED, NOWHERE
    elif _left_before(surroundings, envelope):
        handed, detail = Handed.ACCEPTED, ""
    elif envelope.channel == LETTER and not surroundings.settings.demo:
        # Paper leaves by the desk. Only the demo shows a copy in its mailbox as well.
        handed, detail = Handed.ACCEPTED, ""
    else:
        handed, detail = _handed_over(surroundings, envelope)
    now = surroundings.now()
    actor = system("outbox", envelope.organisation)
    with transaction(surroundings.databases, "jobs", actor, now) as session:
        if handed is Handed.ACCEPTED:
            _arrived(session, envelope, surroundings)
        elif handed is Handed.UNKNOWN:
            mark_uncertain(session, envelope.id, look_after=now + settling)
        elif handed is Handed.REFUSED or is_last_attempt(session, envelope.id):
            _give_up(surroundings, session, envelope, detail)
        else:
            put_back(session, envelope.id, now, detail)
    log.info("message handed over", extra={"message_id": str(envelope.id), "reason": str(handed)})


def _arrived(session: Session, envelope: Envelope, surroundings: Context) -> None:
    if envelope.channel == LETTER:
        mark_to_print(session, envelope.id)
    else:
        mark_sent(session, envelope.id, surroundings.now())


def _give_up(surroundings: Context, session: Session, envelope: Envelope, detail: str) -> None:
    """Leave a message to the desk, and write to the family once by each other way that there is."""
    if not bury(session, envelope.id, detail) or envelope.dossier_id is None or not envelope.to_family:
        return
    try:
        ways = _ways(surroundings, envelope.organisation, reach_of(session, envelope.dossier_id))
    except NotFound:
        return
    gone = tried(session, envelope)
    if (channel := next((way for way in ways if way not in gone), None)) is not None:
        send_by(session, envelope, channel)


def _left_before(surroundings: Context, envelope: Envelope) -> bool:
    """Tell whether the relay had it already: a restored database writes again what it forgot that it had sent."""
    folder = surroundings.settings.relay_journal
    return folder is not None and journal.was_accepted(folder, envelope.message_id)


def _handed_over(surroundings: Context, envelope: Envelope) -> tuple[Handed, str]:
    try:
        mail = _written(surroundings, envelope)
    except Exception as error:  # one message that cannot be written must not keep the others waiting
        log.exception("message cannot be written", extra={"message_id": str(envelope.id)})
        return Handed.NOT_BEGUN, type(error).__name__
    return hand_over(surroundings.settings.smtp_url, mail)


def _written(surroundings: Context, envelope: Envelope) -> EmailMessage:
    profile = surroundings.profiles[envelope.organisation]
    text = compose(profile, envelope.kind, envelope.language, envelope.params, base_url=surroundings.settings.base_url)
    mail = EmailMessage()
    mail["From"] = profile.contacts.helpdesk_email or f"noreply@{profile.key}.invalid"
    mail["To"] = _relay_address(envelope, surroundings.settings.text_mail_domain)
    mail["Subject"] = profile.name if envelope.channel == TEXT else text.subject
    mail["Message-ID"] = envelope.message_id
    mail["Date"] = format_datetime(surroundings.now())
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Opvangloket-Channel"] = envelope.channel
    # What is printed bears its address above the text.
    bodies = {TEXT: text.brief, LETTER: f"{envelope.recipient}\n\n{text.text}"}
    mail.set_content(bodies.get(envelope.channel, text.text))
    # Setting the content clears what was said of it before.
    mail["Content-Language"] = ", ".join(text.languages)
    return mail


def _relay_address(envelope: Envelope, text_mail_domain: str) -> str:
    if envelope.channel == TEXT:
        return address_of_phone(envelope.recipient, text_mail_domain)
    return PRINTER if envelope.channel == LETTER else envelope.recipient
