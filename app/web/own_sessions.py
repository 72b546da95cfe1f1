"""Where somebody is signed in, at any door: the lines of that page, and ending what one does not know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.accounts.operations import end_other_sessions, end_own_session
from app.accounts.queries import own_sessions
from app.core.errors import NotFound
from app.web.doors import Visit, session_terms
from app.web.visit import browser_here

OTHERS = "others"


@dataclass(frozen=True)
class SessionLine:
    """One place where somebody is, or was, signed in."""

    key: str
    began: str
    seen: str
    is_this: bool
    is_live: bool


def session_lines(visit: Visit) -> tuple[SessionLine, ...]:
    """Return where the actor is, or was, signed in."""
    moment = visit.texts.format_moment
    idle = session_terms(visit.profile, visit.actor.kind).idle
    return tuple(
        SessionLine(one.id_hash.hex(), moment(one.created_at), moment(one.last_seen_at), one.is_this, one.is_live)
        for one in own_sessions(visit.session, browser_here().need_id(), visit.now, idle)
    )


def end_chosen_sessions(visit: Visit) -> None:
    """End the session that was posted, or all but this one; raises NotFound."""
    which = request.form.get("which", "")
    if which == OTHERS:
        end_other_sessions(visit.session, browser_here().need_id(), visit.now)
        return
    try:
        end_own_session(visit.session, bytes.fromhex(which), visit.now)
    except ValueError:
        raise NotFound from None
