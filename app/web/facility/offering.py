"""The form of an offer, wherever it is made: asked once, held to the rules, shown once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort

from app.applications.queries.records import CarePlan, ChildIdentity
from app.applications.rules import Plan, deviates, offer_problems
from app.core.clock import today_at
from app.organisations.terms import OfferTerm
from app.placements.queries import children_per_half_day
from app.web.doors import Visit
from app.web.facility.forms import OfferForm
from app.web.facility.occupancy import occupied
from app.web.forms.base import PostedData

WORKING_DAYS, WEEK = 5, 7


def offer_terms(visit: Visit) -> OfferTerm:
    """Return how long an offer stands in this organisation."""
    if visit.profile.application is None:
        abort(404)
    return visit.profile.application.offer


def offer_form(visit: Visit, plan: CarePlan, terms: OfferTerm, *, posted: PostedData | None) -> OfferForm:
    """Return the questions of an offer, filled in with what the family asked."""
    today = today_at(visit.now)
    return OfferForm(
        posted,
        texts=visit.texts,
        today=today,
        answers={
            "start_date": plan.start_date if plan.start_date >= today else None,
            "half_days": plan.half_days,
            "hours": plan.hours,
            "reply_days": terms.default_days,
        },
        required=("start_date", "half_days", "reply_days"),
        shown=("start_date", "half_days", "reply_days", *(("hours",) if plan.hours else ())),
        choices={"reply_days": [str(days) for days in _days(terms)]},
        days=WEEK if plan.half_days >> 2 * WORKING_DAYS else WORKING_DAYS,
    )


def fits(visit: Visit, form: OfferForm, child: ChildIdentity, terms: OfferTerm) -> bool:
    """Ask the rule that the operation asks too, so that what is wrong stands beside its question."""
    today = today_at(visit.now)
    made = form.offer(today)
    problems = offer_problems(
        made.plan,
        reply_by=made.reply_by,
        birth_date=child.birth_date,
        today=today,
        shortest_days=terms.min_days,
        longest_days=terms.max_days,
    )
    for problem in problems:
        form.tell(problem)
    return not problems


def offer_context(
    visit: Visit, form: OfferForm, plan: CarePlan, terms: OfferTerm, facility_id: UUID, *, valid: bool
) -> dict[str, Any]:
    """Return what the page of the form, or of a valid one its second look, shows beside it."""
    today = today_at(visit.now)
    context: dict[str, Any] = {
        "terms": tuple((str(d), visit.texts.format_weekday(today + timedelta(days=d))) for d in _days(terms)),
        "occupied": occupied(children_per_half_day(visit.session, facility_id, plan.start_date), plan.half_days),
    }
    if valid:
        made = form.offer(today)
        context |= {
            "made": made.plan,
            "made_hours": made.hours,
            "reply_by": made.reply_by,
            "deviating": deviates(made.plan, Plan(plan.start_date, plan.half_days)),
        }
    return context


def _days(terms: OfferTerm) -> range:
    return range(max(terms.min_days, 1), terms.max_days + 1)
