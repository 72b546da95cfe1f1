"""A question about the service, behind a mailed link: answered once, by nobody in particular."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.rules import hash_of
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.surveys.operations import take_answer
from app.surveys.queries import question_of
from app.surveys.rules import SCORES
from app.web.doors import ANYONE, Visit
from app.web.forms import ChoiceField, StepForm
from app.web.pages import render
from app.web.public.door import public
from app.web.public.password import link_spent
from app.web.public.sign_in import require_accounts

SCORE_TEXTS = (N_("Very bad"), N_("Bad"), N_("Not good, not bad"), N_("Good"), N_("Very good"))


class SurveyForm(StepForm):
    """How good the service is."""

    score = ChoiceField(missing=N_("Choose an answer"))


@public.page("/survey/<token>", who=ANYONE, methods=("GET", "POST"))
def survey(visit: Visit, token: str) -> ResponseReturnValue:
    """Show the question; the answer spends the link, and nothing of whoever answers is kept (BXL-18)."""
    require_accounts(visit)
    databases, organisation = visit.house.databases, visit.profile.key
    question = question_of(databases, organisation, hash_of(token), visit.now)
    if question is None:
        return link_spent(visit)
    form = SurveyForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("score",),
        choices={"score": tuple(str(score) for score in SCORES)},
    )
    if form.posted and form.validate():
        if not take_answer(databases, organisation, hash_of(token), int(str(form.score.data)), visit.now):
            return link_spent(visit)
        return visit.go("public.survey_answered")
    master = visit.profile.languages.master
    return render(
        "public/survey.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("How good is our service?"),
        form=form,
        question=question.get(visit.language) or question[master],
        question_language=visit.language if visit.language in question else master,
        scores=tuple((str(score), visit.texts.gettext(SCORE_TEXTS[score - 1])) for score in SCORES),
        action=request.path,
    )


@public.page("/survey-answered", who=ANYONE)
def survey_answered(visit: Visit) -> ResponseReturnValue:
    """Thank whoever answered."""
    require_accounts(visit)
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        title=tr("Thank you for your answer"),
        text=tr("We keep your answer without your name. Nobody can see who gave it."),
        url=visit.url("public.home"),
        label=tr("To the start page"),
    )
