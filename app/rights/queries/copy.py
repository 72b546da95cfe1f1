"""Everything that is held of one person: what, why, from where, who reads it, to whom it was given, when it goes.

One source for the family's own page, its file to download and the answer that a job makes: the catalogue says which
columns there are, the profile why and how long, the access relation who reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.applications.queries.own import own_readers, own_reason
from app.catalogue.activities import BASIS_LABELS, LegalBasis, activities_of
from app.catalogue.copies import NOTHING_TO_READ, ORIGIN_LABELS, Origin, is_part, origin_of, shown_columns
from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS, PARTNER_LABELS
from app.catalogue.marking import N_
from app.catalogue.readers import READERS
from app.core.db import actor_of
from app.organisations.profile import Profile
from app.organisations.rules import groups_held, readable_groups
from app.retention.policy.terms import OF_FILE, early_groups
from app.retention.queries.files import judged, keep_date
from app.retention.rules import due_on
from app.rights.queries.copy_rows import PARTNER, Held, account_of_copy, held_rows
from app.rights.queries.copy_words import Words, in_words

VERSION = "1"
Person = Literal["applicant", "partner"]
SYSTEM_REASON = "system:rights"
# BXL-60: who has no login and is named in somebody else's file reads of themselves, and of nobody else.
_OF_PARTNER = frozenset({"partner_name", "partner_contact", "partner_situation", "disclosures"})
# In these the record itself says who wrote it.
_WRITERS = {"family": Origin.TOLD, "facility": Origin.FACILITY, "desk": Origin.STAFF}
PARENTS = ("owner", "co_parent")
THE_OTHER = N_("The other parent")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a group is held, and on which ground of the law."""

    activity: str
    label: str
    purpose: str
    basis: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a group at this moment, in which function; a facility by its name, a person never."""

    reason: str
    who: str
    until: str
    # The day and moment where there is one.
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """That data of this group were given to somebody: when, and which columns."""

    recipient: str
    at: datetime
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One column of a record: its name for people, its value, and that value in words."""

    column: str
    label: str
    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row: what it is about (a child, a facility), where it came from, and its values."""

    table: str
    about: str
    origin: Origin
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One group of the catalogue."""

    group: str
    label: str
    purposes: tuple[Purpose, ...]
    origins: tuple[Origin, ...]
    readers: tuple[Reader, ...]
    given: tuple[Given, ...]
    # The last day on which it is kept, as far as that is known today, and the rule behind it.
    keep_until: date | None
    keep_years: int
    keep_days: int
    keep_anchor: str
    records: tuple[Record, ...]
    # What is said where something is held that nobody can read.
    remark: str = ""

    def origins_in_words(self, texts: Words) -> tuple[str, ...]:
        """Return where it came from, in words."""
        return tuple(texts.gettext(ORIGIN_LABELS[origin]) for origin in self.origins)


