"""What may be done with an offer, read from the clock at that very moment, and how long it stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Denied(StrEnum):
    """Why an offer may not be answered."""

    OFFER_CLOSED = "offer_closed"
    OFFER_LAPSED = "offer_lapsed"
    APPLICATION_CLOSED = "application_closed"
    NOT_ANSWERED = "not_answered"
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message by one channel: its state, and whether the desk dealt with it."""

    state: str
    handled: bool


def may_decline(offer_state: str, expires_at: datetime, now: datetime) -> Denied | None:
    """Whether the parent may decline an offer."""
    if offer_state != "open":
        return Denied.OFFER_LAPSED if offer_state == "lapsed" else Denied.OFFER_CLOSED
    return Denied.OFFER_LAPSED if now >= expires_at else None


def may_accept(offer_state: str, application_state: str, expires_at: datetime, now: datetime) -> Denied | None:
    """Whether the parent may accept an offer: it stands, its term runs, and the request is still open (BXL-13)."""
    refused = may_decline(offer_state, expires_at, now)
    if refused is None and application_state != "open":
        return Denied.APPLICATION_CLOSED
    return refused


def may_reopen(offer_state: str, application_state: str, expires_at: datetime, now: datetime) -> Denied | None:
    """Whether an answered offer can open again: an accepted one with its request, a declined one within its term."""
    if offer_state == "accepted":
        return None if application_state == "enrolled" else Denied.CHANGED_MEANWHILE
    if offer_state != "declined":
        return Denied.NOT_ANSWERED
    if application_state != "open":
        return Denied.APPLICATION_CLOSED
    return Denied.OFFER_LAPSED if now >= expires_at else None


def reminder_due(last_day: date, offered_on: date, today: date, days: Collection[int]) -> int | None:
    """Which reminder of an open offer is due: so many days before its last one, and never on the day it was made."""
    due = [before for before in days if offered_on < last_day - timedelta(days=before) <= today <= last_day]
    return min(due, default=None)


def reached_nobody(deliveries: Collection[Delivery]) -> bool:
    """Whether a message was written and reached nobody: by no channel, nor through the desk."""
    return bool(deliveries) and not any(one.state == "sent" or one.handled for one in deliveries)


def put_off_until(
    expires_at: datetime, created_at: datetime, *, longest: timedelta, grace: timedelta
) -> datetime | None:
    """Until when an offer stands whose message reached nobody; never longer than the longest term and the grace."""
    until = min(expires_at + grace, created_at + longest + grace)
    return until if until > expires_at else None
