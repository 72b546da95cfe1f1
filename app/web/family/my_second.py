"""The second parent: invited by the first, and what that parent tells of itself."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.second_parents import (
    change_own_details,
    end_second_parent,
    invite_second_parent,
    own_partner_details,
    second_parent,
)
from app.applications.queries.own import own_dossier_id, own_reason
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.rules import PartnerDetails
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import ChoiceField, EmailField, PhoneField, StepForm, TextField, TickField
from app.web.i18n import name_of_language
from app.web.own_requests import OWNER
from app.web.pages import StepPlace, render

CO_PARENT = ("co_parent",)


class InviteForm(StepForm):
    """Where the invitation goes, and in which language."""

    email = EmailField(missing=N_("Fill in the e-mail address of the other parent"))
    language = ChoiceField(missing=N_("Choose an answer"))


class OwnDetailsForm(StepForm):
    """What the second parent tells of itself."""

    given_name = TextField(missing=N_("Fill in your first name"), limit=80)
    family_name = TextField(missing=N_("Fill in your family name"), limit=80)
    phone = PhoneField(missing=N_("Fill in your phone number"))
    email = EmailField(missing=N_("Fill in your e-mail address"))
    apart = TickField()


@family.page("/my/second-parent", who=PARENT, methods=("GET", "POST"), once=True)
def my_second_parent(visit: Visit) -> ResponseReturnValue:
    """Invite the other parent, or end it; for the parent who applied."""
    dossier_id = own_dossier_id(visit.session)
    found = second_parent(visit.session, dossier_id)
    posted = request.form if request.method == "POST" else None
    if posted is not None and "end" in posted:
        end_second_parent(visit.session, dossier_id, reason=OWNER[0], now=visit.now)
        return visit.go("family.my", done="second_ended")
    offered = visit.profile.languages
    codes = (*offered.family, *offered.help)
    form = InviteForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("email", "language"),
        answers={"language": visit.language},
        choices={"language": codes},
        demo=visit.house.settings.demo,
    )
    if posted is not None and form.validate():
        invite_second_parent(
            visit.session, dossier_id, form.email.data or "", language=form.language.data or "", now=visit.now
        )
        return visit.go("family.my", done="invited")
    note_read(visit.session, subjects=(dossier_id,), groups=("account",), reasons=OWNER)
    return render(
        "family/my/second_parent.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("A login for the other parent"),
        form=form,
        found=found,
        language_options=[(code, name_of_language(code)) for code in codes],
        step=StepPlace(back_url=visit.url("family.my")),
        unsaved=False,
        **links(visit),
    )


@family.page("/my/own-details", who=PARENT, methods=("GET", "POST"), once=True)
def my_own_details(visit: Visit) -> ResponseReturnValue:
    """Ask the second parent for its own data, and whether the first may read them."""
    dossier_id = own_dossier_id(visit.session, either=True)
    if own_reason(visit.session, dossier_id) != CO_PARENT[0]:
        raise NotFound
    posted = request.form if request.method == "POST" else None
    if posted is not None and "leave" in posted:
        end_second_parent(visit.session, dossier_id, reason=CO_PARENT[0], now=visit.now)
        visit.end_session()
        return visit.go("public.home")
    known, standing = own_partner_details(visit.session, dossier_id), second_parent(visit.session, dossier_id)
    answers = {name: getattr(known, name) for name in ("given_name", "family_name", "phone", "email")} if known else {}
    form = OwnDetailsForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("given_name", "family_name"),
        answers={**answers, "apart": standing is not None and standing.apart},
        demo=visit.house.settings.demo,
    )
    if posted is not None and form.validate():
        told = PartnerDetails(form.given_name.data or "", form.family_name.data or "", form.phone.data, form.email.data)
        change_own_details(visit.session, dossier_id, told, apart=bool(form.apart.data))
        return visit.go("family.my", done="own_details")
    groups = ("partner_name", "partner_contact")
    note_read(visit.session, subjects=(dossier_id,), groups=groups, reasons=CO_PARENT)
    return render(
        "family/my/own_details.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("Your own data"),
        form=form,
        step=StepPlace(back_url=visit.url("family.my")),
        unsaved=False,
        **links(visit),
    )
