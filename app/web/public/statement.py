"""The privacy statement: the one in force, the ones before it, and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.privacy import queries
from app.privacy.queries.statement import FROZEN
from app.privacy.rules import Block, Shape
from app.web.cookies import is_https
from app.web.doors import ANYONE, Visit
from app.web.i18n import name_of_language
from app.web.pages import render
from app.web.public.derived_lists import HEADINGS, Row, Source, linked, rows_of
from app.web.public.door import public

VERSION = "public.statement_version"
IN_FORCE, PUBLISHED = N_("In force since %(day)s"), N_("Published on %(day)s")
# Lists that repeat what the prose beside them says, row by row: folded, or a phone scrolls through twenty screens.
FOLDED = frozenset({"purposes", "readers", "recipients", "keeping", "stores"})


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
    return _show(visit, queries.statement_of_day(visit.profile, visit.language, today_at(visit.now)))


@public.page("/privacy/versions", who=ANYONE)
def statement_versions(visit: Visit) -> ResponseReturnValue:
    """List every version that was published, the one in force first (LEU-53, KG-42)."""
    texts, found = visit.texts, queries.versions_of(visit.profile, today_at(visit.now))
    return render(
        "public/statement_versions.html",
        title=texts.gettext("Versions of our privacy statement"),
        rows=tuple(
            (
                texts.gettext("Version %(version)s", version=one.version),
                texts.gettext(IN_FORCE if one is found[0] else PUBLISHED, day=texts.format_day(one.published)),
                visit.url("public.privacy") if one is found[0] else visit.url(VERSION, version=one.version),
            )
            for one in found
        ),
    )


@public.page("/privacy/versions/<version>", who=ANYONE)
def statement_version(visit: Visit, version: str) -> ResponseReturnValue:
    """Show one version as it was; one that is not published yet is not there (KK-58)."""
    found = queries.older_statement(visit.profile, visit.language, version, today_at(visit.now))
    return _show(visit, found, is_older=found.frozen is not None)


def source_of(visit: Visit) -> Source:
    """Return what the lists are made of on this visit."""
    today = today_at(visit.now)
    return Source(
        visit.profile,
        visit.texts,
        today,
        is_https(),
        queries.processor_rows(visit.session, today),
        lambda endpoint: visit.url(endpoint) if endpoint in visit.house.pages else "",
    )


def _show(visit: Visit, statement: queries.PrivacyStatement, *, is_older: bool = False) -> Response:
    source = source_of(visit)
    return render(
        "public/privacy.html",
        title=visit.texts.gettext("Privacy"),
        statement=statement,
        prose_language=statement.language if statement.language != visit.language else "",
        is_translation=statement.language != statement.master,
        master_name=name_of_language(statement.master),
        contents=tuple(Heading(section.key, section.heading) for section in statement.sections),
        lead_text=linked(statement.lead),
        changed=tuple(_part(source, block, statement) for block in statement.changed),
        parts={
            section.key: tuple(_part(source, block, statement) for block in section.blocks)
            for section in statement.sections
        },
        is_older=is_older,
        current_url=visit.url("public.privacy"),
        versions_url=visit.url("public.statement_versions"),
        register_url=visit.url("public.register"),
    )


def _part(source: Source, block: Block, statement: queries.PrivacyStatement) -> Part:
    if block.shape is Shape.PARAGRAPH:
        return Part(block.shape, linked(block.text))
    if block.shape is Shape.LIST:
        return Part(block.shape, items=tuple(linked(item) for item in block.items))
    heading = source.texts.markup(HEADINGS[block.text])
    if block.text == "rights":
        return Part("rights", heading, items=tuple(source.texts.markup(right) for right in queries.RIGHTS))
    if statement.frozen is not None and block.text in FROZEN:
        rows: tuple[Row, ...] = tuple((label, linked(said), "") for label, said in statement.frozen[block.text])
    else:
        rows = rows_of(block.text, source)
    return Part(
        block.shape,
        heading,
        rows=rows,
        folded=block.text in FOLDED,
        derived=block.text in {"asked", "cookies"},
    )
