"""The words on the screen: catalogues, months, days and moments in the person's own language.

Looking a message up through Flask-Babel costs a context lookup for each string, so a page binds one `Texts` and uses
its plain dictionary. Flask-Babel stays wired for whoever formats through it. Mails and jobs call `texts(language)`.

    from app.web.i18n import _, current_texts, texts

    _("Continue")                                     in a view, in the language of the request
    texts("fr").gettext("Continue")                   anywhere
    texts("nl").ngettext("%(count)s day", "%(count)s days", 3)
    MISSING = N_("Fill in your first name")           marked for extraction (app.catalogue.marking), translated later
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel
from markupsafe import Markup, escape

from app.core.clock import BRUSSELS
from app.organisations.terms import HELP_LANGUAGES

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
DOMAIN = "messages"
SOURCE_LANGUAGE = "en"
# What a help translation does not say yet is shown in the language that counts.
MASTER_LANGUAGE = "nl"
# English as written in Belgium and the Netherlands: day before month.
LOCALES = {"en": "en_GB", "nl": "nl_BE", "fr": "fr_BE"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
# A text whose direction is its own, whatever stands around it: a name or a phone number in an Arabic sentence.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}


def direction_of(language: str) -> str:
    """Return the writing direction of a language: ltr or rtl."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _apart(text: str) -> str:
    # The same kind of text comes back: what is escaped stays so.
    return type(text)("\n".join(f"{_ISOLATE}{line}{_END_ISOLATE}" for line in text.split("\n")))


def is_help(language: str) -> bool:
    """Tell whether texts in this language only help a family to understand, and the Dutch ones count."""
    return language in HELP_LANGUAGES


def name_of_language(language: str) -> str:
    """Return the name of a language in that language."""
    return OWN_NAMES.get(language) or (Locale.parse(language).get_display_name(language) or language).capitalize()


@dataclass(frozen=True)
class _Patterns:
    """How a language writes a day, a day with its weekday, and a month of a year."""

    day: str = "d MMMM y"
    weekday: str = "EEEE d MMMM y"
    month: str = "LLLL y"


_PATTERNS = {
    "nl": _Patterns(),
    "ar": _Patterns(weekday="EEEE، d MMMM y"),
    "tr": _Patterns(weekday="d MMMM y EEEE"),
    "ro": _Patterns(weekday="EEEE, d MMMM y"),
    "es": _Patterns("d 'de' MMMM 'de' y", "EEEE, d 'de' MMMM 'de' y", "LLLL 'de' y"),
    "uk": _Patterns(weekday="EEEE, d MMMM y"),
}


