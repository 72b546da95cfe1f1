"""Every message of the house: written out in each language, with the words it needs and no others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.web.doors import House
from app.web.mails import compose
from app.web.mails.letters import LETTERS

VALUES = {
    "reference": "ABC DEF GHK",
    "facility": "De Zandbak",
    "facilities": ["De Zandbak", "Klatergoud"],
    "reply_due_on": "2027-03-01",
    "start_on": "2027-09-01",
    "expires_at": "2027-01-25T23:00:00+00:00",
    "token": "t0ken",
    "new": 1,
    "waiting": 2,
    "due": 0,
}
LANGUAGES = ("nl", "fr", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_message_is_whole(house: House, kind: str, language: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {"token": VALUES["token"]}
    composed = compose(house.profiles["brussels"], kind, language, params, base_url="https://loket.example")
    assert "%(" not in composed.subject + composed.text
    for name in letter.params:
        if isinstance(VALUES[name], str) and not name.endswith(("_on", "_at")):
            assert str(VALUES[name]) in composed.text
    assert house.profiles["brussels"].name in composed.text
    if letter.link:
        assert f"https://loket.example/brussels/{language}/" in composed.text


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_subject_holds_no_value_and_no_code(house: House, kind: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {"token": VALUES["token"]}
    subject = compose(house.profiles["brussels"], kind, "nl", params, base_url="").subject
    for value in ("ABC", "Zandbak", "t0ken", "2027"):
        assert value not in subject
    assert "\n" not in subject


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_a_message_is_translated(house: House, kind: str, language: str) -> None:
    letter = LETTERS[kind]
    params = {name: VALUES[name] for name in letter.params} | {"token": VALUES["token"]}
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
