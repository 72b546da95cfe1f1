"""The parts of a file that can be changed for its family: the questions of each, and the fields of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalogue.marking import N_
from app.organisations.fields import FIELDS
from app.web.forms import StepForm, parts

SELF = "page"
CHOICES = "choices"


@dataclass(frozen=True)
class Part:
    """One part of a file: its title, its form, and the field of the profile behind each answer."""

    title: str
    form: type[StepForm]
    fields: Mapping[str, str]
    group: str
    needed: tuple[str, ...] = ()

    def groups(self, shown: tuple[str, ...]) -> frozenset[str]:
        """Return the groups of the catalogue that these answers belong to."""
        return frozenset(FIELDS.get(self.fields[name], self.group) for name in shown) or frozenset({self.group})


PARTS: Mapping[str, Part] = {
    "applicant": Part(
        N_("Change who applies"),
        parts.ApplicantForm,
        {
            "given_name": "applicant.given_name",
            "family_name": "applicant.family_name",
            "birth_date": "applicant.birth_date",
            "sex": "applicant.sex",
            "home_language": "applicant.home_language",
            "relation": "applicant.relation",
        },
        "applicant_name",
    ),
    "contact": Part(
        N_("Change address, phone or e-mail"),
        parts.WholeContactForm,
        {
            "phone": "contact.phone",
            "email": "contact.email",
            "street": "contact.street",
            "house_number": "contact.house_number",
            "postcode": "contact.postcode",
            "municipality": "contact.municipality",
            "place": "contact.municipality",
            "channel": SELF,
            "protected": SELF,
        },
        "contact",
        ("municipality",),
    ),
    "language": Part(N_("Change the language"), parts.LanguageForm, {"language": SELF}, "language", ("language",)),
    "partner": Part(
        N_("Change the partner"),
        parts.PartnerForm,
        {
            "has_partner": SELF,
            "given_name": "partner.given_name",
            "family_name": "partner.family_name",
            "phone": "partner.phone",
            "email": "partner.email",
        },
        "partner_name",
        ("has_partner",),
    ),
    "child": Part(
        N_("Change the child"),
        parts.NamedChildForm,
        {
            "born": SELF,
            "given_name": "child.given_name",
            "call_name": "child.call_name",
            "family_name": "child.family_name",
            "birth_date": "child.birth_date",
        },
        "child_identity",
        ("born",),
    ),
    "plan": Part(
        N_("Change start and days"),
        parts.PlanForm,
        {
            "start_date": "plan.start_date",
            "half_days": "plan.half_days",
            "hours": "plan.hours",
            "flexible": "plan.flexible",
        },
        "care_plan",
        ("flexible",),
    ),
    "circumstances": Part(
        N_("Change the answers about the family"),
        parts.CircumstancesForm,
        {
            "family_situation": "household.situation",
            "foster": "household.foster",
            "work": "work.regime",
            "employer": "work.employer",
            "partner_work": "partner.work",
            "income": "household.income",
            "education": "education.level",
            "dutch": "dutch.level",
            "dutch_proof": "dutch.proof",
        },
        "family_situation",
    ),
    CHOICES: Part(N_("Change the chosen facilities"), parts.AddForm, {"municipality": SELF, "name": SELF}, CHOICES),
}
