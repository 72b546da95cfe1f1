"""One file at a counter: four groups, and the contact in which any of it may be told or changed (LEU-26, KL-33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import Presented, present
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.mandates.operations.contacts import end_contact, identify, open_contact, state_wish, turn_away
from app.mandates.queries.contacts import Contact, contact_of
from app.mandates.queries.counter import CounterFile, CounterRoles, Preferred, file_in_area
from app.mandates.rules import Channel, Known, Purpose, Wish
from app.web.counter.door import FIND, REASON, counter, require_counter, show
from app.web.doors import COUNTER, Visit
from app.web.forms import ChoiceField, StepForm, grouped_phone
from app.web.labels import CHANNEL, town_in_words

KNOWN = {
    Known.DOCUMENT: N_("I saw an identity document. I keep no copy."),
    Known.QUESTIONS: N_("They answered my questions about the file right."),
}
WISHES = {
    Wish.INFORMATION: N_("They want to know what is in the file"),
    Wish.CHANGE: N_("They want me to change something"),
}
IDENTIFIED = {
    Known.DOCUMENT: N_("You saw an identity document."),
    Known.QUESTIONS: N_("They answered your questions right."),
    Known.CODE: N_("They showed a code."),
}
DONE = {
    "changed": N_("Saved. The family gets a message that you changed this."),
}


class ContactForm(StepForm):
    """Who stands at the counter, and what they want."""

    known = ChoiceField(missing=N_("Choose how you know who this is"), values=tuple(KNOWN))
    wish = ChoiceField(missing=N_("Choose what they want"), values=tuple(WISHES))


@dataclass(frozen=True)
class ListedChoice:
    """A facility on the list, in words."""

    facility: str
    town: str
    off_url: str


@dataclass(frozen=True)
class ListOfChild:
    """The list of preferred facilities of one request."""

    child: str
    choices: tuple[ListedChoice, ...]
    add_url: str


@counter.page("/counter/files/<uuid:dossier_id>", who=COUNTER)
def file(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show name, address, contact data and the list of facilities of a family in the area."""
    return _page(visit, require_counter(visit), dossier_id, _contact_form(visit))


