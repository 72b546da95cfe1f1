"""A permission that ends, ends at the next request: list, page and post are refused in the session that stands open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.actor import Kind
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_offer,
)
from tests.net.calls import cookie
from tests.net.people import BRUSSELS, Knocker, change_account, open_session

Figure = Callable[[str], None]
REPEATS = 9
BASE = f"/{BRUSSELS}/nl"


@dataclass
class Scene:
    """A family, a facility that reads it, its leader's open session, and the family's own."""

    app: Flask
    house: House
    here: Place
    there: Place
    leader: Person
    colleague: str
    session: str
    family: FamilyMade
    parent: str
    offer_id: UUID

    @property
    def choice(self) -> UUID:
        """Return the choice that the leader reads."""
        return self.family.choices[self.here.id]

    def get(self, path: str, session: str | None = None) -> TestResponse:
        """Open a page in a session, the leader's if not told otherwise."""
        return self.app.test_client(use_cookies=False).get(f"{BASE}/{path}", headers=cookie(session or self.session))

    def post(self, path: str, session: str | None = None, **data: str) -> TestResponse:
        """Send a form in a session."""
        session = session or self.session
        token = Knocker("", "", "", session, {}).token(self.house)
        self_made = {"csrf_token": token, "once": f"{self.choice.hex}", **data}
        client = self.app.test_client(use_cookies=False)
        return client.post(f"{BASE}/{path}", data=self_made, headers=cookie(session))

    def sql(self, statement: str, **values: object) -> None:
        """Change a base fact."""
        with as_maintainer(self.house) as session:
            assert session.connection().execute(text(statement), values).rowcount == 1


def withdrawn(scene: Scene) -> None:
    """The family takes its choice back."""
    assert scene.post(f"my/choices/{scene.choice}/withdraw", scene.parent).status_code == 303


def refused(scene: Scene) -> None:
    """A colleague refuses."""
    told = {"seen": "open", "reason": "no_place", "confirmed": "1"}
    assert scene.post(f"facility/requests/{scene.choice}/refuse", scene.colleague, **told).status_code == 303


def cancelled(scene: Scene) -> None:
    """The family cancels its request."""
    assert scene.post(f"my/requests/{scene.family.application_id}/cancel", scene.parent).status_code == 303


def accepted_elsewhere(scene: Scene) -> None:
    """The family accepts another facility's offer."""
    assert scene.post(f"my/offers/{scene.offer_id}/accept", scene.parent).status_code == 303


def membership_ended(scene: Scene) -> None:
    """The leader stops leading."""
    scene.sql(
        "update facility_member set ends_at = :n where account_id = :a", n=scene.house.clock.now(), a=scene.leader.id
    )


def membership_removed(scene: Scene) -> None:
    """The membership is taken out altogether."""
    scene.sql("delete from facility_member where account_id = :a", a=scene.leader.id)


def clock_passed(scene: Scene) -> None:
    """Time passes the end of the membership; nothing else happens, and no job runs."""
    ends = scene.house.clock.now() + timedelta(minutes=20)
    scene.sql("update facility_member set ends_at = :n where account_id = :a", n=ends, a=scene.leader.id)
    assert scene.get(f"facility/requests/{scene.choice}").status_code == 200
    scene.house.clock.offset += timedelta(minutes=21)


def deactivated(scene: Scene) -> None:
    """The leader's account is closed."""
    change_account(scene.house, scene.leader, active=False)


def session_ended(scene: Scene) -> None:
    """The session is ended from elsewhere."""
    scene.sql("update web_session set ended_at = :n where actor_id = :a", n=scene.house.clock.now(), a=scene.leader.id)


def session_slept(scene: Scene) -> None:
    """The session is left alone for longer than it may sleep."""
    scene.house.clock.offset += timedelta(hours=5)


# Whether the leader is somebody with no such request afterwards (404), or nobody at all (to sign-in).
WAYS: Mapping[Callable[[Scene], None], int] = {
    withdrawn: 404,
    refused: 404,
    cancelled: 404,
    accepted_elsewhere: 404,
    membership_ended: 404,
    membership_removed: 404,
    clock_passed: 404,
    deactivated: 303,
    session_ended: 303,
    session_slept: 303,
}


@pytest.fixture
def stage(app: Flask, house: House) -> Callable[[], Scene]:
    """Makes scenes."""

    def make() -> Scene:
        here, there = make_facility(house), make_facility(house)
        leader, other = make_leader(house, here), make_leader(house, here)
        family = make_family(house, [here, there])
        offer_id = make_offer(house, family, there)

        def live(person: Person) -> str:
            return open_session(house, BRUSSELS, person.kind, person.id)

        parent = live(family.person)
        return Scene(app, house, here, there, leader, live(other), live(leader), family, parent, offer_id)

    return make


