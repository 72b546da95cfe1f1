"""A family reads to whom its data were given: exactly what is in the log, and nothing of a standard list."""

from __future__ import annotations

import pytest
from flask import Flask

from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import make_family, signed_in
from tests.transfers.leaving import consent, delivered, give_key


@pytest.mark.promise("KK-28", breaks="app.transfers.queries.given:given_to", twin="tests.twins:no_files")
def test_exactly_what_was_given(app: Flask, house: House) -> None:
    """Two deliveries with recipient, purpose, ground, day and data; the family beside it reads that there was none."""
    for recipient in ("kind_en_gezin", "lop"):
        give_key(house, recipient)
    family, other = make_family(house), make_family(house)
    for recipient in ("kind_en_gezin", "lop"):
        consent(house, family, recipient)
        delivered(house, recipient)
    client = signed_in(house, app.test_client(), family.person)
    with count_sql(house.databases.engine("family")) as spent:
        answer = client.get("/brussels/nl/my/given", headers=AS_SENT)
    BUDGETS["parent"].hold(answer, spent)
    page = client.get("/brussels/nl/my/given").text
    assert page.count('class="card"') == 2
    lop = page.partition("LOP Brussel</h2>")[2].partition("</section>")[0]
    assert "het e-mailadres van uw partner" in lop
    assert "uw familienaam" not in lop
    nobody = signed_in(house, app.test_client(), other.person).get("/brussels/nl/my/given").text
    assert "LOP Brussel" not in nobody
    assert "Kind en Gezin" not in nobody
