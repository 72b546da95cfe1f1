"""Through which channel a family answered a consent question."""

from enum import StrEnum

# Beside the answers to consents stands the agreement that an application begins, where a statement rests on one.
TERMS = "terms"


class Channel(StrEnum):
    """How the answer reached us."""

    WEB = "web"
