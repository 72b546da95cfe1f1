"""The line drops at every step of one application, before the post arrives or after it was done: no loss, no double."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from app.accounts.models import Account
from app.applications.models import Application, Choice, Draft
from app.families.models import Applicant, Child, Dossier
from app.web.doors import House
from tests.factories import as_maintainer, queued
from tests.journeys.conftest import MAIL, Town
from tests.journeys.looks import Watch
from tests.journeys.people import NEXT, Someone, family_answers
from tests.servers.browsing import Visitors
from tests.servers.line import AFTER, BEFORE, Line

pytestmark = pytest.mark.browser


@pytest.fixture
def line(live_server: str) -> Iterator[Line]:
    made = Line(int(live_server.rpartition(":")[2]))
    yield made
    made.close()


@pytest.fixture
def parent(browser: Browser, line: Line, town: Town) -> Iterator[Someone]:
    """A family on a phone without JavaScript, at the other end of the line."""
    visitors = Visitors(browser, line.url)
    page = visitors.new()
    answers = family_answers(MAIL, [town.first.name, town.second.name])
    yield Someone(page, Watch(page, line.url), "nl", axe=False, answers=answers)
    visitors.close()


def loses_the_line(parent: Someone, line: Line, moment: str) -> None:
    """Press the button while the line is cut, and load the page of the failure again."""
    presses_in_vain(parent, line, moment)
    # What everybody does: once more. The browser sends the form again, with all that was typed.
    parent.page.reload()


def presses_in_vain(parent: Someone, line: Line, moment: str) -> None:
    """Press the button while the line is cut, and see the browser's own error page."""
    line.cut(moment)
    with parent.page.expect_event("requestfailed", lambda request: request.is_navigation_request()):
        parent.page.locator(NEXT).first.click(no_wait_after=True)
    parent.page.wait_for_url("chrome-error://**")
    line.mend()


def counted(house: House) -> dict[str, int]:
    """Return how many rows there are of what one application makes."""
    only: dict[Any, Any] = {Account: (Account.kind == "parent",)}
    with as_maintainer(house) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table).where(*only.get(table, ())))
            or 0
            for table in (Draft, Account, Dossier, Applicant, Child, Application, Choice)
        }


@pytest.mark.parametrize("moment", [pytest.param(BEFORE, marks=pytest.mark.trial), AFTER])
def test_a_line_that_drops_at_every_step_loses_and_doubles_nothing(
    house: House, parent: Someone, line: Line, moment: str
) -> None:
    parent.goes("apply/language")
    passed: list[str] = []
    while parent.step != "sent":
        step = parent.step
        parent.answers[step](parent)
        loses_the_line(parent, line, moment)
        assert parent.step != step, (step, parent.page.locator("#errors").all_inner_texts(), parent.status)
        assert parent.status == 200, (step, parent.page.url)
        passed.append(step)
        assert counted(house)["draft"] == 1, step
    assert passed[0] == "language"
    assert passed[-1] == "send"
    assert len(passed) == len(set(passed)) > 15
    made = {"account": 1, "dossier": 1, "applicant": 1, "child": 1, "application": 1, "choice": 2}
    assert counted(house) == {"draft": 1, **made}
    assert len(queued(house, "received")) == len(queued(house, "confirm_address")) == 1
    with as_maintainer(house) as session:
        who = session.scalars(select(Applicant)).one()
        assert (who.given_name, who.family_name, who.street) == ("Ayşe", "Yılmaz-Öztürk", "Rozenstraat")
    assert line.posts >= 2 * len(passed)


def test_after_a_lost_answer_the_start_leads_on_and_says_what_is_kept(
    house: House, parent: Someone, line: Line
) -> None:
    parent.goes("apply/language")
    parent.fills_in(until="contact")
    parent.answers["contact"](parent)
    presses_in_vain(parent, line, AFTER)
    # Or they close the page, and begin again from the start.
    parent.goes("apply")
    assert parent.step == "partner"
    assert parent.page.locator("[role=status]").inner_text().endswith(" 3.")
    parent.goes("apply/contact")
    assert parent.page.input_value("#street") == "Rozenstraat"
