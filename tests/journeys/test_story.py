"""The whole story, from a visitor to an enrolled child, in each language of the families."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.web.doors import House
from app.web.i18n import texts
from tests.journeys.conftest import MAIL, Town
from tests.journeys.people import PASSWORD, Someone, deliver, leader_of, link_in, mail_to
from tests.servers.mail import Mailbox

pytestmark = pytest.mark.browser
ACCEPTED = (
    "You accepted the place. Your other choices are closed,"
    " and the other facilities can no longer read your application."
)
EVERY_STEP = [
    "language",
    "you",
    "contact",
    "partner",
    "partner-details",
    "child",
    "start",
    "days",
    "facilities",
    "order",
    "dutch",
    "dutch-proof",
    "work",
    "household",
    "education",
    "health",
    "consents",
    "check",
    "send",
]


def reference_on(person: Someone) -> str:
    """Return the reference that the page shows large."""
    return person.page.locator(".ref").inner_text()


def look_at_the_errors(person: Someone) -> None:
    """Send the page as it is; whatever is asked stays, with its error beside it."""
    step = person.step
    person.clicks(person.page.locator(".acts .btn").first)
    if person.step == step and person.page.locator("#errors").count():
        person.look(f"apply/{step} with errors", status=422)
    else:
        person.page.go_back()
        person.goes(f"apply/{step}")


def apply(person: Someone, each: Callable[[str], None] | None = None) -> str:
    """Walk from the start page to the page after sending; returns the reference."""
    person.goes()
    person.look("start page")
    person.press("Start your application")
    assert person.step == "language"
    assert person.fills_in(each=each) == EVERY_STEP
    return reference_on(person)


def test_from_visitor_to_place_in_dutch_without_javascript(
    house: House, town: Town, mailbox: Mailbox, people: Callable[..., Someone], screen: Callable[..., Someone]
) -> None:
    parent = people("nl", axe=True)

    def each(step: str) -> None:
        parent.look(f"apply/{step}")
        if step in ("you", "facilities", "health", "check", "send"):
            look_at_the_errors(parent)
        if step == "check":
            change_the_street_from_the_check_page(parent)

    reference = apply(parent, each)
    parent.look("apply/sent")
    assert parent.sees(town.first.name)
    assert parent.sees(town.second.name)

    deliver(house)
    received = mail_to(mailbox, MAIL, parent.says("We have received your application"))
    assert reference in received.get_content()
    confirm_address(parent, mailbox)

    leader, second, other = screen("fr", axe=True), screen("nl"), screen("nl")
    leader_of(leader, town.first_leader)
    leader_of(second, town.second_leader)
    leader_of(other, town.other_leader)
    assert not other.sees("Kaya")
    leader.look("facility list")
    open_page = consider(second)

    offer_as_asked(leader)
    deliver(house)
    mail_to(mailbox, MAIL, parent.says("A facility is looking at your application"))
    link = link_in(mail_to(mailbox, MAIL, parent.says("A facility offers you a place")))
    sign_in_twice(parent, reference)
    parent.page.goto(link)
    parent.look("my with an offer")
    parent.clicks(parent.page.locator("a", has_text=parent.says("Who can see your file, and why")))
    parent.look("my/access")
    assert parent.sees(town.first.name)
    assert parent.sees(town.second.name)
    parent.goes("my")
    parent.press("See the offer")
    parent.look("my/offer")
    parent.press("Accept this place")
    parent.look("my/offer accept")
    parent.press("Yes, I accept this place")

    # In this same moment: the open page, the list and the address itself.
    second.page.reload()
    assert second.status == 404
    second.look("facility request gone", status=404)
    assert not second.sees("Kaya")
    second.page.goto(open_page)
    assert second.status == 404
    second.goes("facility")
    assert not second.sees("Kaya")
    for verb in ("offer", "refuse"):
        second.page.goto(f"{open_page}/{verb}")
        assert (second.status, second.sees("Kaya")) == (404, False)

    assert parent.reads(ACCEPTED)
    parent.look("my enrolled")
    assert parent.reads("Your child has a place")
    parent.clicks(parent.page.locator("a", has_text=parent.says("Who can see your file, and why")))
    # Who can open it now; further down the page tells who came before.
    open_to = parent.page.locator("section.card h2").all_text_contents()
    assert town.first.name in open_to
    assert town.second.name not in open_to
    for name in ("my/details", "my/account", "my/account/password", "my/account/email", "my/receipt"):
        parent.goes(name)
        parent.look(name)

    deliver(house)
    mail_to(mailbox, MAIL, parent.says("Your child has a place"))
    accepted = [
        m for m in mailbox.messages() if m["Subject"].startswith(texts("nl").gettext("A family accepted your offer"))
    ]
    assert accepted
    every = [f"{mail['Subject']} {mail.get_content()}" for mail in mailbox.messages()]
    assert [text for text in every if re.search("Kaya|Yılmaz|Ayşe|Rozenstraat", text)] == []
    assert all(len(mail["To"].addresses) == 1 for mail in mailbox.messages())


def change_the_street_from_the_check_page(parent: Someone) -> None:
    """Follow a link of the overview, change one answer, and be back on the overview."""
    page = parent.page
    parent.clicks(page.locator("dl.sum a[href*='/apply/contact']").first)
    assert page.input_value("#street") == "Rozenstraat"
    page.fill("#street", "Tulpenstraat")
    parent.goes_on()
    assert parent.step == "check"
    assert parent.sees("Tulpenstraat")


def confirm_address(parent: Someone, mailbox: Mailbox) -> None:
    """Open the link of the mail, and press its button."""
    link = link_in(mail_to(mailbox, MAIL, parent.says("Confirm your e-mail address")))
    parent.page.goto(link)
    parent.look("confirm")
    parent.press("Yes, this is my address")
    parent.look("confirmed")


def sign_in_twice(parent: Someone, reference: str) -> None:
    """Sign out, in with the reference as somebody types it from paper, out, and in with the address."""
    parent.goes("my")
    parent.signs_out()
    parent.signs_in(reference.lower().replace(" ", ""), PASSWORD)
    assert parent.page.url.endswith("/my")
    parent.signs_out()
    parent.goes("sign-in")
    parent.look("sign-in")
    parent.signs_in(reference, "een heel ander geheim")
    parent.look("sign-in with errors", status=422)
    parent.signs_in(MAIL.upper(), PASSWORD)
    assert parent.page.url.endswith("/my")


def consider(leader: Someone) -> str:
    """Open the only request, say that it is considered, open it again; returns its address."""
    leader.clicks(leader.page.locator("table a"))
    leader.look("facility request")
    address = leader.page.url
    leader.press("We are considering it")
    assert leader.reads("Noted. The family hears that you are considering the request.")
    leader.page.goto(address)
    return leader.page.url.partition("?")[0]


def offer_as_asked(leader: Someone) -> None:
    """Open the only request, offer what was asked, and look at each page on the way."""
    leader.clicks(leader.page.locator("table a"))
    leader.look("facility request")
    leader.press("Offer a place")
    leader.look("facility offer")
    leader.page.fill("#start_date-day", "99")
    leader.press("Continue")
    leader.look("facility offer with errors", status=422)
    leader.page.fill("#start_date-day", "1")
    leader.press("Continue")
    leader.look("facility offer, asked again")
    leader.press("Send the offer")
    assert leader.reads("The offer is sent to the family.")
    leader.clicks(leader.page.locator("table a"))
    leader.look("facility request, offered")
    assert leader.sees("Yılmaz")


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.trial)])
def test_from_visitor_to_place_with_javascript(
    house: House,
    town: Town,
    mailbox: Mailbox,
    people: Callable[..., Someone],
    screen: Callable[..., Someone],
    language: str,
) -> None:
    parent = people(language, javascript=True)

    def each(step: str) -> None:
        parent.look(f"apply/{step}")
        if language == "fr" and step in ("you", "facilities", "check"):
            look_at_the_errors(parent)

    reference = apply(parent, each)
    parent.look("apply/sent")
    deliver(house)
    confirm_address(parent, mailbox)
    assert reference in mail_to(mailbox, MAIL, parent.says("We have received your application")).get_content()
    leader = screen("nl", javascript=False, width=360)
    leader_of(leader, town.second_leader)
    offer_as_asked(leader)
    deliver(house)
    parent.page.goto(link_in(mail_to(mailbox, MAIL, parent.says("A facility offers you a place"))))
    parent.press("See the offer")
    parent.press("Accept this place")
    parent.press("Yes, I accept this place")
    parent.look("my enrolled")
    assert parent.reads("Your child has a place")
    first = screen("fr")
    leader_of(first, town.first_leader)
    assert not first.sees("Kaya")
    deliver(house)
    assert town.second.name in mail_to(mailbox, MAIL, parent.says("Your child has a place")).get_content()
    assert house.clock.offset > timedelta(0)
