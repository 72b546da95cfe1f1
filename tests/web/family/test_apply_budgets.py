"""What the application costs: bytes on the wire, statements in the database."""

from __future__ import annotations

from collections.abc import Callable

import brotli
from flask.testing import FlaskClient

from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, COLD_FIRST_STEP, WHOLE_APPLICATION, count_sql, wire_bytes
from tests.web.family.walk import hidden, start_walk, step_of


def test_every_page_and_post_stays_within_the_budget(client: Callable[[], FlaskClient], house: House) -> None:
    walk = start_walk(client(), house)
    engines = [house.databases.engine(login) for login in ("family", "signin")]
    step, total, first = "language", 0, 0
    while True:
        with count_sql(*engines) as spent:
            page = walk.client.get(f"/brussels/en/apply/{step}", headers=AS_SENT)
        BUDGETS["step"].hold(page, spent)
        total += wire_bytes(page)
        first = first or wire_bytes(page)
        if step == "sent":
            break
        form = hidden(brotli.decompress(page.get_data()).decode())
        with count_sql(*engines) as spent:
            answer = walk.client.post(
                f"/brussels/en/apply/{step}", data={**form, **walk.answers[step]}, headers=AS_SENT
            )
        assert answer.status_code == 303
        if step != "send":
            BUDGETS["step"].hold(answer, spent)
        total += wire_bytes(answer)
        step = step_of(answer)
    sheet = walk.client.get(_sheet(walk.client), headers=AS_SENT)
    assert total + wire_bytes(sheet) <= WHOLE_APPLICATION.bytes
    assert first + wire_bytes(sheet) <= COLD_FIRST_STEP.bytes


def test_a_refused_page_stays_within_the_budget(client: Callable[[], FlaskClient], house: House) -> None:
    walk = start_walk(client(), house)
    walk.post("language")
    engines = [house.databases.engine(login) for login in ("family", "signin")]
    form = walk.form("you")
    with count_sql(*engines) as spent:
        refused = walk.client.post("/brussels/en/apply/you", data=form, headers=AS_SENT)
    assert refused.status_code == 422
    BUDGETS["step"].hold(refused, spent)


def _sheet(client: FlaskClient) -> str:
    page = client.get("/brussels/en/apply/sent").get_data(as_text=True)
    return page.partition('rel="stylesheet" href="')[2].partition('"')[0]
