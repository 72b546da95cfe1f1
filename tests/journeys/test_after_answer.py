"""What follows an answer, or the lack of one: refused everywhere, a yes taken back, a request that ends, a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.web.doors import House
from app.web.i18n import texts
from tests.factories import FamilyMade, Place, make_family, make_offer, make_worker
from tests.journeys.conftest import TODAY, Town
from tests.journeys.people import Someone, at_home, enter

pytestmark = pytest.mark.browser
People = Callable[..., Someone]
Clock = Callable[[datetime], None]


def finds(leader: Someone, family: FamilyMade) -> bool:
    """Open the list of a facility anew; return whether the child stands there."""
    leader.goes("facility")
    assert leader.status == 200
    return leader.sees(family.names["child"])


def asked(leader: Someone, family: FamilyMade) -> str:
    """Return what the list of a facility says of the request: its state and every date."""
    return leader.page.locator("tr", has_text=family.names["child"]).inner_text()


@pytest.mark.trial
@pytest.mark.parametrize(("language", "javascript"), [("en", True)])
def test_refused_everywhere_one_tap_asks_who_still_has_a_place(
    house: House, town: Town, people: People, screen: People, language: str, javascript: bool
) -> None:
    chosen = [town.first, town.second]
    family = make_family(house, chosen, states={place.id: "refused" for place in chosen}, language=language)
    parent = at_home(house, people(language, javascript=javascript, axe=True), family)
    leader, refuser = screen("nl"), screen("fr")
    enter(house, leader, town.other_leader)
    enter(house, refuser, town.first_leader)
    assert not finds(leader, family)
    publishes(leader)
    parent.taps("Who could still take your child?")
    parent.look("my/others")
    names = parent.page.locator("main h2").all_inner_texts()
    assert names == [town.other.name], "who said no is not offered again"
    assert parent.page.locator("main a[href^='tel:']").count() == 1
    parent.clicks(parent.page.locator("main button[name=facility]"))
    assert parent.reads("The facility is added. It can read your application from now on.")
    assert parent.sees(town.other.name)
    assert finds(leader, family)
    assert not finds(refuser, family)


def publishes(leader: Someone) -> None:
    """Tell of a free place: which half days, for which age, from when."""
    leader.clicks(leader.page.locator("nav a[href$='/facility/places']"))
    for box in leader.page.locator("main input[name=half_days]").all():
        box.check()
    leader.page.check("input[name=age][value=any]")
    leader.page.select_option("#month", "2027-08")
    leader.taps("Publish")
    assert leader.page.locator("main tbody tr").count() == 1, leader.page.locator("main").inner_text()


@pytest.mark.trial
def test_a_yes_is_taken_back_within_a_day_and_all_is_as_it_was(
    house: House, town: Town, people: People, screen: People, clock: Clock
) -> None:
    family = make_family(house, [town.first, town.second], submitted_at=TODAY - timedelta(days=40))
    make_offer(house, family, town.first)
    parent = at_home(house, people("nl", javascript=True, axe=True), family)
    first, second = screen("fr"), screen("nl")
    enter(house, first, town.first_leader)
    enter(house, second, town.second_leader)
    assert finds(first, family)
    assert finds(second, family)
    before = [asked(first, family), asked(second, family)]
    first.clicks(first.page.locator("table a", has_text=family.names["child"]))
    request = first.page.url.partition("?")[0]

    accepts(parent)
    first.page.goto(request)
    assert first.reads("Enrolled with you")
    assert not finds(second, family)

    parent.taps("Take your answer back")
    parent.look("my/take-back")
    way_back = parent.page.url
    parent.taps("Yes, take my answer back")
    parent.look("my, taken back")
    assert parent.reads("You took your answer back. Everything is as it was before.")
    assert not parent.reads("Your child has a place")
    first.page.goto(request)
    assert not first.reads("Enrolled with you")
    assert finds(first, family)
    assert finds(second, family)
    assert [asked(first, family), asked(second, family)] == before, "with the dates of the first day"

    accepts(parent)
    assert not finds(second, family)
    clock(TODAY + timedelta(days=1, minutes=5))
    at_home(house, parent, family)
    assert not parent.reads("Take your answer back")
    parent.page.goto(way_back)
    assert parent.status == 409


def accepts(parent: Someone) -> None:
    """Say yes to the only offer."""
    for message in ("See the offer", "Accept this place", "Yes, I accept this place"):
        parent.taps(message)
    assert parent.reads("Your child has a place")


@pytest.mark.trial
@pytest.mark.promise("BXL-44", breaks="app.applications.rules:is_expired")
@pytest.mark.parametrize(("language", "javascript"), [("fr", False)])
def test_a_request_ends_by_the_clock_and_one_tap_lets_it_go_on(
    house: House, town: Town, people: People, screen: People, clock: Clock, language: str, javascript: bool
) -> None:
    family = make_family(house, [town.first], language=language)
    parent, leader = people(language, javascript=javascript, axe=True), screen("nl")
    enter(house, leader, town.first_leader)
    assert finds(leader, family)
    leader.clicks(leader.page.locator("table a").first)
    request = leader.page.url.partition("?")[0]
    # No job runs: only the clock goes on, past the term after the first day that was asked.
    clock(TODAY + timedelta(days=200 + 61))
    enter(house, leader, town.first_leader)
    assert not finds(leader, family)
    leader.page.goto(request)
    assert (leader.status, leader.sees(family.names["child"])) == (404, False)
    at_home(house, parent, family)
    parent.look("my, ended")
    assert parent.reads("Your application has ended. The facilities can no longer read it.")
    parent.taps("Yes, I still need a place")
    assert parent.reads("Your application goes on. The facilities that you chose can read it.")
    assert not parent.reads("Your application has ended. The facilities can no longer read it.")
    assert finds(leader, family)
    leader.page.goto(request)
    assert leader.status == 200


@pytest.mark.trial
@pytest.mark.parametrize(("language", "javascript"), [("ar", False)])
def test_a_question_to_the_desk_and_one_to_a_facility_are_answered(
    house: House, town: Town, people: People, screen: People, language: str, javascript: bool
) -> None:
    family = make_family(house, [town.first, town.second], language=language)
    parent = at_home(house, people(language, javascript=javascript, axe=True), family)
    desk, leader, other = screen("nl"), screen("fr"), screen("nl")
    enter(house, desk, make_worker(house))
    enter(house, leader, town.first_leader)
    enter(house, other, town.second_leader)

    writes(parent, 0, "Wat kost de opvang?")
    writes(parent, town.first, "Hebt u een tuin?")

    desk.goes("desk")
    assert desk.reads("not read yet")
    desk.clicks(desk.page.locator("tbody a", has_text=family.names["family_name"]))
    assert desk.sees("Wat kost de opvang?")
    assert not desk.sees("Hebt u een tuin?")
    answers(desk, "Dat hangt van uw inkomen af.")
    desk.goes("desk")
    assert not desk.sees(family.names["family_name"])

    leader.goes("facility")
    leader.clicks(leader.page.locator("nav a[href$='/messages'], header a[href$='/messages']").first)
    assert leader.reads("not read yet")
    leader.clicks(leader.page.locator("tbody a", has_text=family.names["child"]))
    assert leader.sees("Hebt u een tuin?")
    assert not leader.sees("Wat kost de opvang?")
    answers(leader, "Een grote, met een zandbak.")
    other.goes("facility/messages")
    assert not other.sees(family.names["child"])

    parent.goes("my")
    two = texts(language).ngettext("%(count)s new message", "%(count)s new messages", 2)
    assert two in parent.page.locator("li", has=parent.page.locator("a[href$='/messages']")).inner_text()
    parent.press("Messages")
    parent.look("my/messages")
    unread = parent.page.locator(".card", has_text=parent.says("new message"))
    assert unread.count() == 2
    parent.clicks(parent.page.locator(".card a.big").first)
    assert parent.sees("Dat hangt van uw inkomen af.")
    parent.look("my/messages/desk")
    parent.goes("my/messages")
    assert unread.count() == 1
    parent.clicks(parent.page.locator(".card a.big", has_text=town.first.name))
    assert parent.sees("Een grote, met een zandbak.")
    parent.goes("my/messages")
    assert unread.count() == 0


def writes(parent: Someone, to: Place | int, words: str) -> None:
    """Write to the desk, which stands first, or to a facility."""
    parent.goes("my/messages")
    lines = parent.page.locator(".card a.big")
    parent.clicks(lines.nth(to) if isinstance(to, int) else lines.filter(has_text=to.name))
    parent.page.fill("#words", words)
    parent.taps("Send")
    assert parent.reads("Your message is sent.")
    assert parent.sees(words)


def answers(staff: Someone, words: str) -> None:
    """Answer in the thread that is open."""
    staff.page.fill("#words", words)
    staff.clicks(staff.page.locator("button[name=deed][value=answer]"))
    assert staff.sees(words)
