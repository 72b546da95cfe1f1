"""What the pages of the application share: opening the draft, where to go next, keeping what was typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.applications.operations.doubles import token_of
from app.applications.operations.drafts import Notice, ends_at, save_draft, start_draft
from app.applications.operations.passes import factor_of, issue_code
from app.applications.queries.drafts import DraftRecord, next_child_draft, own_draft, own_pass
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.clock import BRUSSELS, today_at
from app.core.crypto import keyring_of
from app.core.errors import NotFound, Refused
from app.core.outbox import MAIL
from app.families.rules import Channel
from app.mandates.operations.assisted import is_address_of_helper
from app.organisations.terms import Application
from app.web.doors import DRAFT, PARENT, VISITOR, Visit
from app.web.family import priority
from app.web.family.apply_content import CHECK, Content
from app.web.family.apply_settle import settle
from app.web.family.apply_steps import STEP_PAGE, Step, bind, first_missing, steps_of
from app.web.forms import StepForm, takes_texts
from app.web.pages import StepPlace, render
from app.web.urgent_words import urgent_words

APPLYING = VISITOR | DRAFT | PARENT
CHECK_PAGE, SEND_PAGE, SENT_PAGE = "family.apply_check", "family.apply_send", "family.apply_sent"
FIRST_PAGE, LATER_PAGE = "family.apply_language", "family.apply_later"
# Where somebody beside the family ends: with the ways to confirm, and with the reference of what was sent.
TOGETHER_PAGE, WAYS_PAGE, HANDED_PAGE = "family.apply_together", "family.apply_ways", "family.apply_handed"
# The pages after the questions: check and send.
CLOSING_PAGES = 2
FROM = "from"
NOT_YOURS = N_("This is the address of who helps you. Fill in your own, or leave it empty and choose letters.")
SAVED_TODAY = N_("Saved at %(time)s: your answers up to step %(number)s.")
SAVED = N_("Saved on %(moment)s: your answers up to step %(number)s.")


class Lapsed(StrEnum):
    """Why a page of the application cannot be gone on with."""

    DRAFT_GONE = "draft_gone"


@dataclass
class Desk:
    """One visit to one page of the application, with the draft open."""

    visit: Visit
    step: Step
    draft: DraftRecord | None
    content: Content

    def form(
        self, posted: Any = None, answers: Mapping[str, Any] | None = None, **options: Mapping[str, Collection[str]]
    ) -> StepForm:
        """Return the form of this page, with a post, with earlier answers, or with what was typed earlier."""
        return bind(
            self.step,
            self.visit.profile,
            self.content,
            texts=self.visit.texts,
            today=today_at(self.visit.now),
            demo=self.visit.house.settings.demo,
            posted=posted,
            answers=answers,
            token=lambda digits: token_of(self.visit.session, digits).hex(),
            **options,
        )

    def save(self) -> None:
        """Write the draft; the first time, begin it and sign the browser in to it."""
        visit = self.visit
        language = str(self.content.get("language", "language") or visit.language)
        kept: dict[str, Any] = {
            "language": language,
            "terms": terms_of(visit),
            "now": visit.now,
            "is_touched": self.content.is_touched,
            "notice": self._notice(),
        }
        if self.draft is None and not start_draft(
            visit.session, visit.actor_id, self.content.stored(), device_id=visit.device_id, **kept
        ):
            # The same form, sent twice at once: the other one began the draft.
            self.draft = read_draft(visit, to_change=True)
        if self.draft is not None:
            save_draft(visit.session, self.draft, self.content.stored(), **kept)
        if visit.begins:
            visit.begin_session(Kind.DRAFT, visit.actor_id)

    @property
    def draft_id(self) -> UUID:
        """Return the draft that is open or about to begin."""
        return self.draft.id if self.draft is not None else self.visit.actor_id

    @property
    def factor(self) -> bytes | None:
        """Return the second factor for this draft: the (expected) birth date of the child, once it is known."""
        birth = self.content.day("child", "birth_date")
        return factor_of(keyring_of(self.visit.session), self.draft_id, birth) if birth is not None else None

    def _notice(self) -> Notice | None:
        """Return where the family is told that its draft ends; nowhere while it gave nothing that takes a message.

        Who wants letters only gets no message: an application that was never sent is worth no letter.
        """
        reach, contact = self.content.reach, self.content.answers.get("contact", {})
        if reach.get("recipient"):
            return Notice(reach["recipient"], reach["channel"], self.factor)
        wish, email, phone = (str(contact.get(name) or "") for name in ("channel", "email", "phone"))
        if email and wish in ("", Channel.MAIL):
            return Notice(email, MAIL, self.factor)
        if phone and wish in ("", Channel.TEXT) and takes_texts(phone):
            return Notice(phone, Channel.TEXT, self.factor)
        return None

    def take(self, answers: Mapping[str, Any]) -> None:
        """Take the answers of this page, forget what they make void, and write the draft."""
        self.content.save(self.step.name, answers)
        settle(self.visit.profile, self.content)
        self.save()

    def onward(self) -> Response:
        """Go to the next page; whoever came to change one answer goes back to the overview."""
        steps = steps_of(self.visit.profile, self.content)
        missing = first_missing(self.visit.profile, self.content)
        if request.args.get(FROM) == CHECK:
            return to_step(self.visit, missing, from_check=True) if missing else self.visit.go(CHECK_PAGE)
        here = next((at for at, step in enumerate(steps) if step.name == self.step.name), len(steps))
        following = steps[here + 1] if here + 1 < len(steps) else missing
        return to_step(self.visit, following) if following else self.visit.go(CHECK_PAGE)

    def set_aside(self, form: StepForm) -> Response | None:
        """Keep what was typed, unjudged, when another language or saving for later was asked; else return None."""
        language = request.form.get("switch_language")
        later = "later" in request.form
        if not later and language not in self.visit.profile.languages.for_families:
            return None
        self.content.keep(self.step.name, form.to_typed())
        if later:
            self.content.reach.setdefault("later", "yes")
        self.save()
        if later and self.visit.actor.typed_by is not None:
            return self.visit.go(WAYS_PAGE)
        if later:
            self.make_code()
            return self.visit.go(LATER_PAGE)
        query = {key: value for key, value in request.args.items() if key != "language"}
        return self.visit.go(self.step.endpoint, **_names(self.step), language=language, **query)

    def make_code(self, factor: bytes | None = None) -> None:
        """Make the code to go on with elsewhere, unless one holds already or the second factor is not known yet."""
        visit = self.visit
        factor = factor or self.factor
        if factor is None or visit.actor.kind != Kind.DRAFT:
            return
        held = own_pass(visit.session, self.draft_id, now=visit.now)
        if not held.code or held.factor != factor:
            issue_code(visit.session, self.draft_id, factor, expires_at=self.ends_at(), now=visit.now)

    def ends_at(self) -> datetime:
        """Return when the draft ends that is saved now."""
        return ends_at(terms_of(self.visit), self.visit.now, is_touched=self.content.is_touched)

    def saved(self) -> str:
        """Return what is kept, and since when, for the page to say."""
        visit = self.visit
        if self.draft is None:
            return ""
        steps = steps_of(visit.profile, self.content)
        done = next((at for at, step in enumerate(steps) if not self.content.is_done(step.name)), len(steps))
        if not done:
            return ""
        moment = self.draft.updated_at.astimezone(BRUSSELS)
        if moment.date() == today_at(visit.now):
            return visit.texts.gettext(SAVED_TODAY, time=f"{moment:%H:%M}", number=done)
        return visit.texts.gettext(SAVED, moment=visit.texts.format_moment(moment), number=done)

    def place(self) -> StepPlace:
        """Return where this page stands among the others."""
        steps = steps_of(self.visit.profile, self.content)
        here = next((at for at, step in enumerate(steps) if step.name == self.step.name), 0)
        if request.args.get(FROM) == CHECK:
            back = self.visit.url(CHECK_PAGE)
        else:
            back = (
                step_url(self.visit, steps[here - 1]) if here else f"/{self.visit.profile.key}/{self.visit.language}/"
            )
        # About a next child no password is asked: the overview is the last page.
        return StepPlace(here + 1, len(steps) + (1 if self.content.next_child else CLOSING_PAGES), back)

    def show(self, form: StepForm, **context: Any) -> Response:
        """Return the page; 422 when the post that brought it cannot be taken."""
        reasons = self.step.reasons(self.visit.profile, self.visit.texts)
        return render(
            f"family/apply/{self.step.name}.html",
            status=422 if form.posted and form.problems and request.method == "POST" else 200,
            form=form,
            step=self.place(),
            reasons=reasons,
            saved=self.saved(),
            priority_url=self.visit.url(priority.PAGE),
            agency_url=priority.AGENCY_URL,
            urgent=urgent_words(self.visit) if self.step.name == "start" else "",
            **context,
        )


def open_desk(visit: Visit, step: Step) -> Desk | Response:
    """Open the draft for a page, or answer with where its visitor belongs.

    A page is open once those before it are filled in. Raises Refused when a post comes after the visit ran out.
    """
    draft = read_draft(visit, to_change=request.method == "POST")
    if (elsewhere := led_on(visit, draft, begins=step.endpoint == FIRST_PAGE)) is not None:
        return elsewhere
    content = content_of_draft(visit, draft)
    if step.name not in {each.name for each in steps_of(visit.profile, content)}:
        return to_missing(visit, content)
    missing = first_missing(visit.profile, content, before=step.name)
    if missing is not None and missing.name != step.name:
        return to_step(visit, missing)
    return Desk(visit, step, draft, content)


def content_of_draft(visit: Visit, draft: DraftRecord | None) -> Content:
    """Return what a draft holds, for who fills in now: a family, or somebody beside it."""
    content = Content.read(draft.content) if draft is not None else Content()
    content.beside = visit.actor.typed_by is not None
    return content


def led_on(visit: Visit, draft: DraftRecord | None, *, begins: bool = False) -> Response | None:
    """Return where somebody belongs who has no draft to fill in; None when there is one, or when one begins here.

    Raises Refused when a post comes after the visit ran out.
    """
    if draft is not None and draft.submitted_at is not None:
        # A form that begins a draft never signs anybody in.
        if visit.begins:
            raise Refused(Lapsed.DRAFT_GONE)
        # The account is the family's: nobody else's browser is ever signed in to it.
        if visit.actor.typed_by is not None:
            return visit.go(HANDED_PAGE)
        visit.begin_session(Kind.PARENT, visit.actor_id, ends_old=False)
        return visit.go(SENT_PAGE)
    if draft is None and visit.actor.kind == Kind.PARENT:
        return visit.go(SENT_PAGE)
    if draft is None and not begins:
        if request.method == "POST":
            raise Refused(Lapsed.DRAFT_GONE)
        return visit.go(FIRST_PAGE)
    return None


def read_draft(visit: Visit, *, to_change: bool = False) -> DraftRecord | None:
    """Return the draft that this browser is busy with; a parent's is that of a next child.

    Raises NotFound for whoever sits beside a parent: they change a file together, and ask for no next child.
    """
    if visit.actor.kind == Kind.PARENT and visit.actor.typed_by is not None:
        raise NotFound
    if visit.actor.kind == Kind.PARENT and visit.vouched:
        return next_child_draft(visit.session, visit.actor_id, now=visit.now, to_change=to_change)
    if visit.actor.kind != Kind.DRAFT:
        return None
    return own_draft(visit.session, visit.actor_id, now=visit.now, to_change=to_change)


def shown_form(desk: Desk, **options: Any) -> StepForm:
    """Return the form as a GET shows it: earlier answers, what was typed before, or what has to be looked at again."""
    name = desk.step.name
    if name in desk.content.typed:
        return desk.form(posted=MultiDict(desk.content.typed[name]), **options)
    form = desk.form(answers=desk.content.answers.get(name), **options)
    if name in desk.content.again:
        form = desk.form(posted=MultiDict(form.to_typed()), **options)
        judge(desk, form)
    return form


def judge(desk: Desk, form: StepForm) -> bool:
    """Judge the answers of a page, alone and beside those of other pages; returns whether they can be taken."""
    form.validate()
    desk.step.judge(form, desk.content, form.today)
    _refuse_helpers_address(desk, form)
    return not form.problems


def _refuse_helpers_address(desk: Desk, form: StepForm) -> None:
    """Refuse the address of whoever began this beside the family, also when the family goes on alone (BXL-50)."""
    helper = desk.draft.assisted_by if desk.draft is not None else None
    if helper is None or "email" not in form or not form.email.data or form.problems:
        return
    house = desk.visit.house
    if is_address_of_helper(house.databases, desk.visit.profile.key, helper, str(form.email.data)):
        form.fail("email", NOT_YOURS)


def to_step(visit: Visit, step: Step, *, from_check: bool = False) -> Response:
    """Go to a page of questions."""
    return visit.go(step.endpoint, **_names(step), **({FROM: CHECK} if from_check else {}))


def to_missing(visit: Visit, content: Content) -> Response:
    """Go to the first page that has no answers, or to the overview."""
    missing = first_missing(visit.profile, content)
    return to_step(visit, missing) if missing else visit.go(CHECK_PAGE)


def step_url(visit: Visit, step: Step, **query: str) -> str:
    """Return the address of a page of questions."""
    return visit.url(step.endpoint, **_names(step), **query)


def terms_of(visit: Visit) -> Application:
    """Return the organisation's terms of an application."""
    assert visit.profile.application is not None
    return visit.profile.application


def _names(step: Step) -> dict[str, str]:
    return {"step": step.name} if step.endpoint == STEP_PAGE else {}
