"""The page on which somebody accepts the texts that their role asks for, the same at every door of those who work.

    agreement_page(staff, "/desk/agreement", who=STAFF, home="staff.inbox")

Whoever works, and whose role is not open yet, reaches this page and no other: the frame of a door calls
`lead_to_agreement(visit)` where it finds no open role.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.accounts.operations.agreements import accept_text
from app.accounts.queries.agreements import Standing, own_roles, own_standing
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import NotFound
from app.mandates.queries.roster import helps_now, is_member
from app.organisations.rules import texts_of_role
from app.privacy.queries.agreements import AgreementProse, agreement_prose
from app.web.doors import Door, Visit
from app.web.forms import StepForm, TickField
from app.web.pages import render, shell

HELPING = "helper"
# So long before the end an acceptance can be renewed.
RENEWED = timedelta(days=60)


class _LedThere(HTTPException):
    """The answer to whoever has to accept a text first: the page with that text."""

    code = 303

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def get_response(self, *_: object, **__: object) -> Response:
        return redirect(self.url, code=303)


class AcceptForm(StepForm):
    """One tick below a text."""

    accepted = TickField(missing=N_("Tick that you accept this text"))


@dataclass(frozen=True)
class _Place:
    """What stands between somebody and their role: the texts, and the agreement of their organisation."""

    standings: tuple[Standing, ...]
    organisation_signed: bool = True

    @property
    def next(self) -> Standing | None:
        """Return the first text that is not accepted."""
        return next((one for one in self.standings if one.accepted_at is None), None)

    @property
    def unchecked(self) -> bool:
        """Tell whether a signature waits for a second person."""
        return any(not one.holds for one in self.standings)

    @property
    def is_open(self) -> bool:
        """Tell whether nothing stands in the way."""
        return self.organisation_signed and all(one.holds for one in self.standings)


def lead_to_agreement(visit: Visit) -> NoReturn:
    """Lead somebody who works, but whose role is not open, to the page with the text.

    Raises NotFound for who does not work here now, or whose role asks for nothing more (BXL-51, LEU-24, LEU-34).
    """
    place = _place(visit)
    endpoint = f"{visit.actor.kind}.agreement"
    if place.is_open or endpoint not in visit.house.pages:
        raise NotFound
    raise _LedThere(visit.url(endpoint))


def agreement_page(door: Door, rule: str, *, who: frozenset[str], home: str) -> None:
    """Declare the page at a door; `home` is where somebody goes on whose role is open."""

    @door.page(rule, who=who, methods=("GET", "POST"), once=True)
    def agreement(visit: Visit) -> ResponseReturnValue:
        return _agreement(visit, home)


def _agreement(visit: Visit, home: str) -> ResponseReturnValue:
    place = _place(visit)
    asked = place.next or _ending(place, visit)
    if asked is None:
        return visit.go(f"{visit.actor.kind}.agreement") if request.method == "POST" else _waiting(visit, place, home)
    form = AcceptForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("accepted",),
    )
    if form.posted and form.validate():
        accept_text(visit.session, asked.text, language=visit.language, now=visit.now)
        return visit.go(f"{visit.actor.kind}.agreement")
    prose = agreement_prose(visit.profile, asked.text, visit.language)
    return _show(visit, status=422 if form.problems else 200, form=form, prose=prose, title=prose.title, asked=asked)


def _waiting(visit: Visit, place: _Place, home: str) -> ResponseReturnValue:
    texts = visit.texts
    if place.unchecked:
        title = texts.gettext(N_("Your signature is being checked"))
    elif not place.organisation_signed:
        title = texts.gettext(N_("Your organisation has no agreement with us at this moment"))
    else:
        title = texts.gettext(N_("Your agreements"))
    return _show(
        visit,
        status=200,
        title=title,
        unchecked=place.unchecked,
        organisation_signed=place.organisation_signed,
        lines=tuple(_line(visit, one) for one in place.standings),
        home="" if not place.is_open else visit.url(home),
    )


def _line(visit: Visit, one: Standing) -> tuple[str, str, str]:
    """Return a text that was accepted, since when, and until when."""
    assert one.accepted_at is not None
    texts = visit.texts
    prose: AgreementProse = agreement_prose(visit.profile, one.text, visit.language)
    until = texts.format_moment(one.expires_at) if one.expires_at else ""
    return prose.title, texts.format_moment(one.accepted_at), until


def _ending(place: _Place, visit: Visit) -> Standing | None:
    """Return a text whose acceptance ends soon, where somebody came to renew it."""
    if "renew" not in request.args:
        return None
    return next(
        (one for one in place.standings if one.expires_at is not None and one.expires_at - visit.now <= RENEWED), None
    )


def _place(visit: Visit) -> _Place:
    """Return what stands in the actor's way; raises NotFound for who does not work here now."""
    session = visit.session
    helping = visit.actor.kind == Kind.HELPER
    roles = (HELPING,) if helping and is_member(session) else () if helping else own_roles(session)
    if not roles:
        raise NotFound
    texts = tuple(dict.fromkeys(text for role in roles for text in texts_of_role(visit.profile, role)))
    standings = own_standing(session, roles, texts, visit.now) if texts else ()
    signed = not helping or not all(one.holds for one in standings) or helps_now(session)
    return _Place(standings, signed)


def _show(visit: Visit, *, status: int, **context: object) -> Response:
    texts = visit.texts
    return render(
        "agreements/page.html",
        status=status,
        shell=dataclasses.replace(shell(texts), home=visit.url("public.home")),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )
