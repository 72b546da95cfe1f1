"""Who may be asked about the quality of the service, and what a survey needs."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

# Under which key a family says yes or no to these questions, beside its other permissions.
USE = "service_survey"
SCORES = (1, 2, 3, 4, 5)
LONGEST_DAYS = 92


class Reuse(StrEnum):
    """How an organisation may use contact data for another purpose than the application (C15)."""

    NEVER = "never"
    CONSENT = "consent"
    OPT_OUT = "opt_out"


class SurveyDenied(StrEnum):
    """Why a survey is not made."""

    NOT_HERE = "survey_not_here"
    LANGUAGE_MISSING = "survey_language_missing"
    DAYS = "survey_days"


def may_ask(reuse: str, answer: bool | None) -> bool:
    """Say whether a family may be asked: it agreed, or did not object, as its organisation promised (BXL-18, LEU-19).

    `answer` is the last thing it said of this very use; nothing said is no consent, and no objection.
    """
    if reuse == Reuse.CONSENT:
        return answer is True
    return reuse == Reuse.OPT_OUT and answer is not False


def why_not(
    reuse: str, question: Mapping[str, str], languages: Sequence[str], opens: date, closes: date, today: date
) -> SurveyDenied | None:
    """Give the first reason why a survey cannot be made; None when it can."""
    if reuse not in (Reuse.CONSENT, Reuse.OPT_OUT):
        return SurveyDenied.NOT_HERE
    if any(not question.get(language, "").strip() for language in languages):
        return SurveyDenied.LANGUAGE_MISSING
    if opens < today or closes < opens or (closes - opens).days > LONGEST_DAYS:
        return SurveyDenied.DAYS
    return None
