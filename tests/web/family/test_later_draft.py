"""Saving for later and going on elsewhere, through the doors: nothing lost, nothing shown to who cannot prove it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.applications.models import Draft, DraftPass
from app.core.models import OutboxMessage
from app.web.doors import House
from tests.budgets import count_sql
from tests.factories import as_maintainer, guard_of, queued
from tests.web.family.walk import Walk, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/"
BIRTH = {"birth_date-day": "10", "birth_date-month": "4", "birth_date-year": "2027"}
CODE = re.compile(r'<b class="ref" dir="ltr">([^<]+)</b>')


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    return start_walk(client(), house)


def save_for_later(walk: Walk, step: str, **typed: str) -> str:
    """Press "save and continue later" on a page and return the code that is shown."""
    aside = walk.post(step, typed, later="yes")
    assert step_of(aside) == "later", shown_errors(aside)
    page = walk.client.get(f"{BASE}apply/later")
    assert page.status_code == 200
    shown = CODE.search(page.text)
    return shown[1] if shown else ""


def go_on(browser: FlaskClient, code: str, **typed: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Fill in the code and the birth date on another device."""
    page = browser.get(f"{BASE}continue")
    return browser.post(f"{BASE}continue", data={**guard_of(page), "code": code, **BIRTH, **typed})


def drafts(house: House) -> int:
    """Count the drafts."""
    with as_maintainer(house) as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


