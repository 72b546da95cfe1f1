"""Priority, against examples typed by hand from the domain facts, and properties that hold for every set of answers."""

from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.priority.rules import (
    NO_RULES,
    Answer,
    Basis,
    Dutch,
    Education,
    Facts,
    Family,
    Ground,
    Income,
    Rank,
    Region,
    RuleSet,
    Site,
    Tariff,
    Thresholds,
    Work,
    explain,
    ground_codes,
    masters_dutch,
    rank,
    rank_of,
    read_facts,
    rule_set_for,
)

NUMBERS = Thresholds(work_percent=80, vulnerable_traits=2, leading_traits=1)
TODAY = rule_set_for("be-2014", Tariff.INCOME, NUMBERS)
IN_2024 = rule_set_for("be-2024", Tariff.INCOME, NUMBERS)
BRUSSELS = Site(Region.BRUSSELS, Tariff.INCOME)
LEUVEN = Site(Region.FLANDERS, Tariff.INCOME)


@pytest.mark.parametrize(
    ("name", "tariff", "code"),
    [
        ("be-2014", Tariff.INCOME, "be-2014"),
        ("be-2014", Tariff.PLUS, "be-2014"),
        ("be-2014", Tariff.FREE, "none"),
        ("be-2024", Tariff.INCOME, "be-2024"),
        ("be-2024", Tariff.PLUS, "be-2014"),
        ("be-2024", Tariff.FREE, "none"),
        (None, Tariff.INCOME, "none"),
        ("of another country", Tariff.INCOME, "none"),
    ],
)
def test_the_rules_bind_a_facility_by_its_tariff(name: str | None, tariff: Tariff, code: str) -> None:
    assert rule_set_for(name, tariff, NUMBERS).code == code


@pytest.mark.parametrize(
    ("facts", "grounds", "expected"),
    [
        (Facts(work=Work.HALF_TIME), (Ground.WORK,), 0),
        (Facts(work=Work.NOT_WORKING, partner_work=Work.SEEKING), (Ground.WORK,), 0),
        (Facts(work=Work.TRAINING), (Ground.WORK,), 0),
        (Facts(work=Work.INTEGRATION), (Ground.WORK,), 0),
        (Facts(work=Work.NOT_WORKING), (), 2),
        (Facts(family=Family.ONE_PARENT), (Ground.SINGLE_PARENT,), 1),
        (Facts(family=Family.TWO_PARENTS), (), 2),
        (Facts(income=Income.BELOW_LIMIT), (Ground.LOW_INCOME,), 1),
        (Facts(income=Income.ABOVE_LIMIT), (), 2),
        (Facts(foster=True), (Ground.FOSTER_CHILD,), 1),
        (Facts(sibling_here=True), (Ground.SIBLING,), 1),
        (Facts(education=Education.PRIMARY), (), 2),
        (Facts(health=True), (), 2),
    ],
)
def test_the_rules_of_2014_serve_work_first_and_then_four_groups(
    facts: Facts, grounds: tuple[Ground, ...], expected: int
) -> None:
    assert ground_codes(facts, TODAY, LEUVEN) == grounds
    assert rank(facts, TODAY, LEUVEN) == expected


