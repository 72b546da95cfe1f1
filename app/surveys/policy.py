"""Who may touch surveys."""

from __future__ import annotations

from app.core.access import Function, Grant

EMPLOYED = "exists (select 1 from access.employed)"

GRANTS: tuple[Grant, ...] = (
    Grant("survey", "staff", "select", EMPLOYED),
    Grant("survey", "staff", "insert", f"{EMPLOYED} and created_by = app.actor_id()"),
    Grant("survey", "jobs", "select", purpose="surveys"),
    Grant("survey", "jobs", "update", "true", ("sent_at",), "surveys"),
    Grant("survey_pass", "jobs", "insert", purpose="surveys"),
    Grant("survey_answer", "staff", "select", EMPLOYED),
)
FUNCTIONS: tuple[Function, ...] = ()
