"""The description of the file that a person takes along, for whoever reads that file."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app.rights.queries.copy_file import SCHEMA
from app.web.doors import ANYONE, Visit
from app.web.public.door import public


@public.page("/copy.schema.json", who=ANYONE)
def copy_schema(visit: Visit) -> ResponseReturnValue:
    """Give the schema of the file to download, with what each field means (BXL-64)."""
    return Response(SCHEMA.read_text(encoding="utf-8"), mimetype="application/schema+json")
