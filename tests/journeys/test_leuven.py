"""Leuven's application and twins in Brussels, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.web.doors import House
from tests.factories import make_facility
from tests.journeys.conftest import MAIL, Town
from tests.journeys.people import Fill, Someone, date_of, deliver, family_answers, mail_to, typing
from tests.servers.mail import Mailbox

pytestmark = pytest.mark.browser
BEFORE_CARE = ["language", "you", "number", "contact", "partner", "child", "child-number"]
CARE = ["start", "days", "facilities", "order", "work", "household", "education", "check", "send"]


def leuven_answers(facilities: list[str], *, nationality: str = "belgian") -> dict[str, Fill]:
    """Return how a parent alone with a child that is born answers in Leuven."""
    return family_answers(MAIL, facilities) | {
        "language": typing(ticks=["input[name=language][value=nl]"], picks={"#municipality": "leuven"}),
        "you": typing(
            {"#given_name": "Ayşe", "#family_name": "Yılmaz"},
            ticks=["input[name=relation][value=parent]", f"input[name=nationality][value={nationality}]"],
            picks={"#home_language": "tr"},
        ),
        "number": typing({"#national_number": "85.07.30-033.28"}),
        "contact": typing(
            {
                "#phone": "0470123456",
                "#email": MAIL,
                "#street": "Bondgenotenlaan",
                "#house_number": "1",
                "#postcode": "3000",
            }
        ),
        "partner": typing(ticks=["input[name=has_partner][value=no]"]),
        "child": typing(
            {
                "#given_name": "Noor",
                "#call_name": "Nono",
                "#family_name": "Yılmaz",
                **date_of("birth_date", "4", "5", "2026"),
            },
            ticks=["input[name=born][value=yes]"],
        ),
        "child-number": typing({"#national_number": "26 05 04 002 03"}),
        "work": typing(picks={"#regime": "half_time"}),
        "household": typing(ticks=["input[name=situation][value=one_parent]", "input[name=income][value=below_limit]"]),
    }


@pytest.fixture
def near(house: House) -> list[str]:
    """The names of two facilities in Leuven."""
    names = ["De Boomhut", "Het Zonnetje"]
    for name in names:
        make_facility(house, "leuven", name=name, postcode="3000", municipality="leuven")
    return names


@pytest.mark.parametrize("nationality", ["belgian", pytest.param("other", marks=pytest.mark.trial)])
def test_leuven_from_first_page_to_reference_without_javascript(
    house: House,
    town: Town,
    near: list[str],
    mailbox: Mailbox,
    people: Callable[..., Someone],
    nationality: str,
) -> None:
    # The other path shows fewer of the same pages.
    parent = people("nl", axe=nationality == "belgian")
    parent.organisation = "leuven"
    parent.answers = leuven_answers(near, nationality=nationality)
    parent.goes()
    parent.press("Start your application")
    passed = parent.fills_in(each=lambda step: parent.look(f"leuven apply/{step}"))
    asked = [step for step in BEFORE_CARE if nationality == "belgian" or step != "number"]
    assert passed == asked + CARE
    parent.look("leuven apply/sent")
    reference = parent.page.locator(".ref").inner_text()
    deliver(house)
    received = mail_to(mailbox, MAIL, parent.says("We have received your application"))
    assert reference in received.get_content()
    parent.press("Follow my application")
    parent.look("leuven my")
    parent.press("Change your answers")
    parent.look("leuven my/details")
    assert parent.sees("Nono")
    assert parent.reads("We do not show it")
    assert not parent.sees("033")


@pytest.mark.trial
def test_a_double_meets_the_desk_and_goes_on_after_a_typing_error(
    house: House, town: Town, near: list[str], people: Callable[..., Someone]
) -> None:
    first, second = people("nl"), people("nl", axe=True)
    for each in (first, second):
        each.organisation = "leuven"
        each.answers = leuven_answers(near, nationality="other")
    first.goes("apply")
    first.fills_in()
    second.goes("apply")
    second.fills_in(until="send")
    second.answers["send"](second)
    second.goes_on()
    assert second.step == "desk"
    second.look("leuven apply/desk")
    assert second.sees("016 28 42 66")
    second.press("Fill in the national number again")
    second.look("leuven apply/child-number again")
    second.page.fill("#national_number", "26 05 04 004 01")
    second.goes_on()
    assert second.step == "check"
    second.fills_in()
    assert second.page.locator(".ref").count() == 1


@pytest.mark.trial
def test_twins_in_brussels_without_javascript(
    house: House, town: Town, mailbox: Mailbox, people: Callable[..., Someone]
) -> None:
    parent = people("fr")
    expected = parent.answers["child"]

    def twins(person: Someone) -> None:
        expected(person)
        person.page.fill("#given_name", "Noor")
        person.page.select_option("#count", "2")

    parent.answers["child"] = twins
    parent.answers["children"] = typing(
        {"#given_name_2": "Amir", "#family_name_2": "Kaya"}, ticks=["input[name=link][value=together]"]
    )
    parent.goes("apply")
    passed = parent.fills_in(
        each=lambda step: parent.look(f"twins apply/{step}") if step in ("child", "children", "check") else None
    )
    assert passed[passed.index("child") + 1] == "children"
    parent.look("twins apply/sent")
    assert parent.sees("Noor")
    assert parent.sees("Amir")
    deliver(house)
    text = mail_to(mailbox, MAIL, parent.says("We have received your application")).get_content()
    assert "Noor" in text
    assert "Amir" in text
    parent.press("Follow my application")
    parent.look("twins my")
    for name in ("Noor", "Amir"):
        assert parent.sees(name)
