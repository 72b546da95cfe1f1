"""A counter finds a family of its area by whatever the family says of itself."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.audit import note_read
from app.families.models import Applicant
from app.mandates.queries.counter import find_in_area
from app.web.doors import House
from tests.factories import acting, as_maintainer, make_facility, make_worker
from tests.mandates.test_counter import AWAY, HERE, LEUVEN, family_at


@pytest.mark.parametrize("kind", ["name", "child", "phone", "email", "reference", "accents"])
def test_a_family_is_found_by_whatever_it_says_of_itself(house: House, kind: str) -> None:
    worker = make_worker(house, LEUVEN, role="counter", area=[LEUVEN])
    near = make_facility(house, LEUVEN, **HERE)
    family = family_at(house, HERE, near, applicant={"given_name": "Zoë"})
    other = family_at(house, AWAY, make_facility(house, LEUVEN, **AWAY), applicant={"given_name": "Zoë"})
    with as_maintainer(house, LEUVEN) as session:
        phone = session.get_one(Applicant, family.dossier_id).phone or ""
        session.execute(
            text("update dossier set reference = :r where id = :d"), {"r": "CDF346GHJ", "d": family.dossier_id}
        )
    said = {
        "name": family.names["family_name"].upper(),
        "child": family.names["child"],
        "phone": phone.replace("+32", "0"),
        "email": (family.email or "").upper(),
        "reference": "cdf 346 ghj",
        "accents": "zoe",
    }
    with acting(house, worker) as session:
        found = find_in_area(session, said[kind])
        note_read(session, subjects=found, groups=(), reasons=())
        assert found == (family.dossier_id,)
        assert other.dossier_id not in found
        assert find_in_area(session, "  ") == ()
