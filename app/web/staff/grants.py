"""Looks for a developer: given by somebody who has the file open, used on pages that only show, ended (BXL-59)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import ApplicationState, ChoiceState
from app.catalogue.marking import N_
from app.core.access import Presented, present
from app.core.clock import today_at
from app.core.errors import Refused
from app.mandates.operations.support import end_look, give_look
from app.mandates.queries.contacts import reason_for
from app.mandates.queries.support import REASON, Look, developers, looks, own_look, own_looks, support_file
from app.mandates.rules import LONGEST_REASON, MOST_HOURS, GrantDenied
from app.privacy.queries.processors import may_work
from app.web.doors import STAFF, Visit
from app.web.forms import ChoiceField, LongTextField, StepForm, WholeNumberField
from app.web.i18n import name_of_language
from app.web.labels import GROUND
from app.web.staff.door import DEVELOPER, GRANTED, open_frame, show, staff

GRANTS = "staff.grants"
# What the firm of a developer does for the organisation, as its register of processors names it (KG-07).
BUILDING = "build_and_run"
NO_AGREEMENT = N_("The agreement with the developer’s firm does not hold. Ask the data protection officer.")
ONLY_DEVELOPERS = frozenset({DEVELOPER})
PROBLEMS = {
    GrantDenied.NOT_A_DEVELOPER: ("developer", N_("Choose the developer")),
    GrantDenied.NO_REASON: ("reason", N_("Write in at least 10 characters why")),
    GrantDenied.NO_TERM: ("hours", N_("Fill in a number from 1 to 24")),
}
STATES = {
    ApplicationState.OPEN: N_("open"),
    ApplicationState.ENROLLED: N_("enrolled"),
    ApplicationState.CANCELLED: N_("cancelled"),
    ApplicationState.EXPIRED: N_("expired"),
    ChoiceState.CONSIDERING: N_("being considered"),
    ChoiceState.NOT_NOW: N_("no place now"),
    ChoiceState.OFFERED: N_("place offered"),
    ChoiceState.REFUSED: N_("refused"),
    ChoiceState.WITHDRAWN: N_("taken back"),
    ChoiceState.CLOSED: N_("closed"),
}
DONE = {"given": N_("The developer can now read this file."), "ended": N_("The look is ended.")}


class GiveForm(StepForm):
    """To whom, why, for how long."""

    developer = ChoiceField(missing=PROBLEMS[GrantDenied.NOT_A_DEVELOPER][1])
    reason = LongTextField(missing=N_("Write why the developer has to see this file"), limit=LONGEST_REASON)
    hours = WholeNumberField(missing=PROBLEMS[GrantDenied.NO_TERM][1], lowest=1, highest=MOST_HOURS)


@staff.page("/desk/files/<uuid:dossier_id>/grant", who=STAFF, methods=("GET", "POST"), once=True)
def give_grant(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Give a developer a look at a file that one has open oneself (BXL-59, LEU-25)."""
    frame = open_frame(visit)
    reason_for(visit.session, dossier_id)
    known = developers(visit.session)
    form = GiveForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"hours": 4, "developer": str(known[0].account_id) if len(known) == 1 else None},
        required=("developer", "reason", "hours"),
        choices={"developer": tuple(str(one.account_id) for one in known)},
    )
    agreed = may_work(visit.session, visit.profile, BUILDING, today_at(visit.now))
    if form.posted and form.validate() and not agreed:
        form.fail("developer", NO_AGREEMENT)
    if form.posted and not form.problems:
        try:
            with visit.session.begin_nested():
                give_look(
                    visit.session,
                    dossier_id,
                    UUID(str(form.developer.data)),
                    str(form.reason.data),
                    int(form.hours.data or 0),
                    now=visit.now,
                )
        except Refused as refused:
            form.fail(*PROBLEMS[GrantDenied(refused.reason)])
        else:
            return visit.go(GRANTS, done="given")
    return show(
        visit,
        "staff/grant.html",
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Let a developer look at this file"),
        back=visit.url(GRANTS),
        form=form,
        known=tuple((str(one.account_id), one.login) for one in known),
    )


