"""Children of one birth in one form, and brothers and sisters who are already in care."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.applications.models import Application, Choice
from app.consents.models import Consent
from app.core.models import OutboxMessage
from app.families.models import Child
from app.web.doors import House
from tests.factories import as_maintainer
from tests.web.family.walk import Walk, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
OTHERS = {"given_name_2": "Amir", "family_name_2": "Kaya", "link": "together"}


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A family on its way, with facilities to choose from."""
    return start_walk(client(), house)


def text_of(walk: Walk, step: str) -> str:
    """Return the page as its reader sees it."""
    return unescape(walk.get(step).get_data(as_text=True))


def test_one_child_sees_no_page_of_others(walk: Walk) -> None:
    walk.through(until="child")
    assert step_of(walk.post("child")) == "start"
    assert step_of(walk.get("children")) == "start"


def test_twins_are_two_linked_requests_with_one_plan(walk: Walk, house: House) -> None:
    walk.answers["child"] |= {"count": "2", "given_name": "Noor"}
    walk.answers["children"] = dict(OTHERS)
    walk.through(until="check")
    page = text_of(walk, "check")
    for shown in ("Noor Kaya", "Amir Kaya", "Only together"):
        assert shown in page, shown
    walk.onward("check", until="sent")
    receipt = text_of(walk, "sent")
    assert "Noor" in receipt
    assert "Amir" in receipt
    assert receipt.count("De Wolkenfiets 0") == 1
    with as_maintainer(house) as session:
        requests = session.scalars(select(Application)).all()
        assert {row.link for row in requests} == {"together"}
        assert len({row.group_id for row in requests}) == 1
        assert len({(row.start_date, row.half_days) for row in requests}) == 1
        assert session.scalar(select(func.count()).select_from(Choice)) == 6
        assert session.scalar(select(func.count()).select_from(Consent)) == 4
        assert set(session.scalars(select(Child.given_name))) == {"Noor", "Amir"}
        assert set(session.scalars(select(OutboxMessage.kind))) == {"received_several", "confirm_address"}
    own = unescape(walk.client.get(f"{walk.base}my").get_data(as_text=True))
    assert "Noor" in own
    assert "Amir" in own


def test_the_other_children_need_what_the_first_needs(walk: Walk) -> None:
    born = {"born": "yes", "birth_date-year": "2026", "given_name": "Noor", "count": "3"}
    walk.through(until="child")
    assert step_of(walk.post("child", walk.answers["child"] | born)) == "children"
    refused = walk.post("children", {"given_name_2": "Amir", "family_name_2": "Kaya"})
    assert refused.status_code == 422
    assert len(shown_errors(refused)) == 3  # the third child's names, and together or not
    third = {"given_name_3": "Lou", "family_name_3": "Kaya", "given_name_4": "Nobody"}
    assert step_of(walk.post("children", OTHERS | third)) == "start"
    assert "Nobody" not in text_of(walk, "children")


@pytest.mark.parametrize("wrong", [{"count": "9"}, {"count": "x"}, {"count": ["1", "2"]}])
def test_no_other_number_of_children_is_taken(walk: Walk, wrong: dict[str, object]) -> None:
    walk.through(until="child")
    assert walk.post("child", walk.answers["child"] | wrong).status_code == 422


def test_fewer_or_more_children_are_settled_before_sending(walk: Walk, house: House) -> None:
    walk.answers["child"] |= {"count": "3"}
    walk.answers["children"] = OTHERS | {"family_name_3": "Kaya"}
    walk.through(until="check")
    walk.post("child?from=check", walk.answers["child"] | {"count": "4"})
    assert step_of(walk.get("check")) == "children"
    assert step_of(walk.post("child?from=check", walk.answers["child"] | {"count": "1"})) == "check"
    assert "Amir" not in text_of(walk, "check")
    walk.onward("check", until="sent")
    with as_maintainer(house) as session:
        request = session.scalars(select(Application)).one()
    assert (request.group_id, request.link) == (None, None)


@pytest.mark.promise("LEU-18", breaks="app.priority.queries:keys_at", twin="tests.twins:no_keys")
def test_a_sibling_gives_priority_only_where_it_is(walk: Walk, house: House) -> None:
    walk.answers["work"] = {}
    walk.answers["household"] = {"siblings": [walk.facilities[1].hex]}
    walk.answers["education"] = {}
    walk.answers["health"] = {}
    walk.through(until="check")
    assert "De Wolkenfiets 1" in text_of(walk, "check").partition("A brother or sister")[2][:400]
    walk.onward("check", until="sent")
    with as_maintainer(house) as session:
        choices = session.scalars(select(Choice).order_by(Choice.position)).all()
    assert [("sibling" in choice.grounds, choice.sibling_here) for choice in choices] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_a_sibling_elsewhere_cannot_be_told(walk: Walk) -> None:
    walk.through(until="household")
    assert walk.post("household", {"siblings": [walk.facilities[7].hex]}).status_code == 422


def test_a_facility_that_is_no_longer_chosen_keeps_no_sibling(walk: Walk) -> None:
    walk.answers["household"]["siblings"] = [walk.facilities[1].hex]
    walk.through(until="check")
    walk.post("facilities?from=check", {"facilities": [walk.facilities[0].hex]})
    assert "De Wolkenfiets 1" not in text_of(walk, "check")
    walk.onward("check", until="sent")


def test_nobody_has_to_give_a_sex_in_brussels(walk: Walk) -> None:
    walk.post("language")
    assert step_of(walk.post("you", walk.answers["you"] | {"sex": ""})) == "contact"
