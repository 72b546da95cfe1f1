"""The words for how far a request is: one line for each facility, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from app.applications.queries.own import Answered, OwnChoice, Progress
from app.applications.rules import (
    FAMILY,
    STANDING,
    ApplicationState,
    ChoiceState,
    NextStep,
    OfferState,
    has_lapsed,
    may_take_back,
    next_step,
)
from app.catalogue.marking import N_
from app.catalogue.values import VALUES
from app.core.access import Presented
from app.core.clock import today_at
from app.placements.queries import OwnOffer, OwnPlacement
from app.web.doors import Visit
from app.web.forms import grouped_phone
from app.web.i18n import Texts
from app.web.labels import days_in_words

# State as a tag, and its tone.
TAGS: Mapping[str, tuple[str, str]] = {
    ChoiceState.OPEN: (N_("Waiting for an answer"), ""),
    ChoiceState.CONSIDERING: (N_("They are looking at it"), ""),
    ChoiceState.NOT_NOW: (N_("No place now"), ""),
    ChoiceState.OFFERED: (N_("You have an offer"), "wait"),
    ChoiceState.REFUSED: (N_("Refused"), "stop"),
    ChoiceState.WITHDRAWN: (N_("You took this back"), "stop"),
    ChoiceState.CLOSED: (N_("Closed"), "stop"),
    ChoiceState.ENROLLED: (N_("Your child has a place"), "go"),
}
WAITING = frozenset({ChoiceState.OPEN, ChoiceState.CONSIDERING, ChoiceState.NOT_NOW})
LAPSED_TAG = (N_("The offer has ended"), "stop")
NEXT: Mapping[NextStep, str] = {
    NextStep.FACILITY_ANSWERS: N_("You get an answer by %(due)s. You do not have to do anything."),
    NextStep.FACILITY_IS_LATE: N_("They had to answer by %(due)s. Call the facility, or call us: we ask them."),
    NextStep.FACILITY_THINKS: N_("They have not decided yet. You do not have to do anything. They write to you."),
    NextStep.KEEP_WAITING: N_("Your application stays on their list. They write to you when there is news."),
    NextStep.YOU_DECIDE: N_("Say yes or no by %(expires)s."),
    NextStep.OFFER_LAPSED: N_(
        "Your answer did not come by %(expires)s. Your application stays with them. "
        "Do you still want the place? Call them."
    ),
    NextStep.CHOOSE_ANOTHER: N_("They can no longer read your application. You can choose another facility."),
    NextStep.SIGN_WITH_FACILITY: N_("The facility calls you to sign the papers. You can also call them."),
    NextStep.NOTHING: N_("They can no longer read your application."),
}
REFUSALS: Mapping[str, str] = VALUES["choice.refusal_reason"]
STATES: Mapping[str, tuple[str, str]] = {
    ApplicationState.OPEN: (N_("Open"), ""),
    ApplicationState.ENROLLED: (N_("Your child has a place"), "go"),
    ApplicationState.CANCELLED: (N_("Cancelled"), "stop"),
    ApplicationState.EXPIRED: (N_("Ended"), "stop"),
}


@dataclass(frozen=True)
class ChoiceLine:
    """One chosen facility, in words."""

    facility: str
    tag: str
    tone: str
    text: str
    phone: str
    phone_link: str
    email: str
    offer_url: str = ""
    withdraw_url: str = ""
    take_back_url: str = ""


@dataclass(frozen=True)
class OfferLine:
    """An offer that waits for an answer."""

    facility: str
    url: str
    expires: str


# Numbers that facilities publish; taking one apart costs more than the rest of its line.
_public_phone = lru_cache(maxsize=1024)(grouped_phone)


def choice_lines(
    visit: Visit, shown: Presented, offers: Mapping[UUID, OwnOffer], *, is_open: bool
) -> tuple[ChoiceLine, ...]:
    """Return one line for each facility of a request, as far as the reader may see it."""
    progress: Mapping[UUID, Progress] = shown.own_choice or {}
    choices: tuple[OwnChoice, ...] = shown.choices or ()
    # What a facility offered from the urgent list is accepted or declined; it is no choice to take back.
    own = {choice.id for choice in choices if choice.origin == FAMILY}
    standing = sum(found.state in STANDING for key, found in progress.items() if key in own)
    return tuple(
        _line(
            visit,
            choice,
            progress[choice.id],
            shown,
            offers.get(choice.id),
            may_withdraw=is_open and standing > 1 and choice.id in own,
        )
        for choice in choices
        if choice.id in progress
        and (choice.id in own or _still_matters(visit, progress[choice.id], offers.get(choice.id)))
    )


def _still_matters(visit: Visit, progress: Progress, offer: OwnOffer | None) -> bool:
    """Tell whether an offer from the urgent list stands, was accepted, or was declined by mistake a moment ago."""
    if offer is None:
        return False
    if progress.state == ChoiceState.CLOSED:
        return _may_take_back(visit, offer, progress.state)
    return progress.state != ChoiceState.OFFERED or not has_lapsed(offer.expires_at, visit.now)


def _line(
    visit: Visit, choice: OwnChoice, progress: Progress, shown: Presented, offer: OwnOffer | None, *, may_withdraw: bool
) -> ChoiceLine:
    expires = offer.expires_at if offer is not None else None
    step = next_step(
        progress.state, today=today_at(visit.now), reply_due_on=progress.reply_due_on, expires_at=expires, now=visit.now
    )
    tag, tone = LAPSED_TAG if step is NextStep.OFFER_LAPSED else TAGS[progress.state]
    tr = visit.texts.gettext
    answers: Mapping[UUID, Answered] = shown.answers or {}
    answered = answers.get(choice.id)
    words = [
        tr(REFUSALS.get(answered.refusal_reason, "")) if answered is not None and answered.refusal_reason else "",
        tr(
            NEXT[step],
            due=visit.texts.format_weekday(progress.reply_due_on),
            expires=visit.texts.format_until(expires) if expires else "",
        ),
        _around(visit, choice, progress.state),
    ]
    waits = step is NextStep.YOU_DECIDE and offer is not None
    return ChoiceLine(
        facility=choice.facility,
        tag=tr(tag),
        tone=tone,
        text=" ".join(filter(None, words)),
        phone=_public_phone(choice.phone) if choice.phone else "",
        phone_link=choice.phone or "",
        email=choice.email or "",
        offer_url=visit.url("family.my_offer", offer_id=offer.id) if waits and offer is not None else "",
        withdraw_url=visit.url("family.my_withdraw", choice_id=choice.id)
        if may_withdraw and progress.state in STANDING
        else "",
        take_back_url=visit.url("family.my_take_back", offer_id=offer.id)
        if offer is not None and _may_take_back(visit, offer, progress.state)
        else "",
    )


def _may_take_back(visit: Visit, offer: OwnOffer, choice_state: str) -> bool:
    """Tell whether an answer can be taken back: the actor's own, of today, that nothing followed."""
    follows = {
        OfferState.ACCEPTED: (ChoiceState.ENROLLED,),
        OfferState.DECLINED: (ChoiceState.CONSIDERING, ChoiceState.CLOSED),
    }
    if choice_state not in follows.get(OfferState(offer.state), ()):
        return False
    if offer.state == OfferState.DECLINED and has_lapsed(offer.expires_at, visit.now):
        return False
    return may_take_back(offer.decided_at, offer.decided_by, visit.actor_id, visit.now) is None


