"""The two answers that ask something: a refusal its reason, an offer its start, days and term."""

from __future__ import annotations

from datetime import date, timedelta

from app.applications.operations.answers import NewOffer
from app.applications.rules import ChoiceState, Denied, Plan, RefusalReason, days_of
from app.catalogue.marking import N_
from app.web.facility.words import OFFER_PROBLEMS
from app.web.forms import ChoiceField, DatePartsField, HalfDaysField, HoursField, StepForm

HOURS_BESIDE_DAYS = N_("Give hours only for the days that you offer")


class RefusalForm(StepForm):
    """Why a request is refused."""

    reason = ChoiceField(values=tuple(RefusalReason), missing=N_("Choose a reason"))


class SeveralForm(StepForm):
    """One answer for several requests; a refusal with its reason."""

    answer = ChoiceField(
        values=(ChoiceState.CONSIDERING, ChoiceState.NOT_NOW, ChoiceState.REFUSED), missing=N_("Choose an answer")
    )
    reason = ChoiceField(values=tuple(RefusalReason), missing=N_("Choose a reason"))

    def check(self) -> None:
        """Ask a reason for a refusal."""
        if self.answer.data == ChoiceState.REFUSED:
            self.require("reason")


class OfferForm(StepForm):
    """A place: from when, which half days, and how long the family may think about it."""

    start_date = DatePartsField(missing=N_("Fill in the day on which the child can start"))
    half_days = HalfDaysField(missing=N_("Choose at least one half day"))
    hours = HoursField()
    reply_days = ChoiceField(missing=N_("Choose how long the family may think about it"))

    def check(self) -> None:
        """Hold the hours to the days that are offered."""
        if self.hours and self.hours.data and not self.half_days.problems:
            offered = {str(day) for day in days_of(self.half_days.data or 0)}
            if not set(self.hours.data) <= offered:
                self.fail("hours", HOURS_BESIDE_DAYS)

    def offer(self, today: date) -> NewOffer:
        """Return the offer of a valid form."""
        return NewOffer(
            Plan(self.start_date.data, int(self.half_days.data or 0)),
            reply_by=today + timedelta(days=int(self.reply_days.data or 0)),
            hours=self.hours.data if self.hours else None,
        )

    def tell(self, problem: Denied) -> None:
        """Say beside its question what a rule found wrong."""
        name, message = OFFER_PROBLEMS[problem]
        self.fail(name, message)
