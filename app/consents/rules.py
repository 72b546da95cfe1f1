"""Through which channel a family answered a consent question."""

from enum import StrEnum

# Beside the answers to consents stands the agreement that an application begins, where a statement rests on one.
TERMS = "terms"
# A use that goes on until somebody says no.
OPT_OUT = "opt_out"


class Channel(StrEnum):
    """How the answer reached us."""

    WEB = "web"


def stands(*, unless_refused: bool, answer: bool | None) -> bool:
    """Tell whether a permission stands: the last answer counts; without one only what goes on until a no (BXL-65)."""
    return unless_refused if answer is None else answer
