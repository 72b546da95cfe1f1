"""The priority rules that an organisation's profile sets for a day."""

from datetime import date

from app.organisations.profile import Profile
from app.organisations.rules import rule_set_on
from app.priority.rules import RuleSet, Thresholds, rule_set_for


def rules_on(profile: Profile, day: date, tariff: str) -> RuleSet:
    """The rules for a request filed on a day, at a facility with this tariff; the newest numbers of the day count."""
    rows = [row for row in profile.priority_numbers if row.start <= day]
    newest = max(rows, key=lambda row: row.start, default=None)
    numbers = (
        Thresholds()
        if newest is None
        else Thresholds(newest.work_percent, newest.vulnerable_traits, newest.leading_traits)
    )
    return rule_set_for(rule_set_on(profile, day), tariff, numbers)
