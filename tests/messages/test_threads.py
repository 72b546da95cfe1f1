"""Writing, filing, reading and noting, and who is kept out of it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.applications.models import Choice
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.operations.threads import (
    file_message,
    mark_read,
    open_desk_thread,
    send_message,
    settle,
    write_note,
)
from app.messages.queries.desk import dossier_of_reference
from app.messages.queries.threads import PAGE_SIZE, find_thread, letters_of, notes_of, own_threads
from app.messages.queries.waiting import count_unread, unread_by_facility, waiting
from app.messages.rules import Channel, Denied, Side
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    queued,
)
from tests.messages.writing import WORDS, events, read, write

DAY = timedelta(days=1)


@pytest.mark.promise("BXL-14", breaks="policy:thread_message.family.select")
def test_a_message_of_the_desk_is_kept_and_its_family_reads_it(
    house: House, family: FamilyMade, worker: Person, place: Place
) -> None:
    other = make_family(house, [place])
    with acting(house, worker) as session:
        assert dossier_of_reference(session, f" {family.reference[:3]} {family.reference[3:].lower()}") == (
            family.dossier_id
        )
        open_desk_thread(session, family.dossier_id, now=house.clock.now())
        send_message(session, family.dossier_id, None, side=Side.DESK, words="Klopt de datum?", now=house.clock.now())
    assert read(house, family.person, family, None) == [("desk", "portal", "Klopt de datum?")]
    assert read(house, other.person, family, None) == []
    with acting(house, other.person) as session:
        assert session.scalars(select(ThreadMessage.id)).all() == []
    (notice,) = queued(house, "message_waiting")
    assert "datum" not in str(notice.params)
    assert events(house, "message_sent") == [["staff", "messages", "desk"]]
    assert events(house, "thread_opened") == [["staff", "messages", "desk"]]


def test_a_family_and_a_facility_write_to_each_other(
    house: House, family: FamilyMade, place: Place, leader: Person
) -> None:
    write(house, family.person, family, place.id, Side.FAMILY)
    assert queued(house, "message_waiting") == [], "nobody is told of their own message"
    with acting(house, leader) as session:
        assert count_unread(session, "facility") == 1
        (row,) = waiting(session, "facility").rows
        assert (row.choice_id, row.unread) == (family.choices[place.id], True)
        mark_read(session, row.messages, by_family=False, now=house.clock.now())
    with acting(house, leader) as session:
        assert count_unread(session, "facility") == 0
        assert [row.unread for row in waiting(session, "facility").rows] == [False], "read, not answered"
    write(house, leader, family, place.id, Side.FACILITY, "Ja hoor.")
    with acting(house, leader) as session:
        assert waiting(session, "facility").rows == ()
    expected = [("family", "portal", WORDS), ("facility", "portal", "Ja hoor.")]
    assert read(house, family.person, family, place.id) == expected
    assert read(house, leader, family, place.id) == expected
    with acting(house, family.person) as session:
        found = own_threads(session, family.dossier_id, today=today_at(house.clock.now()))
    assert [(one.name, one.reached, one.state is not None and one.state.unread_by_family()) for one in found] == [
        ("", True, False),
        ("Wolkje", True, False),
        ("Zonnetje", True, True),
    ]


def test_one_notice_until_the_family_has_read(house: House, family: FamilyMade, place: Place, leader: Person) -> None:
    for _ in range(3):
        write(house, leader, family, place.id, Side.FACILITY, "Nog iets.")
    assert len(queued(house, "message_waiting")) == 1
    later = house.clock.now() + DAY
    with acting(house, family.person, later) as session:
        state = find_thread(session, family.dossier_id, place.id)
        assert state is not None
        mark_read(session, state, by_family=True, now=later)
    write(house, leader, family, place.id, Side.FACILITY, "En nog iets.", now=later + DAY)
    assert len(queued(house, "message_waiting")) == 2


def test_what_came_in_while_somebody_looked_stays_unread(
    house: House, family: FamilyMade, place: Place, leader: Person
) -> None:
    write(house, leader, family, place.id, Side.FACILITY)
    with acting(house, family.person) as session:
        looked = find_thread(session, family.dossier_id, place.id)
    assert looked is not None
    later = house.clock.now() + timedelta(minutes=1)
    write(house, leader, family, place.id, Side.FACILITY, "Intussen.", now=later)
    with acting(house, family.person, later) as session:
        mark_read(session, looked, by_family=True, now=later)
        found = find_thread(session, family.dossier_id, place.id)
        assert found is not None and found.unread_by_family()


@pytest.mark.promise("BXL-71", breaks="app.messages.rules:filing_problem")
@pytest.mark.parametrize("side", [Side.DESK, Side.FACILITY])
def test_what_came_by_whatsapp_is_filed_with_its_day_and_writer(
    house: House, family: FamilyMade, place: Place, leader: Person, worker: Person, side: Side
) -> None:
    now = house.clock.now()
    person, at = (worker, None) if side is Side.DESK else (leader, place.id)
    if side is Side.DESK:
        write(house, family.person, family, None, Side.FAMILY, "Eerste")
    received = today_at(now) - 3 * DAY

    def file(day: date, channel: Channel = Channel.WHATSAPP) -> None:
        with acting(house, person) as session:
            file_message(
                session,
                family.dossier_id,
                at,
                side=side,
                by_family=True,
                channel=channel,
                received_on=day,
                words="Hallo!",
                now=now,
            )

    file(received)
    for day, channel, reason in (
        (today_at(now) + DAY, Channel.CALL, Denied.NOT_YET),
        (received, Channel.PORTAL, Denied.NOT_FILED),
    ):
        with pytest.raises(Refused) as refused:
            file(day, channel)
        assert refused.value.reason is reason
    assert ("family", "whatsapp", "Hallo!") in read(house, family.person, family, at)
    with as_maintainer(house) as session:
        kept = session.scalars(select(ThreadMessage).where(ThreadMessage.channel == "whatsapp")).one()
        assert today_at(kept.received_at) == received
        assert kept.author_id == person.id
    assert queued(house, "message_waiting") == [], "the family said it itself"
    with acting(house, person) as session:
        assert count_unread(session, side.replace("staff", "desk")) == 0, "whoever filed it has read it"


def test_a_family_files_nothing_and_notes_nothing(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    with pytest.raises(NotFound), acting(house, family.person) as session:
        write_note(session, family.dossier_id, None, side=Side.FAMILY, words="x", now=now)
    with pytest.raises(NotFound), acting(house, family.person) as session:
        file_message(
            session,
            family.dossier_id,
            None,
            side=Side.FAMILY,
            by_family=False,
            channel=Channel.CALL,
            received_on=today_at(now),
            words="x",
            now=now,
        )


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
@pytest.mark.parametrize("state", ["refused", "withdrawn", "closed"])
def test_a_facility_that_lost_the_file_loses_the_thread_at_once(
    house: House, family: FamilyMade, place: Place, leader: Person, state: str
) -> None:
    write(house, family.person, family, place.id, Side.FAMILY)
    with acting(house, leader) as session:
        write_note(session, family.dossier_id, place.id, side=Side.FACILITY, words="Vriendelijk", now=house.clock.now())
    with as_maintainer(house) as session:
        session.execute(update(Choice).where(Choice.id == family.choices[place.id]).values(state=state))
    with acting(house, leader) as session:
        for model in (Thread, ThreadMessage, StaffNote):
            assert session.execute(select(model.id)).all() == []
        assert count_unread(session, "facility") == 0
    for side, person in ((Side.FACILITY, leader), (Side.FAMILY, family.person)):
        with pytest.raises((NotFound, Refused)):
            write(house, person, family, place.id, side, "Nog één ding")
    assert read(house, family.person, family, place.id) == [("family", "portal", WORDS)]
    with acting(house, family.person) as session:
        assert [note.text for note in notes_of(session, family.dossier_id, of_all=True)] == ["Vriendelijk"]
        found = own_threads(session, family.dossier_id, today=today_at(house.clock.now()))
    assert [(one.name, one.reached) for one in found if one.facility_id == place.id] == [("Zonnetje", False)]


@pytest.mark.promise("BXL-14", breaks="app.messages.rules:may_write")
def test_an_expired_request_closes_the_thread_without_a_job(
    house: House, family: FamilyMade, place: Place, leader: Person
) -> None:
    write(house, family.person, family, place.id, Side.FAMILY)
    with as_maintainer(house) as session:
        session.execute(update(Choice).values(expires_on=today_at(house.clock.now()) - DAY))
    assert read(house, leader, family, place.id) == []
    with pytest.raises(Refused):
        write(house, family.person, family, place.id, Side.FAMILY)


@pytest.mark.promise("BXL-14", breaks="app.messages.rules:text_problem")
def test_an_empty_or_endless_message_is_refused(house: House, family: FamilyMade) -> None:
    for words, reason in (("  \n", Denied.EMPTY), ("x" * 4001, Denied.TOO_LONG)):
        with pytest.raises(Refused) as refused:
            write(house, family.person, family, None, Side.FAMILY, words)
        assert refused.value.reason is reason
    with as_maintainer(house) as session:
        assert session.scalars(select(Thread.id)).all() == []


def test_a_message_lies_sealed(house: House, family: FamilyMade, worker: Person) -> None:
    write(house, family.person, family, None, Side.FAMILY)
    with acting(house, worker) as session:
        write_note(session, family.dossier_id, None, side=Side.DESK, words="Een notitie", now=house.clock.now())
    with as_maintainer(house) as session:
        for model, words in ((ThreadMessage, WORDS), (StaffNote, "Een notitie")):
            assert words.encode() not in session.scalars(select(model.sealed)).one()


def test_what_needs_no_answer_leaves_the_inbox_until_they_write_again(
    house: House, family: FamilyMade, worker: Person
) -> None:
    write(house, family.person, family, None, Side.FAMILY)
    later = house.clock.now() + timedelta(minutes=1)
    with acting(house, worker, later) as session:
        settle(session, family.dossier_id, None, side=Side.DESK, now=later)
    with acting(house, worker, later) as session:
        assert waiting(session, "desk").rows == ()
        with pytest.raises(Refused):
            settle(session, family.dossier_id, None, side=Side.DESK, now=later)
    write(house, family.person, family, None, Side.FAMILY, "Toch nog iets", now=later + DAY)
    with acting(house, worker, later + DAY) as session:
        assert [row.unread for row in waiting(session, "desk").rows] == [True]


def test_the_inbox_shows_unread_first_then_the_oldest_and_pages_both_ways(house: House, worker: Person) -> None:
    place, now = make_facility(house), house.clock.now()
    families = [make_family(house, [place]) for _ in range(PAGE_SIZE + 10)]
    with as_maintainer(house) as session:
        for number in range(PAGE_SIZE + 10):
            family = families[number]
            session.add(
                Thread(
                    id=uuid4(),
                    organisation="brussels",
                    dossier_id=family.dossier_id,
                    created_at=now,
                    last_at=now - timedelta(hours=number),
                    last_sender="family",
                    other_read_at=now if number % 2 else None,
                )
            )
    with acting(house, worker) as session:
        first = waiting(session, "desk")
        assert first.previous is None and first.next is not None
        second = waiting(session, "desk", first.next)
        assert second.previous is not None and second.next is None
        again = waiting(session, "desk", second.previous)
    rows = [*first.rows, *second.rows]
    assert [row.id for row in again.rows] == [row.id for row in first.rows]
    assert len({row.id for row in rows}) == PAGE_SIZE + 10
    keys = [(not row.unread, row.messages.last_at) for row in rows]
    assert keys == sorted(keys)


def test_the_parts_of_a_long_thread_fit_together(house: House, family: FamilyMade) -> None:
    for number in range(PAGE_SIZE + 5):
        moment = house.clock.now() + timedelta(minutes=number)
        write(house, family.person, family, None, Side.FAMILY, f"Bericht {number}", now=moment)
    with acting(house, family.person) as session:
        state = find_thread(session, family.dossier_id, None)
        latest = letters_of(session, state)
        assert latest.before is not None
        earlier = letters_of(session, state, latest.before)
    assert earlier.before is None
    told = [letter.text for letter in (*earlier.lines, *latest.lines)]
    assert told == [f"Bericht {number}" for number in range(PAGE_SIZE + 5)]


def test_two_first_messages_at_once_make_one_thread(
    house: House, family: FamilyMade, place: Place, leader: Person
) -> None:
    with acting(house, leader) as one:
        send_message(one, family.dossier_id, place.id, side=Side.FACILITY, words="Eén", now=house.clock.now())
    write(house, family.person, family, place.id, Side.FAMILY, "Twee")
    with as_maintainer(house) as session:
        assert len(session.scalars(select(Thread.id)).all()) == 1


def test_the_daily_mail_counts_only_families_that_the_facility_can_read(house: House, place: Place) -> None:
    families = [make_family(house, [place]) for _ in range(3)]
    for family in families:
        write(house, family.person, family, place.id, Side.FAMILY)
    with as_maintainer(house) as session:
        session.execute(update(Choice).where(Choice.dossier_id == families[0].dossier_id).values(state="refused"))
    with transaction(house.databases, "jobs", system("digest", "brussels"), house.clock.now()) as session:
        assert unread_by_facility(session) == {place.id: 2}
