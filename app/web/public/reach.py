"""Accessibility and contact: how to reach us, and where to complain."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.core.clock import today_at
from app.organisations.rules import phone_is_open
from app.web.cookies import is_https
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.derived_lists import Row, Source, authority_row, contact_rows
from app.web.public.door import public


@public.page("/accessibility", who=ANYONE)
def accessibility(visit: Visit) -> ResponseReturnValue:
    """Show how accessible the site is, what was not tested, and where to complain."""
    authority = visit.profile.accessibility_authority
    return render(
        "public/accessibility.html",
        title=visit.texts.gettext("Accessibility"),
        contact=_contact(visit),
        authority=authority_row(authority) if authority else None,
    )


@public.page("/contact", who=ANYONE)
def contact(visit: Visit) -> ResponseReturnValue:
    """Show who we are and how to reach us, and whether the phone is answered now (BXL-70)."""
    profile = visit.profile
    return render(
        "public/contact.html",
        title=visit.texts.gettext("Contact"),
        organisation=profile.name,
        legal_form=profile.legal_form,
        enterprise_number=profile.enterprise_number,
        address=profile.address,
        rows=_contact(visit),
        has_phone_hours=profile.contacts.opening is not None,
        is_phone_open=phone_is_open(profile, visit.now),
        authority=authority_row(profile.authority),
    )


def _contact(visit: Visit) -> tuple[Row, ...]:
    return contact_rows(Source(visit.profile, visit.texts, today_at(visit.now), is_https()))
