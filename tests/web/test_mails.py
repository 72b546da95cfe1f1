"""Every message of the house: written out in each language, with the words it needs and no others."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest

from app.web.doors import House
from app.web.i18n import texts
from app.web.i18n_cli import STAFF_LETTERS
from app.web.mails import compose
from app.web.mails.letters import LETTERS

VALUES = {
    "reference": "ABC DEF GHK",
    "facility": "De Zandbak",
    "facilities": ["De Zandbak", "Klatergoud"],
    "children": ["Noor", "Amir"],
    "reply_due_on": "2027-03-01",
    "start_on": "2027-09-01",
    "expires_at": "2027-01-25T23:00:00+00:00",
    "until_at": "2027-01-25T23:00:00+00:00",
    "last_on": "2027-06-30",
    "token": "t0ken",
    "new": 1,
    "waiting": 2,
    "due": 0,
    "unread": 4,
    "parts": ["contact", "language"],
    "why": "family_asked",
    "recipient": "Opgroeien",
    "helper": "De Brug",
    "code": "482913",
    "deadline_at": "2027-01-25T23:00:00+00:00",
    "page": "desk/agreement",
    "party": "De Zandbak",
    "ends_on": "2027-06-30",
    "due_on": "2027-06-30",
    "what": "Rekencentrum De Sluis",
    "words": "Iemand zag uw adres.",
    "received_on": "2027-01-25",
    "sent_on": "2027-02-11",
    "question": "Over welk kind gaat het?",
    "request_id": "5c3e7a10-2f4b-4d6e-9a1c-7b0d4e2f6a83",
}
# What stands in the address of a page that a message leads to.
IN_LINKS = ("token", "page", "request_id")
# Written out in words of their own.
CODES = ("why",)
LANGUAGES = ("nl", "fr", "en", "ar", "tr", "ro", "es", "uk")
HELP = ("ar", "tr", "ro", "es", "uk")
FOR_FAMILIES = sorted(kind for kind in LETTERS if not kind.startswith(STAFF_LETTERS))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_message_is_whole(house: House, kind: str, language: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {name: VALUES[name] for name in IN_LINKS}
    composed = compose(house.profiles["brussels"], kind, language, params, base_url="https://loket.example")
    assert "%(" not in composed.subject + composed.text
    for name in letter.params:
        if isinstance(VALUES[name], str) and name not in CODES and not name.endswith(("_on", "_at")):
            assert str(VALUES[name]) in composed.text
    assert house.profiles["brussels"].name in composed.text
    if letter.link:
        assert f"https://loket.example/brussels/{language}/" in composed.text
        assert f"https://loket.example/brussels/{language}/" in composed.brief
    assert composed.languages == ((language, "nl") if language in HELP else (language,))


@pytest.mark.promise("KL-07", breaks="app.web.i18n:Texts.is_help")
@pytest.mark.parametrize("language", HELP)
@pytest.mark.parametrize("kind", FOR_FAMILIES)
def test_beside_a_help_translation_stands_the_whole_dutch_text(house: House, kind: str, language: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {name: VALUES[name] for name in IN_LINKS}
    both, dutch = (
        compose(house.profiles["brussels"], kind, each, params, base_url="https://loket.example")
        for each in (language, "nl")
    )
    own, line, beside = both.text.partition("\n\nIn het Nederlands:\n\n")
    assert line
    assert beside == dutch.text
    assert texts(language).gettext(letter.greeting) in own
    assert texts(language).gettext("Help translation. The Dutch text counts.") in own
    assert both.subject == f"{texts(language).gettext(letter.subject)} / {dutch.subject}"


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_subject_and_a_text_message_hold_no_value_and_no_code(house: House, kind: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {name: VALUES[name] for name in IN_LINKS}
    composed = compose(house.profiles["brussels"], kind, "nl", params, base_url="")
    for value in ("ABC", "Zandbak", "2027"):
        assert value not in composed.subject + composed.brief
    assert "t0ken" not in composed.subject
    assert "\n" not in composed.subject + composed.brief


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        *product(sorted(LETTERS), ("nl", "fr")),
        *product(FOR_FAMILIES, HELP),
    ],
)
def test_a_message_is_translated(house: House, kind: str, language: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {name: VALUES[name] for name in IN_LINKS}
    here, english = (
        compose(house.profiles["brussels"], kind, each, params, base_url="").subject for each in (language, "en")
    )
    assert here != english


def test_every_text_is_queued_by_an_operation(root: Path) -> None:
    """A text that nothing sends would rot; what is queued without a text is found when it is written out."""
    words = {
        node.value
        for path in (root / "app").rglob("*.py")
        if "operations" in path.parts or path.stem == "operations"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    begun = tuple(word for word in words if word.endswith("_"))
    assert {kind for kind in LETTERS if kind not in words and not kind.startswith(begun)} == set()
