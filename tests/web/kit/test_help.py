"""The help card of the frame: is the phone answered, which other ways are there, what a public device leaves out."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.web.i18n import texts

ANSWERED = texts("nl").gettext("The phone is answered now.")
# 9.30 to 12.30 in Brussels, on weekdays, before and after the clocks change on the last Sundays of March and October.
OPEN = ("2026-11-20T09:00Z", "2026-11-20T08:30Z", "2026-10-23T10:29Z", "2026-10-26T11:29Z", "2027-03-29T08:00Z")
CLOSED = (
    "2026-11-20T12:00Z",
    "2026-11-20T11:30Z",
    "2026-11-20T08:29Z",
    "2026-11-21T09:00Z",
    "2026-11-22T09:00Z",
    "2026-10-23T10:30Z",
    "2027-03-26T08:00Z",
)


def help_of(page: str) -> str:
    """Return the help card of a page."""
    found = re.search(r'<aside class="help".*?</aside>', page, re.S)
    assert found is not None
    return found[0]


@pytest.mark.promise("BXL-70", breaks="line:app/templates/layout/help.html#The phone is answered now.")
@pytest.mark.parametrize("at", OPEN)
def test_an_answered_phone_is_marked_reachable(kit: FlaskClient, at: str) -> None:
    card = help_of(kit.get(f"/brussels/nl/pieces?at={at}").text)
    assert ANSWERED in card
    assert "02 788 31 73" in card
    assert "9:30" in card
    assert "12:30" in card


@pytest.mark.promise("BXL-70", breaks="app.organisations.rules:phone_is_open")
@pytest.mark.parametrize("at", CLOSED)
def test_a_closed_phone_is_marked_and_never_the_only_way(kit: FlaskClient, at: str) -> None:
    card = help_of(kit.get(f"/brussels/nl/pieces?at={at}").text)
    assert ANSWERED not in card
    assert texts("nl").markup("The phone is not answered now. You can always send us an e-mail.") in card
    assert 'href="mailto:helpdesk@kinderopvanginbrussel.be"' in card


def test_both_marks_live_side_by_side_in_one_process(kit: FlaskClient) -> None:
    for _ in range(2):
        for at, answered in ((OPEN[0], True), (CLOSED[0], False)):
            assert (ANSWERED in help_of(kit.get(f"/brussels/nl/pieces?at={at}").text)) == answered


def test_without_hours_nothing_is_said_about_now(kit: FlaskClient) -> None:
    card = help_of(kit.get("/leuven/nl/pieces").text)
    assert 'href="tel:' in card
    assert "now" not in re.findall(r'class="([^"]*)"', card)


@pytest.mark.promise("BXL-71", breaks="line:app/templates/layout/help.html#https://wa.me/")
def test_whatsapp_is_a_plain_link_with_the_number_and_a_warning(kit: FlaskClient) -> None:
    page = kit.get("/messenger/nl/pieces")
    card = help_of(page.text)
    assert 'href="https://wa.me/32470123456" rel="noopener noreferrer"' in card
    warning = "WhatsApp belongs to another company. What you write there leaves our website."
    assert texts("nl").markup(warning) in card
    # Nothing of that company is asked for before the press.
    assert page.text.count("wa.me") == 1
    assert "whatsapp" not in page.headers["Content-Security-Policy"].casefold()


@pytest.mark.promise("BXL-71", breaks="app.web.pages:for_public_device")
def test_whatsapp_is_absent_without_a_number_and_on_a_public_device(kit: FlaskClient) -> None:
    for path in ("/brussels/nl/pieces", "/messenger/nl/pieces?kiosk=yes"):
        assert "whatsapp" not in kit.get(path).text.casefold()
        assert "wa.me" not in kit.get(path).text


def test_a_public_device_leads_nowhere(kit: FlaskClient) -> None:
    for organisation in ("brussels", "messenger", "leuven"):
        page = kit.get(f"/{organisation}/nl/step?kiosk=yes").text
        assert "<html" in page
        assert " data-kiosk>" in page
        assert not re.search(r'href="(?:tel|mailto|https?):', page)
        # What is asked here is explained here (BXL-02), without a way out.
        assert f'<a href="/{organisation}/nl/privacy">' in page
        assert f'action="/{organisation}/nl/kiosk/end"' in page
        # A person who has a phone of their own can still reach us.
        assert "Bel ons" in help_of(page)
    assert "data-kiosk" not in kit.get("/brussels/nl/step").text
