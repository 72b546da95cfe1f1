"""The parts of a family's file as questions of somebody else: a desk, a registrar, a facility that corrects.

Which of them are asked or required comes from the profile; the bounds are those of the family's own pages.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.applications.rules import add_months, days_of
from app.catalogue.marking import N_
from app.families.rules import Channel
from app.web.forms import (
    ChoiceField,
    DatePartsField,
    EmailField,
    HalfDaysField,
    HoursField,
    PhoneField,
    PostcodeField,
    StepForm,
    TextField,
    TickField,
    YesNoField,
    takes_texts,
)

ELSEWHERE = "elsewhere"
# A child that is awaited can be late; a pregnancy lasts ten months at most.
LATE, PREGNANCY = timedelta(days=30), timedelta(days=300)
OLDEST_CHILD_YEARS, OLDEST_PARENT_YEARS, FURTHEST_START_MONTHS = 13, 110, 36

NO_TEXTS = N_("This number cannot get text messages. Fill in a mobile number, or choose another way.")
HOURS_BESIDE_DAYS = N_("You gave hours for a day that is not ticked. Tick that day too.")


def adult_bounds(today: date) -> tuple[date, date]:
    """Return between which days somebody who applies can be born."""
    return add_months(today, -12 * OLDEST_PARENT_YEARS), today


def child_bounds(today: date) -> tuple[date, date]:
    """Return between which days a child can be born or expected."""
    return add_months(today, -12 * OLDEST_CHILD_YEARS), today + PREGNANCY


def start_bounds(today: date) -> tuple[date, date]:
    """Return between which days care can begin; a request that began already keeps its start."""
    return add_months(today, -12), add_months(today, FURTHEST_START_MONTHS)


def require_way(form: StepForm) -> None:
    """Ask for what the chosen way of writing needs; no way needs an e-mail address by itself (BXL-72)."""
    way = form.channel.data if "channel" in form else None
    if way == Channel.MAIL:
        form.require("email")
    elif way == Channel.TEXT:
        form.require("phone")
        if "phone" in form and form.phone.data and not takes_texts(form.phone.data):
            form.fail("phone", NO_TEXTS)
    elif way == Channel.LETTER:
        form.require("street", "house_number", "postcode")


def check_birth(form: StepForm, *, too_late: str, too_early: str) -> None:
    """Ask for the name of a child that is born, and hold the date against that answer (BXL-07)."""
    if form.born.data:
        form.require("given_name")
    day = form.birth_date.data
    if day is None or form.born.data is None:
        return
    if form.born.data and day > form.today:
        form.fail("birth_date", too_late)
    if not form.born.data and day < form.today - LATE:
        form.fail("birth_date", too_early)


class NameForm(StepForm):
    """Who applies."""

    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)


class ApplicantForm(NameForm):
    """Who applies, with all that is asked of them but a number."""

    birth_date = DatePartsField(missing=N_("Fill in the birth date"), bounds=adult_bounds)
    sex = ChoiceField(missing=N_("Choose an answer"))
    home_language = ChoiceField()
    relation = ChoiceField(missing=N_("Choose an answer"))


class ContactForm(StepForm):
    """How to reach the family."""

    phone = PhoneField(missing=N_("Fill in the phone number"))
    email = EmailField(missing=N_("Fill in the e-mail address"))
    street = TextField(missing=N_("Fill in the street"), limit=100)
    house_number = TextField(missing=N_("Fill in the house number"), limit=20)
    postcode = PostcodeField(missing=N_("Fill in the postcode"))


class WholeContactForm(ContactForm):
    """How to reach the family, where it lives, how it wants to be written to, and who may not know."""

    municipality = ChoiceField(missing=N_("Choose the municipality"))
    place = TextField(missing=N_("Fill in the municipality"), limit=80)
    channel = ChoiceField()
    protected = YesNoField()

    def check(self) -> None:
        """Hold the ways to write together, and ask where they live who live elsewhere."""
        require_way(self)
        if "municipality" in self and self.municipality.data == ELSEWHERE:
            self.require("place")


class LanguageForm(StepForm):
    """In which language the family is written to."""

    language = ChoiceField(missing=N_("Choose a language"))


class PartnerForm(StepForm):
    """Whether there is a partner, and who."""

    has_partner = YesNoField(missing=N_("Choose yes or no"))
    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)
    phone = PhoneField(missing=N_("Fill in the phone number"))
    email = EmailField(missing=N_("Fill in the e-mail address"))
    # What the profile requires of a partner that there is.
    needed: tuple[str, ...] = ("given_name", "family_name")

    def check(self) -> None:
        """Ask for the name of a partner that there is (BXL-06)."""
        if self.has_partner.data:
            self.require(*self.needed)


class ChildForm(StepForm):
    """For whom a place is asked."""

    born = YesNoField(missing=N_("Choose yes or no"))
    given_name = TextField(missing=N_("Fill in the first name"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name"), limit=80)
    birth_date = DatePartsField(missing=N_("Fill in the birth date"), bounds=child_bounds)

    def check(self) -> None:
        """Hold the date against the answer before it (BXL-07)."""
        check_birth(
            self,
            too_late=N_("This date lies in the future. Is the child not born yet? Then choose no."),
            too_early=N_("This date has passed. Is the child born? Then choose yes."),
        )


class NamedChildForm(ChildForm):
    """The same, with the name that the child goes by."""

    call_name = TextField(limit=80)


class PlanForm(StepForm):
    """From when, and on which half days."""

    start_date = DatePartsField(missing=N_("Fill in from when care is needed"), bounds=start_bounds)
    half_days = HalfDaysField(missing=N_("Choose at least one half day"))
    hours = HoursField()
    flexible = YesNoField(missing=N_("Choose yes or no"))

    def check(self) -> None:
        """Hold the hours against the days."""
        if "hours" in self and self.hours.data and not self.half_days.problems:
            ticked = {str(day) for day in days_of(self.half_days.data or 0)}
            if not set(self.hours.data) <= ticked:
                self.fail("hours", HOURS_BESIDE_DAYS)


class CircumstancesForm(StepForm):
    """The voluntary answers that priority rests on; the one about health is the family's alone."""

    family_situation = ChoiceField()
    foster = YesNoField()
    work = ChoiceField()
    employer = TextField(limit=120)
    partner_work = ChoiceField()
    income = ChoiceField()
    education = ChoiceField()
    dutch = ChoiceField()
    dutch_proof = TickField()


class AddForm(StepForm):
    """Which facilities to show."""

    municipality = ChoiceField()
    name = TextField(limit=80)
