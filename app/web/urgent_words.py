"""What urgent means for a family, told beforehand: when its request gets there, who can read it then, and what not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.applications.rules import urgent_from
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.organisations.terms import UrgentScope
from app.web.doors import Visit
from app.web.mails.urgent_letters import NO_STREET

IN_GENERAL = N_("Is there no place %(days)s days before the first day of care? Then your application is urgent.")
BEFORE = N_("Is there no place on %(day)s? Then your application is urgent.")
NOW = N_("Your application is urgent, because there is no place yet.")
WHO: Mapping[UrgentScope, str] = {
    UrgentScope.ALL: N_("All facilities that work with us can read an urgent application and offer a place."),
    UrgentScope.MUNICIPALITY: N_(
        "Facilities in your municipality, and in the municipalities where you chose one, can read an urgent application"
        " and offer a place."
    ),
}


def urgent_words(visit: Visit, start_date: date | None = None) -> str:
    """Return when a request is urgent and what that means; without a start in general, and nothing where none is."""
    terms, texts = visit.profile.urgent, visit.texts
    if terms.scope is UrgentScope.OFF:
        return ""
    first = urgent_from(start_date, terms.days) if start_date else None
    if first is None:
        when = texts.gettext(IN_GENERAL, days=terms.days)
    elif first <= today_at(visit.now):
        when = texts.gettext(NOW)
    else:
        when = texts.gettext(BEFORE, day=texts.format_day(first))
    return " ".join((when, texts.gettext(WHO[terms.scope]), texts.gettext(NO_STREET)))
