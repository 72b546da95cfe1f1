"""Who works in which role, who may touch accounts, and the functions for the time before an actor exists."""

from app.accounts.policy import factors, grants, people, signin
from app.accounts.policy.grants import EMPLOYED, MANAGES, OFFICER, OVERSEES
from app.accounts.policy.roles import BRANCHES, NO_FILE, agreed, signed

GRANTS = (*grants.GRANTS, *factors.GRANTS, *people.GRANTS)
FUNCTIONS = (*signin.FUNCTIONS, *factors.FUNCTIONS, *people.FUNCTIONS)

__all__ = [
    "BRANCHES",
    "EMPLOYED",
    "FUNCTIONS",
    "GRANTS",
    "MANAGES",
    "NO_FILE",
    "OFFICER",
    "OVERSEES",
    "agreed",
    "signed",
]
