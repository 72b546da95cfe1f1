"""Moments that an overseer types: a day, and the hour on the clock in Brussels."""

from __future__ import annotations

import re
from datetime import datetime, time

from app.catalogue.marking import N_
from app.core.clock import BRUSSELS
from app.web.forms import StepForm

BAD_HOUR = N_("Write the hour like this: 14:30")
_HOUR = re.compile(r"([01]?\d|2[0-3])[:.hu]([0-5]\d)?")


def moment_of(form: StepForm, day: str, hour: str) -> datetime | None:
    """Return the moment that two answers of a form stand for; None where there is no day, or one of them is wrong."""
    date, typed = form[day].data, form[hour].data
    if date is None:
        if typed:
            form.require(day)
        return None
    if not typed:
        return datetime.combine(date, time(), BRUSSELS)
    found = _HOUR.fullmatch(typed.replace(" ", ""))
    if found is None:
        form.fail(hour, BAD_HOUR)
        return None
    return datetime.combine(date, time(int(found[1]), int(found[2] or 0)), BRUSSELS)
