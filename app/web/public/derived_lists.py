"""The lists of a statement in words: rows of a label and what it says, in one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.organisations.terms import Authority
from app.privacy import queries
from app.privacy.queries.derived import KeepRow
from app.web.cookies import COMFORT, name_in_browser
from app.web.forms import grouped_phone
from app.web.i18n import Texts
from app.web.pages import opening_hours

Row = tuple[str, str | Markup, str]
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
HEADINGS = {
    "asked": N_("What the forms ask"),
    "purposes": N_("Purposes and legal grounds"),
    "readers": N_("Who reads what on this website"),
    "recipients": N_("Who outside our organisation gets data"),
    "keeping": N_("How long we keep what"),
    "stores": N_("What lies beside the files"),
    "cookies": N_("The cookies of this website"),
    "rights": N_("Your rights"),
    "ways": N_("Do it here"),
    "report": N_("Report it here"),
    "complain": N_("Complain here"),
    "authority": N_("Supervisory authority"),
    "contact": N_("How to reach us"),
}
_MY_DATA = ("family.my_data", N_("See and copy your data"), N_("All that we hold about you, also as a file."))
_MY_RIGHTS = (
    "family.my_rights",
    N_("Ask something about your data"),
    N_("With an account: correct, erase, stop or object."),
)
_ASK = (
    "public.rights_request",
    N_("Ask without an account"),
    N_("For everybody about whom we hold data, also a partner."),
)
_LEAK = ("public.leak", N_("Report a leak"), N_("Everybody can. You do not have to say who you are."))
_COMPLAINT = ("public.complaint", N_("Make a complaint"), N_("You get a receipt at once, and an answer in time."))
WAYS = {
    "ways": (_MY_DATA, _MY_RIGHTS, _ASK, _LEAK, _COMPLAINT),
    "report": (_LEAK,),
    "complain": (_COMPLAINT,),
}


@dataclass(frozen=True)
class Source:
    """What the lists are made of: an organisation, a language, a day, and who works for it on that day."""

    profile: Profile
    texts: Texts
    day: date
    https: bool
    processors: tuple[queries.ProcessorRow, ...] = ()
    # The address of a page, empty where there is no such page.
    url: Callable[[str], str] = lambda _: ""


def linked(text: str) -> Markup:
    """Escape a text and make its e-mail addresses links."""
    return Markup(_EMAIL.sub(lambda found: f'<a href="mailto:{found[0]}">{found[0]}</a>', str(escape(text))))  # noqa: S704


def rows_of(name: str, source: Source) -> tuple[Row, ...]:
    """Return the rows of one list."""
    return _ROWS[name](source)


def keeping(row: KeepRow, texts: Texts) -> str:
    """Return how long something is kept and what happens then."""
    term = " ".join(
        [
            *([texts.ngettext("%(count)s year", "%(count)s years", row.years)] if row.years else []),
            *([texts.ngettext("%(count)s day", "%(count)s days", row.days)] if row.days else []),
        ]
    )
    return f"{term} {texts.gettext(row.anchor)}" if term else texts.gettext("Until the end of the contract")


def contact_rows(source: Source) -> tuple[Row, ...]:
    """Return every way to reach the organisation."""
    tr, contacts = source.texts.gettext, source.profile.contacts
    rows: list[Row] = []
    if contacts.phone:
        hours = opening_hours(contacts.opening, source.texts) if contacts.opening else ""
        number = Markup("<bdi>{}</bdi>").format(grouped_phone(contacts.phone))
        rows.append((tr("Phone"), number + (f". {hours}" if hours else ""), ""))
    if contacts.helpdesk_email:
        rows.append((tr("E-mail"), linked(contacts.helpdesk_email), ""))
    if contacts.rights_address:
        rows.append((tr("By letter"), contacts.rights_address, ""))
    if contacts.website:
        rows.append((tr("Website"), contacts.website, ""))
    officer = linked(", ".join(part for part in (contacts.dpo_name, contacts.dpo_email, contacts.dpo_phone) if part))
    if officer:
        rows.append((tr("Questions about your data"), officer, ""))
    return tuple(rows)


def authority_row(authority: Authority) -> Row:
    """Return how to reach an authority."""
    said = ", ".join(part for part in (authority.address, authority.phone, authority.email) if part)
    link = Markup('<br><a href="{0}" rel="noopener noreferrer">{0}</a>').format(authority.url) if authority.url else ""
    return authority.name, linked(said) + link, ""


def cookie_rows(source: Source, *, comfort: bool | None = None) -> tuple[Row, ...]:
    """Return the cookies: all of them, or those for comfort alone, or the others."""
    tr = source.texts.gettext
    return tuple(
        (name_in_browser(cookie.name, https=source.https), f"{tr(cookie.purpose)} {tr(cookie.term)}.", "")
        for cookie in source.profile.cookies
        if comfort is None or (cookie.name in COMFORT) == comfort
    )


def _listed(source: Source, labels: Iterable[str]) -> str:
    return "; ".join(source.texts.gettext(label) for label in labels)


def _asked_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    needed, free = tr("We need this."), tr("You decide whether you answer.")
    rows = []
    for row in queries.asked_rows(source.profile):
        said = " ".join(tr(reason) for reason in row.reasons)
        # Some reasons say themselves that the answer is free.
        closing = needed if row.required else free
        rows.append((tr(row.label), said if said.endswith(closing) else f"{said} {closing}".strip(), ""))
    return tuple(rows)


def _purpose_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    return tuple(
        (
            tr(row.label),
            tr(
                "%(purpose)s. Ground: %(basis)s. Data: %(groups)s.",
                purpose=tr(row.purpose),
                basis=tr(row.basis),
                groups=_listed(source, row.groups),
            ),
            "",
        )
        for row in queries.purpose_rows(source.profile)
    )


def _reader_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    rows = []
    for row in queries.reader_rows(source.profile):
        said = [f"{tr(row.term)}.", tr("Reads: %(groups)s.", groups=_listed(source, row.reads))]
        if row.changes:
            said.append(tr("Changes: %(groups)s.", groups=_listed(source, row.changes)))
        rows.append((tr(row.who), " ".join(said), ""))
    return tuple(rows)


def _recipient_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    rows: list[Row] = []
    for row in queries.recipient_rows(source.profile, source.day):
        said = [f"{tr(row.ground)}.", f"{tr(row.purpose).rstrip('.')}."]
        if row.data:
            said.append(tr("Exactly these data: %(data)s.", data=_listed(source, row.data)))
        if row.contact:
            said.append(tr("Questions: %(contact)s.", contact=row.contact))
        rows.append((tr(row.name), linked(" ".join(said)), ""))
    for one in source.processors:
        ground = tr("Works for us, under an agreement")
        rows.append((one.name, f"{ground}. {tr(one.purpose).rstrip('.')}. {one.country}.", ""))
    return tuple(rows)


def _keep_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    rows = []
    for row in queries.keep_rows(source.profile):
        said = [f"{_listed(source, row.groups)}.", tr(row.action)]
        if row.proposed:
            said.append(tr("The statement gives no term for this: we chose it."))
        rows.append((keeping(row, source.texts), " ".join(said), ""))
    return tuple(rows)


def _store_rows(source: Source) -> tuple[Row, ...]:
    tr = source.texts.gettext
    return tuple((tr(label), f"{tr(term)}.", "") for label, term in queries.store_rows())


def _way_rows(name: str) -> Callable[[Source], tuple[Row, ...]]:
    def rows(source: Source) -> tuple[Row, ...]:
        tr = source.texts.gettext
        return tuple(
            (tr(label), Markup('<a href="{}">{}</a>').format(url, tr(said)), "")
            for endpoint, label, said in WAYS[name]
            if (url := source.url(endpoint))
        )

    return rows


_ROWS: Mapping[str, Callable[[Source], tuple[Row, ...]]] = {
    "asked": _asked_rows,
    "purposes": _purpose_rows,
    "readers": _reader_rows,
    "recipients": _recipient_rows,
    "keeping": _keep_rows,
    "stores": _store_rows,
    "cookies": cookie_rows,
    **{name: _way_rows(name) for name in WAYS},
    "authority": lambda source: (authority_row(source.profile.authority),),
    "contact": contact_rows,
}
