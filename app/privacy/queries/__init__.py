"""The privacy statement, and what an overseer asks of the audit."""

from app.privacy.queries.statement import (
    READERS,
    RIGHTS,
    STATEMENTS,
    asked_rows,
    keep_rows,
    privacy_statement,
    purpose_rows,
    reader_rows,
    recipient_rows,
)

__all__ = [
    "READERS",
    "RIGHTS",
    "STATEMENTS",
    "asked_rows",
    "keep_rows",
    "privacy_statement",
    "purpose_rows",
    "reader_rows",
    "recipient_rows",
]
