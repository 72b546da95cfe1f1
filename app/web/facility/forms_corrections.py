"""What a chosen facility may correct, one group of data to a page; the questions are those of the family's forms."""

from __future__ import annotations

from app.applications.operations.changes import NewPlan
from app.applications.operations.corrections import CorrectedChild, CorrectedContact, CorrectedName
from app.applications.rules import Denied
from app.catalogue.marking import N_
from app.web.facility.words import OFFER_PROBLEMS
from app.web.forms import EmailField, StepForm, parts

PROTECTED = N_("The data of this family are protected. Only the family or the desk can change them.")
KEEP_EMAIL = N_("An address that a family gave can be corrected, not taken away")


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


class NameForm(CorrectionForm, parts.NameForm):
    """Who applies."""

    def corrected(self) -> CorrectedName:
        """Return the name of a valid form."""
        return CorrectedName(str(self.given_name.data), str(self.family_name.data))


class ContactForm(CorrectionForm, parts.ContactForm):
    """How to reach the family."""

    email = EmailField(missing=KEEP_EMAIL)

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


class ChildForm(CorrectionForm, parts.ChildForm):
    """For whom a place is asked."""

    def corrected(self) -> CorrectedChild:
        """Return the child of a valid form."""
        assert self.birth_date.data is not None
        return CorrectedChild(
            self.given_name.data, str(self.family_name.data), self.birth_date.data, expected=not self.born.data
        )


class PlanForm(CorrectionForm, parts.PlanForm):
    """From when, and on which half days."""

    def corrected(self) -> NewPlan:
        """Return the plan of a valid form."""
        assert self.start_date.data is not None
        return NewPlan(self.start_date.data, int(self.half_days.data or 0), self.hours.data, bool(self.flexible.data))
