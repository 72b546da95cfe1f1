"""What each page of the story weighs as it is sent, and what it asks of the database: a table, held by the budgets."""

from __future__ import annotations

from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, COLD_FIRST_STEP, WHOLE_APPLICATION, Budget, count_sql, wire_bytes
from tests.factories import make_facility, make_family, make_leader, signed_in
from tests.web.family.walk import hidden, start_walk, step_of

pytestmark = pytest.mark.bench
ROWS = 60


def test_bytes_and_statements(
    client: Callable[[], FlaskClient], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[tuple[str, int, int]] = []
    engines = [house.databases.engine(login) for login in ("family", "facility", "signin")]

    def ask(name: str, budget: Budget, send: Callable[[], TestResponse]) -> TestResponse:
        with count_sql(*engines) as spent:
            answer = send()
        budget.hold(answer, spent)
        lines.append((name, wire_bytes(answer), len(spent)))
        return answer

    walk = start_walk(client(), house)
    walk.base = "/brussels/nl/"
    sheet, step = Budget(bytes=5_000), "language"
    while step != "sent":
        page = ask(step, BUDGETS["step"], lambda at=step: walk.get(at, headers=AS_SENT))
        form = {**hidden(brotli.decompress(page.get_data()).decode()), **walk.answers[step]}
        posted = BUDGETS["step"] if step != "send" else Budget(bytes=3_000)
        answer = ask(
            f"{step} (post)",
            posted,
            lambda at=step, data=form: walk.client.post(f"{walk.base}apply/{at}", data=data, headers=AS_SENT),
        )
        assert answer.status_code == 303, step
        step = step_of(answer)
    sent = ask("sent", BUDGETS["step"], lambda: walk.get("sent", headers=AS_SENT))
    name = brotli.decompress(sent.get_data()).decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    ask("family.css", sheet, lambda: walk.client.get(name, headers=AS_SENT))
    weights = {name: weight for name, weight, _ in lines}
    whole, cold = sum(weights.values()), weights["language"] + weights["family.css"]
    own = make_facility(house)
    families = [make_family(house, [own]) for _ in range(ROWS)]
    for path, person, budget in (
        ("my", families[0].person, "parent"),
        ("facility", make_leader(house, own), "facility_list"),
    ):
        visitor = client()
        signed_in(house, visitor, person)
        ask(f"/{path}", BUDGETS[budget], lambda at=path, by=visitor: by.get(f"/brussels/nl/{at}", headers=AS_SENT))
    with capsys.disabled():
        print(f"\n  {'page':<24} {'bytes':>7} {'SQL':>4}")
        for name, weight, statements in lines:
            print(f"  {name:<24} {weight:7} {statements:4}")
        print(f"  whole application {whole} bytes, first step cold {cold} bytes")
    assert whole <= WHOLE_APPLICATION.bytes
    assert cold <= COLD_FIRST_STEP.bytes