@pytest.mark.promise("BXL-72", breaks="app.web.family.apply_pages:Desk.make_code")
def test_another_device_goes_on_where_this_one_stopped(walk: Walk, client: Client, house: House) -> None:
    walk.through(until="days")
    code = save_for_later(walk, "start", **{"start_date-day": "31", "start_date-month": "2"})
    assert re.fullmatch(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", code)
    other = client()
    assert go_on(other, code.lower()).headers["Location"] == f"{BASE}apply"
    there = Walk(other, answers=walk.answers, facilities=walk.facilities)
    assert step_of(other.get(f"{BASE}apply")) == "days"
    assert 'value="31"' in other.get(f"{BASE}apply/start").text
    assert 'value="Yılmaz"' in unescape(other.get(f"{BASE}apply/you").text)
    there.onward("start")
    assert drafts(house) == 1
    # The first device shows nothing of it any more, and the code opens nothing.
    assert step_of(walk.client.get(f"{BASE}apply/days")) == "language"
    assert go_on(client(), code).status_code == 200


@pytest.mark.promise(
    "BXL-72", breaks="line:app/web/family/apply_pages.py#self.content.keep(self.step.name, form.to_typed())"
)
def test_what_is_half_typed_is_kept(walk: Walk) -> None:
    walk.through(until="contact")
    aside = walk.post("contact", {"street": "Halverwege de Rozen", "phone": "geen idee", "later": "yes"})
    assert step_of(aside) == "later"
    page = unescape(walk.client.get(f"{BASE}apply/contact").text)
    assert 'value="Halverwege de Rozen"' in page
    assert 'value="geen idee"' in page


@pytest.mark.parametrize("step", ["language", "you", "facilities", "check", "send"])
def test_every_page_can_be_left_for_later(walk: Walk, step: str) -> None:
    walk.through(until=step)
    assert step_of(walk.post(step, {**walk.answers[step], "later": "yes"})) == "later"
    page = walk.client.get(f"{BASE}apply/later").text
    # The date is asked where the child was not told about yet.
    assert bool(CODE.search(page)) is (step not in ("language", "you"))
    assert ("birth_date-day" in page) is (step in ("language", "you"))
    walk.onward(step)


def test_what_was_ticked_among_the_facilities_is_kept(walk: Walk) -> None:
    walk.through(until="facilities")
    walk.post("facilities", {"facilities": [walk.facilities[4].hex], "later": "yes"})
    assert f'value="{walk.facilities[4].hex}" checked' in walk.client.get(f"{BASE}apply/facilities").text


@pytest.mark.promise("BXL-46", breaks="line:app/web/family/later.py#required=() if known")
def test_before_the_child_is_known_the_date_is_asked_with_the_code_and_kept_as_a_token(
    walk: Walk, client: Client, house: House
) -> None:
    walk.through(until="you")
    assert save_for_later(walk, "you", given_name="Ayşe") == ""
    page = walk.client.get(f"{BASE}apply/later")
    refused = walk.client.post(f"{BASE}apply/later", data=guard_of(page))
    assert refused.status_code == 422
    made = walk.client.post(f"{BASE}apply/later", data={**guard_of(page), **BIRTH})
    assert step_of(made) == "later"
    found = CODE.search(walk.client.get(f"{BASE}apply/later").text)
    assert found
    assert go_on(client(), found[1], **{"birth_date-day": "11"}).status_code == 422
    assert go_on(client(), found[1]).headers["Location"] == f"{BASE}apply"


def test_the_page_with_the_code_can_be_loaded_again_and_shows_the_same(walk: Walk) -> None:
    walk.through(until="start")
    code = save_for_later(walk, "start")
    assert save_for_later(walk, "start") == code
    assert CODE.search(walk.client.get(f"{BASE}apply/later").text)[1] == code  # type: ignore[index]


@pytest.mark.promise("BXL-72", breaks="app.applications.operations.passes:send_link")
def test_a_link_goes_to_the_address_and_asks_for_the_date(walk: Walk, client: Client, house: House) -> None:
    walk.through(until="start")
    save_for_later(walk, "start")
    page = walk.client.get(f"{BASE}apply/later")
    assert 'value="Ayse.Yilmaz@example.com"' in page.text
    form = {**guard_of(page), "email": "grootmoeder@example.com", "send": "yes"}
    for _ in range(2):  # a second click sends nothing more
        assert walk.client.post(f"{BASE}apply/later", data=form).headers["Location"] == f"{BASE}apply/later?done=send"
    mails = queued(house, "draft_link")
    assert len(mails) == 1
    mail = mails[0]
    assert (mail.recipient, mail.channel) == ("grootmoeder@example.com", "mail")
    other, link = client(), f"{BASE}continue/{mail.params['token']}"
    with count_sql(house.databases.engine("signin"), house.databases.engine("family")) as spent:
        shown = other.get(link)
    assert shown.status_code == 200
    assert len(spent) == 0, "looking at a link asks nothing"
    assert "Yılmaz" not in unescape(shown.text)
    wrong = other.post(link, data={**guard_of(shown), **BIRTH, "birth_date-year": "2026"})
    assert wrong.status_code == 422
    assert other.post(link, data={**guard_of(shown), **BIRTH}).headers["Location"] == f"{BASE}apply"
    assert 'value="Yılmaz"' in unescape(other.get(f"{BASE}apply/you").text)
    assert client().post(link, data={**guard_of(shown), **BIRTH}).status_code == 400
    third = client()
    again = third.get(link)
    assert third.post(link, data={**guard_of(again), **BIRTH}).status_code == 422


def test_a_link_goes_by_text_message_to_a_mobile_number_only(walk: Walk, house: House) -> None:
    walk.through(until="start")
    save_for_later(walk, "start")
    page = walk.client.get(f"{BASE}apply/later")
    refused = walk.client.post(f"{BASE}apply/later", data={**guard_of(page), "phone": "02 512 34 56", "send": "yes"})
    assert refused.status_code == 422
    walk.client.post(f"{BASE}apply/later", data={**guard_of(page), "phone": "0470 12 34 56", "send": "yes"})
    assert [(m.channel, m.recipient) for m in queued(house, "draft_link")] == [("text", "+32470123456")]


def test_links_to_one_mailbox_are_few(walk: Walk, house: House) -> None:
    walk.through(until="start")
    save_for_later(walk, "start")
    answers = []
    for _ in range(4):
        page = walk.client.get(f"{BASE}apply/later")
        answers.append(
            walk.client.post(f"{BASE}apply/later", data={**guard_of(page), "email": "an@example.com", "send": "yes"})
        )
    assert [answer.status_code for answer in answers] == [303, 303, 303, 422]
    with as_maintainer(house) as session:
        # The code and the newest link; those before it are gone.
        assert session.scalar(select(func.count()).select_from(DraftPass)) == 2


def test_unknown_and_wrong_get_the_same_page(walk: Walk, client: Client) -> None:
    walk.through(until="start")
    code = save_for_later(walk, "start")
    browser = client()
    pages = {
        re.sub(r'value="[^"]*"', "", unescape(go_on(browser, tried, **{"birth_date-day": day}).text))
        for tried, day in ((code, "11"), ("CCCC CCCC CCCC", "10"), ("CCCC CCCC CCCC", "11"))
    }
    assert len(pages) == 1


@pytest.mark.promise("BXL-46", breaks="app.web.public.resume:NO_CODE", twin="tests.web.family.test_later_draft:LEAK")
def test_the_answer_names_neither_code_nor_date(client: Client) -> None:
    answer = go_on(client(), "CCCC CCCC CCCC")
    assert answer.status_code == 422
    assert shown_errors(answer) == [
        "This code and this date do not open an application. Check both. A code works once."
    ]


LEAK = "This code does not exist."


def test_of_a_sent_application_only_that_is_told(walk: Walk, client: Client) -> None:
    walk.through(until="send")
    code = save_for_later(walk, "send")
    walk.onward("send")
    answer = go_on(client(), code)
    assert answer.status_code == 200
    assert "This application has been sent" in answer.text
    assert "Yılmaz" not in unescape(answer.text)
    assert go_on(client(), code, **{"birth_date-day": "12"}).status_code == 422


def test_no_code_and_no_token_in_a_log(
    walk: Walk, client: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    walk.through(until="start")
    code = save_for_later(walk, "start")
    page = walk.client.get(f"{BASE}apply/later")
    walk.client.post(f"{BASE}apply/later", data={**guard_of(page), "email": "an@example.com", "send": "yes"})
    token = queued(house, "draft_link")[0].params["token"]
    browser = client()
    go_on(browser, code)
    browser.get(f"{BASE}continue/{token}")
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith(("app", "jobs")))
    assert token not in logged
    assert code.replace(" ", "") not in logged.replace(" ", "")
    with as_maintainer(house) as session:
        assert token.encode() not in (session.scalars(select(OutboxMessage.sealed)).one() or b"")


@pytest.mark.promise(
    "BXL-72", breaks="app.web.family.apply_pages:Desk.saved", twin="tests.web.family.test_later_draft:silent"
)
def test_the_page_says_what_was_saved(walk: Walk, house: House) -> None:
    assert 'role="status"' not in walk.client.get(f"{BASE}apply/language").text
    walk.through(until="contact")
    page = walk.client.get(f"{BASE}apply/contact").text
    assert re.search(r'role="status">Saved at \d\d:\d\d: your answers up to step 2\.<', page)
    house.clock.offset += timedelta(hours=20)
    assert "Saved on 15 January 2027, " in walk.client.get(f"{BASE}apply/contact").text


def silent(*_: object) -> str:
    """Say nothing: the twin of a word on what is kept."""
    return ""


@pytest.mark.promise(
    "BXL-27", breaks="app.web.doors:_draft_of_form", twin="tests.web.family.test_later_draft:another_draft"
)
def test_the_first_page_sent_again_begins_no_second_draft(walk: Walk, client: Client, house: House) -> None:
    page = walk.client.get(f"{BASE}apply/language")
    form, sid = {**guard_of(page), **walk.answers["language"]}, walk.client.get_cookie("sid")
    assert sid is not None
    first = walk.client.post(f"{BASE}apply/language", data=form)
    # The answer was lost: the browser still has the cookie that it came with.
    retry = client()
    retry.set_cookie("sid", sid.value)
    second = retry.post(f"{BASE}apply/language", data=form)
    assert first.headers["Location"] == second.headers["Location"]
    assert drafts(house) == 1
    assert retry.get(f"{BASE}apply/you").status_code == 200


def another_draft(*_: object) -> object:
    """Begin a new draft each time: the twin of a form that begins one."""
    from uuid import uuid4

    return uuid4()


def test_an_impatient_double_click_on_the_first_page_begins_one_draft(walk: Walk, app: Flask, house: House) -> None:
    page = walk.client.get(f"{BASE}apply/language")
    form, sid = {**guard_of(page), **walk.answers["language"]}, walk.client.get_cookie("sid")
    assert sid is not None
    barrier = Barrier(3)

    def click(_: int) -> int:
        other = app.test_client()
        other.set_cookie("sid", sid.value)
        barrier.wait()
        return other.post(f"{BASE}apply/language", data=form).status_code

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(click, range(3))) == [303, 303, 303]
    assert drafts(house) == 1


