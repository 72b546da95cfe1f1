"""Searching childcare places without an account: where they are, and which of them are free (LEU-50)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from flask import current_app, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.applications.rules import add_months
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.facilities.queries import (
    FacilityRecord,
    OpenPlace,
    PlaceFilters,
    open_free_places,
    search_facilities,
)
from app.facilities.rules import fold
from app.web import labels
from app.web.cookies import may_remember
from app.web.doors import ANYONE, START, Visit
from app.web.forms import ChoiceField, HalfDaysField, PostcodeField, StepForm, TextField, TickField, grouped_phone
from app.web.i18n import Texts
from app.web.labels import days_in_words, towns_by_name, where_in_words
from app.web.pages import render
from app.web.public.door import public
from app.web.visit_memory import VisitMemory

PAGE_SIZE = 20
MOST = 400
MONTHS_AHEAD = 18
FILTERS = "search"
DISTANCES = {"2": 2.0, "5": 5.0, "10": 10.0}
# The age at the start, in months: the middle of what the words say.
AGES: Mapping[str, tuple[int, str]] = {
    "0": (3, N_("Younger than 6 months")),
    "6": (9, N_("6 to 12 months")),
    "12": (15, N_("1 to 1.5 years")),
    "18": (21, N_("1.5 to 2 years")),
    "24": (29, N_("2 years and older")),
}


class SearchForm(StepForm):
    """What somebody looks for; everything may stay empty."""

    municipality = ChoiceField()
    postcode = PostcodeField()
    within = ChoiceField()
    name = TextField(limit=80)
    half_days = HalfDaysField()
    month = ChoiceField()
    age = ChoiceField()
    free = TickField()
    last_minute = TickField()


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A free place in words."""

    days: str
    start: str
    ages: str
    until: str


@dataclass(frozen=True, slots=True)
class Found:
    """One facility as the page shows it."""

    name: str
    where: str
    words: str
    phone: str
    phone_link: str
    answers: str
    places: tuple[PlaceLine, ...]


Match = tuple[FacilityRecord, Sequence[OpenPlace]]


@public.page("/search", who=ANYONE)
def search(visit: Visit) -> ResponseReturnValue:
    """Show the facilities and free places that fit; what was asked stays for this visit only (LEU-49)."""
    if visit.profile.application is None:
        return visit.go("public.home")
    today = today_at(visit.now)
    if "clear" in request.args:
        forget_search(visit)
        return visit.go("public.search")
    asked = MultiDict(request.args) if request.args else MultiDict(_recall(visit))
    form = _form(visit, asked, today)
    usable = form.validate()
    found = _found(visit, form) if usable else []
    if usable and request.args:
        _keep(visit)
    page = _page(len(found))
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    tr = visit.texts.gettext
    return render(
        "public/search.html",
        status=200 if usable else 422,
        title=tr("Search childcare"),
        form=form,
        unsaved=False,
        towns=towns_by_name(visit.profile, visit.language),
        distances=[(key, tr(N_("at most %(km)s km"), km=key)) for key in DISTANCES],
        months=[(_month_key(month), visit.texts.format_month(month)) for month in _months(today)],
        ages=[(key, tr(words)) for key, (_, words) in AGES.items()],
        found=[_in_words(visit, record, places) for record, places in shown],
        total=len(found),
        more=_link(visit, page + 1) if page * PAGE_SIZE < len(found) else "",
        fewer=_link(visit, page - 1) if page > 1 else "",
        clear=visit.url("public.search", clear="yes"),
        is_narrowed=any(value for name, value in asked.items() if name != "page"),
        start=visit.url(START),
    )


def _form(visit: Visit, asked: MultiDict[str, str], today: date) -> SearchForm:
    return SearchForm(
        asked,
        texts=visit.texts,
        today=today,
        choices={
            "municipality": tuple(visit.profile.area),
            "within": tuple(DISTANCES),
            "month": tuple(_month_key(month) for month in _months(today)),
            "age": tuple(AGES),
        },
    )


