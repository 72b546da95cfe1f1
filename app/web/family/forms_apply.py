"""The questions of the application, page by page; which of them are asked or required comes from the profile."""

from __future__ import annotations

from datetime import date

from app.accounts.rules import LONGEST_PASSWORD
from app.applications.rules import add_months
from app.catalogue.marking import N_
from app.web.forms import (
    ChoiceField,
    DatePartsField,
    EmailField,
    HalfDaysField,
    HoursField,
    NationalNumberField,
    PasswordField,
    PhoneField,
    PostcodeField,
    SeveralField,
    StepForm,
    TextField,
    TickField,
    YesNoField,
)
from app.web.forms.parts import (
    FURTHEST_START_MONTHS,
    adult_bounds,
    check_birth,
    child_bounds,
    require_way,
)

FIRST_NAME = N_("Fill in the first name of your child")
FAMILY_NAME = N_("Fill in the family name of your child")
CHILDS_NUMBER = N_("Fill in the national number of your child")
NUMBER_TWICE = N_("You filled in this number before. Everybody has a number of their own.")
DAYS_NOT_TICKED = N_("You gave hours for a day that is not ticked. Tick that day too.")


def start_bounds(today: date) -> tuple[date, date]:
    """Return between which days care can begin."""
    return today, add_months(today, FURTHEST_START_MONTHS)


class LanguageForm(StepForm):
    """In which language we write, and where they live."""

    language = ChoiceField(missing=N_("Choose the language in which we write to you"))
    municipality = ChoiceField(missing=N_("Choose where you live"))


class YouForm(StepForm):
    """Who applies."""

    given_name = TextField(missing=N_("Fill in your first name"), limit=80)
    family_name = TextField(missing=N_("Fill in your family name"), limit=80)
    birth_date = DatePartsField(missing=N_("Fill in your birth date"), bounds=adult_bounds)
    sex = ChoiceField(missing=N_("Choose an answer"))
    nationality = ChoiceField(missing=N_("Choose your nationality"))
    home_language = ChoiceField()
    relation = ChoiceField(missing=N_("Choose who you are to the child"))


class NumberForm(StepForm):
    """The national number of who applies: asked of Belgians only, kept as a keyed token (LEU-05, LEU-07)."""

    national_number = NationalNumberField(missing=N_("Fill in your national number"))


class ContactForm(StepForm):
    """How to reach them."""

    phone = PhoneField(missing=N_("Fill in your phone number"))
    email = EmailField(missing=N_("Fill in your e-mail address"))
    street = TextField(missing=N_("Fill in your street"), limit=100)
    house_number = TextField(missing=N_("Fill in your house number"), limit=20)
    postcode = PostcodeField(missing=N_("Fill in your postcode"))
    place = TextField(missing=N_("Fill in your municipality"), limit=80)
    channel = ChoiceField()
    protected = YesNoField()

    def check(self) -> None:
        """Ask for what the chosen way of writing needs; no way needs an e-mail address by itself (BXL-72)."""
        require_way(self)


class PartnerForm(StepForm):
    """Whether there is a partner; no more than that."""

    has_partner = YesNoField(missing=N_("Choose yes or no"))


class PartnerDetailsForm(StepForm):
    """Who the partner is."""

    given_name = TextField(missing=N_("Fill in the first name of your partner"), limit=80)
    family_name = TextField(missing=N_("Fill in the family name of your partner"), limit=80)
    phone = PhoneField(missing=N_("Fill in the phone number of your partner"))
    email = EmailField(missing=N_("Fill in the e-mail address of your partner"))


class ChildForm(StepForm):
    """For whom a place is asked."""

    born = YesNoField(missing=N_("Tell us whether your child is born"))
    count = ChoiceField()
    given_name = TextField(missing=FIRST_NAME, limit=80)
    call_name = TextField(limit=80)
    family_name = TextField(missing=FAMILY_NAME, limit=80)
    birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"), bounds=child_bounds)

    def check(self) -> None:
        """Hold the date against the answer before it (BXL-07)."""
        check_birth(
            self,
            too_late=N_("This date lies in the future. Is your child not born yet? Then choose no."),
            too_early=N_("This date has passed. Is your child born? Then choose yes."),
        )


