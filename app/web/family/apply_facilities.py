"""Finding facilities, choosing some, and putting them in order without dragging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.catalogue.marking import N_
from app.facilities.queries import FacilityRecord, facilities_by_id, search_facilities
from app.organisations.municipalities import MUNICIPALITIES
from app.web import labels
from app.web.doors import PARENT, Visit
from app.web.family.apply import municipalities
from app.web.family.apply_content import to_ids
from app.web.family.apply_pages import APPLYING, CHECK, FROM, Desk, judge, open_desk, terms_of
from app.web.family.apply_steps import BY_NAME
from app.web.family.door import family
from app.web.forms import StepForm
from app.web.i18n import Texts

PAGE_SIZE = 8
LAST_PAGE = 200
LONGEST_NAME = 80
SEARCH = ("municipality", "postcode", "name")


@dataclass(frozen=True, slots=True)
class Row:
    """One facility as the page shows it."""

    key: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for, and how to go on; no search looks near the family's home."""

    municipality: str = ""
    postcode: str = ""
    name: str = ""
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was looked for."""
        return not (self.municipality or self.postcode or self.name)


@family.page("/apply/facilities", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT, assisted=True)
def apply_facilities(visit: Visit) -> ResponseReturnValue:
    """Search facilities and choose some; every post saves what is ticked, whichever button was pressed."""
    desk = open_desk(visit, BY_NAME["facilities"])
    if not isinstance(desk, Desk):
        return desk
    if request.method == "GET":
        typed = desk.content.typed.get("facilities")
        ticked = to_ids(typed.get("facilities", [])) if typed is not None else desk.content.facility_ids
        chosen = facilities_by_id(visit.session, ticked, postcode=_home(desk))
        form = _form(desk, chosen, answers={"facilities": [record.id.hex for record in chosen]})
        return _show(desk, form, chosen)
    posted = to_ids(request.form.getlist("facilities"))
    before = [key for key in desk.content.facility_ids if key in posted]
    wanted = [*before, *(key for key in posted if key not in before)]
    chosen = [r for r in facilities_by_id(visit.session, wanted, postcode=_home(desk)) if r.active]
    form = _form(desk, chosen, posted=_posted(posted))
    searching = "search" in request.form or "more" in request.form
    if (aside := desk.set_aside(form)) is not None:
        return aside
    if not judge(desk, form) and (posted or not searching):
        return _show(desk, form, chosen)
    if posted:
        desk.take({"facilities": [record.id.hex for record in chosen]})
    if searching:
        return visit.go("family.apply_facilities", **_query())
    return desk.onward()


@family.page("/apply/order", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT, assisted=True)
def apply_order(visit: Visit) -> ResponseReturnValue:
    """Put the chosen facilities in order: a button moves one to a place, so a second click changes nothing."""
    desk = open_desk(visit, BY_NAME["order"])
    if not isinstance(desk, Desk):
        return desk
    if request.method == "POST":
        form = desk.form(posted=request.form)
        if (aside := desk.set_aside(form)) is not None:
            return aside
        move = request.form.get("move", "")
        if move:
            ids = _moved(desk.content.facility_ids, move)
            desk.content.answers["facilities"]["facilities"] = [key.hex for key in ids]
        desk.take({})
        if move:
            query = {FROM: CHECK} if request.args.get(FROM) == CHECK else {}
            return visit.go("family.apply_order", **query)
        return desk.onward()
    records = facilities_by_id(visit.session, desk.content.facility_ids)
    return desk.show(desk.form(), rows=[_row(record, visit.texts) for record in records])


def _form(desk: Desk, chosen: Iterable[FacilityRecord], **given: Any) -> StepForm:
    form = desk.form(choices={"facilities": [record.id.hex for record in chosen]}, **given)
    form.facilities.at_most = terms_of(desk.visit).max_choices
    return form


def _show(desk: Desk, form: StepForm, chosen: Sequence[FacilityRecord]) -> ResponseReturnValue:
    visit, search = desk.visit, read_search(desk)
    taken = {record.id for record in chosen}
    near = search.postcode or _home(desk)
    last = search.page * PAGE_SIZE
    found = [
        record
        for record in search_facilities(
            visit.session,
            municipality=search.municipality,
            postcode=near,
            name=search.name,
            limit=last + 1 + len(taken),
        )
        if record.id not in taken
    ]
    shown = found[last - PAGE_SIZE : last]
    texts = visit.texts
    return desk.show(
        form,
        chosen=[_row(record, texts) for record in chosen],
        found=[_row(record, texts) for record in shown],
        search=search,
        has_more=len(found) > last,
        municipalities=municipalities(visit),
        at_most=terms_of(visit).max_choices,
    )


def read_search(desk: Desk) -> Search:
    """Return what was looked for; whatever cannot be looked for is left out."""
    given = request.args if request.method == "GET" else request.form
    municipality = given.get("municipality", "")
    postcode = "".join(given.get("postcode", "").split())
    name = "".join(letter for letter in given.get("name", "") if letter.isprintable())[:LONGEST_NAME].strip()
    page = request.args.get("page", "1")
    return Search(
        municipality if municipality in desk.visit.profile.area else "",
        postcode if len(postcode) == 4 and postcode.isascii() and postcode.isdigit() else "",
        name,
        min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and int(page) > 0 else 1,
    )


def _query() -> dict[str, str]:
    """Return the search that was posted, as the address of its results."""
    query = {name: value for name in SEARCH if (value := request.form.get(name, "").strip()[:LONGEST_NAME])}
    if "more" in request.form:
        query["page"] = request.form["more"]
    if request.args.get(FROM) == CHECK:
        query[FROM] = CHECK
    return query


def _posted(ids: Iterable[UUID]) -> MultiDict[str, str]:
    return MultiDict([("facilities", key.hex) for key in ids])


def _home(desk: Desk) -> str:
    """Return the postcode of the family's home, or of the municipality they named."""
    profile, content = desk.visit.profile, desk.content
    place = profile.area.get(str(content.get("language", "municipality")))
    return str(content.get("contact", "postcode") or (place.postcodes[0] if place is not None else ""))


def _row(record: FacilityRecord, texts: Texts) -> Row:
    area = MUNICIPALITIES.get(record.municipality)
    place = area.name(texts.language) if area is not None else record.municipality
    words = (labels.FACILITY_KIND.get(record.kind, ""), labels.TARIFF.get(record.tariff, ""))
    parts = [place, *(texts.gettext(word) for word in words if word)]
    if record.distance_km is not None:
        parts.insert(1, _distance(record.distance_km, texts))
    return Row(record.id.hex, record.name, " · ".join(parts))


def _distance(km: float, texts: Texts) -> str:
    """Return a distance as roughly as it is known: postcodes lie where their middle lies."""
    if km < 1:
        return texts.gettext(N_("less than 1 km"))
    return texts.gettext(N_("about %(km)s km"), km=round(km))


def _moved(ids: Sequence[UUID], move: str) -> Sequence[UUID]:
    """Return the ids with one moved to a place; a move that makes no sense changes nothing."""
    key, _, place = move.partition(".")
    found = to_ids([key])
    if not found or found[0] not in ids or not (place.isascii() and place.isdigit()) or int(place) >= len(ids):
        return ids
    rest = [other for other in ids if other != found[0]]
    return [*rest[: int(place)], found[0], *rest[int(place) :]]
