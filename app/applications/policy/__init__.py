"""The branches of facilities around a request, who may touch its tables, and the functions beside them."""

from app.applications.policy.functions import FUNCTIONS as _FUNCTIONS
from app.applications.policy.grants import APPLICATION_FOR_OWNER, GRANTS
from app.applications.policy.reach import BRANCHES, IS_URGENT, NOT_OFFERED, WITHIN_URGENT_REACH
from app.applications.policy.urgent import URGENT_FUNCTIONS

FUNCTIONS = (*_FUNCTIONS, *URGENT_FUNCTIONS)

__all__ = [
    "APPLICATION_FOR_OWNER",
    "BRANCHES",
    "FUNCTIONS",
    "GRANTS",
    "IS_URGENT",
    "NOT_OFFERED",
    "WITHIN_URGENT_REACH",
]
