"""Filling in together: the family's yes, reading back, and the ways in which the family confirms what is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.applications.operations.doubles import NumberTaken
from app.applications.operations.passes import require_few_links, send_link
from app.applications.queries.drafts import DraftRecord, own_pass
from app.applications.queries.receipts import own_receipt
from app.catalogue.marking import N_
from app.core.access import present
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.core.outbox import MAIL
from app.facilities.queries import facilities_by_id
from app.families.rules import Channel, grouped_code
from app.mandates.operations.assisted import hash_word, judge_word, require_consent, send_together
from app.mandates.operations.mandates import choose_word, go_alone, record_consent
from app.mandates.queries.mandates import DraftMandate, mandate_of_draft
from app.mandates.rules import LONGEST_WORD, SHORTEST_WORD, NotTogether, Proof
from app.web.callers import caller
from app.web.doors import DRAFT, Visit
from app.web.family.apply_answers import submission_of
from app.web.family.apply_content import CHECK
from app.web.family.apply_pages import (
    CHECK_PAGE,
    HANDED_PAGE,
    SENT_PAGE,
    TOGETHER_PAGE,
    WAYS_PAGE,
    Desk,
    content_of_draft,
    led_on,
    read_draft,
)
from app.web.family.apply_send import leave_word, stale
from app.web.family.apply_steps import Step, first_missing
from app.web.family.apply_summary import overview
from app.web.family.door import family
from app.web.forms import PasswordField, StepForm, TickField, takes_texts
from app.web.pages import render

START = "family.start"
WORD = "word"
NOT_ALIKE = N_("These two words are not the same. Type the word twice.")
NO_PAPER = N_("Tick this once the family has signed the paper and you keep it")
NO_CHANNEL = N_("The family gave no e-mail address and no mobile number. Choose another way.")
NO_DATE = N_("Fill in the birth date of the child first: it is asked again together with the code or link.")
TOO_MANY_LINKS = N_("We sent several links already. Wait 15 minutes and try again.")
SAID = {
    NotTogether.WRONG_WORD: N_("This is not the code word. Look at it again."),
    NotTogether.NO_WORD: N_("The family has not chosen a code word. Choose another way."),
    NotTogether.TOO_MANY_TRIES: N_("There were too many tries. Wait 15 minutes, or choose another way."),
}


class WordForm(StepForm):
    """A code word of the family's own, or its signature on paper."""

    word = PasswordField(shortest=SHORTEST_WORD, limit=LONGEST_WORD, missing=N_("Choose a code word"))
    again = PasswordField(limit=LONGEST_WORD, missing=N_("Type the code word once more"))
    paper = TickField(missing=NO_PAPER)

    def check(self) -> None:
        """Ask for the word twice: nobody can read it back to them."""
        if "again" in self and self.word.data and self.again.data and self.word.data != self.again.data:
            self.fail("again", NOT_ALIKE)


CLOSING = Step("ways", WordForm, {}, endpoint=WAYS_PAGE)


@family.page("/apply/together", who=DRAFT, methods=("GET", "POST"), once=True, assisted=True)
def apply_together(visit: Visit) -> ResponseReturnValue:
    """Ask the family whether it files together with who helps; on its own device, with who helped (LEU-14)."""
    draft = read_draft(visit, to_change=request.method == "POST")
    if (elsewhere := led_on(visit, draft)) is not None:
        return elsewhere
    assert draft is not None
    mandate = mandate_of_draft(visit.session, draft.id) if draft.mandate_id is not None else None
    if visit.actor.typed_by is None:
        return _decide(visit, draft, mandate)
    way = request.form.get("way", "")
    form = _word_form(visit, {"word": ("word", "again"), "paper": ("paper",)}.get(way, ()))
    if request.method == "POST" and way == "later":
        return visit.go(START)
    if way in ("word", "paper") and form.validate():
        _agree(visit, draft, mandate, Proof.CODE_WORD if way == "word" else Proof.PAPER, str(form.word.data or ""))
        return visit.go(START)
    return render(
        "family/apply/together.html",
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Filling in together"),
        form=form,
        helper=mandate.organisation if mandate is not None else "",
        years=visit.profile.settings.helper_access_years,
        agreed=mandate is not None and mandate.consented,
        shortest=SHORTEST_WORD,
        way=way,
        unsaved=False,
    )