@pytest.mark.promise("BXL-09", breaks="branch:chosen")
@pytest.mark.promise("BXL-56", breaks="branch:chosen")
@pytest.mark.promise("BXL-53", breaks="branch:chosen")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_next_request_is_refused(way: Callable[[Scene], None], stage: Callable[[], Scene], figure: Figure) -> None:
    bitten = 0
    for _ in range(REPEATS):
        scene = stage()
        offset = scene.house.clock.offset
        name, detail = scene.family.names["child"], f"facility/requests/{scene.choice}"
        assert name in scene.get("facility").text
        assert name in scene.get(detail).text
        way(scene)
        answers = {
            "page": scene.get(detail),
            "list": scene.get("facility"),
            "question": scene.get(f"{detail}/refuse"),
            "post": scene.post(f"{detail}/consider", seen="open"),
        }
        statuses = {what: answer.status_code for what, answer in answers.items()}
        end = WAYS[way]
        # A colleague of whoever refused is told so, and reads nothing of the file.
        told = 409 if way is refused else end
        assert statuses == {"page": end, "list": 200 if end == 404 else 303, "question": told, "post": told}
        assert not any(name in answer.text for answer in answers.values())
        scene.house.clock.offset = offset
        bitten += 1
    figure(f"bites: {way.__name__} {bitten}/{REPEATS}")


@pytest.mark.promise("BXL-56", breaks="branch:enrolled")
def test_a_place_that_ended_ends_the_reach(stage: Callable[[], Scene], figure: Figure) -> None:
    """The enrolled facility reads until the last day of care, and not the day after."""
    bitten = 0
    for _ in range(REPEATS):
        scene = stage()
        assert scene.post(f"my/offers/{scene.offer_id}/accept", scene.parent).status_code == 303
        leader = make_leader(scene.house, scene.there)
        session = open_session(scene.house, BRUSSELS, Kind.FACILITY, leader.id)
        page = f"facility/requests/{scene.family.choices[scene.there.id]}"
        assert scene.get(page, session).status_code == 200
        scene.sql(
            "update placement set start_date = :d, end_date = :d where application_id = :a",
            d=scene.house.clock.today() - timedelta(days=1),
            a=scene.family.application_id,
        )
        assert scene.get(page, session).status_code == 404
        bitten += 1
    figure(f"bites: place_ended {bitten}/{REPEATS}")


@pytest.mark.promise("BXL-46", breaks="line:app/accounts/policy/signin.py#where live.actor_kind = 'draft' or a.active")
def test_a_family_s_own_end(stage: Callable[[], Scene], figure: Figure) -> None:
    """A parent whose account closed is nobody at the next request; an answer after the term comes too late."""
    bitten = 0
    for _ in range(REPEATS):
        scene = stage()
        scene.house.clock.offset += timedelta(minutes=30)
        scene.sql("update offer set expires_at = :n where id = :o", n=scene.house.clock.now(), o=scene.offer_id)
        assert scene.post(f"my/offers/{scene.offer_id}/accept", scene.parent).status_code == 409
        assert scene.get("my", scene.parent).status_code == 200
        change_account(scene.house, scene.family.person, active=False)
        for page in ("my", "my/details", f"my/offers/{scene.offer_id}"):
            answer = scene.get(page, scene.parent)
            assert answer.status_code == 303
            assert scene.family.names["child"] not in answer.text
        assert scene.post(f"my/requests/{scene.family.application_id}/cancel", scene.parent).status_code == 303
        with as_maintainer(scene.house) as session:
            state = session.scalar(
                text("select state from application where id = :a"), {"a": scene.family.application_id}
            )
        assert state == "open"
        scene.house.clock.offset -= timedelta(minutes=30)
        bitten += 1
    figure(f"bites: account_closed {bitten}/{REPEATS}")


def test_a_sibling_s_request_stays(app: Flask, house: House) -> None:
    """Reach goes per child and request: what ends for one child stays for the other that is open here (BXL-53)."""
    here, there = make_facility(house), make_facility(house)
    leader = make_leader(house, here)
    first = make_family(house, [here, there])
    second = make_family(house, [there], of=first)
    third = make_family(house, [here], of=first)
    session = open_session(house, BRUSSELS, leader.kind, leader.id)
    client = app.test_client(use_cookies=False)

    def names() -> str:
        return client.get(f"{BASE}/facility", headers=cookie(session)).text

    assert first.names["child"] in names()
    assert third.names["child"] in names()
    assert second.names["child"] not in names(), "a child that did not choose this facility"
    with as_maintainer(house) as db:
        db.execute(text("update choice set state = 'withdrawn' where id = :c"), {"c": first.choices[here.id]})
    assert first.names["child"] not in names()
    assert third.names["child"] in names()
    page = client.get(f"{BASE}/facility/requests/{third.choices[here.id]}", headers=cookie(session)).text
    assert third.names["child"] in page
    assert first.names["child"] not in page
    assert second.names["child"] not in page
