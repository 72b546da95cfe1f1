"""The overseers' overview says that an older copy of the database was put back, until it is made good again."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from app.core import heads, sealing
from app.web.doors import House
from tests.factories import make_worker, signed_in

SAID = "Er is een oudere reservekopie teruggezet"


def test_overseers_see_that_the_database_was_restored(house: House, client: Callable[[], FlaskClient]) -> None:
    folder, page = house.settings.kept_apart, "/brussels/nl/oversight"
    for role in ("dpo", "security"):
        officer = signed_in(house, client(), make_worker(house, role=role))
        assert SAID not in officer.get(page).text
        heads.publish(folder, sealing.Head(1, 2, "ab" * 32), house.clock.now())
        try:
            assert SAID in officer.get(page).text
        finally:
            (folder / heads.FILE).unlink()
