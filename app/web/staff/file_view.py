"""A file of a family in words for the desk: who they are, what they asked, what was answered, what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.applications.queries.own import OwnRequest, requests_of
from app.applications.rules import ApplicationState, ChoiceState, OfferState
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.access import Presented, present
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.mandates.queries.contacts import Contact
from app.mandates.queries.file import Changed, whole_file
from app.messages.queries.records import Letters, Note
from app.messages.queries.threads import find_thread, letters_of, notes_of
from app.messages.rules import Side
from app.organisations.municipalities import MUNICIPALITIES
from app.placements.queries import OwnOffer, OwnPlacement, offers_of, placements_of
from app.web.doors import Visit
from app.web.forms import grouped_phone
from app.web.i18n import name_of_language
from app.web.labels import (
    CHANNEL,
    DUTCH,
    EDUCATION,
    FAMILY,
    GROUND,
    INCOME,
    NATIONALITY,
    NO,
    RELATION,
    SEX,
    WORK,
    YES,
    days_in_words,
)
from app.web.threads import lines_of, notes_in_words

LATEST = 5
CHANGES, CANCEL, PARENT_VIEW, GIVE_GRANT = "staff.changes", "staff.cancel", "staff.parent_view", "staff.give_grant"
STATES: Mapping[str, tuple[str, str]] = {
    ApplicationState.OPEN: (N_("Open"), ""),
    ApplicationState.ENROLLED: (N_("Has a place"), "go"),
    ApplicationState.CANCELLED: (N_("Cancelled"), "stop"),
    ApplicationState.EXPIRED: (N_("Ended"), "stop"),
}
CHOICES: Mapping[str, tuple[str, str]] = {
    ChoiceState.OPEN: (N_("Waiting for an answer"), ""),
    ChoiceState.CONSIDERING: (N_("They are looking at it"), ""),
    ChoiceState.NOT_NOW: (N_("No place now"), ""),
    ChoiceState.OFFERED: (N_("Offer made"), "wait"),
    ChoiceState.REFUSED: (N_("Refused"), "stop"),
    ChoiceState.WITHDRAWN: (N_("Taken back by the family"), "stop"),
    ChoiceState.CLOSED: (N_("Closed"), "stop"),
    ChoiceState.ENROLLED: (N_("Has a place"), "go"),
}
WAITING = frozenset({ChoiceState.OPEN, ChoiceState.CONSIDERING, ChoiceState.NOT_NOW})
OFFERS: Mapping[str, str] = {
    OfferState.OPEN: N_("The family answers by %(day)s"),
    OfferState.ACCEPTED: N_("Accepted"),
    OfferState.DECLINED: N_("Declined"),
    OfferState.WITHDRAWN: N_("Taken back by the facility"),
    OfferState.LAPSED: N_("Ended without an answer"),
}
BY: Mapping[str, str] = {
    "helpdesk": N_("Helpdesk"),
    "administrator": N_("Administrator"),
    "counter": N_("Counter"),
    "registrar": N_("Facility that registered the family"),
    "chosen": N_("Chosen facility"),
}
Rows = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Written:
    """What was written, and what places the children have."""

    messages: Letters
    notes: tuple[Note, ...]
    placement: tuple[OwnPlacement, ...]


@dataclass(frozen=True)
class ChoiceLine:
    """One chosen facility in words."""

    facility: str
    tag: str
    tone: str
    more: str
    phone: str
    phone_link: str


@dataclass(frozen=True)
class RequestLine:
    """One request in words."""

    child: str
    tag: str
    tone: str
    plan: str
    rows: Rows
    choices: tuple[ChoiceLine, ...]
    cancel_url: str


def town_of(visit: Visit, municipality: str) -> str:
    """Return the name of a town."""
    town = MUNICIPALITIES.get(municipality)
    return town.name(visit.language) if town else municipality


def file_in_words(visit: Visit, contact: Contact, role: str) -> dict[str, Any]:
    """Return the whole file in words, as far as the role reads it; reading it is noted."""
    session, dossier_id, reasons = visit.session, contact.dossier_id, (role,)
    readable = visit.readable(reasons)
    reference, found = whole_file(session, dossier_id)
    requests = requests_of(session, dossier_id)
    states = {one.state for one in requests}
    # An offer counts while a request is open, a place from the day that one is filled.
    offers = offers_of(session, dossier_id, visit.now) if ApplicationState.OPEN in states else ()
    places = placements_of(session, dossier_id) if ApplicationState.ENROLLED in states else ()
    thread = find_thread(session, dossier_id, None)
    letters = letters_of(session, thread)
    written = Written(replace(letters, lines=letters.lines[-LATEST:]), notes_of(session, dossier_id), places)
    shown = present(session, found, subject=dossier_id, reasons=reasons, readable=readable)
    wrote = present(session, written, subject=dossier_id, reasons=reasons, readable=readable)
    texts, name = visit.texts, shown.applicant_name
    return {
        "name": f"{name.given_name} {name.family_name}" if name else "",
        "reference": grouped_reference(reference),
        "protected": bool(shown.contact and shown.contact.protected),
        "phone": shown.contact.phone if shown.contact else "",
        "phone_words": grouped_phone(shown.contact.phone) if shown.contact and shown.contact.phone else "",
        "family_rows": _family(visit, shown),
        "partner_rows": _partner(visit, shown),
        "circumstances_rows": _circumstances(visit, shown),
        "children": tuple(_child(visit, one) for _, one in shown.child_identity or ()),
        "requests": tuple(_request(visit, contact, one, offers, role) for one in requests),
        "places": tuple(_place(visit, one) for one in wrote.placement or ()),
        "lines": lines_of(
            wrote.messages,
            texts,
            side=Side.DESK,
            names={
                Side.FAMILY: texts.gettext(N_("The family")),
                Side.DESK: texts.gettext(N_("The desk")),
                Side.FACILITY: texts.gettext(N_("The facility")),
            },
        ),
        "notes": notes_in_words(wrote.notes, texts, texts.gettext(N_("The desk"))),
        "changes": tuple(_changed(visit, one) for one in shown.change_log or ()),
        "thread_url": visit.url("staff.thread", thread_id=thread.id) if thread else "",
        "write_url": visit.url("staff.file_thread", dossier_id=dossier_id),
        "change_url": url_of(visit, CHANGES, dossier_id=dossier_id),
        "parent_url": url_of(visit, PARENT_VIEW, dossier_id=dossier_id),
        "grant_url": url_of(visit, GIVE_GRANT, dossier_id=dossier_id),
    }


def url_of(visit: Visit, endpoint: str, **values: Any) -> str:
    """Return the address of a page, or nothing where there is no such page."""
    return visit.url(endpoint, **values) if endpoint in visit.house.shapes else ""


def _family(visit: Visit, shown: Presented) -> Rows:
    tr, texts, home, own, account = (
        visit.texts.gettext,
        visit.texts,
        shown.contact,
        shown.applicant_identity,
        shown.account,
    )
    rows = []
    if home:
        street = f"{home.street or ''} {home.house_number or ''}".strip()
        town = f"{home.postcode or ''} {town_of(visit, home.municipality)}".strip()
        rows += [
            (tr(N_("Address")), ", ".join(filter(None, (street, town))), ""),
            (tr(N_("E-mail")), home.email or "", ""),
            (tr(N_("Wants to be written to")), tr(CHANNEL.get(home.channel or "", N_("No wish"))), ""),
        ]
    if shown.language:
        rows.append((tr(N_("Language")), name_of_language(shown.language), ""))
    if own and (own.birth_date or own.sex):
        words = (texts.format_day(own.birth_date) if own.birth_date else "", tr(SEX.get(own.sex or "", "")))
        rows.append((tr(N_("Born on")), ", ".join(filter(None, words)), ""))
    if account:
        state = tr(N_("confirmed")) if account.confirmed else tr(N_("not confirmed yet"))
        rows.append(
            (tr(N_("Signs in with")), f"{account.login} ({state})" if account.login else tr(N_("the reference")), "")
        )
        if account.last_visit_at:
            rows.append((tr(N_("Last visit")), texts.format_moment(account.last_visit_at), ""))
        if account.second_parent:
            rows.append((tr(N_("Second parent")), tr(N_("Has a login of their own")), ""))
    return tuple(rows)


def _partner(visit: Visit, shown: Presented) -> Rows:
    tr, name, reach = visit.texts.gettext, shown.partner_name, shown.partner_contact
    if name is None:
        return ()
    rows = [(tr(N_("Partner")), f"{name.given_name} {name.family_name}", "")]
    if reach:
        phone = grouped_phone(reach.phone) if reach.phone else ""
        rows.append((tr(N_("Phone and e-mail")), ", ".join(filter(None, (phone, reach.email))), ""))
    if shown.partner_situation:
        rows.append((tr(N_("Work")), tr(WORK.get(shown.partner_situation, "")), ""))
    return tuple(rows)


def _circumstances(visit: Visit, shown: Presented) -> Rows:
    """Return the voluntary answers; a question that the profile does not ask is left out."""
    tr = visit.texts.gettext

    def said(labels: Mapping[str, str], code: str | None) -> str:
        return tr(labels.get(code or "", ""))

    rows: list[tuple[str, str, str]] = []
    if shown.family_situation:
        foster = shown.family_situation.foster
        rows += [
            (tr(N_("Family")), said(FAMILY, shown.family_situation.family_situation), ""),
            (tr(N_("Foster child")), "" if foster is None else tr(YES if foster else NO), ""),
        ]
    if shown.work_situation:
        parts = (said(WORK, shown.work_situation.work), shown.work_situation.employer or "")
        rows.append((tr(N_("Work")), ", ".join(filter(None, parts)), ""))
    rows += [
        (tr(N_("Low income")), said(INCOME, shown.income_situation), ""),
        (tr(N_("Diploma")), said(EDUCATION, shown.education), ""),
    ]
    if shown.dutch_knowledge:
        proof = tr(N_("with a proof")) if shown.dutch_knowledge.proof else ""
        rows.append(
            (tr(N_("Knows Dutch")), ", ".join(filter(None, (said(DUTCH, shown.dutch_knowledge.dutch), proof))), "")
        )
    if shown.leuven_background:
        told = shown.leuven_background
        rows += [
            (tr(N_("Nationality")), said(NATIONALITY, told.nationality), ""),
            (tr(N_("Language at home")), name_of_language(told.home_language) if told.home_language else "", ""),
            (tr(N_("Relation to the child")), said(RELATION, told.relation), ""),
        ]
    return tuple(row for row in rows if row[1])


def _child(visit: Visit, child: Any) -> str:
    day = visit.texts.format_day(child.birth_date)
    name = " ".join(filter(None, (child.given_name, child.call_name and f"({child.call_name})", child.family_name)))
    words = N_("%(name)s, expected on %(day)s") if child.expected else N_("%(name)s, born on %(day)s")
    return visit.texts.gettext(words, name=name, day=day)


def _request(visit: Visit, contact: Contact, one: OwnRequest, offers: tuple[OwnOffer, ...], role: str) -> RequestLine:
    reasons, texts, tr = (role,), visit.texts, visit.texts.gettext
    shown = present(visit.session, one, subject=contact.dossier_id, reasons=reasons, readable=visit.readable(reasons))
    plan, progress = shown.care_plan, shown.own_choice or {}
    latest: dict[UUID, OwnOffer] = {}
    for offer in offers if shown.answers is not None else ():
        latest.setdefault(offer.choice_id, offer)
    tag, tone = STATES[one.state]
    rows = [
        (tr(N_("Sent")), texts.format_moment(one.submitted_at), ""),
        (tr(N_("Ends on")), texts.format_day(one.expires_on), ""),
    ]
    if shown.priority_result:
        grounds = "; ".join(tr(GROUND[ground]) for ground in shown.priority_result.grounds if ground in GROUND)
        rows.append((tr(N_("Reasons for priority")), grounds or tr(N_("None")), ""))
    child = shown.child_identity
    is_open = one.state == ApplicationState.OPEN
    return RequestLine(
        child=" ".join(filter(None, (child.given_name, child.family_name))) if child else "",
        tag=tr(tag),
        tone=tone,
        plan=tr(
            N_("From %(start)s: %(days)s"),
            start=texts.format_day(plan.start_date),
            days=days_in_words(plan.half_days, texts, begins=False),
        )
        if plan
        else "",
        rows=tuple(rows),
        choices=tuple(
            _choice(visit, choice, progress[choice.id], latest.get(choice.id))
            for choice in shown.choices or ()
            if choice.id in progress
        ),
        cancel_url=url_of(visit, CANCEL, dossier_id=contact.dossier_id, request=one.id)
        if is_open and contact.unchangeable is None
        else "",
    )


def _choice(visit: Visit, choice: Any, progress: Any, offer: OwnOffer | None) -> ChoiceLine:
    texts, tr = visit.texts, visit.texts.gettext
    tag, tone = CHOICES[progress.state]
    words = []
    if progress.state in WAITING:
        late = progress.reply_due_on < today_at(visit.now)
        due = N_("They had to answer by %(day)s") if late else N_("They answer by %(day)s")
        words.append(tr(due, day=texts.format_day(progress.reply_due_on)))
    if offer is not None:
        words.append(tr(OFFERS[offer.state], day=texts.format_until(offer.expires_at)))
    return ChoiceLine(
        choice.facility,
        tr(tag),
        tone,
        ". ".join(words),
        grouped_phone(choice.phone) if choice.phone else "",
        choice.phone or "",
    )


def _place(visit: Visit, place: OwnPlacement) -> str:
    texts = visit.texts
    return texts.gettext(
        N_("%(facility)s, from %(start)s: %(days)s"),
        facility=place.facility,
        start=texts.format_day(place.start_date),
        days=days_in_words(place.half_days, texts, begins=False),
    )


def _changed(visit: Visit, one: Changed) -> tuple[str, str, str]:
    """Return when, by whom and what was changed: groups, never values."""
    tr = visit.texts.gettext
    groups = ", ".join(tr(GROUPS[group].label) for group in one.groups if group in GROUPS)
    return visit.texts.format_moment(one.at), tr(BY[one.reason]) if one.reason in BY else "", groups
