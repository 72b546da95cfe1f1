"""What a chosen facility may correct, one group of data to a page; the questions are those of the family's forms."""

from __future__ import annotations

from datetime import date, timedelta

from app.applications.operations.changes import NewPlan
from app.applications.operations.corrections import CorrectedChild, CorrectedContact, CorrectedName
from app.applications.rules import Denied, add_months, days_of
from app.catalogue.marking import N_
from app.web.facility.forms import HOURS_BESIDE_DAYS
from app.web.facility.words import OFFER_PROBLEMS
from app.web.forms import (
    DatePartsField,
    EmailField,
    HalfDaysField,
    HoursField,
    PhoneField,
    PostcodeField,
    StepForm,
    TextField,
    YesNoField,
)

LATE, PREGNANCY = timedelta(days=30), timedelta(days=300)
OLDEST_CHILD_YEARS, FURTHEST_START_MONTHS = 13, 36
PROTECTED = N_("The data of this family are protected. Only the family or the desk can change them.")
KEEP_EMAIL = N_("An address that a family gave can be corrected, not taken away")


def child_bounds(today: date) -> tuple[date, date]:
    """Return between which days a child can be born or expected."""
    return add_months(today, -12 * OLDEST_CHILD_YEARS), today + PREGNANCY


def start_bounds(today: date) -> tuple[date, date]:
    """Return between which days care can begin; a request that began already keeps its start."""
    return add_months(today, -12), add_months(today, FURTHEST_START_MONTHS)


class CorrectionForm(StepForm):
    """A correction; a rule that says no is told beside its question."""

    def tell(self, denied: Denied) -> None:
        """Say what a rule found wrong."""
        if denied == Denied.PROTECTED:
            self.fail(next(iter(self._fields)), PROTECTED)
        elif denied == Denied.START_BEFORE_BIRTH and "birth_date" in self._fields:
            self.fail("birth_date", OFFER_PROBLEMS[denied][1])
        else:
            self.fail(*OFFER_PROBLEMS[denied])


class NameForm(CorrectionForm):
    """Who applies."""

    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)

    def corrected(self) -> CorrectedName:
        """Return the name of a valid form."""
        return CorrectedName(str(self.given_name.data), str(self.family_name.data))


class ContactForm(CorrectionForm):
    """How to reach the family."""

    phone = PhoneField(missing=N_("Fill in the phone number"))
    email = EmailField(missing=KEEP_EMAIL)
    street = TextField(missing=N_("Fill in the street"), limit=100)
    house_number = TextField(missing=N_("Fill in the house number"), limit=20)
    postcode = PostcodeField(missing=N_("Fill in the postcode"))

    def corrected(self, municipality: str) -> CorrectedContact:
        """Return the contact data of a valid form; where it lies follows from the postcode."""
        return CorrectedContact(
            self.street.data,
            self.house_number.data,
            self.postcode.data,
            municipality,
            self.phone.data,
            self.email.data,
        )


class ChildForm(CorrectionForm):
    """For whom a place is asked."""

    born = YesNoField(missing=N_("Choose yes or no"))
    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)
    birth_date = DatePartsField(missing=N_("Fill in the birth date"), bounds=child_bounds)

    def check(self) -> None:
        """Hold the date against the answer before it (BXL-07)."""
        if self.born.data:
            self.require("given_name")
        day = self.birth_date.data
        if day is None or self.born.data is None:
            return
        if self.born.data and day > self.today:
            self.fail("birth_date", N_("This date lies in the future. Is the child not born yet? Then choose no."))
        if not self.born.data and day < self.today - LATE:
            self.fail("birth_date", N_("This date has passed. Is the child born? Then choose yes."))

    def corrected(self) -> CorrectedChild:
        """Return the child of a valid form."""
        assert self.birth_date.data is not None
        return CorrectedChild(
            self.given_name.data, str(self.family_name.data), self.birth_date.data, expected=not self.born.data
        )


class PlanForm(CorrectionForm):
    """From when, and on which half days."""

    start_date = DatePartsField(missing=N_("Fill in from when care is needed"), bounds=start_bounds)
    half_days = HalfDaysField(missing=N_("Choose at least one half day"))
    hours = HoursField()
    flexible = YesNoField(missing=N_("Choose yes or no"))

    def check(self) -> None:
        """Hold the hours against the days."""
        if self.hours.data and not self.half_days.problems:
            ticked = {str(day) for day in days_of(self.half_days.data or 0)}
            if not set(self.hours.data) <= ticked:
                self.fail("hours", HOURS_BESIDE_DAYS)

    def corrected(self) -> NewPlan:
        """Return the plan of a valid form."""
        assert self.start_date.data is not None
        return NewPlan(self.start_date.data, int(self.half_days.data or 0), self.hours.data, bool(self.flexible.data))
