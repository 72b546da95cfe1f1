"""Forms: WTForms declares and validates, our own macros draw, nothing typed is lost.

A form class. Fields in the order of the page, each with the message said when a required answer is empty:

    from app.catalogue.marking import N_
    from app.web.forms import DatePartsField, StepForm, TextField, YesNoField

    class ChildForm(StepForm):
        born = YesNoField(missing=N_("Tell us whether your child is born"))
        given_name = TextField(missing=N_("Fill in the first name of your child"), limit=80)
        birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"))

        def check(self) -> None:                      # answers judged together
            if self.born.data:
                self.require("given_name")            # says the field's own `missing`
            if …: self.fail("birth_date", N_("This date lies in the future"), part="year")

A view. The profile says what is required and shown; the draft gives earlier answers:

    posted = request.form if request.method == "POST" else None
    form = ChildForm(posted, texts=current_texts(), today=clock.today(), answers=draft.get("child"),
                     required=("birth_date",), shown=None, choices={"kind": ("a", "b")}, days=5, demo=settings.demo)
    if posted is not None and "switch_language" in posted:       # any button with formnovalidate: keep, do not judge
        keep(form.to_typed()); return redirect(same_step_in(posted["switch_language"]), 303)
    if posted is not None and form.validate():
        keep(form.to_answers()); return redirect(next_step, 303)  # JSON-able; the same comes back as `answers`
    return render("family/child.html", status=422 if form.posted else 200, form=form, step=StepPlace(2, 6, back_url))
    # `ChildForm.from_typed(kept, texts=…, today=…)` shows kept raw input again

A template:

    {% extends "layout/step.html" %}
    {% from "components/field.html" import text, date_parts, yes_no %}
    {% from "components/why.html" import why %}
    {% set title = _("Your child") %}{% set lead = _("We look for a place that fits your child.") %}
    {% block questions %}
    {{ yes_no(form.born, _("Is your child born?")) }}
    {{ text(form.given_name, _("First name of your child"), hint=_("Not born yet? Leave this empty.")) }}
    {{ date_parts(form.birth_date, _("Birth date"), hint=_("For example: 27 3 2026")) }}
    {{ why(_("So that …")) }}
    {% endblock %}

Names of inputs: one box `<field>`; dates `<field>-day`, `-month`, `-year`; hours `<field>-<d>-from`, `-until`; half day
`<field>` once per ticked bit (2*d morning, 2*d+1 afternoon); yes/no `yes` or `no`; a tick `yes`; several repeat.
What a field gives: `data` (parsed), `typed` / `part("day")` (raw, to show), `error`, `needed`, `anchor`.
A field left out by `shown` is None on the form: `{% if form.partner_work %}`.
Raise `Unfit(N_("…"), part="…")` in a validator or in `validate_<field>(self, field)`.
"""

from app.web.forms.base import AnswerField, Json, Unfit
from app.web.forms.care import HalfDaysField, HoursField
from app.web.forms.choices import ChoiceField, SeveralField, TickField, YesNoField
from app.web.forms.dates import DatePartsField
from app.web.forms.step import StepForm
from app.web.forms.text import (
    EmailField,
    LongTextField,
    NationalNumberField,
    PasswordField,
    PhoneField,
    PostcodeField,
    TextField,
    WholeNumberField,
    grouped_phone,
    takes_texts,
)

__all__ = [
    "AnswerField",
    "ChoiceField",
    "DatePartsField",
    "EmailField",
    "HalfDaysField",
    "HoursField",
    "Json",
    "LongTextField",
    "NationalNumberField",
    "PasswordField",
    "PhoneField",
    "PostcodeField",
    "SeveralField",
    "StepForm",
    "TextField",
    "TickField",
    "Unfit",
    "WholeNumberField",
    "YesNoField",
    "grouped_phone",
    "takes_texts",
]
