"""Public pages: what everybody may read, and the way in."""

from app.web.public import (
    confirm,
    home,
    invited,
    languages,
    login_change,
    password,
    privacy,
    resume,
    scan,
    search,
    sign_in,
    together,
)
from app.web.public.door import public

__all__ = [
    "confirm",
    "home",
    "invited",
    "languages",
    "login_change",
    "password",
    "privacy",
    "public",
    "resume",
    "scan",
    "search",
    "sign_in",
    "together",
]
