"""The words on the screen for what is stored as a code: the same on every page and at every door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from app.accounts.rules import PasswordProblem
from app.applications.rules import Link, parts_of
from app.catalogue.marking import N_
from app.facilities.queries import FacilityRecord
from app.facilities.rules import fold
from app.families.rules import Channel, Nationality, Relation, Sex
from app.mandates.rules import CancelReason
from app.organisations.municipalities import MUNICIPALITIES
from app.organisations.profile import Profile
from app.priority.rules import Dutch, Education, Family, Ground, Income, Work
from app.web.i18n import Texts

YES, NO = N_("Yes"), N_("No")
NO_ANSWER = N_("I do not want to answer")
SEX: Mapping[str, str] = {
    Sex.FEMALE: N_("Woman"),
    Sex.MALE: N_("Man"),
    Sex.OTHER: N_("X or another answer"),
}
CHANNEL: Mapping[str, str] = {
    Channel.MAIL: N_("By e-mail"),
    Channel.TEXT: N_("By text message"),
    Channel.LETTER: N_("By letter"),
}
NATIONALITY: Mapping[str, str] = {
    Nationality.BELGIAN: N_("Belgian"),
    Nationality.OTHER: N_("Another nationality"),
}
RELATION: Mapping[str, str] = {
    Relation.PARENT: N_("Mother or father"),
    Relation.FOSTER_PARENT: N_("Foster parent"),
    Relation.OTHER: N_("Somebody else who takes care of the child"),
}
OTHER_LANGUAGE = N_("Another language")
LINK: Mapping[str, str] = {
    Link.TOGETHER: N_("Only together: then we would rather wait"),
    Link.EITHER: N_("A place for one of them already helps"),
}
BIRTH_ORDER = (N_("First child"), N_("Second child"), N_("Third child"), N_("Fourth child"))
FAMILY: Mapping[str, str] = {
    Family.ONE_PARENT: N_("I raise my child alone"),
    Family.TWO_PARENTS: N_("We raise our child with two"),
}
WORK: Mapping[str, str] = {
    Work.FULL_TIME: N_("Working full time"),
    Work.FOUR_FIFTHS: N_("Working 4 days out of 5"),
    Work.THREE_FIFTHS: N_("Working 3 days out of 5"),
    Work.HALF_TIME: N_("Working half time"),
    Work.LESS_THAN_HALF: N_("Working less than half time"),
    Work.TRAINING: N_("In training or at school"),
    Work.INTEGRATION: N_("In a civic integration course"),
    Work.SEEKING: N_("Looking for work"),
    Work.NOT_WORKING: N_("Not working"),
}
INCOME: Mapping[str, str] = {
    Income.BELOW_LIMIT: N_("Yes, we have a low income"),
    Income.ABOVE_LIMIT: N_("No"),
}
EDUCATION: Mapping[str, str] = {
    Education.NONE: N_("No diploma"),
    Education.PRIMARY: N_("Primary school"),
    Education.LOWER_SECONDARY: N_("Lower secondary school"),
    Education.SECONDARY: N_("Secondary school"),
    Education.HIGHER: N_("College or university"),
}
CANCELLED_WHY: Mapping[str, str] = {
    CancelReason.FAMILY_ASKED: N_("You asked us to."),
    CancelReason.PLACE_ELSEWHERE: N_("Your child has a place somewhere else."),
    CancelReason.MOVED_AWAY: N_("You moved to another area."),
    CancelReason.DOUBLE: N_("There was another application for the same child."),
}
DUTCH: Mapping[str, str] = {
    Dutch.APPLICANT: N_("Yes, I do"),
    Dutch.PARTNER: N_("Yes, my partner does"),
    Dutch.BOTH: N_("Yes, both of us do"),
    Dutch.NEITHER: N_("No"),
}
TARIFF: Mapping[str, str] = {
    "income": N_("Price by income"),
    "plus": N_("Price by income"),
    "free": N_("Own price"),
}
FACILITY_KIND: Mapping[str, str] = {
    "group": N_("Crèche"),
    "family": N_("Childminder at home"),
}
HALVES = (N_("morning"), N_("afternoon"))
GROUND: Mapping[str, str] = {
    Ground.WORK: N_("The parents work, are in training or look for work"),
    Ground.SINGLE_PARENT: N_("One parent raises the child alone"),
    Ground.LOW_INCOME: N_("The family has a low income"),
    Ground.FOSTER_CHILD: N_("The child is a foster child"),
    Ground.SIBLING: N_("A brother or sister goes to the same facility"),
    Ground.VULNERABLE_FAMILY: N_(
        "The family is in a difficult situation: for example income, health and diploma together"
    ),
    Ground.DUTCH: N_("In Brussels: one parent knows enough Dutch and has a proof"),
}
PASSWORD: Mapping[str, str] = {
    PasswordProblem.TOO_SHORT: N_("This password is too short. Use at least 15 characters, for example four words."),
    PasswordProblem.TOO_LONG: N_("This password is too long. Use at most 200 characters."),
    PasswordProblem.EASY_PATTERN: N_("This password is easy to guess: it repeats itself. Choose another one."),
    PasswordProblem.COMMON: N_("Many people use this password. Choose another one."),
    PasswordProblem.OWN_WORDS: N_("A stranger would try your name or town first. Choose other words."),
}


def days_in_words(mask: int, texts: Texts, *, begins: bool = True) -> str:
    """Return the half days in words, with a capital where they begin a line; a day with both halves is named once."""
    halves: dict[int, list[int]] = defaultdict(list)
    for day, part in parts_of(mask):
        halves[day].append(part)
    words = []
    for day, parts in halves.items():
        name = texts.day_name(day, begins=False)
        words.append(name if len(parts) > 1 else f"{name} ({texts.gettext(HALVES[parts[0]])})")
    text = ", ".join(words)
    return text[:1].upper() + text[1:] if begins else text


def towns_by_name(profile: Profile, language: str) -> list[tuple[str, str]]:
    """Return the municipalities of an organisation, each with its name in this language, by name."""
    return sorted(((key, town.name(language)) for key, town in profile.area.items()), key=lambda pair: fold(pair[1]))


def town_in_words(municipality: str, language: str) -> str:
    """Return the name of a municipality, or what a family that lives elsewhere wrote for it."""
    town = MUNICIPALITIES.get(municipality)
    return town.name(language) if town else municipality


def where_in_words(facility: FacilityRecord, texts: Texts) -> str:
    """Return where a facility lies, and how far away where that is known."""
    street = f"{facility.street}, " if facility.street else ""
    address = f"{street}{facility.postcode} {town_in_words(facility.municipality, texts.language)}"
    if facility.distance_km is None:
        return address
    return f"{address} · {texts.gettext(N_('%(km)s km away'), km=f'{facility.distance_km:.1f}')}"
