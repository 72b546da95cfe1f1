"""The door of whoever works here, for what is their own: the second factor, the password, the sessions."""

import app.web.own.account
import app.web.own.factor
import app.web.own.factor_setup
import app.web.own.factors
import app.web.own.rights  # noqa: F401  importing declares the pages
from app.web.own.door import own

__all__ = ["own"]
