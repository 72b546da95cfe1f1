"""Who can see this file, why, what of it, and until when: the same relation that the database obeys.

And who came to it, in which function and why, from the audit: day by day, without a name of anybody who works there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import Reader, own_dossier_id, own_readers, own_reason
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.consents.queries import own_consents
from app.core.audit import note_read
from app.organisations.rules import readable_groups
from app.rights.queries.log import LogLine, own_log
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.log_words import FUNCTIONS, REFUSED, TYPISTS, UNTIL
from app.web.family.my import links
from app.web.pages import render

# Why somebody reaches the file, and until when where no date is set.
REASONS: Mapping[str, tuple[str, str]] = {
    "chosen": (
        N_("You chose this facility. It decides whether it has a place."),
        N_("Until it refuses, you take your choice back, or your child has a place somewhere."),
    ),
    "owner": (N_("This parent applied."), N_("As long as we keep the file.")),
    "co_parent": (
        N_("You invited this parent. They see the request, and they can answer an offer."),
        N_("Until one of you ends it."),
    ),
    "desk": (
        N_("Our desk: you wrote to each other, or there is something to settle for you."),
        N_("As long as we keep your messages, or until it is settled."),
    ),
    "counter": (
        N_("A counter: you live in its area, or you chose a facility there. It sees your name, address and choices."),
        N_("Until you move away and no choice of yours lies there any more."),
    ),
    "looking": (
        N_("A worker at a counter, to whom you showed a code. They read, and change nothing."),
        N_("Until you end it."),
    ),
    "sick_care": (
        N_("The care for sick children at home, which your child used. It sees what an invoice needs."),
        N_("As long as an invoice may need it."),
    ),
    "enrolled": (N_("Your child has a place here."), N_("As long as your child goes there.")),
}
PARENTS: Mapping[str, str] = {"owner": N_("The other parent"), "co_parent": N_("The other parent")}
# Grounds to write that stand beside the one to read.
BESIDE_ANOTHER = frozenset({"helping", "counter_helping"})
OTHER_REASON = (N_("Somebody of our organisation who handles your application."), N_("As long as that takes."))


@dataclass(frozen=True)
class ReaderLine:
    """One facility or desk that can open the file."""

    name: str
    people: str
    reason: str
    until: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class CameLine:
    """What people in one function did with the file on a day."""

    name: str
    what: str
    why: str
    typed: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class CameDay:
    """One day of the log."""

    day: str
    lines: tuple[CameLine, ...]


@family.page("/my/access", who=PARENT)
def my_access(visit: Visit) -> ResponseReturnValue:
    """Show everybody who can open the file at this moment, and to whom data may be given; then who came to it."""
    dossier_id = own_dossier_id(visit.session, either=True)
    readers = own_readers(visit.session, dossier_id)
    own = own_reason(visit.session, dossier_id)
    given = [consent.recipient for consent in own_consents(visit.session, dossier_id) if consent.given]
    log = own_log(visit.session, _before(request.args.get("before", "")))
    note_read(visit.session, subjects=(dossier_id,), groups=("choices", "consents", "access_log"), reasons=(own,))
    return render(
        "family/my/access.html",
        title=visit.texts.gettext("Who can see your file?"),
        readers=tuple(
            _line(visit, reader) for reader in readers if reader.reason != own and reader.reason not in BESIDE_ANOTHER
        ),
        days=tuple(
            CameDay(visit.texts.format_weekday(day), tuple(_came(visit, line) for line in lines))
            for day, lines in groupby(log.lines, key=lambda line: line.day)
        ),
        earlier=visit.url("family.my_access", before=log.before) + "#log" if log.before else "",
        recipients=tuple(visit.profile.recipients[key].name for key in given if key in visit.profile.recipients),
        is_second=own != "owner",
        privacy_url=visit.url("public.privacy"),
        **links(visit),
    )


def _line(visit: Visit, reader: Reader) -> ReaderLine:
    texts = visit.texts
    name, why = FUNCTIONS.get(reader.reason, (visit.profile.name, OTHER_REASON[0]))
    reason, until = REASONS.get(reader.reason, (why, UNTIL.get(reader.reason, OTHER_REASON[1])))
    people = texts.ngettext("%(count)s person", "%(count)s people", reader.people)
    groups = readable_groups(visit.profile, (reader.reason,))
    return ReaderLine(
        name=reader.facility or texts.gettext(PARENTS.get(reader.reason, name)),
        people=people,
        reason=texts.gettext(reason),
        until=texts.format_moment(reader.until) if reader.until else texts.gettext(until),
        groups=tuple(texts.gettext(group.label) for key, group in GROUPS.items() if key in groups),
    )


def _came(visit: Visit, line: LogLine) -> CameLine:
    texts = visit.texts
    name, why = (texts.gettext(words) for words in FUNCTIONS[line.function])
    if line.refused:
        what = texts.gettext(REFUSED)
    elif line.changed:
        what = texts.gettext(N_("Changed or answered something"))
    else:
        what = texts.gettext(N_("Looked at it"))
        if line.people > 1:
            what += f" ({texts.ngettext('%(count)s person', '%(count)s people', line.people)})"
    return CameLine(
        name=line.facility or name,
        what=what,
        why=why,
        typed=texts.gettext(TYPISTS.get(line.typed_by, TYPISTS["somebody"])) if line.typed_by else "",
        groups=tuple(texts.gettext(group.label) for key, group in GROUPS.items() if key in line.groups),
    )


def _before(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        abort(400)
