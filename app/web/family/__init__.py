"""The door of families: the application step by step, then their own file."""

from app.web.family import apply, apply_facilities, apply_send
from app.web.family.door import family

__all__ = ["apply", "apply_facilities", "apply_send", "family"]
