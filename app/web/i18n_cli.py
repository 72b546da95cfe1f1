"""`flask translations update|check|compile`: the strings of the code, brought into every catalogue.

A complete language has every text; a help translation has what families read, for nobody else reads it.
The application does not start without compiled catalogues; `python -m app.web.i18n_cli compile` works before it does.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.web.i18n import (
    DOMAIN,
    SOURCE_LANGUAGE,
    TRANSLATIONS,
    available_languages,
    compile_catalogues,
    is_help,
    source_path,
)
from app.web.mails.letters import LETTERS, Letter

ROOT = TRANSLATIONS.parent
# Texts.markup and Texts.nmarkup translate too; tr and plural are what a view calls its own gettext and ngettext.
KEYWORDS = {**DEFAULT_KEYWORDS, "markup": None, "nmarkup": (1, 2), "tr": None, "plural": (1, 2)}
# What only facilities, staff and visitors of the demo read. The texts of messages stand in one file: see STAFF_LETTERS.
NOT_FOR_FAMILIES = (
    "app/web/facility/",
    "app/web/own/",
    "app/web/staff/",
    "app/web/counter/",
    "app/web/lookalong/",
    "app/web/oversight/",
    "app/web/demo/",
    "app/web/mails/incident_staff_letters.py",
    "app/web/writing.py",
    "app/web/registrar/",
    "app/web/helper/",
    "app/web/assist/",
    "app/web/changing.py",
    "app/web/changing_parts.py",
    "app/web/changing_pages.py",
    "app/templates/components/writing.html",
    "app/templates/components/changing.html",
    "app/templates/registrar/",
    "app/templates/helper/",
    "app/templates/facility/",
    "app/templates/own/",
    "app/templates/staff/",
    "app/templates/counter/",
    "app/templates/lookalong/",
    "app/templates/oversight/",
    "app/templates/demo/",
    "app/templates/layout/staff.html",
    "jobs/",
)
LETTERS_FILE = "app/web/mails/letters.py"
STAFF_LETTERS = ("facility_", "staff_")
HELP_HEADER = "# {name} texts of Opvangloket for families.\n# A help translation: the Dutch text counts."
translations = click.Group("translations", help="The catalogues of texts, one for each language.")


def extract(root: Path = ROOT) -> Catalog:
    """Return every string of the code and the templates."""
    with (root / "translations" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(project="Opvangloket", charset="utf-8")
    found = extract_from_dir(root, methods, options, KEYWORDS, directory_filter=_is_ours)
    for filename, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        # Without line numbers a catalogue changes only when a text does.
        template.add(message, None, [(filename, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return template


def for_families(template: Catalog) -> Catalog:
    """Return the strings that a family can meet, which is all that a help translation holds."""
    families, staff = _texts_of_letters()
    chosen = Catalog(project="Opvangloket", charset="utf-8")
    for message in template:
        places = [name for name, _ in message.locations if not name.startswith(NOT_FOR_FAMILIES)]
        if message.id in staff - families:
            places = [name for name in places if name != LETTERS_FILE]
        if message.id and places:
            chosen.add(
                message.id,
                None,
                [(name, None) for name in places],  # type: ignore[misc]
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return chosen


def _texts_of_letters() -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts of the messages to families, and of those to the people who work with them."""
    families: set[str] = set()
    staff: set[str] = set()
    for kind, letter in LETTERS.items():
        (staff if kind.startswith(STAFF_LETTERS) else families).update(_strings(letter))
    return frozenset(families), frozenset(staff)


def _strings(letter: Letter) -> set[str]:
    found: set[str] = set()
    for part in fields(letter):
        value = getattr(letter, part.name)
        found |= {value} if isinstance(value, str) else set(value)
    return found


def asked_of(language: str, template: Catalog) -> Catalog:
    """Return the strings that a language must have."""
    return for_families(template) if is_help(language) else template


def _is_ours(folder: str | Path) -> bool:
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in ("tests", "migrations", "node_modules")


def catalogue_of(language: str) -> Catalog:
    """Return the written catalogue of a language, a new one when there is none."""
    path = source_path(language)
    if not path.is_file():
        return Catalog(
            locale=language,
            project="Opvangloket",
            version="1",
            msgid_bugs_address="",
            last_translator="Opvangloket",
            language_team=language,
            charset="utf-8",
        )
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def updated(language: str, template: Catalog) -> bytes:
    """Return the catalogue of a language as it should be written: the strings of today with their translations."""
    catalogue = catalogue_of(language)
    catalogue.update(asked_of(language, template), no_fuzzy_matching=True)
    if is_help(language):
        catalogue.header_comment = HELP_HEADER.format(name=Locale.parse(language).english_name)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False  # the head of a fresh catalogue is marked doubtful, and nothing in it is
    # A date in the header would make every run a change.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 21, tzinfo=UTC)
    target = BytesIO()
    write_po(target, catalogue, width=120, sort_output=False, include_lineno=False, omit_header=False)
    return target.getvalue()


def missing(language: str, template: Catalog) -> list[str]:
    """Return the strings that a language lacks: absent, empty or marked as doubtful; the source language lacks none."""
    catalogue = catalogue_of(language)
    lacking = []
    for message in asked_of(language, template):
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        given = known.string if known is not None else ""
        complete = all(given) if isinstance(given, (tuple, list)) else bool(given)
        if not (known is not None and complete and not known.fuzzy):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return [] if language == SOURCE_LANGUAGE else lacking


def unfit(language: str) -> list[str]:
    """Return the translations whose parameters are not those of the text."""
    catalogue = catalogue_of(language)
    return [f"{message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]


@translations.command("update")
@click.argument("languages", nargs=-1)
def update(languages: tuple[str, ...]) -> None:
    """Bring the strings of the code into every catalogue (or begin one for the languages named)."""
    template = extract()
    for language in languages or available_languages():
        path = source_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(updated(language, template))
        click.echo(
            f"{language}: {len(asked_of(language, template))} texts, {len(missing(language, template))} to translate"
        )


@translations.command("check")
def check() -> None:
    """List what is missing or wrong; ends with 1 when anything is."""
    template = extract()
    faults = 0
    for language in available_languages():
        for text in missing(language, template):
            faults += 1
            click.echo(f"{language}: not translated: {text}")
        for text in unfit(language):
            faults += 1
            click.echo(f"{language}: {text}")
    if faults:
        raise SystemExit(1)


@translations.command("compile")
def compile_all() -> None:
    """Compile every catalogue that changed."""
    click.echo(", ".join(compile_catalogues()) or "nothing to do")


if __name__ == "__main__":
    translations()
