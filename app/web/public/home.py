"""The start page of an organisation: in ten seconds what this is, what it costs, and where to begin."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.web.doors import ANYONE, START, Visit
from app.web.pages import render
from app.web.public.door import public


@public.page("/", who=ANYONE)
def home(visit: Visit) -> ResponseReturnValue:
    """Show what somebody can do here; an organisation without applications shows how to reach it (BXL-04)."""
    profile = visit.profile
    if profile.application is None:
        return render(
            "public/home_contact.html", title=profile.name, contact=visit.url("public.contact"), outside=profile.links
        )
    return render(
        "public/home.html",
        title=visit.texts.gettext("Ask for a childcare place"),
        start=visit.url(START),
        sign_in=visit.url("public.sign_in"),
        resume=visit.url("public.resume"),
        search=visit.url("public.search"),
        outside=profile.links,
        most=profile.application.max_choices,
        reply_days=profile.application.reply_days,
    )
