"""The file that somebody takes along: the same data as the page, for a computer to read, by a published schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.catalogue.copies import ORIGIN_LABELS, Origin
from app.catalogue.groups import GROUPS
from app.organisations.profile import Profile
from app.rights.queries.copy import Record, Section, SubjectCopy
from app.rights.queries.copy_words import Words
from app.rights.queries.log import LogLine

SCHEMA = Path(__file__).parent.parent / "schema" / "copy.schema.json"
VERSION = "1"


class FileKind(StrEnum):
    """What a file holds: what somebody gave, to take along (BXL-64), or everything that is held (BXL-60)."""

    COPY = "copy"
    ACCESS = "access"


def copy_file(
    copy: SubjectCopy, profile: Profile, kind: FileKind, log: Iterable[LogLine], *, schema: str, texts: Words
) -> dict[str, Any]:
    """Return the file of a copy: values as they are stored beside their names and their words.

    What staff noted, what facilities answered and what the program made stand in the file of everything, and not in
    what somebody takes along (BXL-64). The log tells functions, never who somebody is.
    """
    everything = kind is FileKind.ACCESS
    sections = (_section(one, texts, everything=everything) for one in copy.sections)
    return {
        "schema": schema,
        "schema_version": VERSION,
        "kind": kind,
        "organisation": profile.name,
        "statement_version": profile.statement.version,
        "made_at": copy.made_at.isoformat(),
        "language": texts.language,
        "person": copy.person,
        "sections": [one for one in sections if everything or one["records"]],
        "log": [_line(line, texts) for line in log] if everything else [],
    }


def _section(section: Section, texts: Words, *, everything: bool) -> dict[str, Any]:
    told = (one for one in section.records if everything or one.origin is Origin.TOLD)
    return {
        "group": section.group,
        "label": section.label,
        "purposes": [
            {"activity": one.activity, "label": one.label, "purpose": one.purpose, "legal_basis": one.basis}
            for one in section.purposes
        ],
        "origins": [{"code": one, "label": texts.gettext(ORIGIN_LABELS[one])} for one in section.origins],
        "readers": [{"reason": one.reason, "who": one.who, "until": one.until} for one in section.readers],
        "given_to": [
            {"recipient": one.recipient, "at": one.at.isoformat(), "columns": list(one.columns)}
            for one in section.given
        ],
        "keep": {
            "until": section.keep_until.isoformat() if section.keep_until else None,
            "years": section.keep_years,
            "days": section.keep_days,
            "counts_from": section.keep_anchor,
        },
        "remark": section.remark,
        "records": [_record(one) for one in told],
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "table": record.table,
        "about": record.about,
        "origin": record.origin,
        "values": [
            {"column": one.column, "label": one.label, "value": _plain(one.value), "words": one.words}
            for one in record.values
        ],
    }


def _line(line: LogLine, texts: Words) -> dict[str, Any]:
    return {
        "day": line.day.isoformat(),
        "function": line.function,
        "facility": line.facility,
        "changed": line.changed,
        "people": line.people,
        "times": line.times,
        "groups": [texts.gettext(GROUPS[group].label) for group in sorted(line.groups) if group in GROUPS],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
