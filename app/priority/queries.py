"""The priority of a family by the rules that an organisation's profile sets for a day."""

from dataclasses import dataclass, replace
from datetime import date

from app.facilities.rules import in_brussels_region
from app.organisations.profile import Profile
from app.organisations.rules import rule_set_on
from app.priority.rules import (
    Facts,
    Ground,
    Rank,
    Region,
    RuleSet,
    Site,
    Tariff,
    Thresholds,
    ground_codes,
    rank_of,
    rule_set_for,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a request or one of its choices is ranked by, as stored with it."""

    rule_set: str
    grounds: tuple[Ground, ...]
    rank: Rank


def rules_on(profile: Profile, filed: date, tariff: str) -> RuleSet:
    """The rules for a request filed on a day, at a facility with this tariff; the newest numbers of the day count."""
    rows = [row for row in profile.priority_numbers if row.start <= filed]
    newest = max(rows, key=lambda row: row.start, default=None)
    numbers = (
        Thresholds()
        if newest is None
        else Thresholds(newest.work_percent, newest.vulnerable_traits, newest.leading_traits)
    )
    return rule_set_for(rule_set_on(profile, filed), tariff, numbers)


def site_of(postcode: str, tariff: str) -> Site:
    """What the rules need to know of a facility."""
    return Site(Region.BRUSSELS if in_brussels_region(postcode) else Region.FLANDERS, Tariff(tariff))


def area_site(profile: Profile) -> Site:
    """What the rules see when a request is looked at as a whole: an income-tariff facility of the area."""
    postcodes = [code for place in profile.area.values() for code in place.postcodes]
    in_brussels = bool(postcodes) and all(map(in_brussels_region, postcodes))
    return Site(Region.BRUSSELS if in_brussels else Region.FLANDERS, Tariff.INCOME)


def keys_under(facts: Facts, rules: RuleSet, site: Site) -> Keys:
    """The keys that answers give under these rules at this facility."""
    grounds = ground_codes(facts, rules, site)
    return Keys(rules.code, grounds, rank_of(grounds, rules))


def keys_at(profile: Profile, filed: date, facts: Facts, *, postcode: str, tariff: str) -> Keys:
    """The keys of one choice: a request filed on a day, at one facility."""
    return keys_under(facts, rules_on(profile, filed, tariff), site_of(postcode, tariff))


def keys_of(profile: Profile, filed: date, facts: Facts) -> Keys:
    """The keys of the request as a whole, without a sibling."""
    site = area_site(profile)
    return keys_under(replace(facts, sibling_here=None), rules_on(profile, filed, site.tariff), site)
