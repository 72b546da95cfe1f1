"""Filling in beside a family: who does it now, what the banner says, beginning, and the way back to one's own work.

One session fills in beside one family at most. The database is asked at each request whether the ground still holds,
so that what the family, the organisation or the clock ended is over at the next click.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from app.accounts.rules import hash_of
from app.catalogue.marking import N_
from app.core.actor import Actor, Kind
from app.core.clock import today_at
from app.core.db import call_signin
from app.core.errors import NotFound
from app.mandates.operations.assisted import begin_beside
from app.mandates.queries.clients import Begun, begun, own_begun
from app.mandates.rules import BESIDE_LASTS
from app.organisations.profile import Profile
from app.web.forms import ChoiceField, StepForm, TextField
from app.web.homes import HOMES
from app.web.i18n import direction_of, name_of_language, texts
from app.web.visit import House, Visit, browser_here

FIRST_PAGE, GO_ON = "family.apply_together", "family.start"
STOP = "assist.stop"
FOR_FAMILY = N_("%(name)s fills this in together with you. You decide what is sent.")
FOR_WORKER = N_("You fill in beside a family: %(label)s. Only the family sends.")
NAMELESS = N_("no name yet")


@dataclass(frozen=True)
class Line:
    """One sentence of the banner in one language."""

    code: str
    direction: str
    text: str


@dataclass(frozen=True)
class Beside:
    """What every page says while somebody fills in beside a family, in both their languages."""

    lines: tuple[Line, ...]
    stop_url: str
    stop_label: str


@dataclass(frozen=True)
class Ground:
    """Beside whom somebody fills in, and for which organisation or facility they do."""

    actor: Actor
    name: str
    label: str


class StartForm(StepForm):
    """What is asked before the family's first page."""

    label = TextField(missing=N_("Fill in initials, for your own list"), limit=40)
    language = ChoiceField(missing=N_("Choose the language of the family"))
    facility = ChoiceField(missing=N_("Choose for which facility"))


def ground_now(house: House, profile: Profile, worker: Actor, now: datetime) -> Ground | None:
    """Return beside whom this browser's worker fills in, while every ground for it holds; else None."""
    browser = browser_here()
    if browser.id is None:
        return None
    rows = call_signin(house.databases, "assists", id_hash=hash_of(browser.id), organisation=profile.key, now=now)
    if not rows:
        return None
    row = rows[0]
    actor = Actor(row.kind, row.id, profile.key, typed_by=worker.id, typed_kind=worker.kind)
    return Ground(actor, row.name or profile.name, row.label or "")


def banner(ground: Ground, profile: Profile, language: str, workers_language: str | None) -> Beside:
    """Return the words of the banner: for the family in its language, for the worker in theirs."""
    staff = profile.languages.staff
    own = workers_language if workers_language in staff else staff[0]
    family, worker = texts(language), texts(own)
    label = ground.label or worker.gettext(NAMELESS)
    return Beside(
        (
            Line(language, direction_of(language), family.gettext(FOR_FAMILY, name=ground.name)),
            Line(own, direction_of(own), worker.gettext(FOR_WORKER, label=label)),
        ),
        f"/{profile.key}/{own}/assist/stop",
        worker.gettext(N_("Stop filling in here")),
    )


def home_of(visit: Visit) -> str:
    """Return the worker's own first page."""
    return HOMES[visit.actor.kind]


def start_form(visit: Visit, facilities: Mapping[UUID, str]) -> StartForm:
    """Return the questions before the first page: initials for a helper, and the facility where there are several."""
    helps = visit.actor.kind == Kind.HELPER
    several = len(facilities) > 1
    shown = ("language", *(("label",) if helps else ()), *(("facility",) if several else ()))
    languages = visit.profile.languages.for_families
    return StartForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=shown,
        shown=shown,
        answers={"language": visit.language},
        choices={"language": languages, "facility": tuple(key.hex for key in facilities)},
    )


def begin(visit: Visit, form: StartForm, facilities: Mapping[UUID, str]) -> Response:
    """Begin an empty draft beside a family and turn this session to it; whoever it was turned to before is let go."""
    if visit.actor.kind == Kind.FACILITY and not facilities:
        raise NotFound
    chosen = next(iter(facilities), None)
    if "facility" in form:
        chosen = UUID(str(form.facility.data))
    terms = visit.profile.application
    if terms is None:
        raise NotFound
    language = str(form.language.data)
    draft_id = begin_beside(
        visit.session,
        language=language,
        label=str(form.label.data) if "label" in form else "",
        facility_id=chosen if visit.actor.kind == Kind.FACILITY else None,
        terms=terms,
        now=visit.now,
    )
    visit.assist(Kind.DRAFT, draft_id, visit.now + BESIDE_LASTS)
    return visit.go(FIRST_PAGE, language=language)


def go_on(visit: Visit, draft_id: UUID) -> Response:
    """Turn this session to a draft that the worker began before; raises NotFound for any other."""
    draft = own_begun(visit.session, draft_id, now=visit.now)
    visit.assist(Kind.DRAFT, draft.id, visit.now + BESIDE_LASTS)
    return visit.go(GO_ON, language=draft.language)


def begun_lines(visit: Visit, endpoint: str) -> Sequence[tuple[Begun, str, str, str]]:
    """Return the drafts that were not sent: each with when it was saved, when it ends, and the way on."""
    moment = visit.texts.format_moment
    return [
        (draft, moment(draft.saved_at), moment(draft.expires_at), visit.url(endpoint, draft_id=draft.id))
        for draft in begun(visit.session, now=visit.now)
    ]


def language_options(visit: Visit) -> list[tuple[str, str]]:
    """Return the languages in which a family can be written to."""
    return [(code, name_of_language(code)) for code in visit.profile.languages.for_families]