def _around(visit: Visit, choice: OwnChoice, state: str) -> str:
    """Return around when a facility says that it answers, as long as the family waits for it and the day is to come."""
    day = choice.answers_around
    if day is None or day < today_at(visit.now) or state not in WAITING:
        return ""
    return visit.texts.gettext(N_("They answer around %(day)s."), day=visit.texts.format_day(day))


def open_offers(visit: Visit, offers: tuple[OwnOffer, ...]) -> tuple[OfferLine, ...]:
    """Return the offers that still wait for an answer, the soonest term first."""
    waiting = sorted((offer for offer in offers if offer.state == OfferState.OPEN), key=lambda offer: offer.expires_at)
    return tuple(
        OfferLine(
            offer.facility, visit.url("family.my_offer", offer_id=offer.id), visit.texts.format_until(offer.expires_at)
        )
        for offer in waiting
    )


def child_in_words(texts: Texts, given_name: str | None, birth_date: date, *, expected: bool) -> str:
    """Return for whom a place is asked."""
    day = texts.format_day(birth_date)
    if expected and given_name:
        return texts.gettext(N_("%(name)s, expected on %(day)s"), name=given_name, day=day)
    if expected:
        return texts.gettext(N_("your child, expected on %(day)s"), day=day)
    return texts.gettext(N_("%(name)s, born on %(day)s"), name=given_name or "", day=day)


def placement_in_words(texts: Texts, placement: OwnPlacement) -> str:
    """Return where and from when a child has a place."""
    return texts.gettext(
        N_("%(facility)s, from %(start)s: %(days)s"),
        facility=placement.facility,
        start=texts.format_day(placement.start_date),
        days=days_in_words(placement.half_days, texts, begins=False),
    )
