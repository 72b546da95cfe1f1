"""A national number that was typed is nowhere: no page, no log, no message, no draft, no row (LEU-06)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications.models import Application, Draft
from app.applications.queries.drafts import draft_place
from app.core.crypto import open_json
from app.core.models import Base, OutboxMessage
from app.core.outbox import MESSAGE_KEY_CLASS
from app.web.doors import House
from tests.factories import Place, as_maintainer, make_facility, make_leader, make_worker, signed_in
from tests.web.family.walk import Walk, hidden, start_walk

Client = Callable[[], FlaskClient]
PARENTS, CHILDS, WRONG = "85.07.30-033 28", "26.05.04-002.03", "85.07.30-033 29"
_GAPS = re.compile(r"[\s.\-/\u00a0\u202f]|%20|&nbsp;")
# The whole number, and each half of it that is no birth date.
TRACES = ("85073003328", "85073003329", "26050400203", "03328", "03329", "00203")


def traces(words: str) -> set[str]:
    """Return which numbers, or halves of them, stand in a text however they are spaced; the date alone is no trace."""
    return {trace for trace in TRACES if trace in _GAPS.sub("", words)}


class Listening(FlaskClient):
    """A browser that keeps every answer, head and body."""

    heard: list[str]

    def open(self, *args: Any, **options: Any) -> Any:
        """Keep the answer."""
        answer = super().open(*args, **options)
        heard = self.__dict__.setdefault("heard", [])
        heard.append(f"{answer.headers}\n{_words(answer.get_data(as_text=True))}")
        return answer


def _words(page: str) -> str:
    """Return a page without what is random: tokens, keys and ids would hit a number by chance."""
    return re.sub(r'value="[\w=-]{20,}"|nonce="[^"]*"|[0-9a-f]{32}|[0-9a-f-]{36}', "", page)


@pytest.fixture
def place(house: House) -> Place:
    """A facility in Leuven."""
    return make_facility(house, "leuven", postcode="3000", municipality="leuven", phone="+3216000000")


@pytest.fixture
def walk(app: Any, house: House, place: Place) -> Walk:
    """A Belgian family in Leuven whose browser keeps all that it hears."""
    app.test_client_class = Listening
    walk = start_walk(app.test_client(), house)
    app.test_client_class = None
    walk.base = "/leuven/nl/"
    walk.answers |= {
        "language": {"language": "nl", "municipality": "leuven"},
        "you": {"given_name": "Ayşe", "family_name": "Yılmaz", "relation": "parent", "nationality": "belgian"},
        "number": {"national_number": PARENTS},
        "partner": {"has_partner": "no"},
        "child": {
            "born": "yes",
            "birth_date-day": "4",
            "birth_date-month": "5",
            "birth_date-year": "2026",
            "given_name": "Noor",
            "family_name": "Yılmaz",
        },
        "child-number": {"national_number": CHILDS},
        "facilities": {"facilities": [place.id.hex]},
    }
    return walk


def rows(house: House) -> Iterator[str]:
    """Yield every row of the database, with what is sealed in drafts and messages opened."""
    with as_maintainer(house, "leuven") as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                yield _words(repr([value for value in row if not isinstance(value, bytes)]))
                for value in row:
                    if isinstance(value, bytes):
                        yield value.decode("latin-1")
        for draft in session.scalars(select(Draft).where(Draft.submitted_at.is_(None))):
            place = draft_place(draft.id)
            yield _words(repr(open_json(session, draft.sealed, owner_id=draft.id, key_class="draft", place=place)))
        for message in session.scalars(select(OutboxMessage)):
            place = f"outbox:sealed:{message.id}"
            opened = open_json(
                session, message.sealed, owner_id=message.owner_id, key_class=MESSAGE_KEY_CLASS, place=place
            )
            yield _words(repr(opened))


def everywhere(walk: Walk, house: House, log: pytest.LogCaptureFixture) -> set[str]:
    """Return the traces in what the browser heard, in the log and in the database."""
    words = [*walk.client.heard, *rows(house)]  # type: ignore[attr-defined]
    # In bytes and logs a half of five digits may stand by chance; the whole number may not.
    said = {trace for record in log.records for trace in traces(record.getMessage()) if len(trace) > 5}
    return said.union(*map(traces, words))


@pytest.mark.promise("LEU-06", breaks="app.web.forms.text:NationalNumberField.process", twin="tests.twins:as_typed")
@pytest.mark.promise("LEU-06", breaks="app.applications.operations.doubles:token_of", twin="tests.twins:plain")
def test_a_number_that_was_typed_is_nowhere(
    walk: Walk, house: House, place: Place, app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    walk.through(until="number")
    # Wrong, in the wrong box, with a language that changes, and twice: each way in which it could come back.
    walk.post("number", {"national_number": WRONG})
    walk.post("number", {"national_number": [PARENTS, CHILDS]})
    walk.post("number", {"national_number": PARENTS, "switch_language": "nl"})
    walk.post("number", {"national_number": PARENTS, "later": "yes"})
    walk.onward("number", until="child-number")
    walk.post("child-number", {"national_number": WRONG})
    walk.post("child-number", {"national_number": PARENTS})
    walk.onward("child-number", until="check")
    walk.get("number")
    walk.get("child-number")
    assert everywhere(walk, house, caplog) == set()
    walk.onward("check", until="sent")
    with as_maintainer(house, "leuven") as session:
        request = session.scalars(select(Application)).one()
    change = f"{walk.base}my/requests/{request.id}/"
    for step in ("number", "child-number"):
        form = hidden(walk.client.get(f"{change}{step}").get_data(as_text=True))
        walk.client.post(f"{change}{step}", data={**form, "national_number": WRONG})
        walk.client.post(f"{change}{step}", data={**form, "national_number": PARENTS if step == "number" else CHILDS})
    for page in ("my", "my/details", "my/access", "my/account", "my/receipt"):
        walk.client.get(f"{walk.base}{page}")
    app.test_client_class = Listening
    for reader in (
        make_leader(house, place),
        make_worker(house, "leuven"),
        make_worker(house, "leuven", role="administrator"),
    ):
        browser = signed_in(house, app.test_client(), reader)
        for page in ("facility", "facility/requests", "desk", "desk/to-do"):
            browser.get(f"/leuven/nl/{page}", follow_redirects=True)
        walk.client.heard += browser.heard  # type: ignore[attr-defined]
    app.test_client_class = None
    assert everywhere(walk, house, caplog) == set()


def test_the_eye_sees_a_number_in_every_guise() -> None:
    for guise in ("85073003328", "85.07.30-033.28", "85 07 30 033 28", "85/07/30 033-28", "850730%2003328"):
        assert "85073003328" in traces(guise), guise
    assert traces("30 juli 1985") == set()
