"""The administrator's list of public devices: a code that is shown once, another name, the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import make_worker, post_form, signed_in
from tests.web.kiosk.standing import types_code

Client = Callable[[], FlaskClient]
LIST = "/brussels/nl/desk/devices"
CODE = re.compile(r'dir="ltr">((?:[0-9A-Z]{4} ?){3})</b>')


@pytest.fixture
def administrator(house: House, client: Client) -> FlaskClient:
    return signed_in(house, client(), make_worker(house, role="administrator"))


def added(administrator: FlaskClient, name: str = "Loket Noord") -> tuple[str, str]:
    """Add a device; returns its code and its page."""
    answer = post_form(administrator, LIST, name=name)
    assert answer.status_code == 200
    page = re.search(r'href="(/brussels/nl/desk/devices/[0-9a-f-]+)"', administrator.get(LIST).text)
    found = CODE.search(answer.text)
    assert found
    assert page
    return found[1], page[1]


def test_a_device_is_made_used_and_revoked(house: House, client: Client, administrator: FlaskClient) -> None:
    code, page = added(administrator)
    for shown in (administrator.get(LIST).text, administrator.get(page).text):
        assert "Wacht op zijn code" in shown
        assert code not in shown, "the code is shown once"
    device = client()
    assert types_code(device, code).status_code == 303
    assert "Geregistreerd" in administrator.get(LIST).text
    assert post_form(administrator, page, name="Loket Zuid").location == f"{LIST}?done=renamed"
    assert "Loket Zuid" in administrator.get(LIST).text
    assert post_form(administrator, page, deed="revoke").location == f"{LIST}?done=revoked"
    assert "Ingetrokken" in administrator.get(LIST).text
    assert device.get("/brussels/nl/").status_code == 410
    assert post_form(administrator, LIST, name="Loket Zuid").status_code == 200, "the name is free again"
    given = administrator.get(LIST)
    assert "Loket Zuid" in given.text


def test_another_code_takes_the_place_over(house: House, client: Client, administrator: FlaskClient) -> None:
    first, second = client(), client()
    code, page = added(administrator)
    types_code(first, code)
    again = CODE.search(post_form(administrator, page, deed="code").text)
    assert again
    assert again[1] != code
    assert "data-kiosk" in first.get("/brussels/nl/kiosk/").text, "until the new code is typed"
    assert types_code(second, again[1]).status_code == 303
    assert first.get("/brussels/nl/kiosk/").status_code == 410
    assert "data-kiosk" in second.get("/brussels/nl/kiosk/").text


def test_two_devices_never_have_one_name(administrator: FlaskClient) -> None:
    _, page = added(administrator)
    assert post_form(administrator, LIST, name="Loket Noord").status_code == 422
    added(administrator, "Loket Zuid")
    assert post_form(administrator, page, name="Loket Zuid").status_code == 422
    assert post_form(administrator, page, name="Loket Noord").status_code == 303
    assert post_form(administrator, LIST, name="").status_code == 422
    assert post_form(administrator, LIST, name="x" * 61).status_code == 422


def test_a_code_that_nobody_typed_grows_old(house: House, administrator: FlaskClient) -> None:
    added(administrator)
    house.clock.offset += timedelta(hours=24, seconds=1)
    assert (
        "De code is te oud" in signed_in(house, administrator, make_worker(house, role="administrator")).get(LIST).text
    )


def test_nobody_else_sees_the_devices(house: House, client: Client, administrator: FlaskClient) -> None:
    _, page = added(administrator)
    others = [make_worker(house), make_worker(house, role="policy"), make_worker(house, "leuven", role="administrator")]
    for person in others:
        browser = signed_in(house, client(), person)
        base = f"/{person.organisation}/nl"
        assert browser.get(page.replace("/brussels/nl", base)).status_code == 404
        if person.organisation == "brussels":
            assert browser.get(LIST).status_code == 404
        else:
            assert "Loket Noord" not in browser.get(f"{base}/desk/devices").text