class ChildrenForm(StepForm):
    """The other children of the same birth, and what one place alone would mean."""

    given_name_2 = TextField(missing=FIRST_NAME, limit=80)
    call_name_2 = TextField(limit=80)
    family_name_2 = TextField(missing=FAMILY_NAME, limit=80)
    given_name_3 = TextField(missing=FIRST_NAME, limit=80)
    call_name_3 = TextField(limit=80)
    family_name_3 = TextField(missing=FAMILY_NAME, limit=80)
    given_name_4 = TextField(missing=FIRST_NAME, limit=80)
    call_name_4 = TextField(limit=80)
    family_name_4 = TextField(missing=FAMILY_NAME, limit=80)
    link = ChoiceField(missing=N_("Choose whether your children have to go together"))


class ChildNumberForm(StepForm):
    """The national number of a child that is born; kept as a keyed token (LEU-11)."""

    national_number = NationalNumberField(missing=CHILDS_NUMBER)
    national_number_2 = NationalNumberField(missing=CHILDS_NUMBER)
    national_number_3 = NationalNumberField(missing=CHILDS_NUMBER)
    national_number_4 = NationalNumberField(missing=CHILDS_NUMBER)

    def check(self) -> None:
        """Refuse a number that was given twice: children of one birth have a number each."""
        seen = set()
        for name, field in self._fields.items():
            if field.data and field.data in seen:
                self.fail(name, NUMBER_TWICE)
            seen.add(field.data)


class StartForm(StepForm):
    """From when care is needed."""

    start_date = DatePartsField(missing=N_("Fill in from when you need care"), bounds=start_bounds)
    flexible = YesNoField()


class DaysForm(StepForm):
    """On which half days, and at which hours if these are unusual."""

    half_days = HalfDaysField(missing=N_("Choose at least one morning or afternoon"))
    hours = HoursField()

    def check(self) -> None:
        """Hold the hours against the days."""
        ticked = self.half_days.data or 0
        hours = self.hours.data if self.hours is not None else None
        for day in hours or ():
            if not ticked >> 2 * int(day) & 3:
                self.fail("hours", DAYS_NOT_TICKED, part=f"{day}-from")


class FacilitiesForm(StepForm):
    """Which facilities get the request."""

    facilities = SeveralField(missing=N_("Choose at least one facility"))


class DutchForm(StepForm):
    """Which parent knows enough Dutch; asked once for the family."""

    level = ChoiceField()


class DutchProofForm(StepForm):
    """Whether a proof exists: a tick, never a file (BXL-22, BXL-23)."""

    proof = TickField()


class WorkForm(StepForm):
    """What the parents do in the daytime."""

    regime = ChoiceField()
    employer = TextField(limit=120)
    partner_regime = ChoiceField()


class HouseholdForm(StepForm):
    """Who raises the child, where a brother or sister already goes, and whether the income is low."""

    situation = ChoiceField()
    siblings = SeveralField()
    foster = YesNoField()
    income = ChoiceField()


class EducationForm(StepForm):
    """The highest diploma of either parent."""

    level = ChoiceField()


class HealthForm(StepForm):
    """Whether somebody in the family needs care: voluntary, with explicit consent (BXL-25)."""

    situation = YesNoField()
    agree = TickField(missing=N_("Tick the box if we may keep this answer. Or choose not to answer."))

    def check(self) -> None:
        """Ask for consent to keep an answer that was given; an empty answer needs none."""
        if self.situation.data is not None:
            self.require("agree")


class ConsentsForm(StepForm):
    """Who else may get data: each box on its own, none compulsory (BXL-34)."""

    agree = SeveralField()


class CheckForm(StepForm):
    """The statement that the answers are right (BXL-28)."""

    correct = TickField(missing=N_("Tick the box if your answers are right"))


class SendForm(StepForm):
    """The password of the file that is about to be made."""

    password = PasswordField(missing=N_("Choose a password"), limit=LONGEST_PASSWORD)
