"""Public pages: what everybody may read, and the way in."""

from app.web.public import (
    confirm,
    cookie_page,
    home,
    invited,
    languages,
    login_change,
    password,
    reach,
    register,
    resume,
    scan,
    search,
    sign_in,
    statement,
    survey,
    together,
)
from app.web.public.door import public

__all__ = [
    "confirm",
    "cookie_page",
    "home",
    "invited",
    "languages",
    "login_change",
    "password",
    "public",
    "reach",
    "register",
    "resume",
    "scan",
    "search",
    "sign_in",
    "statement",
    "survey",
    "together",
]
