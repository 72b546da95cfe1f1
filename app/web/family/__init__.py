"""The door of families: the application step by step, then their own file."""

from app.web.family import (
    apply,
    apply_facilities,
    apply_send,
    later,
    my,
    my_access,
    my_account,
    my_choices,
    my_details,
    my_look,
    my_messages,
    my_next_child,
    my_offers,
    my_others,
    my_second,
    my_terms,
    priority,
)
from app.web.family.door import family

__all__ = [
    "apply",
    "apply_facilities",
    "apply_send",
    "family",
    "later",
    "my",
    "my_access",
    "my_account",
    "my_choices",
    "my_details",
    "my_look",
    "my_messages",
    "my_next_child",
    "my_offers",
    "my_others",
    "my_second",
    "my_terms",
    "priority",
]
