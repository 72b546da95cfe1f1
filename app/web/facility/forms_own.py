"""The forms about a facility itself: a free place, what it says of itself, a colleague, one's password."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from app.catalogue.marking import N_
from app.facilities.rules import PlaceTerms, Role
from app.web.facility.words import PLACE_AGES, PLACE_PROBLEMS, SAID_PROBLEMS
from app.web.forms import (
    ChoiceField,
    DatePartsField,
    EmailField,
    HalfDaysField,
    StepForm,
    TickField,
)

# How long a place is told when nothing else is said.
SHOWN = timedelta(days=60)


class PlaceForm(StepForm):
    """A free place: which half days, for whom, from when."""

    facility = ChoiceField(missing=N_("Choose the facility"))
    half_days = HalfDaysField(missing=N_("Choose at least one half day"))
    age = ChoiceField(values=tuple(PLACE_AGES), missing=N_("Choose for which age"))
    month = ChoiceField(missing=N_("Choose from when"))
    last_minute = TickField()
    shown_until = DatePartsField(missing=N_("Fill in the last day on which we show it"))

    def check(self) -> None:
        """Ask of a last-minute place until when it is shown."""
        if self.last_minute.data:
            self.require("shown_until")

    def place(self) -> PlaceTerms:
        """Return the place of a valid form: last-minute from today, else from the first of a month."""
        first, last, _ = PLACE_AGES[str(self.age.data)]
        quick = bool(self.last_minute.data)
        starts_on = self.today if quick else date.fromisoformat(f"{self.month.data}-01")
        until = self.shown_until.data if quick else max(self.today, starts_on) + SHOWN
        assert until is not None
        return PlaceTerms(int(self.half_days.data or 0), first, last, starts_on, until, quick)

    def tell(self, problem: StrEnum) -> None:
        """Say beside its question what a rule found wrong."""
        self.fail(*PLACE_PROBLEMS[problem])


class SaidForm(StepForm):
    """What a facility says of itself."""

    answers_around = DatePartsField()
    hides_house_number = TickField()
    hides_phone = TickField()

    def tell(self, problem: StrEnum) -> None:
        """Say beside its question what a rule found wrong."""
        self.fail(*SAID_PROBLEMS[problem])


class InviteForm(StepForm):
    """Who is asked to answer for a facility."""

    facility = ChoiceField(missing=N_("Choose the facility"))
    email = EmailField(missing=N_("Fill in the e-mail address"))
    role = ChoiceField(values=tuple(Role), missing=N_("Choose what this person may do"))


class EndForm(StepForm):
    """The last day of a membership."""

    last_day = DatePartsField(missing=N_("Fill in the last day"))
