"""A family's request in words, with what it can do with it: for the family, and for a desk that looks as the family."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.applications.queries.own import OwnRequest
from app.applications.rules import FAMILY, STANDING, ApplicationState, ChoiceState, may_renew
from app.core.access import present
from app.core.clock import today_at
from app.placements.queries import OwnOffer, OwnPlacement
from app.web.doors import Visit
from app.web.labels import days_in_words
from app.web.own_lines import STATES, ChoiceLine, child_in_words, choice_lines, placement_in_words
from app.web.urgent_words import urgent_words

OWNER = ("owner",)


@dataclass(frozen=True)
class RequestView:
    """One request in words."""

    child: str
    sent: str
    tag: str
    tone: str
    plan: str
    placement: str
    choices: tuple[ChoiceLine, ...]
    is_open: bool
    add_url: str
    others_url: str
    cancel_url: str
    # Where the request can go on, and until when it stands; empty while its end is far.
    renew_url: str
    ends: bool
    last_day: str
    # When the request is urgent and what that means, as long as it waits without an offer.
    urgent: str
    born_url: str


def request_view(
    visit: Visit,
    one: OwnRequest,
    offers: tuple[OwnOffer, ...],
    placements: tuple[OwnPlacement, ...],
    reasons: tuple[str, ...] = OWNER,
    served: Collection[UUID] = (),
    *,
    readable: frozenset[str] | None = None,
) -> RequestView:
    """Return one request in words, cut down to what the profile lets its family read.

    `served` are the children that have a request or a place: for them an older request is not offered again.
    `readable` is what somebody else who looks as the family may read of it.
    """
    readable = visit.readable(reasons) if readable is None else readable
    shown = present(visit.session, one, subject=one.dossier_id, reasons=reasons, readable=readable)
    # Only the parent who applied changes what was asked; both answer what is offered.
    may_change = reasons == OWNER
    latest: dict[UUID, OwnOffer] = {}
    for offer in offers if "answers" in readable else ():
        latest.setdefault(offer.choice_id, offer)
    texts, is_open = visit.texts, one.state == ApplicationState.OPEN
    child, plan = shown.child_identity, shown.care_plan
    placement = next((found for found in placements if found.application_id == one.id), None)
    tag, tone = STATES[one.state]
    own = {choice.id for choice in one.choices if choice.origin == FAMILY}
    chosen = sum(progress.state in STANDING for key, progress in one.own_choice.items() if key in own)
    terms = visit.profile.application
    assert terms is not None
    return RequestView(
        child=child_in_words(texts, child.given_name, child.birth_date, expected=child.expected) if child else "",
        sent=texts.format_moment(one.submitted_at),
        tag=texts.gettext(tag),
        tone=tone,
        plan=texts.gettext(
            "From %(start)s: %(days)s",
            start=texts.format_day(plan.start_date),
            days=days_in_words(plan.half_days, texts, begins=False),
        )
        if plan
        else "",
        placement=placement_in_words(texts, placement) if placement else "",
        choices=choice_lines(visit, shown, latest, is_open=is_open and may_change),
        is_open=is_open and may_change,
        add_url=visit.url("family.my_add", request_id=one.id)
        if is_open and may_change and chosen < terms.max_choices
        else "",
        # After a refusal the family must not stand there with nothing but a no.
        others_url=visit.url("family.my_others", request_id=one.id)
        if is_open
        and may_change
        and chosen < terms.max_choices
        and any(progress.state == ChoiceState.REFUSED for progress in one.own_choice.values())
        else "",
        cancel_url=visit.url("family.my_cancel", request_id=one.id) if is_open and may_change else "",
        renew_url=visit.url("family.my_renew", request_id=one.id)
        if may_change
        and (is_open or one.child_identity.id not in served)
        and may_renew(one.state, one.expires_on, today_at(visit.now), terms.expiry_notice_days) is None
        else "",
        # What a family ended itself is offered again without a warning.
        ends=one.state != ApplicationState.CANCELLED,
        last_day=texts.format_weekday(one.expires_on),
        urgent=urgent_words(visit, plan.start_date)
        if plan
        and one.state == ApplicationState.OPEN
        and all(progress.state != ChoiceState.OFFERED for progress in one.own_choice.values())
        else "",
        born_url=visit.url("family.my_born", child_id=child.id)
        if child and child.expected and is_open and may_change
        else "",
    )