@family.page("/apply/ways", who=DRAFT, methods=("GET", "POST"), once=True, assisted=True)
def apply_ways(visit: Visit) -> ResponseReturnValue:
    """Read everything back, and let the family confirm: by link, by code, with its word, or on paper."""
    if visit.actor.typed_by is None:
        return visit.go(CHECK_PAGE)
    draft = read_draft(visit, to_change=request.method == "POST")
    if (elsewhere := led_on(visit, draft)) is not None:
        return elsewhere
    assert draft is not None
    desk = Desk(visit, CLOSING, draft, content_of_draft(visit, draft))
    way = request.form.get("way", "")
    form = _word_form(visit, {"word": ("word",), "paper": ("paper",)}.get(way, ()))
    if request.method == "POST" and way in ("link", "code"):
        problem = _hand_over(desk, by_link=way == "link")
        return visit.go(WAYS_PAGE, done=way) if not problem else _show_ways(desk, form, problem)
    if way in ("word", "paper"):
        mandate = require_consent(visit.session, draft)
        if first_missing(visit.profile, desk.content) is not None or not desk.content.is_done(CHECK):
            return visit.go(CHECK_PAGE)
        if form.validate() and _confirmed(desk, mandate, form, way):
            return _send(desk, way)
    return _show_ways(desk, form, "")


@family.page("/apply/handed", who=DRAFT, assisted=True)
def apply_handed(visit: Visit) -> ResponseReturnValue:
    """Show the reference of what was sent together; the file is the family's, and nobody is signed in to it here."""
    if visit.actor.typed_by is None:
        return visit.go(SENT_PAGE)
    receipt = own_receipt(visit.session, visit.actor_id)
    if receipt is None:
        raise NotFound
    readable = visit.readable(("owner",))
    shown = present(visit.session, receipt, subject=receipt.dossier_id, reasons=("owner",), readable=readable)
    return render("family/apply/handed.html", receipt=shown, has_email=bool(shown.contact))


def _word_form(visit: Visit, needed: tuple[str, ...]) -> WordForm:
    posted = request.form if request.method == "POST" and needed else None
    shown = needed or ("word", "again", "paper")
    return WordForm(posted, texts=visit.texts, today=today_at(visit.now), required=needed, shown=shown)


def _decide(visit: Visit, draft: DraftRecord, mandate: DraftMandate | None) -> ResponseReturnValue:
    """Let the family say yes or no on its own device."""
    if mandate is None or mandate.consented or mandate.ended:
        return visit.go(START)
    if request.method == "POST":
        if "alone" in request.form:
            go_alone(visit.session, draft.id, now=visit.now)
        elif "agree" in request.form:
            how = Proof.LINK if content_of_draft(visit, draft).reach.get("recipient") else Proof.CODE
            record_consent(visit.session, draft.id, how, language=visit.language, now=visit.now)
        return visit.go(START)
    return render(
        "family/apply/together_own.html",
        title=visit.texts.gettext("Somebody helped you fill this in"),
        helper=mandate.organisation,
        years=visit.profile.settings.helper_access_years,
        action=visit.url(TOGETHER_PAGE),
        unsaved=False,
    )


def _agree(visit: Visit, draft: DraftRecord, mandate: DraftMandate | None, how: Proof, word: str) -> None:
    """Keep the family's yes, and its word; where no helper's mandate is asked for, the word alone."""
    hashed = hash_word(word) if word else None
    if mandate is not None and not mandate.consented:
        record_consent(visit.session, draft.id, how, language=visit.language, word_hash=hashed, now=visit.now)
    elif mandate is not None and hashed is not None:
        choose_word(visit.session, draft.id, hashed)
    elif hashed is not None:
        desk = Desk(visit, CLOSING, draft, content_of_draft(visit, draft))
        desk.content.reach[WORD] = hashed
        desk.save()


