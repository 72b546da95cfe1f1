"""What facilities and families say to each other, other than the straight way to a place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.core.actor import system
from app.core.db import transaction
from app.organisations.terms import OfferTerm
from app.placements.operations.terms import lapse_offers
from app.web.doors import House
from app.web.i18n import texts
from tests.factories import FamilyMade, Person, make_family, make_leader, make_offer
from tests.journeys.conftest import TODAY, Town
from tests.journeys.people import Someone, deliver, enter, link_in, mail_to
from tests.servers.mail import Mailbox

# Long ways through a browser whose rules other tests hold: `make trial` walks them.
pytestmark = [pytest.mark.browser, pytest.mark.trial]
People = Callable[..., Someone]


@pytest.fixture
def family(house: House, town: Town) -> FamilyMade:
    return make_family(house, [town.first, town.second])


@pytest.fixture
def parent(house: House, people: People, family: FamilyMade) -> Someone:
    """A family that is signed in, on a phone with JavaScript off."""
    someone = people("nl", axe=True)
    someone.watch.secrets += [family.names["child"], family.names["family_name"]]
    enter(house, someone, family.person)
    return someone


@pytest.fixture
def leader(house: House, screen: People, town: Town, family: FamilyMade) -> Someone:
    """The first facility's leader, with the request of the family open."""
    return at_the_request(house, screen("fr", axe=True), town.first_leader, family)


def at_the_request(house: House, someone: Someone, leader: Person, family: FamilyMade) -> Someone:
    """Sign a leader in and open the request from the list."""
    someone.watch.secrets += [family.names["child"], family.names["family_name"]]
    enter(house, someone, leader)
    someone.goes("facility")
    someone.clicks(someone.page.locator("table a", has_text=family.names["child"]))
    return someone


def card(parent: Someone, facility: str) -> str:
    """Return what the parent's page says about one facility."""
    return parent.page.locator(".card:has(h3)", has_text=facility).inner_text()


def offer(leader: Someone, *, day: str = "", day_off: str = "") -> None:
    """Go through the two pages of an offer."""
    leader.press("Offer a place")
    if day:
        leader.page.fill("#start_date-day", day)
    if day_off:
        leader.page.uncheck(day_off)
    leader.press("Continue")


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
@pytest.mark.promise("KG-06", breaks="branch:chosen")
def test_with_a_yes_every_other_facility_loses_the_file_in_that_moment(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone
) -> None:
    make_offer(house, family, town.second)
    address = leader.page.url.partition("?")[0]
    parent.goes("my")
    parent.press("See the offer")
    parent.press("Accept this place")
    assert leader.sees(family.names["child"])
    parent.press("Yes, I accept this place")
    leader.page.reload()
    assert (leader.status, leader.sees(family.names["child"])) == (404, False)
    leader.look("facility request gone", status=404)
    leader.press("Back to the list")
    assert leader.page.url.endswith("/fr/facility")
    for path in (address, f"{address}/offer", f"{address}/refuse", f"{address}/withdraw"):
        leader.page.goto(path)
        assert (leader.status, leader.sees(family.names["child"])) == (404, False), path
    for path in ("facility", "facility?new=1", "facility?due=1", "facility?state=open"):
        leader.goes(path)
        assert (leader.status, leader.sees(family.names["child"])) == (200, False), path


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_a_refusal_is_asked_twice_and_closes_the_file(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, mailbox: Mailbox
) -> None:
    address = leader.page.url
    leader.press("Refuse")
    leader.look("facility refuse")
    leader.press("Continue")
    leader.look("facility refuse with errors", status=422)
    leader.page.check("input[value=days_not_available]")
    leader.press("Continue")
    leader.look("facility refuse, asked again")
    parent.goes("my")
    assert parent.says("Refused") not in card(parent, town.first.name)
    leader.press("Refuse the request")
    assert leader.reads("The request is refused. The family hears the news, and you can no longer read the file.")
    leader.look("facility list, empty")
    assert not leader.sees(family.names["child"])
    leader.page.goto(address)
    assert (leader.status, leader.sees(family.names["child"])) == (404, False)
    deliver(house)
    mail = mail_to(mailbox, family.person.login, parent.says("News about your application"))
    parent.page.goto(link_in(mail))
    assert parent.says("They have no place on the days that you need.") in card(parent, town.first.name)
    parent.look("my refused")


