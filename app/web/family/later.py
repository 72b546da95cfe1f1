"""Saving for later: a code to write down, a link to send, and what is asked with either of them."""

from __future__ import annotations

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.passes import factor_of, require_few_links, send_link
from app.applications.queries.drafts import OwnPass, own_pass
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.crypto import keyring_of
from app.core.errors import Refused
from app.core.outbox import MAIL
from app.families.rules import Channel, grouped_code
from app.web.callers import caller
from app.web.doors import DRAFT, PARENT, Visit
from app.web.family.apply_content import Content
from app.web.family.apply_pages import LATER_PAGE, Desk, led_on, read_draft
from app.web.family.apply_steps import Step
from app.web.family.door import family
from app.web.family.on_device import go_on_square
from app.web.forms import DatePartsField, EmailField, PhoneField, StepForm, takes_texts
from app.web.forms.parts import NO_TEXTS, child_bounds
from app.web.pages import render

LATER = Step("later", StepForm, {}, endpoint=LATER_PAGE, group="draft")
SEND = "send"
NOWHERE = N_("Fill in your e-mail address or your phone number")
TOO_MANY = N_("We sent several links already. Wait 15 minutes and try again.")


class LaterForm(StepForm):
    """What a code or link is guarded by, and where a link goes."""

    birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"), bounds=child_bounds)
    email = EmailField()
    phone = PhoneField()

    def check(self) -> None:
        """Ask where to send the link, when that is what was asked."""
        if not self.sends:
            return
        if self.email.blank() and self.phone.blank():
            self.fail("email", NOWHERE)
        if self.email.blank() and self.phone.data and not takes_texts(self.phone.data):
            self.fail("phone", NO_TEXTS)

    sends = False


@family.page("/apply/later", who=DRAFT | PARENT, methods=("GET", "POST"), once=True)
def apply_later(visit: Visit) -> ResponseReturnValue:
    """Show the code and send the link; both are useless without the second factor."""
    draft = read_draft(visit, to_change=request.method == "POST")
    if (elsewhere := led_on(visit, draft)) is not None:
        return elsewhere
    assert draft is not None
    desk = Desk(visit, LATER, draft, Content.read(draft.content))
    held = own_pass(visit.session, draft.id, now=visit.now)
    posted = request.form if request.method == "POST" else None
    form = _form(desk, held, posted)
    if posted is None or visit.actor.kind != Kind.DRAFT or not form.validate():
        return _show(desk, held, form)
    factor = _factor(desk, held, form)
    if form.sends:
        try:
            _send(desk, factor, form)
        except Refused:
            form.fail("email", TOO_MANY)
            return _show(desk, held, form)
    desk.make_code(factor)
    desk.save()
    return visit.go(LATER_PAGE, done=SEND if form.sends else None)


def _form(desk: Desk, held: OwnPass, posted: object) -> LaterForm:
    contact = desk.content.answers.get("contact", {})
    known = held.factor is not None or desk.factor is not None
    form = LaterForm(
        posted,  # type: ignore[arg-type]
        texts=desk.visit.texts,
        today=today_at(desk.visit.now),
        answers={"email": contact.get("email"), "phone": contact.get("phone")},
        required=() if known else ("birth_date",),
        shown=("email", "phone") if known else None,
        demo=desk.visit.house.settings.demo,
    )
    form.sends = posted is not None and SEND in request.form
    return form


def _factor(desk: Desk, held: OwnPass, form: LaterForm) -> bytes:
    """Return the second factor: the date that is known, the one that was asked before, or the one typed here."""
    factor = desk.factor or held.factor
    if factor is None:
        assert form.birth_date.data is not None
        factor = factor_of(keyring_of(desk.visit.session), desk.draft_id, form.birth_date.data)
    return factor


def _send(desk: Desk, factor: bytes, form: LaterForm) -> None:
    visit, email = desk.visit, form.email.data
    recipient, channel = (str(email), MAIL) if email else (str(form.phone.data), Channel.TEXT)
    require_few_links(visit.house.databases, visit.profile.key, recipient, caller(), visit.now)
    desk.content.reach |= {"recipient": recipient, "channel": str(channel)}
    send_link(
        visit.session,
        desk.draft_id,
        factor,
        recipient=recipient,
        channel=str(channel),
        language=visit.language,
        expires_at=desk.ends_at(),
        now=visit.now,
    )


def _show(desk: Desk, held: OwnPass, form: LaterForm) -> ResponseReturnValue:
    visit = desk.visit
    assert desk.draft is not None
    until: datetime | None = held.expires_at or desk.draft.expires_at
    return render(
        "family/apply/later.html",
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Continue later"),
        form=form,
        saved=desk.saved(),
        code=grouped_code(held.code),
        drawing=go_on_square(visit, held.code),
        until=until,
        kept_until=desk.draft.expires_at,
        address=f"{visit.house.settings.base_url}{visit.url('public.resume')}",
        signed_in=visit.actor.kind == Kind.PARENT,
        is_sent=request.args.get("done") == SEND,
        hours=visit.profile.session.draft_hours,
        on_url=visit.url("family.start"),
        unsaved=False,
    )
