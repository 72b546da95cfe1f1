"""Functions of those who help: what a door may say or do a little about files that it cannot read."""

from __future__ import annotations

from app.core.access import Function, in_use

FUNCTIONS: tuple[Function, ...] = (
    # Whether there is such a file here; a worker reads nothing of it before a contact is open (BXL-48).
    Function(
        "is_file",
        "p_dossier_id uuid",
        "boolean",
        "select exists (select 1 from dossier d where d.id = p_dossier_id and d.organisation = app.organisation()"
        f" and {in_use('d.id')}) and exists (select 1 from access.employed)",
        login="staff",
    ),
)