@pytest.mark.parametrize(
    ("facts", "vulnerable"),
    [
        (Facts(income=Income.BELOW_LIMIT, work=Work.FULL_TIME), True),
        (Facts(income=Income.BELOW_LIMIT, family=Family.ONE_PARENT), True),
        (Facts(health=True, education=Education.LOWER_SECONDARY), True),
        (Facts(education=Education.NONE, work=Work.SEEKING), True),
        # Two of the five, but neither of them is income, health or education.
        (Facts(work=Work.FULL_TIME, family=Family.ONE_PARENT), False),
        (Facts(income=Income.BELOW_LIMIT), False),
        (Facts(education=Education.SECONDARY, work=Work.FULL_TIME), False),
    ],
)
def test_a_vulnerable_family_has_two_traits_of_five_and_one_of_the_first_three(facts: Facts, vulnerable: bool) -> None:
    assert (Ground.VULNERABLE_FAMILY in ground_codes(facts, TODAY, LEUVEN)) is vulnerable


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(family=Family.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.THREE_FIFTHS), 0),
        (Facts(family=Family.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.HALF_TIME), 2),
        (Facts(family=Family.TWO_PARENTS, work=Work.FOUR_FIFTHS, partner_work=Work.TRAINING), 0),
        (Facts(family=Family.TWO_PARENTS, work=Work.FULL_TIME), 2),
        (Facts(family=Family.ONE_PARENT, work=Work.FOUR_FIFTHS), 0),
        (Facts(family=Family.ONE_PARENT, work=Work.THREE_FIFTHS), 2),
        (Facts(family=Family.ONE_PARENT, work=Work.SEEKING), 2),
        (Facts(sibling_here=True), 0),
        (Facts(foster=True), 0),
        (Facts(income=Income.BELOW_LIMIT, health=True), 2),
    ],
)
def test_the_rules_of_2024_ask_four_fifths_on_average(facts: Facts, expected: int) -> None:
    assert rank(facts, IN_2024, LEUVEN) == expected


@pytest.mark.promise("BXL-20", breaks="app.priority.rules:masters_dutch")
def test_dutch_counts_when_one_parent_knows_it_and_only_in_the_brussels_region() -> None:
    partner = Facts(dutch=Dutch.PARTNER, dutch_proof=True)
    assert ground_codes(partner, TODAY, BRUSSELS) == (Ground.DUTCH,)
    assert rank(partner, TODAY, BRUSSELS) == 1
    assert ground_codes(partner, TODAY, LEUVEN) == ()
    for known in (Dutch.APPLICANT, Dutch.BOTH):
        assert ground_codes(Facts(dutch=known, dutch_proof=True), TODAY, BRUSSELS) == (Ground.DUTCH,)
    neither = Facts(dutch=Dutch.NEITHER, dutch_proof=True)
    assert not masters_dutch(neither)
    assert ground_codes(neither, TODAY, BRUSSELS) == ()
    assert rank(neither, TODAY, BRUSSELS) == 2


@pytest.mark.promise("BXL-22", breaks="app.priority.rules:masters_dutch")
def test_without_the_tick_for_a_proof_there_is_no_dutch_ground() -> None:
    for proof in (False, None):
        facts = Facts(dutch=Dutch.APPLICANT, dutch_proof=proof)
        assert not masters_dutch(facts)
        assert ground_codes(facts, TODAY, BRUSSELS) == ()


def test_dutch_counts_in_brussels_under_every_rule_set_for_subsidised_places() -> None:
    facts = Facts(dutch=Dutch.APPLICANT, dutch_proof=True)
    assert ground_codes(facts, IN_2024, BRUSSELS) == (Ground.DUTCH,)
    assert ground_codes(facts, NO_RULES, BRUSSELS) == ()


@pytest.mark.promise("BXL-24", breaks="app.priority.rules:explain")
def test_each_ground_tells_on_which_answers_it_rests() -> None:
    facts = Facts(
        family=Family.ONE_PARENT,
        work=Work.HALF_TIME,
        income=Income.BELOW_LIMIT,
        education=Education.PRIMARY,
        dutch=Dutch.APPLICANT,
        dutch_proof=True,
    )
    assert explain(facts, TODAY, BRUSSELS) == (
        Basis(Ground.WORK, (Answer.WORK,)),
        Basis(Ground.SINGLE_PARENT, (Answer.FAMILY,)),
        Basis(Ground.LOW_INCOME, (Answer.INCOME,)),
        Basis(Ground.VULNERABLE_FAMILY, (Answer.INCOME, Answer.EDUCATION, Answer.WORK, Answer.FAMILY)),
        Basis(Ground.DUTCH, (Answer.DUTCH, Answer.DUTCH_PROOF)),
    )


@pytest.mark.promise("BXL-24", breaks="app.priority.rules:ground_codes")
def test_a_changed_answer_changes_the_grounds() -> None:
    before = Facts(family=Family.ONE_PARENT, income=Income.BELOW_LIMIT)
    after = replace(before, income=Income.ABOVE_LIMIT)
    assert ground_codes(before, TODAY) == (Ground.SINGLE_PARENT, Ground.LOW_INCOME, Ground.VULNERABLE_FAMILY)
    assert ground_codes(after, TODAY) == (Ground.SINGLE_PARENT,)