@dataclass(frozen=True, eq=False)
class Texts:
    """The catalogue and the calendar of one language; safe to share between threads."""

    language: str
    locale: Locale
    catalogue: NullTranslations
    _plain: dict[str, str] = field(default_factory=dict, repr=False)
    _escaped: dict[str, Markup] = field(default_factory=dict, repr=False)
    _days: dict[tuple[date, str], str] = field(default_factory=dict, repr=False)

    @property
    def direction(self) -> str:
        """Return ltr or rtl."""
        return direction_of(self.language)

    @property
    def is_help(self) -> bool:
        """Tell whether this is a help translation, beside which the Dutch text counts."""
        return is_help(self.language)

    def gettext(self, message: str, **params: object) -> str:
        """Return the message in this language, with its parameters filled in."""
        found = self._plain.get(message)
        if found is None:
            found = self._plain[message] = self.catalogue.gettext(message) if message else ""
        return found % self._whole(params) if params else found

    def ngettext(self, singular: str, plural: str, num: int, **params: object) -> str:
        """Return the form that fits the number; the number itself is the parameter count."""
        return self.catalogue.ngettext(singular, plural, num) % {"count": num, **self._whole(params)}

    def markup(self, message: str, **params: object) -> Markup:
        """Return the message escaped for a page; parameters are escaped as they go in."""
        found = self._escaped.get(message)
        if found is None:
            found = self._escaped[message] = escape(self.gettext(message))
        if not params:
            return found
        # What Markup's own % does, without its wrapper around each parameter: our placeholders are named and take text.
        whole = self._whole({name: escape(value) for name, value in params.items()})
        return Markup(str(found) % whole)  # noqa: S704

    def nmarkup(self, singular: str, plural: str, num: int, **params: object) -> Markup:
        """Return the plural form escaped for a page."""
        return escape(self.catalogue.ngettext(singular, plural, num)) % {"count": num, **self._whole(params)}

    def _whole(self, params: dict[str, Any]) -> dict[str, Any]:
        """Keep each text that goes into a sentence from right to left apart, or its words and digits change places."""
        if self.direction == "ltr":
            return params
        return {name: _apart(value) if isinstance(value, str) else value for name, value in params.items()}

    def format_day(self, day: date) -> str:
        """Return a date written out: 27 maart 2026."""
        return self._written(day, _PATTERNS.get(self.language, _PATTERNS["nl"]).day)

    def format_weekday(self, day: date) -> str:
        """Return a date with its weekday: vrijdag 27 maart 2026."""
        return self._written(day, _PATTERNS.get(self.language, _PATTERNS["nl"]).weekday)

    def format_day_short(self, day: date) -> str:
        """Return a date for a table: 27/03/2026."""
        return self._written(day, "dd/MM/y")

    def format_month(self, day: date) -> str:
        """Return month and year: maart 2026."""
        return self._written(day, _PATTERNS.get(self.language, _PATTERNS["nl"]).month)

    def format_moment(self, moment: datetime) -> str:
        """Return an instant as the Brussels wall clock shows it, raising ValueError when it carries no time zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        local = moment.astimezone(BRUSSELS)
        return f"{self.format_day(local.date())}, {local:%H:%M}"

    def format_until(self, moment: datetime) -> str:
        """Return the last day of a term that ends at midnight, or else the moment it ends at."""
        local = moment.astimezone(BRUSSELS)
        if local.time() == time():
            return self.format_weekday(local.date() - timedelta(days=1))
        return self.format_moment(moment)

    def month_name(self, month: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self._months[month]

    def day_name(self, weekday: int, *, begins: bool = True) -> str:
        """Return the name of a weekday, 0 (Monday) to 6, with a capital where it begins a line."""
        name = self._weekdays[weekday]
        return name[:1].upper() + name[1:] if begins else name

    @cached_property
    def short_days(self) -> dict[int, str]:
        """Return the weekdays in a few letters, 0 (Monday) to 6."""
        return {number: str(name) for number, name in get_day_names("abbreviated", "format", self.locale).items()}

    @cached_property
    def _months(self) -> dict[int, str]:
        return {number: str(name) for number, name in get_month_names("wide", "stand-alone", self.locale).items()}

    @cached_property
    def _weekdays(self) -> dict[int, str]:
        return {number: str(name) for number, name in get_day_names("wide", "stand-alone", self.locale).items()}

    def _written(self, day: date, pattern: str) -> str:
        if isinstance(day, datetime):
            day = day.astimezone(BRUSSELS).date()
        found = self._days.get((day, pattern))
        if found is None:
            if len(self._days) > 20_000:  # a list shows fifty dates a page; the dictionary must not grow for ever
                self._days.clear()
            # French writes the first of a month as an ordinal: 1er mars.
            first = self.language == "fr" and day.day == 1
            exact = pattern.replace("d MMMM", "d'er' MMMM") if first else pattern
            found = self._days[(day, pattern)] = format_date(day, exact, locale=self.locale)
        return found


@lru_cache(maxsize=32)
def texts(language: str) -> Texts:
    """Return the texts of a language, raising LookupError when it has no compiled catalogue."""
    path = compiled_path(language)
    if not path.is_file():
        raise LookupError(f"language {language!r} has no compiled catalogue; run: flask translations compile")
    with path.open("rb") as file:
        catalogue = Translations(file, domain=DOMAIN)
    if is_help(language):
        catalogue.add_fallback(texts(MASTER_LANGUAGE).catalogue)
    return Texts(language, Locale.parse(LOCALES.get(language, language)), catalogue)


def current_texts() -> Texts:
    """Return the texts bound to this request, or the source language before a door has bound one."""
    bound: Texts | None = g.get("texts")
    return bound or texts(SOURCE_LANGUAGE)


def bind_language(language: str) -> Texts:
    """Bind a language to this request and return its texts, raising LookupError when it is not compiled."""
    g.texts = texts(language)
    return g.texts


def _(message: str, **params: object) -> str:
    """Return the message in the language of this request."""
    return current_texts().gettext(message, **params)


def ngettext(singular: str, plural: str, num: int, **params: object) -> str:
    """Return the plural form in the language of this request."""
    return current_texts().ngettext(singular, plural, num, **params)


def source_path(language: str) -> Path:
    """Return where the catalogue of a language is written."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compiled_path(language: str) -> Path:
    """Return where the compiled catalogue of a language stands."""
    return source_path(language).with_suffix(".mo")