def test_no_place_now_keeps_the_request(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, mailbox: Mailbox
) -> None:
    leader.press("No place now, keep it")
    assert leader.sees(family.names["child"])
    parent.goes("my")
    assert parent.says("No place now") in card(parent, town.first.name)
    deliver(house)
    mail_to(mailbox, family.person.login, parent.says("News about your application"))
    leader.clicks(leader.page.locator("table a"))
    offer(leader)
    leader.press("Send the offer")
    parent.page.reload()
    assert parent.says("You have an offer") in card(parent, town.first.name)


def test_an_offer_that_differs_says_so_on_both_sides_and_can_be_accepted(
    house: House, town: Town, parent: Someone, leader: Someone
) -> None:
    offer(leader, day="15", day_off="#half_days-9")
    assert leader.reads("This is not what the family asked. The message to the family says so.")
    leader.press("Change the offer")
    assert leader.page.input_value("#start_date-day") == "15"
    leader.press("Continue")
    leader.press("Send the offer")
    parent.goes("my")
    parent.press("See the offer")
    asked = parent.says("You asked: %(what)s", what="").strip()
    assert parent.page.locator("dd small", has_text=asked).count() == 2
    parent.look("my/offer, deviating")
    parent.press("Accept this place")
    parent.press("Yes, I accept this place")
    assert parent.says("Your child has a place") in card(parent, town.first.name)
    assert parent.says("Closed") in card(parent, town.second.name)
    leader.goes("facility")
    assert leader.reads("No open requests")


def test_a_family_declines_and_stays_on_the_list(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, mailbox: Mailbox
) -> None:
    make_offer(house, family, town.second)
    parent.goes("my")
    parent.press("See the offer")
    parent.press("Decline this place")
    parent.look("my/offer decline")
    parent.press("Yes, I decline this place")
    assert parent.reads("You declined the offer. Your application stays open.")
    parent.page.go_back()
    parent.page.reload()
    assert parent.status < 500
    parent.goes("my")
    assert parent.reads("Waiting for an answer")
    deliver(house)
    mail_to(mailbox, family.person.login, parent.says("You declined an offer"))
    told = texts(town.second.language).gettext("A family declined your offer")
    assert any(mail["Subject"].startswith(told) for mail in mailbox.messages())


def test_an_offer_ends_by_itself_when_its_term_is_over(
    house: House,
    town: Town,
    family: FamilyMade,
    parent: Someone,
    leader: Someone,
    mailbox: Mailbox,
    clock: Callable[[datetime], None],
) -> None:
    offer(leader)
    leader.press("Send the offer")
    # An offer that nobody heard of would be put off.
    deliver(house)
    parent.goes("my")
    parent.press("See the offer")
    parent.press("Accept this place")
    later = TODAY + timedelta(days=15)
    clock(later)
    # The page with the button was open all the time: the term counts, not what the page promised.
    enter(house, parent, family.person)
    parent.page.reload()
    assert not parent.page.locator("main form button").count() or not parent.reads("Yes, I accept this place")
    parent.goes("my")
    assert parent.says("The offer has ended") in card(parent, town.first.name)
    parent.look("my with a lapsed offer")
    terms = OfferTerm(default_days=10, min_days=5, max_days=14)
    with transaction(house.databases, "jobs", system("offers", "brussels"), house.clock.now()) as session:
        assert lapse_offers(session, terms, now=house.clock.now(), limit=10) == 1
    deliver(house)
    mail_to(mailbox, family.person.login, parent.says("An offer has ended"))
    enter(house, leader, town.first_leader)
    leader.goes("facility")
    assert leader.sees(family.names["child"])


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:may_accept")
def test_pressing_accept_after_the_term_enrols_nobody(
    house: House, town: Town, family: FamilyMade, parent: Someone, clock: Callable[[datetime], None]
) -> None:
    make_offer(house, family, town.first, expires_at=TODAY + timedelta(minutes=5))
    parent.goes("my")
    parent.press("See the offer")
    parent.press("Accept this place")
    clock(TODAY + timedelta(minutes=6))
    parent.press("Yes, I accept this place")
    assert parent.status == 409
    parent.look("my/offer too late", status=409)
    parent.goes("my")
    assert parent.says("The offer has ended") in card(parent, town.first.name)


