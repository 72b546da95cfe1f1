"""On which grounds somebody who helps reaches a file, and who may touch the tables of that."""

from app.mandates.policy.counter_functions import COUNTER_FUNCTIONS
from app.mandates.policy.find_functions import FIND_FUNCTIONS
from app.mandates.policy.functions import FUNCTIONS as HELPING_FUNCTIONS
from app.mandates.policy.grants import GRANTS
from app.mandates.policy.log_functions import LOG_FUNCTIONS
from app.mandates.policy.login_functions import LOGIN_FUNCTIONS
from app.mandates.policy.reach import BRANCHES
from app.mandates.policy.together_functions import TOGETHER_FUNCTIONS

FUNCTIONS = (
    *(*HELPING_FUNCTIONS, *COUNTER_FUNCTIONS, *FIND_FUNCTIONS, *LOG_FUNCTIONS, *LOGIN_FUNCTIONS),
    *TOGETHER_FUNCTIONS,
)

__all__ = ["BRANCHES", "FUNCTIONS", "GRANTS"]
