"""What may be done with a request, its choices and its offers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules import (
    AFTERNOON,
    ALL_HALF_DAYS,
    MORNING,
    ApplicationState,
    ChoiceState,
    Denied,
    NextStep,
    OfferState,
    Plan,
    add_months,
    age_in_months,
    days_of,
    deviates,
    end_of_day,
    half_days_of,
    has_lapsed,
    is_mask,
    may_add_choice,
    may_answer,
    may_answer_several,
    may_cancel,
    may_change,
    may_offer,
    may_refuse,
    may_submit,
    may_take_back,
    may_withdraw_choice,
    may_withdraw_offer,
    next_step,
    offer_problems,
    parts_of,
    plan_problems,
    reply_due_on,
)

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
MONDAY, TUESDAY, SUNDAY = 0, 1, 6
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
masks = st.integers(0, ALL_HALF_DAYS)


def test_half_days_have_fixed_places_in_the_mask() -> None:
    assert half_days_of([(MONDAY, MORNING)]) == 1
    assert half_days_of([(MONDAY, AFTERNOON)]) == 2
    assert half_days_of([(TUESDAY, MORNING), (TUESDAY, AFTERNOON)]) == 12
    assert half_days_of([(SUNDAY, AFTERNOON)]) == 8192
    assert days_of(1 | 8 | 8192) == (0, 1, 6)
    assert half_days_of([]) == 0


@pytest.mark.parametrize("part", [(7, 0), (-1, 0), (0, 2), (0, -1)])
def test_a_half_day_outside_the_week_is_refused(part: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="half day"):
        half_days_of([part])


@given(masks)
def test_a_mask_and_its_half_days_say_the_same(mask: int) -> None:
    assert half_days_of(parts_of(mask)) == mask
    assert {day for day, _ in parts_of(mask)} == set(days_of(mask))
    assert is_mask(mask) is (mask != 0)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"complete": True, "confirmed": True, "choices": 1, "maximum": 5}, None),
        ({"complete": True, "confirmed": True, "choices": 5, "maximum": 5}, None),
        ({"complete": True, "confirmed": True, "choices": 6, "maximum": 5}, Denied.TOO_MANY_CHOICES),
        ({"complete": True, "confirmed": True, "choices": 0, "maximum": 5}, Denied.NO_CHOICE),
        ({"complete": False, "confirmed": True, "choices": 1, "maximum": 5}, Denied.NOT_COMPLETE),
        ({"complete": True, "confirmed": False, "choices": 1, "maximum": 5}, Denied.NOT_CONFIRMED),
    ],
)
def test_when_a_request_may_be_sent(asked: dict[str, int], answer: Denied | None) -> None:
    assert may_submit(**asked) == answer
    twice = may_submit(complete=True, confirmed=True, choices=1, maximum=5, child_has_open=True)
    assert twice == "child_has_open_application"


@pytest.mark.promise("BXL-08", breaks="app.applications.rules:plan_problems")
def test_a_plan_needs_a_start_on_or_after_birth_and_at_least_one_half_day() -> None:
    born = date(2027, 2, 10)

    def problems(start: date | None, mask: int = 1) -> tuple[Denied, ...]:
        return plan_problems(Plan(start, mask), birth_date=born, today=TODAY, furthest_months=24)

    assert problems(date(2027, 5, 1)) == ()
    assert problems(date(2027, 2, 10)) == ()
    assert problems(date(2027, 2, 9)) == (Denied.START_BEFORE_BIRTH,)
    assert problems(None) == (Denied.START_MISSING,)
    assert problems(date(2027, 5, 1), 0) == (Denied.DAYS_MISSING,)
    assert problems(None, 0) == (Denied.DAYS_MISSING, Denied.START_MISSING)
    assert problems(date(2027, 5, 1), ALL_HALF_DAYS + 1) == (Denied.DAYS_MISSING,)
    assert problems(date(2028, 11, 21)) == ()
    assert problems(date(2028, 11, 22)) == (Denied.START_TOO_FAR,)


def test_a_start_in_the_past_is_refused_unless_it_already_stood_there() -> None:
    born, past = date(2026, 1, 1), date(2026, 11, 20)
    plan = Plan(past, 3)
    assert plan_problems(plan, birth_date=born, today=TODAY, furthest_months=24) == (Denied.START_IN_PAST,)
    assert plan_problems(plan, birth_date=born, today=TODAY, furthest_months=24, kept_start=past) == ()


@pytest.mark.parametrize("state", list(ApplicationState))
def test_only_an_open_request_changes(state: ApplicationState) -> None:
    expected = None if state == "open" else Denied.APPLICATION_CLOSED
    assert may_change(state) == expected
    assert may_cancel(state) == expected
    assert may_add_choice(state, chosen=[1], facility=2, maximum=5) == expected


def test_choices_are_added_up_to_the_most_and_never_twice() -> None:
    assert may_add_choice("open", chosen=[1, 2], facility=3, maximum=3) is None
    assert may_add_choice("open", chosen=[1, 2, 3], facility=4, maximum=3) is Denied.TOO_MANY_CHOICES
    assert may_add_choice("open", chosen=[1, 2, 3], facility=3, maximum=3) is Denied.ALREADY_CHOSEN


@pytest.mark.parametrize(
    ("state", "standing", "refuse", "offer"),
    [
        ("open", True, None, None),
        ("considering", True, None, None),
        ("not_now", True, None, None),
        ("offered", True, "offer_stands", "offer_stands"),
        ("refused", False, "choice_closed", "choice_closed"),
        ("withdrawn", False, "choice_closed", "choice_closed"),
        ("closed", False, "choice_closed", "choice_closed"),
        ("enrolled", False, "choice_closed", "choice_closed"),
    ],
)
def test_what_a_facility_may_answer_in_each_state(
    state: str, standing: bool, refuse: str | None, offer: str | None
) -> None:
    assert may_refuse(state) == refuse
    assert may_offer(state, "open") == offer
    assert may_offer(state, "cancelled") == "application_closed"
    assert may_withdraw_choice(state, standing=2) == (None if standing else "choice_closed")


def test_the_same_answer_twice_and_the_last_choice_are_told_apart() -> None:
    assert may_answer("considering", "considering") is Denied.ALREADY_SO
    assert may_answer("considering", "not_now") is None
    assert may_withdraw_choice("open", standing=1) is Denied.LAST_CHOICE
    assert len(ChoiceState) == 8


@pytest.mark.parametrize("state", list(OfferState))
def test_only_an_open_offer_is_taken_back(state: OfferState) -> None:
    assert may_withdraw_offer(state) == (None if state == "open" else Denied.OFFER_CLOSED)


def test_an_offer_has_a_start_half_days_and_a_term_between_the_bounds() -> None:
    def problems(start: date | None, mask: int, reply_by: date | None) -> tuple[Denied, ...]:
        return offer_problems(
            Plan(start, mask),
            reply_by=reply_by,
            birth_date=date(2026, 6, 1),
            today=TODAY,
            shortest_days=5,
            longest_days=14,
        )

    start, reply = date(2027, 1, 4), date(2026, 12, 1)
    assert problems(start, 3, reply) == ()
    assert problems(start, 3, date(2026, 11, 26)) == ()
    assert problems(start, 3, date(2026, 11, 25)) == (Denied.TERM_TOO_SHORT,)
    assert problems(start, 3, date(2026, 12, 5)) == ()
    assert problems(start, 3, date(2026, 12, 6)) == (Denied.TERM_TOO_LONG,)
    assert problems(start, 3, None) == (Denied.TERM_TOO_SHORT,)
    assert problems(None, 0, reply) == (Denied.DAYS_MISSING, Denied.START_MISSING)
    assert problems(date(2026, 11, 20), 3, reply) == (Denied.START_IN_PAST,)
    assert problems(date(2026, 5, 31), 3, reply) == (Denied.START_BEFORE_BIRTH,)


def test_another_start_and_other_half_days_deviate() -> None:
    wanted = Plan(date(2027, 1, 4), 15)
    assert not deviates(Plan(date(2027, 1, 4), 15), wanted)
    assert deviates(Plan(date(2027, 2, 1), 15), wanted)
    assert deviates(Plan(date(2027, 1, 4), 3), wanted)
    assert deviates(Plan(date(2027, 1, 4), 63), wanted)


def test_an_answer_is_due_after_some_days_and_not_before_the_facility_starts_to_answer() -> None:
    assert reply_due_on(date(2026, 11, 21), 21, start_date=date(2027, 2, 1)) == date(2026, 12, 12)
    assert reply_due_on(date(2026, 11, 21), 21, start_date=date(2027, 2, 1), horizon_months=7) == date(2026, 12, 12)
    assert reply_due_on(date(2026, 11, 21), 21, start_date=date(2027, 11, 1), horizon_months=7) == date(2027, 4, 1)


def test_a_day_ends_at_midnight_in_brussels_in_summer_and_winter() -> None:
    assert end_of_day(date(2026, 12, 1)) == datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 24)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    assert has_lapsed(NOON, NOON)
    assert not has_lapsed(NOON, NOON - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("state", "due", "expires", "step"),
    [
        ("open", TODAY, None, NextStep.FACILITY_ANSWERS),
        ("open", date(2026, 11, 20), None, NextStep.FACILITY_IS_LATE),
        ("considering", date(2026, 11, 20), None, NextStep.FACILITY_THINKS),
        ("not_now", TODAY, None, NextStep.KEEP_WAITING),
        ("offered", TODAY, NOON + timedelta(seconds=1), NextStep.YOU_DECIDE),
        ("offered", TODAY, NOON, NextStep.OFFER_LAPSED),
        ("refused", TODAY, None, NextStep.CHOOSE_ANOTHER),
        ("withdrawn", TODAY, None, NextStep.NOTHING),
        ("closed", TODAY, None, NextStep.NOTHING),
        ("enrolled", TODAY, None, NextStep.SIGN_WITH_FACILITY),
    ],
)
def test_the_parent_is_told_what_happens_next(state: str, due: date, expires: datetime | None, step: NextStep) -> None:
    assert next_step(state, today=TODAY, reply_due_on=due, expires_at=expires, now=NOON) is step


def test_months_are_counted_on_the_calendar() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 21), 2) == date(2027, 1, 21)
    assert add_months(date(2027, 1, 21), -1) == date(2026, 12, 21)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert age_in_months(date(2026, 5, 21), TODAY) == 6
    assert age_in_months(date(2026, 5, 22), TODAY) == 5
    assert age_in_months(date(2026, 12, 1), TODAY) == -1


YESTERDAY = NOON - timedelta(hours=24)


@pytest.mark.parametrize(
    ("answered_at", "by", "actor", "denied"),
    [
        (NOON, "me", "me", None),
        (YESTERDAY + timedelta(seconds=1), "me", "me", None),
        (YESTERDAY, "me", "me", Denied.TOO_LATE),
        (None, "me", "me", Denied.TOO_LATE),
        (NOON, "colleague", "me", Denied.NOT_YOUR_ANSWER),
        (NOON, None, "me", Denied.NOT_YOUR_ANSWER),
        (NOON, None, None, Denied.NOT_YOUR_ANSWER),
    ],
)
def test_an_answer_is_taken_back_by_who_gave_it_and_for_a_day(
    answered_at: datetime | None, by: str | None, actor: str | None, denied: Denied | None
) -> None:
    assert may_take_back(answered_at, by, actor, NOON) == denied


def test_a_hundred_requests_get_one_answer_and_no_more() -> None:
    assert may_answer_several(0) is Denied.NONE_PICKED
    assert may_answer_several(1) is may_answer_several(100) is None
    assert may_answer_several(101) is Denied.TOO_MANY_PICKED
