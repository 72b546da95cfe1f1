"""The nightly check of the audit: quiet while it holds, a mail to each overseer when it does not."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from app.core.audit import note_change
from app.web.doors import House
from jobs import tasks
from jobs.context import Context
from tests.core.test_sealing import seal_all
from tests.factories import acting, make_family, make_worker, queued


@pytest.mark.promise("KL-36", breaks="app.core.sealing:broken_segments")
def test_overseers_hear_when_the_audit_does_not_hold(house: House, surroundings: Context) -> None:
    with acting(house, make_family(house).person) as session:
        note_change(session, "plan_changed", dossier_id=uuid4())
    seal_all(house)
    officers = {make_worker(house, role=role).login for role in ("dpo", "security")}
    make_worker(house, role="dpo", active=False)
    now = surroundings.now()
    assert tasks.verify_audit(now) == 0
    assert queued(house, "audit_broken") == []
    with house.databases.engine("maintainer").begin() as connection:
        connection.execute(text("update audit_entry set event = 'nothing' where event = 'plan_changed'"))
    assert tasks.verify_audit(now) == tasks.verify_audit(now) == 1
    assert {mail.recipient for mail in queued(house, "audit_broken")} == officers
