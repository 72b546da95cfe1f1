"""Who works in which role, who may touch accounts, and the functions for the time before an actor exists."""

from app.accounts.policy.grants import EMPLOYED, GRANTS, MANAGES, OVERSEES
from app.accounts.policy.roles import BRANCHES, NO_FILE, agreed, signed
from app.accounts.policy.signin import FUNCTIONS

__all__ = ["BRANCHES", "EMPLOYED", "FUNCTIONS", "GRANTS", "MANAGES", "NO_FILE", "OVERSEES", "agreed", "signed"]