@staff.page("/desk/grants", who=STAFF)
def grants(visit: Visit) -> ResponseReturnValue:
    """Show which looks one gave, or, for administrators, everybody did; end one before its time."""
    frame = open_frame(visit)
    names = {one.account_id: one.login for one in developers(visit.session)}
    return show(
        visit,
        "staff/grants.html",
        frame=frame,
        title=visit.texts.gettext("Looks given to developers"),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        lines=tuple(_line(visit, one, names) for one in looks(visit.session)),
    )


@staff.page("/desk/grants/<uuid:grant_id>/end", who=STAFF, methods=("POST",), once=True)
def end_grant(visit: Visit, grant_id: UUID) -> ResponseReturnValue:
    """End a look before its time: the developer's next request finds nothing."""
    open_frame(visit)
    end_look(visit.session, grant_id, now=visit.now)
    return visit.go(GRANTS, done="ended")


@staff.page("/desk/granted", who=STAFF)
def granted(visit: Visit) -> ResponseReturnValue:
    """Show a developer the files that are open to them now: there is nothing else for them here (LEU-25)."""
    frame = open_frame(visit, ONLY_DEVELOPERS)
    return show(
        visit,
        "staff/granted.html",
        current=GRANTED,
        frame=frame,
        title=visit.texts.gettext("Files that you may look at"),
        lines=tuple(
            (visit.url("staff.granted_file", grant_id=one.id), one.reason, visit.texts.format_moment(one.until))
            for one in own_looks(visit.session)
        ),
    )


@staff.page("/desk/granted/<uuid:grant_id>", who=STAFF)
def granted_file(visit: Visit, grant_id: UUID) -> ResponseReturnValue:
    """Show one file, to read, as far as the profile lets a developer; each look is noted (BXL-59, LEU-25)."""
    frame = open_frame(visit, ONLY_DEVELOPERS)
    look = own_look(visit.session, grant_id)
    record = support_file(visit.session, look.dossier_id)
    reasons = (REASON,)
    shown = present(visit.session, record, subject=look.dossier_id, reasons=reasons, readable=visit.readable(reasons))
    return show(
        visit,
        "staff/granted_file.html",
        current=GRANTED,
        frame=frame,
        title=visit.texts.gettext("One file, to read"),
        back=visit.url(GRANTED),
        reason=look.reason,
        until=visit.texts.format_moment(look.until),
        language_name=name_of_language(shown.language) if shown.language else "",
        **_words(visit, shown),
    )


def _words(visit: Visit, shown: Presented) -> dict[str, Any]:
    texts = visit.texts
    return {
        "children": tuple(
            (name, texts.format_day(born), texts.gettext(N_("expected")) if expected else "")
            for name, born, expected in shown.child_identity or ()
        ),
        "plans": tuple(
            (
                texts.format_day(one.start_date),
                str(one.half_days.bit_count()),
                texts.gettext(STATES[ApplicationState(one.state)]),
                texts.format_day(one.expires_on) if one.expires_on else "",
            )
            for one in shown.care_plan or ()
        ),
        "priorities": tuple(
            (one.rule_set or "", str(one.rank or ""), ", ".join(texts.gettext(GROUND[code]) for code in one.grounds))
            for one in shown.priority_result or ()
        ),
        "choices": tuple(
            (
                one.facility,
                texts.gettext(STATES[ChoiceState(one.state)]),
                texts.format_day(one.reply_due_on) if one.reply_due_on else "",
                texts.format_moment(one.answered_at) if one.answered_at else "",
            )
            for one in shown.choices or ()
        ),
    }


def _line(visit: Visit, one: Look, names: dict[UUID, str]) -> tuple[str, str, str, str, str]:
    """Return to whom, why, since when, until when, and the way to end it."""
    texts = visit.texts
    live = one.is_live(visit.now)
    return (
        names.get(one.account_id, texts.gettext(N_("Developer"))),
        one.reason,
        texts.format_moment(one.given_at),
        texts.format_moment(one.ended_at or one.until),
        visit.url("staff.end_grant", grant_id=one.id) if live else "",
    )
