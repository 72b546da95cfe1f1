"""Whether an offer may be answered, at the instants around its end."""

from datetime import UTC, datetime, timedelta

import pytest

from app.placements.rules import Denied, may_accept, may_decline

ENDS = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
BEFORE = ENDS - timedelta(microseconds=1)


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:may_accept")
def test_an_offer_is_accepted_while_it_stands_and_its_term_runs() -> None:
    assert may_accept("open", "open", ENDS, BEFORE) is None
    assert may_accept("open", "open", ENDS, ENDS) is Denied.OFFER_LAPSED
    assert may_accept("open", "enrolled", ENDS, BEFORE) is Denied.APPLICATION_CLOSED
    assert may_accept("open", "cancelled", ENDS, BEFORE) is Denied.APPLICATION_CLOSED


@pytest.mark.parametrize(
    ("state", "reason"),
    [("accepted", "offer_closed"), ("withdrawn", "offer_closed"), ("lapsed", "offer_lapsed")],
)
def test_an_answered_offer_is_not_answered_again(state: str, reason: str) -> None:
    assert may_accept(state, "open", ENDS, BEFORE) == reason
    assert may_decline(state, ENDS, BEFORE) == reason


def test_an_offer_is_declined_within_its_term_also_when_the_request_is_closed() -> None:
    assert may_decline("open", ENDS, BEFORE) is None
    assert may_decline("open", ENDS, ENDS) is Denied.OFFER_LAPSED
