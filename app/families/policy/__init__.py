"""The branches of a dossier's own parents, who may touch its tables, and the trigger that tells them of changes."""

from app.families.policy.functions import FUNCTIONS, HELPERS
from app.families.policy.grants import (
    APPLICANT_FOR_OWNER,
    GRANTS,
    NOTICE,
    corrected,
)
from app.families.policy.reach import BRANCHES, of_family, writing_reason
from app.families.policy.triggers import TRIGGERS

__all__ = [
    "APPLICANT_FOR_OWNER",
    "BRANCHES",
    "FUNCTIONS",
    "GRANTS",
    "HELPERS",
    "NOTICE",
    "TRIGGERS",
    "corrected",
    "of_family",
    "writing_reason",
]
