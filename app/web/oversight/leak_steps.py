"""The steps of a case: who was affected, how bad it is, telling the authority, telling the families."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import BRUSSELS, today_at
from app.core.errors import NotFound, Refused
from app.families.rules import plain_reference
from app.incidents.operations.cases import add_file, assess, order_notice, seek_affected, tell_authority
from app.incidents.queries.cases import Assessment, Case
from app.incidents.rules import LONGEST_REPORT, CaseState, Denied, Risk
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import ChoiceField, DatePartsField, LongTextField, StepForm, TextField
from app.web.oversight.door import oversight, show
from app.web.oversight.leak_case import PROBLEMS, case_page, read_case
from app.web.oversight.leak_moments import moment_of
from app.web.oversight.leak_words import RISKS
from app.web.oversight.leaks import LEAKS

NOBODY = N_("No colleague signs in with this address.")
NO_FILE = N_("There is no file with this reference. Look at it again.")
NOT_YET = N_("This moment has not come yet")
BACKWARDS = N_("The last day lies before the first one")
ONE_DAY = timedelta(days=1)


class AssessForm(StepForm):
    """How bad it is and why, what is done, and why somebody need not be told."""

    risk = ChoiceField(missing=N_("Choose how bad it is"), values=tuple(Risk))
    reasons = LongTextField(missing=N_("Write down why"), limit=LONGEST_REPORT)
    consequences = LongTextField(missing=N_("Write down what can follow"), limit=LONGEST_REPORT)
    measures = LongTextField(missing=N_("Write down what you do about it"), limit=LONGEST_REPORT)
    why_not_authority = LongTextField(limit=LONGEST_REPORT)
    why_not_persons = LongTextField(limit=LONGEST_REPORT)
    needed: ClassVar[tuple[str, ...]] = ("risk", "reasons", "measures")


class AffectedForm(StepForm):
    """Which stretch of the audit, and whose."""

    login = TextField(limit=254)
    since = DatePartsField(missing=N_("Fill in the first day"))
    until = DatePartsField(missing=N_("Fill in the last day"))
    needed: ClassVar[tuple[str, ...]] = ("since", "until")

    def check(self) -> None:
        """Refuse a stretch that runs backwards or lies ahead."""
        if self.since.data and self.until.data and self.until.data < self.since.data:
            self.fail("until", BACKWARDS)
        if self.since.data and self.since.data > self.today:
            self.fail("since", NOT_YET)


class FileForm(StepForm):
    """Which family."""

    reference = TextField(missing=N_("Fill in the reference"), limit=40)
    needed: ClassVar[tuple[str, ...]] = ("reference",)


class AuthorityForm(StepForm):
    """When the authority was told, and under which reference."""

    told = DatePartsField(missing=N_("Fill in the day"))
    hour = TextField(missing=N_("Fill in the hour, for example 14:30"), limit=8)
    reference = TextField(missing=N_("Fill in the reference"), limit=80)
    needed: ClassVar[tuple[str, ...]] = ("told", "hour", "reference")
    told_at: datetime | None = None

    def check(self) -> None:
        """Read the moment."""
        self.told_at = moment_of(self, "told", "hour")


class NoticeForm(StepForm):
    """What the families read, in each language that the organisation works in."""

    nl = LongTextField(missing=N_("Write the text in Dutch"), limit=LONGEST_REPORT)
    fr = LongTextField(missing=N_("Write the text in French"), limit=LONGEST_REPORT)
    needed: ClassVar[tuple[str, ...]] = ("nl", "fr")


FORMS: dict[str, tuple[type[StepForm], str]] = {
    "assess": (AssessForm, N_("How bad is it?")),
    "affected": (AffectedForm, N_("Who was affected?")),
    "file": (FileForm, N_("Add one family by its reference")),
    "authority": (AuthorityForm, N_("Tell the authority")),
    "notice": (NoticeForm, N_("Tell the families")),
}


@oversight.page("/oversight/leaks/<uuid:case_id>/steps/<step>", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def leak_step(visit: Visit, case_id: UUID, step: str) -> ResponseReturnValue:
    """Do one step of a case; raises NotFound for a step that is none."""
    shown = read_case(visit, case_id)
    if step not in FORMS:
        raise NotFound
    if shown.state == CaseState.CLOSED:
        return case_page(visit, case_id, problem=PROBLEMS[Denied.CLOSED])
    kind, title = FORMS[step]
    form = _form(visit, kind, shown)
    if form.posted and form.validate():
        try:
            _DEEDS[step](visit, case_id, form)
        except Refused as refused:
            return case_page(visit, case_id, problem=PROBLEMS[Denied(refused.reason)])
        if not form.problems:
            return visit.go("oversight.leak", case_id=case_id, done=step)
    texts = visit.texts
    return show(
        visit,
        "oversight/leak_step.html",
        status=422 if form.posted else 200,
        title=texts.gettext(title),
        current=LEAKS,
        step=step,
        form=form,
        risks=tuple((value, texts.gettext(label)) for value, label in RISKS.items()),
        case=shown,
        summary_url=visit.url("oversight.leak_summary", case_id=case_id),
        authority=visit.profile.authority,
        back=visit.url("oversight.leak", case_id=case_id),
    )


def _form(visit: Visit, kind: type[StepForm], shown: Case) -> StepForm:
    told = shown.assessment
    answers = {name: getattr(told, name) for name in Assessment.__dataclass_fields__} | dict(shown.notice)
    staff = visit.profile.languages.staff
    left_out = frozenset({"fr"} if kind is NoticeForm and "fr" not in staff else ())
    needed: tuple[str, ...] = getattr(kind, "needed", ())
    names = frozenset(kind(texts=visit.texts, today=today_at(visit.now))._fields)
    return kind(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={name: value for name, value in (answers | {"risk": shown.risk}).items() if value and name in names},
        required=tuple(name for name in needed if name not in left_out),
        shown=names - left_out,
    )


def _assess(visit: Visit, case_id: UUID, form: StepForm) -> None:
    told = Assessment(*(form[name].data or "" for name in Assessment.__dataclass_fields__))
    assess(visit.session, case_id, Risk(form.risk.data or ""), told, now=visit.now)


def _affected(visit: Visit, case_id: UUID, form: StepForm) -> None:
    first, last = form.since.data, form.until.data
    assert first is not None
    assert last is not None
    since, until = datetime.combine(first, time(), BRUSSELS), datetime.combine(last + ONE_DAY, time(), BRUSSELS)
    try:
        seek_affected(visit.session, case_id, form.login.data or "", since, until)
    except NotFound:
        form.fail("login", NOBODY)


def _file(visit: Visit, case_id: UUID, form: StepForm) -> None:
    try:
        add_file(visit.session, case_id, plain_reference(form.reference.data or ""))
    except NotFound:
        form.fail("reference", NO_FILE)


def _authority(visit: Visit, case_id: UUID, form: StepForm) -> None:
    told_at: datetime | None = getattr(form, "told_at", None)
    assert told_at is not None
    if told_at > visit.now:
        form.fail("told", NOT_YET)
        return
    tell_authority(visit.session, case_id, told_at, form.reference.data or "")


def _notice(visit: Visit, case_id: UUID, form: StepForm) -> None:
    words = {name: field.data for name, field in form._fields.items() if field.data}
    order_notice(visit.session, case_id, words, now=visit.now)


_DEEDS: dict[str, Callable[[Visit, UUID, StepForm], None]] = {
    "assess": _assess,
    "affected": _affected,
    "file": _file,
    "authority": _authority,
    "notice": _notice,
}
