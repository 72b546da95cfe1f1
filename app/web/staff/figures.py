"""Figures without persons: how often pages were opened, and what is left of requests whose term is over."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from flask import Response
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.statistics.queries import Trend, page_counts, trends
from app.web.doors import STAFF, Visit
from app.web.labels import town_in_words
from app.web.staff.door import COUNTING, FIGURES, open_frame, show, staff

YEARS_SHOWN = 2
AGES = {
    "0": N_("Younger than 1 year"),
    "1": N_("1 year"),
    "2": N_("2 years"),
    "3+": N_("3 years or older"),
}
DAYS = {"1-2": N_("1 or 2 days"), "3": N_("3 days"), "4+": N_("4 days or more")}
OUTCOMES = {
    "placed": N_("The child got a place"),
    "cancelled": N_("The family stopped it"),
    "expired": N_("It ended without a place"),
}
OTHERS = N_("All others")
HEADS = (N_("Wished start"), N_("Town"), N_("Age at the start"), N_("Days a week"), N_("How it ended"), N_("Requests"))


@staff.page("/desk/figures", who=STAFF)
def figures(visit: Visit) -> ResponseReturnValue:
    """Show the visits of the last 30 days, and the requests of the last years that are over."""
    found = page_counts(visit.session, today=today_at(visit.now))
    over = _trends(visit)
    years = sorted({one.kind.period[:4] for one in over})[-YEARS_SHOWN:]
    return show(
        visit,
        "staff/figures.html",
        title=visit.texts.gettext("Visits of the last 30 days"),
        current=FIGURES,
        roles=COUNTING,
        counts=tuple((one.page, one.source, one.views) for one in found),
        heads=tuple(visit.texts.gettext(head) for head in HEADS),
        trends=tuple(_words(visit, one) for one in over if one.kind.period[:4] in years),
        least=visit.profile.settings.trend_threshold,
        csv_url=visit.url("staff.trends_csv") if over else "",
    )


@staff.page("/desk/figures/requests.csv", who=STAFF)
def trends_csv(visit: Visit) -> ResponseReturnValue:
    """Give all years of the requests that are over as a file; no line is about anybody (BXL-31)."""
    open_frame(visit, COUNTING)
    written = StringIO()
    # A spreadsheet in Belgium expects semicolons.
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow([visit.texts.gettext(head) for head in HEADS])
    lines.writerows(_words(visit, one) for one in _trends(visit))
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return answer


def _trends(visit: Visit) -> Sequence[Trend]:
    return trends(visit.session, at_least=visit.profile.settings.trend_threshold)


def _words(visit: Visit, one: Trend) -> tuple[str, ...]:
    texts, kind = visit.texts, one.kind
    others = texts.gettext(OTHERS)
    return (
        kind.period,
        town_in_words(kind.municipality, texts.language) or others,
        *(
            texts.gettext(words.get(value, OTHERS))
            for words, value in ((AGES, kind.age_band), (DAYS, kind.days_band), (OUTCOMES, kind.outcome))
        ),
        str(one.requests),
    )