def test_a_planted_session_opens_no_draft_of_who_used_it(walk: Walk, client: Client, house: House) -> None:
    page = walk.client.get(f"{BASE}apply/language")
    sid = walk.client.get_cookie("sid")
    assert sid is not None
    walk.client.post(f"{BASE}apply/language", data={**guard_of(page), **walk.answers["language"]})
    thief = client()
    thief.set_cookie("sid", sid.value)
    own = thief.get(f"{BASE}apply/language")
    thief.post(f"{BASE}apply/language", data={**guard_of(own), **walk.answers["language"]})
    assert drafts(house) == 2


@pytest.mark.promise("KL-18", breaks="app.web.errors:_way_on")
def test_without_its_cookie_a_page_says_how_to_go_on(walk: Walk, client: Client) -> None:
    walk.through(until="start")
    code = save_for_later(walk, "start")
    page = walk.client.get(f"{BASE}apply/start")
    walk.client.delete_cookie("sid")
    lost = walk.client.post(f"{BASE}apply/start", data={**guard_of(page), **walk.answers["start"]})
    assert lost.status_code == 400
    assert "Your browser kept no cookie of ours" in lost.text
    assert f'href="{BASE}continue"' in lost.text
    assert go_on(walk.client, code).headers["Location"] == f"{BASE}apply"
    assert step_of(walk.client.get(f"{BASE}apply")) == "start"


