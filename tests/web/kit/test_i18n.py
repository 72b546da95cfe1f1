"""Words and calendar of each language."""

from __future__ import annotations

import gettext
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from flask import Flask

from app.catalogue.marking import N_
from app.web import i18n, i18n_cli
from app.web.i18n import compile_catalogues, missing_catalogues, texts
from app.web.i18n_cli import extract, for_families, missing, updated

DAY = date(2026, 3, 27)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_catalogues()


@pytest.mark.parametrize(
    ("language", "written", "weekday"),
    [("nl", "27 maart 2026", "Vrijdag"), ("fr", "27 mars 2026", "Vendredi"), ("en", "27 March 2026", "Friday")],
)
def test_a_day_is_written_out(language: str, written: str, weekday: str) -> None:
    bound = texts(language)
    assert bound.format_day(DAY) == written
    assert bound.day_name(4) == weekday
    assert bound.format_day_short(DAY) == "27/03/2026"


def test_a_moment_is_the_wall_clock_of_brussels() -> None:
    assert texts("nl").format_moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juli 2026, 00:30"
    assert texts("nl").format_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juli 2026"
    with pytest.raises(ValueError, match="time zone"):
        texts("nl").format_moment(datetime(2026, 7, 1))


def test_parameters_are_escaped_in_a_page_and_plain_in_a_mail() -> None:
    bound = texts("en")
    message = "A service of %(organisation)s."
    assert bound.gettext(message, organisation="<b>") == "A service of <b>."
    assert bound.markup(message, organisation="<b>") == "A service of &lt;b&gt;."


def test_a_number_takes_its_form() -> None:
    one, many = "One answer needs your attention", "%(count)s answers need your attention"
    assert texts("en").ngettext(one, many, 1) == one
    assert texts("en").ngettext(one, many, 3) == "3 answers need your attention"


def test_a_language_without_catalogue_stops_the_start() -> None:
    assert missing_catalogues(("nl", "xx")) == ("xx",)
    with pytest.raises(LookupError, match="xx"):
        texts("xx")
    with pytest.raises(RuntimeError, match="xx"):
        i18n.init_app(Flask("empty"), ("nl", "xx"))


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    template = Catalog()
    template.add("Continue")
    (folder / "messages.po").write_bytes(updated("nl", template))
    assert missing("nl", template) == ["Continue"]
    assert compile_catalogues() == ("nl",)
    assert compile_catalogues() == ()
    written = (
        (folder / "messages.po").read_text().replace('msgid "Continue"\nmsgstr ""', 'msgid "Continue"\nmsgstr "Verder"')
    )
    (folder / "messages.po").write_text(written)
    assert compile_catalogues() == ("nl",)
    assert texts("nl").gettext("Continue") == "Verder"
    assert missing("nl", template) == []
    texts.cache_clear()


def test_only_what_changed_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "nl" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hello"\nmsgstr "Dag"\n')
    assert compile_catalogues(tmp_path) == ("nl",)
    assert gettext.translation("messages", tmp_path, ["nl"]).gettext("Hello") == "Dag"
    assert compile_catalogues(tmp_path) == ()
    os.utime(source, (source.stat().st_atime, source.with_suffix(".mo").stat().st_mtime + 5))
    assert compile_catalogues(tmp_path) == ("nl",)
    assert {path.name for path in source.parent.iterdir()} == {"messages.po", "messages.mo"}


def test_what_a_help_translation_lacks_is_said_in_dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = "%(count)s facility", "%(count)s facilities"

    def template() -> Catalog:
        made = Catalog()
        for message in ("Continue", "Back", (one, many)):
            made.add(message, locations=[("app/web/family/x.py", 1)])
        return made

    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    for language, said in (
        ("nl", {"Continue": "Verder", "Back": "Terug", one: ("één", "meer")}),
        ("ar", {"Back": "رجوع"}),
    ):
        catalogue = i18n_cli.catalogue_of(language)
        catalogue.update(template())
        for message, text in said.items():
            catalogue[message].string = text
        i18n.source_path(language).parent.mkdir(parents=True)
        with i18n.source_path(language).open("wb") as file:
            write_po(file, catalogue)
    texts.cache_clear()
    compile_catalogues()
    assert texts("ar").gettext("Back") == "رجوع"
    assert texts("ar").gettext("Continue") == "Verder"
    assert texts("ar").ngettext(one, many, 2) == "meer"
    assert missing("ar", template()) == ["Continue", one]
    texts.cache_clear()


def test_a_help_translation_holds_what_families_read() -> None:
    asked = {message.id for message in for_families(extract())}
    assert {"Continue", "A facility offers you a place", "Hello,"} <= asked
    assert not {"A family accepted your offer", "Your requests of today"} & asked


def test_names_and_numbers_keep_their_order_in_arabic() -> None:
    said = texts("ar").gettext("%(facility)s 02 %(count)s", facility="Zon", count=3)
    assert said == "\u2068Zon\u2069 02 3"
    assert texts("ar").markup("%(name)s", name="<b>") == "\u2068&lt;b&gt;\u2069"
    assert texts("nl").gettext("%(facility)s", facility="Zon") == "Zon"


def test_every_string_of_the_kit_is_extracted() -> None:
    found = {message.id for message in extract() if isinstance(message.id, str)}
    assert {"Continue", "Error:", "Add the day", "We cannot find this page", "Skip to the content"} <= found
    assert N_("Add the year") in found


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-27T23:00:00+00:00", "vrijdag 27 november 2026"),
        ("2026-11-27T17:00:00+00:00", "27 november 2026, 18:00"),
    ],
)
def test_a_term_that_ends_at_midnight_is_told_by_its_last_day(moment: str, shown: str) -> None:
    assert texts("nl").format_until(datetime.fromisoformat(moment)) == shown