def _hand_over(desk: Desk, *, by_link: bool) -> str:
    """Let the family go on by itself, with a link or a code and the birth date; returns what stands in the way."""
    visit, factor = desk.visit, desk.factor
    if factor is None:
        return NO_DATE
    # What it confirms, it confirms itself.
    desk.content.drop(CHECK)
    if by_link:
        recipient, channel = _channel(desk)
        if not recipient:
            return NO_CHANNEL
        try:
            require_few_links(visit.house.databases, visit.profile.key, recipient, caller(), visit.now)
        except Refused:
            return TOO_MANY_LINKS
        desk.content.reach |= {"recipient": recipient, "channel": channel}
        language = str(desk.content.get("language", "language") or visit.language)
        send_link(
            visit.session,
            desk.draft_id,
            factor,
            recipient=recipient,
            channel=channel,
            language=language,
            expires_at=desk.ends_at(),
            now=visit.now,
        )
    else:
        desk.content.reach.setdefault("later", "yes")
        desk.make_code(factor)
    desk.save()
    return ""


def _channel(desk: Desk) -> tuple[str, str]:
    """Return the family's own mailbox or phone, as it stands in its answers; nobody types another one here."""
    contact = desk.content.answers.get("contact", {})
    email, phone = str(contact.get("email") or ""), str(contact.get("phone") or "")
    if email:
        return email, MAIL
    return (phone, str(Channel.TEXT)) if phone and takes_texts(phone) else ("", "")


def _confirmed(desk: Desk, mandate: DraftMandate | None, form: WordForm, way: str) -> bool:
    """Judge the family's word; a signed paper was ticked. What is wrong is said on the page."""
    if way == "paper":
        return True
    visit = desk.visit
    stored = mandate.code_word_hash if mandate is not None else desk.content.reach.get(WORD)
    owner = mandate.id if mandate is not None else desk.draft_id
    try:
        judge_word(visit.house.databases, visit.profile.key, owner, str(form.word.data), stored, visit.now)
    except Refused as refused:
        form.fail("word", SAID[NotTogether(refused.reason)])
        return False
    return True


def _send(desk: Desk, way: str) -> Response:
    """Send as the family, which has just confirmed; its password it chooses itself, later."""
    visit = desk.visit
    if (outdated := stale(desk)) is not None:
        return outdated
    assert desk.draft is not None
    sent = submission_of(visit.profile, desk.content)
    try:
        send_together(visit.session, visit.profile, desk.draft, sent, password_hash=None, now=visit.now)
    except NumberTaken as taken:
        return leave_word(desk, taken.token)
    event = "confirmed_by_word" if way == "word" else "confirmed_on_paper"
    note_change(visit.session, event, dossier_id=desk.draft_id, groups=("help",), reasons=("draft",))
    return visit.go(HANDED_PAGE)


def _show_ways(desk: Desk, form: WordForm, problem: str) -> Response:
    visit, content = desk.visit, desk.content
    assert desk.draft is not None
    mandate = mandate_of_draft(visit.session, desk.draft.id) if desk.draft.mandate_id is not None else None
    complete = first_missing(visit.profile, content) is None and content.is_done(CHECK)
    agreed = mandate is None or mandate.consented
    held = own_pass(visit.session, desk.draft_id, now=visit.now)
    done = request.args.get("done", "")
    # LEU-14: without the family's yes there is nothing here to print, and nothing to send.
    shown = _read_back(visit, desk, desk.draft_id) if complete and agreed else None
    return render(
        "family/apply/ways.html",
        status=422 if form.problems or problem else 200,
        title=visit.texts.gettext("The family confirms"),
        form=form,
        problem=visit.texts.gettext(problem) if problem else "",
        overview=shown,
        complete=complete,
        agreed=agreed,
        together_url=visit.url(TOGETHER_PAGE),
        check_url=visit.url(CHECK_PAGE),
        recipient=_channel(desk)[0],
        code=grouped_code(held.code) if done == "code" else "",
        is_sent=done == "link",
        address=f"{visit.house.settings.base_url}{visit.url('public.resume')}",
        unsaved=False,
    )


def _read_back(visit: Visit, desk: Desk, subject: UUID) -> Any:
    facilities = facilities_by_id(visit.session, desk.content.facility_ids)
    record = overview(visit, desk.content, facilities, lambda step: "")
    readable = visit.readable(("draft",))
    return present(visit.session, record, subject=subject, reasons=("draft",), readable=readable)
