"""The pages of the application in order: the form of each, whom it concerns, what it hangs together with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.applications.rules import Denied, Link, Plan, plan_problems
from app.catalogue.marking import N_
from app.families.rules import Channel, Nationality, Relation, Sex
from app.organisations.fields import FIELDS
from app.organisations.profile import Profile
from app.organisations.rules import field_asked, field_reason, field_required, writable_groups
from app.priority.rules import Dutch, Education, Family, Income, Work
from app.web.family import forms_apply as forms
from app.web.family.apply_content import COUNTS, OTHERS, Content
from app.web.forms import StepForm
from app.web.forms.parts import ELSEWHERE
from app.web.i18n import Texts

Concerns = Callable[[Profile, Content], bool]
Offers = Callable[[Profile, Content], Mapping[str, Collection[str]]]
Judge = Callable[[StepForm, Content, date], None]
MASTERS_DUTCH = frozenset({Dutch.APPLICANT, Dutch.PARTNER, Dutch.BOTH})
PARTNER_FIELDS = ("partner.given_name", "partner.family_name", "partner.phone", "partner.email", "partner.work")
CHILD_NAMES = ("given_name", "call_name", "family_name")
# Those that families around here speak most; every other one is "other".
OTHER = "other"
SPOKEN = (
    *("nl", "fr", "en", "de", "ar", "tr", "ro", "es", "uk"),
    *("pl", "it", "pt", "ru", "sq", "zgh", "zh", OTHER),
)
BY_ITSELF = "page"
STEP_PAGE = "family.apply_step"

START_BEFORE_BIRTH = N_("Your child is not born yet on this date. Choose a later date.")
START_IN_PAST = N_("This date has passed. Choose a later date.")


@dataclass(frozen=True)
class Step:
    """One page: `fields` names the profile's field behind each answer; a page asks what the profile asks."""

    name: str
    form: type[StepForm]
    fields: Mapping[str, str]
    concerns: Concerns = lambda profile, content: True
    judge: Judge = lambda form, content, today: None
    endpoint: str = STEP_PAGE
    needed_by_itself: Collection[str] = ()
    group: str = ""

    def shown(self, profile: Profile, content: Content) -> tuple[str, ...]:
        """Return the answers that this page asks here and now, within what a draft may hold."""
        ceiling = writable_groups(profile, ("draft",))
        return tuple(
            name
            for name, key in self.fields.items()
            if (key == BY_ITSELF or (field_asked(profile, key) and FIELDS[key] in ceiling))
            and applies(name, content)
            and not (content.next_child and name not in ONLY_OF_NEXT_CHILD.get(self.name, (name,)))
        )

    def required(self, profile: Profile) -> tuple[str, ...]:
        """Return the answers that may not be left empty."""
        return tuple(
            name
            for name, key in self.fields.items()
            if name in self.needed_by_itself or (key != BY_ITSELF and field_required(profile, key))
        )

    def groups(self, profile: Profile, content: Content) -> frozenset[str]:
        """Return the groups of the catalogue that this page asks here; a page by itself belongs to its own."""
        asked = {self.fields[name] for name in self.shown(profile, content)}
        return frozenset(FIELDS.get(key, self.group) for key in asked) or frozenset({self.group})

    def reasons(self, profile: Profile, texts: Texts) -> dict[str, str]:
        """Return why each answer is asked, in the person's language."""
        return {
            name: texts.gettext(field_reason(profile, key)) if key != BY_ITSELF else ""
            for name, key in self.fields.items()
        }


def applies(name: str, content: Content) -> bool:
    """Return whether an answer concerns this family: a partner's, one about a place elsewhere, one of a next child."""
    if name == "place":
        return content.lives_elsewhere
    if name == "partner_regime":
        return content.has_partner
    which = name.rpartition("_")[2]
    return not which.isdigit() or int(which) <= content.children


def _asks(*keys: str) -> Concerns:
    return lambda profile, content: any(field_asked(profile, key) for key in keys)


def _has_partner(profile: Profile, content: Content) -> bool:
    return content.has_partner


def _masters_dutch(profile: Profile, content: Content) -> bool:
    return field_asked(profile, "dutch.proof") and content.get("dutch", "level") in MASTERS_DUTCH


def _belgian(profile: Profile, content: Content) -> bool:
    return field_asked(profile, "applicant.national_number") and content.belgian


def _several_children(profile: Profile, content: Content) -> bool:
    return content.children > 1


def _child_has_number(profile: Profile, content: Content) -> bool:
    return field_asked(profile, "child.national_number") and content.born


def _several_chosen(profile: Profile, content: Content) -> bool:
    return len(content.facility_ids) > 1


def _has_consents(profile: Profile, content: Content) -> bool:
    return bool(profile.consents)


