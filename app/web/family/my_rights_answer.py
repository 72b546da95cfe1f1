"""The answer to what a parent asked about its data: for that parent alone, after signing in (LEU-43, M10)."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_reason
from app.core.access import present
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.rights.queries.requests import Opened, own_answer
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.pages import render
from app.web.rights_words import answer_words


@family.page("/my/rights-answer/<uuid:request_id>", who=PARENT)
def my_rights_answer(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Show what was answered, with the copy as long as it is there; raises NotFound for anybody else's."""
    one = own_answer(visit.session, request_id)
    if one.dossier_id is None:
        raise NotFound
    reasons = (own_reason(visit.session, one.dossier_id),)
    shown = present(visit.session, one, subject=one.dossier_id, reasons=reasons, readable=visit.readable(reasons))
    opened: Opened | None = shown.rights_requests
    if opened is None:
        raise NotFound
    texts, asked = visit.texts, opened.asked
    answer = answer_words(texts, visit.profile, asked.kind, opened.answer)
    return render(
        "family/my/rights_answer.html",
        title=answer.title,
        reference=grouped_reference(one.reference),
        received=texts.format_day(asked.received_on),
        copy_until=texts.format_day(asked.copy_until) if asked.copy_until else "",
        answer=answer,
        **links(visit),
    )