@pytest.mark.promise("BXL-45", breaks="branch:chosen")
def test_a_family_cancels_and_no_facility_finds_it_any_more(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, mailbox: Mailbox
) -> None:
    make_offer(house, family, town.second)
    parent.goes("my")
    parent.press("Cancel this application")
    parent.look("my/cancel")
    parent.press("Yes, cancel my application")
    assert parent.reads("Your application is cancelled. No facility can read it any more.")
    parent.look("my cancelled")
    leader.page.reload()
    assert (leader.status, leader.sees(family.names["child"])) == (404, False)
    leader.goes("facility")
    assert not leader.sees(family.names["child"])
    parent.goes("my/details")
    assert parent.sees(family.names["family_name"])
    parent.goes("my/access")
    parent.look("my/access, nobody")
    assert parent.reads("Nobody but you can open your file now.")
    deliver(house)
    mail_to(mailbox, family.person.login, parent.says("Your application is cancelled"))


@pytest.mark.promise("BXL-09", breaks="branch:chosen")
def test_a_choice_that_is_taken_back_closes_the_file_for_that_facility_only(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, screen: People
) -> None:
    second = at_the_request(house, screen("nl"), town.second_leader, family)
    parent.goes("my")
    choice = parent.page.locator(".card", has_text=town.first.name)
    parent.clicks(choice.locator("a", has_text=parent.says("Take back this choice")))
    parent.look("my/withdraw")
    parent.clicks(parent.page.locator("main form button").first)
    assert parent.reads("You took back this choice. The facility can no longer read your application.")
    leader.page.reload()
    assert (leader.status, leader.sees(family.names["child"])) == (404, False)
    second.page.reload()
    assert (second.status, second.sees(family.names["child"])) == (200, True)
    parent.press("Choose one more facility")
    parent.look("my/add")
    parent.page.fill("#name", town.other.name)
    parent.press("Search")
    parent.clicks(parent.page.locator(".card", has_text=town.other.name).locator("button"))
    assert parent.reads("The facility is added. It can read your application from now on.")
    third = at_the_request(house, screen("nl"), town.other_leader, family)
    assert third.sees(family.names["family_name"])


@pytest.mark.promise("BXL-13", breaks="app.applications.rules:still_as_seen")
@pytest.mark.parametrize("offers", [True, False], ids=["offered", "considered"])
def test_of_two_leaders_at_once_the_second_reads_what_the_first_decided(
    house: House, town: Town, family: FamilyMade, parent: Someone, leader: Someone, screen: People, offers: bool
) -> None:
    colleague = at_the_request(house, screen("nl", axe=True), make_leader(house, town.first), family)
    if offers:
        offer(leader)
    colleague.press("Refuse")
    colleague.page.check("input[value=no_place]")
    colleague.press("Continue")
    leader.press("Send the offer" if offers else "We are considering it")
    colleague.press("Refuse the request")
    assert colleague.status == 409
    colleague.look("facility, second", status=409)
    decided = "A place was already offered to the family." if offers else "The request is being considered."
    assert colleague.reads(decided)
    assert colleague.reads("Your own answer was not sent. The family did not hear it.")
    parent.goes("my")
    assert parent.says("You have an offer" if offers else "They are looking at it") in card(parent, town.first.name)


def test_a_family_that_says_yes_in_two_windows_gets_one_place(
    house: House, town: Town, family: FamilyMade, parent: Someone
) -> None:
    make_offer(house, family, town.first)
    make_offer(house, family, town.second)
    windows = [parent.page, parent.page.context.new_page()]
    for window, place in zip(windows, (town.first, town.second), strict=True):
        window.goto(f"{parent.base}my")
        window.locator(".card", has_text=place.name).locator("a", has_text=parent.says("See the offer")).first.click()
        window.locator("main a", has_text=parent.says("Accept this place")).click()
        window.wait_for_url("**/accept")
    answers = []
    for window in windows:
        with window.expect_navigation() as went:
            window.locator("main form button").first.click()
        answers.append(went.value)
    assert [answer.status if answer else None for answer in answers] == [200, 409]
    parent.goes("my")
    assert parent.says("Your child has a place") in card(parent, town.first.name)
    assert parent.says("Closed") in card(parent, town.second.name)
