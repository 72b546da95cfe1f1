"""The text of a file: CSV with the register's columns, or JSON with a head; the schema is shown to recipients."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.transfers.rules import Kind, cell

Records = Sequence[Sequence[str]]
# What a recipient's program reads: sections of records, each a list of values in the order of `columns`.
FILE_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Delivery",
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "organisation", "recipient", "purpose", "ground", "kind", "made_at", "columns", "count"],
    "properties": {
        "schema": {"const": "delivery-1"},
        "organisation": {"type": "string"},
        "recipient": {"type": "string"},
        "purpose": {"type": "string"},
        "ground": {"type": "string"},
        "kind": {"enum": [str(kind) for kind in Kind]},
        "made_at": {"type": "string", "format": "date-time"},
        "statement": {"type": "string"},
        "columns": {"type": "array", "items": {"type": "string"}},
        "count": {"type": "integer", "minimum": 0},
        # A file of corrections has the last two; every other file the first.
        "records": {"$ref": "#/$defs/records"},
        "changed": {"$ref": "#/$defs/records"},
        "remove": {"$ref": "#/$defs/records"},
    },
    "$defs": {"records": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}},
}


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself."""

    organisation: str
    recipient: str
    purpose: str
    ground: str
    kind: str
    made_at: str
    statement: str


def written(written_as: str, head: Head, columns: Sequence[str], sections: Mapping[str, Records]) -> bytes:
    """Return the file's text. One section is plain; several are told apart by their names, never by a column."""
    return _json(head, columns, sections) if written_as == "json" else _csv(columns, sections)


def _json(head: Head, columns: Sequence[str], sections: Mapping[str, Records]) -> bytes:
    told = {
        "schema": "delivery-1",
        **{name: getattr(head, name) for name in Head.__slots__},
        "columns": list(columns),
        "count": sum(len(records) for records in sections.values()),
        **{name: [list(record) for record in records] for name, records in sections.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _csv(columns: Sequence[str], sections: Mapping[str, Records]) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    for number, (name, records) in enumerate(sections.items()):
        if len(sections) > 1:
            writer.writerows(([[]] if number else []) + [[name]])
        writer.writerow(columns)
        writer.writerows([[cell(value) for value in record] for record in records])
    return made.getvalue().encode()
