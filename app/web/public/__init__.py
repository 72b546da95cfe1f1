"""Public pages: no account, no cookie."""

from app.web.public import privacy
from app.web.public.door import public

__all__ = ["privacy", "public"]
