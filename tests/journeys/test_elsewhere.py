"""One family, two devices: begun on a phone, written down, finished elsewhere; whoever finds the code sees nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.applications.models import Application
from app.web.doors import House
from tests.factories import as_maintainer
from tests.journeys.conftest import MAIL, Town
from tests.journeys.people import Someone, date_of, deliver, link_in, mail_to, typing
from tests.servers.mail import Mailbox

pytestmark = pytest.mark.browser
People = Callable[..., Someone]
WRONG = typing(date_of("birth_date", "11", "4", "2027"))
RIGHT = typing(date_of("birth_date", "10", "4", "2027"))


def saves_for_later(parent: Someone) -> None:
    """Press the button that keeps everything."""
    parent.clicks(parent.page.locator("button[name=later]"))


@pytest.mark.promise(
    "BXL-72", breaks="app.applications.operations.passes:continue_draft", twin="tests.journeys.test_elsewhere:nobody"
)
@pytest.mark.parametrize(("language", "javascript"), [("nl", False), pytest.param("fr", True, marks=pytest.mark.trial)])
def test_a_code_on_paper_is_enough(house: House, town: Town, people: People, language: str, javascript: bool) -> None:
    look = language == "nl"
    first, second = people(language, axe=look), people(language, axe=look, width=1280, javascript=javascript)
    first.goes("apply/language")
    first.fills_in(until="days")
    first.page.check("#half_days")
    saves_for_later(first)
    first.look("apply/later")
    code = first.page.locator(".ref").inner_text()
    second.goes("continue")
    second.look("continue")
    WRONG(second)
    second.page.fill("#code", code.lower().replace(" ", ""))
    second.goes_on()
    second.look("continue with errors", status=422)
    assert not second.sees("Kaya")
    RIGHT(second)
    second.goes_on()
    assert second.step == "days"
    assert second.page.is_checked("#half_days")
    second.fills_in()
    assert second.page.locator(".ref").inner_text()
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 1


def nobody(*_: object) -> None:
    """Open nothing: the twin of what lets a family go on."""


@pytest.mark.trial
def test_a_link_by_mail_goes_to_somebody_who_helps(house: House, town: Town, people: People, mailbox: Mailbox) -> None:
    parent, helper = people(axe=True), people(axe=True)
    parent.goes("apply/language")
    parent.fills_in(until="start")
    saves_for_later(parent)
    parent.page.fill("#email", "grootmoeder@example.com")
    parent.clicks(parent.page.locator("button[name=send]"))
    parent.look("apply/later sent")
    assert parent.reads("The link is on its way. It works once.")
    deliver(house)
    mail = mail_to(mailbox, "grootmoeder@example.com", parent.says("Continue your application"))
    helper.page.goto(link_in(mail))
    helper.look("continue by link")
    assert not helper.sees("Kaya")
    helper.press("Keep my answers longer")
    assert helper.reads("We keep your answers")
    helper.look("answers kept")
    helper.page.goto(link_in(mail))
    RIGHT(helper)
    helper.goes_on()
    assert helper.step == "start"
    # The parent's own mailbox got nothing.
    assert not mailbox.messages(MAIL)