def _found(visit: Visit, form: SearchForm) -> list[Match]:
    """Return the facilities that fit, those with a free place first; only those when a place itself is asked for."""
    municipality, postcode = form.municipality.data or "", form.postcode.data or ""
    within = DISTANCES.get(form.within.data or "")
    words = fold(form.name.data or "")
    filters = PlaceFilters(
        municipality=municipality,
        postcode=postcode,
        within_km=within,
        half_days=form.half_days.data or 0,
        by=_end_of_month(form.month.data),
        age_months=AGES[form.age.data][0] if form.age.data else None,
        last_minute=bool(form.last_minute.data),
    )
    free: dict[Any, list[OpenPlace]] = {}
    for place in open_free_places(visit.session, filters, limit=MOST):
        free.setdefault(place.facility.id, []).append(place)
    records = [
        record
        for record in search_facilities(
            visit.session, municipality=municipality, postcode=postcode, name=words, limit=MOST
        )
        if within is None or record.distance_km is None or record.distance_km <= within
    ]
    asks_place = bool(form.free.data or form.last_minute.data or filters.half_days or filters.by or form.age.data)
    fitting = [record for record in records if record.id in free] + (
        [] if asks_place else [record for record in records if record.id not in free]
    )
    return [(record, free.get(record.id, ())) for record in fitting]


def _in_words(visit: Visit, record: FacilityRecord, places: Sequence[OpenPlace]) -> Found:
    texts, tr = visit.texts, visit.texts.gettext
    kinds = (labels.FACILITY_KIND.get(record.kind, ""), labels.TARIFF.get(record.tariff, ""))
    return Found(
        name=record.name,
        where=where_in_words(record, texts),
        words=" · ".join(tr(words) for words in kinds if words),
        phone=grouped_phone(record.phone) if record.phone else "",
        phone_link=record.phone or "",
        answers=tr(N_("They answer around %(day)s."), day=texts.format_day(record.answers_around))
        if record.answers_around
        else "",
        places=tuple(_place_in_words(place, texts, visit) for place in places),
    )


def _place_in_words(place: OpenPlace, texts: Texts, visit: Visit) -> PlaceLine:
    today = today_at(visit.now)
    return PlaceLine(
        days=days_in_words(place.half_days, texts),
        start=texts.gettext(N_("free now"))
        if place.starts_on <= today
        else texts.gettext(N_("free from %(day)s"), day=texts.format_day(place.starts_on)),
        ages=texts.gettext(
            N_("for a child of %(youngest)s to %(oldest)s months"),
            youngest=place.age_from_months,
            oldest=place.age_to_months,
        ),
        until=texts.gettext(N_("last-minute place, shown until %(day)s"), day=texts.format_day(place.shown_until))
        if place.last_minute
        else "",
    )


def _months(today: date) -> list[date]:
    first = today.replace(day=1)
    return [add_months(first, ahead) for ahead in range(MONTHS_AHEAD)]


def _month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def _end_of_month(key: str | None) -> date | None:
    return add_months(date.fromisoformat(f"{key}-01"), 1) - timedelta(days=1) if key else None


def _page(total: int) -> int:
    typed = request.args.get("page", "1")
    page = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 1
    return min(max(page, 1), max(ceil(total / PAGE_SIZE), 1))


def _link(visit: Visit, page: int) -> str:
    values = {name: request.args.getlist(name) for name in request.args if name in _NAMES}
    return visit.url("public.search", **values, page=page)


_NAMES = frozenset({"municipality", "postcode", "within", "name", "half_days", "month", "age", "free", "last_minute"})


def _memory() -> VisitMemory:
    memory: VisitMemory = current_app.extensions["visit_memory"]
    return memory


def _keep(visit: Visit) -> None:
    """Remember what was asked for the visit; a browser gets its session only now, and only for that."""
    if not may_remember(visit.profile):
        return
    asked = {name: ",".join(request.args.getlist(name)) for name in request.args if name in _NAMES}
    term = timedelta(minutes=visit.profile.session.idle_minutes)
    session_id: str = browser.need_id()  # type: ignore[attr-defined]
    _memory().keep(visit.profile.key, session_id, FILTERS, {k: v for k, v in asked.items() if v}, term)


def _recall(visit: Visit) -> list[tuple[str, str]]:
    session_id: str | None = browser.id  # type: ignore[attr-defined]
    if session_id is None or not may_remember(visit.profile):
        return []
    kept = _memory().recall(visit.profile.key, session_id, FILTERS)
    return [
        (name, one)
        for name, value in kept.items()
        for one in (value.split(",") if name == "half_days" else [value])
        if name in _NAMES
    ]


def forget_search(visit: Visit) -> None:
    """Drop what this visitor looked for."""
    session_id: str | None = browser.id  # type: ignore[attr-defined]
    if session_id is not None:
        _memory().forget(visit.profile.key, session_id, FILTERS)
