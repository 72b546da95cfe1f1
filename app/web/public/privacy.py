"""Privacy statement, cookies, accessibility and contact: what every footer leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.organisations.rules import phone_is_open
from app.organisations.terms import Authority
from app.privacy import queries
from app.privacy.rules import Block, Shape
from app.web.cookies import ACCEPTED, CHOICE, REFUSED, choice_made, declares, keep
from app.web.devices import COOKIE as DEVICE
from app.web.doors import ANYONE, Visit
from app.web.forms import grouped_phone
from app.web.i18n import name_of_language
from app.web.pages import opening_hours, render
from app.web.public.door import public
from app.web.public.search import forget_search

Row = tuple[str, str | Markup, str]
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
HEADINGS = {
    "asked": N_("What the forms ask"),
    "purposes": N_("Purposes and legal grounds"),
    "readers": N_("Who reads what on this website"),
    "recipients": N_("Who outside our organisation gets data"),
    "keeping": N_("How long we keep what"),
    "cookies": N_("The cookies of this website"),
    "rights": N_("Your rights"),
    "authority": N_("Supervisory authority"),
    "contact": N_("How to reach us"),
}
# Lists that repeat what the prose beside them says, row by row: folded, or a phone scrolls through twenty screens.
FOLDED = frozenset({"purposes", "readers", "recipients", "keeping"})


@dataclass(frozen=True)
class Heading:
    """A heading of the page, for the list of contents."""

    key: str
    text: str


@dataclass(frozen=True)
class Part:
    """A block as the page shows it: prose, items, or rows of a derived list under a heading of their own."""

    shape: str
    text: Markup | None = None
    items: tuple[Markup, ...] = ()
    rows: tuple[Row, ...] = ()
    folded: bool = False
    derived: bool = False


@public.page("/privacy", who=ANYONE)
def privacy(visit: Visit) -> ResponseReturnValue:
    """Show the statement: the organisation's own words, and the lists that the program obeys (BXL-03, BXL-69)."""
    statement = queries.privacy_statement(visit.profile, visit.language)
    return render(
        "public/privacy.html",
        title=visit.texts.gettext("Privacy"),
        statement=statement,
        prose_language=statement.language if statement.language != visit.language else "",
        is_translation=statement.language != statement.master,
        master_name=name_of_language(statement.master),
        contents=tuple(Heading(section.key, section.heading) for section in statement.sections),
        lead_text=_linked(statement.lead),
        parts={section.key: tuple(_part(visit, block) for block in section.blocks) for section in statement.sections},
    )


