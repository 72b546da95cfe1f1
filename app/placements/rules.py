"""Whether an offer may be accepted or declined, read from the clock at that very moment."""

from datetime import datetime
from enum import StrEnum


class Denied(StrEnum):
    """Why an offer may not be answered."""

    OFFER_CLOSED = "offer_closed"
    OFFER_LAPSED = "offer_lapsed"
    APPLICATION_CLOSED = "application_closed"


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
