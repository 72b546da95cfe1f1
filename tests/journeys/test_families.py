"""Families that differ: little Dutch, no e-mail, a baby that is born, two parents, a next child."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.core.clock import today_at
from app.web.doors import House
from tests.factories import make_family, make_offer, make_worker
from tests.journeys.conftest import MAIL, TODAY, Town
from tests.journeys.people import (
    PASSWORD,
    Someone,
    at_home,
    choose,
    date_of,
    deliver,
    enter,
    mail_to,
    typing,
)
from tests.journeys.test_adversity import start
from tests.servers.mail import Mailbox

pytestmark = pytest.mark.browser
People = Callable[..., Someone]
OTHER = "the.other.parent@example.com"


def fits(parent: Someone) -> None:
    """Assert that a page runs from the right and that nothing of it lies beside the screen."""
    page = parent.page
    assert page.locator("html").get_attribute("dir") == "rtl", page.url
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [360, 360], page.url


@pytest.mark.promise("KL-07", breaks="app.web.i18n:Texts.is_help")
def test_a_family_with_little_dutch_applies_in_arabic_without_javascript(
    house: House, town: Town, mailbox: Mailbox, people: People, screen: People
) -> None:
    parent = people("ar", axe=True)
    parent.goes()
    fits(parent)
    parent.press("Start your application")
    parent.fills_in(each=lambda step: fits(parent))
    fits(parent)
    parent.look("apply/sent")
    reference = parent.page.locator(".ref").inner_text()
    deliver(house)
    dutch = people("nl")
    subject = "We have received your application"
    mail = mail_to(mailbox, MAIL, f"{parent.says(subject)} / {dutch.says(subject)}")
    text = mail.get_content()
    first, _, second = text.partition(parent.says("Help translation. The Dutch text counts."))
    assert reference in first
    assert reference in second
    assert parent.says("Hello,") in first
    assert dutch.says("Hello,") in second
    leader = screen("nl")
    enter(house, leader, town.first_leader)
    leader.goes("facility")
    assert leader.page.locator("html").get_attribute("lang") == "nl"
    leader.clicks(leader.page.locator("table a").first)
    assert leader.sees("Yılmaz")
    assert leader.reads("Language of contact:")


def test_a_family_without_email_gets_a_letter_that_the_desk_prints(
    app: Flask, house: House, town: Town, mailbox: Mailbox, people: People, screen: People
) -> None:
    parent = people("fr", axe=True)
    start(app, town, parent, until="check")
    parent.clicks(parent.page.locator("dl.sum a[href*='/apply/contact']").first)
    parent.page.fill("#email", "")
    parent.page.check("input[name=channel][value=letter]")
    parent.goes_on()
    parent.fills_in()
    parent.look("apply/sent, by letter")
    assert parent.reads("You also get a letter from us with this reference.")
    reference = parent.page.locator(".ref").inner_text()
    deliver(house)
    assert mailbox.messages(MAIL) == []

    desk = screen("nl", axe=True)
    enter(house, desk, make_worker(house))
    desk.goes("desk/todo")
    desk.clicks(desk.page.locator("main a[href$='/desk/letters']"))
    desk.look("desk/letters")
    sheet = desk.page.locator(".sheet")
    assert sheet.count() == 1
    letter = sheet.inner_text()
    for words in ("Ayşe Yılmaz", "Rozenstraat 12 bus 3", "1030", reference):
        assert words in letter, words
    assert parent.says("Hello,") in letter, "in the family's language"
    desk.page.emulate_media(media="print")
    assert (sheet.is_visible(), desk.page.locator("main form, header").first.is_visible()) == (True, False)
    desk.page.emulate_media(media="screen")
    desk.taps("These are printed: take them out of the list")
    assert desk.reads("No letter waits to be printed.")

    parent.goes("my")
    parent.signs_out()
    parent.signs_in(reference.lower(), PASSWORD)
    assert parent.page.url.endswith("/my")
    assert parent.sees(town.first.name)


def test_a_baby_is_born_and_the_facility_knows_at_once(
    house: House, town: Town, people: People, screen: People
) -> None:
    day = today_at(TODAY) - timedelta(days=2)
    family = make_family(house, [town.first], language="fr", expected=True, birth_date=day + timedelta(days=9))
    parent, leader = at_home(house, people("fr", javascript=True, axe=True), family), screen("nl")
    enter(house, leader, town.first_leader)
    leader.goes("facility")
    leader.clicks(leader.page.locator("table a").first)
    assert leader.reads("Expected on")
    parent.taps("Our baby is born")
    parent.look("my/born")
    typing({**date_of("birth_date", str(day.day), str(day.month), str(day.year)), "#given_name": "Zoë"})(parent)
    parent.goes_on()
    assert parent.reads("Congratulations! The facilities that you chose see this at once.")
    assert parent.sees("Zoë")
    assert not parent.reads("Our baby is born")
    leader.page.reload()
    assert leader.sees("Zoë")
    assert leader.reads("Birth date")
    assert not leader.reads("Expected on")
    assert leader.sees(f"{day.day} januari 2027")
    leader.goes("facility")
    assert leader.sees("Zoë")


@pytest.mark.promise("BXL-46", breaks="policy:partner.family.select")
def test_a_second_parent_joins_and_says_yes_and_each_keeps_what_is_theirs(
    house: House, town: Town, mailbox: Mailbox, people: People
) -> None:
    family = make_family(house, [town.first, town.second], partner=False)
    make_offer(house, family, town.first)
    one, two = at_home(house, people("nl", axe=True), family), people("en", javascript=True, axe=True)
    one.taps("A login for the other parent")
    one.look("my/second-parent")
    one.page.fill("#email", OTHER)
    one.page.select_option("#language", "en")
    one.goes_on()
    assert one.reads("We sent the invitation. It works for two weeks.")
    deliver(house)
    (mail,) = mailbox.messages(OTHER)
    assert family.names["child"] not in mail.get_content()
    two.page.goto(next(word for word in mail.get_content().split() if word.startswith("http")))
    two.look("invited")
    two.page.fill("#password", PASSWORD)
    two.goes_on()
    two.look("my/own-details")
    two.page.fill("#given_name", "Ilse")
    two.page.fill("#family_name", "Verborgen")
    two.page.check("#apart")
    two.goes_on()
    two.look("my, of the second parent")
    for page in ("my", "my/access", "my/account", "my/receipt"):
        two.goes(page)
        assert two.status == 200
        for words in (family.names["given_name"], family.email or "", "Kersenlaan", "0470"):
            assert not two.sees(words), (page, words)
    two.goes("my")
    for message in ("See the offer", "Accept this place", "Yes, I accept this place"):
        two.taps(message)
    assert two.reads("Your child has a place")
    one.goes("my")
    assert one.reads("Your child has a place")
    for page in ("my", "my/details", "my/access", "my/second-parent", "my/receipt"):
        one.goes(page)
        assert one.status == 200
        assert not one.sees("Verborgen"), page


@pytest.mark.trial
def test_of_a_next_child_only_the_child_is_asked_and_the_first_facility_sees_nothing(
    house: House, town: Town, people: People, screen: People
) -> None:
    family = make_family(house, [town.first])
    parent = at_home(house, people("nl", javascript=True, axe=True), family)
    parent.taps("Ask a place for a next child")
    assert parent.page.input_value("#family_name") == family.names["family_name"]
    boxes: list[bool] = []

    def each(step: str) -> None:
        if step == "consents":
            parent.look("apply/consents of a next child")
            boxes.extend(box.is_checked() for box in parent.page.locator("main input[type=checkbox]").all())
        if step == "check":
            parent.look("apply/check of a next child")
            assert parent.sees(family.names["given_name"])
            assert parent.sees("Kersenlaan")

    child = parent.answers["child"]
    parent.answers |= {
        "child": lambda person: (child(person), person.page.fill("#family_name", "Tweede"))[0],
        "facilities": lambda person: choose(person, [town.other.name]),
        "household": typing(),
        "consents": typing(),
    }
    passed: list[str] = []
    while "/apply/" in parent.page.url:
        step = parent.step
        each(step)
        parent.answers[step](parent)
        parent.goes_on()
        passed.append(step)
        assert len(passed) < 10, passed
    assert passed == ["child", "start", "days", "facilities", "household", "consents", "check"]
    assert boxes
    assert not any(boxes)
    assert parent.reads(
        "Your application for your next child is sent. Only the facilities that you chose for this child can read it."
    )
    first, other = screen("nl"), screen("nl")
    enter(house, first, town.first_leader)
    enter(house, other, town.other_leader)
    for leader, name, unknown in ((first, family.names["child"], "Tweede"), (other, "Tweede", family.names["child"])):
        leader.goes("facility")
        assert (leader.sees(name), leader.sees(unknown)) == (True, False)
        leader.clicks(leader.page.locator("table a").first)
        assert (leader.sees(name), leader.sees(unknown)) == (True, False)
