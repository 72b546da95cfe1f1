"""The lists of a statement that follow from catalogue and profile: from the same tables that the program obeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.catalogue.activities import BASIS_LABELS, Activity, activities_of
from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_
from app.catalogue.readers import READERS
from app.catalogue.stores import STORES
from app.organisations.fields import FIELDS
from app.organisations.profile import Profile
from app.organisations.rules import groups_held, may_receive
from app.organisations.terms import Action, Ground, KeepRule
from app.organisations.texts import KEPT_FROM

SYSTEM = "system"

ACTIONS: Mapping[Action, str] = {
    Action.DELETE: N_("Then we delete it."),
    Action.ANONYMISE: N_("Then we make it anonymous: nobody can see any more whom it was about."),
}
GROUNDS: Mapping[Ground, str] = {
    Ground.CONSENT: N_("Only with your permission"),
    Ground.PROCESSOR: N_("Works for us, under an agreement"),
    Ground.LAW: N_("Because the law says so"),
    Ground.SERVICE: N_("Needed for the service"),
    Ground.RESEARCH: N_("Coded data, for research"),
}
# No statement that was saved has this list any more: it is ours, from articles 12 to 22 of the GDPR.
RIGHTS: tuple[str, ...] = (
    N_("You may see your data and get a copy of them."),
    N_("You may have wrong data corrected."),
    N_("You may have your data erased, as far as no law obliges us to keep them."),
    N_("You may ask that we stop using your data for a while."),
    N_("You may get the data you gave us in a form that a computer can read."),
    N_("You may object to a use of your data, for example for a survey."),
    N_("You may take back a permission, as easily as you gave it."),
    N_("You may complain to us and to the supervisory authority. You do not have to come to us first."),
)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A group that the forms ask: whether one of its answers is required, and why it is asked."""

    label: str
    required: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """A purpose with its ground and its groups."""

    label: str
    purpose: str
    basis: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """Who reads which groups, and how long."""

    who: str
    term: str
    reads: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """Somebody outside, with the data that may go there."""

    name: str
    purpose: str
    ground: str
    contact: str
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeepRow:
    """Groups that are kept equally long."""

    groups: tuple[str, ...]
    years: int
    days: int
    anchor: str
    action: str
    proposed: bool


def asked_rows(profile: Profile) -> tuple[AskedRow, ...]:
    """List what the forms ask, by group, with the reasons of the profile."""
    rows = []
    asked = {key: rule for key, rule in profile.fields.items() if rule.asked}
    for group in dict.fromkeys(FIELDS[key] for key in FIELDS if key in asked):
        rules = [rule for key, rule in asked.items() if FIELDS[key] == group]
        reasons = tuple(dict.fromkeys(rule.reason for rule in rules))
        rows.append(AskedRow(GROUPS[group].label, any(rule.required for rule in rules), reasons))
    return tuple(rows)


def purposes_of(profile: Profile) -> tuple[Activity, ...]:
    """List the activities of the organisation, each with one ground (LEU-21)."""
    found = []
    for activity in activities_of(profile.modules, groups_held(profile)):
        # A purpose that needs a recipient stands only where that recipient is registered.
        if activity.recipients and not activity.recipients & profile.recipients.keys():
            continue
        if activity.key == "unique" and profile.settings.national_id_mode == "none":
            continue
        found.append(activity)
    return tuple(found)


def purpose_rows(profile: Profile) -> tuple[PurposeRow, ...]:
    """List the purposes of the organisation with their data."""
    held = groups_held(profile)
    return tuple(
        PurposeRow(activity.label, activity.purpose, BASIS_LABELS[activity.basis], _labels(activity.groups & held))
        for activity in purposes_of(profile)
    )


def reader_rows(profile: Profile) -> tuple[ReaderRow, ...]:
    """List who reads and changes which groups, from the same table that the program obeys."""
    rows = []
    for reason, (who, term) in READERS.items():
        given = [access for key, access in profile.access.items() if key.partition(":")[0] == reason]
        read = frozenset().union(*(access.read for access in given))
        write = frozenset().union(*(access.write for access in given))
        if read | write:
            rows.append(ReaderRow(who, term, _labels(read), () if reason == SYSTEM else _labels(write)))
    return tuple(rows)


def recipient_rows(profile: Profile, day: date) -> tuple[RecipientRow, ...]:
    """List who outside the organisation may get data on the day, and exactly which (BXL-38, KG-08)."""
    return tuple(
        RecipientRow(
            row.name, row.purpose, GROUNDS[row.ground], row.contact, tuple(COLUMN_LABELS[name] for name in row.columns)
        )
        for key, row in profile.recipients.items()
        if may_receive(profile, key, day)
    )


def keep_rows(profile: Profile) -> tuple[KeepRow, ...]:
    """List how long each group is kept, groups with the same rule together, from the rules of the retention job."""
    together: dict[KeepRule, list[str]] = {}
    for key in GROUPS:
        if key in groups_held(profile):
            together.setdefault(profile.retention[key], []).append(key)
    return tuple(
        KeepRow(_labels(keys), rule.years, rule.days, KEPT_FROM[rule.anchor], ACTIONS[rule.action], rule.proposed)
        for rule, keys in together.items()
        if rule.anchor is not None
    )


def store_rows() -> tuple[tuple[str, str], ...]:
    """List where data lie that are in no file, and until when."""
    return tuple((store.label, store.term) for store in STORES.values())


def _labels(keys: frozenset[str] | list[str]) -> tuple[str, ...]:
    return tuple(group.label for key, group in GROUPS.items() if key in keys)
