"""Writing down what somebody asks about their data: the same questions at the desk, a counter, a facility, and outside.

Whoever takes it passes it on and does not read it again (KK-29, LEU-36).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.rules import REFERENCE_ALPHABET, REFERENCE_LENGTH, grouped_reference, plain_reference
from app.rights.operations.asking import ask
from app.rights.rules import LONGEST_SAYING, OLDEST_RECEIPT, Asking, Channel, Kind, Subject, due_on
from app.web.doors import Visit
from app.web.forms import ChoiceField, DatePartsField, EmailField, LongTextField, PhoneField, StepForm, TextField
from app.web.incident_words import TRAP
from app.web.rights_words import CHANNEL, KIND, SUBJECT

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_REFERENCE, LONGEST_POSTCODE = 160, 400, 40, 12
# What somebody may ask in words of their own; a copy is what access gives, a permission has a page of its own.
ASKED = (Kind.ACCESS, Kind.CORRECT, Kind.ERASE, Kind.RESTRICT, Kind.OBJECT)
SUBJECTS = (Subject.APPLICANT, Subject.PARTNER, Subject.OTHER)
PROBLEMS = {
    Asking.NO_REACH: ("email", N_("Fill in a way to reach this person: e-mail, phone or address")),
    Asking.NO_NAME: ("name", N_("Fill in the name")),
    Asking.NOT_YET: ("received_on", N_("This day is still to come")),
    Asking.TOO_LONG_AGO: ("received_on", N_("This is more than a year ago. Look at the day again.")),
}


def _born(today: date) -> tuple[date, date]:
    return today - timedelta(days=366 * 110), today + timedelta(days=400)


def _lately(today: date) -> tuple[date, date]:
    return today - OLDEST_RECEIPT, today


class TakingForm(StepForm):
    """What is asked, by whom, about whom, and how to reach them."""

    kind = ChoiceField(missing=N_("Choose what is asked"), values=tuple(ASKED))
    subject = ChoiceField(missing=N_("Choose whose data it is about"))
    channel = ChoiceField(missing=N_("Choose how it came"))
    received_on = DatePartsField(missing=N_("Fill in the day on which it came"), bounds=_lately)
    says = LongTextField(missing=N_("Write what is asked"), limit=LONGEST_SAYING)
    name = TextField(missing=N_("Fill in the name"), limit=LONGEST_NAME)
    email = EmailField()
    phone = PhoneField()
    address = LongTextField(limit=LONGEST_ADDRESS)
    birth_date = DatePartsField(bounds=_born)
    postcode = TextField(limit=LONGEST_POSTCODE)
    file = TextField(limit=LONGEST_REFERENCE)
    # A machine fills in every box.
    website = TextField(limit=200)

    def check(self) -> None:
        """Ask for one way to reach the person, and refuse what a machine filled in."""
        if not (self.email.data or self.phone.data or self.address.data):
            self.fail(*PROBLEMS[Asking.NO_REACH])
        if self.website.data:
            self.fail("website", TRAP)


def taking_form(visit: Visit, channels: Collection[Channel], subjects: Collection[str] = SUBJECTS) -> TakingForm:
    """Return the form as it is shown or posted; without a choice of channels it came in here, today."""
    taken = ("channel", "received_on") if channels else ()
    return TakingForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("kind", "subject", "says", "name", *taken),
        shown=[name for name in _NAMES if channels or name not in ("channel", "received_on")],
        choices={"channel": tuple(channels), "subject": tuple(subjects)},
        demo=visit.house.settings.demo,
    )


_NAMES = (
    *("kind", "subject", "channel", "received_on", "says", "name", "email", "phone", "address", "birth_date"),
    *("postcode", "file", "website"),
)


def take(visit: Visit, form: TakingForm, *, request_id: UUID | None = None) -> str | None:
    """Write down what a form says; return the reference, or nothing when the form says what is wrong."""
    by_hand = "channel" in form
    try:
        return ask(
            visit.session,
            visit.profile,
            kind=form.kind.data or "",
            subject_kind=form.subject.data or "",
            dossier_id=None,
            account_id=None,
            channel=(form.channel.data or "") if by_hand else Channel.PORTAL,
            details=_details(form),
            received_on=form.received_on.data if by_hand and form.received_on.data else today_at(visit.now),
            language=visit.language,
            now=visit.now,
            request_id=request_id,
        )
    except Refused as refused:
        if not isinstance(refused.reason, Asking) or refused.reason not in PROBLEMS:
            raise
        form.fail(*PROBLEMS[refused.reason])
        return None


def taking_words(visit: Visit, form: TakingForm, channels: Collection[Channel]) -> dict[str, Any]:
    """Return what the page of a form shows."""
    say = visit.texts.gettext
    return {
        "form": form,
        "status": 422 if form.posted else 200,
        "kinds": [(str(kind), say(KIND[kind])) for kind in ASKED],
        "subjects": [(str(one), say(SUBJECT[one])) for one in SUBJECTS],
        "channels": [(str(one), say(CHANNEL[one])) for one in channels],
        "days": visit.profile.settings.answer_days,
        "given": given_reference(),
        "due": visit.texts.format_weekday(due_on(today_at(visit.now), visit.profile.settings.answer_days)),
    }


def given_reference() -> str:
    """Return the reference that was just given, grouped; nothing for what is none."""
    typed = request.args.get("given", "")
    is_one = len(typed) == REFERENCE_LENGTH and set(typed) <= set(REFERENCE_ALPHABET)
    return grouped_reference(typed) if is_one else ""


def take_here(visit: Visit, endpoint: str, channels: Collection[Channel], show: Any) -> ResponseReturnValue:
    """Run the page of a door at which somebody takes requests by hand (LEU-36, KK-29)."""
    form = taking_form(visit, channels)
    if form.posted and form.validate() and (reference := take(visit, form)) is not None:
        return visit.go(endpoint, given=reference)
    answer: ResponseReturnValue = show(
        title=visit.texts.gettext(N_("A question about somebody's data")), **taking_words(visit, form, channels)
    )
    return answer


def _details(form: TakingForm) -> Mapping[str, Any]:
    born = form.birth_date.data
    lines = (line.strip() for line in (form.address.data or "").splitlines())
    return {
        "name": form.name.data,
        "email": form.email.data,
        "phone": form.phone.data,
        "address": [line for line in lines if line],
        "birth_date": born.isoformat() if born else None,
        "postcode": form.postcode.data,
        "file": plain_reference(form.file.data or ""),
        "says": form.says.data,
    }