@dataclass(frozen=True, slots=True)
class SubjectCopy:
    """All that is held of one person in one file."""

    dossier_id: UUID
    person: Person
    made_at: datetime
    sections: tuple[Section, ...]

    @property
    def without_purpose(self) -> tuple[str, ...]:
        """Return the groups that hold something for no purpose of the register: no answer leaves with one (KK-26)."""
        return tuple(one.group for one in self.sections if one.records and not one.purposes)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups in which something is, for the note of what was read."""
        return tuple(one.group for one in self.sections if one.records)


def subject_copy(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    *,
    person: Person,
    texts: Words,
    now: datetime,
    subjects: Mapping[str, str] | None = None,
) -> SubjectCopy:
    """Return everything that is held of the applicant, or of the other parent (BXL-60, KK-26, KK-27, KK-28).

    A parent who looks gets what the profile lets them read; a job what an answer is made of, and of a partner without
    a login nothing of the applicant. `subjects` names the kinds of messages, as their letters do. What a parent does
    not reach comes back empty: the policies decide, not this query.
    """
    reason = SYSTEM_REASON if actor_of(session).is_system else own_reason(session, dossier_id)
    readable = readable_groups(profile, (reason,)) & groups_held(profile)
    if actor_of(session).is_system and person == PARTNER:
        readable &= _OF_PARTNER
    account_id = account_of_copy(session, dossier_id)
    held = held_rows(session, dossier_id, account_id, readable, person)
    readers = _readers(session, profile, dossier_id, reason, person, texts)
    kept = _kept(session, profile, dossier_id)
    wide = readable | ({"national_number"} & groups_held(profile) if person != PARTNER else frozenset())
    sections = tuple(
        _section(profile, group, person, held, readers, kept, texts, subjects or {})
        for group in GROUPS
        if group in wide and (shown_columns(group) or group in NOTHING_TO_READ) and not is_part(group, wide)
    )
    return SubjectCopy(dossier_id, person, now, sections)


def _section(
    profile: Profile,
    group: str,
    person: Person,
    held: Held,
    readers: Mapping[str, tuple[Reader, ...]],
    kept: Mapping[str, date],
    texts: Words,
    subjects: Mapping[str, str],
) -> Section:
    records = tuple(
        _record(group, table, names, row, person, held, texts, subjects)
        for table, names in shown_columns(group).items()
        for row in held.rows.get(table, ())
    )
    records = tuple(one for one in records if one.values)
    rule = profile.retention[group]
    return Section(
        group=group,
        label=texts.gettext(GROUPS[group].label),
        purposes=_purposes(profile, group, held, texts),
        origins=tuple(dict.fromkeys(chain((one.origin for one in records), _written_by_others(group, held)))),
        readers=readers.get(group, ()),
        given=_given(profile, group, held, texts),
        keep_until=kept.get(group),
        keep_years=rule.years,
        keep_days=rule.days,
        keep_anchor=rule.anchor or "",
        records=records,
        remark=texts.gettext(NOTHING_TO_READ[group]) if group in NOTHING_TO_READ else "",
    )


def _record(
    group: str,
    table: str,
    names: Collection[str],
    row: Mapping[str, Any],
    person: Person,
    held: Held,
    texts: Words,
    subjects: Mapping[str, str],
) -> Record:
    values = []
    for name in names:
        value, column = row.get(name), f"{table}.{name}"
        if value is None or value == []:
            continue
        label = PARTNER_LABELS.get(column, COLUMN_LABELS[column]) if person == PARTNER else COLUMN_LABELS[column]
        words = subjects.get(str(value), "") if column == "outbox.kind" else ""
        values.append(Value(column, texts.gettext(label), value, words or in_words(column, value, texts)))
    return Record(table, _about(row, held), _origin(group, table, row), tuple(values))


def _origin(group: str, table: str, row: Mapping[str, Any]) -> Origin:
    if table == "thread_message":
        return _WRITERS[row["sender"]]
    if table == "staff_note":
        return Origin.FACILITY if row.get("facility_id") else Origin.STAFF
    return origin_of(group, table)


def _written_by_others(group: str, held: Held) -> tuple[Origin, ...]:
    """Return who else wrote in a group, by its notices: a facility that corrected it, a desk that was asked."""
    reasons = {row["reason"] for row in held.rows.get("family_notice", ()) if group in (row.get("groups") or ())}
    facilities = reasons & {"chosen", "registrar"}
    return (*((Origin.FACILITY,) if facilities else ()), *((Origin.STAFF,) if reasons - facilities else ()))


def _about(row: Mapping[str, Any], held: Held) -> str:
    """Return which child a record is about, and at which facility."""
    child_id = row.get("child_id")
    if child_id is None and row.get("application_id") is not None:
        asked = (one for one in held.rows.get("choice", ()) if one.get("application_id") == row["application_id"])
        child_id = next((one.get("child_id") for one in asked), None)
    children = {one["id"]: one for one in held.rows.get("child", ())}
    child = children.get(child_id)
    names = (child.get("given_name") or child.get("call_name"), child.get("family_name")) if child else ()
    choices = {one["id"]: one for one in held.rows.get("choice", ())}
    choice = choices.get(row.get("choice_id"))
    facility = row.get("facility_id") or (choice.get("facility_id") if choice else None)
    return " · ".join(filter(None, (" ".join(filter(None, names)), facility)))


def _purposes(profile: Profile, group: str, held: Held, texts: Words) -> tuple[Purpose, ...]:
    """Return why a group is held, from the register; passing it on by consent only where that consent was given."""
    said = {row["recipient"]: row["given"] for row in held.rows.get("consent", ())}
    of_group = [
        one
        for one in activities_of(profile.modules, groups_held(profile))
        if group in one.groups and (not one.recipients or one.recipients & profile.recipients.keys())
    ]
    real = [
        one
        for one in of_group
        if one.basis is not LegalBasis.CONSENT
        or not one.recipients
        or any(said.get(recipient) for recipient in one.recipients)
    ]
    # What was answered to a question is held for that question, also after a no.
    return tuple(
        Purpose(one.key, texts.gettext(one.label), texts.gettext(one.purpose), texts.gettext(BASIS_LABELS[one.basis]))
        for one in real or of_group
    )


_FOR_ANSWER = text("select reason, facility, until from access.readers_for_answer(:dossier_id)")


def _readers(
    session: Session, profile: Profile, dossier_id: UUID, own: str, person: Person, texts: Words
) -> Mapping[str, tuple[Reader, ...]]:
    """Return who reads what at this moment: the relation that the database obeys, by group."""
    if own == SYSTEM_REASON:
        rows = [
            (row.reason, row.facility, row.until) for row in session.execute(_FOR_ANSWER, {"dossier_id": dossier_id})
        ]
    else:
        rows = [(one.reason, one.facility, one.until) for one in own_readers(session, dossier_id)]
    found: dict[str, list[Reader]] = {}
    for reason, facility, until in rows:
        if reason == own or reason not in profile.access or reason not in READERS:
            continue
        who, term = READERS[reason]
        if reason in PARENTS and (own in PARENTS or person == PARTNER):
            who = THE_OTHER
        ends = texts.format_moment(until) if until else texts.gettext(term)
        reader = Reader(reason, facility or texts.gettext(who), ends, until)
        for group in profile.access[reason].read:
            if reader not in found.setdefault(group, []):
                found[group].append(reader)
    return {group: tuple(readers) for group, readers in found.items()}


def _given(profile: Profile, group: str, held: Held, texts: Words) -> tuple[Given, ...]:
    """Return to whom columns of this group were given, from the rows of each delivery and nothing else (KK-28)."""
    columns = GROUPS[group].columns
    found = []
    for row in held.rows.get("disclosure", ()):
        given = tuple(column for column in row["columns"] if column in columns)
        if given:
            known = profile.recipients.get(row["recipient"])
            labels = tuple(texts.gettext(COLUMN_LABELS.get(column, column)) for column in given)
            found.append(Given(texts.gettext(known.name) if known else row["recipient"], row["at"], labels))
    return tuple(found)


def _kept(session: Session, profile: Profile, dossier_id: UUID) -> Mapping[str, date]:
    """Return the last day of each group that goes by what happens in the file: the day the deletion obeys (BXL-43)."""
    whole = keep_date(session, profile, dossier_id)
    found = judged(session, [dossier_id]).get(dossier_id)
    if whole is None or found is None:
        return {}
    early, ends_age = early_groups(profile), profile.settings.care_ends_age
    return {
        group: due_on((early[group],), found.facts, ends_age) - timedelta(days=1) if group in early else whole
        for group in groups_held(profile)
        if profile.retention[group].anchor in OF_FILE
    }
