"""To whom data of the own file were given: recipient, purpose, ground, day and exactly which (KK-28)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_dossier_id, own_reason
from app.core.access import present
from app.transfers.queries.given import Given, given_to
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.pages import render
from app.web.transfer_words import column_words, ground_words, purpose_words, recipient_name


@dataclass(frozen=True)
class GivenFacts:
    """What the page shows of the file."""

    disclosures: tuple[Given, ...]


@dataclass(frozen=True)
class GivenLine:
    """One time that data were given, in words."""

    recipient: str
    day: str
    purpose: str
    ground: str
    columns: tuple[str, ...]
    is_removal: bool


@family.page("/my/given", who=PARENT)
def my_given(visit: Visit) -> ResponseReturnValue:
    """Show every time that data were given to somebody outside, the last first; a second parent sees their own."""
    dossier_id = own_dossier_id(visit.session, either=True)
    own = own_reason(visit.session, dossier_id)
    facts = GivenFacts(given_to(visit.session, dossier_id))
    shown = present(visit.session, facts, subject=dossier_id, reasons=(own,), readable=visit.readable((own,)))
    found: tuple[Given, ...] = shown.disclosures or ()
    return render(
        "family/my/given.html",
        title=visit.texts.gettext("Who got your data"),
        lines=tuple(
            _line(visit, tuple(rows))
            for _, rows in groupby(found, key=lambda one: (one.at, one.recipient, one.is_removal))
        ),
        access_url=visit.url("family.my_access"),
        privacy_url=visit.url("public.privacy"),
        **{name: url for name, url in links(visit).items() if name != "access_url"},
    )


def _line(visit: Visit, rows: tuple[Given, ...]) -> GivenLine:
    texts, first = visit.texts, rows[0]
    columns = dict.fromkeys(name for row in rows for name in row.columns)
    return GivenLine(
        recipient_name(texts, visit.profile, first.recipient),
        texts.format_moment(first.at),
        purpose_words(texts, first.purpose),
        ground_words(texts, first.ground),
        column_words(texts, columns),
        first.is_removal,
    )
