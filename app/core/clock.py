"""The only place that asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock:
    """A clock that ticks with the machine's, shifted by a fixed offset (demo and trials)."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def unshifted(self) -> datetime:
        """Return the instant without the offset: the authenticator in somebody's hand knows no other (RFC 6238)."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the present calendar day in Brussels."""
        return today_at(self.now())


def today_at(now: datetime) -> date:
    """Return the calendar day that `now` falls on in Brussels."""
    return now.astimezone(BRUSSELS).date()
