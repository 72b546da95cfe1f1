"""Who may end data: the job for what is due, and whoever holds a file back; the terms as the database judges them."""

from app.retention.policy.functions import AUDIT, CHILDREN, FILES, FUNCTIONS, GROUPS
from app.retention.policy.grants import GRANTS
from app.retention.policy.rows import ROWS, Row
from app.retention.policy.terms import early_groups, file_terms, goes_by_child, group_term, is_anonymised

__all__ = [
    "AUDIT",
    "CHILDREN",
    "FILES",
    "FUNCTIONS",
    "GRANTS",
    "GROUPS",
    "ROWS",
    "Row",
    "early_groups",
    "file_terms",
    "goes_by_child",
    "group_term",
    "is_anonymised",
]
