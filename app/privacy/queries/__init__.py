"""The privacy statement, the register, and what an overseer asks."""

from app.catalogue.readers import READERS
from app.privacy.queries.derived import (
    RIGHTS,
    asked_rows,
    keep_rows,
    purpose_rows,
    reader_rows,
    recipient_rows,
    store_rows,
)
from app.privacy.queries.processors import ProcessorRow, has_agreement, processor_rows
from app.privacy.queries.register import RegisterRow, register_rows
from app.privacy.queries.statement import (
    FROZEN,
    LISTS,
    STATEMENTS,
    PrivacyStatement,
    older_statement,
    privacy_statement,
    statement_of_day,
    versions_of,
)

__all__ = [
    "FROZEN",
    "LISTS",
    "READERS",
    "RIGHTS",
    "STATEMENTS",
    "PrivacyStatement",
    "ProcessorRow",
    "RegisterRow",
    "asked_rows",
    "has_agreement",
    "keep_rows",
    "older_statement",
    "privacy_statement",
    "processor_rows",
    "purpose_rows",
    "reader_rows",
    "recipient_rows",
    "register_rows",
    "statement_of_day",
    "store_rows",
    "versions_of",
]
