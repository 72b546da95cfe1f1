"""The story when something is in the way: a mail server or a queue that is down, a second click, the Back button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Playwright
from redis import Redis
from sqlalchemy import func, select

from app.applications.models import Application, Draft
from app.families.models import Applicant, Dossier
from app.web.bell import Bell
from app.web.doors import House
from jobs.outbox import drain_with
from tests.factories import as_maintainer, make_family, make_offer
from tests.journeys.conftest import MAIL, TODAY, Town
from tests.journeys.people import NEXT, Someone, deliver, enter, link_in, mail_to, worker
from tests.servers.browsing import PHONE, browser_program
from tests.servers.mail import Mailbox
from tests.web.family.walk import Walk

pytestmark = pytest.mark.browser
People = Callable[..., Someone]
NOBODY_LISTENS = 9  # the port of a service that no machine has had for decades
SEND_TWICE_AT_ONCE = """async () => {
  const form = document.querySelector('#step'), body = new URLSearchParams(new FormData(form));
  const post = () => fetch(location.href, {method: 'POST', body}).then(answer => [answer.status, answer.url]);
  return Promise.all([post(), post(), post()]);
}"""


def start(app: Flask, town: Town, person: Someone, *, until: str = "send", **child: str) -> None:
    """Fill in the application as far as a page without a browser, and go on in the person's."""
    walk = Walk(app.test_client(), person.base)
    walk.answers["language"]["language"] = person.language
    walk.answers["contact"]["email"] = MAIL
    walk.answers["child"] |= child
    walk.answers["facilities"] = {"facilities": [town.first.id.hex, town.second.id.hex]}
    walk.through(until)
    cookie = walk.client.get_cookie("sid")
    assert cookie is not None
    person.page.context.add_cookies([{"name": "sid", "value": cookie.value, "url": person.watch.origin}])
    person.goes(f"apply/{until}")


def dossiers(house: House) -> tuple[int, int]:
    """Return how many families and how many requests there are."""
    with as_maintainer(house) as session:
        families = session.scalar(select(func.count()).select_from(Dossier))
        requests = session.scalar(select(func.count()).select_from(Application))
    return families or 0, requests or 0


