"""The words of the facility's pages: states, grounds, days and ages as a leader reads them at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from app.applications.rules import AgeBand, ChoiceState, Denied, Link, OfferState, RefusalReason, age_in_months
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.facilities.rules import MemberDenied, PlaceDenied, PlaceProblem, Role, SaidProblem
from app.priority.rules import Dutch, Ground, Rank
from app.web.i18n import Texts, name_of_language

STATES: Mapping[str, str] = {
    ChoiceState.OPEN: N_("To answer"),
    ChoiceState.CONSIDERING: N_("Being considered"),
    ChoiceState.NOT_NOW: N_("No place now"),
    ChoiceState.OFFERED: N_("Place offered"),
    ChoiceState.REFUSED: N_("Refused"),
    ChoiceState.ENROLLED: N_("Enrolled with you"),
}
TONES: Mapping[str, str] = {
    ChoiceState.OPEN: "wait",
    ChoiceState.NOT_NOW: "stop",
    ChoiceState.REFUSED: "stop",
    ChoiceState.OFFERED: "go",
    ChoiceState.ENROLLED: "go",
}
FILTERED_STATES = (ChoiceState.OPEN, ChoiceState.CONSIDERING, ChoiceState.NOT_NOW, ChoiceState.OFFERED)
# What the list says of children of one birth.
TWINS: Mapping[str, str] = {
    Link.TOGETHER: N_("twin: only together"),
    Link.EITHER: N_("twin: one of them is fine"),
}
AGES: Mapping[str, str] = {
    AgeBand.UNDER_ONE: N_("Under 1 year"),
    AgeBand.ONE: N_("1 year"),
    AgeBand.TWO_AND_OVER: N_("2 years and older"),
}
RANKS: Mapping[int, str] = {
    Rank.ABSOLUTE: N_("Absolute priority"),
    Rank.PRIORITY: N_("Priority"),
    Rank.OTHER: N_("No priority"),
}
GROUNDS: Mapping[str, str] = {
    Ground.WORK: N_("Work or training"),
    Ground.SINGLE_PARENT: N_("Single parent"),
    Ground.LOW_INCOME: N_("Low income"),
    Ground.FOSTER_CHILD: N_("Foster child"),
    Ground.SIBLING: N_("Brother or sister with you"),
    Ground.VULNERABLE_FAMILY: N_("Vulnerable family"),
    Ground.DUTCH: N_("Knows Dutch"),
}
KNOWS_DUTCH: Mapping[str, str] = {
    Dutch.NEITHER: N_("Neither parent"),
    Dutch.APPLICANT: N_("The applicant"),
    Dutch.PARTNER: N_("The partner"),
    Dutch.BOTH: N_("Both parents"),
}
REASONS: Mapping[str, str] = {
    RefusalReason.NO_PLACE: N_("There is no place"),
    RefusalReason.DAYS_NOT_AVAILABLE: N_("The days are not free"),
    RefusalReason.START_NOT_POSSIBLE: N_("The start date is not possible"),
    RefusalReason.AGE_GROUP: N_("There is no place in the age group"),
    RefusalReason.OUTSIDE_POLICY: N_("The request does not fit the rules of your facility"),
    RefusalReason.OTHER: N_("Another reason"),
}
OFFERS: Mapping[str, str] = {
    OfferState.OPEN: N_("waits for the family"),
    OfferState.ACCEPTED: N_("accepted by the family"),
    OfferState.DECLINED: N_("declined by the family"),
    OfferState.LAPSED: N_("ended without an answer"),
    OfferState.WITHDRAWN: N_("taken back"),
}
# What the list says after an answer, by the code in its address.
DONE: Mapping[str, str] = {
    ChoiceState.CONSIDERING: N_("Noted. The family hears that you are considering the request."),
    ChoiceState.NOT_NOW: N_("Noted. The family hears that there is no place now."),
    ChoiceState.REFUSED: N_("The request is refused. The family hears the news, and you can no longer read the file."),
    ChoiceState.OFFERED: N_("The offer is sent to the family."),
    "taken_back": N_("The refusal is taken back. The family hears the news, and you can read the file again."),
    "changed": N_("The change is saved. The family hears which part was changed."),
    "withdrawn": N_("The offer is taken back. The family hears the news."),
}
# One answer for several requests, as it is chosen; and why one of them is left out, or none gets it.
SEVERAL_ANSWERS: Mapping[str, str] = {
    ChoiceState.CONSIDERING: N_("We consider the request"),
    ChoiceState.NOT_NOW: N_("No place now, the request stays in the list"),
    ChoiceState.REFUSED: N_("Refuse"),
}
SKIPPED: Mapping[str, str] = {
    Denied.NONE_PICKED: N_("Tick at least one request"),
    Denied.TOO_MANY_PICKED: N_("Tick at most %(limit)s requests"),
    Denied.CHANGED_MEANWHILE: N_("A colleague or the family changed it in the meantime"),
    Denied.ALREADY_SO: N_("It already has this answer"),
    Denied.OFFER_STANDS: N_("A place is offered: take the offer back first"),
    Denied.CHOICE_CLOSED: N_("It is no longer open with you"),
}
# What was decided in the meantime, on the page of whoever came second.
MEANWHILE: Mapping[str, str] = {
    ChoiceState.OPEN: N_("The request is open again and waits for your answer."),
    ChoiceState.CONSIDERING: N_("The request is being considered."),
    ChoiceState.NOT_NOW: N_("The family already heard that there is no place now."),
    ChoiceState.OFFERED: N_("A place was already offered to the family."),
    ChoiceState.REFUSED: N_("Your facility already refused the request."),
    ChoiceState.ENROLLED: N_("The family accepted your offer: the child is enrolled with you."),
}
OFFER_PROBLEMS: Mapping[str, tuple[str, str]] = {
    Denied.START_MISSING: ("start_date", N_("Fill in the day on which the child can start")),
    Denied.START_BEFORE_BIRTH: ("start_date", N_("The child cannot start before it is born")),
    Denied.START_IN_PAST: ("start_date", N_("The start date lies in the past")),
    Denied.DAYS_MISSING: ("half_days", N_("Choose at least one half day")),
    Denied.TERM_TOO_SHORT: ("reply_days", N_("Give the family more time to answer")),
    Denied.TERM_TOO_LONG: ("reply_days", N_("Choose a shorter time to answer")),
}
# The title of the page that corrects a group of data, and the link to it.
CORRECTED: Mapping[str, str] = {
    "applicant_name": N_("Correct the name"),
    "contact": N_("Correct phone, e-mail or address"),
    "child_identity": N_("Correct the child"),
    "care_plan": N_("Correct start and days"),
}
# The ages, in months, for which a place can be free; wide, so that they tell of nobody.
PLACE_AGES: Mapping[str, tuple[int, int, str]] = {
    "any": (0, 71, N_("Any age")),
    AgeBand.UNDER_ONE: (0, 11, N_("Under 1 year")),
    AgeBand.ONE: (12, 23, N_("1 year")),
    AgeBand.TWO_AND_OVER: (24, 71, N_("2 years and older")),
}
PLACE_PROBLEMS: Mapping[str, tuple[str, str]] = {
    PlaceProblem.DAYS_MISSING: ("half_days", N_("Choose at least one half day")),
    PlaceProblem.AGES_WRONG: ("age", N_("Choose for which age")),
    PlaceProblem.START_WRONG: ("month", N_("Choose from when")),
    PlaceProblem.SHOWN_TOO_SHORT: ("shown_until", N_("This day has passed")),
    PlaceProblem.SHOWN_TOO_LONG: ("shown_until", N_("Choose a day within three months")),
    PlaceDenied.TOO_MANY: ("half_days", N_("You tell of many places already. First mark one as taken.")),
}
PLACE_DONE: Mapping[str, str] = {
    "published": N_("The place is published. Everybody can see it now."),
    "taken": N_("The place is taken. Nobody sees it any more."),
    "was_taken": N_("The place was marked as taken already."),
}
SAID_PROBLEMS: Mapping[str, tuple[str, str]] = {
    SaidProblem.DAY_PASSED: ("answers_around", N_("This day has passed")),
    SaidProblem.DAY_TOO_FAR: ("answers_around", N_("Choose a day within a year")),
    SaidProblem.NOT_AT_HOME: ("answers_around", N_("Only a childminder at home can hide this")),
}
ROLES: Mapping[str, str] = {
    Role.DEPUTY: N_("Deputy: answers requests"),
    Role.LEADER: N_("Leader: answers requests and says who else may"),
}
MEMBER_PROBLEMS: Mapping[str, str] = {
    MemberDenied.ALREADY_HERE: N_("This person is in the list already"),
    MemberDenied.TOO_MANY: N_("There are many people in the list already. First end somebody."),
    MemberDenied.LAST_LEADER: N_("A facility needs a leader. First make somebody else leader."),
    MemberDenied.DAY_PASSED: N_("This day has passed"),
    MemberDenied.JOINED_ALREADY: N_("This person is in the list already"),
}
PEOPLE_DONE: Mapping[str, str] = {
    "invited": N_("The invitation is sent. The link works for 7 days."),
    "ended": N_("The end is noted."),
    "said": N_("Saved. Families see it at once."),
    "password": N_("Your password is changed. You are signed out everywhere else."),
}
WHOLE_WEEKS: Mapping[int, str] = {
    0b11_11_11_11_11: N_("whole week"),
    0b01_01_01_01_01: N_("every morning"),
    0b10_10_10_10_10: N_("every afternoon"),
}
WHOLE_DAY = 0b11
MORNING = 0b01


def days_text(mask: int, texts: Texts) -> str:
    """Return half days in a few letters: whole week; ma, di, do vm."""
    if mask in WHOLE_WEEKS:
        return texts.gettext(WHOLE_WEEKS[mask])
    names = texts.short_days
    said = []
    for day in range(7):
        part = mask >> 2 * day & WHOLE_DAY
        if part == WHOLE_DAY:
            said.append(names[day])
        elif part:
            half = N_("%(day)s a.m.") if part == MORNING else N_("%(day)s p.m.")
            said.append(texts.gettext(half, day=names[day]))
    return ", ".join(said)


def age_text(birth_date: date, on: date, texts: Texts) -> str:
    """Return how old a child is on a day, in months under two years."""
    months = age_in_months(birth_date, on)
    if months < 0:
        return texts.gettext(N_("not born yet"))
    if months < 24:
        return texts.ngettext("%(count)s month", "%(count)s months", months)
    return texts.ngettext("%(count)s year", "%(count)s years", months // 12)


def words_of(texts: Texts) -> Mapping[str, Callable[..., str]]:
    """Return what the page of one request says of its codes and numbers."""
    return {
        "days": lambda mask: days_text(mask, texts),
        "age": lambda born, on: age_text(born, on, texts),
        "rank": lambda rank: texts.gettext(RANKS[rank]),
        "ground": lambda code: texts.gettext(GROUNDS.get(code, "")),
        "dutch": lambda code: texts.gettext(KNOWS_DUTCH.get(code, "")),
        "offer": lambda code: texts.gettext(OFFERS[code]),
        # A term runs to the end of its last day: that day is what people speak of, not the midnight after it.
        "until": lambda moment: texts.format_day(today_at(moment - timedelta(seconds=1))),
        "language": name_of_language,
    }
