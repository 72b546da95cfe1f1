"""The counting itself: a budget that counts nothing holds nothing."""

from __future__ import annotations

import brotli
import pytest
from sqlalchemy import create_engine, text
from werkzeug.wrappers import Response

from tests.budgets import Budget, Spent, count_sql, wire_bytes


def test_statements_are_counted_without_the_frame() -> None:
    engine = create_engine("sqlite://")
    with count_sql(engine) as spent, engine.connect() as connection:
        connection.execute(text("savepoint a"))
        connection.execute(text("select 1"))
        connection.execute(text("select 'begin'"))
        connection.execute(text("release savepoint a"))
    with engine.connect() as connection:
        connection.execute(text("select 2"))
    assert spent.statements == ["select 1", "select 'begin'"]


def test_a_budget_fails_when_it_is_passed() -> None:
    body = brotli.compress(b"x" * 4000)
    sent = Response(body, headers={"Content-Encoding": "br"})
    assert wire_bytes(sent) == len(body)
    Budget(bytes=len(body), sql=1).hold(sent, Spent(["select 1"]))
    with pytest.raises(AssertionError, match="bytes on the wire"):
        Budget(bytes=len(body) - 1).hold(sent)
    with pytest.raises(AssertionError, match="2 statements, 1 allowed"):
        Budget(bytes=4000, sql=1).hold(sent, Spent(["select 1", "select 2"]))


def test_a_body_that_was_not_compressed_fails() -> None:
    with pytest.raises(AssertionError, match="not compressed"):
        wire_bytes(Response(b"x" * 4000))
