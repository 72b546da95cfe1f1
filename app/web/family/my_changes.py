"""What others changed in the file: when, which function, which parts; and taking over what a facility registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import note_looked
from app.applications.queries.own import own_dossier_id, own_reason
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.families.operations import take_over
from app.mandates.queries.changes import ToldChange, registrar_of, told_changes
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.own_requests import OWNER
from app.web.pages import render

SHOWN = 100
WHO: Mapping[str, str] = {
    "helpdesk": N_("Our helpdesk, because you asked for it"),
    "administrator": N_("The administrator of our desk, because you asked for it"),
    "counter": N_("A worker at our counter, because you asked for it"),
    "registrar": N_("The facility that registered you"),
    "chosen": N_("A facility that you chose"),
}
SOMEBODY = N_("Somebody of our organisation")


@dataclass(frozen=True)
class ChangeLine:
    """One change in words."""

    when: str
    who: str
    parts: tuple[str, ...]


@family.page("/my/changes", who=PARENT)
def my_changes(visit: Visit) -> ResponseReturnValue:
    """Show what others changed, the newest first (BXL-49); looking at it is remembered."""
    dossier_id = own_dossier_id(visit.session, either=True)
    reason = own_reason(visit.session, dossier_id)
    readable = visit.readable((reason,))
    found = told_changes(visit.session, dossier_id, limit=SHOWN)
    note_read(visit.session, subjects=(dossier_id,), groups=("change_log",), reasons=(reason,))
    note_looked(visit.session)
    lines = (_line(visit, one, readable) for one in found)
    return render(
        "family/my/changes.html",
        title=visit.texts.gettext("What others changed"),
        lines=tuple(line for line in lines if line.parts),
        registrar=registrar_of(visit.session, dossier_id) if (reason,) == OWNER else None,
        take_url=visit.url("family.my_take_over"),
        taken=request.args.get("done") == "taken",
        is_second=(reason,) != OWNER,
        **links(visit),
    )


@family.page("/my/take-over", who=PARENT, methods=("POST",), once=True)
def my_take_over(visit: Visit) -> ResponseReturnValue:
    """Take the file over from the facility that registered for the parents (BXL-54)."""
    take_over(visit.session, own_dossier_id(visit.session), now=visit.now)
    return visit.go("family.my_changes", done="taken")


def _line(visit: Visit, one: ToldChange, readable: frozenset[str]) -> ChangeLine:
    """Return a change in words; a second parent reads of no part that is not theirs to see."""
    texts = visit.texts
    return ChangeLine(
        texts.format_moment(one.at),
        texts.gettext(WHO.get(one.reason, SOMEBODY)),
        tuple(texts.gettext(GROUPS[group].label) for group in one.groups if group in readable),
    )
