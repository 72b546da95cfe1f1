"""Who may touch consents: only the family; rows are added, never changed."""

from __future__ import annotations

from app.core.access import Grant, reached

_OWN = reached("owner", "dossier_id", "consent.dossier_id")

GRANTS = (
    Grant("consent", "family", "select", _OWN),
    Grant(
        "consent",
        "family",
        "insert",
        f"{_OWN} and exists (select 1 from application a where a.id = consent.application_id"
        " and a.dossier_id = consent.dossier_id)",
    ),
)
