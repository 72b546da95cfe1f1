"""Requests about data that are taken for somebody, asked without a login, or asked about one's own account."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from app.core.clock import today_at
from app.rights.models import RightsRequest
from app.rights.operations.answering import send
from app.web.doors import House
from tests.factories import acting, as_maintainer, make_facility, make_family, make_worker, post_form, signed_in
from tests.rights.asked import settled, worked

SAID = {"kind": "access", "subject": "partner", "says": "Wat weet u van mij?", "name": "Youssef Partner"}


def rows(house: House) -> list[RightsRequest]:
    with as_maintainer(house) as session:
        return list(session.scalars(select(RightsRequest).order_by(RightsRequest.entered_at)))


def test_a_counter_takes_a_request_and_does_not_read_it_again(app: Flask, house: House) -> None:
    worker = make_worker(house, "leuven", role="counter", area=["leuven"])
    client = signed_in(house, app.test_client(), worker)
    today = today_at(house.clock.now())
    day = {f"received_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    taken = post_form(
        client, "/leuven/nl/counter/data-request", channel="counter", email="y@example.org", **SAID, **day
    )
    assert taken.status_code == 303
    assert "Wat weet u van mij?" not in client.get(taken.headers["Location"]).text
    with as_maintainer(house, "leuven") as session:
        row = session.scalars(select(RightsRequest)).one()
    assert (row.organisation, row.entered_kind, row.channel, row.state) == ("leuven", "counter", "counter", "received")


def test_anybody_asks_without_a_login_and_learns_nothing(app: Flask, house: House) -> None:
    family = make_family(house, [make_facility(house)])
    client, page = app.test_client(), "/brussels/nl/ask-about-data"
    known = {"name": " ".join(family.names[part] for part in ("given_name", "family_name")), "file": family.reference}
    strange = {"name": "Niemand Nergens", "file": "QQQQQQQQQ"}
    pages = []
    for who in (known, strange):
        answer = client.post(
            page,
            data={**SAID, **who, "email": "iemand@example.org", "once": f"{who['file']:x<22}"},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        pages.append(answer.text)
    taken = rows(house)
    assert [(row.dossier_id, row.account_id, row.entered_kind) for row in taken] == [(None, None, "visitor")] * 2
    # But for the reference that was given, the two read the same.
    plain = [shown.split('class="note go"')[1].split("</p>", 1)[1].split('name="once"')[0] for shown in pages]
    assert plain[0] == plain[1]
    # The same form a second time is the same request; a machine that fills in every box is none.
    again = {**SAID, **known, "email": "iemand@example.org", "once": f"{family.reference:x<22}"}
    assert client.post(page, data=again).status_code == 303
    assert client.post(page, data={**again, "once": "y" * 22, "website": "x"}).status_code == 422
    assert len(rows(house)) == 2


def test_a_worker_reads_the_answer_on_the_own_account(app: Flask, house: House) -> None:
    worker, officer = make_worker(house), make_worker(house, role="dpo")
    client, page = signed_in(house, app.test_client(), worker), "/brussels/nl/account/rights"
    assert post_form(client, page, kind="access", says="Wat bewaart u over mij?").status_code == 303
    (row,) = rows(house)
    worked(house)
    settled(house, officer, row.id)
    with acting(house, officer) as session:
        send(session, row.id, "page", None, now=house.clock.now())
    shown = client.get(f"{page}/{row.id}")
    assert shown.status_code == 200
    assert worker.login in shown.text
    colleague = signed_in(house, app.test_client(), make_worker(house))
    assert colleague.get(f"{page}/{row.id}").status_code == 404
    assert colleague.get(page).text.count("<tr>") == 0
    with as_maintainer(house) as session:
        assert session.scalar(text("select count(*) from rights_request")) == 1
