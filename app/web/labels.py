"""The words on the screen for what is stored as a code: the same on every page and at every door."""

from __future__ import annotations

from collections.abc import Mapping

from app.accounts.rules import PasswordProblem
from app.applications.rules import parts_of
from app.catalogue.marking import N_
from app.catalogue.values import HALVES, VALUES, days_named
from app.facilities.queries import FacilityRecord
from app.facilities.rules import fold
from app.mandates.rules import CancelReason
from app.organisations.municipalities import MUNICIPALITIES
from app.organisations.profile import Profile
from app.web.i18n import Texts

YES, NO = N_("Yes"), N_("No")
NO_ANSWER = N_("I do not want to answer")
SEX: Mapping[str, str] = VALUES["applicant.sex"]
CHANNEL: Mapping[str, str] = VALUES["applicant.channel"]
NATIONALITY: Mapping[str, str] = VALUES["applicant.nationality"]
RELATION: Mapping[str, str] = VALUES["applicant.relation"]
OTHER_LANGUAGE = N_("Another language")
LINK: Mapping[str, str] = VALUES["application.link"]
BIRTH_ORDER = (N_("First child"), N_("Second child"), N_("Third child"), N_("Fourth child"))
FAMILY: Mapping[str, str] = VALUES["circumstances.family_situation"]
WORK: Mapping[str, str] = VALUES["circumstances.work"]
INCOME: Mapping[str, str] = VALUES["circumstances.income"]
EDUCATION: Mapping[str, str] = VALUES["circumstances.education"]
CANCELLED_WHY: Mapping[str, str] = {
    CancelReason.FAMILY_ASKED: N_("You asked us to."),
    CancelReason.PLACE_ELSEWHERE: N_("Your child has a place somewhere else."),
    CancelReason.MOVED_AWAY: N_("You moved to another area."),
    CancelReason.DOUBLE: N_("There was another application for the same child."),
}
DUTCH: Mapping[str, str] = VALUES["circumstances.dutch"]
TARIFF: Mapping[str, str] = {
    "income": N_("Price by income"),
    "plus": N_("Price by income"),
    "free": N_("Own price"),
}
FACILITY_KIND: Mapping[str, str] = {
    "group": N_("Crèche"),
    "family": N_("Childminder at home"),
}
GROUND: Mapping[str, str] = VALUES["application.grounds"]
PASSWORD: Mapping[str, str] = {
    PasswordProblem.TOO_SHORT: N_("This password is too short. Use at least 15 characters, for example four words."),
    PasswordProblem.TOO_LONG: N_("This password is too long. Use at most 200 characters."),
    PasswordProblem.EASY_PATTERN: N_("This password is easy to guess: it repeats itself. Choose another one."),
    PasswordProblem.COMMON: N_("Many people use this password. Choose another one."),
    PasswordProblem.OWN_WORDS: N_("A stranger would try your name or town first. Choose other words."),
}


def days_in_words(mask: int, texts: Texts, *, begins: bool = True) -> str:
    """Return the half days in words, with a capital where they begin a line; a day with both halves is named once."""
    halves = tuple(texts.gettext(half) for half in HALVES)
    text = days_named(parts_of(mask), lambda day: texts.day_name(day, begins=False), halves)
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
