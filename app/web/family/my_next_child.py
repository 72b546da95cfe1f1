"""Asking a place for a next child: the file is known, so only what concerns the child is asked (BXL-41)."""

from __future__ import annotations

from uuid import uuid4

from flask.typing import ResponseReturnValue

from app.applications.operations.drafts import start_draft
from app.applications.queries.drafts import next_child_draft
from app.applications.queries.own import own_file
from app.core.errors import NotFound
from app.families.queries import own_family
from app.web.doors import PARENT, Visit
from app.web.family.apply_content import Content
from app.web.family.apply_pages import terms_of
from app.web.family.apply_steps import ASKED_OF_NEXT_CHILD, NOT_SHOWN_OF_NEXT_CHILD
from app.web.family.door import family
from app.web.family.my_answers import content_of

START = "family.start"


@family.page("/my/next-child", who=PARENT, methods=("POST",), once=True)
def my_next_child(visit: Visit) -> ResponseReturnValue:
    """Begin the application for a next child, or go on with the one that was begun."""
    found = own_file(visit.session)
    if next_child_draft(visit.session, visit.actor_id, now=visit.now) is None:
        content = Content(next_child=True)
        refresh(visit, content)
        # One field to correct rather than to fill in; the first name, the day and the rest are new.
        content.keep("child", {"family_name": [found.requests[0].child_identity.family_name]})
        start_draft(
            visit.session,
            uuid4(),
            content.stored(),
            language=found.language,
            terms=terms_of(visit),
            now=visit.now,
            account_id=visit.actor_id,
        )
    return visit.go(START)


def refresh(visit: Visit, content: Content) -> None:
    """Take over what the file says of the family today; raises NotFound for a parent without a file of their own."""
    found = own_file(visit.session)
    if not found.requests:
        raise NotFound
    known = content_of(visit.profile, own_family(visit.session, found.dossier_id), found.requests[0], ())
    siblings = content.get("household", "siblings")
    new = ASKED_OF_NEXT_CHILD - {"household"} | NOT_SHOWN_OF_NEXT_CHILD
    content.answers |= {name: answers for name, answers in known.answers.items() if name not in new}
    if siblings is None:
        # The page about brothers and sisters is asked once.
        content.ask_again("household")
    else:
        content.answers["household"]["siblings"] = siblings
