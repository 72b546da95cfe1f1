"""An offer: see it, accept it, decline it, take the answer back. Each deed has a page that asks once more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import TAKE_BACK_TERM, OfferState, may_take_back
from app.core.audit import note_read
from app.core.errors import Refused
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.taking_back import take_back
from app.placements.queries import OwnOffer, own_offer
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.labels import days_in_words
from app.web.own_requests import OWNER
from app.web.pages import render


@family.page("/my/offers/<uuid:offer_id>", who=PARENT)
def my_offer(visit: Visit, offer_id: UUID) -> ResponseReturnValue:
    """Show what is offered, how it differs from what was asked, and until when an answer counts."""
    offer = _read(visit, offer_id)
    return _page(visit, "family/my/offer.html", offer, visit.texts.gettext("An offer for your child"))


@family.page("/my/offers/<uuid:offer_id>/accept", who=PARENT, methods=("GET", "POST"), once=True)
def my_accept(visit: Visit, offer_id: UUID) -> ResponseReturnValue:
    """Ask once more, then enrol the child; every other facility loses the file with it (BXL-13, BXL-56)."""
    if request.method == "POST":
        accept_offer(visit.session, offer_id, now=visit.now)
        return visit.go("family.my", done="accepted")
    offer = _read(visit, offer_id)
    if offer.state != OfferState.OPEN:
        return visit.go("family.my_offer", offer_id=offer_id)
    return _page(visit, "family/my/offer_accept.html", offer, visit.texts.gettext("Do you accept this place?"))


@family.page("/my/offers/<uuid:offer_id>/decline", who=PARENT, methods=("GET", "POST"), once=True)
def my_decline(visit: Visit, offer_id: UUID) -> ResponseReturnValue:
    """Ask once more, then decline; the request stays open, with this facility too."""
    if request.method == "POST":
        decline_offer(visit.session, offer_id, now=visit.now)
        return visit.go("family.my", done="declined")
    offer = _read(visit, offer_id)
    if offer.state != OfferState.OPEN:
        return visit.go("family.my_offer", offer_id=offer_id)
    return _page(visit, "family/my/offer_decline.html", offer, visit.texts.gettext("Do you decline this place?"))


@family.page("/my/take-back/<uuid:offer_id>", who=PARENT, methods=("GET", "POST"), once=True)
def my_take_back(visit: Visit, offer_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take an answer back; for a day, by the parent who gave it."""
    if request.method == "POST":
        take_back(visit.session, visit.profile, offer_id, now=visit.now)
        return visit.go("family.my", done="taken_back")
    offer = _read(visit, offer_id)
    if denied := may_take_back(offer.decided_at, offer.decided_by, visit.actor_id, visit.now):
        raise Refused(denied)
    assert offer.decided_at is not None
    return _page(
        visit,
        "family/my/take_back.html",
        offer,
        visit.texts.gettext("Take your answer back?"),
        accepted=offer.state == OfferState.ACCEPTED,
        until=visit.texts.format_moment(offer.decided_at + TAKE_BACK_TERM),
        action=request.path,
    )


def _read(visit: Visit, offer_id: UUID) -> OwnOffer:
    offer = own_offer(visit.session, offer_id, visit.now)
    note_read(visit.session, subjects=(offer.dossier_id,), groups=("answers",), reasons=OWNER)
    return offer


def _page(visit: Visit, template: str, offer: OwnOffer, title: str, **words: Any) -> ResponseReturnValue:
    texts = visit.texts
    return render(
        template,
        title=title,
        facility=offer.facility,
        is_open=offer.state == OfferState.OPEN,
        start=texts.format_weekday(offer.start_date),
        days=days_in_words(offer.half_days, texts),
        expires=texts.format_until(offer.expires_at),
        wanted_start=texts.format_weekday(offer.wanted_start) if offer.wanted_start != offer.start_date else "",
        wanted_days=days_in_words(offer.wanted_half_days, texts) if offer.wanted_half_days != offer.half_days else "",
        hours=tuple(
            (texts.day_name(int(day)), " – ".join(times)) for day, times in sorted((offer.hours or {}).items())
        ),
        offer_url=visit.url("family.my_offer", offer_id=offer.id),
        accept_url=visit.url("family.my_accept", offer_id=offer.id),
        decline_url=visit.url("family.my_decline", offer_id=offer.id),
        **words,
        **links(visit),
    )
