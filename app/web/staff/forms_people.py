"""What administrators fill in: who is invited, a role, a partner, an agreement."""

from __future__ import annotations

from app.catalogue.marking import N_
from app.web.forms import (
    ChoiceField,
    DatePartsField,
    EmailField,
    SeveralField,
    StepForm,
    TextField,
)

_AREA = N_("Tick the municipalities of this counter")


class RoleForm(StepForm):
    """What somebody may do here; a counter has an area."""

    role = ChoiceField(missing=N_("Choose what this person may do"))
    area = SeveralField(missing=_AREA)

    def check(self) -> None:
        """Ask the area of a counter (LEU-27)."""
        if self.role.data == "counter":
            self.require("area")


class InviteForm(StepForm):
    """Who is asked to work here, and as what."""

    email = EmailField(missing=N_("Fill in the e-mail address"))
    role = ChoiceField(missing=N_("Choose what this person may do"))
    area = SeveralField(missing=_AREA)

    def check(self) -> None:
        """Ask the area of a counter (LEU-27)."""
        if self.role.data == "counter":
            self.require("area")


class PartnerForm(StepForm):
    """An organisation of helpers."""

    name = TextField(missing=N_("Fill in the name"), limit=120)
    language = ChoiceField(missing=N_("Choose the language"))


class HelperForm(StepForm):
    """Who is asked to help for such an organisation."""

    email = EmailField(missing=N_("Fill in the e-mail address"))
    role = ChoiceField(missing=N_("Choose what this person may do"))


class SignedForm(StepForm):
    """An agreement with an organisation that processes data for us."""

    name = TextField(missing=N_("Fill in the name"), limit=120)
    signed_on = DatePartsField(missing=N_("Fill in the day on which it was signed"))
    ends_on = DatePartsField()


class EndsForm(StepForm):
    """The last day of an agreement that goes on."""

    until = DatePartsField(missing=N_("Fill in the last day"))
