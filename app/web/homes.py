"""Where each kind of account begins, and in which language."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.actor import WITH_SECOND_FACTOR, Kind
from app.web.visit import Visit

HOMES: Mapping[str, str] = {
    Kind.PARENT: "family.my",
    Kind.FACILITY: "facility.requests",
    Kind.STAFF: "staff.start",
    Kind.COUNTER: "counter.start",
    Kind.HELPER: "helper.clients",
    Kind.OVERSIGHT: "oversight.home",
}
_IN_STAFF_LANGUAGES = WITH_SECOND_FACTOR | {Kind.FACILITY}


def language_of(visit: Visit, kind: str, preferred: str) -> str:
    """Return the language of this page where the pages of this kind are offered in it, else the account's own."""
    languages = visit.profile.languages
    offered = languages.staff if kind in _IN_STAFF_LANGUAGES else languages.for_families
    return next(code for code in (visit.language, preferred, *offered) if code in offered)