def _judge_children(form: StepForm, content: Content, today: date) -> None:
    """Ask for the first name of every child that is born, as of the first (BXL-07)."""
    if content.born:
        form.require(*(f"given_name_{which}" for which in OTHERS))


def _judge_child_number(form: StepForm, content: Content, today: date) -> None:
    """Refuse the number of who applies as that of the child."""
    own = content.get("number", "national_number")
    for name, field in form._fields.items():
        if own is not None and field.data == own:
            form.fail(name, forms.NUMBER_TWICE)


def _judge_start(form: StepForm, content: Content, today: date) -> None:
    """Hold the start against the child's (expected) birth date (BXL-08)."""
    start, birth = form.start_date.data, content.day("child", "birth_date")
    if start is None or birth is None:
        return
    # The half days are another page's; every half day stands in for them here.
    problems = plan_problems(Plan(start, 1), birth_date=birth, today=today)
    if Denied.START_BEFORE_BIRTH in problems:
        form.fail("start_date", START_BEFORE_BIRTH)
    elif Denied.START_IN_PAST in problems:
        form.fail("start_date", START_IN_PAST)


STEPS: tuple[Step, ...] = (
    Step(
        "language",
        forms.LanguageForm,
        {"language": "language", "municipality": "contact.municipality"},
        endpoint="family.apply_language",
        needed_by_itself=("language",),
    ),
    Step(
        "you",
        forms.YouForm,
        {
            "given_name": "applicant.given_name",
            "family_name": "applicant.family_name",
            "birth_date": "applicant.birth_date",
            "sex": "applicant.sex",
            "nationality": "applicant.nationality",
            "home_language": "applicant.home_language",
            "relation": "applicant.relation",
        },
    ),
    Step("number", forms.NumberForm, {"national_number": "applicant.national_number"}, concerns=_belgian),
    Step(
        "contact",
        forms.ContactForm,
        {
            "phone": "contact.phone",
            "email": "contact.email",
            "street": "contact.street",
            "house_number": "contact.house_number",
            "postcode": "contact.postcode",
            "place": "contact.municipality",
            "channel": BY_ITSELF,
            "protected": BY_ITSELF,
        },
        group="contact",
    ),
    Step(
        "partner",
        forms.PartnerForm,
        {"has_partner": BY_ITSELF},
        concerns=_asks(*PARTNER_FIELDS),
        group="partner_name",
        needed_by_itself=("has_partner",),
    ),
    Step(
        "partner-details",
        forms.PartnerDetailsForm,
        {
            "given_name": "partner.given_name",
            "family_name": "partner.family_name",
            "phone": "partner.phone",
            "email": "partner.email",
        },
        concerns=_has_partner,
    ),
    Step(
        "child",
        forms.ChildForm,
        {
            "born": BY_ITSELF,
            "count": BY_ITSELF,
            "given_name": "child.given_name",
            "call_name": "child.call_name",
            "family_name": "child.family_name",
            "birth_date": "child.birth_date",
        },
        needed_by_itself=("born",),
        group="child_identity",
    ),
    Step(
        "children",
        forms.ChildrenForm,
        {
            **{f"{name}_{which}": f"child.{name}" for which in OTHERS for name in CHILD_NAMES},
            "link": BY_ITSELF,
        },
        concerns=_several_children,
        judge=_judge_children,
        needed_by_itself=("link",),
        group="care_plan",
    ),
    Step(
        "child-number",
        forms.ChildNumberForm,
        {
            "national_number": "child.national_number",
            **{f"national_number_{which}": "child.national_number" for which in OTHERS},
        },
        concerns=_child_has_number,
        judge=_judge_child_number,
    ),
    Step(
        "start",
        forms.StartForm,
        {"start_date": "plan.start_date", "flexible": "plan.flexible"},
        judge=_judge_start,
    ),
    Step("days", forms.DaysForm, {"half_days": "plan.half_days", "hours": "plan.hours"}),
    Step(
        "facilities",
        forms.FacilitiesForm,
        {"facilities": "choices.facilities"},
        endpoint="family.apply_facilities",
        needed_by_itself=("facilities",),
    ),
    Step("order", StepForm, {}, concerns=_several_chosen, endpoint="family.apply_order", group="choices"),
    Step("dutch", forms.DutchForm, {"level": "dutch.level"}, concerns=_asks("dutch.level")),
    Step("dutch-proof", forms.DutchProofForm, {"proof": "dutch.proof"}, concerns=_masters_dutch),
    Step(
        "work",
        forms.WorkForm,
        {"regime": "work.regime", "employer": "work.employer", "partner_regime": "partner.work"},
        concerns=_asks("work.regime", "work.employer"),
    ),
    Step(
        "household",
        forms.HouseholdForm,
        {
            "situation": "household.situation",
            "siblings": "choices.siblings",
            "foster": "household.foster",
            "income": "household.income",
        },
        concerns=_asks("household.situation", "choices.siblings", "household.foster", "household.income"),
    ),
    Step("education", forms.EducationForm, {"level": "education.level"}, concerns=_asks("education.level")),
    Step(
        "health",
        forms.HealthForm,
        {"situation": "health.situation", "agree": "health.situation"},
        concerns=_asks("health.situation"),
    ),
    Step("consents", forms.ConsentsForm, {"agree": BY_ITSELF}, concerns=_has_consents, group="consents"),
)
# The family is known; consents are asked anew, since a permission for one child is none for another.
ASKED_OF_NEXT_CHILD = frozenset(
    {"child", "children", "child-number", "start", "days", "facilities", "order", "household", "consents"}
)
# Of what hangs together with the family only this is new: whether an elder child goes there.
ONLY_OF_NEXT_CHILD: Mapping[str, Collection[str]] = {"household": ("siblings",)}
# A health answer and permissions are the family's own to give: at home, or later on its own page (LEU-14).
OF_FAMILY_ALONE = frozenset({"health", "consents"})
# Their answers stay in the file, unseen.
NOT_SHOWN_OF_NEXT_CHILD = frozenset({"number", "health"})
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}


