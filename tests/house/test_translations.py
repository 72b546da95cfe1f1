"""Every word on a screen is translated: no raw text in templates, no message without its Dutch and French.

A help translation has every message that a family can meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from jinja2.lexer import TOKEN_BLOCK_BEGIN, TOKEN_BLOCK_END, TOKEN_DATA, TOKEN_NAME, TOKEN_VARIABLE_BEGIN

from app.web.i18n_cli import for_families
from tests.house.source import ROOT, files, name_of, plant

LANGUAGES = ("nl", "fr")
HELP = ("ar", "tr", "ro", "es", "uk")
ONE = {"_", "N_", "gettext", "markup", "tr"}
MANY = {"ngettext", "nmarkup", "plural"}
KEYWORDS = {**dict.fromkeys(ONE), **dict.fromkeys(MANY, (1, 2))}
READ_ALOUD = {
    "alt",
    "title",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "placeholder",
    "label",
    "summary",
}
# Words that are the same in every language.
NAMES = {"Opvangloket", "JSON", "SMS"}

_TRANSLATES = {"_", "gettext", "ngettext", "N_"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]|\{\w*\}")
_JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def has_words(text: str) -> bool:
    """Tell whether letters remain that a person would read."""
    return any(any(c.isalpha() for c in word) for word in text.split() if word.strip(".,:;()–") not in NAMES)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        given = dict(attrs)
        spoken = READ_ALOUD | ({"content"} if given.get("name") == "description" else set())
        spoken |= {"value"} if given.get("type") in {"submit", "button", "reset"} else set()
        for name in spoken & set(given):
            self._take(given[name] or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A macro may hold attributes only.
            self._take(re.sub(r'[\w:-]+="[^"]*"', "", data))

    def _take(self, text: str) -> None:
        if has_words(text):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def _bare(source: str) -> str:
    """Return the template with each expression as one sign that is no letter, and what is translated left out."""
    out: list[str] = []
    statement: list[str] = []
    translated = in_statement = False
    for _, kind, value in _JINJA.lex(source):
        breaks = "\n" * value.count("\n")
        if kind == TOKEN_DATA:
            out.append(breaks if translated else value)
            continue
        if kind == TOKEN_BLOCK_BEGIN:
            statement, in_statement = [], True
        elif kind == TOKEN_NAME and in_statement:
            statement.append(value)
        elif kind == TOKEN_BLOCK_END:
            in_statement = False
            translated = {"trans": True, "endtrans": False}.get(statement[0] if statement else "", translated)
        out.append("\ufffc" if kind == TOKEN_VARIABLE_BEGIN else breaks)
    return "".join(out)


def raw_text(root: Path) -> Iterator[str]:
    """Find words in templates that do not pass through the catalogue."""
    for path in files(root, ".html", ".txt", under=("app",)):
        if "templates" not in path.relative_to(root).parts:
            continue
        source = path.read_text("utf-8")
        bare = _bare(source)
        if path.suffix == ".txt":
            found = [(n, line.strip()) for n, line in enumerate(bare.splitlines(), 1) if has_words(line)]
        else:
            reader = _Words()
            reader.feed(bare)
            reader.close()
            found = reader.found
        yield from (f"{name_of(root, path)}:{line}: {text!r}" for line, text in found)
        yield from (f"{name_of(root, path)}:{line}: {text!r}" for line, text in _plain_strings(_JINJA.parse(source)))


def _plain_strings(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Find strings in expressions that look like a sentence or a label, outside the calls that translate."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _TRANSLATES:
        return
    if isinstance(
        node, nodes.Compare | nodes.Getitem | nodes.Include | nodes.Extends | nodes.FromImport | nodes.Import
    ):
        return
    text = node.value if isinstance(node, nodes.Const) else None
    if isinstance(text, str) and re.match(r"[A-ZÀ-Ý][a-zà-ÿ]+", text) and has_words(text):
        yield node.lineno, text
    for child in node.iter_child_nodes():
        yield from _plain_strings(child)


def messages(root: Path) -> Catalog:
    """Return every message that the code can show, with the places it comes from."""
    found = Catalog()
    methods = [("**/vendor/**", "ignore"), ("**.py", "python"), ("**/templates/**.*", "jinja2.ext:babel_extract")]
    options = {"**/templates/**.*": {"trimmed": "true", "silent": "false"}}
    for folder in ("app", "jobs"):
        if (root / folder).is_dir():
            rows = extract_from_dir(root / folder, methods, options, KEYWORDS, strip_comment_tags=True)
            for name, line, message, *_ in rows:
                if message:
                    found.add(message, None, [(f"{folder}/{name}", line)])
    return found


def untranslated(root: Path) -> Iterator[str]:
    """Find messages that a complete language lacks, leaves unfinished, or gives other placeholders."""
    yield from _gaps(root, LANGUAGES, messages(root))


def unhelped(root: Path) -> Iterator[str]:
    """Find the same among what families can meet in the languages of help."""
    yield from _gaps(root, HELP, for_families(messages(root)))


def _gaps(root: Path, languages: tuple[str, ...], needed: Catalog) -> Iterator[str]:
    for language in languages:
        path = root / "translations" / language / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            yield f"{language}: no catalogue"
            continue
        catalogue = read_po(path.open("rb"), locale=language)
        for message, where in [(each.id, each.locations[0][0]) for each in needed if each.id]:
            entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
            texts = (entry.string if isinstance(entry.string, tuple | list) else (entry.string,)) if entry else ()
            if entry is None or entry.fuzzy or not texts or not all(texts):
                yield f"{language}: {message!r} ({where})"
            elif (wrong := _placeholders(message)) != {p for text in texts for p in _placeholders(text)}:
                yield f"{language}: {message!r} ({where}) takes other parameters than {sorted(wrong)}"
            elif len(texts) != (catalogue.num_plurals if isinstance(message, tuple) else 1):
                yield f"{language}: {message!r} ({where}) has not {catalogue.num_plurals} forms for numbers"


def _placeholders(message: str | tuple[str, ...]) -> set[str]:
    parts = message if isinstance(message, tuple) else (message,)
    return {found[0] for part in parts for found in _PLACEHOLDER.finditer(part)}


@pytest.mark.parametrize("check", [raw_text, untranslated, unhelped], ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "<p>Hello</p>",
        "<p>{{ name }} is here</p>",
        '<img alt="A house">',
        '<input type="submit" value="Send">',
        '<div{% if x %} class="a"{% endif %} aria-label="Pages"></div>',
        '{{ field("Your name") }}',
        "<title>{{ title }} page</title>",
        "{% if x %}yes{% endif %}",
        "<!doctype html><script>var word</script><p>after</p>",
    ],
)
def test_planted_raw_text_is_found(text: str, tmp_path: Path) -> None:
    root = plant(tmp_path, {"app/templates/page.html": text})
    assert len(list(raw_text(root))) == 1


def test_translated_text_passes(tmp_path: Path) -> None:
    page = (
        '{# A note. #}{% extends "layout/base.html" %}'
        '<p>{{ _("Hello") }} – 1&nbsp;/&nbsp;2</p>{% trans %}Words{% endtrans %}'
        '<a class="btn quiet" aria-label="{{ _("Pages") }}, {{ day }}">{{ f("text", a, type == "Checkbox") }}</a>'
        "<style>p { color: red }</style><script>var word</script>"
    )
    root = plant(tmp_path, {"app/templates/page.html": page, "app/templates/mail/sent.txt": '{{ _("Hello") }}\n'})
    assert list(raw_text(root)) == []
    assert len(list(raw_text(plant(root, {"app/templates/mail/sent.txt": "Dear you"})))) == 1


def _catalogue(*entries: str) -> str:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    return head + "".join(f"\n{entry}\n" for entry in entries)


@pytest.mark.parametrize(
    ("french", "wrong"),
    [
        ('msgid "Day %(n)s"\nmsgstr "Jour %(n)s"', 0),
        ('msgid "Day %(n)s"\nmsgstr "Jour %(m)s"', 1),
        ('msgid "Day %(n)s"\nmsgstr "Jour"', 1),
        ('msgid "Day %(n)s"\nmsgstr ""', 1),
        ('#, fuzzy\nmsgid "Day %(n)s"\nmsgstr "Jour %(n)s"', 1),
        ('msgid "Other"\nmsgstr "Autre"', 1),
    ],
)
def test_a_planted_gap_in_a_catalogue_is_found(french: str, wrong: int, tmp_path: Path) -> None:
    plural = 'msgid "%(count)s day"\nmsgid_plural "%(count)s days"\nmsgstr[0] "%(count)s j"\nmsgstr[1] "%(count)s jj"'
    root = plant(
        tmp_path,
        {
            "app/templates/page.html": '<p>{{ _("Day %(n)s", n=1) }}</p>',
            "app/web/pages.py": 'x = ngettext("%(count)s day", "%(count)s days", 2)',
            "translations/nl/LC_MESSAGES/messages.po": _catalogue('msgid "Day %(n)s"\nmsgstr "Dag %(n)s"', plural),
            "translations/fr/LC_MESSAGES/messages.po": _catalogue(french, plural),
        },
    )
    assert len(list(untranslated(root))) == wrong


def test_a_planted_form_too_few_is_found(tmp_path: Path) -> None:
    plural = 'msgid "%(count)s day"\nmsgid_plural "%(count)s days"\nmsgstr[0] "%(count)s j"\nmsgstr[1] "%(count)s jj"'
    three = _catalogue(plural).replace("nplurals=2; plural=(n != 1)", "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2)")
    root = plant(
        tmp_path,
        {
            "app/web/pages.py": 'x = ngettext("%(count)s day", "%(count)s days", 2)',
            "translations/nl/LC_MESSAGES/messages.po": _catalogue(plural),
            "translations/fr/LC_MESSAGES/messages.po": three,
        },
    )
    assert [found.split(":")[0] for found in untranslated(root)] == ["fr"]


def test_what_only_staff_reads_needs_no_help(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "app/web/family/my.py": 'x = _("Your file")',
            "app/web/facility/view.py": 'x = _("Your list")\ny = _("Your file")',
            **{f"translations/{language}/LC_MESSAGES/messages.po": _catalogue() for language in HELP},
        },
    )
    assert [found.split(" (")[0] for found in unhelped(root)] == [f"{language}: 'Your file'" for language in HELP]


def test_a_catalogue_that_is_missing_is_found(tmp_path: Path) -> None:
    assert list(untranslated(tmp_path)) == ["nl: no catalogue", "fr: no catalogue"]