@counter.page("/counter/files/<uuid:dossier_id>/contact", who=COUNTER, methods=("GET", "POST"), once=True)
def contact(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Note who stands there and what they want, that they could not show who they are, or that they left."""
    roles = require_counter(visit)
    deed = request.form.get("deed", "")
    if request.method == "GET":
        return visit.go("counter.file", dossier_id=dossier_id)
    file_in_area(visit.session, dossier_id)
    now, standing = visit.now, contact_of(visit.session, dossier_id)
    if deed == "end":
        if standing is not None:
            end_contact(visit.session, standing.id, now=now)
        return visit.go(FIND)
    if deed == "refuse":
        contact_id = open_contact(
            visit.session, dossier_id, channel=Channel.COUNTER, purpose=Purpose.FAMILY_ASKED, now=now
        )
        turn_away(visit.session, contact_id, now=now)
        return visit.go(FIND, done="turned_away")
    if deed == "change" and standing is not None and standing.identified:
        state_wish(visit.session, standing.id, Wish.CHANGE, now=now)
        return visit.go("counter.file", dossier_id=dossier_id)
    form = _contact_form(visit, posted=True)
    if not form.validate():
        return _page(visit, roles, dossier_id, form)
    contact_id = open_contact(visit.session, dossier_id, channel=Channel.COUNTER, purpose=Purpose.FAMILY_ASKED, now=now)
    identify(visit.session, contact_id, Known(str(form.known.data)), now=now)
    state_wish(visit.session, contact_id, Wish(str(form.wish.data)), now=now)
    return visit.go("counter.file", dossier_id=dossier_id)


def shown_file(visit: Visit, found: CounterFile) -> Presented:
    """Return what the counter may read of a file; reading it is noted."""
    return present(
        visit.session,
        found.record,
        subject=found.dossier_id,
        reasons=REASON,
        readable=visit.readable(REASON),
    )


def _page(visit: Visit, roles: CounterRoles, dossier_id: UUID, form: ContactForm) -> ResponseReturnValue:
    found = file_in_area(visit.session, dossier_id)
    standing = contact_of(visit.session, dossier_id)
    shown = shown_file(visit, found)
    may_change = standing is not None and standing.unchangeable is None
    texts, done = visit.texts, DONE.get(request.args.get("done", ""))
    name = shown.applicant_name
    return show(
        visit,
        "counter/file.html",
        roles,
        status=422 if form.problems else 200,
        title=texts.gettext(N_("File %(reference)s"), reference=grouped_reference(found.reference)),
        form=form,
        known=[(value, texts.gettext(words)) for value, words in KNOWN.items()],
        wishes=[(value, texts.gettext(words)) for value, words in WISHES.items()],
        contact_url=visit.url("counter.contact", dossier_id=dossier_id),
        standing=_standing(visit, standing),
        may_change=may_change,
        name_rows=[
            (
                texts.gettext(N_("Name")),
                f"{name.given_name} {name.family_name}",
                _link(visit, found, "name", may_change),
            )
        ],
        address_rows=_address_rows(visit, found, shown, may_change),
        reach_rows=_reach_rows(visit, found, shown, may_change),
        protected=shown.contact.protected,
        lists=_lists(visit, found, shown, may_change),
        message=texts.gettext(done) if done else "",
        back=visit.url(FIND),
    )


def _standing(visit: Visit, standing: Contact | None) -> tuple[str, str] | None:
    """Return how the person at the counter is known, and until when the contact lasts."""
    if standing is None or standing.identified_how is None:
        return None
    return visit.texts.gettext(IDENTIFIED[Known(standing.identified_how)]), visit.texts.format_moment(standing.until)


def _address_rows(visit: Visit, found: CounterFile, shown: Presented, may_change: bool) -> list[tuple[str, str, str]]:
    _, one = visit.texts.gettext, shown.contact
    town = town_in_words(one.municipality, visit.language)
    if one.protected:
        return [(_(N_("Municipality")), town, "")]
    street = f"{one.street or ''} {one.house_number or ''}".strip()
    whole = ", ".join(part for part in (street, f"{one.postcode or ''} {town}".strip()) if part)
    return [(_(N_("Address")), whole, _link(visit, found, "address", may_change))]


def _reach_rows(visit: Visit, found: CounterFile, shown: Presented, may_change: bool) -> list[tuple[str, str, str]]:
    _, one = visit.texts.gettext, shown.contact
    if one.protected:
        return []
    url = _link(visit, found, "contact", may_change)
    return [
        (_(N_("Phone number")), grouped_phone(one.phone) if one.phone else "", url),
        (_(N_("E-mail address")), one.email or "", url),
        (_(N_("How to write to them")), _(CHANNEL[one.channel]) if one.channel in CHANNEL else "", url),
    ]


def _link(visit: Visit, found: CounterFile, part: str, may_change: bool) -> str:
    return visit.url("counter.change", dossier_id=found.dossier_id, part=part) if may_change else ""


def _lists(visit: Visit, found: CounterFile, shown: Presented, may_change: bool) -> tuple[ListOfChild, ...]:
    by_request: dict[tuple[UUID, UUID], list[Preferred]] = {}
    for one in shown.choices:
        by_request.setdefault((one.application_id, one.child_id), []).append(one)
    return tuple(
        ListOfChild(
            shown.child_name.get(child_id, ""),
            tuple(_listed(visit, found, one, may_change) for one in choices),
            visit.url("counter.add", dossier_id=found.dossier_id, request_id=request_id) if may_change else "",
        )
        for (request_id, child_id), choices in by_request.items()
    )


def _listed(visit: Visit, found: CounterFile, one: Preferred, may_change: bool) -> ListedChoice:
    off: dict[str, Any] = {"dossier_id": found.dossier_id, "choice_id": one.id}
    return ListedChoice(
        one.facility,
        town_in_words(one.municipality, visit.language),
        visit.url("counter.take_off", **off) if may_change else "",
    )


def _contact_form(visit: Visit, *, posted: bool = False) -> ContactForm:
    return ContactForm(
        request.form if posted else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("known", "wish"),
    )
