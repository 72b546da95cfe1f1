"""Counts how often each page is opened: the route, the kind of place the visitor came from, and a number.

No cookie, no address, no id of anybody, no path with an id in it (KG-30, KG-31, KL-17, LEU-52). The counts of a day lie
in the memory of the queue server until a job writes them down; where that server is away, nobody waits for a number.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from redis import Redis
from redis.exceptions import RedisError

from app.core.clock import today_at
from app.organisations.profile import Profile

KEPT = timedelta(days=4)
# A page must not cost a trip to the queue server: counts are gathered and handed over together.
GATHERED = 50
SECONDS = 5.0
_SEARCH = ("google.", "bing.", "duckduckgo.", "qwant.", "ecosia.", "yahoo.")
_SOCIAL = ("facebook.", "instagram.", "linkedin.", "twitter.", "whatsapp.", "t.co", "x.com")
_PREFIX = "/<organisation>/<language>"


def source_of(referrer: str, own_host: str) -> str:
    """Return the kind of place that a visitor came from; the place itself is not kept."""
    try:
        host = (urlsplit(referrer).hostname or "").removeprefix("www.")
    except ValueError:
        return "other"
    if not host or host == own_host.partition(":")[0]:
        return "direct" if not host else "here"
    for kind, names in (("search", _SEARCH), ("social", _SOCIAL)):
        if any(host.startswith(name) or f".{name}" in f".{host}" for name in names):
            return kind
    return "other"


def counts_key(organisation: str, day: date) -> str:
    """Return where the counts of one organisation and day lie."""
    return f"pages:{organisation}:{day.isoformat()}"


class PageCounter:
    """Gathers counts in this process and hands them over now and then."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection
        self._gathered: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self._handed_over = monotonic()

    def count(self, key: str, field: str) -> None:
        """Count one view."""
        with self._lock:
            self._gathered[key, field] += 1
            waited = monotonic() - self._handed_over
            if self._gathered.total() < GATHERED and waited < SECONDS:
                return
            taken, self._gathered, self._handed_over = self._gathered, Counter(), monotonic()
        self._hand_over(taken)

    def flush(self) -> None:
        """Hand over what was gathered."""
        with self._lock:
            taken, self._gathered, self._handed_over = self._gathered, Counter(), monotonic()
        self._hand_over(taken)

    def _hand_over(self, taken: Counter[tuple[str, str]]) -> None:
        try:
            pipe = self._connection.pipeline(transaction=False)
            for (key, field), views in taken.items():
                pipe.hincrby(key, field, views)
            for key in {key for key, _ in taken}:
                pipe.expire(key, KEPT)
            pipe.execute()
        except RedisError:
            return


def init_app(app: Flask, counter: PageCounter) -> None:
    """Count each page that was shown, where the organisation counts at all (C17)."""
    app.extensions["page_counter"] = counter

    @app.after_request
    def count(answer: Response) -> Response:
        profile: Profile | None = g.get("profile")
        if (
            profile is not None
            and profile.settings.analytics == "counters"
            and request.method == "GET"
            and answer.status_code == 200
            and answer.mimetype == "text/html"
            and request.url_rule is not None
        ):
            page = request.url_rule.rule.removeprefix(_PREFIX)
            source = source_of(request.headers.get("Referer", ""), request.host)
            counter.count(counts_key(profile.key, today_at(g.now)), f"{page} {source}")
        return answer
