"""The door of a facility that registered for parents: the files that it may still change (BXL-54)."""

import app.web.registrar.files  # noqa: F401  importing declares the pages
from app.web.registrar.door import registrar

__all__ = ["registrar"]