def test_without_its_cookie_a_page_of_a_file_leads_to_signing_in(client: Client) -> None:
    lost = client().post(f"{BASE}my/account/password", data={"password": "x"})
    assert lost.status_code == 400
    assert f'href="{BASE}sign-in"' in lost.text


def test_a_browser_that_was_away_for_too_long_is_led_on(walk: Walk, client: Client, house: House) -> None:
    walk.through(until="start")
    code = save_for_later(walk, "start")
    page = walk.client.get(f"{BASE}apply/start")
    house.clock.offset += timedelta(hours=25)
    late = walk.client.post(f"{BASE}apply/start", data={**guard_of(page), **walk.answers["start"]})
    assert late.status_code == 409
    assert f'href="{BASE}continue"' in late.text
    assert go_on(client(), code).headers["Location"] == f"{BASE}apply"


def test_two_devices_at_once_double_nothing_and_the_last_save_of_a_page_holds(
    walk: Walk, client: Client, house: House
) -> None:
    walk.through(until="start")
    code = save_for_later(walk, "start")
    other = client()
    go_on(other, code)
    there = Walk(other, answers={k: dict(v) for k, v in walk.answers.items()}, facilities=walk.facilities)
    there.post("you", {**walk.answers["you"], "given_name": "Elders"})
    walk.post("contact", {**walk.answers["contact"], "street": "Hierstraat"})
    page = unescape(other.get(f"{BASE}apply/contact").text)
    assert 'value="Hierstraat"' in page
    assert 'value="Elders"' in unescape(walk.client.get(f"{BASE}apply/you").text)
    assert drafts(house) == 1
