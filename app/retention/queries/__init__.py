"""Reads of terms, runs and holds."""

from app.retention.queries.files import keep_date
from app.retention.queries.runs import is_late, last_runs, overdue, plan

__all__ = ["is_late", "keep_date", "last_runs", "overdue", "plan"]
