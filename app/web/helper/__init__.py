"""The door of helpers (toeleiders, intermediary partners): their families, and filling in beside one."""

import app.web.helper.client
import app.web.helper.clients  # noqa: F401  importing declares the pages
from app.web.helper.door import helper

__all__ = ["helper"]
