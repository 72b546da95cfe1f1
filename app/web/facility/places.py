"""Free places: stated in two taps, taken in one (LEU-50)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.requests import own_facilities
from app.applications.rules import add_months
from app.core.clock import today_at
from app.core.errors import Refused
from app.facilities.operations.places import publish_place, take_place
from app.facilities.queries import OpenPlace, own_places
from app.web.doors import FACILITY, Visit
from app.web.facility.door import PLACES, facility, section, show
from app.web.facility.forms_own import PlaceForm
from app.web.facility.words import PLACE_AGES, PLACE_DONE, days_text

MONTHS_AHEAD, WORKING_DAYS = 12, 5
ANY = "any"


@facility.page("/facility/places", who=FACILITY, methods=("GET", "POST"), once=True)
def places(visit: Visit) -> ResponseReturnValue:
    """Show the free places that everybody is told of, and state one more."""
    facilities, today = own_facilities(visit.session), today_at(visit.now)
    months = [add_months(today.replace(day=1), number) for number in range(MONTHS_AHEAD)]
    only = next(iter(facilities)) if len(facilities) == 1 else None
    form = PlaceForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today,
        answers={"age": ANY, "month": months[0].isoformat()[:7]},
        required=("half_days", "age", "month", *(() if only else ("facility",))),
        shown=None if only is None else ("half_days", "age", "month", "last_minute", "shown_until"),
        choices={
            "facility": [str(key) for key in facilities],
            "month": [month.isoformat()[:7] for month in months],
        },
        days=WORKING_DAYS,
    )
    if form.posted and form.validate():
        try:
            with visit.session.begin_nested():
                publish_place(visit.session, only or UUID(form.facility.data), form.place(), now=visit.now)
        except Refused as refused:
            form.tell(refused.reason)
        else:
            return visit.go(PLACES, done="published")
    return show(
        visit,
        "facility/places.html",
        facilities,
        nav=section(visit, PLACES),
        status=422 if form.problems else 200,
        form=form,
        facilities_shown=tuple((str(key), name) for key, name in facilities.items()),
        months=tuple((month.isoformat()[:7], visit.texts.format_month(month)) for month in months),
        ages=tuple((code, visit.texts.gettext(words)) for code, (_, _, words) in PLACE_AGES.items()),
        lines=_lines(visit, own_places(visit.session)),
        several=len(facilities) > 1,
        message=visit.texts.gettext(PLACE_DONE.get(request.args.get("done", ""), "")),
    )


@facility.page("/facility/places/<uuid:place_id>/taken", who=FACILITY, methods=("POST",), once=True)
def place_taken(visit: Visit, place_id: UUID) -> ResponseReturnValue:
    """Say that a place is taken; a second press of a colleague finds it done."""
    try:
        with visit.session.begin_nested():
            take_place(visit.session, place_id, now=visit.now)
    except Refused:
        return visit.go(PLACES, done="was_taken")
    return visit.go(PLACES, done="taken")


def _lines(visit: Visit, found: Sequence[OpenPlace]) -> tuple[tuple[str, ...], ...]:
    texts, today = visit.texts, today_at(visit.now)
    said = {(first, last): texts.gettext(words) for first, last, words in PLACE_AGES.values()}
    return tuple(
        (
            visit.url("facility.place_taken", place_id=place.id),
            days_text(place.half_days, texts),
            said.get((place.age_from_months, place.age_to_months), ""),
            texts.gettext("now") if place.starts_on <= today else texts.format_month(place.starts_on),
            texts.format_day_short(place.shown_until),
            place.facility.name,
        )
        for place in found
    )
