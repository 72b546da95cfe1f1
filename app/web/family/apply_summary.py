"""Every answer in words, for the overview before sending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.catalogue.marking import N_
from app.facilities.queries import FacilityRecord
from app.organisations.profile import Profile
from app.web import labels
from app.web.doors import Visit
from app.web.family.apply_answers import channel_of
from app.web.family.apply_content import CHECK, Content
from app.web.family.apply_pages import FROM, step_url
from app.web.family.apply_steps import (
    BY_NAME,
    NOT_SHOWN_OF_NEXT_CHILD,
    OF_FAMILY_ALONE,
    OTHER,
    STEPS,
    Step,
    steps_of,
)
from app.web.forms import grouped_phone
from app.web.forms.base import mapping, strings
from app.web.i18n import Texts, name_of_language
from app.web.labels import days_in_words

EMAIL = N_("Your e-mail")
FILE_PAGE = "family.my_details"
NOT_SHOWN = N_("We do not show it")
NUMBER_PAGES = frozenset({"number", "child-number"})
Rows = tuple[tuple[str, str, str], ...]
Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Overview:
    """The rows (question, answer, where to change it) of each group of the catalogue."""

    language: Rows = ()
    applicant_name: Rows = ()
    applicant_identity: Rows = ()
    leuven_background: Rows = ()
    contact: Rows = ()
    partner_name: Rows = ()
    partner_contact: Rows = ()
    child_identity: Rows = ()
    care_plan: Rows = ()
    choices: Rows = ()
    dutch_knowledge: Rows = ()
    work_situation: Rows = ()
    partner_situation: Rows = ()
    family_situation: Rows = ()
    income_situation: Rows = ()
    education: Rows = ()
    health: Rows = ()
    consents: Rows = ()


def overview(
    visit: Visit,
    content: Content,
    facilities: Sequence[FacilityRecord],
    link: Callable[[Step], str] | None = None,
) -> Overview:
    """Return every answer in words, with the page to change it on; only pages that concern the family.

    `link` leads elsewhere than to the pages of the application; an empty one shows no way to change.
    """
    concerned = {step.name: step for step in _told(visit.profile, content)}
    asked = {step.name for step in steps_of(visit.profile, content)}
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for step_name, group, question, answer in _lines(visit, content, facilities):
        if step_name in concerned and _asked(visit, concerned[step_name], content, group):
            step = BY_NAME[step_name]
            if link is not None:
                url = link(step)
            else:
                url = step_url(visit, step, **{FROM: CHECK}) if step_name in asked else visit.url(FILE_PAGE)
            found[group].append((visit.texts.gettext(question), answer, url))
    return Overview(**{group: tuple(rows) for group, rows in found.items()})


def _told(profile: Profile, content: Content) -> Iterator[Step]:
    """Yield the pages whose answers are looked over; about a next child also those that the file answers."""
    for step in STEPS:
        unseen = content.next_child and step.name in NOT_SHOWN_OF_NEXT_CHILD
        if step.concerns(profile, content) and not unseen and not (content.beside and step.name in OF_FAMILY_ALONE):
            yield step


def _asked(visit: Visit, step: Step, content: Content, group: str) -> bool:
    """Return whether this page asks anything of the group here: one organisation asks what another does not."""
    # That a number was given stands beside what it belongs to: nobody reads the group of the number itself.
    return step.name in NUMBER_PAGES or group in step.groups(visit.profile, content)


def _lines(visit: Visit, content: Content, facilities: Sequence[FacilityRecord]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (page, group, question, answer)."""
    texts, get = visit.texts, content.get

    def word(words: Mapping[str, str], step: str, name: str) -> str:
        value = get(step, name)
        return texts.gettext(words[value]) if value in words else ""

    def yes_no(step: str, name: str) -> str:
        value = get(step, name)
        return texts.gettext(labels.YES if value else labels.NO) if isinstance(value, bool) else ""

    def day(step: str, name: str) -> str:
        value = content.day(step, name)
        return texts.format_day(value) if value is not None else ""

    def phone(step: str) -> str:
        value = get(step, "phone")
        return grouped_phone(value) if value else ""

    yield "language", "language", N_("Language"), name_of_language(get("language", "language") or visit.language)
    yield "you", "applicant_name", N_("Your name"), _joined(content, "you", "given_name", "family_name")
    yield "you", "applicant_identity", N_("Your birth date"), day("you", "birth_date")
    yield "you", "applicant_identity", N_("Your sex"), word(labels.SEX, "you", "sex")
    yield "you", "leuven_background", N_("You are to the child"), word(labels.RELATION, "you", "relation")
    yield "you", "leuven_background", N_("Your nationality"), word(labels.NATIONALITY, "you", "nationality")
    yield "you", "leuven_background", N_("Language at home"), _spoken(get("you", "home_language"), texts)
    yield "number", "leuven_background", N_("Your national number"), texts.gettext(NOT_SHOWN)
    yield "contact", "contact", N_("Your phone"), phone("contact")
    yield "contact", "contact", EMAIL, _joined(content, "contact", "email")
    yield "contact", "contact", N_("Your address"), _address(visit, content)
    yield "contact", "contact", N_("How we write to you"), texts.gettext(labels.CHANNEL[channel_of(content)])
    yield "contact", "contact", N_("Your address stays secret"), yes_no("contact", "protected")
    yield "language", "contact", N_("Where you live"), _municipality(visit, content)
    yield "partner", "partner_name", N_("Partner"), yes_no("partner", "has_partner")
    yield (
        "partner-details",
        "partner_name",
        N_("Name of your partner"),
        _joined(content, "partner-details", "given_name", "family_name"),
    )
    yield (
        "partner-details",
        "partner_contact",
        N_("To reach your partner"),
        ", ".join(part for part in (phone("partner-details"), _joined(content, "partner-details", "email")) if part),
    )
    born = N_("Birth date of your child") if get("child", "born") else N_("Expected birth date")
    yield "child", "child_identity", N_("Your child"), _joined(content, "child", "given_name", "family_name")
    yield "child", "child_identity", N_("Called"), _joined(content, "child", "call_name")
    yield "child", "child_identity", born, day("child", "birth_date")
    for which in range(2, content.children + 1):
        names = _joined(content, "children", f"given_name_{which}", f"family_name_{which}")
        called = _joined(content, "children", f"call_name_{which}")
        yield "children", "child_identity", labels.BIRTH_ORDER[which - 1], f"{names} ({called})" if called else names
    yield "children", "care_plan", N_("Together or not"), word(labels.LINK, "children", "link")
    yield "child-number", "child_identity", N_("National number"), texts.gettext(NOT_SHOWN)
    yield "start", "care_plan", N_("First day of care"), day("start", "start_date")
    yield "start", "care_plan", N_("Can change a little"), yes_no("start", "flexible")
    yield "days", "care_plan", N_("Days"), days_in_words(int(get("days", "half_days") or 0), texts)
    if get("days", "hours"):
        yield "days", "care_plan", N_("Hours"), _hours(mapping(get("days", "hours")), texts)
    yield "facilities", "choices", N_("Facilities"), ", ".join(found.name for found in facilities)
    yield "order", "choices", N_("Your first choice"), facilities[0].name if facilities else ""
    yield "dutch", "dutch_knowledge", N_("Speaks Dutch well"), word(labels.DUTCH, "dutch", "level")
    yield "dutch-proof", "dutch_knowledge", N_("Proof of Dutch"), yes_no("dutch-proof", "proof")
    yield "work", "work_situation", N_("Your work"), word(labels.WORK, "work", "regime")
    yield "work", "work_situation", N_("Your employer or school"), _joined(content, "work", "employer")
    if content.has_partner:
        yield "work", "partner_situation", N_("Work of your partner"), word(labels.WORK, "work", "partner_regime")
    yield "household", "family_situation", N_("Your family"), word(labels.FAMILY, "household", "situation")
    there = set(strings(get("household", "siblings")))
    at = ", ".join(found.name for found in facilities if found.id.hex in there)
    yield "household", "choices", N_("A brother or sister goes to"), at
    yield "household", "family_situation", N_("Foster child"), yes_no("household", "foster")
    yield "household", "income_situation", N_("Low income"), word(labels.INCOME, "household", "income")
    yield "education", "education", N_("Highest diploma"), word(labels.EDUCATION, "education", "level")
    yield "health", "health", N_("Extra care needed"), yes_no("health", "situation")
    given = set(strings(get("consents", "agree")))
    for consent in visit.profile.consents:
        name = visit.profile.recipients[consent.recipient].name
        answer = texts.gettext(labels.YES if consent.recipient in given else labels.NO)
        yield "consents", "consents", texts.gettext(N_("May we share with %(name)s?"), name=name), answer


def _spoken(code: str | None, texts: Texts) -> str:
    if code is None:
        return ""
    return texts.gettext(labels.OTHER_LANGUAGE) if code == OTHER else name_of_language(code)


def _joined(content: Content, step: str, *names: str) -> str:
    return " ".join(str(value) for name in names if (value := content.get(step, name)))


def _municipality(visit: Visit, content: Content) -> str:
    place = visit.profile.area.get(str(content.get("language", "municipality")))
    return place.name(visit.language) if place is not None else _joined(content, "contact", "place")


def _address(visit: Visit, content: Content) -> str:
    street = _joined(content, "contact", "street", "house_number")
    return ", ".join(part for part in (street, _joined(content, "contact", "postcode")) if part)


def _hours(hours: Mapping[str, object], texts: Texts) -> str:
    text = ", ".join(
        f"{texts.day_name(int(day), begins=False)} {'–'.join(strings(pair))}" for day, pair in sorted(hours.items())
    )
    return text[:1].upper() + text[1:]
