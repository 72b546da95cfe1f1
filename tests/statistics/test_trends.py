"""What is left of requests whose term is over, met by somebody who tries to find a family in it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

import pytest

from app.statistics.rules import EVERY, Kind, age_band, coarsened, days_band

LEAST = 10
YEAR = "2026"
TOLD = ("municipality", "period", "age_band", "days_band")


def drawn(seed: int, size: int) -> Counter[Kind]:
    """Draw a year of requests: a large town, small ones, rare ages, rare endings."""
    draw = random.Random(seed)
    found: Counter[Kind] = Counter()
    for _ in range(size):
        found[
            Kind(
                f"{YEAR}Q{draw.randint(1, 4)}",
                draw.choices(("leuven", "herent", "bierbeek", "bertem", EVERY), (80, 12, 5, 1, 1))[0],
                draw.choices(("0", "1", "2", "3+"), (60, 20, 15, 2))[0],
                draw.choices(("1-2", "3", "4+"), (2, 2, 5))[0],
                draw.choices(("placed", "cancelled", "expired"), (12, 2, 3))[0],
            )
        ] += 1
    return found


def each_apart(group: Mapping[Kind, int], threshold: int) -> dict[str, int]:
    """Count the outcomes as if nobody could be found by them: the twin without its rule."""
    return dict(
        Counter({kind.outcome: 0 for kind in group}) + Counter(k.outcome for k in group for _ in range(group[k]))
    )


def may_be(known: Kind, kind: Kind) -> bool:
    """Tell whether somebody of whom all but the outcome is known may be counted in a kind."""
    return all(getattr(kind, name) in (EVERY, YEAR, getattr(known, name)) for name in TOLD)


@pytest.fixture(params=[(seed, size) for seed in range(4) for size in (9, 10, 25, 120, 600, 2500)])
def year(request: pytest.FixtureRequest) -> tuple[Counter[Kind], dict[Kind, int]]:
    """A year of requests, and what is kept of it."""
    seed, size = request.param
    counted = drawn(seed, size)
    return counted, coarsened(counted, whole=YEAR, threshold=LEAST)


@pytest.mark.promise("LEU-39", "BXL-31", breaks="app.statistics.rules:stands")
def test_nobody_stands_out_and_nobody_is_left_over(year: tuple[Counter[Kind], dict[Kind, int]]) -> None:
    counted, kept = year
    assert all(number >= LEAST for number in kept.values())
    # Each request is counted once, also those under an empty word: who knows how many there were finds no remainder.
    assert sum(kept.values()) == (counted.total() if counted.total() >= LEAST else 0)


def test_who_knows_all_the_rest_does_not_learn_how_it_ended(year: tuple[Counter[Kind], dict[Kind, int]]) -> None:
    counted, kept = year
    for known in counted if kept else ():
        outcomes = {kind.outcome for kind in kept if may_be(known, kind)}
        assert len(outcomes) > 1 or outcomes == {EVERY}, known


def test_a_rare_value_is_told_of_nobody_and_a_common_one_is() -> None:
    counted = Counter({Kind(f"{YEAR}Q1", "leuven", "0", "3", outcome): 40 for outcome in ("placed", "expired")})
    counted[Kind(f"{YEAR}Q2", "herent", "3+", "1-2", "cancelled")] = 1
    kept = coarsened(counted, whole=YEAR, threshold=LEAST)
    assert "herent" not in {kind.municipality for kind in kept}
    assert "cancelled" not in {kind.outcome for kind in kept}
    counted[Kind(f"{YEAR}Q2", "herent", "3+", "1-2", "placed")] = 30
    counted[Kind(f"{YEAR}Q2", "herent", "3+", "1-2", "cancelled")] = 12
    assert coarsened(counted, whole=YEAR, threshold=LEAST) == {
        Kind(YEAR, "leuven", EVERY, EVERY, "placed"): 40,
        Kind(YEAR, "leuven", EVERY, EVERY, "expired"): 40,
        Kind(YEAR, "herent", EVERY, EVERY, "placed"): 30,
        Kind(YEAR, "herent", EVERY, EVERY, "cancelled"): 12,
    }


@pytest.mark.promise("LEU-39", breaks="app.statistics.rules:outcomes", twin="tests.statistics.test_trends:each_apart")
def test_requests_that_all_ended_alike_do_not_tell_how() -> None:
    counted = Counter({Kind(f"{YEAR}Q1", "leuven", "0", "3", "placed"): 500})
    assert coarsened(counted, whole=YEAR, threshold=LEAST) == {Kind(YEAR, EVERY, EVERY, EVERY, EVERY): 500}


def test_values_are_coarse() -> None:
    assert [age_band(months) for months in (-1, 0, 11, 12, 35, 36, 140)] == ["0", "0", "0", "1", "2", "3+", "3+"]
    assert [days_band(half_days) for half_days in (1, 4, 5, 6, 7, 10)] == ["1-2", "1-2", "3", "3", "4+", "4+"]
