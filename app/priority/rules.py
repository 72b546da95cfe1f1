"""Priority as pure questions: answers in, grounds and a rank out. Percentages are dated settings of the caller."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


class Family(StrEnum):
    """Who raises the child."""

    ONE_PARENT = "one_parent"
    TWO_PARENTS = "two_parents"


class Work(StrEnum):
    """What one parent does in the daytime: work, training, or neither."""

    FULL_TIME = "full_time"
    FOUR_FIFTHS = "four_fifths"
    THREE_FIFTHS = "three_fifths"
    HALF_TIME = "half_time"
    LESS_THAN_HALF = "less_than_half"
    TRAINING = "training"
    INTEGRATION = "integration"
    SEEKING = "seeking"
    NOT_WORKING = "not_working"


class Income(StrEnum):
    """Whether the joint taxable income lies under the limit of the year; no amount is ever held (LEU-08)."""

    BELOW_LIMIT = "below_limit"
    ABOVE_LIMIT = "above_limit"


class Education(StrEnum):
    """The highest diploma that either parent has."""

    NONE = "none"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    SECONDARY = "secondary"
    HIGHER = "higher"


class Dutch(StrEnum):
    """Which parent knows enough Dutch for the rule (level B1 today); asked once for the family."""

    NEITHER = "neither"
    APPLICANT = "applicant"
    PARTNER = "partner"
    BOTH = "both"


class Tariff(StrEnum):
    """How a facility is subsidised, which decides the rules that bind it."""

    FREE = "free"
    INCOME = "income"
    PLUS = "plus"


class Region(StrEnum):
    """Where a facility lies."""

    BRUSSELS = "brussels"
    FLANDERS = "flanders"


class Ground(StrEnum):
    """A reason for priority. None of them names health: it shows only as one part of `VULNERABLE_FAMILY` (BXL-25)."""

    WORK = "work"
    SINGLE_PARENT = "single_parent"
    LOW_INCOME = "low_income"
    FOSTER_CHILD = "foster_child"
    SIBLING = "sibling"
    VULNERABLE_FAMILY = "vulnerable_family"
    DUTCH = "dutch"


class Answer(StrEnum):
    """A question whose answer a ground rests on (BXL-24)."""

    FAMILY = "family_situation"
    WORK = "work"
    PARTNER_WORK = "partner_work"
    INCOME = "income"
    EDUCATION = "education"
    HEALTH = "health"
    FOSTER = "foster"
    SIBLING = "sibling_here"
    DUTCH = "dutch"
    DUTCH_PROOF = "dutch_proof"


class Rank(IntEnum):
    """The order in which families are served; smaller is earlier."""

    ABSOLUTE = 0
    PRIORITY = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """A family's answers as far as they were given; `None` is a question left empty, and never an error (BXL-10)."""

    family: Family | None = None
    work: Work | None = None
    partner_work: Work | None = None
    income: Income | None = None
    education: Education | None = None
    health: bool | None = None
    foster: bool | None = None
    sibling_here: bool | None = None
    dutch: Dutch | None = None
    dutch_proof: bool | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What the rules need to know of a facility."""

    region: Region
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that the law sets and changes. A number that is not set gives nobody its ground.

    `work_percent`: the working week that parents must reach on average. `vulnerable_traits`: how many of the five
    traits make a vulnerable family; `leading_traits`: how many of these must be income, health or education.
    """

    work_percent: int | None = None
    vulnerable_traits: int | None = None
    leading_traits: int | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules for one request at one kind of facility."""

    code: str
    absolute: frozenset[Ground] = frozenset()
    priority: frozenset[Ground] = frozenset()
    work_on_average: bool = False
    thresholds: Thresholds = Thresholds()


@dataclass(frozen=True, slots=True)
class Basis:
    """One ground and the answers that it rests on."""

    ground: Ground
    answers: tuple[Answer, ...]


NO_RULES = RuleSet("none")
_RULES_2014 = RuleSet(
    "be-2014",
    absolute=frozenset({Ground.WORK}),
    priority=frozenset(
        {
            Ground.SINGLE_PARENT,
            Ground.LOW_INCOME,
            Ground.FOSTER_CHILD,
            Ground.SIBLING,
            Ground.VULNERABLE_FAMILY,
            Ground.DUTCH,
        }
    ),
)
_RULES_2024 = RuleSet(
    "be-2024",
    absolute=frozenset({Ground.WORK, Ground.SIBLING, Ground.FOSTER_CHILD}),
    priority=frozenset({Ground.DUTCH}),
    work_on_average=True,
)
_RULE_SETS = {rules.code: rules for rules in (_RULES_2014, _RULES_2024)}
_LOW_EDUCATION = frozenset({Education.NONE, Education.PRIMARY, Education.LOWER_SECONDARY})
# Training and civic integration count as a full week; less than half a week counts as nothing.
_PERCENT = {
    Work.FULL_TIME: 100,
    Work.TRAINING: 100,
    Work.INTEGRATION: 100,
    Work.FOUR_FIFTHS: 80,
    Work.THREE_FIFTHS: 60,
    Work.HALF_TIME: 50,
}


def read_facts(answers: Mapping[str, object], *, sibling_here: bool | None = None) -> Facts:
    """Facts from stored answers, named as in `Answer`; an answer that is empty or unknown counts as not given."""

    def choice(kind: type[Kind], name: Answer) -> Kind | None:
        value = answers.get(name)
        return kind(value) if isinstance(value, str) and value in list(kind) else None

    def tick(name: Answer) -> bool | None:
        value = answers.get(name)
        return value if isinstance(value, bool) else None

    return Facts(
        family=choice(Family, Answer.FAMILY),
        work=choice(Work, Answer.WORK),
        partner_work=choice(Work, Answer.PARTNER_WORK),
        income=choice(Income, Answer.INCOME),
        education=choice(Education, Answer.EDUCATION),
        health=tick(Answer.HEALTH),
        foster=tick(Answer.FOSTER),
        sibling_here=sibling_here,
        dutch=choice(Dutch, Answer.DUTCH),
        dutch_proof=tick(Answer.DUTCH_PROOF),
    )


def rule_set_for(name: str | None, tariff: str, thresholds: Thresholds) -> RuleSet:
    """The rules named for a request, as they bind a facility with this tariff; a free price binds a facility to none.

    Places with a plus subsidy kept the rules of 2014 while those of 2024 held for the others.
    """
    if tariff == Tariff.FREE or name not in _RULE_SETS:
        return NO_RULES
    rules = _RULES_2014 if tariff == Tariff.PLUS else _RULE_SETS[name]
    return replace(rules, thresholds=thresholds)


def explain(facts: Facts, rule_set: RuleSet, site: Site | None = None) -> tuple[Basis, ...]:
    """Each ground that holds with the answers it rests on (BXL-24); without a site, those that hold at any facility."""
    known = rule_set.absolute | rule_set.priority
    found = []
    for ground in Ground:
        if ground in known:
            answers = _GROUNDS[ground](facts, rule_set, site)
            if answers:
                found.append(Basis(ground, answers))
    return tuple(found)


def ground_codes(facts: Facts, rule_set: RuleSet, site: Site | None = None) -> tuple[Ground, ...]:
    """The grounds that hold, in a fixed order; empty answers give none (BXL-10)."""
    return tuple(basis.ground for basis in explain(facts, rule_set, site))


def rank_of(grounds: Iterable[str], rule_set: RuleSet) -> Rank:
    """The rank that a family's grounds give it."""
    held = set(grounds)
    if held & rule_set.absolute:
        return Rank.ABSOLUTE
    return Rank.PRIORITY if held & rule_set.priority else Rank.OTHER


