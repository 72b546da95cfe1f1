"""How a family wants to be written to, and an address that must stay secret."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.families.models import Applicant, ProtectedContact
from app.web.doors import House
from tests.factories import as_maintainer
from tests.web.family.walk import Walk, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/"


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    return start_walk(client(), house)


def applicant(house: House) -> Applicant:
    """Return who applied."""
    with as_maintainer(house) as session:
        return session.scalars(select(Applicant)).one()


@pytest.mark.promise("BXL-72", breaks="app.web.family.forms_apply:ContactForm.check")
@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "mail", "email": ""}, "Fill in your e-mail address"),
        ({"channel": "text", "phone": "02 512 34 56"}, "This number cannot get text messages."),
    ],
)
def test_the_chosen_way_of_writing_asks_for_what_it_needs(walk: Walk, given: dict[str, str], error: str) -> None:
    walk.through(until="contact")
    refused = walk.post("contact", {**walk.answers["contact"], **given})
    assert refused.status_code == 422
    assert shown_errors(refused)[0].startswith(error)


@pytest.mark.promise(
    "KL-05", breaks="app.web.family.apply_answers:channel_of", twin="tests.web.family.test_channel:by_mail"
)
@pytest.mark.promise(
    "BXL-72", breaks="app.web.family.apply_answers:channel_of", twin="tests.web.family.test_channel:by_mail"
)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"email": ""}, "letter"),
        ({"channel": "letter"}, "letter"),
        ({"channel": "text", "email": ""}, "text"),
    ],
)
def test_the_family_is_written_to_as_it_wishes(walk: Walk, house: House, given: dict[str, str], kept: str) -> None:
    walk.answers["contact"] |= given
    walk.through()
    assert applicant(house).channel == kept


def test_without_a_wish_the_family_gets_mail_and_no_other_way_exists(walk: Walk, house: House) -> None:
    walk.through(until="contact")
    refused = walk.post("contact", {**walk.answers["contact"], "channel": "pigeon"})
    assert shown_errors(refused)[0].startswith("Choose one of the answers shown")
    walk.onward("contact")
    assert applicant(house).channel == "mail"


def by_mail(*_: object) -> str:
    """Write by e-mail always: the twin of a choice."""
    return "mail"


@pytest.mark.promise(
    "BXL-72", breaks='line:app/web/family/apply_answers.py#protected=content.get("contact", "protected")'
)
def test_a_secret_address_lies_sealed_and_stands_on_no_receipt(walk: Walk, house: House) -> None:
    walk.answers["contact"] |= {"protected": "yes"}
    walk.through(until="check")
    page = unescape(walk.client.get(f"{BASE}apply/check").text)
    assert "Your address stays secret" in page
    assert "How we write to you" in page
    walk.onward("check")
    kept = applicant(house)
    assert kept.protected
    assert (kept.street, kept.phone, kept.email, kept.postcode) == (None, None, None, None)
    with as_maintainer(house) as session:
        assert session.scalars(select(ProtectedContact.dossier_id)).all() == [kept.dossier_id]
    for receipt in ("my/receipt", "apply/sent"):
        shown = unescape(walk.client.get(f"{BASE}{receipt}").text)
        for secret in ("Rozenstraat", "0470", "Yilmaz@example.com", "1030"):
            assert secret not in shown, (receipt, secret)
    # The family itself still reads and changes it.
    assert "Rozenstraat" in unescape(walk.client.get(f"{BASE}my/details").text)


def test_both_answers_can_be_changed_later(walk: Walk, house: House) -> None:
    walk.answers["contact"] |= {"channel": "letter", "protected": "yes"}
    walk.through()
    page = unescape(walk.client.get(f"{BASE}my/details").text)
    assert "By letter" in page
    link = page.partition("/contact")[0].rpartition('href="')[2] + "/contact"
    form = walk.client.get(link)
    assert form.status_code == 200
    token = {
        name: form.text.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("csrf_token", "once")
    }
    typed = {key: value for key, value in walk.answers["contact"].items() if key != "email"}
    answer = walk.client.post(link, data={**token, **typed, "channel": "text", "protected": "no"})
    assert answer.status_code == 303, shown_errors(answer)
    kept = applicant(house)
    assert (kept.channel, kept.protected, kept.street) == ("text", False, "Rozenstraat")


def test_by_mail_needs_an_address_that_the_file_has(walk: Walk, house: House) -> None:
    walk.answers["contact"] |= {"email": ""}
    walk.through()
    page = unescape(walk.client.get(f"{BASE}my/details").text)
    link = page.partition("/contact")[0].rpartition('href="')[2] + "/contact"
    form = walk.client.get(link).text
    token = {name: form.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("csrf_token", "once")}
    answer = walk.client.post(link, data={**token, **walk.answers["contact"], "channel": "mail"})
    assert answer.status_code == 422
    assert shown_errors(answer)[0].startswith("We have no e-mail address of yours.")
    assert step_of(walk.client.get(f"{BASE}apply")) == "sent"
