"""The text that stands before a role: who reaches only that page, who checks a signature, what an end does."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import make_worker, post_form, signed_in

LEUVEN = "leuven"

TEXT = "/leuven/nl/desk/agreement"
Browser = Callable[[], FlaskClient]


def test_a_text_is_accepted_and_then_waits_for_a_second_person(house: House, client: Browser) -> None:
    new = signed_in(house, client(), make_worker(house, LEUVEN, role="administrator", agrees=False))
    page = new.get(TEXT)
    assert page.status_code == 200
    assert "Vertrouwelijkheid van beheerders" in page.text
    assert post_form(new, TEXT).status_code == 422
    assert post_form(new, TEXT, accepted="yes").status_code == 303
    assert "Vertrouwelijkheid van beheerders" in new.get(TEXT).text
