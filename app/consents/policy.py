"""Who may touch consents: only the family; rows are added, never changed."""

from __future__ import annotations

from app.core.access import Grant, reached

GRANTS = tuple(Grant("consent", "family", verb, reached("owner", "dossier_id", "consent.dossier_id")) for verb in ("select", "insert"))
