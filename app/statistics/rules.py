"""How finely requests may be counted when nobody must be found in the figures: groups large enough, and never alike.

A year's requests are split by one value after the other, and only as far as every part is large enough; what is too
small goes together under an empty word. A request is counted once, in one kind.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

# Kept in this order: what stands last is given up first.
SPLITS = ("municipality", "period", "age_band", "days_band")
EVERY = ""
MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What requests of one kind have in common; an empty word stands for every value."""

    period: str
    municipality: str
    age_band: str
    days_band: str
    outcome: str


def age_band(months: int) -> str:
    """Return how old a child was at the wished start, in whole years: "0", "1", "2", or "3+"."""
    return str(max(months, 0) // MONTHS_IN_YEAR) if months < 3 * MONTHS_IN_YEAR else "3+"


def days_band(half_days: int) -> str:
    """Return on how many days a week care was asked for: "1-2", "3", or "4+"."""
    days = (half_days + 1) // 2
    return "1-2" if days <= 2 else "3" if days == 3 else "4+"


def coarsened(counted: Mapping[Kind, int], *, whole: str, threshold: int) -> dict[Kind, int]:
    """Return each request's count in the finest kind that may be kept; nothing where all together are too few (LEU-39).

    `whole` is the period of them all. Each kind holds at least `threshold` requests, the ones under an empty word too,
    so that nothing smaller comes out by taking away. A split has at least two parts, and an outcome is told only where
    there are two: whoever knows all the rest of a request does not learn the last of it.
    """
    if sum(counted.values()) < threshold:
        return {}
    return _split(counted, SPLITS, whole, len(outcomes(counted, threshold)) > 1, threshold)


def stands(part: Mapping[Kind, int], told: bool, threshold: int) -> bool:
    """Tell whether a part may be counted apart: it is large enough and, where outcomes are told, has two of them."""
    return sum(part.values()) >= threshold and (not told or len(outcomes(part, threshold)) > 1)


def _split(
    group: Mapping[Kind, int], values: tuple[str, ...], whole: str, told: bool, threshold: int
) -> dict[Kind, int]:
    if not values:
        kind = next(iter(group))
        return {replace(kind, outcome=outcome): number for outcome, number in outcomes(group, threshold).items()}
    found: dict[Kind, int] = {}
    for part in _parts(group, values[0], whole if values[0] == "period" else EVERY, told, threshold):
        found |= _split(part, values[1:], whole, told, threshold)
    return found


def _parts(group: Mapping[Kind, int], name: str, every: str, told: bool, threshold: int) -> list[Mapping[Kind, int]]:
    """Part a group by one value: the parts that may stand alone, and the rest of them as one."""
    by_value: dict[str, dict[Kind, int]] = {}
    for kind, number in group.items():
        by_value.setdefault(getattr(kind, name), {})[kind] = number
    alone = sorted(
        (part for value, part in by_value.items() if value != every and stands(part, told, threshold)),
        key=lambda part: (sum(part.values()), min(part)),
    )
    rest = {kind: number for kind, number in group.items() if not any(kind in part for part in alone)}
    while rest and alone and not stands(rest, told, threshold):
        rest |= alone.pop(0)
    parts: list[Mapping[Kind, int]] = [*alone, _merged(rest, name, every)] if rest else [*alone]
    return parts if len(parts) > 1 else [_merged(group, name, every)]


def outcomes(group: Mapping[Kind, int], threshold: int) -> dict[str, int]:
    """Count the outcomes of a group: those that are too few together, and not told where only one would be left."""
    numbers: Counter[str] = Counter()
    for kind, number in group.items():
        numbers[kind.outcome] += number
    alone = sorted((number, outcome) for outcome, number in numbers.items() if number >= threshold)
    rest = sum(number for number in numbers.values() if number < threshold)
    while 0 < rest < threshold and alone:
        rest += alone.pop(0)[0]
    found = {outcome: number for number, outcome in alone} | ({EVERY: rest} if rest else {})
    return found if len(found) > 1 else {EVERY: numbers.total()}


def _merged(group: Mapping[Kind, int], name: str, every: str) -> dict[Kind, int]:
    found: Counter[Kind] = Counter()
    for kind, number in group.items():
        found[replace(kind, **{name: every})] += number
    return dict(found)
