"""The parent's own page: how far each request is, what happens next, and where to change something."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import issue_confirmation
from app.applications.queries.own import OwnAccount, OwnFile, OwnRequest, own_file
from app.applications.rules import FAMILY, STANDING, ApplicationState, ChoiceState, may_renew
from app.core.access import present
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.messages.queries.waiting import count_unread_by_family
from app.organisations.rules import file_kept_until
from app.organisations.terms import Anchor
from app.placements.queries import OwnOffer, OwnPlacement, own_offers, own_placements
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my_lines import (
    STATES,
    ChoiceLine,
    child_in_words,
    choice_lines,
    open_offers,
    placement_in_words,
)
from app.web.family.on_device import device_receipt
from app.web.family.urgent_words import urgent_words
from app.web.labels import days_in_words
from app.web.pages import render
from app.web.qr import qr_drawing

OWNER = ("owner",)


@dataclass(frozen=True)
class FileFacts:
    """What the page shows of the file as a whole."""

    account: OwnAccount
    placement: tuple[OwnPlacement, ...]


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


@family.page("/my", who=PARENT)
def my(visit: Visit) -> ResponseReturnValue:
    """Show the file: offers first, then each request with the answer of each facility."""
    done = request.args.get("done", "")
    return render(
        "family/my/home.html",
        title=visit.texts.gettext("Your application"),
        done=done if done in DONE else "",
        dpo=visit.profile.contacts.dpo_email,
        unread=count_unread_by_family(visit.session),
        **file_view(visit),
        **links(visit),
    )


@family.page("/my/receipt", who=PARENT)
def my_receipt(visit: Visit) -> ResponseReturnValue:
    """Show the reference and what was asked, to print and keep."""
    shown = file_view(visit)
    if visit.device_id is not None:
        return device_receipt(visit, shown["reference"], None, has_email=True)
    address = f"{visit.house.settings.base_url}{visit.url('public.scan', file_id=shown['file_id'])}"
    return render(
        "family/my/receipt.html",
        title=visit.texts.gettext("Proof of your application"),
        square=qr_drawing(address, visit.texts.gettext("Square code for the counter")),
        **shown,
        **links(visit),
    )


@family.page("/my/confirm-again", who=PARENT, methods=("POST",), once=True)
def my_confirm_again(visit: Visit) -> ResponseReturnValue:
    """Mail the link that proves the address once more."""
    found = own_file(visit.session)
    if found.account.login and not found.account.is_confirmed:
        issue_confirmation(
            visit.session,
            account_id=visit.actor_id,
            dossier_id=found.dossier_id,
            email=found.account.login,
            language=found.language,
            now=visit.now,
        )
    return visit.go("family.my", done="mailed")


DONE = frozenset(
    {
        "next_child",
        "invited",
        "second_ended",
        "left",
        "own_details",
        "accepted",
        "declined",
        "taken_back",
        "renewed",
        "born",
        "cancelled",
        "changed",
        "added",
        "withdrawn",
        "mailed",
        "password",
        "email",
        "no_email",
    }
)


def file_view(visit: Visit) -> dict[str, Any]:
    """Return the file in words, as far as the parent who looks may read it; reading it is noted."""
    found = own_file(visit.session, either=True)
    reasons = (found.reason,)
    offers, placements = own_offers(visit.session, visit.now), own_placements(visit.session)
    readable = visit.readable(reasons)
    facts = FileFacts(found.account, placements)
    shown = present(visit.session, facts, subject=found.dossier_id, reasons=reasons, readable=readable)
    account: OwnAccount | None = shown.account
    lasting = (ApplicationState.OPEN, ApplicationState.ENROLLED)
    served = {one.child_identity.id for one in found.requests if one.state in lasting}
    requests = tuple(request_view(visit, one, offers, shown.placement or (), reasons, served) for one in found.requests)
    return {
        "offers": open_offers(visit, offers) if "answers" in readable else (),
        "requests": requests,
        "file_id": found.dossier_id,
        "reference": grouped_reference(account.reference) if account else "",
        "unconfirmed": account is not None and account.login is not None and not account.is_confirmed,
        "kept_until": kept_until(visit, found, placements),
        "is_second": reasons != OWNER,
        "told": found.told,
    }


def home_of(visit: Visit) -> str:
    """Return the page of the file: the family's own, or what helper and family change together."""
    return "family.my" if visit.actor.typed_by is None else "family.my_together"


def links(visit: Visit) -> dict[str, Any]:
    """Return the addresses that every page of the file needs."""
    return {
        "home_url": visit.url(home_of(visit)),
        "helper_url": visit.url("family.my_helper"),
        "details_url": visit.url("family.my_details"),
        "access_url": visit.url("family.my_access"),
        "look_url": visit.url("family.my_look") if "looking" in visit.profile.access else "",
        "changes_url": visit.url("family.my_changes"),
        "account_url": visit.url("family.my_account"),
        "receipt_url": visit.url("family.my_receipt"),
        "next_child_url": visit.url("family.my_next_child"),
        "second_url": visit.url("family.my_second_parent"),
        "own_details_url": visit.url("family.my_own_details"),
        "messages_url": visit.url("family.my_messages"),
        "confirm_url": visit.url("family.my_confirm_again"),
        "sign_out_url": visit.url("public.sign_out"),
    }


def kept_until(visit: Visit, found: OwnFile, placements: tuple[OwnPlacement, ...]) -> date | None:
    """Return until when the file is kept: the very date that the deletion obeys (BXL-43)."""
    anchors: dict[str, date] = {Anchor.LAST_ACTIVITY: today_at(found.last_activity_at)}
    ends = [placement.end_date for placement in placements]
    if ends and all(ends):
        anchors[Anchor.END_OF_CARE] = max(end for end in ends if end)
    return file_kept_until(visit.profile, anchors)


def request_view(
    visit: Visit,
    one: OwnRequest,
    offers: tuple[OwnOffer, ...],
    placements: tuple[OwnPlacement, ...],
    reasons: tuple[str, ...] = OWNER,
    served: Collection[UUID] = (),
) -> RequestView:
    """Return one request in words, cut down to what the profile lets its family read.

    `served` are the children that have a request or a place: for them an older request is not offered again.
    """
    readable = visit.readable(reasons)
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