def available_languages() -> tuple[str, ...]:
    """Return the languages that have a written catalogue, help translations last."""
    found = {path.parents[1].name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return tuple(sorted(found, key=lambda language: (is_help(language), language)))


def compile_catalogues(folder: Path | None = None) -> tuple[str, ...]:
    """Compile every catalogue that changed and return the languages compiled; doubtful strings stay in English."""
    done = []
    for written in sorted((folder or TRANSLATIONS).glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        language, compiled = written.parents[1].name, written.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime_ns >= written.stat().st_mtime_ns:
            continue
        with written.open("rb") as file:
            catalogue = read_po(file, locale=language, domain=DOMAIN)
        # Another process may be reading, or compiling: write beside it, then swap.
        fresh = compiled.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as target:
            write_mo(target, _told(catalogue))
        fresh.replace(compiled)
        done.append(language)
    if done:
        texts.cache_clear()
    return tuple(done)


def _told(catalogue: Catalog) -> Catalog:
    """Leave out numbers of which a form is missing: half of them would come out in English, instead of in Dutch."""
    for message in [each for each in catalogue if each.pluralizable and not all(each.string or ())]:
        catalogue.delete(message.id, message.context)
    return catalogue


def missing_catalogues(languages: Collection[str]) -> tuple[str, ...]:
    """Return the declared languages that have no compiled catalogue."""
    return tuple(sorted(language for language in set(languages) if not compiled_path(language).is_file()))


def template_globals(bound: Texts) -> dict[str, Callable[..., object] | Texts | str]:
    """Return the names that every template of one language may use."""
    return {
        "_": bound.markup,
        "gettext": bound.markup,
        "ngettext": bound.nmarkup,
        "format_day": bound.format_day,
        "format_weekday": bound.format_weekday,
        "format_day_short": bound.format_day_short,
        "format_month": bound.format_month,
        "format_moment": bound.format_moment,
        "month_name": bound.month_name,
        "day_name": bound.day_name,
        "language": bound.language,
        "direction": bound.direction,
        "name_of_language": name_of_language,
        "direction_of": direction_of,
    }


def init_app(app: Flask, languages: Collection[str] = ()) -> None:
    """Wire Flask-Babel and refuse to start, with RuntimeError, when a declared language has no compiled catalogue."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", SOURCE_LANGUAGE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Brussels")
    Babel(app, locale_selector=lambda: str(current_texts().locale), timezone_selector=lambda: "Europe/Brussels")
    missing = missing_catalogues(languages or available_languages())
    if missing:
        raise RuntimeError(f"no compiled catalogue for: {', '.join(missing)}; run: flask translations compile")
