"""The jobs of requests: reminders before the last day and after it, and the end of what a law kept (M11, M12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from app.core.clock import today_at
from app.families.models import Dossier
from app.rights.models import RightsRequest
from app.rights.operations.answering import send
from app.web.doors import House
from jobs import retention, rights
from jobs.context import Context
from tests.factories import acting, as_maintainer, make_facility, make_family, make_worker, queued
from tests.rights.asked import asked_by, enrolled, row_of, seen_by, settled, write


@pytest.mark.promise("KK-35", breaks="app.rights.rules:reminder")
def test_the_officer_is_reminded_before_the_last_day_and_once_it_is_over(house: House, surroundings: Context) -> None:
    officers = {make_worker(house, role="dpo").login for _ in range(2)}
    make_worker(house, role="security")
    now = surroundings.now()
    with acting(house, make_worker(house)) as session:
        # It lay for three weeks before somebody entered it.
        write(house, session, received_on=today_at(now) - timedelta(days=10))
    kinds = []
    for later in (0, 3, 4, 4, 10, 11, 16, 18, 19, 20):
        rights.rights_reminders(now + timedelta(days=later))
        mails = queued(house, "staff_rights_due") + queued(house, "staff_rights_overdue")
        assert {mail.recipient for mail in mails} <= officers
        kinds.append(len(mails) // 2)
    assert kinds == [0, 0, 1, 1, 1, 2, 3, 3, 4, 4]


@pytest.mark.promise("KK-33", breaks="line:app/rights/operations/telling.py#rights_finished")
def test_what_a_law_kept_goes_after_its_term_by_itself_and_the_person_is_told(
    house: House, surroundings: Context
) -> None:
    facility, officer = make_facility(house), make_worker(house, role="dpo")
    family = make_family(house, [facility])
    enrolled(house, family, facility)
    now = surroundings.now()
    request_id = asked_by(house, family, "erase")
    rights.rights_answers(now)
    settled(house, officer, request_id, "partly")
    rights.rights_answers(now)
    retention.erase_ordered(now)
    with acting(house, officer) as session:
        send(session, request_id, "page", None, now=now)
    rights.rights_answers(now)
    reference = seen_by(house, officer, request_id).reference
    last = row_of(house, reference).deferred_until
    assert last is not None
    with as_maintainer(house) as session:
        session.execute(text("update outbox set state = 'sent', sealed = sealed"))
    at_last = now + (last - today_at(now))
    retention.erase_ordered(at_last)
    rights.rights_reminders(at_last)
    assert queued(house, "rights_finished") == []
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1
    after = at_last + timedelta(days=1)
    retention.erase_ordered(after)
    rights.rights_reminders(after)
    rights.rights_reminders(after)
    assert [mail.recipient for mail in queued(house, "rights_finished")] == [family.email]
    with as_maintainer(house) as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 0


@pytest.mark.promise("LEU-43", breaks='line:app/rights/operations/telling.py#answer["draft"] = {k')
def test_a_copy_is_taken_away_when_its_term_to_fetch_it_is_over(house: House, surroundings: Context) -> None:
    officer, family = make_worker(house, role="dpo"), make_family(house, [make_facility(house)])
    now = surroundings.now()
    request_id = asked_by(house, family, "copy")
    rights.rights_answers(now)
    settled(house, officer, request_id)
    with acting(house, officer) as session:
        send(session, request_id, "page", None, now=now)
    rights.rights_reminders(now + timedelta(days=30))
    assert "sections" in seen_by(house, officer, request_id).rights_requests.answer["draft"]
    rights.rights_reminders(now + timedelta(days=31))
    answer = seen_by(house, officer, request_id).rights_requests.answer
    assert "sections" not in answer["draft"]
    assert answer["decision"]["outcome"] == "granted"
    with as_maintainer(house) as session:
        session.execute(update(RightsRequest).values(to_tell=None))