def test_empty_answers_give_no_ground_and_no_error() -> None:
    assert ground_codes(Facts(), TODAY, BRUSSELS) == ()
    assert rank(Facts(), TODAY, BRUSSELS) is Rank.OTHER
    assert read_facts({}) == Facts()
    assert read_facts({"work": "", "income": "a lot", "health": "yes", "dutch_proof": None}) == Facts()


def test_stored_answers_are_read_by_their_names() -> None:
    stored = {"work": "full_time", "partner_work": "seeking", "income": "below_limit"}
    stored |= {"dutch_proof": True, "health": False}
    assert read_facts(stored, sibling_here=True) == Facts(
        work=Work.FULL_TIME,
        partner_work=Work.SEEKING,
        income=Income.BELOW_LIMIT,
        dutch_proof=True,
        health=False,
        sibling_here=True,
    )


def test_without_a_site_only_grounds_that_hold_everywhere_are_given() -> None:
    facts = Facts(work=Work.FULL_TIME, sibling_here=True, dutch=Dutch.APPLICANT, dutch_proof=True)
    assert ground_codes(facts, TODAY) == (Ground.WORK,)


def test_a_number_that_is_not_set_gives_nobody_its_ground() -> None:
    vulnerable = Facts(health=True, education=Education.NONE)
    assert rank(vulnerable, TODAY, LEUVEN) == 1
    assert rank(vulnerable, rule_set_for("be-2014", Tariff.INCOME, Thresholds()), LEUVEN) == 2
    single = Facts(family=Family.ONE_PARENT, work=Work.FULL_TIME)
    assert rank(single, IN_2024, LEUVEN) == 0
    assert rank(single, rule_set_for("be-2024", Tariff.INCOME, Thresholds()), LEUVEN) == 2


def any_facts() -> st.SearchStrategy[Facts]:
    kinds = {"family": Family, "work": Work, "partner_work": Work, "income": Income, "education": Education}
    kinds |= {"dutch": Dutch}
    return st.builds(
        Facts,
        **{
            field.name: st.none() | (st.sampled_from(kinds[field.name]) if field.name in kinds else st.booleans())
            for field in fields(Facts)
        },
    )


def any_rules() -> st.SearchStrategy[RuleSet]:
    return st.builds(
        rule_set_for, st.sampled_from(["be-2014", "be-2024", None]), st.sampled_from(Tariff), st.just(NUMBERS)
    )


def any_site() -> st.SearchStrategy[Site]:
    return st.builds(Site, st.sampled_from(Region), st.sampled_from(Tariff))


@given(any_facts(), any_rules(), any_site())
def test_the_rank_follows_from_the_grounds_and_every_ground_from_given_answers(
    facts: Facts, rules: RuleSet, site: Site
) -> None:
    bases = explain(facts, rules, site)
    assert tuple(basis.ground for basis in bases) == ground_codes(facts, rules, site)
    assert rank(facts, rules, site) == rank_of(ground_codes(facts, rules, site), rules)
    assert (rank(facts, rules, site) == Rank.OTHER) is (not bases)
    given_answers = set(given_of(facts))
    for basis in bases:
        assert basis.answers
        assert set(basis.answers) <= given_answers


@given(any_facts(), any_rules(), any_site(), st.data())
def test_taking_an_answer_away_never_ranks_a_family_earlier(
    facts: Facts, rules: RuleSet, site: Site, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([field.name for field in fields(Facts)]))
    assert rank(replace(facts, **{name: None}), rules, site) >= rank(facts, rules, site)


@given(any_facts(), any_rules(), any_site())
def test_only_health_names_health(facts: Facts, rules: RuleSet, site: Site) -> None:
    """The stored grounds never tell a health answer by themselves (BXL-25)."""
    assert all("health" not in ground for ground in ground_codes(facts, rules, site))


def given_of(facts: Facts) -> Iterator[Answer]:
    for field in fields(Facts):
        if getattr(facts, field.name) is not None:
            yield Answer("family_situation" if field.name == "family" else field.name)
