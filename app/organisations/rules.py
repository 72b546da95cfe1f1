"""Questions about a profile: what a form asks, who may read what, until when something is kept."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.organisations.profile import Profile
from app.organisations.terms import Action, AgreementText, EarlierStatement

BRUSSELS_TIME = ZoneInfo("Europe/Brussels")


def field_asked(profile: Profile, field: str) -> bool:
    """Say whether the organisation's forms ask the field; a field that the profile does not name is not asked."""
    rule = profile.fields.get(field)
    return rule is not None and rule.asked


def field_required(profile: Profile, field: str) -> bool:
    """Say whether an answer is required; voluntary unless the profile says so (C11)."""
    return field_asked(profile, field) and profile.fields[field].required


def field_reason(profile: Profile, field: str) -> str:
    """Give why the field is asked, in English to be translated; empty for a field that is not asked."""
    return profile.fields[field].reason if field_asked(profile, field) else ""


def readable_groups(profile: Profile, reasons: Iterable[str]) -> frozenset[str]:
    """Give the groups that these reasons together open for reading."""
    return frozenset().union(*(profile.access[reason].read for reason in reasons if reason in profile.access))


def writable_groups(profile: Profile, reasons: Iterable[str]) -> frozenset[str]:
    """Give the groups that these reasons together open for writing."""
    return frozenset().union(*(profile.access[reason].write for reason in reasons if reason in profile.access))


# What an organisation's own people may do; the first three only where the profile gives them something to read.
_OWN_ROLES = ("helpdesk", "counter", "sick_care", "administrator", "policy", "developer", "dpo", "security")
_READING_ROLES = frozenset({"helpdesk", "counter", "sick_care"})


def roles_of(profile: Profile) -> tuple[str, ...]:
    """Give the roles that somebody can have in this organisation (KK-02)."""
    return tuple(role for role in _OWN_ROLES if role in profile.access or role not in _READING_ROLES)


def texts_of_role(profile: Profile, role: str) -> tuple[AgreementText, ...]:
    """Give the texts that somebody has to accept before this role opens (BXL-51, LEU-24, LEU-34)."""
    return tuple(text for text in profile.agreements if role in text.roles)


def statements_published(profile: Profile, day: date) -> tuple[EarlierStatement, ...]:
    """Give the versions of the statement that were published by the day, the newest first: that one is in force.

    A version with a later day is a draft, which nobody is shown (LEU-53).
    """
    newest = EarlierStatement(profile.statement.version, profile.statement.published)
    return tuple(one for one in (newest, *profile.statement.earlier) if one.published <= day)


def statement_in_force(profile: Profile, day: date) -> EarlierStatement:
    """Give the version of the statement that holds on the day; the oldest one before anything was published."""
    found = statements_published(profile, day)
    oldest = (EarlierStatement(profile.statement.version, profile.statement.published), *profile.statement.earlier)[-1]
    return found[0] if found else oldest


def groups_held(profile: Profile) -> frozenset[str]:
    """Give the groups that the organisation holds."""
    return frozenset(key for key, rule in profile.retention.items() if rule.action is not Action.NOT_HELD)


def municipality_in_area(profile: Profile, municipality: str) -> bool:
    """Say whether the municipality (its key) lies in the area that the organisation serves."""
    return municipality in profile.area


def municipality_of_postcode(profile: Profile, postcode: str) -> str | None:
    """Give the key of the municipality of the area that has this postcode."""
    return next((key for key, place in profile.area.items() if postcode in place.postcodes), None)


def rule_set_on(profile: Profile, day: date) -> str | None:
    """Give the name of the priority rule set in force on the day; the one that began last wins."""
    in_force = [row for row in profile.rule_sets if row.start <= day and (row.until is None or day <= row.until)]
    return max(in_force, key=lambda row: row.start).name if in_force else None


def dutch_share_on(profile: Profile, day: date) -> int | None:
    """Give the highest share in percent by knowledge of Dutch on the day; None where there is no such rule (BXL-21)."""
    in_force = [row for row in profile.dutch_shares if row.start <= day and (row.until is None or day <= row.until)]
    return max(in_force, key=lambda row: row.start).max_percent if in_force else None


def phone_is_open(profile: Profile, now: datetime) -> bool:
    """Say whether the phone is answered at this instant, by the clock of Brussels (BXL-70)."""
    opening = profile.contacts.opening
    local = now.astimezone(BRUSSELS_TIME)
    return opening is not None and local.isoweekday() in opening.days and opening.opens <= local.time() < opening.closes


def may_receive(profile: Profile, recipient: str, day: date) -> bool:
    """Say whether the register lets this recipient get data on the day; nobody outside it ever does (BXL-38, C14)."""
    row = profile.recipients.get(recipient)
    return row is not None and (row.until is None or day <= row.until)