def steps_of(profile: Profile, content: Content) -> Sequence[Step]:
    """Return the pages that this family has to go through, in order; about a next child only what is new (BXL-41)."""
    return [
        step
        for step in STEPS
        if (not content.next_child or _asks_of_next_child(step, profile, content))
        and not (content.beside and step.name in OF_FAMILY_ALONE)
        and step.concerns(profile, content)
    ]


def _asks_of_next_child(step: Step, profile: Profile, content: Content) -> bool:
    only = step.name not in ONLY_OF_NEXT_CHILD or bool(step.shown(profile, content))
    return step.name in ASKED_OF_NEXT_CHILD and only


def first_missing(profile: Profile, content: Content, *, before: str = "") -> Step | None:
    """Return the first page without answers, looking no further than the page `before`."""
    for step in steps_of(profile, content):
        if step.name == before:
            return None
        if not content.is_done(step.name):
            return step
    return None


def choices_of(step: Step, profile: Profile, content: Content) -> Mapping[str, Collection[str]]:
    """Return the values that the lists of a page offer here."""
    offered = _OFFERED.get(step.name)
    return offered(profile, content) if offered is not None else {}


def _languages_and_places(profile: Profile, content: Content) -> Mapping[str, Collection[str]]:
    return {"language": profile.languages.for_families, "municipality": (*profile.area, ELSEWHERE)}


def _dutch(profile: Profile, content: Content) -> Mapping[str, Collection[str]]:
    both = (Dutch.APPLICANT, Dutch.PARTNER, Dutch.BOTH, Dutch.NEITHER)
    return {"level": both if content.has_partner else (Dutch.APPLICANT, Dutch.NEITHER)}


def _household(profile: Profile, content: Content) -> Mapping[str, Collection[str]]:
    chosen = tuple(key.hex for key in content.facility_ids)
    return {"situation": tuple(Family), "income": tuple(Income), "siblings": chosen}


def _recipients(profile: Profile, content: Content) -> Mapping[str, Collection[str]]:
    return {"agree": tuple(consent.recipient for consent in profile.consents)}


def _always(**offered: Collection[str]) -> Offers:
    return lambda profile, content: offered


_OFFERED: Mapping[str, Offers] = {
    "language": _languages_and_places,
    "you": _always(sex=tuple(Sex), nationality=tuple(Nationality), home_language=SPOKEN, relation=tuple(Relation)),
    "child": _always(count=COUNTS),
    "children": _always(link=tuple(Link)),
    "contact": _always(channel=tuple(Channel)),
    "dutch": _dutch,
    "work": _always(regime=tuple(Work), partner_regime=tuple(Work)),
    "household": _household,
    "education": _always(level=tuple(Education)),
    "consents": _recipients,
}


def bind(
    step: Step,
    profile: Profile,
    content: Content,
    *,
    texts: Texts,
    today: date,
    demo: bool,
    posted: Any = None,
    answers: Mapping[str, Any] | None = None,
    choices: Mapping[str, Collection[str]] | None = None,
    token: Callable[[str], str] | None = None,
) -> StepForm:
    """Return the form of a page, with a post or with earlier answers."""
    return step.form(
        posted,
        texts=texts,
        today=today,
        answers=answers,
        required=step.required(profile),
        shown=step.shown(profile, content),
        choices=choices or choices_of(step, profile, content),
        demo=demo,
        token=token,
        held=content.answers.get(step.name),
    )
