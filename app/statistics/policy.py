"""Who may touch the figures."""

from __future__ import annotations

from app.core.access import Grant

GRANTS = (
    *(Grant("page_count", "jobs", verb, purpose="counters") for verb in ("select", "insert")),
    Grant("page_count", "jobs", "update", "true", ("views",), "counters"),
    Grant("page_count", "staff", "select", "exists (select 1 from access.figures)"),
)
