"""Draws one family after another from the dice: names, homes, plans, answers and what became of each choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar

from app.applications.rules import ApplicationState, ChoiceState, OfferState, Plan, RefusalReason
from app.core.clock import today_at
from app.facilities.rules import fold
from app.families.rules import Sex
from app.organisations.profile import Profile
from app.organisations.rules import field_asked
from app.priority.rules import Dutch, Education, Facts, Income, Work
from app.priority.rules import Family as Household
from jobs.demo.families import Baby, Family, Home, Ids, Person, Spot, Wish, reference_of
from jobs.demo.names import CHILDREN, EMPLOYERS, ORIGINS, STREETS, WEIGHTS

CHOICES = 5
DAY = timedelta(days=1)
Item = TypeVar("Item")

# Whole weeks, four, three and two days, and halves of them.
PLANS = (1023, 1023, 1023, 255, 831, 1011, 63, 207, 975, 819, 341, 15, 195, 773, 12, 21)
FACTS = 600


class Dice:
    """Draws families of one organisation; the same seed and number give the same family."""

    def __init__(self, profile: Profile, spots: Sequence[Spot], now: datetime) -> None:
        self._profile = profile
        self._spots = spots
        self._now = now
        self._today = today_at(now)
        weights = WEIGHTS[profile.key]
        self._origins = [ORIGINS[origin] for origin, times in weights.items() for _ in range(times)]
        self._homes = [(key, code) for key, place in profile.area.items() for code in place.postcodes]
        self._asked = frozenset(name for name in profile.fields if field_asked(profile, name))
        self._facts = _draw_facts(Random(profile.key), self._asked)  # noqa: S311 - dice, not secrets

    def family(self, ids: Ids) -> Family:
        """The family with this number."""
        dice = Random(ids.series << 48 | ids.number)  # noqa: S311 - dice, not secrets
        origin = _one(dice, self._origins)
        woman = dice.random() < 0.75
        given, name = _one(dice, origin.women if woman else origin.men), _one(dice, origin.families)
        asked = self._asked.__contains__
        facts = _one(dice, self._facts)
        sent = self._now - timedelta(seconds=int(dice.random() * 540 * 86_400))
        plan, child = self._child(dice, sent, name)
        state = self._state(dice, plan)
        closed = None if state is ApplicationState.OPEN else self._between(dice, sent)
        language = _one(dice, origin.languages)
        municipality, postcode = _one(dice, self._homes)
        partner = None
        if facts.family is not Household.ONE_PARENT and dice.random() < 0.9:
            other = Person(_one(dice, origin.men if woman else origin.women), _one(dice, origin.families))
            phone = _phone(dice) if asked("partner.phone") else None
            partner = other._replace(phone=phone, email=_email(other, ids.number, "b"))
        person = Person(given, name)
        return Family(
            ids=ids,
            reference=reference_of(ids),
            language=language if language in self._profile.languages.family else self._profile.languages.master,
            applicant=person._replace(phone=_phone(dice), email=_email(person, ids.number, "a")),
            birth_date=date(1980, 1, 1) + int(dice.random() * 8_000) * DAY if asked("applicant.birth_date") else None,
            sex=(Sex.FEMALE if woman else Sex.MALE) if asked("applicant.sex") else None,
            home=Home(_one(dice, STREETS), str(1 + int(dice.random() * 180)), postcode, municipality),
            child=child,
            plan=plan,
            wishes=self._wishes(dice, plan, sent, state, closed),
            sent_at=sent,
            facts=facts,
            employer=_one(dice, EMPLOYERS) if facts.work in _EMPLOYED and asked("work.employer") else None,
            partner=partner,
            flexible=dice.random() < 0.3,
            state=state,
            closed_at=closed,
            consents={consent.recipient: dice.random() < 0.6 for consent in self._profile.consents},
        )

    def _child(self, dice: Random, sent: datetime, name: str) -> tuple[Plan, Baby]:
        filed = today_at(sent)
        start = filed + (60 + int(dice.random() * 360)) * DAY
        # Nobody asks for a child that is expected later than in eight months.
        birth = min(start - (90 + int(dice.random() * 600)) * DAY, filed + 240 * DAY)
        expected = birth > self._today
        given = None if expected and dice.random() < 0.8 else _one(dice, CHILDREN)
        return Plan(start, _one(dice, PLANS)), Baby(given, name, birth, expected)

    def _state(self, dice: Random, plan: Plan) -> ApplicationState:
        chance = dice.random()
        if plan.start_date is not None and plan.start_date < self._today - 60 * DAY:
            enrolled, cancelled, expired = 0.62, 0.76, 1.0
        else:
            enrolled, cancelled, expired = 0.07, 0.12, 0.12
        if chance < enrolled:
            return ApplicationState.ENROLLED
        if chance < cancelled:
            return ApplicationState.CANCELLED
        return ApplicationState.EXPIRED if chance < expired else ApplicationState.OPEN

    def _between(self, dice: Random, sent: datetime) -> datetime:
        return sent + dice.random() * (self._now - sent)

    def _wishes(
        self, dice: Random, plan: Plan, sent: datetime, state: ApplicationState, closed: datetime | None
    ) -> tuple[Wish, ...]:
        spots = _some(dice, self._spots, CHOICES)
        days = ((closed or self._now) - sent).days
        wishes = [_answered(dice, spot, state, plan, days, self._today) for spot in spots]
        if state is ApplicationState.ENROLLED:
            # An offer as it was asked, taken on the day the request closed.
            wishes[0] = Wish(
                spots[0],
                ChoiceState.ENROLLED,
                answered_after=days,
                offer=plan,
                offer_state=OfferState.ACCEPTED,
                sibling_here=wishes[0].sibling_here,
            )
        return tuple(wishes)


_EMPLOYED = (Work.FULL_TIME, Work.FOUR_FIFTHS, Work.THREE_FIFTHS, Work.HALF_TIME, Work.LESS_THAN_HALF)
_REFUSALS = tuple(RefusalReason)


def _one(dice: Random, items: Sequence[Item]) -> Item:
    return items[int(dice.random() * len(items))]


def _some(dice: Random, spots: Sequence[Spot], count: int) -> list[Spot]:
    """So many different spots, or all there are; a spot that stands in the list more than once is drawn more often."""
    found: dict[object, Spot] = {}
    for _ in range(40 * count):
        spot = _one(dice, spots)
        found[spot.id] = spot
        if len(found) == count:
            break
    return list(found.values())


def _answered(dice: Random, spot: Spot, state: ApplicationState, plan: Plan, days: int, today: date) -> Wish:
    """One choice that did not lead to a place: an answer on some day so far, or none."""
    sibling = dice.random() < 0.06
    chance, after = dice.random(), int(dice.random() * (days + 1))
    if chance < 0.1:
        return Wish(spot, ChoiceState.REFUSED, after, refusal=_one(dice, _REFUSALS), sibling_here=sibling)
    if state is not ApplicationState.OPEN:
        return Wish(spot, ChoiceState.CLOSED, sibling_here=sibling)
    if chance < 0.22:
        return Wish(spot, ChoiceState.CONSIDERING, after, sibling_here=sibling)
    if chance < 0.3:
        return Wish(spot, ChoiceState.NOT_NOW, after, sibling_here=sibling)
    if chance < 0.33 and plan.start_date is not None and plan.start_date > today:
        later = dice.random() < 0.3
        offer = Plan(plan.start_date + 30 * DAY, plan.half_days) if later else plan
        ends = today + (1 + int(dice.random() * 9)) * DAY
        return Wish(spot, ChoiceState.OFFERED, days, offer=offer, offer_ends_on=ends, sibling_here=sibling)
    return Wish(spot, sibling_here=sibling)


def _phone(dice: Random) -> str:
    # A block at the head of a mobile range, so that no invented number is likely to ring anywhere.
    return f"+3246000{int(dice.random() * 10_000):04d}"


@lru_cache(maxsize=5_000)
def _ascii(name: str) -> str:
    return fold(name).replace(" ", "").encode("ascii", "ignore").decode()


def _email(person: Person, number: int, mark: str) -> str:
    return f"{_ascii(person.given_name)}.{_ascii(person.family_name)}.{number}{mark}@example.org"


def _draw_facts(dice: Random, asked: frozenset[str]) -> tuple[Facts, ...]:
    """A stock of answers, from complete to left empty, so that families share the few thousand ways to answer."""

    def maybe(name: str, kind: Sequence[Item], answered: float = 0.9) -> Item | None:
        return _one(dice, kind) if name in asked and dice.random() < answered else None

    households = (Household.TWO_PARENTS, Household.TWO_PARENTS, Household.TWO_PARENTS, Household.ONE_PARENT)
    works = (Work.FULL_TIME, *Work, *(Work.NOT_WORKING,) * 6)
    educations = (*Education, *(Education.SECONDARY,) * 5, *(Education.HIGHER,) * 8)
    incomes = (Income.ABOVE_LIMIT, Income.ABOVE_LIMIT, Income.BELOW_LIMIT)
    stock = []
    for _ in range(FACTS):
        household = maybe("household.situation", households)
        dutch = maybe("dutch.level", tuple(Dutch), 0.8)
        stock.append(
            Facts(
                family=household,
                work=maybe("work.regime", works, 0.8),
                partner_work=maybe("partner.work", works, 0.7) if household is Household.TWO_PARENTS else None,
                income=maybe("household.income", incomes, 0.75),
                education=maybe("education.level", educations, 0.7),
                health=maybe("health.situation", (True, False), 0.2),
                foster=maybe("household.foster", (True, False, False, False, False), 0.2),
                dutch=dutch,
                dutch_proof=dutch not in (None, Dutch.NEITHER) and dice.random() < 0.7,
            )
        )
    return tuple(stock)
