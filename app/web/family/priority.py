"""How priority works, in plain words, from the rules that are in force today (BXL-26)."""

from __future__ import annotations

from collections.abc import Iterable

from flask.typing import ResponseReturnValue

from app.core.clock import today_at
from app.priority.queries import area_site, rules_on
from app.priority.rules import Ground
from app.web import labels
from app.web.doors import ANYONE, Visit
from app.web.family.door import family
from app.web.pages import render

PAGE = "family.priority"
# The agency that the statement names; its pages move, so the link goes to its front door.
AGENCY_URL = "https://www.kindengezin.be/"


@family.page("/priority", who=ANYONE)
def priority(visit: Visit) -> ResponseReturnValue:
    """Show the grounds for priority in the order in which they count."""
    rules = rules_on(visit.profile, today_at(visit.now), area_site(visit.profile).tariff)

    def words(held: Iterable[Ground]) -> list[str]:
        return [visit.texts.gettext(labels.GROUND[ground]) for ground in Ground if ground in set(held)]

    return render(
        "family/apply/priority.html",
        absolute=words(rules.absolute),
        priority=words(rules.priority),
        agency_url=AGENCY_URL,
    )
