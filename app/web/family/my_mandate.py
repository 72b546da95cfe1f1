"""Who helps a family: what that opens, for how long, and the family's word on all of it; and sitting down together."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_dossier_id, own_file
from app.applications.rules import STANDING, ApplicationState
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.access import present
from app.core.clock import today_at
from app.core.errors import NotFound
from app.mandates.operations.assisted import hash_word
from app.mandates.operations.joint_sessions import prove_by_family
from app.mandates.operations.mandates import end_by_family, set_deadlines, set_own_word
from app.mandates.queries.mandates import OwnMandate, asked_sittings, own_mandates
from app.mandates.rules import LONGEST_WORD, SHORTEST_WORD
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import PasswordField, StepForm
from app.web.own_lines import child_in_words
from app.web.own_requests import OWNER
from app.web.pages import render

HELPER = ("helper",)
PAGE = "family.my_helper"
DONE = {
    "ended": N_("They can no longer open your application."),
    "told": N_("Saved."),
    "word": N_("Your new code word counts from now on."),
    "proved": N_("You can now change your answers together, for an hour."),
}
HOW = {
    "link": N_("You agreed through a link."),
    "code": N_("You agreed on your own device."),
    "code_word": N_("You agreed with your code word."),
    "paper": N_("You agreed on paper."),
}


class OwnWordForm(StepForm):
    """A new code word."""

    word = PasswordField(shortest=SHORTEST_WORD, limit=LONGEST_WORD, missing=N_("Choose a code word"))


@dataclass(frozen=True)
class HelpLine:
    """One mandate in words; `key` names it in a form."""

    key: str
    name: str
    since: str
    how: str
    ends: str
    tells: bool
    is_open: bool


@dataclass(frozen=True)
class TogetherChoice:
    """A facility that was chosen, and where the choice is taken back."""

    name: str
    withdraw_url: str


@dataclass(frozen=True)
class TogetherRequest:
    """One request that can be changed together."""

    child: str
    add_url: str
    choices: tuple[TogetherChoice, ...]


@family.page("/my/helper", who=PARENT, methods=("GET", "POST"), once=True)
def my_helper(visit: Visit) -> ResponseReturnValue:
    """Show who helps, what they see and until when; end it with one tap, say yes to a sitting (BXL-50, LEU-14)."""
    dossier_id = own_dossier_id(visit.session)
    posted = request.form if request.method == "POST" else None
    if posted is not None and posted.get("deed") in ("end", "tell", "hush", "prove"):
        return _act(visit, dossier_id, posted["deed"], _id(posted.get("which", "")))
    form = OwnWordForm(posted, texts=visit.texts, today=today_at(visit.now), required=("word",))
    if posted is not None and form.validate():
        set_own_word(visit.session, _id(posted.get("which", "")), dossier_id, hash_word(str(form.word.data)))
        return visit.go(PAGE, done="word")
    years, texts = visit.profile.settings.helper_access_years, visit.texts
    record = own_mandates(visit.session, dossier_id, years=years)
    shown = present(visit.session, record, subject=dossier_id, reasons=OWNER, readable=visit.readable(OWNER))
    groups = visit.readable(HELPER)
    done = DONE.get(request.args.get("done", ""), "")
    return render(
        "family/my/helper.html",
        status=422 if form.problems else 200,
        title=texts.gettext("Who helps you"),
        form=form,
        lines=tuple(_line(visit, one) for one in shown.help or ()),
        asked=tuple(
            (one.id.hex, one.organisation, texts.format_moment(one.asked_at))
            for one in asked_sittings(visit.session, dossier_id, now=visit.now)
        ),
        groups=tuple(texts.gettext(group.label) for key, group in GROUPS.items() if key in groups),
        said=texts.gettext(done) if done else "",
        shortest=SHORTEST_WORD,
        **links(visit),
    )


@family.page("/my/together", who=PARENT, assisted=True)
def my_together(visit: Visit) -> ResponseReturnValue:
    """Show what helper and family can change together; a family alone has its own page for that."""
    if visit.actor.typed_by is None:
        return visit.go("family.my")
    found = own_file(visit.session)
    readable = visit.readable(OWNER) & visit.readable(HELPER)
    requests = []
    for one in found.requests:
        shown = present(visit.session, one, subject=found.dossier_id, reasons=OWNER, readable=readable)
        if one.state != ApplicationState.OPEN or shown.child_identity is None:
            continue
        child = shown.child_identity
        requests.append(
            TogetherRequest(
                child_in_words(visit.texts, child.given_name, child.birth_date, expected=child.expected),
                visit.url("family.my_add", request_id=one.id),
                tuple(
                    TogetherChoice(choice.facility, visit.url("family.my_withdraw", choice_id=choice.id))
                    for choice in one.choices
                    if one.own_choice[choice.id].state in STANDING
                ),
            )
        )
    return render(
        "family/my/together.html",
        title=visit.texts.gettext("Change something together"),
        requests=tuple(requests),
        done=request.args.get("done", "") in ("added", "withdrawn", "changed"),
        **links(visit),
    )


def _act(visit: Visit, dossier_id: UUID, deed: str, which: UUID) -> ResponseReturnValue:
    if deed == "end":
        end_by_family(visit.session, which, dossier_id, now=visit.now)
        return visit.go(PAGE, done="ended")
    if deed == "prove":
        prove_by_family(visit.session, which, dossier_id, now=visit.now)
        return visit.go(PAGE, done="proved")
    set_deadlines(visit.session, which, dossier_id, tells=deed == "tell")
    return visit.go(PAGE, done="told")


def _line(visit: Visit, one: OwnMandate) -> HelpLine:
    texts = visit.texts
    is_open = one.ended_at is None and one.ends_on is not None and one.ends_on >= today_at(visit.now)
    ended = texts.format_day(today_at(one.ended_at)) if one.ended_at else ""
    return HelpLine(
        one.id.hex,
        one.organisation,
        texts.format_day(today_at(one.started_at)),
        texts.gettext(HOW[one.consent_how]) if one.consent_how else "",
        ended or (texts.format_day(one.ends_on) if one.ends_on else ""),
        one.tells_deadlines,
        is_open,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
