"""Questions about the quality of the service: made by administrators, answered without persons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.surveys.operations import make_survey, reuse_of
from app.surveys.queries import SurveyRecord, surveys
from app.surveys.rules import Reuse, SurveyDenied
from app.web.doors import STAFF, Visit
from app.web.forms import DatePartsField, LongTextField, StepForm
from app.web.i18n import name_of_language
from app.web.staff.door import SURVEYS, open_frame, show, staff
from app.web.staff.people import GET_POST, ONLY

QUESTION_LENGTH = 300
PROBLEMS = {
    SurveyDenied.LANGUAGE_MISSING: ("question_nl", N_("Write the question in each language")),
    SurveyDenied.DAYS: ("closes_on", N_("Choose a last day from today on, at most three months after the first day")),
}
WHO = {
    Reuse.CONSENT: N_("Only families that agreed to such questions are asked."),
    Reuse.OPT_OUT: N_("Families that objected to such questions are not asked."),
}


class SurveyForm(StepForm):
    """One question, in each language of the families, and its days."""

    question_nl = LongTextField(missing=N_("Write the question in each language"), limit=QUESTION_LENGTH)
    question_fr = LongTextField(missing=N_("Write the question in each language"), limit=QUESTION_LENGTH)
    question_en = LongTextField(missing=N_("Write the question in each language"), limit=QUESTION_LENGTH)
    opens_on = DatePartsField(missing=N_("Fill in the first day"))
    closes_on = DatePartsField(missing=N_("Fill in the last day"))


@staff.page("/desk/surveys", who=STAFF, methods=GET_POST, once=True)
def list_surveys(visit: Visit) -> ResponseReturnValue:
    """Show what was asked and how the answers lie; ask a new question."""
    frame = open_frame(visit, ONLY)
    reuse = reuse_of(visit.profile)
    if reuse not in WHO:
        raise NotFound
    today = today_at(visit.now)
    languages = visit.profile.languages.family
    questions = tuple(f"question_{language}" for language in languages)
    posted = request.form if request.method == "POST" else None
    form = SurveyForm(
        posted,
        texts=visit.texts,
        today=today,
        answers={"opens_on": today.isoformat(), "closes_on": (today + timedelta(days=30)).isoformat()},
        required=(*questions, "opens_on", "closes_on"),
        shown=(*questions, "opens_on", "closes_on"),
    )
    if posted is not None and form.validate():
        asked = {language: str(getattr(form, f"question_{language}").data) for language in languages}
        opens, closes = cast("date", form.opens_on.data), cast("date", form.closes_on.data)
        try:
            make_survey(visit.session, visit.profile, asked, opens, closes, now=visit.now)
        except Refused as refused:
            if refused.reason not in PROBLEMS:
                raise
            form.fail(*PROBLEMS[SurveyDenied(refused.reason)])
        else:
            return visit.go(SURVEYS, done="made")
    least = visit.profile.settings.trend_threshold
    return show(
        visit,
        "staff/surveys.html",
        current=SURVEYS,
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Questions about our service"),
        message=visit.texts.gettext(N_("The question is saved. Families get it from the first day on."))
        if request.args.get("done") == "made"
        else "",
        who=visit.texts.gettext(WHO[Reuse(reuse)]),
        form=form,
        questions=tuple((getattr(form, f"question_{code}"), name_of_language(code)) for code in languages),
        lines=tuple(_line(visit, one) for one in surveys(visit.session, least=least)),
        least=least,
    )


def _line(visit: Visit, one: SurveyRecord) -> tuple[str, str, int, tuple[int, ...]]:
    texts = visit.texts
    text = one.question.get(visit.language) or next(iter(one.question.values()))
    days = texts.gettext(
        "%(first)s to %(last)s", first=texts.format_day_short(one.opens_on), last=texts.format_day_short(one.closes_on)
    )
    return text, days, one.answers, one.scores
