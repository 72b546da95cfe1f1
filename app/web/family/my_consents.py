"""One's own permissions: each by itself, given and taken back with one tap, with every answer of the past."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_file
from app.catalogue.values import word_of
from app.consents.queries import Answered, Ask, answers_of, asks_of
from app.consents.rules import stands
from app.core.access import present
from app.core.errors import NotFound
from app.mandates.operations.consents import answer_consent
from app.organisations.rules import field_asked
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.labels import NO, YES
from app.web.own_requests import OWNER
from app.web.pages import render

CHANNEL = "consent.channel"
GIVE, TAKE_BACK = "give", "take_back"


@dataclass(frozen=True)
class Answers:
    """What the family answered to each question; named after the group it stands in."""

    consents: tuple[Answered, ...]


@dataclass(frozen=True)
class PastLine:
    """One answer of the past, in words."""

    when: str
    answer: str
    how: str
    version: str


@dataclass(frozen=True)
class Permission:
    """One permission: its own text, how it stands, and the one button that turns it."""

    recipient: str
    name: str
    text: str
    version: str
    contact: str
    stands: bool
    unless_refused: bool
    since: str
    past: tuple[PastLine, ...]


@family.page("/my/permissions", who=PARENT, methods=("GET", "POST"), once=True)
def my_consents(visit: Visit) -> ResponseReturnValue:
    """Show each permission with its history; one tap gives it and one tap takes it back (BXL-66, LEU-20)."""
    found = own_file(visit.session)
    if request.method == "POST":
        deed = request.form.get("deed", "")
        if deed not in (GIVE, TAKE_BACK) or not found.requests:
            raise NotFound
        answer_consent(
            visit.session,
            visit.profile,
            found.dossier_id,
            found.requests[0].id,
            request.form.get("recipient", ""),
            given=deed == GIVE,
            language=visit.language,
            now=visit.now,
        )
        return visit.go("family.my_consents", done=deed)
    answers = Answers(tuple(answers_of(visit.session, found.dossier_id)))
    shown = present(visit.session, answers, subject=found.dossier_id, reasons=OWNER, readable=visit.readable(OWNER))
    said: tuple[Answered, ...] = shown.consents or ()
    done = request.args.get("done", "")
    return render(
        "family/my/consents.html",
        title=visit.texts.gettext("Your permissions"),
        permissions=tuple(_permission(visit, one, said) for one in asks_of(visit.profile)),
        done=done if done in (GIVE, TAKE_BACK) else "",
        give=GIVE,
        take_back=TAKE_BACK,
        health_url=visit.url("family.my_change", request_id=found.requests[0].id, step="health")
        if found.requests and field_asked(visit.profile, "health.situation")
        else "",
        privacy_url=visit.url("public.privacy"),
        versions_url=visit.url("public.statement_versions"),
        **links(visit),
    )


def _permission(visit: Visit, ask: Ask, said: tuple[Answered, ...]) -> Permission:
    texts = visit.texts
    own = tuple(one for one in said if one.recipient == ask.recipient)
    last = own[0] if own else None
    return Permission(
        recipient=ask.recipient,
        name=texts.gettext(ask.name),
        text=texts.gettext(ask.text),
        version=ask.text_version,
        contact=ask.contact,
        stands=stands(unless_refused=ask.unless_refused, answer=last.given if last else None),
        unless_refused=ask.unless_refused,
        since=texts.format_moment(last.at) if last else "",
        past=tuple(_past(visit, one) for one in own),
    )


def _past(visit: Visit, one: Answered) -> PastLine:
    texts = visit.texts
    return PastLine(
        texts.format_moment(one.at),
        texts.gettext(YES if one.given else NO),
        texts.gettext(word_of(CHANNEL, one.channel)),
        one.text_version,
    )
