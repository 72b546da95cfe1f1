"""How often pages were opened, without a visitor in it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.core.clock import today_at
from app.statistics.queries import page_counts
from app.web.doors import STAFF, Visit
from app.web.staff.door import COUNTING, FIGURES, show, staff


@staff.page("/desk/figures", who=STAFF)
def figures(visit: Visit) -> ResponseReturnValue:
    """Show the visits of the last 30 days, per page and per kind of place that visitors came from."""
    found = page_counts(visit.session, today=today_at(visit.now))
    return show(
        visit,
        "staff/figures.html",
        title=visit.texts.gettext("Visits of the last 30 days"),
        current=FIGURES,
        roles=COUNTING,
        counts=tuple((one.page, one.source, one.views) for one in found),
    )
