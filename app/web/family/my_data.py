"""All that is held of whoever looks: what, why, from where, who reads it, to whom it went, and when it goes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_dossier_id, own_reason
from app.catalogue.copies import ORIGIN_LABELS, Origin
from app.catalogue.marking import N_
from app.consents.queries import asks_of
from app.core.audit import note_read
from app.organisations.texts import KEPT_FROM
from app.retention.queries.files import keep_date
from app.rights.queries.copy import Person, Record, Section, SubjectCopy, subject_copy
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.mails.letters import LETTERS
from app.web.own_requests import OWNER
from app.web.pages import render

# Of what only we or a facility can say, a copy shows the first records; the file to download holds each.
SHOWN = 30
NOBODY = N_("Nobody but you")
TO_NOBODY = N_("To nobody")
UNTIL = N_("Until %(day)s, if nothing else happens in your file.")
EVERY = "all"


@dataclass(frozen=True)
class RecordLines:
    """One record: what it is about, where it came from if that differs from the rest, its values in words."""

    about: str
    origin: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One group on the page."""

    label: str
    records: tuple[RecordLines, ...]
    more: int
    why: tuple[str, ...]
    basis: tuple[str, ...]
    origins: tuple[str, ...]
    readers: tuple[str, ...]
    given: tuple[str, ...]
    until: str
    remark: str


@family.page("/my/data", who=PARENT)
def my_data(visit: Visit) -> ResponseReturnValue:
    """Show everything that is held, part by part, and lead to each right (BXL-60, KG-44)."""
    dossier_id = own_dossier_id(visit.session, either=True)
    reason = own_reason(visit.session, dossier_id)
    copy = own_copy(visit)
    note_read(visit.session, subjects=(dossier_id,), groups=copy.groups, reasons=(reason,))
    parts = [_part(visit, one) for one in copy.sections]
    kept = keep_date(visit.session, visit.profile, dossier_id)
    return render(
        "family/my/data.html",
        title=visit.texts.gettext("Your data"),
        parts=tuple(one for one in parts if one.records or one.remark),
        empty=tuple(one.label for one in parts if not one.records and not one.remark),
        open_all=request.args.get("open") == EVERY,
        open_url=visit.url("family.my_data", open=EVERY),
        kept=visit.texts.format_day(kept) if kept else "",
        is_second=(reason,) != OWNER,
        asks=bool(asks_of(visit.profile)),
        dpo=visit.profile.contacts.dpo_email,
        **links(visit),
    )


def own_copy(visit: Visit) -> SubjectCopy:
    """Return all that is held of the parent who looks: of the one who applied, or of the other one."""
    dossier_id = own_dossier_id(visit.session, either=True)
    person: Person = "applicant" if (own_reason(visit.session, dossier_id),) == OWNER else "partner"
    return subject_copy(
        visit.session,
        visit.profile,
        dossier_id,
        person=person,
        texts=visit.texts,
        now=visit.now,
        subjects={kind: visit.texts.gettext(letter.subject) for kind, letter in LETTERS.items()},
    )


def _part(visit: Visit, section: Section) -> Part:
    texts = visit.texts
    several = len(section.origins) > 1
    return Part(
        label=section.label,
        records=tuple(_record(visit, one, several=several) for one in section.records[:SHOWN]),
        more=max(0, len(section.records) - SHOWN),
        why=tuple(dict.fromkeys(one.purpose for one in section.purposes)),
        basis=tuple(dict.fromkeys(one.basis for one in section.purposes)),
        origins=tuple(texts.gettext(ORIGIN_LABELS[one]) for one in section.origins),
        readers=tuple(f"{one.who}: {one.until}" for one in section.readers) or (texts.gettext(NOBODY),),
        given=tuple(
            f"{one.recipient}, {texts.format_moment(one.at)}: {', '.join(one.columns)}" for one in section.given
        )
        or (texts.gettext(TO_NOBODY),),
        until=_until(visit, section),
        remark=section.remark,
    )


def _record(visit: Visit, record: Record, *, several: bool) -> RecordLines:
    origin = visit.texts.gettext(ORIGIN_LABELS[Origin(record.origin)]) if several else ""
    return RecordLines(
        record.about, origin, tuple((one.label[:1].upper() + one.label[1:], one.words) for one in record.values)
    )


def _until(visit: Visit, section: Section) -> str:
    """Return when a group goes, in one sentence: a day, or the term and what it counts from."""
    texts = visit.texts
    if section.keep_until is not None:
        return texts.gettext(UNTIL, day=texts.format_day(section.keep_until))
    event = texts.gettext(KEPT_FROM.get(section.keep_anchor, ""))
    if section.keep_years:
        term = texts.ngettext("%(count)s year", "%(count)s years", section.keep_years)
    else:
        term = texts.ngettext("%(count)s day", "%(count)s days", section.keep_days)
    return f"{term} {event}"
