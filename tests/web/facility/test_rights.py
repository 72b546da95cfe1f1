"""A facility passes a request about data on into the organisation's register, and reads nothing of it (LEU-36)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import today_at
from app.rights.models import RightsRequest
from app.web.doors import House
from tests.factories import as_maintainer, make_facility, make_leader, make_worker, post_form, queued, signed_in
from tests.rights.asked import worked

ASKED = {
    "kind": "erase",
    "subject": "applicant",
    "channel": "mail",
    "says": "Wis mijn gegevens.",
    "name": "Amina Peeters",
    "email": "amina@example.org",
}


@pytest.mark.promise("LEU-36", breaks="line:app/web/taking_requests.py#form.says.data")
def test_a_facility_passes_a_request_on(app: Flask, house: House) -> None:
    leader, today = make_leader(house, make_facility(house)), today_at(house.clock.now())
    day = {f"received_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    client = signed_in(house, app.test_client(), leader)
    page = "/brussels/nl/facility/data-request"
    assert post_form(client, page, **ASKED).status_code == 422
    taken = post_form(client, page, **ASKED, **day)
    assert taken.status_code == 303
    after = client.get(taken.headers["Location"]).text
    assert "Wis mijn gegevens." not in after
    with as_maintainer(house) as session:
        row = session.scalars(select(RightsRequest)).one()
        assert (row.entered_by, row.entered_kind, row.channel, row.dossier_id) == (leader.id, "facility", "mail", None)
    worked(house)
    assert [mail.recipient for mail in queued(house, "rights_receipt")] == ["amina@example.org"]
    officer = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    assert "Wis mijn gegevens." in officer.get(f"/brussels/nl/oversight/requests/{row.id}").text
