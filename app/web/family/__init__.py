"""The door of families: the application step by step, then their own file."""

from app.web.family.door import family

__all__ = ["family"]
