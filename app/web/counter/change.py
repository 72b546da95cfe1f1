"""Changing name, address or contact data at a counter: what a form does not ask stays as it is (LEU-26)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import Denied
from app.catalogue.marking import N_
from app.core.access import Presented
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import Channel
from app.mandates.operations.counter_changes import (
    NewAddress,
    NewName,
    NewReach,
    change_address,
    change_name,
    change_reach,
)
from app.mandates.queries.contacts import contact_of
from app.mandates.queries.counter import file_in_area, is_in_area
from app.organisations.rules import field_required, municipality_of_postcode
from app.web.counter.door import FIND, counter, require_counter, show
from app.web.counter.file import shown_file
from app.web.doors import COUNTER, Visit
from app.web.forms import ChoiceField, EmailField, PhoneField, PostcodeField, StepForm, TextField
from app.web.labels import CHANNEL

TITLES = {
    "name": N_("Change the name"),
    "address": N_("Change the address"),
    "contact": N_("Change phone and e-mail"),
}
PROTECTED = N_("The data of this family are protected. Only the family or the desk can change them.")
NO_EMAIL = N_("Without an e-mail address we cannot write by e-mail")
WHERE = N_("This postcode lies outside our municipalities: fill in the place")


class NameForm(StepForm):
    """Who applies."""

    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)


class AddressForm(StepForm):
    """Where the family lives; the municipality follows from the postcode where we know it."""

    street = TextField(missing=N_("Fill in the street"), limit=100)
    house_number = TextField(missing=N_("Fill in the house number"), limit=20)
    postcode = PostcodeField(missing=N_("Fill in the postcode"))
    place = TextField(missing=WHERE, limit=60)


class ReachForm(StepForm):
    """How the family is reached."""

    phone = PhoneField(missing=N_("Fill in the phone number"))
    email = EmailField(missing=N_("Fill in the e-mail address"))
    channel = ChoiceField(values=tuple(Channel))

    def check(self) -> None:
        """Hold the wish against the address."""
        if self.channel.data == Channel.MAIL and not self.email.data and not self.email.problems:
            self.fail("channel", NO_EMAIL)


FORMS: dict[str, type[StepForm]] = {"name": NameForm, "address": AddressForm, "contact": ReachForm}


@counter.page("/counter/files/<uuid:dossier_id>/change/<part>", who=COUNTER, methods=("GET", "POST"), once=True)
def change(visit: Visit, dossier_id: UUID, part: str) -> ResponseReturnValue:
    """Ask one group of data again, filled in as it stands; a change is told to the family."""
    roles = require_counter(visit)
    found = file_in_area(visit.session, dossier_id)
    standing = contact_of(visit.session, dossier_id)
    if part not in FORMS:
        raise NotFound
    if request.method == "GET" and (standing is None or standing.unchangeable is not None):
        return visit.go("counter.file", dossier_id=dossier_id)
    shown = shown_file(visit, found)
    form = _form(visit, part, shown)
    if form.posted and form.validate() and _changed(visit, dossier_id, part, form):
        if is_in_area(visit.session, dossier_id):
            return visit.go("counter.file", dossier_id=dossier_id, done="changed")
        return visit.go(FIND, done="moved")
    return show(
        visit,
        "counter/change.html",
        roles,
        status=422 if form.problems else 200,
        title=visit.texts.gettext(TITLES[part]),
        part=part,
        form=form,
        channels=[(value, visit.texts.gettext(words)) for value, words in CHANNEL.items()],
        back=visit.url("counter.file", dossier_id=dossier_id),
    )


def _form(visit: Visit, part: str, shown: Presented) -> StepForm:
    name, contact = shown.applicant_name, shown.contact
    answers: dict[str, dict[str, Any]] = {
        "name": {"given_name": name.given_name, "family_name": name.family_name},
        "address": {
            "street": contact.street,
            "house_number": contact.house_number,
            "postcode": contact.postcode,
            "place": "" if contact.municipality in visit.profile.area else contact.municipality,
        },
        "contact": {"phone": contact.phone, "email": contact.email, "channel": contact.channel},
    }
    asked = ("given_name", "family_name") if part == "name" else tuple(answers[part])
    required = asked if part == "name" else [n for n in asked if field_required(visit.profile, f"contact.{n}")]
    return FORMS[part](
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers=answers[part],
        required=required,
        demo=visit.house.settings.demo,
    )


def _changed(visit: Visit, dossier_id: UUID, part: str, form: Any) -> bool:
    """Carry a change out whole or not at all; a rule that says no is told beside its question."""
    session, now = visit.session, visit.now
    municipality = ""
    if part == "address":
        municipality = municipality_of_postcode(visit.profile, form.postcode.data or "") or form.place.data or ""
        if not municipality:
            form.fail("place", WHERE)
            return False
    try:
        with session.begin_nested():
            if part == "name":
                new_name = NewName(str(form.given_name.data), str(form.family_name.data))
                change_name(session, dossier_id, new_name, now=now)
            elif part == "address":
                address = NewAddress(form.street.data, form.house_number.data, form.postcode.data, municipality)
                change_address(session, dossier_id, address, now=now)
            else:
                reach = NewReach(form.phone.data, form.email.data, form.channel.data)
                change_reach(session, dossier_id, reach, now=now)
    except Refused as refused:
        if refused.reason is not Denied.PROTECTED:
            raise
        form.fail(next(iter(form._fields)), PROTECTED)
        return False
    return True
