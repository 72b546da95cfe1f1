"""The register of article 30 of the GDPR: each purpose with its ground, data, recipients and terms (KG-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.catalogue.activities import BASIS_LABELS
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.organisations.rules import groups_held, may_receive
from app.organisations.texts import KEPT_FROM
from app.privacy.queries.derived import ACTIONS, KeepRow, purposes_of

# Article 30 asks for them in general words; what they are exactly is not for the public.
MEASURES: tuple[str, ...] = (
    N_("Everybody who works here signs in with a second proof, beside a password."),
    N_("Each worker reads only the files and the kinds of data that the work needs."),
    N_("The database itself keeps one family’s data from another, and one organisation’s from another."),
    N_("Health, messages and other delicate data are stored encrypted."),
    N_("Every look at a file is noted, and nobody can change these notes unseen."),
    N_("What is due to go is erased every night, and from safety copies within 30 days."),
)
PEOPLE: tuple[str, ...] = (
    N_("Families that ask for childcare: parents, partners and children"),
    N_("People who work for us, for a facility or for a helper"),
)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One purpose of the register."""

    key: str
    label: str
    purpose: str
    basis: str
    groups: tuple[str, ...]
    recipients: tuple[str, ...]
    keeping: tuple[KeepRow, ...]


def register_rows(profile: Profile, day: date) -> tuple[RegisterRow, ...]:
    """List the purposes of the organisation, as the program knows them on the day."""
    held = groups_held(profile)
    rows = []
    for activity in purposes_of(profile):
        keys = [key for key in GROUPS if key in activity.groups & held]
        terms: dict[object, list[str]] = {}
        for key in keys:
            terms.setdefault(profile.retention[key], []).append(key)
        rows.append(
            RegisterRow(
                activity.key,
                activity.label,
                activity.purpose,
                BASIS_LABELS[activity.basis],
                tuple(GROUPS[key].label for key in keys),
                tuple(
                    row.name
                    for key, row in profile.recipients.items()
                    if key in activity.recipients and may_receive(profile, key, day)
                ),
                tuple(
                    KeepRow(
                        tuple(GROUPS[key].label for key in together),
                        rule.years,
                        rule.days,
                        KEPT_FROM[rule.anchor],
                        ACTIONS[rule.action],
                        rule.proposed,
                    )
                    for together in terms.values()
                    if (rule := profile.retention[together[0]]).anchor is not None
                ),
            )
        )
    return tuple(rows)
