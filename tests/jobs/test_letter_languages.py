"""A family is written to in the language that it chose, with the Dutch text beside a help translation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from app.web.i18n import texts
from jobs import outbox
from jobs.context import Context
from tests.servers.mail import Mailbox
from tests.web.family.walk import start_walk


@pytest.mark.promise(
    "KL-07", breaks="app.organisations.terms:Languages.for_families", twin="tests.web.test_language:complete"
)
@pytest.mark.parametrize("language", ["tr", "ar"])
def test_an_application_in_a_help_translation_is_answered_in_it_with_the_dutch_beside_it(
    language: str, house: House, client: Callable[[], FlaskClient], surroundings: Context, mailbox: Mailbox
) -> None:
    walk = start_walk(client(), house)
    walk.base = f"/brussels/{language}/"
    walk.answers["language"]["language"] = language
    assert walk.through().status_code == 200
    surroundings.clock.offset = house.clock.offset
    outbox.drain_with(surroundings)
    mails = mailbox.messages()
    own, dutch = texts(language), texts("nl")
    received = own.gettext("We have received your application")
    mail = next(mail for mail in mails if received in mail["Subject"])
    assert dutch.gettext("We have received your application") in mail["Subject"]
    assert mail["Content-Language"] == f"{language}, nl"
    body = mail.get_content()
    assert body.index(own.gettext("Hello,")) < body.index("In het Nederlands:") < body.index(dutch.gettext("Hello,"))
    assert f"/brussels/{language}/my" in body
    # The day by which the facilities answer stands in both, each in its own words.
    months = own.month_name(2), dutch.month_name(2)
    assert all(month in part for month, part in zip(months, body.split("In het Nederlands:"), strict=True))


def test_the_language_of_the_page_is_not_that_of_the_letters(
    house: House, client: Callable[[], FlaskClient], surroundings: Context, mailbox: Mailbox
) -> None:
    walk = start_walk(client(), house)
    walk.base = "/brussels/tr/"
    walk.answers["language"]["language"] = "fr"
    walk.through()
    surroundings.clock.offset = house.clock.offset
    outbox.drain_with(surroundings)
    assert {mail["Content-Language"] for mail in mailbox.messages()} == {"fr"}
