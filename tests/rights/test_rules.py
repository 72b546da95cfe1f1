"""Which reason is one, when a reminder is due, what a law keeps and until when: without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.rights.rules import (
    Case,
    Decision,
    Denied,
    Kept,
    Kind,
    Outcome,
    Part,
    decision_problem,
    due_on,
    is_sentence,
    reminder,
    sending_problem,
    split,
)

REASON = "A law makes us keep this part until the end of the care."
SEEN = Case(Kind.ACCESS, identity_seen=True, answered=False, has_file=True, parts=(Part("contact", True, True),))


@pytest.mark.promise("KK-36", breaks="app.rights.rules:is_sentence")
@pytest.mark.parametrize(
    "words",
    ["", "  \n ", "no", "refused", "nee nee nee nee nee", "Not our mistake.", "Niet onze fout", "1 2 3 4 5 6 7 8 9"],
)
def test_no_sentence_is_no_reason(words: str) -> None:
    assert not is_sentence(words)
    refusal = Decision(Outcome.REFUSED, ground="not_held", reason=words)
    assert decision_problem(SEEN, refusal) is Denied.NO_SENTENCE


def test_a_refusal_names_its_ground_and_its_reason() -> None:
    assert decision_problem(SEEN, Decision(Outcome.REFUSED, reason=REASON)) is Denied.NO_GROUND
    assert (
        decision_problem(SEEN, Decision(Outcome.REFUSED, ground="not our mistake", reason=REASON)) is Denied.NO_GROUND
    )
    assert decision_problem(SEEN, Decision(Outcome.REFUSED, ground="not_held", reason=REASON)) is None


@pytest.mark.promise("KK-35", breaks="app.rights.rules:due_on")
@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 15), None),
        (date(2026, 3, 16), "14"),
        (date(2026, 3, 22), "14"),
        (date(2026, 3, 23), "7"),
        (date(2026, 3, 28), "2"),
        (date(2026, 3, 30), "2"),
        (date(2026, 3, 31), "overdue"),
    ],
)
def test_four_weeks_from_receipt_and_a_reminder_before(day: date, due: str | None) -> None:
    last = due_on(date(2026, 3, 2), 28)
    assert last == date(2026, 3, 30)
    assert reminder(last, day) == due


def test_what_is_sent_says_for_each_part_why_it_is_held_and_where_it_is_from() -> None:
    granted = Decision(Outcome.GRANTED, weighed="nobody")
    assert decision_problem(SEEN, granted) is None
    for part in (Part("contact", False, True), Part("contact", True, False)):
        lacking = Case(Kind.ACCESS, identity_seen=True, answered=False, has_file=True, parts=(part,))
        assert decision_problem(lacking, granted) is Denied.PART_WITHOUT_SOURCE
    undrafted = Case(Kind.ACCESS, identity_seen=True, answered=False, has_file=True)
    assert decision_problem(undrafted, granted) is Denied.NO_DRAFT


def test_the_rights_of_another_person_are_weighed_and_written_down() -> None:
    for weighed, why, wrong in (
        ("", "", Denied.NOT_WEIGHED),
        ("other_parent", "", Denied.NOT_WEIGHED),
        ("reporter", "no", Denied.NOT_WEIGHED),
        ("other_parent", "What the other parent wrote to us alone is theirs.", None),
        ("nobody", "", None),
    ):
        assert decision_problem(SEEN, Decision(Outcome.GRANTED, weighed=weighed, weighed_why=why)) is wrong


def test_what_a_law_keeps_stays_until_its_last_day_and_the_rest_goes() -> None:
    today, until = date(2026, 11, 22), date(2031, 12, 31)
    parted = split({"contact", "notes", "placement"}, [("enrolment", {"contact", "placement"}, until)], today=today)
    assert parted.now == ("notes",)
    assert parted.kept == (Kept(("contact", "placement"), "enrolment", until),)
    over = split({"contact"}, [("enrolment", {"contact"}, today - timedelta(days=1))], today=today)
    assert over.kept == ()
    assert split({"contact"}, [("enrolment", {"contact"}, None)], today=today).kept == ()
    # Two laws: the longer one.
    later = date(2033, 1, 1)
    two = split({"contact"}, [("a", {"contact"}, until), ("b", {"contact"}, later)], today=today)
    assert two.kept == (Kept(("contact",), "b", later),)


@pytest.mark.promise("LEU-44", breaks="app.rights.rules:_grant_problem")
def test_what_a_law_keeps_is_refused_by_name() -> None:
    kept = Case(Kind.ERASE, identity_seen=True, answered=False, has_file=True, parts=(), kept=1)
    assert decision_problem(kept, Decision(Outcome.GRANTED)) is Denied.PART_IS_KEPT
    assert decision_problem(kept, Decision(Outcome.PARTLY)) is Denied.NO_GROUND
    assert decision_problem(kept, Decision(Outcome.PARTLY, ground="legal_term", reason=REASON)) is None


@pytest.mark.promise("LEU-42", breaks="app.rights.rules:sending_problem")
def test_an_erasure_is_not_closed_while_something_removable_is_there() -> None:
    case = Case(Kind.ERASE, identity_seen=True, answered=False, has_file=True, open_requests=1, parts=())
    assert decision_problem(case, Decision(Outcome.GRANTED)) is Denied.WARNING_UNSEEN
    given = {"how": "page", "has_account": True, "has_mail": True, "has_day": False, "decided": True}
    assert sending_problem(case, carried_out=False, left_to_erase=0, **given) is Denied.NOT_CARRIED_OUT
    assert sending_problem(case, carried_out=True, left_to_erase=1, **given) is Denied.STILL_THERE
    assert sending_problem(case, carried_out=True, left_to_erase=0, **given) is None
