"""On which grounds somebody who helps reaches a file, and who may touch the tables of that."""

from app.mandates.policy.functions import FUNCTIONS
from app.mandates.policy.grants import GRANTS
from app.mandates.policy.reach import BRANCHES

__all__ = ["BRANCHES", "FUNCTIONS", "GRANTS"]
