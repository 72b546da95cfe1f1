"""What the desk settles: letters, messages that reached nobody, requests that may be about one child."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.applications.models import PossibleDouble
from app.core.crypto import seal_json
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry, OutboxMessage
from app.messages.models import Thread
from app.messages.operations.tasks import decide_double, mark_handled, mark_printed
from app.messages.queries.desk import (
    desk_files,
    desk_frame,
    find_double,
    letters_to_print,
    open_doubles,
    undelivered,
)
from app.messages.rules import Decision, Denied
from app.web.doors import House
from tests.factories import FamilyMade, Person, acting, as_maintainer, make_facility, make_family, make_worker

DAY = timedelta(days=1)


def put(
    house: House, family: FamilyMade, state: str, *, organisation: str = "brussels", at: datetime | None = None
) -> UUID:
    """Leave a message of the outbox in a state, as the sender of messages would."""
    made, now = uuid4(), at or house.clock.now()
    with as_maintainer(house, organisation) as session:
        content = {"recipient": "Amina Peeters\nKersenlaan 12\n1030 Schaarbeek", "params": {"facility": "Zonnetje"}}
        sealed = seal_json(
            session,
            content,
            owner_id=family.dossier_id,
            key_class="message",
            place=f"outbox:sealed:{made}",
        )
        session.add(
            OutboxMessage(
                id=made,
                organisation=organisation,
                once_key=f"test:{made}",
                kind="answer_refused",
                channel="letter" if state == "to_print" else "mail",
                owner_id=family.dossier_id,
                dossier_id=family.dossier_id,
                language="nl",
                sealed=sealed if state == "to_print" else None,
                message_id=f"<{made}@example.org>",
                state=state,
                attempts=1,
                due_at=now,
                created_at=now,
            )
        )
    return made


def pair(house: House, *families: FamilyMade, **given: Any) -> UUID:
    """Leave a pair to be decided."""
    made = uuid4()
    sides = [family.dossier_id for family in families] + [None, None]
    values = {"kind": "likeness", "state": "open", "organisation": "brussels", **given}
    with as_maintainer(house) as session:
        session.add(
            PossibleDouble(
                id=made,
                code="K7Q2",
                dossier_id=sides[0],
                other_dossier_id=sides[1],
                found_at=house.clock.now(),
                **values,
            )
        )
    return made


def noted(house: House, event: str) -> list[UUID]:
    with as_maintainer(house) as session:
        rows = session.scalars(select(AuditEntry.subjects).where(AuditEntry.event == event))
        return sorted(subject for subjects in rows for subject in subjects)


def test_a_printed_letter_leaves_the_list_and_its_text_is_gone(
    house: House, worker: Person, family: FamilyMade
) -> None:
    letter = put(house, family, "to_print")
    with acting(house, worker) as session:
        (found,) = letters_to_print(session)
        assert (found.id, found.recipient.split("\n")[0]) == (letter, "Amina Peeters")
        assert found.params == {"facility": "Zonnetje"}
        assert mark_printed(session, [(found.id, found.dossier_id)], now=house.clock.now()) == 1
    with acting(house, worker) as session:
        assert letters_to_print(session) == ()
        assert mark_printed(session, [(letter, family.dossier_id)], now=house.clock.now()) == 0, "a colleague did"
        assert desk_files(session, [family.dossier_id]) == {}, "nothing is left to do in the file"
    with as_maintainer(house) as session:
        row = session.get_one(OutboxMessage, letter)
        assert (row.state, row.sealed, row.handled_by) == ("sent", None, worker.id)
    assert noted(house, "letter_printed") == [family.dossier_id]


@pytest.mark.promise("KL-05", breaks="policy:outbox.staff.select")
def test_a_message_that_reached_nobody_stands_there_until_somebody_dealt_with_it(
    house: House, worker: Person, family: FamilyMade
) -> None:
    lost = put(house, family, "dead")
    put(house, family, "pending")
    put(
        house,
        make_family(house, [make_facility(house, "leuven")], organisation="leuven"),
        "dead",
        organisation="leuven",
    )
    with acting(house, worker) as session:
        assert [one.id for one in undelivered(session)] == [lost]
        assert desk_frame(session).to_do.undelivered == 1
        # The floor by itself shows what is to be done here, and nothing that is on its way or elsewhere.
        assert session.scalars(text("select id from outbox")).all() == [lost]
        assert set(desk_files(session, [family.dossier_id])) == {family.dossier_id}
        mark_handled(session, lost, family.dossier_id, now=house.clock.now())
    with acting(house, worker) as session:
        assert undelivered(session) == ()
        with pytest.raises(Refused) as refused:
            mark_handled(session, lost, family.dossier_id, now=house.clock.now())
        assert refused.value.reason is Denied.DONE_BEFORE
        assert desk_files(session, [family.dossier_id]) == {}
    assert noted(house, "undelivered_handled") == [family.dossier_id]


@pytest.mark.promise("LEU-12", breaks="policy:possible_double.staff.select")
@pytest.mark.parametrize("decision", list(Decision))
def test_two_requests_are_joined_or_kept_once(
    house: House, worker: Person, family: FamilyMade, decision: Decision
) -> None:
    other = make_family(house, [make_facility(house)])
    made = pair(house, family, other)
    pair(house, make_family(house, organisation="leuven"), organisation="leuven")
    both = {family.dossier_id, other.dossier_id}
    with acting(house, worker) as session:
        assert [one.id for one in open_doubles(session)] == [made]
        assert set(desk_files(session, both)) == both
        opened = decide_double(session, made, decision, now=house.clock.now())
        assert len(opened) == (2 if decision is Decision.JOINED else 0)
    other_decision = next(one for one in Decision if one is not decision)
    with pytest.raises(Refused), acting(house, worker) as session:
        decide_double(session, made, other_decision, now=house.clock.now())
    with acting(house, worker) as session:
        assert open_doubles(session) == ()
        assert find_double(session, made).state == decision
        # What is decided closes the files again, unless there is something to write.
        assert set(desk_files(session, both)) == (both if decision is Decision.JOINED else set())
    with as_maintainer(house) as session:
        states = session.scalars(text("select state from application where organisation = 'brussels'")).all()
        assert states == ["open", "open"], "neither file changes"
        assert len(session.scalars(select(Thread.id)).all()) == len(opened)
    assert noted(house, f"double_{decision}") == sorted(both)


def test_a_number_in_use_shows_a_code_and_nobody_until_the_other_is_known(house: House, worker: Person) -> None:
    made = pair(house, kind="number", number_token=b"x")
    with acting(house, worker) as session:
        (found,) = open_doubles(session)
        assert (found.id, found.code, found.dossier_id) == (made, "K7Q2", None)
        with pytest.raises(Exception, match="permission denied"), session.begin_nested():
            session.execute(text("select number_token from possible_double"))
        assert decide_double(session, made, Decision.KEPT, now=house.clock.now()) == ()


@pytest.mark.parametrize("given", [{"organisation": "leuven"}, {"ends_at": -DAY}, {"starts_at": DAY}])
def test_who_does_not_work_here_now_settles_nothing(house: House, family: FamilyMade, given: dict[str, Any]) -> None:
    letter, lost = put(house, family, "to_print"), put(house, family, "dead")
    made = pair(house, family)
    now = house.clock.now()
    person = make_worker(
        house, **{name: now + value if isinstance(value, timedelta) else value for name, value in given.items()}
    )
    with acting(house, person) as session:
        assert (letters_to_print(session), undelivered(session), open_doubles(session)) == ((), (), ())
    tries = (
        lambda session: mark_printed(session, [(letter, None)], now=now),
        lambda session: mark_handled(session, lost, None, now=now),
        lambda session: decide_double(session, made, Decision.KEPT, now=now),
    )
    for attempt in tries:
        with acting(house, person) as session:
            try:
                attempt(session)
            except (NotFound, Refused):
                session.rollback()
    with as_maintainer(house) as session:
        assert session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.state)).all() == ["dead", "to_print"]
        assert session.scalars(select(OutboxMessage.handled_at)).all() == [None, None]
        assert session.scalars(select(PossibleDouble.state)).all() == ["open"]
