"""The door of those who fill in beside a family at a counter, a desk or a facility."""

import app.web.assist.pages  # noqa: F401  importing declares the pages
from app.web.assist.door import assist

__all__ = ["assist"]
