"""Consents: one row for each answer, the latest counts, nothing is overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.consents.models import Consent
from app.consents.operations import record_consents
from app.consents.queries import own_consents
from app.web.doors import House
from tests.factories import FamilyMade, acting, as_maintainer, make_facility, make_family


@pytest.fixture
def family(house: House) -> FamilyMade:
    """A family with one request."""
    return make_family(house, [make_facility(house)])


def test_each_recipient_gets_its_own_answer_and_the_latest_counts(house: House, family: FamilyMade) -> None:
    profile, now = house.profiles["brussels"], house.clock.now()
    for days, given in ((0, {"lop": True}), (3, {"kind_en_gezin": True}), (5, {})):
        at = now + timedelta(days=days)
        with acting(house, family.person, at) as session:
            record_consents(session, profile, family.dossier_id, family.application_id, given, language="nl", now=at)
            latest = {row.recipient: row.given for row in own_consents(session, family.dossier_id)}
        assert latest == {"kind_en_gezin": "kind_en_gezin" in given, "lop": "lop" in given}
    with as_maintainer(house) as session:
        assert len(session.scalars(select(Consent)).all()) == 6


def test_an_answer_for_a_recipient_nobody_asked_about_is_not_kept(house: House, family: FamilyMade) -> None:
    profile, now = house.profiles["brussels"], house.clock.now()
    with acting(house, family.person) as session:
        record_consents(
            session, profile, family.dossier_id, family.application_id, {"police": True}, language="nl", now=now
        )
        assert {row.recipient for row in own_consents(session, family.dossier_id)} == {"kind_en_gezin", "lop"}


def test_what_was_answered_cannot_be_rewritten(house: House, family: FamilyMade) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), acting(house, family.person) as session:
        session.execute(update(Consent).values(given=True))
