"""A facility's answers: one at a time, told to the family, and never two that contradict each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations import answers
from app.applications.operations.answers import NewOffer
from app.applications.queries.requests import find_request, own_refusals
from app.applications.rules import ChoiceState, Denied, Plan, RefusalReason
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.organisations.terms import OfferTerm
from app.web.doors import House
from tests.factories import (
    MONDAY,
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    queued,
)

TERMS = OfferTerm(default_days=10, min_days=5, max_days=14)


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, name="De Zandbak")


@pytest.fixture
def leader(house: House, facility: Place) -> Person:
    return make_leader(house, facility)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    return make_family(house, [facility])


def choice_of(house: House, choice_id: UUID) -> Choice:
    with as_maintainer(house) as session:
        return session.get_one(Choice, choice_id)


def offers_of(house: House, choice_id: UUID) -> list[Offer]:
    with as_maintainer(house) as session:
        return list(session.scalars(select(Offer).where(Offer.choice_id == choice_id).order_by(Offer.created_at)))


def an_offer(house: House, family: FamilyMade, **changed: Any) -> NewOffer:
    today = today_at(house.clock.now())
    plan = Plan(changed.get("start_date", family.plan.start_date), changed.get("half_days", family.plan.half_days))
    return NewOffer(plan, changed.get("reply_by", today + timedelta(days=10)))


def answer(house: House, leader: Person, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
    with acting(house, leader) as session:
        return verb(session, *given, now=house.clock.now(), **named)


@pytest.mark.parametrize(
    ("verb", "state", "kind"),
    [(answers.consider, "considering", "answer_considering"), (answers.put_off, "not_now", "answer_not_now")],
)
def test_an_answer_is_kept_told_and_noted(
    house: House, leader: Person, family: FamilyMade, facility: Place, verb: Callable[..., Any], state: str, kind: str
) -> None:
    answer(house, leader, verb, family.choices[facility.id], seen="open")
    choice = choice_of(house, family.choices[facility.id])
    assert choice.state == state
    assert choice.answered_at is not None
    (told,) = queued(house)
    assert (told.kind, told.recipient, told.language) == (kind, family.email, "nl")
    assert told.params == {"reference": family.reference, "facility": "De Zandbak"}
    with as_maintainer(house) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.event, entry.actor_id, entry.subjects) == (f"choice_{state}", leader.id, [family.dossier_id])
    assert entry.reasons == ["chosen"]


def test_a_refusal_carries_its_reason_and_ends_the_reach(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    answer(house, leader, answers.refuse, choice_id, reason=RefusalReason.AGE_GROUP, seen="open")
    choice = choice_of(house, choice_id)
    assert (choice.state, choice.refusal_reason) == ("refused", "age_group")
    (told,) = queued(house)
    assert told.kind == "answer_refused"
    assert told.params["reason"] == "age_group"
    with pytest.raises(NotFound):
        answer(house, leader, answers.consider, choice_id, seen="refused")


def test_the_family_is_told_in_its_own_language_and_by_letter_without_an_address(
    house: House, leader: Person, facility: Place
) -> None:
    french = make_family(house, [facility], language="fr")
    paper = make_family(house, [facility], applicant={"email": None, "street": "Kersenlaan", "house_number": "3"})
    for family in (french, paper):
        answer(house, leader, answers.consider, family.choices[facility.id], seen="open")
    letter, mail = sorted(queued(house), key=lambda told: told.channel)
    assert (mail.channel, mail.language) == ("mail", "fr")
    assert letter.channel == "letter"
    assert letter.recipient.splitlines()[1:] == ["Kersenlaan 3", "1030 Schaarbeek"]


def test_an_offer_as_asked(house: House, leader: Person, family: FamilyMade, facility: Place) -> None:
    choice_id = family.choices[facility.id]
    offer_id = answer(house, leader, answers.make_offer, choice_id, an_offer(house, family), terms=TERMS, seen="open")
    (offer,) = offers_of(house, choice_id)
    assert (offer.id, offer.state, offer.deviating) == (offer_id, "open", False)
    assert (offer.start_date, offer.half_days, offer.hours) == (family.plan.start_date, family.plan.half_days, None)
    assert choice_of(house, choice_id).state == "offered"
    (told,) = queued(house)
    assert told.kind == "offer"
    assert told.params["start_on"] == str(family.plan.start_date)
    assert told.params["deviating"] is False


def test_a_deviating_offer_is_allowed_and_marked(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    fewer = an_offer(house, family, half_days=MONDAY)
    answer(house, leader, answers.make_offer, choice_id, fewer, terms=TERMS, seen="open")
    assert offers_of(house, choice_id)[0].deviating is True
    assert queued(house)[0].params["deviating"] is True


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"days": 4}, Denied.TERM_TOO_SHORT),
        ({"days": 15}, Denied.TERM_TOO_LONG),
        ({"half_days": 0}, Denied.DAYS_MISSING),
        ({"start_date": date(2020, 1, 1)}, Denied.START_BEFORE_BIRTH),
    ],
)
def test_an_offer_keeps_to_the_terms_of_the_organisation(
    house: House, leader: Person, family: FamilyMade, facility: Place, changed: dict[str, Any], reason: Denied
) -> None:
    if days := changed.pop("days", None):
        changed["reply_by"] = today_at(house.clock.now()) + timedelta(days=days)
    offer = an_offer(house, family, **changed)
    with pytest.raises(Refused) as refused:
        answer(house, leader, answers.make_offer, family.choices[facility.id], offer, terms=TERMS, seen="open")
    assert refused.value.reason == reason
    assert offers_of(house, family.choices[facility.id]) == []
    assert queued(house) == []


def test_an_offer_is_taken_back_and_can_be_made_again(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    offer = an_offer(house, family)
    first = answer(house, leader, answers.make_offer, choice_id, offer, terms=TERMS, seen="open")
    with pytest.raises(Refused) as refused:
        answer(house, leader, answers.make_offer, choice_id, offer, terms=TERMS, seen="offered")
    assert refused.value.reason == Denied.OFFER_STANDS
    answer(house, leader, answers.withdraw_offer, first)
    assert choice_of(house, choice_id).state == "considering"
    with pytest.raises(Refused) as refused:
        answer(house, leader, answers.withdraw_offer, first)
    assert refused.value.reason == Denied.OFFER_CLOSED
    answer(house, leader, answers.make_offer, choice_id, offer, terms=TERMS, seen="considering")
    assert [made.state for made in offers_of(house, choice_id)] == ["withdrawn", "open"]


@pytest.mark.promise("BXL-11", breaks="branch:chosen")
@pytest.mark.promise("BXL-53", breaks="branch:chosen")
def test_what_is_not_or_no_longer_with_the_facility_cannot_be_answered(
    house: House, leader: Person, facility: Place
) -> None:
    elsewhere = make_facility(house)
    foreign = make_family(house, [elsewhere])
    ended = make_family(house, [facility], states={facility.id: "closed"})
    for choice_id in (foreign.choices[elsewhere.id], ended.choices[facility.id], uuid4()):
        with pytest.raises((NotFound, Refused)) as said:
            answer(house, leader, answers.consider, choice_id, seen="open")
        assert said.type is NotFound
    assert choice_of(house, foreign.choices[elsewhere.id]).state == "open"


def test_a_leader_who_left_answers_nothing(house: House, facility: Place, family: FamilyMade) -> None:
    now = house.clock.now()
    former = make_leader(house, facility, ends_at=now - timedelta(minutes=1))
    future = make_leader(house, facility, starts_at=now + timedelta(days=1))
    for leader in (former, future):
        with pytest.raises(NotFound):
            answer(house, leader, answers.consider, family.choices[facility.id], seen="open")


@pytest.mark.promise("BXL-45")
def test_a_facility_ends_nothing_at_another_facility(house: House, leader: Person, facility: Place) -> None:
    other = make_facility(house)
    family = make_family(house, [facility, other])
    answer(house, leader, answers.refuse, family.choices[facility.id], reason=RefusalReason.NO_PLACE, seen="open")
    assert choice_of(house, family.choices[other.id]).state == "open"


def test_an_answer_to_what_a_colleague_changed_is_refused(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    answer(house, leader, answers.put_off, choice_id, seen="open")
    colleague = make_leader(house, facility)
    with pytest.raises(Refused) as refused:
        answer(house, colleague, answers.refuse, choice_id, reason=RefusalReason.OTHER, seen="open")
    assert refused.value.reason == Denied.CHANGED_MEANWHILE
    assert choice_of(house, choice_id).state == "not_now"


FIRST = {
    "not_now": (answers.put_off, {}),
    "refused": (answers.refuse, {"reason": RefusalReason.NO_PLACE}),
    "offered": (answers.make_offer, {"terms": TERMS}),
}


@pytest.mark.promise("BXL-13", breaks="app.applications.rules:still_as_seen")
@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("second", FIRST)
def test_of_two_leaders_at_the_same_moment_one_answers(
    house: House, leader: Person, family: FamilyMade, facility: Place, first: str, second: str
) -> None:
    choice_id, colleague = family.choices[facility.id], make_leader(house, facility)
    outcome: list[str] = []

    def decide(who: Person, decision: str, session: Session) -> None:
        verb, named = FIRST[decision]
        given = (an_offer(house, family),) if decision == "offered" else ()
        verb(session, choice_id, *given, seen="open", now=house.clock.now(), **named)

    def come_second() -> None:
        try:
            with acting(house, colleague) as session:
                decide(colleague, second, session)
            outcome.append("done")
        except Refused as refused:
            outcome.append(str(refused.reason))

    late = threading.Thread(target=come_second)
    with acting(house, leader) as session:
        decide(leader, first, session)
        late.start()
        wait_until_blocked(house)
    late.join(10)
    assert outcome == [Denied.CHANGED_MEANWHILE]
    assert choice_of(house, choice_id).state == first
    assert len(queued(house)) == 1, "the family hears one answer"


def wait_until_blocked(house: House) -> None:
    """Wait until somebody stands before a lock."""
    deadline = time.monotonic() + 5
    blocked = text("select count(*) from pg_locks where not granted")
    while time.monotonic() < deadline:
        with as_maintainer(house) as session:
            if session.scalar(blocked):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_who_answered_and_what_stood_before_is_kept(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    answer(house, leader, answers.consider, choice_id, seen="open")
    choice = choice_of(house, choice_id)
    assert (choice.answered_by, choice.previous_state) == (leader.id, "open")
    answer(house, leader, answers.refuse, choice_id, reason=RefusalReason.OTHER, seen="considering")
    assert choice_of(house, choice_id).previous_state == "considering"


def test_several_requests_get_one_answer_each_told_and_noted_by_itself(
    house: House, leader: Person, facility: Place
) -> None:
    families = [make_family(house, [facility]) for _ in range(3)]
    changed = make_family(house, [facility], states={facility.id: "offered"})
    foreign = make_family(house, [make_facility(house)])
    picked = {one.choices[facility.id]: "open" for one in (*families, changed)} | dict.fromkeys(
        foreign.choices.values(), "open"
    )
    became = answer(house, leader, answers.answer_several, picked, ChoiceState.REFUSED, reason=RefusalReason.NO_PLACE)
    assert {became[one.choices[facility.id]] for one in families} == {None}
    assert became[changed.choices[facility.id]] is Denied.CHANGED_MEANWHILE
    assert {became[choice] for choice in foreign.choices.values()} == {Denied.GONE}
    assert sorted(told.params["reference"] for told in queued(house)) == sorted(one.reference for one in families)
    with as_maintainer(house) as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert {tuple(entry.subjects) for entry in entries} == {(one.dossier_id,) for one in families}
    assert {entry.event for entry in entries} == {"choice_refused"}


@pytest.mark.parametrize(("number", "reason"), [(0, Denied.NONE_PICKED), (101, Denied.TOO_MANY_PICKED)])
def test_none_or_too_many_at_once_are_refused(house: House, leader: Person, number: int, reason: Denied) -> None:
    with pytest.raises(Refused) as refused:
        answer(house, leader, answers.answer_several, {uuid4(): "open" for _ in range(number)}, ChoiceState.CONSIDERING)
    assert refused.value.reason is reason


def test_a_refusal_is_taken_back_with_the_dates_that_the_request_had(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    answer(house, leader, answers.put_off, choice_id, seen="open")
    before = choice_of(house, choice_id)
    answer(house, leader, answers.refuse, choice_id, reason=RefusalReason.OTHER, seen="not_now")
    with acting(house, leader) as session:
        (mine,) = own_refusals(session)
        assert mine.choice_id == choice_id
        with pytest.raises(NotFound):
            find_request(session, choice_id)
    house.clock.offset += timedelta(hours=23, minutes=59)
    answer(house, leader, answers.take_back_refusal, choice_id)
    after = choice_of(house, choice_id)
    kept = ("state", "submitted_at", "reply_due_on", "priority_rank", "expires_on", "start_date")
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert after.refusal_reason is None
    with acting(house, leader) as session:
        assert find_request(session, choice_id).record.own_choice.state == "not_now"
    assert queued(house)[-1].kind == "answer_taken_back"
    with as_maintainer(house) as session:
        events = set(session.scalars(select(AuditEntry.event)))
    assert "refusal_taken_back" in events


@pytest.mark.parametrize("way", ["colleague", "late", "elsewhere", "left", "cancelled", "stranger"])
def test_a_refusal_stays_when_it_is_not_ones_own_or_too_late_or_of_no_use(
    house: House, leader: Person, family: FamilyMade, facility: Place, way: str
) -> None:
    choice_id = family.choices[facility.id]
    who = make_leader(house, make_facility(house) if way == "stranger" else facility)
    answer(house, leader, answers.refuse, choice_id, reason=RefusalReason.OTHER, seen="open")
    with as_maintainer(house) as session:
        if way in ("elsewhere", "cancelled"):
            state = "enrolled" if way == "elsewhere" else "cancelled"
            session.get_one(Application, family.application_id).state = state
        if way == "left":
            session.execute(text("update facility_member set ends_at = :now"), {"now": house.clock.now()})
    if way == "late":
        house.clock.offset += timedelta(hours=24)
    actor = who if way in ("colleague", "stranger") else leader
    with acting(house, actor) as session:
        assert own_refusals(session) == ()
    with pytest.raises(NotFound):
        answer(house, actor, answers.take_back_refusal, choice_id)
    assert choice_of(house, choice_id).state == "refused"