def rank(facts: Facts, rule_set: RuleSet, site: Site) -> Rank:
    """The rank of a family at one facility."""
    return rank_of(ground_codes(facts, rule_set, site), rule_set)


def masters_dutch(facts: Facts) -> bool:
    """Whether at least one parent knows enough Dutch and the family ticked that a proof exists (BXL-20, BXL-22)."""
    return bool(facts.dutch_proof) and facts.dutch in (Dutch.APPLICANT, Dutch.PARTNER, Dutch.BOTH)


def _work(facts: Facts, rule_set: RuleSet, _site: Site | None) -> tuple[Answer, ...]:
    if rule_set.work_on_average:
        return _work_on_average(facts, rule_set.thresholds.work_percent)
    # Keeping work, looking for it and training all count, and one parent is enough.
    idle = (None, Work.NOT_WORKING)
    own = (Answer.WORK,) if facts.work not in idle else ()
    partner = (Answer.PARTNER_WORK,) if facts.partner_work not in idle else ()
    return own + partner


def _work_on_average(facts: Facts, percent: int | None) -> tuple[Answer, ...]:
    if percent is None or facts.work is None:
        return ()
    own = _PERCENT.get(facts.work, 0)
    if facts.family is Family.ONE_PARENT:
        return (Answer.FAMILY, Answer.WORK) if own >= percent else ()
    if facts.partner_work is None:
        return ()
    both = own + _PERCENT.get(facts.partner_work, 0)
    return (Answer.WORK, Answer.PARTNER_WORK) if both >= 2 * percent else ()


