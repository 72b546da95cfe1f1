"""The register of article 30, as a page and as a file, from the declarations that the program obeys (KG-14)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from flask import Response
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.privacy import queries
from app.privacy.queries.register import MEASURES, PEOPLE
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.derived_lists import Row, authority_row, contact_rows, keeping, rows_of
from app.web.public.door import public
from app.web.public.statement import source_of

HEADS = (
    N_("Purpose"),
    N_("What for"),
    N_("Legal ground"),
    N_("Whose data"),
    N_("Which data"),
    N_("Who outside gets them"),
    N_("Who works with them for us"),
    N_("How long"),
    N_("Outside the European Union"),
    N_("How they are protected"),
    N_("Who decides"),
    N_("Questions"),
)
NOBODY, NOTHING_LEAVES = N_("Nobody"), N_("No data go outside the European Economic Area.")


@dataclass(frozen=True)
class Entry:
    """One purpose of the register, in words."""

    key: str
    label: str
    purpose: str
    basis: str
    groups: str
    recipients: str
    keeping: tuple[str, ...]


@public.page("/privacy/register", who=ANYONE)
def register(visit: Visit) -> ResponseReturnValue:
    """Show each purpose with its ground, data, recipients and terms."""
    tr, source = visit.texts.gettext, source_of(visit)
    working: tuple[Row, ...] = rows_of("recipients", source)
    return render(
        "public/register.html",
        title=tr("Register of processing"),
        controller=", ".join(part for part in (visit.profile.name, visit.profile.legal_form, _address(visit)) if part),
        contact=contact_rows(source),
        authority=authority_row(visit.profile.authority),
        entries=_entries(visit),
        working=working,
        people=tuple(tr(one) for one in PEOPLE),
        measures=tuple(tr(one) for one in MEASURES),
        csv_url=visit.url("public.register_csv"),
        back=visit.url("public.privacy"),
    )


@public.page("/privacy/register.csv", who=ANYONE)
def register_csv(visit: Visit) -> ResponseReturnValue:
    """Give the same register as a file, one line for each purpose."""
    tr, contacts = visit.texts.gettext, visit.profile.contacts
    processors = [f"{one.name} ({tr(one.purpose).rstrip('.')})" for one in source_of(visit).processors]
    officer = ", ".join(part for part in (contacts.dpo_name, contacts.dpo_email, contacts.dpo_phone) if part)
    written = StringIO()
    # A spreadsheet in Belgium expects semicolons.
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow([tr(head) for head in HEADS])
    for entry in _entries(visit):
        lines.writerow(
            [
                entry.label,
                entry.purpose,
                entry.basis,
                " / ".join(tr(one) for one in PEOPLE),
                entry.groups,
                entry.recipients,
                " / ".join(processors) or tr(NOBODY),
                " / ".join(entry.keeping),
                tr(NOTHING_LEAVES),
                " ".join(tr(one) for one in MEASURES),
                visit.profile.name,
                officer or contacts.helpdesk_email or contacts.rights_address,
            ]
        )
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="register-{visit.profile.key}.csv"'
    return answer


def _address(visit: Visit) -> str:
    address = visit.profile.address
    return f"{address.street}, {address.postcode} {address.municipality}" if address.street else ""


def _entries(visit: Visit) -> tuple[Entry, ...]:
    tr = visit.texts.gettext
    return tuple(
        Entry(
            row.key,
            tr(row.label),
            tr(row.purpose),
            tr(row.basis),
            "; ".join(tr(label) for label in row.groups),
            "; ".join(tr(name) for name in row.recipients) or tr(NOBODY),
            tuple(
                f"{keeping(kept, visit.texts)}: {'; '.join(tr(label) for label in kept.groups)}. {tr(kept.action)}"
                for kept in row.keeping
            ),
        )
        for row in queries.register_rows(visit.profile, today_at(visit.now))
    )