@pytest.mark.promise("BXL-04", breaks="app.applications.operations.submission:submit")
def test_sending_works_while_mail_and_queue_are_down_and_the_mail_comes_later(
    app: Flask,
    house: House,
    town: Town,
    people: People,
    mailbox: Mailbox,
    clock: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = Redis(port=NOBODY_LISTENS, socket_timeout=1, socket_connect_timeout=1)
    monkeypatch.setitem(app.extensions, "ring", Bell(silent).ring)
    parent = people()
    start(app, town, parent)
    parent.fills_in()
    reference = parent.page.locator(".ref").inner_text()
    without_mail = worker(house)
    without_mail = replace(
        without_mail, settings=replace(house.settings, smtp_url=f"smtp://127.0.0.1:{NOBODY_LISTENS}")
    )
    assert drain_with(without_mail) > 0
    assert mailbox.messages() == []
    parent.press("Follow my application")
    assert parent.sees(reference)
    clock(TODAY + timedelta(hours=2))
    deliver(house)
    assert reference in mail_to(mailbox, MAIL, parent.says("We have received your application")).get_content()
    mail_to(mailbox, MAIL, parent.says("Confirm your e-mail address"))
    clock(TODAY + timedelta(hours=5))
    assert deliver(house) == 0


@pytest.mark.promise(
    "BXL-27",
    breaks=("constraint:account.pk_account", "line:app/applications/queries/drafts.py#_TO_CHANGE = _TO_CHANGE.with"),
)
def test_a_second_click_on_send_makes_no_second_file(app: Flask, house: House, town: Town, people: People) -> None:
    parent = people(javascript=True)
    start(app, town, parent)
    parent.answers["send"](parent)
    answers = parent.page.evaluate(SEND_TWICE_AT_ONCE)
    assert [status for status, _ in answers] == [200, 200, 200]
    assert {url.rpartition("/")[2] for _, url in answers} == {"sent"}
    assert dossiers(house) == (1, 1)
    parent.goes("apply/send")
    assert parent.step == "sent"


def test_an_impatient_double_click_sends_once(app: Flask, house: House, town: Town, people: People) -> None:
    parent = people()
    start(app, town, parent)
    parent.answers["send"](parent)
    parent.page.dblclick(NEXT)
    parent.page.wait_for_url("**/apply/sent")
    assert dossiers(house) == (1, 1)
    parent.page.go_back()
    assert parent.step in ("send", "sent", "check")
    parent.goes("apply/sent")
    assert parent.status == 200


@pytest.mark.trial
def test_back_after_each_step_shows_what_was_typed_and_forward_goes_on(house: House, people: People) -> None:
    parent = people()
    parent.goes("apply")
    passed: list[str] = []
    while parent.step != "sent":
        step = parent.step
        parent.answers[step](parent)
        parent.goes_on()
        following = parent.step
        assert following != step, parent.page.locator("#errors").all_inner_texts()
        if following == "sent":
            break
        parent.page.go_back()
        assert (parent.step, parent.status) == (step, 200)
        filled = parent.page.locator("input[type=text], input[type=email], input[type=tel]").first
        if step in ("you", "contact", "partner-details", "start"):
            assert filled.input_value() != "", step
        parent.goes_on()
        assert parent.step == following, f"{step} leads to {parent.step}"
        passed.append(step)
    assert len(passed) == 18
    assert dossiers(house) == (1, 1)


def test_another_language_keeps_what_is_being_typed(app: Flask, town: Town, people: People) -> None:
    parent = people()
    start(app, town, parent, until="contact")
    parent.page.fill("#street", "Halverwege de Rozenstr")
    parent.page.fill("#phone", "geen idee")
    parent.clicks(parent.page.locator("nav.langs button[value=fr]"))
    parent.language = "fr"
    assert parent.page.input_value("#street") == "Halverwege de Rozenstr"
    assert parent.page.input_value("#phone") == "geen idee"
    parent.look("apply/contact half done")
    parent.answers["contact"](parent)
    parent.goes_on()
    assert parent.step == "partner"
    assert "/fr/" in parent.page.url


def test_a_shared_phone_shows_nothing_after_signing_out(
    house: House, town: Town, browsers: Playwright, live_server: str, people: People
) -> None:
    family = make_family(house, [town.first])
    parent = people()
    enter(house, parent, family.person)
    # A browser as people have it: the tool that steers it switches the memory of earlier pages off.
    chromium = browsers.chromium.launch(
        executable_path=browser_program(), ignore_default_args=["--disable-back-forward-cache"]
    )
    try:
        context = chromium.new_context(base_url=live_server, viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([dict(cookie) for cookie in parent.page.context.cookies()])  # type: ignore[misc]
        page = context.new_page()
        page.goto(f"{parent.base}my/details")
        assert family.names["family_name"] in page.content()
        page.goto(f"{parent.base}my")
        page.locator("header form button").click()
        page.wait_for_url("**/nl/")
        for _ in range(3):
            page.go_back()
            assert family.names["family_name"] not in page.content()
            assert family.names["child"] not in page.content()
    finally:
        chromium.close()


@pytest.mark.trial
def test_a_forgotten_password_is_replaced_and_other_sessions_end(
    house: House, town: Town, people: People, mailbox: Mailbox
) -> None:
    family = make_family(house, [town.first])
    elsewhere, parent = people(), people(axe=True)
    enter(house, elsewhere, family.person)
    elsewhere.goes("my")
    assert elsewhere.sees(family.names["child"])
    parent.goes("sign-in")
    parent.press("Forgot your password?")
    parent.look("password/forgotten")
    parent.goes_on()
    parent.look("password/forgotten with errors", status=422)
    parent.page.fill("#login", family.person.login)
    parent.goes_on()
    parent.look("password/sent")
    deliver(house)
    link = link_in(mail_to(mailbox, family.person.login, parent.says("Choose a new password")))
    parent.page.goto(link)
    parent.look("password/new")
    parent.page.fill("#password", "kort")
    parent.goes_on()
    parent.look("password/new with errors", status=422)
    parent.page.fill("#password", "een heel ander lang geheim")
    parent.goes_on()
    parent.look("password/changed")
    elsewhere.page.reload()
    assert not elsewhere.sees(family.names["child"])
    assert elsewhere.page.url.endswith("/sign-in")
    parent.signs_in(family.person.login, family.person.password)
    assert parent.status == 422
    parent.signs_in(family.person.login, "een heel ander lang geheim")
    assert parent.sees(family.names["child"])
    parent.page.goto(link)
    parent.look("password link spent", status=parent.status)
    assert parent.reads(
        "A link works once, and for a limited time. Perhaps you used it already, or a newer mail came after it."
    )


@pytest.mark.promise("LEU-46", breaks='line:app/web/doors.py#abort(400, "cookie")')
def test_a_browser_that_keeps_no_cookie_gets_a_clear_page(house: House, people: People) -> None:
    parent = people(axe=True)
    parent.goes("apply/language")
    parent.page.context.clear_cookies()
    parent.answers["language"](parent)
    parent.goes_on()
    assert parent.status == 400
    parent.look("no cookie", status=400)
    assert parent.reads("Your browser kept no cookie of ours")
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_whoever_was_away_for_too_long_begins_again(
    app: Flask, town: Town, people: People, clock: Callable[[datetime], None]
) -> None:
    parent = people(axe=True)
    start(app, town, parent, until="child")
    clock(TODAY + timedelta(hours=26))
    parent.answers["child"](parent)
    parent.goes_on()
    parent.look("away for too long", status=parent.status)
    assert parent.status in (400, 409)
    assert parent.reads("You were away for too long")
    assert not parent.sees("Kaya")


@pytest.mark.trial
def test_names_in_any_script_come_through_the_whole_way(
    app: Flask, house: House, town: Town, people: People, screen: People
) -> None:
    parent = people("en")
    name = "Ольга 'O’Neill' <ሰላም> محمد"
    start(app, town, parent, family_name=name)
    parent.fills_in()
    leader = screen()
    enter(house, leader, town.first_leader)
    leader.goes("facility")
    leader.watch.secrets += ["Ольга"]
    leader.clicks(leader.page.locator("table a"))
    assert leader.sees(name)
    leader.look("facility request, any script")


def test_pages_of_a_stranger_and_unknown_addresses_are_clear(house: House, town: Town, people: People) -> None:
    family = make_family(house, [town.first])
    offer = make_offer(house, make_family(house, [town.second]), town.second)
    parent = people(axe=True)
    parent.goes("my")
    assert parent.page.url.endswith("/sign-in")
    enter(house, parent, family.person)
    parent.goes(f"my/offers/{offer}")
    parent.look("somebody else's offer", status=404)
    parent.goes("no-such-page")
    parent.look("no such page", status=404)
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Applicant)) == 2
