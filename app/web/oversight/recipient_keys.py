"""Certificates of recipients: who added one, its digest to compare, and when it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import Refused
from app.privacy.queries.oversight import require_officer, require_overseer
from app.transfers.operations.keys import add_key, check_key, end_key
from app.transfers.operations.writing import FILE_SCHEMA
from app.transfers.policy.rows import served
from app.transfers.queries.ledger import KeyLine, keys_listed
from app.transfers.rules import KEY_WARNED, Authority, Denied
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import ChoiceField, LongTextField, StepForm
from app.web.oversight.deliveries import DELIVERIES, OFFICER
from app.web.oversight.door import oversight, show
from app.web.transfer_words import recipient_name

KEYS = "oversight.recipient_keys"
LONGEST_CERTIFICATE = 8000
OPENED_WITH = "openssl cms -decrypt -binary -inform DER -in file.p7m -inkey key.pem -out file"
PROBLEMS = {
    Denied.KEY_UNREADABLE: N_("This is no certificate that we can read. It begins with BEGIN CERTIFICATE."),
    Denied.KEY_WEAK: N_("The key is too weak: it has to be RSA, with at least 2048 bits."),
    Denied.KEY_ENDED: N_("This certificate does not hold today."),
}
DONE = {
    "added": N_("Added. A second person compares the digest with the recipient before a file is made."),
    "checked": N_("Noted. Files are made with this certificate from now on."),
    "ended": N_("Ended. No file is made with it any more."),
}


class KeyForm(StepForm):
    """Whose certificate, as a text."""

    recipient = ChoiceField(missing=N_("Choose the recipient"))
    certificate = LongTextField(missing=N_("Paste the certificate"), limit=LONGEST_CERTIFICATE)


@dataclass(frozen=True)
class KeyWords:
    """One certificate in words."""

    url: str
    recipient: str
    digest: str
    until: str
    state: str
    tone: str
    may_check: bool
    may_end: bool


@oversight.page("/oversight/recipients", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def recipient_keys(visit: Visit) -> ResponseReturnValue:
    """Show every certificate; the officer adds one, as a text, since no file is taken at any door."""
    role = require_overseer(visit.session)
    texts = visit.texts
    known = (*(one.key for one in served(visit.profile)), *map(str, Authority))
    form = KeyForm(
        request.form if request.method == "POST" else None,
        texts=texts,
        today=today_at(visit.now),
        required=("recipient", "certificate"),
        choices={"recipient": known},
    )
    if form.posted:
        require_officer(visit.session)
        if form.validate():
            try:
                add_key(visit.session, str(form.recipient.data), str(form.certificate.data), known, now=visit.now)
            except Refused as refused:
                form.fail("certificate", PROBLEMS.get(Denied(refused.reason), PROBLEMS[Denied.KEY_UNREADABLE]))
            else:
                return visit.go(KEYS, done="added")
    return show(
        visit,
        "oversight/recipient_keys.html",
        status=422 if form.problems else 200,
        current=DELIVERIES,
        title=texts.gettext("Certificates of recipients"),
        back=visit.url(DELIVERIES),
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        form=form if role == OFFICER else None,
        recipients=tuple((key, recipient_name(texts, visit.profile, key)) for key in known),
        keys=tuple(_words(visit, one) for one in keys_listed(visit.session)),
        schema=json.dumps(FILE_SCHEMA, indent=1),
        opened_with=OPENED_WITH,
    )


@oversight.page("/oversight/recipients/<uuid:key_id>", who=OVERSIGHT, methods=("POST",), once=True)
def recipient_key(visit: Visit, key_id: UUID) -> ResponseReturnValue:
    """Note that a digest was compared, or end a certificate; raises NotFound."""
    require_overseer(visit.session)
    if request.form.get("deed") == "check":
        check_key(visit.session, key_id, now=visit.now)
        return visit.go(KEYS, done="checked")
    end_key(visit.session, key_id, now=visit.now)
    return visit.go(KEYS, done="ended")


def _words(visit: Visit, line: KeyLine) -> KeyWords:
    texts, today = visit.texts, today_at(visit.now)
    ended = line.ended_at is not None or line.expires_on < today
    if ended:
        state, tone = texts.gettext("Ended"), "stop"
    elif line.checked_at is None:
        state, tone = texts.gettext("Waits for a second person"), "wait"
    elif line.expires_on <= today + KEY_WARNED:
        state, tone = texts.gettext("Ends soon"), "wait"
    else:
        state, tone = texts.gettext("In use"), "go"
    pairs = [line.digest[place : place + 4] for place in range(0, len(line.digest), 4)]
    return KeyWords(
        visit.url("oversight.recipient_key", key_id=line.id),
        recipient_name(texts, visit.profile, line.recipient),
        " ".join(pairs),
        texts.format_day(line.expires_on),
        state,
        tone,
        not ended and line.checked_at is None and line.added_by != visit.actor_id,
        not ended,
    )
