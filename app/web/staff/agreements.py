"""The text that somebody at the desk accepts; and for administrators: whose signature waits, what ends soon."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.agreements import check_signature, withdraw_agreement
from app.accounts.queries.people import Signature, find_signature, signatures
from app.catalogue.marking import N_
from app.core.errors import NotFound
from app.organisations.terms import AgreementText
from app.privacy.queries.agreements import agreement_prose
from app.web.agreements import RENEWED, agreement_page
from app.web.doors import STAFF, Visit
from app.web.staff.door import AGREEMENTS, START, open_frame, show, staff
from app.web.staff.people import GET_POST, ONLY

DONE = {
    "checked": N_("The check is noted. The role opens at once."),
    "withdrawn": N_("The agreement is withdrawn. The role closes at once."),
}

agreement_page(staff, "/desk/agreement", who=STAFF, home=START)


@staff.page("/desk/agreements", who=STAFF)
def agreements(visit: Visit) -> ResponseReturnValue:
    """Show whose signature waits for a check, what ends within 60 days, and all that holds (LEU-24, LEU-34)."""
    frame = open_frame(visit, ONLY)
    texts = {(one.key, one.version): one for one in visit.profile.agreements}
    found = signatures(visit.session, texts)
    waiting = tuple(one for one in found if one.checked_at is None and texts[one.kind, one.version].checked_roles)
    held = tuple(one for one in found if one not in waiting)
    ending = tuple(one for one in held if one.expires_at is not None and one.expires_at - visit.now <= RENEWED)
    gettext = visit.texts.gettext
    return show(
        visit,
        "staff/agreements.html",
        current=AGREEMENTS,
        frame=frame,
        title=gettext("Agreements of people"),
        message=gettext(DONE.get(request.args.get("done", ""), "")),
        groups=tuple(
            (heading, none, tuple(_line(visit, one, texts) for one in group))
            for heading, none, group in (
                (gettext("Waits for your check"), gettext("No signature waits."), waiting),
                (gettext("Ends within 60 days"), gettext("Nothing ends soon."), ending),
                (
                    gettext("In order"),
                    gettext("Nobody accepted a text yet."),
                    tuple(one for one in held if one not in ending),
                ),
            )
        ),
    )


@staff.page("/desk/agreements/<uuid:agreement_id>", who=STAFF, methods=GET_POST, once=True)
def signature(visit: Visit, agreement_id: UUID) -> ResponseReturnValue:
    """Show one acceptance with its text; note the check, or withdraw it: never of one's own (LEU-24)."""
    frame = open_frame(visit, ONLY)
    one = find_signature(visit.session, agreement_id)
    deed = request.form.get("deed", "")
    if deed == "check":
        check_signature(visit.session, agreement_id, now=visit.now)
        return visit.go(AGREEMENTS, done="checked")
    if deed == "withdraw":
        withdraw_agreement(visit.session, agreement_id, now=visit.now)
        return visit.go(AGREEMENTS, done="withdrawn")
    if request.method == "POST":
        raise NotFound
    texts = {(text.key, text.version): text for text in visit.profile.agreements}
    text = texts.get((one.kind, one.version))
    if text is None:
        raise NotFound
    return show(
        visit,
        "staff/signature.html",
        current=AGREEMENTS,
        frame=frame,
        title=one.address or "",
        back=visit.url(AGREEMENTS),
        here=visit.url("staff.signature", agreement_id=agreement_id),
        own=one.account_id == visit.actor_id,
        waits=one.checked_at is None and bool(text.checked_roles),
        line=_line(visit, one, texts),
        prose=agreement_prose(visit.profile, text, visit.language),
        with_whom=text.counterparty or visit.profile.name,
    )


def _line(visit: Visit, one: Signature, texts: dict[tuple[str, str], AgreementText]) -> tuple[str, str, str, str, str]:
    """Return the way, who, which text, when it was accepted, and until when that holds."""
    prose = agreement_prose(visit.profile, texts[one.kind, one.version], visit.language)
    return (
        visit.url("staff.signature", agreement_id=one.id),
        one.address or "",
        prose.title,
        visit.texts.format_day_short(one.accepted_at),
        visit.texts.format_day_short(one.expires_at) if one.expires_at else "",
    )