def _single_parent(facts: Facts, _rules: RuleSet, _site: Site | None) -> tuple[Answer, ...]:
    return (Answer.FAMILY,) if facts.family is Family.ONE_PARENT else ()


def _low_income(facts: Facts, _rules: RuleSet, _site: Site | None) -> tuple[Answer, ...]:
    return (Answer.INCOME,) if facts.income is Income.BELOW_LIMIT else ()


def _foster_child(facts: Facts, _rules: RuleSet, _site: Site | None) -> tuple[Answer, ...]:
    return (Answer.FOSTER,) if facts.foster else ()


def _sibling(facts: Facts, _rules: RuleSet, site: Site | None) -> tuple[Answer, ...]:
    return (Answer.SIBLING,) if site is not None and facts.sibling_here else ()


def _vulnerable_family(facts: Facts, rule_set: RuleSet, _site: Site | None) -> tuple[Answer, ...]:
    least, leading = rule_set.thresholds.vulnerable_traits, rule_set.thresholds.leading_traits
    if least is None or leading is None:
        return ()
    leaders = (
        _low_income(facts, rule_set, None),
        (Answer.HEALTH,) if facts.health else (),
        (Answer.EDUCATION,) if facts.education in _LOW_EDUCATION else (),
    )
    traits = (*leaders, _work(facts, rule_set, None), _single_parent(facts, rule_set, None))
    if sum(map(bool, traits)) < least or sum(map(bool, leaders)) < leading:
        return ()
    return tuple(answer for trait in traits for answer in trait)


def _dutch(facts: Facts, _rules: RuleSet, site: Site | None) -> tuple[Answer, ...]:
    holds = site is not None and site.region is Region.BRUSSELS and masters_dutch(facts)
    return (Answer.DUTCH, Answer.DUTCH_PROOF) if holds else ()


_GROUNDS: Mapping[Ground, Callable[[Facts, RuleSet, Site | None], tuple[Answer, ...]]] = {
    Ground.WORK: _work,
    Ground.SINGLE_PARENT: _single_parent,
    Ground.LOW_INCOME: _low_income,
    Ground.FOSTER_CHILD: _foster_child,
    Ground.SIBLING: _sibling,
    Ground.VULNERABLE_FAMILY: _vulnerable_family,
    Ground.DUTCH: _dutch,
}
