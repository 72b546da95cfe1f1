"""Through which channel a family answered a consent question."""

from enum import StrEnum


class Channel(StrEnum):
    """How the answer reached us."""

    WEB = "web"
