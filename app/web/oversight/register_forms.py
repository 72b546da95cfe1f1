"""What overseers fill in for a register."""

from __future__ import annotations

from app.catalogue.marking import N_
from app.web.forms import ChoiceField, DatePartsField, StepForm, TextField

_DONE_ON = N_("Fill in the day on which it was done")


class ProcessorForm(StepForm):
    """A firm that works with data for us."""

    name = TextField(missing=N_("Fill in the name"), limit=120)
    purpose = ChoiceField(missing=N_("Choose what the firm does"))
    country = TextField(missing=N_("Fill in the country"), limit=60)
    starts_on = DatePartsField(missing=N_("Fill in from when"))


class AgreementForm(StepForm):
    """An agreement that was signed."""

    signed_on = DatePartsField(missing=N_("Fill in the day on which it was signed"))
    until = DatePartsField()


class EndForm(StepForm):
    """The last day of something."""

    ends_on = DatePartsField(missing=N_("Fill in the last day"))


class CheckForm(StepForm):
    """Something that people check."""

    kind = ChoiceField(missing=N_("Choose what it is"))
    title = TextField(missing=N_("Say in a few words what it is about"), limit=160)
    due_on = DatePartsField()
    done_on = DatePartsField()
    result = TextField(limit=300)


class DoneForm(StepForm):
    """That something was checked, and with which result."""

    done_on = DatePartsField(missing=_DONE_ON)
    result = TextField(missing=N_("Say in a few words what you found"), limit=300)