@public.page("/cookies", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def cookies(visit: Visit) -> ResponseReturnValue:
    """Show the cookies that the profile declares, which are all that this site sets (C17); take an answer to them."""
    asks = declares(visit.profile, CHOICE)
    if request.method == "POST":
        chosen = request.form.get("choice", "")
        if not asks or chosen not in (ACCEPTED, REFUSED):
            abort(400)
        if chosen == REFUSED:
            forget_search(visit)
        answer = redirect(_way_back(visit, request.form.get("back", "")), code=303)
        keep(answer, CHOICE, chosen)
        return answer
    return render(
        "public/cookies.html",
        title=visit.texts.gettext("Cookies"),
        rows=_cookie_rows(visit),
        asks=asks,
        chosen=choice_made(),
    )


def _way_back(visit: Visit, path: str) -> str:
    """Return the page that the answer was given on, if it is one of this organisation."""
    ours = re.fullmatch(rf"/{visit.profile.key}/[a-z]{{2}}/[\w/-]*", path, re.ASCII)
    return path if ours else visit.url("public.cookies")


@public.page("/accessibility", who=ANYONE)
def accessibility(visit: Visit) -> ResponseReturnValue:
    """Show how accessible the site is, what was not tested, and where to complain."""
    authority = visit.profile.accessibility_authority
    return render(
        "public/accessibility.html",
        title=visit.texts.gettext("Accessibility"),
        contact=_contact_rows(visit),
        authority=_authority_row(authority) if authority else None,
    )


@public.page("/contact", who=ANYONE)
def contact(visit: Visit) -> ResponseReturnValue:
    """Show who we are and how to reach us, and whether the phone is answered now (BXL-70)."""
    profile = visit.profile
    return render(
        "public/contact.html",
        title=visit.texts.gettext("Contact"),
        organisation=profile.name,
        legal_form=profile.legal_form,
        enterprise_number=profile.enterprise_number,
        address=profile.address,
        rows=_contact_rows(visit),
        has_phone_hours=profile.contacts.opening is not None,
        is_phone_open=phone_is_open(profile, visit.now),
        authority=_authority_row(profile.authority),
    )


def _part(visit: Visit, block: Block) -> Part:
    if block.shape is Shape.PARAGRAPH:
        return Part(block.shape, _linked(block.text))
    if block.shape is Shape.LIST:
        return Part(block.shape, items=tuple(_linked(item) for item in block.items))
    heading = visit.texts.markup(HEADINGS[block.text])
    if block.text == "rights":
        return Part("rights", heading, items=tuple(visit.texts.markup(right) for right in queries.RIGHTS))
    return Part(
        block.shape,
        heading,
        rows=_ROWS[block.text](visit),
        folded=block.text in FOLDED,
        derived=block.text in {"asked", "cookies"},
    )


def _linked(text: str) -> Markup:
    """Escape a text and make its e-mail addresses links."""
    return Markup(_EMAIL.sub(lambda found: f'<a href="mailto:{found[0]}">{found[0]}</a>', str(escape(text))))  # noqa: S704


def _listed(visit: Visit, labels: Iterable[str]) -> str:
    return "; ".join(visit.texts.gettext(label) for label in labels)


def _asked_rows(visit: Visit) -> tuple[Row, ...]:
    tr = visit.texts.gettext
    needed, free = tr("We need this."), tr("You decide whether you answer.")
    rows = []
    for row in queries.asked_rows(visit.profile):
        said = " ".join(tr(reason) for reason in row.reasons)
        # Some reasons say themselves that the answer is free.
        closing = needed if row.required else free
        rows.append((tr(row.label), said if said.endswith(closing) else f"{said} {closing}".strip(), ""))
    return tuple(rows)


def _purpose_rows(visit: Visit) -> tuple[Row, ...]:
    tr = visit.texts.gettext
    return tuple(
        (
            tr(row.label),
            tr(
                "%(purpose)s. Ground: %(basis)s. Data: %(groups)s.",
                purpose=tr(row.purpose),
                basis=tr(row.basis),
                groups=_listed(visit, row.groups),
            ),
            "",
        )
        for row in queries.purpose_rows(visit.profile)
    )


def _reader_rows(visit: Visit) -> tuple[Row, ...]:
    tr = visit.texts.gettext
    rows = []
    for row in queries.reader_rows(visit.profile):
        said = [f"{tr(row.term)}.", tr("Reads: %(groups)s.", groups=_listed(visit, row.reads))]
        if row.changes:
            said.append(tr("Changes: %(groups)s.", groups=_listed(visit, row.changes)))
        rows.append((tr(row.who), " ".join(said), ""))
    return tuple(rows)


def _recipient_rows(visit: Visit) -> tuple[Row, ...]:
    tr = visit.texts.gettext
    rows = []
    for row in queries.recipient_rows(visit.profile, today_at(visit.now)):
        said = [f"{tr(row.ground)}.", f"{tr(row.purpose).rstrip('.')}."]
        if row.data:
            said.append(tr("Exactly these data: %(data)s.", data=_listed(visit, row.data)))
        if row.contact:
            said.append(tr("Questions: %(contact)s.", contact=row.contact))
        rows.append((tr(row.name), _linked(" ".join(said)), ""))
    return tuple(rows)


def _keep_rows(visit: Visit) -> tuple[Row, ...]:
    tr, plural = visit.texts.gettext, visit.texts.ngettext
    rows = []
    for row in queries.keep_rows(visit.profile):
        term = " ".join(
            [
                *([plural("%(count)s year", "%(count)s years", row.years)] if row.years else []),
                *([plural("%(count)s day", "%(count)s days", row.days)] if row.days else []),
            ]
        )
        until = f"{term} {tr(row.anchor)}" if term else tr("Until the end of the contract")
        said = [f"{_listed(visit, row.groups)}.", tr(row.action)]
        if row.proposed:
            said.append(tr("The statement gives no term for this: we chose it."))
        rows.append((until, " ".join(said), ""))
    return tuple(rows)


def _cookie_rows(visit: Visit) -> tuple[Row, ...]:
    tr = visit.texts.gettext
    # Over https the same cookie carries a prefix; the list shows the name that the browser shows.
    sid = getattr(current_app.session_interface, "cookie", "sid")
    real = {"sid": sid, DEVICE: f"{sid.removesuffix('sid')}{DEVICE}"}
    return tuple(
        (real.get(cookie.name, cookie.name), f"{tr(cookie.purpose)} {tr(cookie.term)}.", "")
        for cookie in visit.profile.cookies
    )


def _authority_rows(visit: Visit) -> tuple[Row, ...]:
    return (_authority_row(visit.profile.authority),)


def _authority_row(authority: Authority) -> Row:
    said = ", ".join(part for part in (authority.address, authority.phone, authority.email) if part)
    link = Markup('<br><a href="{0}" rel="noopener noreferrer">{0}</a>').format(authority.url) if authority.url else ""
    return authority.name, _linked(said) + link, ""


def _contact_rows(visit: Visit) -> tuple[Row, ...]:
    tr, contacts = visit.texts.gettext, visit.profile.contacts
    rows: list[Row] = []
    if contacts.phone:
        hours = opening_hours(contacts.opening, visit.texts) if contacts.opening else ""
        number = Markup("<bdi>{}</bdi>").format(grouped_phone(contacts.phone))
        rows.append((tr("Phone"), number + (f". {hours}" if hours else ""), ""))
    if contacts.helpdesk_email:
        rows.append((tr("E-mail"), _linked(contacts.helpdesk_email), ""))
    if contacts.rights_address:
        rows.append((tr("By letter"), contacts.rights_address, ""))
    if contacts.website:
        rows.append((tr("Website"), contacts.website, ""))
    officer = _linked(", ".join(part for part in (contacts.dpo_name, contacts.dpo_email, contacts.dpo_phone) if part))
    if officer:
        rows.append((tr("Questions about your data"), officer, ""))
    return tuple(rows)


_ROWS: dict[str, Callable[[Visit], tuple[Row, ...]]] = {
    "asked": _asked_rows,
    "purposes": _purpose_rows,
    "readers": _reader_rows,
    "recipients": _recipient_rows,
    "keeping": _keep_rows,
    "cookies": _cookie_rows,
    "authority": _authority_rows,
    "contact": _contact_rows,
}
