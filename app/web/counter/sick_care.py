"""The care for sick children at home: days of use, and what an invoice of them needs (LEU-33, LEU-34)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import Presented, present_list
from app.core.clock import today_at
from app.core.errors import Refused
from app.mandates.operations.service_use import note_use
from app.mandates.queries.counter import CounterRoles
from app.mandates.queries.service_use import Invoiced, find_used, require_sick_care, used_by, used_in
from app.mandates.rules import Denied, UseNoted
from app.web.counter.door import (
    SICK_CARE,
    SICK_CARE_REASON,
    SICK_MONTH,
    counter,
    keep_found,
    open_roles,
    recall_found,
    show,
)
from app.web.doors import COUNTER, Visit
from app.web.forms import DatePartsField, StepForm, TextField
from app.web.labels import town_in_words

FOUND = "used-found"
MONTHS = 13
DONE = {
    UseNoted.NOTED: N_("Noted. The child now stands among those who used the service."),
    UseNoted.KNOWN_BEFORE: N_("This day was noted before."),
}
NOTHING_FOUND = N_("Nothing found. Compare the reference and the birth date with the family's paper.")
PROBLEMS = {
    UseNoted.NOTHING_FOUND: ("reference", NOTHING_FOUND),
    UseNoted.TOO_MANY_TRIES: ("reference", N_("There were too many tries. Wait 15 minutes and try again.")),
    UseNoted.SEVERAL: ("given_name", N_("Several children fit. Fill in the first name as well.")),
}
NO_DAY = N_("This day is still to come, or too long ago for an invoice.")


def born_between(today: date) -> tuple[date, date]:
    """Return between which days a child can be born that is cared for at home."""
    return today.replace(year=today.year - 18, day=1), today


def used_between(today: date) -> tuple[date, date]:
    """Return bounds that only catch slips; the profile's term is judged with the rest."""
    return today.replace(year=today.year - 5, day=1), today


class UseForm(StepForm):
    """What the family tells at home, and the day."""

    reference = TextField(missing=N_("Fill in the reference"), limit=40)
    birth_date = DatePartsField(missing=N_("Fill in the birth date"), bounds=born_between)
    used_on = DatePartsField(missing=N_("Fill in the day of the care"), bounds=used_between)
    given_name = TextField(limit=80)


class FindForm(StepForm):
    """A name."""

    words = TextField(missing=N_("Fill in a name"), limit=120)


@dataclass(frozen=True)
class InvoiceLine:
    """One child on an invoice, in words."""

    child: str
    parent: str
    address: str
    protected: bool
    days: tuple[str, ...]
    count: int


@counter.page("/counter/sick-care", who=COUNTER, methods=("GET", "POST"), once=True)
def sick_care(visit: Visit) -> ResponseReturnValue:
    """Note a day of use, or look for a child that used the service."""
    roles = _require(visit)
    deed = request.form.get("deed", "") if request.method == "POST" else ""
    today = today_at(visit.now)
    note = UseForm(
        request.form if deed == "note" else None,
        texts=visit.texts,
        today=today,
        required=("reference", "birth_date", "used_on"),
    )
    search = FindForm(
        request.form if request.method == "POST" and deed != "note" else None,
        texts=visit.texts,
        today=today,
        required=("words",),
    )
    if note.posted and note.validate() and (verdict := _noted(visit, note)) in DONE:
        return visit.go(SICK_CARE, done=verdict)
    if search.posted and search.validate():
        search_id = keep_found(visit, FOUND, find_used(visit.session, search.words.data or ""))
        return visit.go("counter.sick_found", search_id=search_id)
    done = request.args.get("done", "")
    return show(
        visit,
        "counter/sick_care.html",
        roles,
        status=422 if note.problems or search.problems else 200,
        current=SICK_CARE,
        title=visit.texts.gettext(N_("Days of use")),
        note=note,
        search=search,
        message=visit.texts.gettext(DONE[UseNoted(done)]) if done in list(DONE) else "",
    )


@counter.page("/counter/sick-care/found/<uuid:search_id>", who=COUNTER)
def sick_found(visit: Visit, search_id: UUID) -> ResponseReturnValue:
    """Show the children that a search found, as far as they used the service within its term."""
    roles = _require(visit)
    found = used_by(visit.session, recall_found(visit, FOUND, search_id))
    return _list(visit, roles, found, visit.texts.gettext(N_("Children found")), back=visit.url(SICK_CARE))


@counter.page("/counter/sick-care/month", who=COUNTER)
def sick_month(visit: Visit) -> ResponseReturnValue:
    """Show what the invoices of a month need, on a page to print."""
    roles = _require(visit)
    today = today_at(visit.now)
    months = _months(today)
    first = next((day for day in months if _key(day) == request.args.get("month")), months[0])
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    texts = visit.texts
    return _list(
        visit,
        roles,
        used_in(visit.session, first, last),
        texts.gettext(N_("Invoices of %(month)s"), month=texts.format_month(first)),
        current=SICK_MONTH,
        months=[(_key(day), texts.format_month(day), day == first) for day in months],
    )


def _require(visit: Visit) -> CounterRoles:
    roles = open_roles(visit)
    require_sick_care(visit.session, visit.profile)
    return roles


def _noted(visit: Visit, form: Any) -> UseNoted | None:
    """Write the day down; what stands against it is told in the form."""
    try:
        verdict = note_use(
            visit.session,
            visit.profile,
            reference=form.reference.data,
            birth_date=form.birth_date.data,
            given_name=form.given_name.data or "",
            used_on=form.used_on.data,
            now=visit.now,
        )
    except Refused as refused:
        if refused.reason is not Denied.NO_DAY_OF_USE:
            raise
        form.fail("used_on", NO_DAY)
        return None
    if verdict in PROBLEMS:
        form.fail(*PROBLEMS[verdict])
    return verdict


def _list(
    visit: Visit, roles: CounterRoles, found: tuple[Invoiced, ...], title: str, **context: Any
) -> ResponseReturnValue:
    shown = present_list(visit.session, found, reasons=SICK_CARE_REASON, readable=visit.readable(SICK_CARE_REASON))
    current = context.pop("current", SICK_CARE)
    lines = tuple(_line(visit, one) for one in shown)
    return show(visit, "counter/invoices.html", roles, current=current, title=title, lines=lines, **context)


def _line(visit: Visit, one: Presented) -> InvoiceLine:
    name, home = one.applicant_name, one.address
    street = f"{home.street or ''} {home.house_number or ''}".strip()
    town = f"{home.postcode or ''} {town_in_words(home.municipality, visit.language)}".strip()
    return InvoiceLine(
        one.child_name,
        f"{name.given_name} {name.family_name}",
        "" if home.protected else ", ".join(part for part in (street, town) if part),
        home.protected,
        tuple(visit.texts.format_day(day) for day in one.service_use),
        len(one.service_use),
    )


def _months(today: date) -> list[date]:
    """Return the first days of this month and of those before it, the newest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _key(day: date) -> str:
    return f"{day:%Y-%m}"
